"""Messages of the coordination."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.enums import Status
from members.enums import Audience


class MailingAudience(models.TextChoices):
    """Whom a message of the coordination is for. The sides of a meeting bear the names they have in `Audience`."""

    SEATED = "seated", _("Everybody who has a place")
    WAITING = "waiting", _("The waiting list")
    BUYERS = Audience.BUYERS.value, _("Companies and public buyers who have a place")
    STRUCTURES = Audience.STRUCTURES.value, _("Structures that have a place")
    PARTNERS = Audience.PARTNERS.value, _("Partners who have a place")
    PRESENT = "present", _("Who was present")
    ABSENT = "absent", _("Who was absent")
    ORGANISATION = "organisation", _("One organisation")


class MailingState(Status):
    """Derived from what has been noted; never stored."""

    UNDER_WAY = "under_way", pgettext_lazy("mailing", "under way")
    STOPPED = "stopped", pgettext_lazy("mailing", "stopped")
    FINISHED = "finished", pgettext_lazy("mailing", "finished")

    @classmethod
    def tones(cls):
        return {cls.UNDER_WAY: "info", cls.STOPPED: "late", cls.FINISHED: "good"}
