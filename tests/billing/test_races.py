"""Money at the same moment, with real threads and connections, on both databases; and what goes wrong without the lock."""

from decimal import Decimal
from functools import partial

import pytest
from django.db import connection, transaction
from django.utils import timezone

from billing.actions import add_to_basket, place_order, record_payment, refund_lines
from billing.actions import invoices as issuing
from billing.actions.checking import findings
from billing.enums import Method
from billing.models import Entry, Invoice, Order, OrderLine, Payment, Refund
from core.errors import RuleBroken
from core.models import Letter
from tests.billing.factories import SellerFactory
from tests.billing.noted import buyer_of, line_of, order_of, paid_order
from tests.factories import OrganisationFactory
from tests.racing import errors_at_once

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def club():
    return SellerFactory(takes_cash=True).club


def pay_anew(pk: int, amount: int) -> None:
    record_payment(
        Order.objects.get(pk=pk), by=None, method=Method.CASH, amount=Decimal(amount), received_on=timezone.localdate()
    )


def fifty_invoices(thing, club, monkeypatch=None) -> list[Exception]:
    orders = [order_of(n, club=club, organisation=OrganisationFactory()) for n in range(100, 150)]
    return errors_at_once(
        *(partial(pay_anew, order.pk, line.target_id) for order in orders for line in order.lines.all())
    )


def test_fifty_invoices_at_once_are_numbered_without_a_gap(thing, club):
    assert fifty_invoices(thing, club) == []
    sequences = sorted(Invoice.objects.values_list("sequence", flat=True))
    assert sequences == list(range(1, 51)) and findings() == []
    assert Letter.objects.filter(code="billing.order.firm").count() == 0  # nobody manages these organisations


def test_numbers_break_without_the_lock(thing, club, monkeypatch):
    """The negative control: the series is read and written without its row's lock."""
    monkeypatch.setattr(issuing, "lock_row", lambda queryset, pk: queryset.get(pk=pk))
    if connection.vendor == "sqlite":  # else beginning the transaction is a lock already
        monkeypatch.setitem(connection.settings_dict["OPTIONS"], "transaction_mode", "DEFERRED")
    assert fifty_invoices(thing, club)  # the database refuses the second of a number, or the late writer


def test_number_that_is_rolled_back_is_given_again(thing, club):
    paid_order(40, club=club, organisation=OrganisationFactory())
    order = order_of(50, club=club, organisation=OrganisationFactory())
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        pay_anew(order.pk, 50)
        raise ZeroDivisionError
    pay_anew(order.pk, 50)
    assert sorted(Invoice.objects.values_list("sequence", flat=True)) == [1, 2] and findings() == []


def test_two_colleagues_put_the_same_thing_into_the_basket_at_once(thing, club):
    organisation, by = buyer_of(club)
    calls = [partial(add_to_basket, club, organisation, code=thing.code, target_id=40, by=by) for _ in range(8)]
    assert errors_at_once(*calls) == []
    assert Order.objects.count() == OrderLine.objects.count() == 1


def test_two_organisations_want_the_same_thing_at_once_and_one_gets_it(thing, club):
    buyers = [OrganisationFactory() for _ in range(8)]
    errors = errors_at_once(*(partial(add_to_basket, club, b, code=thing.code, target_id=40, by=None) for b in buyers))
    assert {type(error) for error in errors} == {RuleBroken} and len(errors) == 7
    assert OrderLine.objects.live().count() == 1


def test_order_placed_by_two_colleagues_at_once_is_one(thing, club):
    basket = add_to_basket(club, OrganisationFactory(), code=thing.code, target_id=40, by=None).order
    place = partial(place_order, basket, by=None, method=Method.TRANSFER, expected=Decimal(40))
    assert errors_at_once(*[place] * 6) == []
    assert Order.objects.get().is_placed and thing.calls.count(("held", 40)) == 1


def test_two_cheques_recorded_at_once_do_not_exceed_the_due(thing, club):
    order = order_of(40, club=club, organisation=OrganisationFactory())
    errors = errors_at_once(*[partial(pay_anew, order.pk, 40)] * 6)
    assert {type(error) for error in errors} == {RuleBroken} and len(errors) == 5
    assert Payment.objects.count() == Invoice.objects.count() == 1 and findings() == []


def test_two_refunds_at_once_do_not_exceed_the_payment(thing, club):
    order = paid_order(40, club=club, organisation=OrganisationFactory())
    share = {line_of(order, 40).pk: Decimal(40)}

    def back():
        refund_lines(Payment.objects.get(), by=None, shares=share, reason="x")

    errors = errors_at_once(*[back] * 6)
    assert {type(error) for error in errors} == {RuleBroken} and len(errors) == 5
    assert Refund.objects.count() == 1 and thing.calls.count(("released", 40)) == 1 and findings() == []
    assert Entry.objects.filter(key__startswith="refund:").count() == 1
