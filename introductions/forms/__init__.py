from introductions.forms.asking import AskForm, ProposeForm
from introductions.forms.contracts import CalculatorForm, ContractForm
from introductions.forms.filters import ContractFilter, IntroductionFilter
from introductions.forms.following import NextStepForm, NoteForm, OwnerForm, ReasonForm, RequiredReasonForm

__all__ = [
    "AskForm",
    "CalculatorForm",
    "ContractFilter",
    "ContractForm",
    "IntroductionFilter",
    "NextStepForm",
    "NoteForm",
    "OwnerForm",
    "ProposeForm",
    "ReasonForm",
    "RequiredReasonForm",
]
