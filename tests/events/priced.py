"""Events that cost something, and organisations that pay for them as the pages do."""

from datetime import date, timedelta
from decimal import Decimal

from django.utils import timezone

from billing.actions import place_order, quoted, quoted_totals, record_payment
from billing.enums import Account, Method, VatRegime
from billing.models import Order, OrderLine
from billing.payables import Quote
from events.actions import register_people
from events.models import Event, Price, Registration, live_line
from members.models import Organisation
from tests.billing.factories import SellerFactory
from tests.events.factories import EventFactory, people
from tests.factories import ClubFactory, OrganisationFactory, member_of


def priced_event(amount="25.00", *, members="0.00", **fields) -> Event:
    """Of a club that sells; by default members come free, and others pay 25 €."""
    club = fields.pop("club", None) or ClubFactory()
    if not hasattr(club, "seller"):
        SellerFactory(club=club, takes_cash=True)
    event = EventFactory(club=club, **fields)
    price(event, amount, is_for_members=False)
    price(event, members, is_for_members=True)
    return event


def price(event: Event, amount, *, audience: str = "", is_for_members: bool) -> Price:
    return Price.objects.create(event=event, audience=audience, is_for_members=is_for_members, amount=Decimal(amount))


def buyer(**fields) -> Organisation:
    """An organisation whose invoices can be written."""
    values = {"street": "1 rue de la Paix", "post_code": "92000", "city": "Nanterre", **fields}
    organisation = OrganisationFactory(**values)
    member_of(organisation)
    return organisation


def manager_of(organisation: Organisation):
    return organisation.roles.get().person


def hold_places(event: Event, count: int = 1, organisation: Organisation | None = None) -> Registration:
    """Registered by the organisation's manager: the places are held and lie in the basket."""
    organisation = organisation or buyer()
    return register_people(event, organisation=organisation, people=people(count), by=manager_of(organisation))


def order_of(registration: Registration) -> Order:
    return live_line(registration.pk).order


def place(registration: Registration, method: str = Method.TRANSFER, **values) -> Order:
    """Order what lies in the basket."""
    basket = order_of(registration)
    gross = quoted_totals(quoted(basket)).gross
    return place_order(basket, by=manager_of(registration.organisation), method=method, expected=gross, **values)


def pay(order: Order, amount="25.00") -> None:
    record_payment(
        order, by=None, method=Method.TRANSFER, amount=Decimal(amount), received_on=timezone.localdate()
    )  # fmt: skip


def hold_and_pay(event: Event, count: int = 1, organisation: Organisation | None = None) -> Registration:
    registration = hold_places(event, count, organisation)
    pay(place(registration), 25 * count)
    return registration


def over(registration: Registration, **ago) -> Registration:
    """The time to pay is over since a minute ago (or `ago`)."""
    registration.held_until = timezone.now() - timedelta(**(ago or {"minutes": 1}))
    registration.save(update_fields=["held_until"])
    return registration


class Dues:
    """A membership as billing sells it, for as long as it lies in a basket: `days` are its first and last day."""

    code = "memberships.dues"

    def __init__(self, starts_on: date, ends_on: date | None):
        self.days = starts_on, ends_on

    def quote(self, target_id: int, basket: Order) -> Quote:
        return Quote(
            key=f"{self.code}:{target_id}", label="Adhésion", unit_price=Decimal(100), regime=VatRegime.ASSOCIATION,
            account=Account.DUES, starts_on=self.days[0], ends_on=self.days[1],
        )  # fmt: skip

    def hold(self, line: OrderLine, *, until) -> None:
        """Nothing is scarce."""

    def grant(self, line: OrderLine, *, by) -> None:
        """The test has no membership to give."""

    def withhold(self, line: OrderLine) -> None:
        """Nor to hold back."""

    def release(self, line: OrderLine, *, by, reason: str) -> None:
        """Nor to end."""
