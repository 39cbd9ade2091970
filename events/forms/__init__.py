from events.forms.events import CancelForm, CopyForm, EventForm, ReceptionForm, SessionForm
from events.forms.invitations import InviteForm, RefuseForm
from events.forms.life import PostponeForm, SeriesDatesForm, SeriesForm
from events.forms.lists import AttendeeFilter, CheckInFilter, EventFilter
from events.forms.papers import (
    BadgeForm,
    CertificateFilter,
    FunderLogoForm,
    PapersForm,
    SignatureForm,
    SigningFilter,
)
from events.forms.people import AttendeeForm, AttendeeFormSet, GroupForm, OnePersonForm, OrganisationFilter, WalkInForm
from events.forms.questions import QuestionForm

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
    "GroupForm",
    "InviteForm",
    "OnePersonForm",
    "OrganisationFilter",
    "QuestionForm",
    "FunderLogoForm",
    "OnePersonForm",
    "OrganisationFilter",
    "PapersForm",
    "ReceptionForm",
    "RefuseForm",
    "PostponeForm",
    "ReceptionForm",
    "SeriesDatesForm",
    "SeriesForm",
    "SessionForm",
    "SignatureForm",
    "SigningFilter",
    "WalkInForm",
]
