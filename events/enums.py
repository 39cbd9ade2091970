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


class ProposalStatus(Status):
    """`STATED_DONE`: its owner says so; done is for the coordination to confirm."""

    PROPOSED = "proposed", pgettext_lazy("proposal", "proposed")
    RETAINED = "retained", pgettext_lazy("proposal", "retained")
    UNDER_WAY = "under_way", pgettext_lazy("proposal", "under way")
    STATED_DONE = "stated_done", pgettext_lazy("proposal", "done, to be confirmed")
    DONE = "done", pgettext_lazy("proposal", "done")
    DROPPED = "dropped", pgettext_lazy("proposal", "dropped")

    @classmethod
    def moves(cls):
        return {
            cls.PROPOSED: {cls.RETAINED, cls.DROPPED},
            cls.RETAINED: {cls.UNDER_WAY, cls.STATED_DONE, cls.DONE, cls.DROPPED},
            cls.UNDER_WAY: {cls.STATED_DONE, cls.DONE, cls.DROPPED},
            cls.STATED_DONE: {cls.UNDER_WAY, cls.DONE, cls.DROPPED},
            cls.DONE: {cls.UNDER_WAY},
            cls.DROPPED: {cls.RETAINED},
        }

    @classmethod
    def tones(cls):
        return {cls.RETAINED: "info", cls.UNDER_WAY: "info", cls.STATED_DONE: "late", cls.DONE: "good"}

    @classmethod
    def open(cls) -> list[str]:
        """Looked at again at the next event."""
        return [cls.PROPOSED, cls.RETAINED, cls.UNDER_WAY, cls.STATED_DONE]

    @classmethod
    def expected(cls) -> list[str]:
        """Retained, and still to be done by its owner: these can be late."""
        return [cls.RETAINED, cls.UNDER_WAY]

    @classmethod
    def owners(cls) -> list[str]:
        """What the owner may state; the rest is for the coordination to decide."""
        return [cls.UNDER_WAY, cls.STATED_DONE]


class SurveyQuestionKind(models.TextChoices):
    SCALE = "scale", _("from 1 to 5")
    YES_NO = "yes_no", _("yes or no")
    CHOICE = "choice", _("one choice")
    SEVERAL = "several", _("several choices")
    TEXT = "text", _("free text")

    @classmethod
    def with_options(cls) -> list[str]:
        return [cls.CHOICE, cls.SEVERAL]


class SurveyState(Status):
    """Where a survey stands at a moment: derived, never stored."""

    DRAFT = "draft", pgettext_lazy("survey", "in preparation")
    WAITING = "waiting", pgettext_lazy("survey", "opens when the event ends")
    OPEN = "open", pgettext_lazy("survey", "open")
    CLOSED = "closed", pgettext_lazy("survey", "closed")

    @classmethod
    def tones(cls):
        return {cls.WAITING: "info", cls.OPEN: "good"}
