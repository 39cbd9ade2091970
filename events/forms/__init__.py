from events.forms.events import CancelForm, CopyForm, EventForm, ReceptionForm, SessionForm
from events.forms.life import PostponeForm, SeriesDatesForm, SeriesForm
from events.forms.lists import AttendeeFilter, CheckInFilter, EventFilter
from events.forms.people import AttendeeForm, AttendeeFormSet, OnePersonForm, OrganisationFilter, WalkInForm

__all__ = [
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
    "PostponeForm",
    "ReceptionForm",
    "SeriesDatesForm",
    "SeriesForm",
    "SessionForm",
    "WalkInForm",
]
