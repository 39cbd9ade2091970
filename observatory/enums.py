from django.db import models
from django.utils.translation import gettext_lazy as _


class Unit(models.TextChoices):
    COUNT = "count", _("number")
    EUROS = "euros", _("euros excl. tax")
    HOURS = "hours", _("hours")
    SHARE = "share", _("%")
    MARK = "mark", _("mark from 1 to 5")
    POINTS = "points", _("points")


class Group(models.TextChoices):
    """The headings under which figures stand, in the order of the story: who, where they met, what came of it."""

    MEMBERS = "members", _("Members")
    MEETINGS = "meetings", _("Meetings")
    INTRODUCTIONS = "introductions", _("Introductions")
    CONTRACTS = "contracts", _("Contracts confirmed by both sides")


class Rows(models.TextChoices):
    """What a figure counts, which is what its list shows."""

    ORGANISATIONS = "organisations", _("organisations")
    EVENTS = "events", _("events")
    INTRODUCTIONS = "introductions", _("introductions")
    CONTRACTS = "contracts", _("contracts")
