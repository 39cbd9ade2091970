from events.forms.documents import AddDocumentsForm, DocumentForm
from events.forms.events import CancelForm, CopyForm, EventForm, ReceptionForm, SessionForm
from events.forms.invitations import InviteForm, RefuseForm
from events.forms.letters import LetterFilter, LetterTextForm, MailingForm
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
from events.forms.pitches import (
    DeclinePitchForm,
    PitchCallForm,
    PitchForm,
    PitchMinutesForm,
    PitchNoteForm,
    SlidesForm,
)
from events.forms.questions import QuestionForm
from events.forms.sessions import ChooseSessionsForm, SignUpFilter

__all__ = [
    "AddDocumentsForm",
    "MailingForm",
    "LetterTextForm",
    "LetterFilter",
    "AttendeeFilter",
    "AttendeeForm",
    "AttendeeFormSet",
    "BadgeForm",
    "CancelForm",
    "CertificateFilter",
    "CheckInFilter",
    "ChooseSessionsForm",
    "CopyForm",
    "DeclinePitchForm",
    "DocumentForm",
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
    "PitchCallForm",
    "PitchForm",
    "PitchMinutesForm",
    "PitchNoteForm",
    "ReceptionForm",
    "RefuseForm",
    "PostponeForm",
    "ReceptionForm",
    "SeriesDatesForm",
    "SeriesForm",
    "SessionForm",
    "SignatureForm",
    "SigningFilter",
    "SignUpFilter",
    "SlidesForm",
    "WalkInForm",
]
