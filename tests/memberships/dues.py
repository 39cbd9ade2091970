"""A club that charges: plans with fees, members who pay them."""

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from django.utils import timezone

from billing.actions import add_to_basket, due_of, place_order, quoted, quoted_totals, record_payment
from billing.enums import Method
from billing.models import Order
from members.models import Club, Organisation, Person
from memberships.actions import FeeRow, set_prices
from memberships.enums import Period
from memberships.models import DUES, DuesCall, Plan, Term
from tests.billing.factories import SellerFactory
from tests.factories import ClubFactory, OrganisationFactory, coordinator_of, member_of
from tests.memberships.factories import PlanFactory, TermFactory


@dataclass
class Charging:
    """A club with a plan that costs something, its coordinator, an organisation and its manager."""

    club: Club
    plan: Plan
    coordinator: Person
    organisation: Organisation
    manager: Person

    def another_plan(self, *fees, period=Period.CALENDAR_YEAR, **conditions) -> Plan:
        plan = PlanFactory(club=self.club, period=period)
        return priced(plan, *fees, by=self.coordinator, **conditions)

    def member(self, *, ends_in: int = 30, plan: Plan | None = None, **fields) -> Term:
        """A member whose term ends in some days, which began a year before."""
        last = timezone.localdate() + timedelta(days=ends_in)
        organisation = OrganisationFactory(**fields)
        member_of(organisation)
        return TermFactory(
            club=self.club, plan=plan or self.plan, organisation=organisation, starts_on=last - timedelta(days=364),
            ends_on=last,
        )  # fmt: skip


def priced(plan: Plan, *fees, by, **conditions) -> Plan:
    rows = [fee if isinstance(fee, FeeRow) else FeeRow(Decimal(fee)) for fee in fees]
    return set_prices(plan, by=by, fees=rows, **conditions)


def charging(*fees, period=Period.TWELVE_MONTHS, **conditions) -> Charging:
    club = ClubFactory()
    SellerFactory(club=club)
    coordinator = coordinator_of(club)
    plan = priced(PlanFactory(club=club, period=period), *(fees or [120]), by=coordinator, **conditions)
    organisation = OrganisationFactory(is_listed=False)
    return Charging(club, plan, coordinator, organisation, member_of(organisation))


def put_into_basket(call: DuesCall, by=None):
    return add_to_basket(call.club, call.organisation, code=DUES, target_id=call.pk, by=by)


def order_dues(call: DuesCall, by=None, method: str = Method.TRANSFER) -> Order:
    basket = put_into_basket(call, by).order
    return place_order(basket, by=by, method=method, expected=quoted_totals(quoted(basket)).gross)


def pay_order(order: Order, by) -> Order:
    record_payment(order, by=by, method=Method.TRANSFER, amount=due_of(order), received_on=timezone.localdate())
    order.refresh_from_db()
    return order


def pay_dues(call: DuesCall, by) -> DuesCall:
    """Ordered and paid by transfer."""
    pay_order(order_dues(call, by), by)
    call.refresh_from_db()
    return call
