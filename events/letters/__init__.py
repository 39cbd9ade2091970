"""What the club writes about events: one function a letter, each in its reader's language.

Subject and opening are those of `events.letter_kinds`, which a club may change; what follows stands here.
"""

from events.letters.after import (
    write_proposal_due,
    write_proposal_given,
    write_proposal_late,
    write_proposal_stated_done,
    write_survey_invitation,
    write_survey_reminder,
)
from events.letters.event import (
    write_by_date,
    write_date_set,
    write_event_cancelled,
    write_event_changed,
    write_postponed,
)
from events.letters.messages import Preview, preview_of, sample_of, write_message
from events.letters.parts import moment_at
from events.letters.payment import write_not_paid, write_paid_given_back, write_to_pay
from events.letters.programme import (
    write_pitch_declined,
    write_pitch_selected,
    write_pitch_withdrawn,
    write_session_changed,
    write_session_removed,
    write_sessions_chosen,
)
from events.letters.readers import recipient_of
from events.letters.registration import (
    write_confirmed,
    write_invitation,
    write_offered,
    write_place_cancelled,
    write_request_refused,
    write_request_to_coordination,
    write_requested,
    write_summary,
    write_waiting,
)

__all__ = [
    "Preview",
    "moment_at",
    "preview_of",
    "recipient_of",
    "sample_of",
    "write_by_date",
    "write_confirmed",
    "write_date_set",
    "write_event_cancelled",
    "write_event_changed",
    "write_invitation",
    "write_message",
    "write_not_paid",
    "write_offered",
    "write_paid_given_back",
    "write_pitch_declined",
    "write_pitch_selected",
    "write_pitch_withdrawn",
    "write_place_cancelled",
    "write_postponed",
    "write_proposal_due",
    "write_proposal_given",
    "write_proposal_late",
    "write_proposal_stated_done",
    "write_request_refused",
    "write_request_to_coordination",
    "write_requested",
    "write_session_changed",
    "write_session_removed",
    "write_sessions_chosen",
    "write_summary",
    "write_survey_invitation",
    "write_survey_reminder",
    "write_to_pay",
    "write_waiting",
]
