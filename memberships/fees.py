"""What a membership costs, worked out from a plan and its table of fees. No request, no clock, no query.

**Which line counts.** Of the lines that fit an organisation, the most specific one: a kind before a group of kinds
before everybody; then a band of employees before none, and a narrower band before a wider one; then « first year » or
« later years » before anybody; of two that are alike in all this, the smaller fee, then the older line. So the same
table always gives the same fee, whatever the order of its lines. A table none of whose lines fits does not take this
organisation; a plan without a table is free.

**First year** is the first term in the club; whoever comes back after a gap is in a later year.

**Pro rata** concerns plans by calendar year, and all but the joining fee: by month, every month begun counts (who joins
on 15 November owes two twelfths); by half-year, who joins from July on owes half.

**A change in mid-term** costs the difference of the two whole fees for the whole months that remain; nothing is paid
back when it is negative.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.errors import RuleBroken
from core.money import ZERO, money
from core.templatetags.kit import euros
from core.text import folded
from members.enums import OrganisationKind
from memberships.enums import Period, Prorata, Seniority
from memberships.models import Fee, Plan

MONTHS, HALF_YEARS = 12, 2
MOST_EMPLOYEES = 10_000_000
_NUMBER = re.compile(r"\d{1,3}(?:[\s.]\d{3})+(?!\d)|\d+")
_BELOW = ("moins de", "jusqu", "less than", "up to", "under", "<")


@dataclass(frozen=True)
class Price:
    """What the member pays, VAT not included, and why; `sponsored` is what somebody else bears."""

    amount: Decimal
    reason: str
    sponsored: Decimal = ZERO

    @property
    def is_free(self) -> bool:
        return self.amount == 0


@dataclass(frozen=True)
class Payer:
    """What of an organisation its fee depends on."""

    kind: str
    headcount: int | None
    is_first: bool

    @property
    def audience(self) -> str:
        return OrganisationKind(self.kind).audience


def headcount_of(text: str) -> int | None:
    """The smallest number of employees that a free text speaks of; None where it names none.

    >>> headcount_of("250 à 499 salariés"), headcount_of("1 200"), headcount_of("moins de 10"), headcount_of("PME")
    (250, 1200, 0, None)
    """
    found = _NUMBER.search(text)
    if found is None:
        return None
    before = text[: found.start()].casefold()
    if any(word in before or word in folded(before) for word in _BELOW):
        return 0
    return min(int(re.sub(r"\D", "", found.group())), MOST_EMPLOYEES)


# --- The table --------------------------------------------------------------------------------------------------------


def costs_something(plan: Plan) -> bool:
    """Anybody may have to pay for this plan. Reads `plan.fees`: prefetch it."""
    return not plan.is_sponsored and (plan.joining_fee > 0 or any(fee.amount > 0 for fee in plan.fees.all()))


def choose_fee(fees: Iterable[Fee], payer: Payer) -> Fee | None:
    """The most specific line that fits (see above); None when none does."""
    fitting = [fee for fee in fees if _fits(fee, payer)]
    return max(fitting, key=_specificity, default=None)


def asks_headcount(fees: Iterable[Fee], payer: Payer) -> bool:
    """Whether the fee depends on a number of employees that is not known."""
    return payer.headcount is None and any(fee.has_band and _fits(fee, payer, at_any_size=True) for fee in fees)


def _fits(fee: Fee, payer: Payer, *, at_any_size: bool = False) -> bool:
    if fee.kind and fee.kind != payer.kind or fee.audience and fee.audience != payer.audience:
        return False
    if fee.seniority != Seniority.ANY and payer.is_first != (fee.seniority == Seniority.FIRST_YEAR):
        return False
    if not fee.has_band or at_any_size:
        return True
    if payer.headcount is None:
        return False
    return fee.headcount_from <= payer.headcount <= _top(fee)


def _top(fee: Fee) -> int:
    return MOST_EMPLOYEES if fee.headcount_to is None else fee.headcount_to


def _specificity(fee: Fee) -> tuple:
    who = 2 if fee.kind else 1 if fee.audience else 0
    width = _top(fee) - fee.headcount_from if fee.has_band else MOST_EMPLOYEES + 1
    return who, -width, fee.seniority != Seniority.ANY, -fee.amount, -(fee.pk or 0)


# --- A term -----------------------------------------------------------------------------------------------------------


def price_of_term(plan: Plan, payer: Payer, starts_on: date, *, people: int = 0) -> Price:
    """What a term from `starts_on` on costs, with `people` above those included.

    Raises RuleBroken (field `headcount`) when the fee depends on a number of employees that is not known, and when the
    plan's table has no line for such an organisation.
    """
    fees = list(plan.fees.all())
    fee = fee_of(fees, payer) if fees else None
    whole = (fee.amount if fee else ZERO) + people * plan.price_per_person
    due, share_words = prorated(whole, plan, starts_on)
    words = [fee.words] if fee else []
    if people:
        words.append(extra_people_words(people))
    words += [share_words] if share_words and whole else []
    if payer.is_first and plan.joining_fee:
        due += plan.joining_fee
        words.append(_("joining fee: %(amount)s") % {"amount": euros(plan.joining_fee)})
    return for_member(plan, due, words)


def for_member(plan: Plan, amount: Decimal, words: list[str]) -> Price:
    """The price, or that somebody else pays it."""
    if plan.is_sponsored:
        return Price(ZERO, _("Paid by %(sponsor)s") % {"sponsor": plan.sponsor_label}, sponsored=amount)
    return Price(amount, ", ".join(words) if amount else _("Free of charge"))


def fee_of(fees: list[Fee], payer: Payer) -> Fee:
    if asks_headcount(fees, payer):
        sentence = _("The fee depends on the number of employees: say how many the organisation has.")
        raise RuleBroken(sentence, field="headcount")
    fee = choose_fee(fees, payer)
    if fee is None:
        raise RuleBroken(_("This plan has no fee for an organisation of this kind and size: ask the coordination."))
    return fee


def extra_people_words(people: int) -> str:
    return ngettext("%(n)s extra person", "%(n)s extra people", people) % {"n": people}


def prorated(amount: Decimal, plan: Plan, starts_on: date) -> tuple[Decimal, str]:
    """What is owed of a whole term's `amount`, and the share in words (none for all of it)."""
    if plan.period != Period.CALENDAR_YEAR or plan.prorata == Prorata.NONE:
        return amount, ""
    if plan.prorata == Prorata.MONTHS:
        months = MONTHS + 1 - starts_on.month
        if months == MONTHS:
            return amount, ""
        words = ngettext("%(n)s month of 12", "%(n)s months of 12", months) % {"n": months}
        return money(amount * months / MONTHS), words
    if starts_on.month <= MONTHS // HALF_YEARS:
        return amount, ""
    return money(amount / HALF_YEARS), _("second half-year")


# --- In the course of a term ------------------------------------------------------------------------------------------


def price_of_change(old: Decimal, plan: Plan, new: Decimal, months: int) -> Price:
    """What it costs to go from a plan of `old` a year to `plan`, of `new` a year, for the `months` that remain."""
    owed = difference(old, new, months)
    left = ngettext("%(n)s whole month left", "%(n)s whole months left", months) % {"n": months}
    words = _("Difference of %(old)s to %(new)s a year") % {"old": euros(old), "new": euros(new)}
    return Price(owed, f"{words}, {left}" if owed else _("Nothing to pay, and nothing is paid back"))


def difference(old: Decimal, new: Decimal, months: int) -> Decimal:
    """For the months that remain; never less than nothing."""
    return max(money((new - old) * months / MONTHS), ZERO)


def remaining_months(today: date, ends_on: date) -> int:
    """Whole months from `today` to `ends_on`, both included: from 1 July to 31 December it is six, from 2 July five."""
    if ends_on < today:
        return 0
    end = ends_on + timedelta(days=1)
    months = (end.year - today.year) * MONTHS + end.month - today.month
    return max(months - (today.day > end.day), 0)
