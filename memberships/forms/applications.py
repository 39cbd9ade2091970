"""What is asked of an applicant, and of those who answer."""

from dataclasses import dataclass

import django_filters
from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.errors import RuleBroken
from core.templatetags.kit import euros
from members.models import Club, Organisation
from memberships.actions import price_of_plan
from memberships.enums import ApplicationStatus
from memberships.fees import Price, costs_something
from memberships.models import Application, Plan, clubs_open_to

MAX_MESSAGE, MAX_REASON = 2000, 1000


@dataclass(frozen=True)
class Offer:
    """A plan with what it costs this organisation today, or why that cannot be said."""

    plan: Plan
    price: Price | None
    refusal: str = ""
    asks_headcount: bool = False

    @classmethod
    def of(cls, plan: Plan, organisation: Organisation) -> "Offer":
        try:
            return cls(plan, price_of_plan(plan, organisation, starts_on=timezone.localdate()))
        except RuleBroken as broken:
            return cls(plan, None, str(broken.message), broken.field == "headcount")


class ApplicationForm(forms.Form):
    """Club and plan are only asked for when there is something to choose."""

    club = forms.ModelChoiceField(label=_("Club"), queryset=Club.objects.none(), empty_label=_("Choose a club"))
    plan = forms.ModelChoiceField(label=_("Plan"), queryset=Plan.objects.none(), empty_label=None)
    headcount = forms.IntegerField(
        label=_("How many employees do you have?"),
        help_text=_("The fee depends on it. The number is kept on your organisation’s page."),
        required=False, min_value=0, max_value=10_000_000,
    )  # fmt: skip
    message = forms.CharField(
        label=_("Your message"),
        help_text=_("What you expect of the club, in a few words."),
        widget=forms.Textarea(attrs={"rows": 5}),
        required=False,
        max_length=MAX_MESSAGE,
    )

    def __init__(
        self, *args, organisation: Organisation, club: Club | None = None, plan: Plan | None = None, **kwargs
    ):  # fmt: skip
        super().__init__(*args, **kwargs)
        clubs = clubs_open_to(organisation, timezone.localdate())
        self.clubs = list(clubs)
        if len(self.clubs) == 1:
            del self.fields["club"]
        else:
            self.fields["club"].queryset = clubs
            self.fields["club"].initial = club if club in self.clubs else None
        plans = Plan.objects.open().filter(club__in=self.clubs).for_list()
        self.offers = [Offer.of(plan, organisation) for plan in plans]
        self.costs = any(costs_something(plan) for plan in plans)
        self.at_once = bool(plans) and not any(plan.needs_answer for plan in plans)
        if not any(offer.asks_headcount for offer in self.offers):
            del self.fields["headcount"]
        if self.at_once:
            del self.fields["message"]
        if len(plans) > len({plan.club_id for plan in plans}):
            self.fields["plan"].queryset = plans
            self.fields["plan"].label_from_instance = self._plan_label
            self.fields["plan"].initial = plan if plan in plans else None
        else:
            del self.fields["plan"]

    def _plan_label(self, plan: Plan) -> str:
        words = f"{plan.name} ({plan.get_period_display()})"
        offer = next(offer for offer in self.offers if offer.plan == plan)
        if self.costs and offer.price:
            words = f"{words} – {euros(offer.price.amount)}"
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
