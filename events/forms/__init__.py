from events.forms.doors import ReserveForm, SettleForm
from events.forms.entries import BadBatch, Batch, read_batch, read_device, read_object
from events.forms.events import CancelForm, CopyForm, EventForm, ReceptionForm, SessionForm
from events.forms.lists import AttendeeFilter, CheckInFilter, EventFilter
from events.forms.people import AttendeeForm, AttendeeFormSet, OnePersonForm, OrganisationFilter, WalkInForm

__all__ = [
    "AttendeeFilter",
    "AttendeeForm",
    "AttendeeFormSet",
    "BadBatch",
    "Batch",
    "CancelForm",
    "CheckInFilter",
    "CopyForm",
    "EventFilter",
    "EventForm",
    "OnePersonForm",
    "OrganisationFilter",
    "ReceptionForm",
    "ReserveForm",
    "SessionForm",
    "SettleForm",
    "WalkInForm",
    "read_batch",
    "read_device",
    "read_object",
]
