"""The terms on which a club takes members."""

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import translation
from django.utils.translation import gettext, gettext_noop
from django.utils.translation import gettext_lazy as _

from core.errors import RuleBroken
from core.history import record
from core.locks import lock_row
from members.models import Club
from memberships.enums import Period
from memberships.models import Plan


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

    Raises RuleBroken (field `name`) for a name that is taken. Nothing is written when nothing changes.
    """
    plan = lock_row(Plan.objects.all(), plan.pk)
    if (plan.name, plan.period) == (name, period):
        return plan
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
