from events.forms.events import CancelForm, CopyForm, EventForm, ReceptionForm, SessionForm
from events.forms.letters import LetterFilter, LetterTextForm, MailingForm
from events.forms.lists import AttendeeFilter, CheckInFilter, EventFilter
from events.forms.people import AttendeeForm, AttendeeFormSet, OnePersonForm, OrganisationFilter, WalkInForm

__all__ = [
    "MailingForm",
    "LetterTextForm",
    "LetterFilter",
    "AttendeeFilter",
    "AttendeeForm",
    "AttendeeFormSet",
    "CancelForm",
    "CheckInFilter",
    "CopyForm",
    "EventFilter",
    "EventForm",
    "OnePersonForm",
    "OrganisationFilter",
    "ReceptionForm",
    "SessionForm",
    "WalkInForm",
]
