"""Dues as something that can be bought: what a call costs, and what becomes of the membership when money comes or goes.

Every verb runs inside the order's transaction, takes the organisation's lock after the order's, and is safe to repeat.
"""

from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from billing.enums import Account, VatRegime
from billing.models import Order, OrderLine
from billing.payables import Quote
from core.errors import RuleBroken
from core.history import record
from core.locks import lock_row
from members.models import Organisation
from memberships import letters
from memberships.actions.changes import switch_plan
from memberships.actions.pricing import first_day, last_day, price_of_call
from memberships.actions.terms import drop_followers, start_term
from memberships.enums import CallKind, Period
from memberships.models import DUES, DuesCall, Plan, Term


class Dues:
    """The payable of `DuesCall`."""

    code = DUES

    def quote(self, target_id: int, basket: Order) -> Quote:
        calls = DuesCall.objects.select_related("organisation", "club", "plan__club", "plan__sponsor", "term__plan")
        own = calls.filter(organisation=basket.organisation_id, club=basket.club_id)
        call = own.prefetch_related("plan__fees", "term__plan__fees").filter(pk=target_id).first()
        if call is None:
            raise RuleBroken(_("This call for dues no longer exists."))
        today = timezone.localdate()
        _require_buyable(call, today)
        price = price_of_call(call, today)
        starts_on, ends_on = first_day(call, today), last_day(call, today)
        return Quote(
            key=call.key, label=_label(call, starts_on, ends_on), unit_price=price.amount,
            regime=call.plan.regime if call.plan else VatRegime.ASSOCIATION, account=Account.DUES, reason=price.reason,
            starts_on=starts_on, ends_on=ends_on,
        )  # fmt: skip

    def hold(self, line: OrderLine, *, until: datetime | None) -> None:
        """There is nothing scarce to keep."""

    def grant(self, line: OrderLine, *, by) -> None:
        call = _locked(line)
        if call is None or call.withdrawn_at is not None:
            raise RuleBroken(_("These dues are no longer asked for."))
        if call.plan is None:
            raise RuleBroken(_("This plan no longer exists."))
        if call.term is not None and call.term.withheld_at is not None:
            _resume(call, by=by)
        elif call.begins_term and call.term is None:
            _grant_term(call, line, by=by)
        elif call.kind == CallKind.CHANGE and call.granted_at is None:
            _grant_change(call, by=by)
        if call.granted_at is None:
            call.granted_at = timezone.now()
            call.save(update_fields=["granted_at", "term"])

    def withhold(self, line: OrderLine) -> None:
        call = _locked(line)
        if call is None or call.granted_at is None:
            return
        if call.kind == CallKind.PEOPLE:
            call.granted_at = None
            call.save(update_fields=["granted_at"])
        elif call.term is not None and call.term.withheld_at is None:
            call.term.withheld_at = timezone.now()
            call.term.save(update_fields=["withheld_at"])
            _record(call, "withheld", gettext_noop("The bank took the dues of %(organisation)s in %(club)s back"), None)

    def release(self, line: OrderLine, *, by, reason: str) -> None:
        call = _locked(line)
        if call is None or call.granted_at is None:
            return
        why = reason or _("The dues were not paid.")
        if call.term is not None and call.begins_term:
            _end_granted(call, why, by=by)
        elif call.term is not None and call.kind == CallKind.CHANGE and call.from_plan is not None:
            switch_back(call, by=by)
        call.refresh_from_db()
        call.granted_at, call.withdrawn_at, call.withdraw_reason = None, timezone.now(), why[:250]
        call.save(update_fields=["granted_at", "withdrawn_at", "withdraw_reason"])


# --- What is bought ---------------------------------------------------------------------------------------------------


def _require_buyable(call: DuesCall, today) -> None:
    if call.granted_at is not None:
        raise RuleBroken(_("These dues are settled."))
    if call.withdrawn_at is not None:
        raise RuleBroken(_("These dues are no longer asked for."))
    if call.plan is None:
        raise RuleBroken(_("This plan no longer exists: choose another one."))
    if call.kind != CallKind.RENEWAL and not call.plan.is_open:
        raise RuleBroken(_("The plan “%(plan)s” takes nobody any more: choose another one.") % {"plan": call.plan})
    ends_on = last_day(call, today)
    if ends_on < today:
        raise RuleBroken(_("The time these dues were for is over."))
    if call.begins_term and call.term_id is None:
        terms = Term.objects.filter(organisation=call.organisation_id, club=call.club_id)
        if terms.overlapping(first_day(call, today), ends_on).exists():
            names = {"organisation": call.organisation, "club": call.club}
            raise RuleBroken(_("%(organisation)s is already a member of %(club)s.") % names)
    elif call.term is None and not call.begins_term:
        raise RuleBroken(_("This membership no longer exists."))


def _label(call: DuesCall, starts_on, ends_on) -> str:
    values = {
        "club": call.club, "plan": call.plan, "people": call.people,
        "start": date_format(starts_on, "SHORT_DATE_FORMAT"), "end": date_format(ends_on, "SHORT_DATE_FORMAT"),
    }  # fmt: skip
    if call.kind == CallKind.CHANGE:
        return _("%(club)s, change to the plan “%(plan)s” until %(end)s") % values
    if call.kind == CallKind.PEOPLE:
        return _("%(club)s, extra people until %(end)s: %(people)s") % values
    return _("Membership of %(club)s, %(plan)s, from %(start)s to %(end)s") % values


def _locked(line: OrderLine) -> DuesCall | None:
    """The organisation's lock, then the call as it is now, its term with it."""
    lock_row(Organisation.objects.all(), line.order.organisation_id)
    call = DuesCall.objects.filter(pk=line.target_id).first()
    if call is None:
        return None
    call = lock_row(DuesCall.objects.all(), call.pk)
    if call.term_id is not None:
        call.term = lock_row(Term.objects.all(), call.term_id)
    return call


# --- Given and taken --------------------------------------------------------------------------------------------------


def _resume(call: DuesCall, *, by) -> None:
    call.term.withheld_at = None
    call.term.save(update_fields=["withheld_at"])
    _record(call, "paid_again", gettext_noop("The dues of %(organisation)s in %(club)s are paid again"), by)


def _grant_term(call: DuesCall, line: OrderLine, *, by) -> None:
    plan = Plan.objects.get(pk=call.plan_id)
    call.term = start_term(
        call.organisation, plan, by=by, starts_on=line.starts_on or call.starts_on, ends_on=line.ends_on or call.ends_on,
        application=call.application,
    )  # fmt: skip
    if call.kind == CallKind.JOINING:
        letters.organisation_enrolled(call.term)


def _grant_change(call: DuesCall, *, by) -> None:
    today = timezone.localdate()
    if call.term is None or call.term.is_ended or (call.term.ends_on is not None and call.term.ends_on < today):
        raise RuleBroken(_("This membership no longer goes on."))
    switch_plan(call.term, Plan.objects.get(pk=call.plan_id), today=today, by=by)


def switch_back(call: DuesCall, *, by) -> None:
    """The change was taken back: the plan of before, and no end where it had none."""
    switch_plan(call.term, call.from_plan, today=timezone.localdate(), by=by)
    if call.from_plan.period == Period.OPEN_ENDED and call.term.ends_on is not None:
        call.term.ends_on = None
        call.term.save(update_fields=["ends_on"])


def _end_granted(call: DuesCall, why: str, *, by) -> None:
    """The money went back: the membership ends with yesterday; one that has not begun is undone."""
    term, yesterday = call.term, timezone.localdate() - timedelta(days=1)
    drop_followers(term, reason=why)
    _record(call, "taken_back", gettext_noop("The dues of %(organisation)s in %(club)s were paid back"), by)
    is_begun = term.starts_on <= yesterday
    term.ends_on = min(term.ends_on or yesterday, yesterday) if is_begun else term.starts_on
    term.ended_at, term.end_reason, term.grace_until = timezone.now(), why[:250], None
    letters.membership_ended(term, by=by)
    if is_begun:
        term.save(update_fields=["ends_on", "ended_at", "end_reason", "grace_until"])
    else:
        term.delete()


def _record(call: DuesCall, what: str, message: str, by) -> None:
    record(
        f"memberships.dues.{what}", message, by=by,
        about=[call, call.organisation, call.club, *([call.term] if call.term_id else [])],
        organisation=call.organisation, club=call.club,
    )  # fmt: skip
