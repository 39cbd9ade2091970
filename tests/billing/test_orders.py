"""From the basket to a firm order, paid by hand."""

from decimal import Decimal

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.utils import timezone

from billing.actions import (
    add_to_basket,
    cancel_order,
    choose_method,
    due_of,
    give_up_unpaid_orders,
    place_order,
    quoted,
    record_payment,
    remove_from_basket,
)
from billing.enums import Account, Method, OrderStatus, VatRegime
from billing.models import Invoice, Order, OrderLine, Posting
from core.errors import RuleBroken
from core.models import HistoryEntry, Letter
from members.enums import OrganisationKind
from tests.billing.factories import SellerFactory
from tests.billing.noted import (
    basket_with,
    buyer_of,
    days_ago,
    line_of,
    order_of,
    paid_order,
    sell_things,
    shown_total,
)
from tests.factories import ClubFactory, OrganisationFactory, coordinator_of

pytestmark = pytest.mark.django_db
today = timezone.localdate


def broken(action, *args, **kwargs) -> RuleBroken:
    with pytest.raises(RuleBroken) as caught:
        action(*args, **kwargs)
    return caught.value


def pay(order, amount, by=None, method=Method.TRANSFER, **options):
    return record_payment(order, by=by, method=method, amount=Decimal(amount), received_on=today(), **options)


# --- The basket -------------------------------------------------------------------------------------------------------


def test_basket_is_one_for_an_organisation_and_a_club(thing, club, buyer):
    organisation, by = buyer
    assert basket_with(10, 20, club=club, organisation=organisation, by=by).lines.count() == 2
    assert Order.objects.count() == 1
    with pytest.raises(IntegrityError), transaction.atomic():
        Order.objects.create(club=club, organisation=organisation)


def test_thing_is_put_into_the_basket_once(thing, club, buyer):
    organisation, by = buyer
    basket_with(10, 10, club=club, organisation=organisation, by=by)
    assert OrderLine.objects.count() == 1
    assert HistoryEntry.objects.filter(code="billing.line.added").count() == 1


def test_thing_in_another_basket_is_refused(thing, club, buyer):
    basket_with(10, club=club, organisation=buyer[0])
    other, by = buyer_of(club)
    broken(add_to_basket, club, other, code="tests.noted", target_id=10, by=by)


def test_thing_that_is_ordered_cannot_be_bought_again_while_its_payment_is_awaited(thing, club, buyer):
    organisation, by = buyer
    order = order_of(10, club=club, organisation=organisation, by=by)
    assert order.reference in str(broken(add_to_basket, club, organisation, code="tests.noted", target_id=10, by=by))
    cancel_order(order, by=by)
    assert add_to_basket(club, organisation, code="tests.noted", target_id=10, by=by)


def test_database_refuses_the_same_thing_twice(thing, club, buyer):
    line = basket_with(10, club=club, organisation=buyer[0]).lines.get()
    other = Order.objects.create(club=club, organisation=OrganisationFactory())
    line.pk, line.order, line._state.adding = None, other, True
    with pytest.raises(IntegrityError), transaction.atomic():
        line.save()


def test_one_thing_in_the_basket_gives_another_its_price_at_once(thing, club, buyer):
    thing.reduced_with[30] = (50, Decimal(12))
    basket = basket_with(30, club=club, organisation=buyer[0])
    assert shown_total(basket) == 30
    basket_with(50, club=club, organisation=buyer[0])
    assert shown_total(basket) == 62
    assert [one.quote.reason for one in quoted(basket)] == ["with the other one", "list price"]
    remove_from_basket(line_of(basket, 50), by=None)
    assert shown_total(basket) == 30
    assert thing.state[50] == "released"


def test_thing_no_longer_for_sale_stays_in_the_basket_with_its_sentence(thing, club, buyer):
    basket = basket_with(10, 20, club=club, organisation=buyer[0])
    thing.gone.add(10)
    refused = [one.refusal for one in quoted(basket)]
    assert refused == ["This thing is no longer for sale.", ""] and shown_total(basket) == 20
    assert broken(place_order, basket, by=None, method=Method.TRANSFER, expected=Decimal(20))
    basket.refresh_from_db()
    assert basket.is_basket and basket.lines.count() == 2


def test_club_without_a_seller_sells_nothing(thing, db):
    broken(add_to_basket, ClubFactory(), OrganisationFactory(), code="tests.noted", target_id=10, by=None)


# --- Placing ----------------------------------------------------------------------------------------------------------


def test_order_by_transfer_waits_for_the_money_and_says_how_to_pay(thing, club, buyer):
    organisation, by = buyer
    order = order_of(40, club=club, organisation=organisation, by=by)
    assert order.is_placed and due_of(order) == 40 and thing.state[40] == "held"
    letter = Letter.objects.get(code="billing.order.placed")
    assert letter.person == by
    assert order.reference in letter.text and "FR76" in letter.text and "40" in letter.text
    assert not Invoice.objects.exists() and not Posting.objects.exists()


def test_placing_twice_is_one_order(thing, club, buyer):
    basket = basket_with(40, club=club, organisation=buyer[0])
    first = place_order(basket, by=None, method=Method.TRANSFER, expected=Decimal(40))
    again = place_order(basket, by=None, method=Method.TRANSFER, expected=Decimal(40))
    assert first == again and HistoryEntry.objects.filter(code="billing.order.placed").count() == 1


def test_order_at_a_price_that_has_changed_is_refused_and_nothing_is_lost(thing, club, buyer):
    basket = basket_with(40, club=club, organisation=buyer[0])
    thing.prices[40] = Decimal(45)
    broken(place_order, basket, by=None, method=Method.TRANSFER, expected=Decimal(40))
    assert Order.objects.get().is_basket
    assert place_order(basket, by=None, method=Method.TRANSFER, expected=Decimal(45)).is_placed


def test_price_of_an_order_is_frozen(thing, club, buyer):
    order = order_of(40, club=club, organisation=buyer[0])
    thing.prices[40] = Decimal(99)
    assert due_of(order) == 40


def test_empty_basket_is_no_order(thing, club, buyer):
    basket = basket_with(10, club=club, organisation=buyer[0])
    remove_from_basket(basket.lines.get(), by=None)
    broken(place_order, basket, by=None, method=Method.TRANSFER, expected=Decimal(0))


@pytest.mark.parametrize("field", ["street", "post_code", "city"])
def test_organisation_without_address_completes_it_first(thing, club, field):
    organisation, by = buyer_of(club, **{field: ""})
    basket = basket_with(10, club=club, organisation=organisation, by=by)
    broken(place_order, basket, by=by, method=Method.TRANSFER, expected=Decimal(10))
    assert Order.objects.get().is_basket


def test_free_order_is_firm_at_once_without_an_invoice(thing, club, buyer):
    thing.prices[7] = Decimal(0)
    order = order_of(7, club=club, organisation=buyer[0], method="")
    assert order.is_firm and thing.state[7] == "given" and not Invoice.objects.exists()


@pytest.mark.parametrize(
    ("setting", "method"),
    [("takes_transfers", Method.TRANSFER), ("takes_cheques", Method.CHEQUE), ("takes_cash", Method.CASH)],
)
def test_way_to_pay_that_is_not_offered_is_refused(thing, setting, method):
    club = SellerFactory(**{setting: False}).club
    basket = basket_with(10, club=club, organisation=OrganisationFactory())
    assert broken(place_order, basket, by=None, method=method, expected=Decimal(10)).field == "method"


@pytest.mark.parametrize("method", [Method.CARD, Method.SEPA_DEBIT, "nonsense", ""])
def test_online_is_not_offered_without_a_key(thing, club, buyer, method):
    basket = basket_with(10, club=club, organisation=buyer[0])
    assert broken(place_order, basket, by=None, method=method, expected=Decimal(10)).field == "method"


# --- Public buyers ----------------------------------------------------------------------------------------------------


def test_public_buyer_orders_on_a_purchase_order_and_pays_later(thing, club):
    town, by = buyer_of(club, kind=OrganisationKind.PUBLIC_BUYER)
    order = order_of(
        300, club=club, organisation=town, by=by, method=Method.PURCHASE_ORDER, purchase_order="BC-17",
        engagement="EJ2026-001", service_code="ACHATS",
    )  # fmt: skip
    assert order.is_firm and thing.state[300] == "given" and due_of(order) == 300
    content = Invoice.objects.get().content
    assert content["buyer_reference"] == "ACHATS" and content["purchase_order"] == "EJ2026-001"
    pay(order, 300)
    assert due_of(order) == 0 and Invoice.objects.count() == 1


def test_purchase_order_needs_a_number(thing, club):
    town, by = buyer_of(club, kind=OrganisationKind.PUBLIC_BUYER)
    basket = basket_with(300, club=club, organisation=town, by=by)
    error = broken(place_order, basket, by=by, method=Method.PURCHASE_ORDER, expected=Decimal(300))
    assert error.field == "purchase_order"


def test_company_cannot_order_on_a_purchase_order(thing, club, buyer):
    basket = basket_with(300, club=club, organisation=buyer[0])
    options = {"method": Method.PURCHASE_ORDER, "expected": Decimal(300), "purchase_order": "BC-17"}
    assert broken(place_order, basket, by=None, **options).field == "method"


# --- Money that comes -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("method", "account"),
    [(Method.TRANSFER, Account.BANK), (Method.CHEQUE, Account.CHEQUES), (Method.CASH, Account.CASH)],
)
def test_money_makes_the_order_firm_gives_the_thing_and_sends_the_invoice(thing, club, buyer, method, account):
    organisation, by = buyer
    order = paid_order(40, club=club, organisation=organisation, by=by, method=method)
    assert order.is_firm and thing.state[40] == "given" and due_of(order) == 0
    assert Posting.objects.filter(account=account).balance() == 40
    assert Posting.objects.filter(account=Account.DUES).balance() == -40
    letter = Letter.objects.get(code="billing.order.firm")
    attachment = letter.attachments.get()
    assert letter.person == by and bytes(attachment.content).startswith(b"%PDF")
    assert Invoice.objects.get().number in attachment.filename


def test_part_of_the_money_is_not_enough(thing, club, buyer):
    order = order_of(40, club=club, organisation=buyer[0])
    pay(order, 15)
    order.refresh_from_db()
    assert order.is_placed and due_of(order) == 25 and thing.state[40] == "held"
    pay(order, 25)
    order.refresh_from_db()
    assert order.is_firm and Invoice.objects.count() == 1


@pytest.mark.parametrize("amount", ["0", "-5", "40.01", "1000"])
def test_amount_of_nothing_below_nothing_or_over_the_due_is_refused(thing, club, buyer, amount):
    order = order_of(40, club=club, organisation=buyer[0])
    assert broken(pay, order, amount).field == "amount"
    assert due_of(order) == 40 and not Posting.objects.exists()


def test_money_of_tomorrow_is_not_recorded(thing, club, buyer):
    order = order_of(40, club=club, organisation=buyer[0])
    tomorrow = today() + timezone.timedelta(days=1)
    options = {"by": None, "method": Method.CASH, "amount": Decimal(40), "received_on": tomorrow}
    assert broken(record_payment, order, **options).field == "received_on"


def test_basket_takes_no_money(thing, club, buyer):
    broken(pay, basket_with(40, club=club, organisation=buyer[0]), 40)


def test_thing_that_can_no_longer_be_given_is_owed_back(thing, club, buyer):
    organisation, by = buyer
    coordinator = coordinator_of(club)
    order = order_of(40, 50, club=club, organisation=organisation, by=by)
    thing.lost.add(50)
    pay(order, 90)
    order.refresh_from_db()
    assert order.is_firm and due_of(order) == -50
    assert Invoice.objects.get().gross == 40
    assert set(Letter.objects.filter(code="billing.line.not_given").values_list("person", flat=True)) == {
        by.pk, coordinator.pk,
    }  # fmt: skip


def test_order_of_which_nothing_can_be_given_is_cancelled_and_owed_back(thing, club, buyer):
    order = order_of(50, club=club, organisation=buyer[0])
    thing.lost.add(50)
    pay(order, 50)
    order.refresh_from_db()
    assert order.is_cancelled and due_of(order) == -50 and not Invoice.objects.exists()


def test_vat_is_owed_and_booked_apart(monkeypatch, club, buyer):
    sell_things(monkeypatch, regime=VatRegime.STANDARD)
    order = order_of(100, club=club, organisation=buyer[0])
    assert due_of(order) == 120
    pay(order, 120)
    assert Posting.objects.filter(account=Account.VAT).balance() == -20
    assert Posting.objects.filter(account=Account.DUES).balance() == -100
    assert Posting.objects.filter(account=Account.RECEIVABLE).balance() == 0


def test_other_way_to_pay_is_chosen_later(thing, club, buyer):
    order = order_of(40, club=club, organisation=buyer[0])
    assert choose_method(order, by=buyer[1], method=Method.CHEQUE).method == Method.CHEQUE
    assert Letter.objects.filter(code="billing.order.placed").count() == 2
    pay(order, 40, method=Method.CHEQUE)
    broken(choose_method, order, by=buyer[1], method=Method.TRANSFER)


# --- Not bought after all ---------------------------------------------------------------------------------------------


def test_cancelling_an_unpaid_order_releases_its_things(thing, club, buyer):
    order = order_of(40, club=club, organisation=buyer[0])
    cancel_order(order, by=buyer[1])
    assert cancel_order(order, by=buyer[1]).is_cancelled
    assert thing.calls.count(("released", 40)) == 1 and due_of(order) == 0
    assert HistoryEntry.objects.filter(code="billing.order.cancelled").count() == 1


def test_cancelling_a_firm_unpaid_order_issues_a_credit_note(thing, club):
    town, by = buyer_of(club, kind=OrganisationKind.PUBLIC_BUYER)
    order = order_of(300, club=club, organisation=town, by=by, method=Method.PURCHASE_ORDER, purchase_order="BC-17")
    cancel_order(order, by=coordinator_of(club), reason="Double commande")
    note = Invoice.objects.get(kind="credit_note")
    assert note.corrects == Invoice.objects.get(kind="invoice") and note.gross == 300
    assert due_of(order) == 0 and thing.state[300] == "released"


def test_unpaid_order_is_given_up_when_its_time_is_over(thing, club, buyer):
    with time_machine.travel(days_ago(40), tick=False):
        order = order_of(40, club=club, organisation=buyer[0], by=buyer[1])
        assert give_up_unpaid_orders(timezone.now()) == 0
    assert give_up_unpaid_orders(timezone.now()) == 1
    assert give_up_unpaid_orders(timezone.now()) == 0
    order.refresh_from_db()
    assert order.is_cancelled and thing.state[40] == "released"
    assert Letter.objects.filter(code="billing.order.cancelled", person=buyer[1]).count() == 1


def test_order_of_another_organisation_is_hidden(thing, club, buyer):
    organisation, by = buyer
    order = order_of(40, club=club, organisation=organisation, by=by)
    stranger = buyer_of(club)[1]
    assert list(Order.objects.visible_to(by)) == [order]
    assert list(Order.objects.visible_to(coordinator_of(club))) == [order]
    assert not Order.objects.visible_to(stranger).exists()
    assert not Order.objects.visible_to(coordinator_of(ClubFactory())).exists()


def test_basket_is_its_organisations_own_affair(thing, club, buyer):
    basket_with(40, club=club, organisation=buyer[0])
    assert not Order.objects.visible_to(coordinator_of(club)).exists()
    assert Order.objects.visible_to(buyer[1]).get().status == OrderStatus.BASKET
