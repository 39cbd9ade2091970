"""The filter bars. Club, year, sector and territory are the parameters of a `Scope`, as everywhere on the site."""

from django import forms
from django.db.models.functions import ExtractYear
from django.utils.translation import gettext_lazy as _

from introductions.enums import ContractKind, ContractStatus, Origin, Stage
from introductions.models import Contract, Introduction
from members.enums import ClubRoleKind, TerritoryKind
from members.models import Club, Person, Sector, Territory


def _choices(enum) -> list:
    return [("", _("all")), *enum.choices]


class ScopeFilter(forms.Form):
    """`clubs` are those the person may look into; with one club nobody is asked."""

    q = forms.CharField(label=_("Words"), required=False, widget=forms.TextInput({"type": "search"}))
    club = forms.ModelChoiceField(
        label=_("Club"), queryset=Club.objects.none(), to_field_name="slug", required=False, empty_label=_("all")
    )
    year = forms.TypedChoiceField(label=_("Year"), coerce=int, empty_value=None, required=False)
    sector = forms.ModelChoiceField(
        label=_("Line of trade"), queryset=Sector.objects.none(), required=False, empty_label=_("all")
    )
    territory = forms.ModelChoiceField(
        label=_("Territory"), queryset=Territory.objects.none(), required=False, empty_label=_("all")
    )

    def __init__(self, *args, clubs, years, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["club"].queryset = clubs
        if len(clubs) < 2:
            del self.fields["club"]
        self.fields["year"].choices = [("", _("all")), *((year, str(year)) for year in years)]
        self.fields["sector"].queryset = Sector.objects.for_list()
        self.fields["territory"].queryset = Territory.objects.filter(kind=TerritoryKind.DEPARTMENT)

    def value(self, name: str):
        """What was chosen; None for what is no choice."""
        self.is_valid()
        return self.cleaned_data.get(name)


class IntroductionFilter(ScopeFilter):
    state = forms.ChoiceField(label=_("State"), choices=_choices(Stage), required=False)
    origin = forms.ChoiceField(label=_("Came out of"), choices=_choices(Origin), required=False)
    owner = forms.ModelChoiceField(
        label=_("Followed by"), queryset=Person.objects.none(), required=False, empty_label=_("anybody")
    )
    late = forms.BooleanField(label=_("Only what is late"), required=False)
    field_order = ["q", "club", "state", "owner", "sector", "origin", "territory", "year", "late"]

    def __init__(self, *args, clubs, without=(), **kwargs):
        super().__init__(*args, clubs=clubs, years=_years(Introduction, "asked_at"), **kwargs)
        self.fields["owner"].queryset = Person.objects.filter(
            club_roles__club__in=[club.pk for club in clubs], club_roles__kind=ClubRoleKind.COORDINATOR
        ).distinct()
        for name in without:
            del self.fields[name]

    def apply(self, queryset, today):
        """Narrow down by everything that is not the scope."""
        found = queryset.matching(self.value("q") or "")
        if self.value("state"):
            found = found.with_stage().filter(stage=self.value("state"))
        if self.value("origin"):
            found = found.filter(origin=self.value("origin"))
        if self.value("owner"):
            found = found.filter(owner=self.value("owner"))
        return found.late(today) if self.value("late") else found


class ContractFilter(ScopeFilter):
    kind = forms.ChoiceField(label=_("Type of contract"), choices=_choices(ContractKind), required=False)
    status = forms.ChoiceField(label=_("State"), choices=_choices(ContractStatus), required=False)
    field_order = ["q", "club", "status", "kind", "sector", "territory", "year"]

    def __init__(self, *args, clubs, **kwargs):
        super().__init__(*args, clubs=clubs, years=_years(Contract, "starts_on"), **kwargs)

    def apply(self, queryset):
        """Narrow down by everything that is not the scope."""
        found = queryset
        if self.value("q"):
            found = found.filter(introduction__in=Introduction.objects.matching(self.value("q")).values("pk"))
        if self.value("kind"):
            found = found.filter(kind=self.value("kind"))
        return found.filter(status=self.value("status")) if self.value("status") else found


def _years(model, field: str) -> list[int]:
    """The years in which there is anything, latest first."""
    years = model.objects.order_by().annotate(year=ExtractYear(field)).values_list("year", flat=True).distinct()
    return sorted(years, reverse=True)
