from events.forms.documents import AddDocumentsForm, DocumentForm
from events.forms.events import CancelForm, CopyForm, EventForm, ReceptionForm, SessionForm
from events.forms.lists import AttendeeFilter, CheckInFilter, EventFilter
from events.forms.people import AttendeeForm, AttendeeFormSet, OnePersonForm, OrganisationFilter, WalkInForm
from events.forms.pitches import (
    DeclinePitchForm,
    PitchCallForm,
    PitchForm,
    PitchMinutesForm,
    PitchNoteForm,
    SlidesForm,
)
from events.forms.sessions import ChooseSessionsForm, SignUpFilter

__all__ = [
    "AddDocumentsForm",
    "AttendeeFilter",
    "AttendeeForm",
    "AttendeeFormSet",
    "CancelForm",
    "CheckInFilter",
    "ChooseSessionsForm",
    "CopyForm",
    "DeclinePitchForm",
    "DocumentForm",
    "EventFilter",
    "EventForm",
    "OnePersonForm",
    "OrganisationFilter",
    "PitchCallForm",
    "PitchForm",
    "PitchMinutesForm",
    "PitchNoteForm",
    "ReceptionForm",
    "SessionForm",
    "SignUpFilter",
    "SlidesForm",
    "WalkInForm",
]
