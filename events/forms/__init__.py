from events.forms.answer_files import AnswerFileForm
from events.forms.documents import AddDocumentsForm, DocumentForm
from events.forms.doors import ReserveForm, SettleForm
from events.forms.entries import BadBatch, Batch, read_batch, read_device, read_object
from events.forms.events import CancelForm, CopyForm, EventForm, ReceptionForm, SessionForm
from events.forms.invitations import InviteForm, RefuseForm
from events.forms.letters import LetterFilter, LetterTextForm, MailingForm
from events.forms.life import PostponeForm, SeriesDatesForm, SeriesForm
from events.forms.lists import AttendeeFilter, CheckInFilter, EventFilter
from events.forms.papers import BadgeForm, CertificateFilter, FunderLogoForm, PapersForm, SignatureForm, SigningFilter
from events.forms.people import AttendeeForm, AttendeeFormSet, GroupForm, OnePersonForm, OrganisationFilter, WalkInForm
from events.forms.pitches import DeclinePitchForm, PitchCallForm, PitchForm, PitchMinutesForm, PitchNoteForm, SlidesForm
from events.forms.proposals import AxisForm, NewAxisForm, ProposalFilter, ProposalForm, StepForm
from events.forms.questions import QuestionForm
from events.forms.sessions import ChooseSessionsForm, SignUpFilter
from events.forms.surveys import AnswerForm, SurveyForm, SurveyQuestionForm

__all__ = [
    "AddDocumentsForm",
    "AnswerFileForm",
    "AnswerForm",
    "AttendeeFilter",
    "AttendeeForm",
    "AttendeeFormSet",
    "AxisForm",
    "BadBatch",
    "BadgeForm",
    "Batch",
    "CancelForm",
    "CertificateFilter",
    "CheckInFilter",
    "ChooseSessionsForm",
    "CopyForm",
    "DeclinePitchForm",
    "DocumentForm",
    "EventFilter",
    "EventForm",
    "FunderLogoForm",
    "GroupForm",
    "InviteForm",
    "LetterFilter",
    "LetterTextForm",
    "MailingForm",
    "NewAxisForm",
    "OnePersonForm",
    "OrganisationFilter",
    "PapersForm",
    "PitchCallForm",
    "PitchForm",
    "PitchMinutesForm",
    "PitchNoteForm",
    "PostponeForm",
    "ProposalFilter",
    "ProposalForm",
    "QuestionForm",
    "ReceptionForm",
    "RefuseForm",
    "ReserveForm",
    "SeriesDatesForm",
    "SeriesForm",
    "SessionForm",
    "SettleForm",
    "SignUpFilter",
    "SignatureForm",
    "SigningFilter",
    "SlidesForm",
    "StepForm",
    "SurveyForm",
    "SurveyQuestionForm",
    "WalkInForm",
    "read_batch",
    "read_device",
    "read_object",
]
