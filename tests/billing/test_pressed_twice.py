"""A button that moves money, pressed twice: it moves once, also where the order could bear it twice."""

import re
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from billing.actions import record_payment
from billing.actions.checking import findings
from billing.enums import Method
from billing.models import Invoice, Order, Payment, Refund
from core.errors import RuleBroken
from tests.billing.factories import shop
from tests.billing.noted import line_of, order_of, paid_order
from tests.factories import coordinator_of
from tests.racing import errors_at_once

pytestmark = pytest.mark.django_db
KEY = re.compile(r'name="key" value="([0-9a-f-]{36})"')


@pytest.fixture
def treasurer(thing, club, client):
    client.force_login(coordinator_of(club))
    return client


def key_on(client, address: str) -> str:
    return KEY.search(client.get(address).content.decode())[1]


def test_part_payment_pressed_twice_is_recorded_once(treasurer, thing, club, buyer):
    order = order_of(40, club=club, organisation=buyer[0])
    address = reverse("billing:record_payment", args=[order.pk])
    values = {"method": "cash", "amount": "10", "received_on": timezone.localdate().isoformat()}
    pressed = values | {"key": key_on(treasurer, address)}
    assert [treasurer.post(address, pressed).status_code for _time in range(2)] == [302, 302]
    assert Payment.objects.get().amount == 10
    treasurer.post(address, values | {"key": key_on(treasurer, address)})  # meant: ten more
    assert Payment.objects.count() == 2 and findings() == []


def test_part_refund_pressed_twice_is_made_once(treasurer, thing, club, buyer):
    order = paid_order(40, club=club, organisation=buyer[0])
    address = reverse("billing:refund_payment", args=[order.payments.get().pk])
    pressed = {f"share_{line_of(order, 40).pk}": "10", "reason": "x", "key": key_on(treasurer, address)}
    assert [treasurer.post(address, pressed).status_code for _time in range(2)] == [302, 302]
    assert Refund.objects.get().amount == 10
    assert Invoice.objects.filter(kind="credit_note").count() == 1 and findings() == []


def test_part_of_a_surplus_pressed_twice_is_paid_back_once(treasurer, thing, club, buyer):
    order = order_of(40, club=club, organisation=buyer[0])
    record_payment(
        order, by=None, method=Method.CASH, amount=Decimal(60), received_on=timezone.localdate(), may_exceed=True
    )
    address = reverse("billing:refund_payment", args=[order.payments.get().pk])
    pressed = {"amount": "5", "reason": "x", "key": key_on(treasurer, address)}
    assert [treasurer.post(address, pressed).status_code for _time in range(2)] == [302, 302]
    assert Refund.objects.get().amount == 5 and findings() == []


def test_key_that_was_used_for_another_order_is_refused_clearly(thing, club, buyer):
    first, second = (order_of(n, club=club, organisation=buyer[0]) for n in (40, 50))
    options = {"by": None, "method": Method.CASH, "amount": Decimal(10), "received_on": timezone.localdate()}
    made = record_payment(first, **options)
    assert record_payment(first, **options, key=made.key) == made
    with pytest.raises(RuleBroken):
        record_payment(second, **options, key=made.key)
    assert Payment.objects.count() == 1 and findings() == []


@pytest.mark.django_db(transaction=True)
def test_part_payment_pressed_twice_at_the_same_moment_is_recorded_once():
    order = shop().order(40, method=Method.TRANSFER)
    key = Payment().key

    def press():
        record_payment(
            Order.objects.get(pk=order.pk), by=None, method=Method.TRANSFER, amount=Decimal(10),
            received_on=timezone.localdate(), key=key,
        )  # fmt: skip

    assert errors_at_once(*[press] * 6) == []
    assert Payment.objects.get().key == key and findings() == []
