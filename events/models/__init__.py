from events.models.answer_files import AnswerFile
from events.models.documents import Document
from events.models.doors import Allotment, Door, LooseWalkIn, Scan
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
from events.models.programme import Programme, open_calls, programme_of
from events.models.proposals import Axis, Proposal, ProposalStep
from events.models.questions import Answer, Needs, Question, questions_of
from events.models.registrations import Place, Registration, in_the_name_of
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
from events.models.surveys import FEWEST, OPEN_FOR, SCALE, Survey, SurveyAnswer, SurveyInvitation, SurveyQuestion

__all__ = [
    "Allotment",
    "Answer",
    "AnswerFile",
    "Axis",
    "BadgePrint",
    "CalendarFeed",
    "Cancellation",
    "Charge",
    "Document",
    "Door",
    "Event",
    "EventInvitation",
    "EventSeries",
    "FEWEST",
    "FunderLogo",
    "Group",
    "LetterOff",
    "LetterText",
    "LooseWalkIn",
    "Mailing",
    "Needs",
    "OPEN_FOR",
    "PAYABLE",
    "PaperSettings",
    "PitchCall",
    "PitchNote",
    "PitchProposal",
    "Place",
    "Price",
    "PriceList",
    "Proposal",
    "ProposalStep",
    "Question",
    "questions_of",
    "Quota",
    "Reception",
    "Registration",
    "Repayment",
    "Round",
    "SCALE",
    "Scan",
    "Seats",
    "Session",
    "SessionSeat",
    "ShownLogo",
    "Signature",
    "Standing",
    "Survey",
    "SurveyAnswer",
    "SurveyInvitation",
    "SurveyQuestion",
    "charge_for",
    "has_orders",
    "key_of",
    "lines_to_refund",
    "live_line",
    "next_round",
    "open_calls",
    "paper_settings_of",
    "payers_among",
    "prices_of",
    "programme_of",
    "in_the_name_of",
    "Programme",
    "recipients_of",
    "seats_by_event",
    "seats_of",
    "served",
    "standings_of",
    "waiting_by_event",
    "waiting_groups",
    "why_waiting",
    "with_sessions",
    "without_badge",
]
