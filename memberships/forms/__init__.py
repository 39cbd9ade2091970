"""What people fill in and choose from."""

from memberships.forms.applications import MAX_REASON, ApplicationFilter, ApplicationForm, RefusalForm
from memberships.forms.directories import ContactFilter, EnrolmentForm, MemberFilter
from memberships.forms.fields import DayInput
from memberships.forms.plans import FeeFormSet, PlanForm, PricesForm, fee_rows_of
from memberships.forms.renewals import PaperEntryForm, StandingFilter
from memberships.forms.terms import EndForm, ReasonForm

__all__ = [
    "MAX_REASON",
    "ApplicationFilter",
    "ApplicationForm",
    "ContactFilter",
    "DayInput",
    "EndForm",
    "EnrolmentForm",
    "FeeFormSet",
    "MemberFilter",
    "PaperEntryForm",
    "PlanForm",
    "PricesForm",
    "ReasonForm",
    "RefusalForm",
    "StandingFilter",
    "fee_rows_of",
]
