from events.forms.events import CancelForm, CopyForm, EventForm, ReceptionForm, SessionForm
from events.forms.lists import AttendeeFilter, CheckInFilter, EventFilter
from events.forms.papers import (
    BadgeForm,
    CertificateFilter,
    FunderLogoForm,
    PapersForm,
    SignatureForm,
    SigningFilter,
)
from events.forms.people import AttendeeForm, AttendeeFormSet, OnePersonForm, OrganisationFilter, WalkInForm

__all__ = [
    "AttendeeFilter",
    "AttendeeForm",
    "AttendeeFormSet",
    "BadgeForm",
    "CancelForm",
    "CertificateFilter",
    "CheckInFilter",
    "CopyForm",
    "EventFilter",
    "EventForm",
    "FunderLogoForm",
    "OnePersonForm",
    "OrganisationFilter",
    "PapersForm",
    "ReceptionForm",
    "SessionForm",
    "SignatureForm",
    "SigningFilter",
    "WalkInForm",
]
