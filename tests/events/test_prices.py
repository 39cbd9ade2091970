"""What a place costs whom, and why: the most specific price of one's own side, on the day of the event."""

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing import payables
from billing.actions import add_to_basket, place_order, quoted
from core.errors import RuleBroken
from events.actions import copy_event, create_event, update_event
from events.models import PriceList, charge_for, payers_among, prices_of
from members.enums import Audience
from tests.events.factories import BUYERS, PARIS, STRUCTURES, EventFactory, in_days
from tests.events.priced import Dues, buyer, hold_places, order_of, place, price, priced_event
from tests.factories import ClubFactory, OrganisationFactory
from tests.memberships.factories import TermFactory

AMOUNTS = st.decimals(min_value=0, max_value=500, places=2)
ROWS = st.tuples(st.sampled_from(["", *Audience.values]), st.booleans())


@given(st.dictionaries(ROWS, AMOUNTS), st.sampled_from(Audience.values), st.booleans())
def test_price_is_the_most_specific_of_ones_own_side(amounts, audience, is_member):
    found = PriceList(amounts).amount(audience, is_member=is_member)
    own, all_audiences = (audience, is_member), ("", is_member)
    if own in amounts:
        assert found == amounts[own]
    elif all_audiences in amounts:
        assert found == amounts[all_audiences]
    else:
        assert found == 0
    # What is asked of others, or of the other side, never counts.
    rest = {row: amount for row, amount in amounts.items() if row in (own, all_audiences)}
    assert PriceList(rest).amount(audience, is_member=is_member) == found


@given(st.dictionaries(ROWS, AMOUNTS))
def test_event_costs_something_only_if_somebody_pays(amounts):
    prices = PriceList(amounts)
    pays = any(prices.amount(audience, is_member=side) for audience in Audience.values for side in (True, False))
    assert bool(prices) or not pays


pytestmark = []
database = pytest.mark.django_db


@database
def test_event_without_prices_is_free_and_says_nothing():
    charge = charge_for(EventFactory(), OrganisationFactory())
    assert (charge.amount, charge.reason) == (0, "")


@database
def test_member_is_who_is_one_on_the_day_of_the_event():
    event = priced_event("25.00", members="5.00", starts_at=datetime(2027, 3, 12, 9, tzinfo=PARIS))
    on_the_day = TermFactory(club=event.club, starts_on=date(2027, 3, 12), ends_on=date(2027, 3, 12)).organisation
    before = TermFactory(club=event.club, starts_on=date(2026, 1, 1), ends_on=date(2027, 3, 11)).organisation
    elsewhere = TermFactory().organisation
    member = charge_for(event, on_the_day)
    assert (member.amount, member.reason) == (Decimal("5.00"), "tarif adhérent\u00a0: vous êtes membre le 12 mars 2027")
    for organisation in (before, elsewhere, OrganisationFactory()):
        charge = charge_for(event, organisation)
        assert charge.amount == Decimal("25.00") and "non-adhérents" in charge.reason


@database
def test_day_is_that_of_the_clock_at_the_place():
    """Half past midnight in Saint-Denis is still the day before in Paris."""
    event = priced_event(starts_at=datetime(2027, 3, 11, 20, 30, tzinfo=PARIS).astimezone(), time_zone="Indian/Reunion")
    event.starts_at = datetime(2027, 3, 12, 0, 30, tzinfo=event.zone)
    organisation = TermFactory(club=event.club, starts_on=date(2027, 3, 12)).organisation
    assert event.day == date(2027, 3, 12) and charge_for(event, organisation).amount == 0


@database
def test_price_of_an_audience_says_whose_it_is():
    event = priced_event("25.00")
    price(event, "10.00", audience=STRUCTURES, is_for_members=False)
    charge = charge_for(event, OrganisationFactory(structure=True))
    assert charge.amount == Decimal("10.00") and charge.reason.endswith("(Structures)")
    assert charge_for(event, OrganisationFactory()).amount == Decimal("25.00")


@database
def test_payers_are_found_for_many_at_once(django_assert_num_queries):
    event = priced_event("25.00")
    member, other = TermFactory(club=event.club).organisation, OrganisationFactory()
    with django_assert_num_queries(2):
        assert payers_among(event, [member, other]) == {other.pk}


# --- With a membership in the same basket -----------------------------------------------------------------------------


@pytest.fixture
def dues(monkeypatch):
    """A membership for sale, from today for a year unless told otherwise."""

    def for_days(starts_on, ends_on):
        monkeypatch.setitem(payables._payables, Dues.code, Dues(starts_on, ends_on))

    for_days(date.today(), date.today() + timedelta(days=364))
    return for_days


def with_dues(event, organisation):
    return add_to_basket(event.club, organisation, code=Dues.code, target_id=organisation.pk, by=None)


@database
def test_membership_in_the_basket_gives_its_price_at_once(dues):
    event, company = priced_event("25.00", members="5.00"), buyer()
    registration = hold_places(event, 2, company)
    line = with_dues(event, company)
    prices = {one.quote.key.split(":")[0]: one.quote for one in quoted(order_of(registration))}
    quote = prices["events.registration"]
    assert (quote.unit_price, quote.quantity) == (Decimal("5.00"), 2)
    assert quote.reason == "tarif adhérent\u00a0: grâce à l’adhésion dans votre panier"
    line.delete()
    (alone,) = quoted(order_of(registration))
    assert alone.quote.unit_price == Decimal("25.00")


@database
def test_membership_in_the_basket_that_does_not_cover_the_day_gives_nothing(dues):
    event, company = priced_event("25.00"), buyer()
    registration = hold_places(event, 1, company)
    dues(date.today(), event.day - timedelta(days=1))
    with_dues(event, company)
    place_quote = quoted(order_of(registration))[0].quote
    assert place_quote.unit_price == Decimal("25.00")


@database
def test_membership_of_another_club_gives_nothing(dues):
    event, company = priced_event("25.00"), buyer()
    other = priced_event("25.00")
    registration = hold_places(event, 1, company)
    with_dues(other, company)
    assert quoted(order_of(registration))[0].quote.unit_price == Decimal("25.00")


@database
def test_free_for_members_with_the_membership_in_the_basket_is_a_line_of_nothing(dues):
    event, company = priced_event("25.00", members="0.00"), buyer()
    registration = hold_places(event, 1, company)
    with_dues(event, company)
    order = place(registration)
    assert order.lines.get(payable="events.registration").net == 0


# --- Set by the coordination ------------------------------------------------------------------------------------------


def fields():
    starts_at = in_days(20)
    return {"title": "Visite", "starts_at": starts_at, "ends_at": starts_at + timedelta(hours=2), "capacity": 9}


@database
def test_club_that_sells_nothing_cannot_put_a_price():
    with pytest.raises(RuleBroken, match="encaisser") as broken:
        create_event(ClubFactory(), by=None, prices={("", False): Decimal(10)}, **fields())
    assert broken.value.field == "price_all_others"
    assert not prices_of(create_event(ClubFactory(), by=None, prices={("", False): Decimal(0)}, **fields()))


@database
@pytest.mark.parametrize("amount", [Decimal("-0.01"), Decimal("10000000.00")])
def test_price_below_nothing_or_beyond_measure_is_refused(amount):
    event = priced_event()
    with pytest.raises(RuleBroken) as broken:
        update_event(event, by=None, prices={(BUYERS, True): amount})
    assert broken.value.field == "price_buyers_members"
    assert prices_of(event).amount("", is_member=False) == Decimal("25.00")


@database
def test_others_never_pay_less_than_members():
    event = priced_event("25.00")
    with pytest.raises(RuleBroken) as broken:
        update_event(event, by=None, prices={(STRUCTURES, True): Decimal(30)})
    assert broken.value.field == "price_structures_others"
    update_event(event, by=None, admission="members", prices={(STRUCTURES, True): Decimal(30)})
    assert prices_of(event).amount(STRUCTURES, is_member=True) == Decimal(30)


@database
def test_price_that_changes_is_not_the_price_of_what_is_ordered():
    event = priced_event("25.00")
    ordered, in_basket = hold_places(event), hold_places(event)
    order = place(ordered)
    update_event(event, by=None, prices={("", False): Decimal(40)})
    assert order.lines.get().unit_price == Decimal("25.00")
    assert quoted(order_of(in_basket))[0].quote.unit_price == Decimal("40.00")
    update_event(event, by=None, prices={("", False): None, ("", True): None})
    assert not prices_of(event) and order.lines.get().unit_price == Decimal("25.00")


@database
def test_basket_whose_price_changed_is_looked_at_once_more():
    event = priced_event("25.00")
    registration = hold_places(event)
    basket = order_of(registration)
    update_event(event, by=None, prices={("", False): Decimal(40)})
    with pytest.raises(RuleBroken):
        place_order(basket, by=None, method="transfer", expected=Decimal("25.00"))
    assert order_of(registration).is_basket


@database
def test_copy_keeps_the_prices_as_long_as_the_club_sells():
    event = priced_event("25.00", vat="standard")
    copy = copy_event(event, by=None, starts_at=in_days(60))
    assert prices_of(copy) == prices_of(event) and copy.vat == "standard"
    event.club.seller.delete()
    assert not prices_of(copy_event(event, by=None, starts_at=in_days(61)))
