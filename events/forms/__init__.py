from events.forms.events import CancelForm, CopyForm, EventForm, ReceptionForm, SessionForm
from events.forms.lists import AttendeeFilter, CheckInFilter, EventFilter
from events.forms.people import AttendeeForm, AttendeeFormSet, OnePersonForm, OrganisationFilter, WalkInForm
from events.forms.proposals import AxisForm, NewAxisForm, ProposalFilter, ProposalForm, StepForm
from events.forms.surveys import AnswerForm, SurveyForm, SurveyQuestionForm

__all__ = [
    "AnswerForm",
    "AttendeeFilter",
    "AttendeeForm",
    "AttendeeFormSet",
    "AxisForm",
    "CancelForm",
    "CheckInFilter",
    "CopyForm",
    "EventFilter",
    "EventForm",
    "NewAxisForm",
    "OnePersonForm",
    "OrganisationFilter",
    "ProposalFilter",
    "ProposalForm",
    "ReceptionForm",
    "SessionForm",
    "StepForm",
    "SurveyForm",
    "SurveyQuestionForm",
    "WalkInForm",
]
