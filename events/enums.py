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
    """What coordinators decide; full, closed and past are derived."""

    DRAFT = "draft", pgettext_lazy("event", "draft")
    PUBLISHED = "published", pgettext_lazy("event", "published")
    CANCELLED = "cancelled", pgettext_lazy("event", "cancelled")

    @classmethod
    def moves(cls):
        return {cls.DRAFT: {cls.PUBLISHED}, cls.PUBLISHED: {cls.CANCELLED}}

    @classmethod
    def tones(cls):
        return {cls.DRAFT: "neutral", cls.PUBLISHED: "good", cls.CANCELLED: "bad"}


class Visibility(models.TextChoices):
    PUBLIC = "public", _("everybody")
    MEMBERS = "members", _("members of the club")


class Admission(models.TextChoices):
    """Whose people may register."""

    MEMBERS = "members", _("member organisations")
    ANY = "any", _("any organisation")


class SessionKind(models.TextChoices):
    WELCOME = "welcome", pgettext_lazy("session", "Welcome")
    PLENARY = "plenary", _("Plenary")
    WORKSHOP = "workshop", _("Workshop")
    PITCHES = "pitches", _("Pitches")
    ONE_TO_ONE = "one_to_one", _("One-to-one meetings")
    NETWORKING = "networking", _("Networking")


class PlaceStatus(Status):
    """`HELD`: the seat is kept for somebody who has still to pay; it counts as taken, but nothing has been given yet."""

    CONFIRMED = "confirmed", pgettext_lazy("place", "confirmed")
    HELD = "held", _("held while paying")
    WAITING = "waiting", _("on the waiting list")
    CANCELLED = "cancelled", pgettext_lazy("place", "cancelled")

    @classmethod
    def moves(cls):
        return {
            cls.CONFIRMED: {cls.CANCELLED, cls.HELD},  # held again: the payer's bank took the money back
            cls.HELD: {cls.CONFIRMED, cls.CANCELLED},
            cls.WAITING: {cls.CONFIRMED, cls.HELD, cls.CANCELLED},
            cls.CANCELLED: {cls.CONFIRMED},  # paid after all, and the seat is still free
        }

    @classmethod
    def tones(cls):
        return {cls.CONFIRMED: "good", cls.HELD: "info", cls.WAITING: "late", cls.CANCELLED: "neutral"}

    @classmethod
    def active(cls) -> list[str]:
        return [cls.CONFIRMED, cls.HELD, cls.WAITING]

    @classmethod
    def seated(cls) -> list[str]:
        """What counts against capacity and quotas."""
        return [cls.CONFIRMED, cls.HELD]


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


class Settlement(Status):
    """How a registration that costs something stands with money: derived from its order, never stored."""

    TO_PAY = "to_pay", pgettext_lazy("settlement", "to be paid")
    ORDERED = "ordered", pgettext_lazy("settlement", "ordered, payment awaited")
    UNDER_WAY = "under_way", pgettext_lazy("settlement", "debit under way")
    PAID = "paid", pgettext_lazy("settlement", "paid")
    INVOICED = "invoiced", pgettext_lazy("settlement", "on a purchase order, not yet paid")
    WITHDRAWN = "withdrawn", pgettext_lazy("settlement", "payment taken back")

    @classmethod
    def tones(cls):
        return {cls.TO_PAY: "late", cls.ORDERED: "info", cls.UNDER_WAY: "info", cls.PAID: "good", cls.WITHDRAWN: "bad"}
