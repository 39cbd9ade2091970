"""What an event is, and who may see it or come."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.enums import Status


class EventKind(models.TextChoices):
    OPEN_MAP = "open_map", "Open Map ESS"
    SPEED_MEETING = "speed_meeting", _("Speed meeting")
    REGIONAL_DAY = "regional_day", _("Regional day")
    ROUND_TABLE = "round_table", _("Round table")
    BREAKFAST = "breakfast", _("Breakfast")
    SITE_VISIT = "site_visit", _("Site visit")
    WORKING_GROUP = "working_group", _("Working group")


class EventTimeZone(models.TextChoices):
    """The clocks of France's territories: an event is announced by the clock of its place."""

    PARIS = "Europe/Paris", _("Metropolitan France")
    REUNION = "Indian/Reunion", _("La Réunion")
    MAYOTTE = "Indian/Mayotte", _("Mayotte")
    MARTINIQUE = "America/Martinique", _("Martinique")
    GUADELOUPE = "America/Guadeloupe", _("Guadeloupe")
    GUYANE = "America/Cayenne", _("French Guiana")
    MIQUELON = "America/Miquelon", _("Saint-Pierre-et-Miquelon")
    NOUMEA = "Pacific/Noumea", _("New Caledonia")
    TAHITI = "Pacific/Tahiti", _("French Polynesia")


class EventStatus(Status):
    """What coordinators decide; full, closed and past are derived.

    `POSTPONED`: it will take place, and nobody knows when; once its new date is set it is published again.
    """

    DRAFT = "draft", pgettext_lazy("event", "draft")
    PUBLISHED = "published", pgettext_lazy("event", "published")
    POSTPONED = "postponed", pgettext_lazy("event", "postponed")
    CANCELLED = "cancelled", pgettext_lazy("event", "cancelled")

    @classmethod
    def moves(cls):
        return {
            cls.DRAFT: {cls.PUBLISHED},
            cls.PUBLISHED: {cls.POSTPONED, cls.CANCELLED},
            cls.POSTPONED: {cls.PUBLISHED, cls.CANCELLED},
        }

    @classmethod
    def tones(cls):
        return {cls.DRAFT: "neutral", cls.PUBLISHED: "good", cls.POSTPONED: "late", cls.CANCELLED: "bad"}


class Visibility(models.TextChoices):
    PUBLIC = "public", _("everybody")
    MEMBERS = "members", _("members of the club")
    INVITED = "invited", pgettext_lazy("visibility", "those who are invited")


class Admission(models.TextChoices):
    """Whose people may register."""

    MEMBERS = "members", _("member organisations")
    ANY = "any", _("any organisation")
    INVITED = "invited", _("invited organisations")
