"""A club that sells, made-up things to buy, and orders as the actions make them."""

from dataclasses import dataclass, field
from decimal import Decimal
from itertools import count

import factory
from factory.django import DjangoModelFactory

from billing import actions, payables
from billing.actions import add_to_basket, place_order
from billing.enums import Account, Method, VatRegime
from billing.models import Order, OrderLine, Seller
from billing.payables import Quote
from core.errors import RuleBroken
from core.money import money
from members.enums import OrganisationKind
from members.models import Club, Organisation, Person
from tests.factories import ClubFactory, OrganisationFactory, coordinator_of, member_of, siret

IBAN, BIC = "FR7630006000011234567890189", "AGRIFRPP"


class SellerFactory(DjangoModelFactory):
    """An association that takes everything but cash."""

    class Meta:
        model = Seller
        django_get_or_create = ["club"]

    club = factory.SubFactory(ClubFactory)
    legal_name = factory.LazyAttribute(lambda seller: f"Association {seller.club.name}")
    legal_form = "Association loi 1901"
    siret = factory.Sequence(lambda n: siret(8000 + n))
    registration = "W921000000"
    street = "2 place de la République"
    post_code = "92000"
    city = "Nanterre"
    email = "comptes@example.org"
    iban = IBAN
    bic = BIC


@dataclass
class Thing:
    """What a made-up thing costs, and what became of it. `refusal` and `too_late` say why it cannot be bought or given."""

    price: Decimal
    regime: str = VatRegime.ASSOCIATION
    account: str = Account.EVENTS
    label: str = ""
    reason: str = ""
    quantity: int = 1
    refusal: str = ""
    too_late: str = ""
    became: list[str] = field(default_factory=list)


class Things:
    """A payable for the tests. A thing that nobody described costs as many euros as its number has below a thousand."""

    code = "tests.thing"

    def __init__(self):
        self.known: dict[int, Thing] = {}
        self._numbers = count(1_000_000)

    def make(self, price, **values) -> int:
        """A fresh thing; its number."""
        number = next(self._numbers)
        self.known[number] = Thing(money(price), **values)
        return number

    def of(self, target_id: int) -> Thing:
        return self.known.setdefault(target_id, Thing(money(target_id % 1000)))

    def quote(self, target_id: int, basket: Order) -> Quote:
        thing = self.of(target_id)
        if thing.refusal:
            raise RuleBroken(thing.refusal)
        return Quote(
            key=f"{self.code}:{target_id}", label=thing.label or f"Chose {target_id}", unit_price=thing.price,
            regime=thing.regime, account=thing.account, quantity=thing.quantity, reason=thing.reason,
        )  # fmt: skip

    def hold(self, line: OrderLine, *, until) -> None:
        self.of(line.target_id).became.append("held")

    def grant(self, line: OrderLine, *, by) -> None:
        thing = self.of(line.target_id)
        if thing.too_late:
            raise RuleBroken(thing.too_late)
        thing.became.append("given")

    def withhold(self, line: OrderLine) -> None:
        self.of(line.target_id).became.append("withheld")

    def release(self, line: OrderLine, *, by, reason: str) -> None:
        self.of(line.target_id).became.append("released")


THINGS = Things()
payables.register(THINGS)


@dataclass
class Shop:
    """A club that sells, an organisation that buys, a person on each side."""

    club: Club
    organisation: Organisation
    buyer: Person
    coordinator: Person

    def add(self, price=120, **values) -> OrderLine:
        """A fresh thing in the organisation's basket."""
        return self.add_thing(THINGS.make(price, **values))

    def add_thing(self, target_id: int) -> OrderLine:
        return add_to_basket(self.club, self.organisation, code=THINGS.code, target_id=target_id, by=self.buyer)

    @property
    def basket(self) -> Order:
        return Order.objects.baskets().get(club=self.club, organisation=self.organisation)

    def order(self, price=120, *, method: str = Method.TRANSFER, purchase_order: str = "", **values) -> Order:
        """A fresh thing, ordered: to be paid by transfer, unless told otherwise."""
        basket = self.add(price, **values).order
        expected = actions.quoted_totals(actions.quoted(basket)).gross
        return place_order(basket, by=self.buyer, method=method, expected=expected, purchase_order=purchase_order)


def shop(club: Club | None = None, *, is_public: bool = False, **seller) -> Shop:
    club = club or ClubFactory()
    if not Seller.objects.filter(club=club).exists():
        SellerFactory(club=club, **seller)
    kind = OrganisationKind.PUBLIC_BUYER if is_public else OrganisationKind.COMPANY
    organisation = OrganisationFactory(kind=kind)
    return Shop(club, organisation, member_of(organisation), coordinator_of(club))
