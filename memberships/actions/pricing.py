"""What an organisation pays: the fees of `memberships.fees`, for an organisation as it is known. Reads only."""

from datetime import date
from decimal import Decimal

from django.utils import timezone
from django.utils.translation import gettext as _

from core.errors import RuleBroken
from core.money import ZERO
from members.models import Club, Organisation
from memberships.enums import CallKind, Period
from memberships.fees import (
    Payer,
    Price,
    extra_people_words,
    fee_of,
    for_member,
    headcount_of,
    price_of_change,
    price_of_term,
    prorated,
    remaining_months,
)
from memberships.models import DuesCall, Plan, Term


def is_first_term(organisation: Organisation, club: Club | int, starts_on: date) -> bool:
    """Nothing of this organisation's membership in the club began before that day."""
    return not Term.objects.filter(organisation=organisation, club=club, starts_on__lt=starts_on).exists()


def payer_of(organisation: Organisation, *, is_first: bool) -> Payer:
    return Payer(organisation.kind, headcount_of(organisation.headcount), is_first)


def price_of_plan(plan: Plan, organisation: Organisation, *, starts_on: date, people: int = 0) -> Price:
    """What it costs to join on this plan on that day. Raises RuleBroken as `price_of_term` does."""
    payer = payer_of(organisation, is_first=is_first_term(organisation, plan.club_id, starts_on))
    return price_of_term(plan, payer, starts_on, people=people)


def price_of_renewal(term: Term, plan: Plan, starts_on: date, *, people: int = 0) -> Price:
    """What the term after `term` costs: never a first year."""
    return price_of_term(plan, payer_of(term.organisation, is_first=False), starts_on, people=people)


def price_of_call(call: DuesCall, today: date, *, is_first: bool | None = None) -> Price:
    """What a call asks for when it is paid today. Raises RuleBroken when its plan is gone or has no fee for them."""
    plan = call.plan
    if plan is None:
        raise RuleBroken(_("This plan no longer exists: choose another one."))
    if call.kind == CallKind.CHANGE:
        return price_of_switch(call.term, plan, today)
    if call.kind == CallKind.PEOPLE:
        return price_of_people(plan, call.people, today)
    starts_on = first_day(call, today)
    if call.is_renewal:
        is_first = False
    elif is_first is None:
        is_first = is_first_term(call.organisation, call.club_id, starts_on)
    return price_of_term(plan, payer_of(call.organisation, is_first=is_first), starts_on, people=call.people)


def first_day(call: DuesCall, today: date) -> date:
    """A first term starts on the day it is ordered, unless its day was fixed; other calls know their day."""
    is_free_to_start = call.kind == CallKind.JOINING and not call.keeps_start
    return max(call.starts_on, today) if is_free_to_start else call.starts_on


def last_day(call: DuesCall, today: date) -> date:
    if call.kind == CallKind.JOINING and call.plan is not None:
        return call.plan.last_day(first_day(call, today)) or call.ends_on
    return call.ends_on


def price_of_people(plan: Plan, people: int, today: date) -> Price:
    amount, share_words = prorated(people * plan.price_per_person, plan, today)
    return for_member(plan, amount, [words for words in (extra_people_words(people), share_words) if words])


def price_of_switch(term: Term | None, plan: Plan, today: date) -> Price:
    """What it costs to go over to `plan` in the course of `term` (see `memberships.fees`).

    Who is a member until resigned has paid nothing, and pays the new plan as from today, without its joining fee.
    """
    if term is None:
        raise RuleBroken(_("This membership no longer exists."))
    payer = payer_of(term.organisation, is_first=is_first_term(term.organisation, term.club_id, term.starts_on))
    new = _whole_fee(plan, payer)
    if plan.is_sponsored:
        return for_member(plan, new, [])
    if term.ends_on is None:
        amount, share_words = prorated(new, plan, today)
        return Price(amount, share_words or _("The whole fee, from today on")) if amount else Price(ZERO, _("Free"))
    old = ZERO if term.plan.is_sponsored else _whole_fee(term.plan, payer)
    return price_of_change(old, plan, new, remaining_months(today, term.ends_on))


def _whole_fee(plan: Plan, payer: Payer) -> Decimal:
    fees = list(plan.fees.all())
    return fee_of(fees, payer).amount if fees and plan.period != Period.OPEN_ENDED else ZERO


def price_today(plan: Plan, organisation: Organisation) -> Price:
    return price_of_plan(plan, organisation, starts_on=timezone.localdate())
