"""What things of events can be; one module a theme."""

from events.enums.after import ProposalStatus, SurveyQuestionKind, SurveyState
from events.enums.door import Attendance, EntryKind, Verdict
from events.enums.event import Admission, EventKind, EventStatus, EventTimeZone, Visibility
from events.enums.mailings import MailingAudience, MailingState
from events.enums.papers import BadgeHolders, BadgeSize, Half
from events.enums.payment import Obstacle, Refunding, RepaymentState, Settlement
from events.enums.programme import DocumentAudience, DocumentKind, PitchStatus, SessionKind
from events.enums.registration import PlaceStatus, QuestionKind

__all__ = [
    "Admission",
    "Attendance",
    "BadgeHolders",
    "BadgeSize",
    "DocumentAudience",
    "DocumentKind",
    "EntryKind",
    "EventKind",
    "EventStatus",
    "EventTimeZone",
    "Half",
    "MailingAudience",
    "MailingState",
    "Obstacle",
    "PitchStatus",
    "PlaceStatus",
    "ProposalStatus",
    "QuestionKind",
    "Refunding",
    "RepaymentState",
    "SessionKind",
    "Settlement",
    "SurveyQuestionKind",
    "SurveyState",
    "Verdict",
    "Visibility",
]
