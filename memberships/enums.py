from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.enums import Status


class Period(models.TextChoices):
    """How long a term of a plan runs."""

    CALENDAR_YEAR = "calendar_year", _("calendar year")
    TWELVE_MONTHS = "twelve_months", _("twelve months from joining")
    OPEN_ENDED = "open_ended", _("until resigned")


class Prorata(models.TextChoices):
    """What is owed of a calendar year's fee by somebody who joins in its course."""

    NONE = "none", _("the whole fee, whenever one joins")
    MONTHS = "months", _("by month: the months begun")
    HALF_YEARS = "half_years", _("by half-year: half of it from July on")


class Seniority(models.TextChoices):
    """For whom a line of a fee table counts: the first term in a club, or those that follow."""

    ANY = "any", _("anybody")
    FIRST_YEAR = "first_year", _("first year")
    LATER = "later", _("later years")


class CallKind(models.TextChoices):
    """What a call for dues asks money for."""

    JOINING = "joining", _("joining")
    RENEWAL = "renewal", _("renewal")
    CHANGE = "change", _("change of plan")
    PEOPLE = "people", _("extra people")


class CallState(Status):
    """How a call for dues stands on a given day; derived, never stored."""

    OPEN = "open", pgettext_lazy("dues", "to be paid")
    AWAITED = "awaited", pgettext_lazy("dues", "ordered, payment awaited")
    GRACE = "grace", pgettext_lazy("dues", "late, in grace")
    LAPSED = "lapsed", pgettext_lazy("dues", "lapsed")
    GRANTED = "granted", pgettext_lazy("dues", "settled")
    WITHDRAWN = "withdrawn", pgettext_lazy("dues", "withdrawn")

    @classmethod
    def tones(cls):
        return {cls.OPEN: "info", cls.AWAITED: "info", cls.GRACE: "late", cls.LAPSED: "bad", cls.GRANTED: "good"}


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
    GRACE = "grace", pgettext_lazy("term", "in grace, renewal awaited")
    SUSPENDED = "suspended", pgettext_lazy("term", "suspended")
    OVER = "over", pgettext_lazy("term", "over")

    @classmethod
    def tones(cls):
        return {
            cls.AHEAD: "info",
            cls.RUNNING: "good",
            cls.ENDING: "late",
            cls.GRACE: "late",
            cls.SUSPENDED: "bad",
        }
