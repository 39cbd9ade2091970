"""What both directories are searched by, and who is made a member."""

import django_filters
from django import forms
from django.core.validators import MaxLengthValidator
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from members.enums import Audience, OrganisationKind, TerritoryKind
from members.models import Club, Organisation, Sector, Territory
from memberships.forms.fields import DayInput
from memberships.models import Plan

MAX_SEARCH = 100


class DirectoryFilter(django_filters.FilterSet):
    """What both directories are searched by."""

    q = django_filters.CharFilter(
        label=_("Search"),
        method="search",
        widget=forms.TextInput(attrs={"type": "search", "placeholder": _("Name, town, SIRET…")}),
        validators=[MaxLengthValidator(MAX_SEARCH)],
    )
    audience = django_filters.ChoiceFilter(
        label=_("Who"), choices=Audience.choices, method="of_audience", empty_label=_("All")
    )
    kind = django_filters.ChoiceFilter(label=_("Kind"), choices=OrganisationKind.choices, empty_label=_("All"))
    sector = django_filters.ModelChoiceFilter(
        label=_("Sector"), field_name="sectors", queryset=Sector.objects.none(), empty_label=_("All")
    )
    department = django_filters.ModelChoiceFilter(
        label=_("Department"), field_name="commune__department", queryset=Territory.objects.none(), empty_label=_("All")
    )

    class Meta:
        model = Organisation
        fields = []

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        # Only what at least one organisation of the list answers to can be chosen.
        listed = self.queryset.order_by()
        sectors = Sector.objects.filter(pk__in=listed.values("sectors")).for_list()
        departments = Territory.objects.filter(
            kind=TerritoryKind.DEPARTMENT, pk__in=listed.values("commune__department")
        ).order_by("code")
        self.filters["sector"].queryset, self.filters["department"].queryset = sectors, departments

    def search(self, queryset, name, value):
        return queryset.matching(value)

    def of_audience(self, queryset, name, value):
        return queryset.of_audience(value)


class MemberFilter(DirectoryFilter):
    """The public directory."""


class ContactFilter(DirectoryFilter):
    """The directory of one club, whose organisations bear `term_id` (see `with_term`)."""

    MEMBERS, OTHERS = "members", "others"
    EVERYWHERE = "all"
    membership = django_filters.ChoiceFilter(
        label=_("Membership"),
        choices=[(MEMBERS, _("members")), (OTHERS, _("not members"))],
        method="with_membership",
        empty_label=_("All"),
    )
    directory = django_filters.ChoiceFilter(
        label=_("Directory"),
        choices=[(EVERYWHERE, _("every organisation known here"))],
        method="in_directory",
        empty_label=_("this club’s directory"),
    )

    def __init__(self, *args, club: Club, **kwargs):
        self.club = club
        super().__init__(*args, **kwargs)

    def filter_queryset(self, queryset):
        if self.form.cleaned_data.get("directory") != self.EVERYWHERE:
            queryset = queryset.filter(clubs=self.club)
        return super().filter_queryset(queryset)

    @property
    def qs(self):
        """An unbound filter shows the club's own directory too."""
        return super().qs if self.is_bound else self.queryset.filter(clubs=self.club)

    def with_membership(self, queryset, name, value):
        return queryset.filter(term_id__isnull=value == self.OTHERS)

    def in_directory(self, queryset, name, value):
        return queryset  # see filter_queryset: not choosing narrows, choosing widens


class EnrolmentForm(forms.Form):
    """Which organisations of the directory become members, on which plan, from when."""

    organisations = forms.ModelMultipleChoiceField(
        queryset=Organisation.objects.none(), error_messages={"required": _("Tick at least one organisation.")}
    )
    plan = forms.ModelChoiceField(
        label=_("Plan"),
        queryset=Plan.objects.none(),
        empty_label=None,
        widget=forms.Select(attrs={"class": "form-select"}),
    )
    starts_on = forms.DateField(label=_("Members from"), widget=DayInput())

    def __init__(self, *args, club: Club, organisations, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["organisations"].queryset = organisations
        plans = Plan.objects.open().filter(club=club)
        self.fields["plan"].queryset = plans
        self.fields["starts_on"].initial = timezone.localdate()
        if len(plans) < 2:
            del self.fields["plan"]
