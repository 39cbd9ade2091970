from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.enums import Status
from members.enums import Audience


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


class SessionKind(models.TextChoices):
    WELCOME = "welcome", pgettext_lazy("session", "Welcome")
    PLENARY = "plenary", _("Plenary")
    WORKSHOP = "workshop", _("Workshop")
    PITCHES = "pitches", _("Pitches")
    ONE_TO_ONE = "one_to_one", _("One-to-one meetings")
    NETWORKING = "networking", _("Networking")


class PitchStatus(Status):
    """What became of a structure's proposal for a pitch."""

    PROPOSED = "proposed", pgettext_lazy("pitch", "proposed")
    SELECTED = "selected", pgettext_lazy("pitch", "selected")
    DECLINED = "declined", pgettext_lazy("pitch", "not selected")
    WITHDRAWN = "withdrawn", pgettext_lazy("pitch", "withdrawn")

    @classmethod
    def moves(cls):
        return {
            cls.PROPOSED: {cls.SELECTED, cls.DECLINED, cls.WITHDRAWN},
            cls.SELECTED: {cls.DECLINED, cls.WITHDRAWN},
            cls.DECLINED: {cls.SELECTED, cls.WITHDRAWN},
            cls.WITHDRAWN: {cls.PROPOSED},
        }

    @classmethod
    def tones(cls):
        return {cls.PROPOSED: "info", cls.SELECTED: "good", cls.DECLINED: "neutral", cls.WITHDRAWN: "neutral"}


class DocumentKind(models.TextChoices):
    SLIDES = "slides", pgettext_lazy("document", "Slides")
    MINUTES = "minutes", pgettext_lazy("document", "Minutes")
    PHOTO = "photo", pgettext_lazy("document", "Photo")
    OTHER = "other", pgettext_lazy("document", "Other document")


class DocumentAudience(models.TextChoices):
    """Who may see a document, besides the coordinators. The three sides of a meeting are called as `Audience` has them."""

    EVERYBODY = "everybody", _("everybody who sees the event")
    PARTICIPANTS = "attending", _("participants")
    BUYERS = Audience.BUYERS.value, _("participants of companies and public buyers")
    STRUCTURES = Audience.STRUCTURES.value, _("participants of structures")
    PARTNERS = Audience.PARTNERS.value, _("participants of partners")
    COORDINATORS = "coordination", _("coordinators only")


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


class Refunding(models.TextChoices):
    """What the coordination decided about the money when it called an event off."""

    ALL = "all", _("refund everybody")
    EACH = "each", _("decide one by one")


class RepaymentState(Status):
    """How one order of an event that is off stands; `OWED`: taken back already, and its money could not be sent yet."""

    WAITING = "waiting", pgettext_lazy("repayment", "to be settled")
    STUCK = "stuck", pgettext_lazy("repayment", "to be settled by you")
    OWED = "owed", pgettext_lazy("repayment", "owed, not yet possible")
    REFUNDED = "refunded", pgettext_lazy("repayment", "refunded")
    CALLED_OFF = "called_off", pgettext_lazy("repayment", "order cancelled, nothing to pay back")

    @classmethod
    def tones(cls):
        return {
            cls.WAITING: "info",
            cls.STUCK: "late",
            cls.OWED: "late",
            cls.REFUNDED: "good",
            cls.CALLED_OFF: "neutral",
        }

    @classmethod
    def over(cls) -> list[str]:
        return [cls.REFUNDED, cls.CALLED_OFF]


class Obstacle(models.TextChoices):
    """Why an order of an event that is off could not be settled by itself."""

    UNDECIDED = "undecided", _("You decide about the refunds of this event one by one.")
    BY_HAND = "by_hand", _("Paid by transfer, by cheque or in cash: pay it back from the club’s bank, then note it.")
    DEBIT_UNDER_WAY = "under_way", _("A debit is under way: it is refunded once it has arrived.")
    DISPUTABLE = "disputable", _("The payer’s bank may still take this debit back: a refund before could pay it twice.")
    DISPUTED = "disputed", _("The payer’s bank disputes this payment, or has taken it back.")
    ON_ACCOUNT = "on_account", _("Invoiced, and not or only partly paid: cancel the order or write a credit note.")
    PROVIDER_AWAY = "away", _("The payment provider did not answer: it is tried again every day.")
    OTHER = "other", _("It could not be refunded by itself: look at the order.")

    @classmethod
    def tried_again(cls) -> list[str]:
        """These pass by themselves; the others wait for somebody."""
        return [cls.DEBIT_UNDER_WAY, cls.DISPUTABLE, cls.PROVIDER_AWAY]


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
