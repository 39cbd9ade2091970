from events.models.documents import Document
from events.models.events import Event, Quota, Reception
from events.models.feeds import CalendarFeed
from events.models.invitations import EventInvitation
from events.models.letters import LetterOff, LetterText, Mailing, recipients_of
from events.models.papers import (
    BadgePrint,
    FunderLogo,
    PaperSettings,
    ShownLogo,
    Signature,
    paper_settings_of,
    without_badge,
)
from events.models.pitches import PitchCall, PitchNote, PitchProposal
from events.models.prices import Charge, Price, PriceList, charge_for, payers_among, prices_of
from events.models.programme import programme_of
from events.models.questions import Answer, Needs, Question
from events.models.programme import open_calls, programme_of
from events.models.registrations import Place, Registration
from events.models.repayments import Cancellation, Repayment
from events.models.seats import (
    Group,
    Round,
    Seats,
    next_round,
    seats_by_event,
    seats_of,
    served,
    waiting_by_event,
    waiting_groups,
    why_waiting,
)
from events.models.series import EventSeries
from events.models.sessions import Session, SessionSeat, with_sessions
from events.models.standing import PAYABLE, Standing, has_orders, key_of, lines_to_refund, live_line, standings_of

__all__ = [
    "PAYABLE",
    "BadgePrint",
    "CalendarFeed",
    "Cancellation",
    "Charge",
    "Answer",
    "Document",
    "Event",
    "EventInvitation",
    "EventSeries",
    "Group",
    "Needs",
    "FunderLogo",
    "Group",
    "PaperSettings",
    "PitchCall",
    "PitchNote",
    "PitchProposal",
    "LetterOff",
    "LetterText",
    "Mailing",
    "Place",
    "Price",
    "PriceList",
    "Question",
    "Quota",
    "Reception",
    "Registration",
    "Round",
    "Repayment",
    "Seats",
    "Session",
    "ShownLogo",
    "Signature",
    "SessionSeat",
    "Standing",
    "charge_for",
    "has_orders",
    "key_of",
    "lines_to_refund",
    "next_round",
    "live_line",
    "paper_settings_of",
    "open_calls",
    "payers_among",
    "prices_of",
    "seats_by_event",
    "programme_of",
    "recipients_of",
    "seats_of",
    "served",
    "standings_of",
    "waiting_by_event",
    "waiting_groups",
    "why_waiting",
    "without_badge",
    "with_sessions",
]
