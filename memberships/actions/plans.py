"""The terms on which a club takes members."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError
from django.utils import translation
from django.utils.translation import gettext, gettext_noop
from django.utils.translation import gettext_lazy as _

from billing.actions import seller_of
from billing.enums import OrderStatus
from billing.models import OrderLine
from core.errors import RuleBroken
from core.history import record
from core.locks import lock_row
from members.models import Club
from memberships.enums import Period, Seniority
from memberships.models import DUES, Fee, Plan


@dataclass(frozen=True)
class FeeRow:
    """A line of a table of fees, as it is typed in."""

    amount: Decimal
    audience: str = ""
    kind: str = ""
    headcount_from: int = 0
    headcount_to: int | None = None
    seniority: str = Seniority.ANY


NEEDS_PERIOD = _("A fee is for a time: choose a calendar year or twelve months for a plan that costs something.")


@transaction.atomic
def create_plan(club: Club, *, by, name: str, period: str = Period.OPEN_ENDED) -> Plan:
    """Offer another way to be a member of `club`. Raises RuleBroken (field `name`) for a name that is taken."""
    plan = _saved(Plan(club=club, name=name, period=period))
    record(
        "memberships.plan.created",
        gettext_noop("Created the plan “%(plan)s”"),
        by=by,
        about=[plan, club],
        plan=plan,
        period=period,
    )
    return plan


@transaction.atomic
def update_plan(plan: Plan, *, by, name: str, period: str) -> Plan:
    """Rename a plan or change how long its terms run, from the next term on: terms that have started stay as they are.

    Raises RuleBroken (field `name`) for a name that is taken, (field `period`) when a plan that costs something would
    no longer end. Nothing is written when nothing changes.
    """
    plan = lock_row(Plan.objects.all(), plan.pk)
    if (plan.name, plan.period) == (name, period):
        return plan
    if period == Period.OPEN_ENDED and (plan.joining_fee or plan.price_per_person or plan.fees.exists()):
        raise RuleBroken(NEEDS_PERIOD, field="period")
    plan.name, plan.period = name, period
    _saved(plan)
    record(
        "memberships.plan.updated",
        gettext_noop("Changed the plan “%(plan)s”"),
        by=by,
        about=[plan, plan.club],
        plan=plan,
        period=period,
    )
    return plan


@transaction.atomic
def set_prices(plan: Plan, *, by, fees: Sequence[FeeRow], **conditions) -> Plan:
    """Say what a plan costs and on which conditions: its whole table of fees, and fields of Plan.

    What is called for but not ordered yet costs the new price; what is ordered stays as it is. Raises RuleBroken for a
    plan that runs until resigned (a fee is for a time), for a club that has not set up payments unless somebody else
    pays, and for two lines that are for the same members.
    """
    plan = lock_row(Plan.objects.all(), plan.pk)
    for name, value in conditions.items():
        setattr(plan, name, value)
    costs = any(fee.amount for fee in fees) or plan.joining_fee or plan.price_per_person
    if plan.period == Period.OPEN_ENDED and (costs or fees):
        raise RuleBroken(NEEDS_PERIOD)
    if costs and not plan.is_sponsored:
        seller_of(plan.club)
    plan.save()
    plan.fees.all().delete()
    try:
        with transaction.atomic():
            Fee.objects.bulk_create(Fee(plan=plan, **vars(fee)) for fee in fees)
    except IntegrityError as error:
        raise RuleBroken(_("Two lines of the table are for the same members.")) from error
    record(
        "memberships.plan.priced",
        gettext_noop("Changed what the plan “%(plan)s” costs"),
        by=by,
        about=[plan, plan.club],
        plan=plan,
        fees="; ".join(f"{fee.words}: {fee.amount}" for fee in plan.fees.all()),
    )
    return plan


@transaction.atomic
def delete_plan(plan: Plan, *, by) -> None:
    """Do away with a plan that nobody is or was a member on. What lies in baskets says that it is gone.

    Raises RuleBroken once it has members, applications or orders: then it can only be closed.
    """
    plan = lock_row(Plan.objects.all(), plan.pk)
    ordered = OrderLine.objects.live().filter(
        payable=DUES, target_id__in=plan.dues_calls.values("pk")
    ).exclude(order__status=OrderStatus.BASKET)  # fmt: skip
    if ordered.exists():
        raise RuleBroken(STILL_USED)
    club = plan.club
    try:
        with transaction.atomic():
            plan.delete()
    except ProtectedError as error:
        raise RuleBroken(STILL_USED) from error
    record("memberships.plan.deleted", gettext_noop("Deleted the plan “%(plan)s”"), by=by, about=[club], plan=plan.name)


STILL_USED = _("This plan has members, applications or orders: it can be closed, not deleted.")


@transaction.atomic
def close_plan(plan: Plan, *, by) -> Plan:
    """Take no more applications on this plan; its members stay members. Closing twice is harmless."""
    return _set_open(plan, False, "memberships.plan.closed", gettext_noop("Closed the plan “%(plan)s”"), by)


@transaction.atomic
def reopen_plan(plan: Plan, *, by) -> Plan:
    """Take applications on this plan again. Reopening twice is harmless."""
    return _set_open(plan, True, "memberships.plan.reopened", gettext_noop("Reopened the plan “%(plan)s”"), by)


@transaction.atomic
def plan_of(club: Club, *, by) -> Plan:
    """The plan on which `club` takes members when nobody chose one: its oldest open plan.

    A club that never set up a plan gets one that runs until resigned. Raises RuleBroken when all plans are closed.
    """
    club = lock_row(Club.objects.all(), club.pk)
    plans = list(club.plans.order_by("pk"))
    if not plans:
        with translation.override(settings.LANGUAGE_CODE):
            name = gettext("Membership")
        return create_plan(club, by=by, name=name)
    for plan in plans:
        if plan.is_open:
            return plan
    raise RuleBroken(_("This club takes no applications at the moment."), field="club")


def _saved(plan: Plan) -> Plan:
    try:
        with transaction.atomic():
            plan.save()
    except IntegrityError as error:
        raise RuleBroken(_("This club already has a plan of this name."), field="name") from error
    return plan


def _set_open(plan: Plan, is_open: bool, code: str, message: str, by) -> Plan:
    plan = lock_row(Plan.objects.all(), plan.pk)
    if plan.is_open == is_open:
        return plan
    plan.is_open = is_open
    plan.save(update_fields=["is_open"])
    record(code, message, by=by, about=[plan, plan.club], plan=plan)
    return plan
