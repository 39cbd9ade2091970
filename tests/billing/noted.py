"""A made-up thing to sell that notes what becomes of it, and orders of such things in every state."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal

from django.utils import timezone

from billing import payables
from billing.actions import add_to_basket, place_order, quoted, quoted_totals, record_payment
from billing.enums import Account, Method, VatRegime
from billing.models import Order, OrderLine
from core.errors import RuleBroken
from members.models import Club, Organisation
from tests.factories import OrganisationFactory, member_of


@dataclass
class Thing:
    """A payable whose price is its id in euros. What became of each target is noted, as an app above would do."""

    code: str = "tests.noted"
    regime: str = VatRegime.ASSOCIATION
    state: dict[int, str] = field(default_factory=lambda: defaultdict(str))
    calls: list[tuple[str, int]] = field(default_factory=list)
    prices: dict[int, Decimal] = field(default_factory=dict)
    gone: set[int] = field(default_factory=set)  # no longer for sale
    lost: set[int] = field(default_factory=set)  # cannot be given any more
    reduced_with: dict[int, tuple[int, Decimal]] = field(default_factory=dict)  # costs less with another one

    def quote(self, target_id: int, basket: Order) -> payables.Quote:
        if target_id in self.gone:
            raise RuleBroken("This thing is no longer for sale.")
        price, reason = self.prices.get(target_id, Decimal(target_id)), "list price"
        if target_id in self.reduced_with:
            other, less = self.reduced_with[target_id]
            if basket.lines.live().filter(payable=self.code, target_id=other).exists():
                price, reason = less, "with the other one"
        return payables.Quote(
            key=f"thing:{target_id}", label=f"Chose {target_id}", unit_price=price, regime=self.regime,
            account=Account.DUES, reason=reason,
        )  # fmt: skip

    def hold(self, line, *, until):
        self._note("held", line)

    def grant(self, line, *, by):
        if line.target_id in self.lost:
            raise RuleBroken("This thing is gone.")
        self._note("given", line)

    def withhold(self, line):
        self._note("withheld", line)

    def release(self, line, *, by, reason):
        self._note("released", line)

    def _note(self, state: str, line) -> None:
        self.state[line.target_id] = state
        self.calls.append((state, line.target_id))


def sell_things(monkeypatch, **options) -> Thing:
    """Register a fresh thing for the length of a test."""
    thing = Thing(**options)
    monkeypatch.setitem(payables._payables, thing.code, thing)
    return thing


def buyer_of(club: Club, **fields) -> tuple[Organisation, object]:
    """An organisation with an address, and a manager of it."""
    organisation = OrganisationFactory(**fields)
    return organisation, member_of(organisation)


def basket_with(*targets: int, club: Club, organisation: Organisation, by=None) -> Order:
    lines = [add_to_basket(club, organisation, code="tests.noted", target_id=target, by=by) for target in targets]
    return lines[0].order


def shown_total(basket: Order) -> Decimal:
    return quoted_totals(quoted(basket)).gross


def order_of(
    *targets: int, club: Club, organisation: Organisation, by=None, method=Method.TRANSFER, **details
) -> Order:
    """Things, ordered and not paid."""
    basket = basket_with(*targets, club=club, organisation=organisation, by=by)
    return place_order(basket, by=by, method=method, expected=shown_total(basket), **details)


def paid_order(*targets: int, club: Club, organisation: Organisation, by=None, method=Method.TRANSFER) -> Order:
    """Things, ordered and paid by hand."""
    order = order_of(*targets, club=club, organisation=organisation, by=by, method=method)
    amount = shown_total(order) or Decimal(sum(targets))
    record_payment(order, by=by, method=method, amount=amount, received_on=timezone.localdate())
    return Order.objects.get(pk=order.pk)


def line_of(order: Order, target: int) -> OrderLine:
    return order.lines.get(target_id=target)


def days_ago(days: int):
    return timezone.now() - timedelta(days=days)
