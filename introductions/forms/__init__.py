from introductions.forms.asking import AskForm, ProposeForm
from introductions.forms.contracts import CalculatorForm, ContractForm
from introductions.forms.filters import ContractFilter, IntroductionFilter
from introductions.forms.following import DisputeForm, NextStepForm, NoteForm, OwnerForm, ReasonForm, RequiredReasonForm

__all__ = [
    "AskForm",
    "CalculatorForm",
    "ContractFilter",
    "ContractForm",
    "DisputeForm",
    "IntroductionFilter",
    "NextStepForm",
    "NoteForm",
    "OwnerForm",
    "ProposeForm",
    "ReasonForm",
    "RequiredReasonForm",
]
