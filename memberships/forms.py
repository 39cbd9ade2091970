"""What people fill in and choose from."""

import django_filters
from django import forms
from django.core.validators import MaxLengthValidator
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from members.enums import Audience, OrganisationKind, TerritoryKind
from members.models import Club, Organisation, Sector, Territory
from memberships.enums import ApplicationStatus, Period
from memberships.models import Application, Plan, Term, clubs_open_to

MAX_MESSAGE, MAX_REASON, MAX_SEARCH = 2000, 1000, 100


class DayInput(forms.DateInput):
    """The browser's own date field, which wants 2026-11-22 whatever the language."""

    input_type = "date"

    def __init__(self, **attrs):
        super().__init__(attrs=attrs, format="%Y-%m-%d")


# --- Applying ---------------------------------------------------------------------------------------------------------


class ApplicationForm(forms.Form):
    """Club and plan are only asked for when there is something to choose."""

    club = forms.ModelChoiceField(label=_("Club"), queryset=Club.objects.none(), empty_label=_("Choose a club"))
    plan = forms.ModelChoiceField(label=_("Plan"), queryset=Plan.objects.none(), empty_label=None)
    message = forms.CharField(
        label=_("Your message"),
        help_text=_("What you expect of the club, in a few words."),
        widget=forms.Textarea(attrs={"rows": 5}),
        required=False,
        max_length=MAX_MESSAGE,
    )

    def __init__(self, *args, organisation: Organisation, club: Club | None = None, **kwargs):
        super().__init__(*args, **kwargs)
        clubs = clubs_open_to(organisation, timezone.localdate())
        self.clubs = list(clubs)
        if len(self.clubs) == 1:
            del self.fields["club"]
        else:
            self.fields["club"].queryset = clubs
            self.fields["club"].initial = club if club in self.clubs else None
        plans = Plan.objects.open().filter(club__in=self.clubs).for_list()
        if len(plans) > len({plan.club_id for plan in plans}):
            self.fields["plan"].queryset = plans
            self.fields["plan"].label_from_instance = self._plan_label
        else:
            del self.fields["plan"]

    def _plan_label(self, plan: Plan) -> str:
        words = f"{plan.name} ({plan.get_period_display()})"
        return words if len(self.clubs) == 1 else f"{plan.club} – {words}"

    def clean(self):
        values = super().clean()
        if "club" not in self.fields:
            values["club"] = self.clubs[0]
        values.setdefault("plan", None)
        if values["plan"] and values.get("club") and values["plan"].club_id != values["club"].pk:
            self.add_error("plan", _("This plan belongs to another club."))
        return values


class RefusalForm(forms.Form):
    reason = forms.CharField(
        label=_("Reason"),
        help_text=_("The applicant reads it in the letter."),
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=MAX_REASON,
        error_messages={"required": _("A refusal needs a reason.")},
    )


class ApplicationFilter(django_filters.FilterSet):
    club = django_filters.ModelChoiceFilter(
        label=_("Club"), queryset=Club.objects.none(), empty_label=_("All my clubs")
    )
    status = django_filters.ChoiceFilter(label=_("Status"), choices=ApplicationStatus.choices, empty_label=_("All"))

    class Meta:
        model = Application
        fields = []

    def __init__(self, *args, person, **kwargs):
        super().__init__(*args, **kwargs)
        clubs = Club.objects.coordinated_by(person).order_by("name")
        self.filters["club"].queryset = clubs
        if len(clubs) < 2:
            del self.filters["club"]


# --- Memberships ------------------------------------------------------------------------------------------------------


class EndForm(forms.Form):
    ends_on = forms.DateField(label=_("Last day of membership"), widget=DayInput())
    reason = forms.CharField(
        label=_("Reason"), required=False, max_length=250, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, *args, term: Term, needs_reason: bool, **kwargs):
        super().__init__(*args, **kwargs)
        today = timezone.localdate()
        self.fields["ends_on"].initial = term.ends_on or today
        if needs_reason:
            self.fields["reason"].required = True
            self.fields["reason"].help_text = _("The organisation reads it in its letter.")
        else:
            self.fields["ends_on"].widget.attrs["min"] = today.isoformat()
            self.fields["reason"].help_text = _("The club’s coordination reads it. It helps the club to do better.")


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


# --- Directories ------------------------------------------------------------------------------------------------------


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
