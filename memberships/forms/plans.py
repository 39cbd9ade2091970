"""What is asked about a plan: how long it runs, and what it costs."""

from django import forms
from django.forms import formset_factory
from django.utils.translation import gettext_lazy as _

from core.money import MOST, AmountField
from members.enums import Audience, OrganisationKind
from members.models import Club, Organisation
from memberships.actions import FeeRow
from memberships.enums import Period, Seniority
from memberships.models import Plan

MOST_ROWS, BLANK_ROWS = 40, 3


class PlanForm(forms.Form):
    """A new plan, or an existing one: a plan stays with its club."""

    club = forms.ModelChoiceField(label=_("Club"), queryset=Club.objects.none(), empty_label=None)
    name = forms.CharField(label=_("Name"), max_length=80)
    period = forms.ChoiceField(label=_("Runs for"), choices=Period.choices, initial=Period.OPEN_ENDED)

    def __init__(self, *args, person, plan: Plan | None = None, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["club"].queryset = Club.objects.coordinated_by(person).order_by("name")
        if plan:
            del self.fields["club"]
            self.initial = {"name": plan.name, "period": plan.period}


class PricesForm(forms.ModelForm):
    """The conditions of a plan; its table of fees is beside it (`FeeFormSet`)."""

    joining_fee = AmountField(
        label=_("Joining fee (€ excl. VAT)"), required=False, min_value=0, max_value=MOST, decimal_places=2,
        help_text=_("Once, with the first term."),
    )  # fmt: skip
    price_per_person = AmountField(
        label=_("Price per person above (€ excl. VAT)"), required=False, min_value=0, max_value=MOST, decimal_places=2
    )

    class Meta:
        model = Plan
        fields = [
            "joining_fee", "prorata", "regime", "needs_answer", "grace_days", "is_owed", "people_included",
            "price_per_person", "is_sponsored", "sponsor", "sponsor_name",
        ]  # fmt: skip
        help_texts = {
            "prorata": _("For plans by calendar year. The joining fee is always whole."),
            "needs_answer": _("Without it one is a member as soon as the fee is paid, or at once where there is none."),
            "sponsor": _("An organisation of the directory. Empty: the club itself, or as written below."),
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        funders = Organisation.objects.filter(kind__in=[OrganisationKind.FUNDER, OrganisationKind.NETWORK])
        self.fields["sponsor"].queryset = funders.order_by("sort_name", "pk")
        self.fields["sponsor"].empty_label = _("Nobody of the directory")

    def clean_joining_fee(self):
        return self.cleaned_data["joining_fee"] or 0

    def clean_price_per_person(self):
        return self.cleaned_data["price_per_person"] or 0


class FeeForm(forms.Form):
    """A line of the table. One without an amount is left out."""

    who = forms.ChoiceField(label=_("For whom"), required=False)
    headcount_from = forms.IntegerField(label=_("Employees, from"), required=False, min_value=0, max_value=10_000_000)
    headcount_to = forms.IntegerField(label=_("to"), required=False, min_value=0, max_value=10_000_000)
    seniority = forms.ChoiceField(label=_("Year"), choices=Seniority.choices, required=False, initial=Seniority.ANY)
    amount = AmountField(label=_("Fee (€ excl. VAT)"), required=False, min_value=0, max_value=MOST, decimal_places=2)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["who"].choices = [
            ("", _("Everybody")), (_("Groups"), Audience.choices), (_("Kinds"), OrganisationKind.choices),
        ]  # fmt: skip

    def clean(self):
        values = super().clean()
        least, most = values.get("headcount_from"), values.get("headcount_to")
        if most is not None and most < (least or 0):
            self.add_error("headcount_to", _("A band of employees goes from the smaller number to the larger one."))
        said = values.get("who") or least or most is not None
        if said and values.get("amount") is None and "amount" not in self.errors:
            self.add_error("amount", _("Say how much: 0 for those who pay nothing."))
        return values

    @property
    def row(self) -> FeeRow | None:
        values = self.cleaned_data
        if values.get("amount") is None:
            return None
        who = values["who"]
        return FeeRow(
            values["amount"], audience=who if who in Audience.values else "",
            kind=who if who in OrganisationKind.values else "", headcount_from=values["headcount_from"] or 0,
            headcount_to=values["headcount_to"], seniority=values["seniority"] or Seniority.ANY,
        )  # fmt: skip


FeeFormSet = formset_factory(FeeForm, extra=BLANK_ROWS, max_num=MOST_ROWS, validate_max=True)


def fee_rows_of(plan: Plan) -> list[dict]:
    """The table as the formset shows it."""
    return [
        {
            "who": fee.kind or fee.audience, "headcount_from": fee.headcount_from or None,
            "headcount_to": fee.headcount_to, "seniority": fee.seniority, "amount": fee.amount,
        }
        for fee in plan.fees.all()
    ]  # fmt: skip
