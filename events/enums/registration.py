"""A place and what is asked of whoever wants one."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.enums import Status


class PlaceStatus(Status):
    """`HELD`: the seat is kept for somebody who has still to pay; it counts as taken, but nothing has been given yet.
    `OFFERED`: the same for somebody of the waiting list who has still to say yes."""

    REQUESTED = "requested", pgettext_lazy("place", "awaiting approval")
    CONFIRMED = "confirmed", pgettext_lazy("place", "confirmed")
    HELD = "held", _("held while paying")
    OFFERED = "offered", pgettext_lazy("place", "offered, to be answered")
    WAITING = "waiting", _("on the waiting list")
    CANCELLED = "cancelled", pgettext_lazy("place", "cancelled")

    @classmethod
    def moves(cls):
        return {
            cls.REQUESTED: {cls.CONFIRMED, cls.HELD, cls.WAITING, cls.CANCELLED},
            cls.CONFIRMED: {cls.CANCELLED, cls.HELD},  # held again: the payer's bank took the money back
            cls.HELD: {cls.CONFIRMED, cls.CANCELLED},
            cls.OFFERED: {cls.CONFIRMED, cls.CANCELLED},
            cls.WAITING: {cls.CONFIRMED, cls.HELD, cls.OFFERED, cls.CANCELLED},
            cls.CANCELLED: {cls.CONFIRMED},  # paid after all, and the seat is still free
        }

    @classmethod
    def tones(cls):
        return {
            cls.REQUESTED: "info", cls.CONFIRMED: "good", cls.HELD: "info", cls.OFFERED: "late", cls.WAITING: "late",
            cls.CANCELLED: "neutral",
        }  # fmt: skip

    @classmethod
    def active(cls) -> list[str]:
        return [cls.REQUESTED, cls.CONFIRMED, cls.HELD, cls.OFFERED, cls.WAITING]

    @classmethod
    def seated(cls) -> list[str]:
        """What counts against capacity and quotas."""
        return [cls.CONFIRMED, cls.HELD, cls.OFFERED]

    @classmethod
    def kept(cls) -> list[str]:
        """Seats that are taken for a time only: until they are paid for, or the offer is answered."""
        return [cls.HELD, cls.OFFERED]


class QuestionKind(models.TextChoices):
    TEXT = "text", _("a line of text")
    LONG_TEXT = "long_text", _("a longer text")
    YES_NO = "yes_no", _("yes or no")
    CHOICE = "choice", _("one of several")
    SEVERAL = "several", _("several of several")
    FILE = "file", _("a file")

    @classmethod
    def choosing(cls) -> list[str]:
        """Those that have a list of choices of their own."""
        return [cls.CHOICE, cls.SEVERAL]
