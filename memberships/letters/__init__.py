"""The letters about membership: to the applicant, to the organisation's managers, to the club's coordinators."""

from memberships.letters.applications import (
    application_accepted,
    application_acknowledged,
    application_received,
    application_refused,
    application_withdrawn,
)
from memberships.letters.dues import joining_accepted, membership_lapsed, write_dues
from memberships.letters.people import coordinators_of, managers_of, recipients_of
from memberships.letters.terms import (
    membership_ended,
    membership_resumed,
    membership_suspended,
    organisation_enrolled,
)

__all__ = [
    "application_accepted",
    "application_acknowledged",
    "application_received",
    "application_refused",
    "application_withdrawn",
    "coordinators_of",
    "joining_accepted",
    "managers_of",
    "membership_ended",
    "membership_lapsed",
    "membership_resumed",
    "membership_suspended",
    "organisation_enrolled",
    "recipients_of",
    "write_dues",
]
