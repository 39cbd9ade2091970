"""The filter bar of a directory: reusable by every list of organisations."""

import django_filters
from django import forms
from django.utils.translation import gettext_lazy as _

from members.enums import Audience, OrganisationKind, TerritoryKind
from members.models import Label, Organisation, Sector, Territory


def departments_with_members():
    """Departments in which a listed organisation is seated (one query)."""
    seated = Organisation.objects.listed().filter(commune__isnull=False).values("commune__department")
    return Territory.objects.filter(kind=TerritoryKind.DEPARTMENT, pk__in=seated).order_by("code")


class DirectoryFilter(django_filters.FilterSet):
    """Text, side, kind, sector, department, label. Give it a QuerySet of organisations that may be seen."""

    q = django_filters.CharFilter(
        method="matching",
        label=_("Name, town or SIRET"),
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off", "maxlength": 100}),
    )
    audience = django_filters.ChoiceFilter(
        method="of_audience", label=_("Side"), choices=Audience.choices, empty_label=_("All sides")
    )
    kind = django_filters.ChoiceFilter(label=_("Kind"), choices=OrganisationKind.choices, empty_label=_("All kinds"))
    sector = django_filters.ModelChoiceFilter(
        field_name="sectors",
        label=_("Sector"),
        queryset=lambda request: Sector.objects.for_list(),
        empty_label=_("All sectors"),
    )
    department = django_filters.ModelChoiceFilter(
        field_name="commune__department",
        label=_("Department"),
        queryset=lambda request: departments_with_members(),
        empty_label=_("All departments"),
    )
    label = django_filters.ModelChoiceFilter(
        field_name="labels", label=_("Label"), queryset=lambda request: Label.objects.all(), empty_label=_("All labels")
    )

    class Meta:
        model = Organisation
        fields = ["q", "audience", "kind", "sector", "department", "label"]

    def matching(self, queryset, name, value):
        return queryset.matching(value)

    def of_audience(self, queryset, name, value):
        return queryset.of_audience(value)
