"""Who came, and what is noted at a door."""

from django.db import models
from django.utils.translation import pgettext_lazy

from core.enums import Status


class Attendance(Status):
    UNKNOWN = "unknown", pgettext_lazy("attendance", "not yet known")
    PRESENT = "present", pgettext_lazy("attendance", "present")
    EXCUSED = "excused", pgettext_lazy("attendance", "excused")
    ABSENT = "absent", pgettext_lazy("attendance", "absent")

    @classmethod
    def tones(cls):
        return {cls.PRESENT: "good", cls.EXCUSED: "late", cls.ABSENT: "bad"}

    @classmethod
    def freeing(cls) -> list[str]:
        """Ticked so at the door, a place is free again for somebody else."""
        return [cls.EXCUSED, cls.ABSENT]


class Verdict(Status):
    """What became of something noted at a door. Of a code that was read: whether its person comes in."""

    LET_IN = "let_in", pgettext_lazy("verdict", "let in")
    ALREADY_IN = "already_in", pgettext_lazy("verdict", "already in")
    UNPAID = "unpaid", pgettext_lazy("verdict", "still to be paid: the desk decides")
    WAITING = "waiting", pgettext_lazy("verdict", "on the waiting list: the desk decides")
    REVOKED = "revoked", pgettext_lazy("verdict", "no longer counts: given back or passed on")
    OTHER_EVENT = "other_event", pgettext_lazy("verdict", "ticket of another event")
    FORGED = "forged", pgettext_lazy("verdict", "not one of our tickets")
    NOT_TODAY = "not_today", pgettext_lazy("verdict", "the door is not open today")
    NO_SEAT = "no_seat", pgettext_lazy("verdict", "no seat is left: the desk decides")
    NOTED = "noted", pgettext_lazy("verdict", "noted")
    OVERTAKEN = "overtaken", pgettext_lazy("verdict", "something later was noted elsewhere")
    WALKED_IN = "walked_in", pgettext_lazy("verdict", "came unannounced")
    TO_SETTLE = "to_settle", pgettext_lazy("verdict", "came unannounced, organisation to be settled")
    KNOWN = "known", pgettext_lazy("verdict", "is registered already: see the list")
    REFUSED = "refused", pgettext_lazy("verdict", "could not be understood")

    @classmethod
    def tones(cls):
        return {
            cls.LET_IN: "good", cls.WALKED_IN: "good", cls.TO_SETTLE: "good", cls.NOTED: "good",
            cls.ALREADY_IN: "late", cls.UNPAID: "late", cls.WAITING: "late", cls.NO_SEAT: "late", cls.KNOWN: "late",
            cls.REVOKED: "bad", cls.OTHER_EVENT: "bad", cls.FORGED: "bad", cls.NOT_TODAY: "bad", cls.REFUSED: "bad",
        }  # fmt: skip

    @classmethod
    def entering(cls) -> list[str]:
        """Somebody came in by this: at every door each person is counted by one of these, once."""
        return [cls.LET_IN, cls.WALKED_IN, cls.TO_SETTLE]

    @classmethod
    def odd(cls) -> list[str]:
        """A code was read that lets nobody in: for the coordination to look at."""
        return [cls.FORGED, cls.OTHER_EVENT, cls.REVOKED, cls.NOT_TODAY]


class EntryKind(models.TextChoices):
    """What is noted at a door."""

    SCAN = "scan", pgettext_lazy("door", "code read")
    TICK = "tick", pgettext_lazy("door", "noted by hand")
    ADMISSION = "admit", pgettext_lazy("door", "let in from the waiting list")
    WALK_IN = "walk_in", pgettext_lazy("door", "came unannounced")
