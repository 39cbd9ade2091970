from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.enums import Status


class Period(models.TextChoices):
    """How long a term of a plan runs."""

    CALENDAR_YEAR = "calendar_year", _("calendar year")
    TWELVE_MONTHS = "twelve_months", _("twelve months from joining")
    OPEN_ENDED = "open_ended", _("until resigned")


class ApplicationStatus(Status):
    SUBMITTED = "submitted", _("to be decided")
    ACCEPTED = "accepted", pgettext_lazy("application", "accepted")
    REFUSED = "refused", pgettext_lazy("application", "refused")
    WITHDRAWN = "withdrawn", pgettext_lazy("application", "withdrawn")

    @classmethod
    def moves(cls):
        return {cls.SUBMITTED: {cls.ACCEPTED, cls.REFUSED, cls.WITHDRAWN}}

    @classmethod
    def tones(cls):
        return {cls.SUBMITTED: "info", cls.ACCEPTED: "good", cls.REFUSED: "bad"}


class TermState(Status):
    """How a term stands on a given day; derived, never stored."""

    AHEAD = "ahead", pgettext_lazy("term", "to come")
    RUNNING = "running", pgettext_lazy("term", "current")
    ENDING = "ending", pgettext_lazy("term", "current, will end")
    OVER = "over", pgettext_lazy("term", "over")

    @classmethod
    def tones(cls):
        return {cls.AHEAD: "info", cls.RUNNING: "good", cls.ENDING: "late"}
