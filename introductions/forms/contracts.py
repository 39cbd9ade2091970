import re
from decimal import Decimal

from django import forms
from django.utils.translation import gettext_lazy as _

from core.money import AmountField
from core.text import folded
from introductions.actions import Terms
from introductions.clause_hours import clause_hours_due
from introductions.enums import ContractKind
from introductions.models import Contract
from members.models import Occupation

MOST_HOURS, MOST_JOBS = 10_000_000, 9_999
FORMS_OF_ADDRESS = {"m", "mr", "mme", "mlle", "mrs", "ms"}


def looks_like_a_person(reference: str) -> bool:
    """Whether a contract's reference might name somebody: « Mme Dupont », « Jeanne DUPONT »; never with a figure."""
    words = reference.split()
    if len(words) < 2 or any(c.isdigit() for c in reference):
        return False
    if words[0].rstrip(".").casefold() in FORMS_OF_ADDRESS:
        return True
    return len(words) <= 3 and all(word[0].isupper() for word in words)


class OccupationField(forms.CharField):
    """A job of the ROME classification, by its label (suggested by the browser) or its code."""

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.widget.attrs.update({"list": "occupations", "autocomplete": "off"})

    def clean(self, value) -> Occupation | None:
        text = super().clean(value)
        if not text:
            return None
        code = re.search(r"\b([A-Za-z]\d{4})\b", text)
        found = Occupation.objects.filter(pk=code[1].upper()).first() if code else _by_name(text)
        if found is None:
            raise forms.ValidationError(_("No occupation is called that: choose one from the list."), code="unknown")
        return found


def _by_name(text: str) -> Occupation | None:
    return next((job for job in Occupation.objects.all() if folded(job.name) == folded(text)), None)


def _number(label, most: int, **kwargs) -> forms.IntegerField:
    return forms.IntegerField(label=label, min_value=0, max_value=most, required=False, **kwargs)


class CalculatorForm(forms.Form):
    """How many hours a social clause asks for: amount × labour share × insertion rate ÷ loaded hourly cost."""

    amount = AmountField(label=_("Amount excl. tax, in euros"), min_value=0, max_digits=12, decimal_places=2)
    labour_share = AmountField(
        label=_("Labour share, in %"), min_value=0, max_value=100, max_digits=5, decimal_places=2
    )
    insertion_rate = AmountField(
        label=_("Insertion rate, in %"), min_value=0, max_value=100, max_digits=5, decimal_places=2
    )
    hourly_cost = AmountField(
        label=_("Loaded hourly cost, in euros"), min_value=Decimal("0.01"), max_digits=7, decimal_places=2
    )

    def hours(self) -> int:
        return clause_hours_due(**{name: self.cleaned_data[name] for name in self.fields})


class ContractForm(forms.Form):
    """What one side states. The rules between fields are those of `Terms.check`."""

    kind = forms.ChoiceField(label=_("Type of contract"), choices=[("", _("choose…")), *ContractKind.choices])
    starts_on = forms.DateField(label=_("Starts on"), widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"))
    ends_on = forms.DateField(
        label=_("Ends on"), required=False, widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
        help_text=_("Empty for a permanent contract."),
    )  # fmt: skip
    amount = AmountField(
        label=_("Amount excl. tax, in euros"), required=False, max_digits=12, decimal_places=2,
        help_text=_("For a purchase; empty for a work contract, a placement or a training course."),
    )  # fmt: skip
    jobs = _number(_("Jobs"), MOST_JOBS, help_text=_("How many people it employs."))
    hours_due = _number(
        _("Insertion hours due"), MOST_HOURS, help_text=_("What a social clause asks for, if there is one.")
    )
    hours_done = _number(_("Insertion hours done"), MOST_HOURS)
    occupation = OccupationField(
        label=_("Occupation"),
        required=False,
        help_text=_("For a work contract or a placement: the job, or its ROME code."),
    )
    reference = forms.CharField(
        label=_("Your reference"), required=False, max_length=Contract._meta.get_field("reference").max_length,
        help_text=_("Your own number. People in insertion are never named here."),
    )  # fmt: skip

    @staticmethod
    def initial_of(contract: Contract) -> dict:
        """What the form starts from when a statement is corrected."""
        return {name: getattr(contract, name) for name in ContractForm.base_fields}

    def terms(self) -> Terms:
        values = {name: self.cleaned_data[name] for name in self.fields}
        return Terms(**{**values, **{name: values[name] or 0 for name in ("jobs", "hours_due", "hours_done")}})
