"""Sessions, pitches and documents."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.enums import Status
from members.enums import Audience


class SessionKind(models.TextChoices):
    WELCOME = "welcome", pgettext_lazy("session", "Welcome")
    PLENARY = "plenary", _("Plenary")
    WORKSHOP = "workshop", _("Workshop")
    PITCHES = "pitches", _("Pitches")
    ONE_TO_ONE = "one_to_one", _("One-to-one meetings")
    NETWORKING = "networking", _("Networking")


class PitchStatus(Status):
    """What became of a structure's proposal for a pitch."""

    PROPOSED = "proposed", pgettext_lazy("pitch", "proposed")
    SELECTED = "selected", pgettext_lazy("pitch", "selected")
    DECLINED = "declined", pgettext_lazy("pitch", "not selected")
    WITHDRAWN = "withdrawn", pgettext_lazy("pitch", "withdrawn")

    @classmethod
    def moves(cls):
        return {
            cls.PROPOSED: {cls.SELECTED, cls.DECLINED, cls.WITHDRAWN},
            cls.SELECTED: {cls.DECLINED, cls.WITHDRAWN},
            cls.DECLINED: {cls.SELECTED, cls.WITHDRAWN},
            cls.WITHDRAWN: {cls.PROPOSED},
        }

    @classmethod
    def tones(cls):
        return {cls.PROPOSED: "info", cls.SELECTED: "good", cls.DECLINED: "neutral", cls.WITHDRAWN: "neutral"}


class DocumentKind(models.TextChoices):
    SLIDES = "slides", pgettext_lazy("document", "Slides")
    MINUTES = "minutes", pgettext_lazy("document", "Minutes")
    PHOTO = "photo", pgettext_lazy("document", "Photo")
    OTHER = "other", pgettext_lazy("document", "Other document")


class DocumentAudience(models.TextChoices):
    """Who may see a document, besides the coordinators. The three sides of a meeting are called as `Audience` has them."""

    EVERYBODY = "everybody", _("everybody who sees the event")
    PARTICIPANTS = "attending", _("participants")
    BUYERS = Audience.BUYERS.value, _("participants of companies and public buyers")
    STRUCTURES = Audience.STRUCTURES.value, _("participants of structures")
    PARTNERS = Audience.PARTNERS.value, _("participants of partners")
    COORDINATORS = "coordination", _("coordinators only")
