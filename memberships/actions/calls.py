"""Calling for dues, and what the coordination does with a call: hold its letters, write once more, withdraw it.

Prices are not kept here: see `memberships.actions.pricing`. Paying is `memberships.payables`.
"""

from datetime import date, timedelta

from django.db import transaction
from django.db.models import QuerySet, Sum
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from core.errors import RuleBroken
from core.history import record
from core.locks import lock_row
from members.models import Organisation
from memberships import letters
from memberships.actions.pricing import price_of_call, price_of_people, price_of_plan, price_of_renewal
from memberships.enums import CallKind
from memberships.models import Application, DuesCall, Plan, Term

# How long before the last day of a term the next one is offered.
CALLED_BEFORE = timedelta(days=60)


# --- Opening ----------------------------------------------------------------------------------------------------------


@transaction.atomic
def call_joining(
    organisation: Organisation, plan: Plan, *, by, application: Application | None = None, starts_on: date | None = None
) -> DuesCall:
    """Ask for what it costs to join: the term starts when it is paid. A call that is open already is given again.

    Raises RuleBroken for a member, a plan that ends never or has no fee for them.
    """
    organisation = lock_row(Organisation.objects.all(), organisation.pk)
    day = starts_on or timezone.localdate()
    if standing := joining_call_of(organisation, plan):
        return standing
    if other := Term.objects.filter(organisation=organisation, club=plan.club_id).overlapping(day, None).first():
        names = {"organisation": organisation, "club": other.club}
        raise RuleBroken(_("%(organisation)s is already a member of %(club)s.") % names, field="club")
    ends_on = plan.end_of(day)
    price = price_of_plan(plan, organisation, starts_on=day)
    call = DuesCall.objects.create(
        organisation=organisation, club=plan.club, plan=plan, kind=CallKind.JOINING, starts_on=day, ends_on=ends_on,
        keeps_start=starts_on is not None, application=application, opened_at=timezone.now(),
    )  # fmt: skip
    _record(call, "opened", gettext_noop("Called for the dues of %(organisation)s in %(club)s: %(amount)s €"), by,
            amount=price.amount)  # fmt: skip
    return call


def joining_call_of(organisation: Organisation, plan: Plan) -> DuesCall | None:
    """The open call to join the plan's club, if there is one; it follows the plan that is chosen now."""
    calls = DuesCall.objects.open().filter(organisation=organisation, club=plan.club_id, kind=CallKind.JOINING)
    call = calls.first()
    if call and call.plan_id != plan.pk and (ends_on := plan.last_day(call.starts_on)):
        call.plan, call.ends_on = plan, ends_on
        call.save(update_fields=["plan", "ends_on"])
    return call


@transaction.atomic
def call_renewal(term: Term, *, by=None) -> DuesCall:
    """Offer the term that follows `term`, and let it stand in grace after its last day. Once for each term.

    Raises RuleBroken for a term that runs until resigned, that somebody has ended, that is followed already or whose
    next term costs nothing, and where the plan has no fee for them.
    """
    organisation = lock_row(Organisation.objects.all(), term.organisation_id)
    term = lock_row(Term.objects.all(), term.pk)
    if term.ends_on is None or term.is_ended:
        raise RuleBroken(_("This membership does not renew itself."))
    if Term.objects.filter(organisation=organisation, club=term.club_id).ahead(term.ends_on).exists():
        raise RuleBroken(_("This membership is renewed already."))
    starts_on, plan = term.ends_on + timedelta(days=1), term.plan
    if standing := _renewal_on(organisation, term, starts_on):
        return standing
    people = extra_people_of(term)
    price = price_of_renewal(term, plan, starts_on, people=people)
    if price.is_free:
        raise RuleBroken(_("The next term costs nothing: it begins by itself."))
    call = DuesCall.objects.create(
        organisation=organisation, club=term.club, plan=plan, kind=CallKind.RENEWAL, starts_on=starts_on,
        ends_on=plan.end_of(starts_on), follows=term, people=people, opened_at=timezone.now(),
    )  # fmt: skip
    term.grace_until = term.ends_on + timedelta(days=plan.grace_days)
    term.save(update_fields=["grace_until"])
    _record(call, "opened", gettext_noop("Called for the dues of %(organisation)s in %(club)s: %(amount)s €"), by,
            amount=price.amount)  # fmt: skip
    return call


def _renewal_on(organisation: Organisation, term: Term, starts_on: date) -> DuesCall | None:
    calls = DuesCall.objects.renewals().filter(organisation=organisation, club=term.club_id, starts_on=starts_on)
    return calls.filter(withdrawn_at__isnull=True).first()


@transaction.atomic
def call_people(term: Term, *, by, people: int = 1) -> DuesCall:
    """Ask for what `people` more than the plan includes cost; they have room once it is paid.

    Raises RuleBroken where the plan takes as many as they like, or sells no more.
    """
    lock_row(Organisation.objects.all(), term.organisation_id)
    term = lock_row(Term.objects.all(), term.pk)
    plan, today = term.plan, timezone.localdate()
    if plan.people_included is None:
        raise RuleBroken(_("This plan takes as many people as you like."))
    if not plan.price_per_person or term.ends_on is None or plan.is_sponsored:
        raise RuleBroken(_("More people cannot be bought on this plan: ask the coordination."))
    if term.ends_on < today or people < 1:
        raise RuleBroken(_("This membership is over."))
    open_calls = DuesCall.objects.open().filter(term=term, kind=CallKind.PEOPLE)
    if standing := open_calls.filter(people=people).first():
        return standing
    call = DuesCall.objects.create(
        organisation=term.organisation, club=term.club, plan=plan, kind=CallKind.PEOPLE, starts_on=today,
        ends_on=term.ends_on, term=term, people=people, opened_at=timezone.now(),
    )  # fmt: skip
    price = price_of_people(plan, people, today)
    _record(call, "opened", gettext_noop("Called for the dues of %(organisation)s in %(club)s: %(amount)s €"), by,
            amount=price.amount)  # fmt: skip
    return call


def extra_people_of(term: Term) -> int:
    """People above those included that are paid for this term."""
    granted = DuesCall.objects.filter(term=term, granted_at__isnull=False)
    return granted.aggregate(total=Sum("people"))["total"] or 0


# --- Held, written again, withdrawn -----------------------------------------------------------------------------------


@transaction.atomic
def hold_call(call: DuesCall, *, by) -> DuesCall:
    """Write no more letters about it until somebody says so. Twice is once."""
    call = lock_row(DuesCall.objects.all(), call.pk)
    _require_open(call)
    if not call.is_held:
        call.held_at, call.held_by = timezone.now(), by
        call.save(update_fields=["held_at", "held_by"])
        _record(call, "held", gettext_noop("Held the letters about the dues of %(organisation)s"), by)
    return call


@transaction.atomic
def unhold_call(call: DuesCall, *, by) -> DuesCall:
    """Write again: the next letter is the one that is due by then. Twice is once."""
    call = lock_row(DuesCall.objects.all(), call.pk)
    if call.is_held:
        call.held_at, call.held_by = None, None
        call.save(update_fields=["held_at", "held_by"])
        _record(call, "resumed", gettext_noop("Let the letters about the dues of %(organisation)s go out again"), by)
    return call


@transaction.atomic
def remind_now(call: DuesCall, *, by) -> DuesCall:
    """Write about it at once, whatever is planned. Raises RuleBroken when it is settled, or was written today."""
    call = lock_row(DuesCall.objects.all(), call.pk)
    _require_open(call)
    if not letters.write_dues(call, price_of_call(call, timezone.localdate()), stage=timezone.localdate().isoformat()):
        raise RuleBroken(_("Nobody was written to: a letter has already gone out today, or there is no address."))
    _record(call, "reminded", gettext_noop("Reminded %(organisation)s of its dues"), by)
    return call


@transaction.atomic
def withdraw_call(call: DuesCall, *, by, reason: str) -> DuesCall:
    """Ask no longer: the offer is off, and no letter goes out. Who stands in grace is no longer a member.

    Twice is once. Raises RuleBroken without a reason, and once it is settled or ordered.
    """
    lock_row(Organisation.objects.all(), call.organisation_id)
    call = lock_row(DuesCall.objects.all(), call.pk)
    if call.withdrawn_at is not None:
        return call
    _require_open(call)
    if not reason.strip():
        raise RuleBroken(_("Say why: it stays in the history."), field="reason")
    if DuesCall.objects.with_order().filter(pk=call.pk, is_awaited=True).exists():
        raise RuleBroken(_("This is ordered already: cancel the order instead."))
    withdraw_calls(DuesCall.objects.filter(pk=call.pk), reason=reason.strip())
    if call.is_renewal and call.follows_id:
        Term.objects.filter(pk=call.follows_id).update(grace_until=None)
    _record(call, "withdrawn", gettext_noop("Withdrew the call for the dues of %(organisation)s in %(club)s"), by)
    call.refresh_from_db()
    return call


def withdraw_calls(calls: QuerySet[DuesCall], *, reason: str) -> None:
    """Withdraw calls inside another action, whatever became of them: it says why."""
    ids = list(calls.values_list("pk", flat=True))
    standing = DuesCall.objects.filter(pk__in=ids, withdrawn_at__isnull=True)
    standing.update(
        withdrawn_at=timezone.now(), granted_at=None, withdraw_reason=(reason or str(_("The membership ended.")))[:250]
    )


def _require_open(call: DuesCall) -> None:
    if call.granted_at is not None:
        raise RuleBroken(_("These dues are settled."))
    if call.withdrawn_at is not None:
        raise RuleBroken(_("This call was withdrawn on %(date)s.") % {"date": date_format(call.withdrawn_at)})


def _record(call: DuesCall, what: str, message: str, by, **values) -> None:
    record(
        f"memberships.dues.{what}", message, by=by,
        about=[call, call.organisation, call.club, *([call.follows] if call.follows else [])],
        organisation=call.organisation, club=call.club, **values,
    )  # fmt: skip
