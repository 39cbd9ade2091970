"""What happens to a term in its course: suspended and resumed, another plan, paid or taken back."""

from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from core.errors import RuleBroken
from core.history import record
from core.locks import lock_row
from members.models import Organisation
from memberships import letters
from memberships.actions.calls import withdraw_calls
from memberships.actions.pricing import price_of_switch
from memberships.enums import CallKind, Period, TermState
from memberships.models import DuesCall, Plan, Term


@transaction.atomic
def suspend_term(term: Term, *, by, reason: str) -> Term:
    """Let a membership rest: until it is resumed the organisation counts as no member. Twice is once.

    Raises RuleBroken (field `reason`) without one, and for a term that is over.
    """
    term = _locked(term)
    if term.suspended_at is not None:
        return term
    if not reason.strip():
        raise RuleBroken(_("Say why: the organisation reads it in its letter."), field="reason")
    term.suspended_at, term.suspend_reason = timezone.now(), reason.strip()
    term.save(update_fields=["suspended_at", "suspend_reason"])
    _record(term, "suspended", gettext_noop("Suspended the membership of %(organisation)s in %(club)s"), by)
    letters.membership_suspended(term)
    return term


@transaction.atomic
def resume_term(term: Term, *, by) -> Term:
    """End a suspension by the coordination. Twice is once. Money that was taken back is not affected."""
    term = _locked(term)
    if term.suspended_at is None:
        return term
    term.suspended_at, term.suspend_reason = None, ""
    term.save(update_fields=["suspended_at", "suspend_reason"])
    _record(term, "resumed", gettext_noop("Resumed the membership of %(organisation)s in %(club)s"), by)
    letters.membership_resumed(term)
    return term


@transaction.atomic
def change_plan(term: Term, plan: Plan, *, by) -> Term | DuesCall:
    """Go over to another plan in the course of a term: the term itself when it is switched, or the call to be paid first.

    Nothing is paid back when the new plan costs less. Raises RuleBroken for a term that is over, ended or in grace, for
    the plan it already has, one of another club, and one that is closed.
    """
    term, today = _locked(term), timezone.localdate()
    if term.state(today) != TermState.RUNNING:
        raise RuleBroken(_("Only a membership that goes on can change its plan."))
    plan = lock_row(Plan.objects.all(), plan.pk)
    if plan.club_id != term.club_id or not plan.is_open:
        raise RuleBroken(_("This club takes nobody on this plan."), field="plan")
    if plan.pk == term.plan_id:
        raise RuleBroken(_("This is the plan it already has."), field="plan")
    open_calls = DuesCall.objects.open().filter(term=term, kind=CallKind.CHANGE)
    if standing := open_calls.filter(plan=plan).first():
        return standing
    price = price_of_switch(term, plan, today)
    withdraw_calls(open_calls, reason=str(_("Another plan was chosen.")))
    if price.is_free:
        switch_plan(term, plan, today=today, by=by)
        return term
    call = DuesCall.objects.create(
        organisation=term.organisation, club=term.club, plan=plan, kind=CallKind.CHANGE, starts_on=today,
        ends_on=term.ends_on or plan.end_of(today), term=term, from_plan=term.plan, opened_at=timezone.now(),
    )  # fmt: skip
    record(
        "memberships.dues.opened",
        gettext_noop("Called for the dues of %(organisation)s in %(club)s: %(amount)s €"),
        by=by, about=[call, term, term.organisation, term.club], organisation=term.organisation, club=term.club,
        amount=price.amount,
    )  # fmt: skip
    return call


def switch_plan(term: Term, plan: Plan, *, today: date, by) -> None:
    """Put a term on another plan, inside another action and under the organisation's lock. A term until resigned gets an
    end, or loses it, as the plan wants; what is called for the next term is called on the new plan.
    """
    term.plan = plan
    if plan.period == Period.OPEN_ENDED:
        term.ends_on = None
    elif term.ends_on is None:
        term.ends_on = plan.last_day(today)
    term.save(update_fields=["plan", "ends_on"])
    renewals = DuesCall.objects.open().renewals().filter(follows=term)
    if term.ends_on is None:
        withdraw_calls(renewals, reason=str(_("Another plan was chosen.")))
    for call in renewals.with_order().filter(is_awaited=False):
        call.plan, call.ends_on = plan, plan.last_day(call.starts_on)
        call.save(update_fields=["plan", "ends_on"])
    record(
        "memberships.term.changed",
        gettext_noop("%(organisation)s went over to the plan “%(plan)s” in %(club)s"),
        by=by, about=[term, term.organisation, term.club], organisation=term.organisation, club=term.club, plan=plan,
    )  # fmt: skip


def _locked(term: Term) -> Term:
    lock_row(Organisation.objects.all(), term.organisation_id)
    term = lock_row(Term.objects.all(), term.pk)
    if term.state(timezone.localdate()) == TermState.OVER:
        raise RuleBroken(_("This membership is over."))
    return term


def _record(term: Term, what: str, message: str, by) -> None:
    record(
        f"memberships.term.{what}", message, by=by, about=[term, term.organisation, term.club],
        organisation=term.organisation, club=term.club,
    )  # fmt: skip
