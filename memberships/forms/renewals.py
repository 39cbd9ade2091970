"""What the coordination filters its members by, and the form that came on paper."""

import django_filters
from django import forms
from django.core.validators import MaxLengthValidator
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from billing.enums import Method
from members.enums import Audience, OrganisationKind
from members.forms.fields import PostCodeField, SiretField
from members.models import Club, Organisation
from memberships.actions import PaperForm
from memberships.forms.directories import MAX_SEARCH
from memberships.forms.fields import DayInput
from memberships.models import Plan


class StandingFilter(django_filters.FilterSet):
    """Terms or calls for dues of one club."""

    q = django_filters.CharFilter(
        label=_("Search"), method="search", validators=[MaxLengthValidator(MAX_SEARCH)],
        widget=forms.TextInput(attrs={"type": "search", "placeholder": _("Name, town, SIRET…")}),
    )  # fmt: skip
    audience = django_filters.ChoiceFilter(
        label=_("Who"), choices=Audience.choices, method="of_audience", empty_label=_("All")
    )
    plan = django_filters.ModelChoiceFilter(label=_("Plan"), queryset=Plan.objects.none(), empty_label=_("All"))

    def __init__(self, *args, club: Club, **kwargs):
        super().__init__(*args, **kwargs)
        plans = Plan.objects.filter(club=club).order_by("name")
        self.filters["plan"].queryset = plans
        if len(plans) < 2:
            del self.filters["plan"]

    def search(self, queryset, name, value):
        return queryset.filter(organisation__in=Organisation.objects.matching(value).order_by().values("pk"))

    def of_audience(self, queryset, name, value):
        return queryset.filter(organisation__in=Organisation.objects.of_audience(value).order_by().values("pk"))


class PaperEntryForm(forms.Form):
    """A paper form. What is known of the organisation already is left as it is."""

    siret = SiretField(label=_("SIRET"), max_length=30)
    kind = forms.ChoiceField(label=_("Kind"), choices=OrganisationKind.choices)
    name = forms.CharField(
        label=_("Legal name"), max_length=160, required=False, help_text=_("Needed when it is not known here yet.")
    )
    street = forms.CharField(label=_("Street address"), max_length=200, required=False)
    post_code = PostCodeField(label=_("Post code"), max_length=10, required=False)
    city = forms.CharField(label=_("Town"), max_length=80, required=False)
    headcount = forms.IntegerField(label=_("Employees"), min_value=0, max_value=10_000_000, required=False)
    contact_email = forms.EmailField(
        label=_("Contact’s e-mail"), required=False,
        help_text=_("Receives a link to look after the organisation’s page, as long as nobody does."),
    )  # fmt: skip
    plan = forms.ModelChoiceField(label=_("Plan"), queryset=Plan.objects.none(), empty_label=None)
    starts_on = forms.DateField(label=_("Member from"), widget=DayInput())
    method = forms.ChoiceField(label=_("How the fee was paid"), required=False)
    received_on = forms.DateField(label=_("Received on"), widget=DayInput(), required=False)
    memo = forms.CharField(
        label=_("Note"), max_length=120, required=False, help_text=_("A cheque’s number and bank, for example.")
    )

    def __init__(self, *args, club: Club, takes_money: bool, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["plan"].queryset = Plan.objects.open().filter(club=club).order_by("pk")
        self.fields["starts_on"].initial = timezone.localdate()
        if takes_money:
            by_hand = [(method, Method(method).label) for method in Method.by_hand()]
            self.fields["method"].choices = [("", _("not yet, or nothing to pay")), *by_hand]
        else:
            for name in ("method", "received_on", "memo"):
                del self.fields[name]

    def clean_received_on(self):
        day = self.cleaned_data["received_on"]
        if day and day > timezone.localdate():
            raise forms.ValidationError(_("Money is recorded once it has come."))
        return day

    @property
    def paper(self) -> PaperForm:
        values = self.cleaned_data
        headcount = values["headcount"]
        described = {name: values[name] for name in ("name", "street", "post_code", "city")}
        described["headcount"] = "" if headcount is None else str(headcount)
        return PaperForm(
            values["siret"], values["kind"], values["plan"], values["starts_on"], described,
            contact_email=values["contact_email"], method=values.get("method", ""),
            received_on=values.get("received_on"), memo=values.get("memo", ""),
        )  # fmt: skip
