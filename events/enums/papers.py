"""What is printed for an event."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Half(models.TextChoices):
    """What attendance is signed for: funders count half-days."""

    MORNING = "morning", _("morning")
    AFTERNOON = "afternoon", _("afternoon")


class BadgeSize(models.TextChoices):
    """Ready-made sheets of A4, and the usual roll of a label printer."""

    CARD = "85x55", _("A4, ten of 85 × 55 mm")
    LARGE = "105x74", _("A4, eight of 105 × 74 mm")
    LABEL = "100x62", _("Label printer, 62 × 100 mm")


class BadgeHolders(models.TextChoices):
    """For whom badges are made."""

    EXPECTED = "expected", _("Everybody expected")
    CONFIRMED = "confirmed", _("Confirmed places only")
    PRESENT = "present", _("Those who are present")
