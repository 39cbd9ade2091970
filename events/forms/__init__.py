from events.forms.events import CancelForm, CopyForm, EventForm, ReceptionForm, SessionForm
from events.forms.invitations import InviteForm, RefuseForm
from events.forms.life import PostponeForm, SeriesDatesForm, SeriesForm
from events.forms.lists import AttendeeFilter, CheckInFilter, EventFilter
from events.forms.people import AttendeeForm, AttendeeFormSet, GroupForm, OnePersonForm, OrganisationFilter, WalkInForm
from events.forms.questions import QuestionForm

__all__ = [
    "AttendeeFilter",
    "AttendeeForm",
    "AttendeeFormSet",
    "CancelForm",
    "CheckInFilter",
    "CopyForm",
    "EventFilter",
    "EventForm",
    "GroupForm",
    "InviteForm",
    "OnePersonForm",
    "OrganisationFilter",
    "QuestionForm",
    "ReceptionForm",
    "RefuseForm",
    "PostponeForm",
    "ReceptionForm",
    "SeriesDatesForm",
    "SeriesForm",
    "SessionForm",
    "WalkInForm",
]
