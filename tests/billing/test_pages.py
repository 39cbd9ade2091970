"""The pages by HTTP: who sees what, what a mistake keeps, what a button does."""

import pytest
from django.urls import reverse

from billing.enums import Method, OrderStatus
from billing.models import Order
from members.models import Person
from tests.billing.factories import THINGS, shop

pytestmark = pytest.mark.django_db


@pytest.fixture
def visit(client):
    """Open a page as somebody: `visit(person, "basket", data={…})`; `post=True` presses the button."""

    def visit(person, name, *args, data=None, query="", post=False, **options):
        client.force_login(Person.objects.get(pk=person.pk))
        address = reverse(f"billing:{name}", args=args) + query
        return client.post(address, data or {}, **options) if post else client.get(address, data or {}, **options)

    return visit


def text_of(response) -> str:
    return response.content.decode()


# --- The basket -------------------------------------------------------------------------------------------------------


def place(visit, sold, **changes):
    values = {"order": sold.basket.pk, "expected": "120.00", "method": Method.TRANSFER, **changes}
    return visit(sold.buyer, "basket", data=values, post=True)


def test_basket_shows_lines_total_and_ways_to_pay(visit):
    sold = shop()
    sold.add(120, label="Adhésion 2026", reason="moins de 10 salariés")
    seen = text_of(visit(sold.buyer, "basket"))
    assert "Adhésion 2026" in seen and "moins de 10 salariés" in seen and "120\u00a0€" in seen
    assert 'value="transfer"' in seen and 'value="cheque"' in seen
    assert 'value="card"' not in seen and 'value="cash"' not in seen and 'value="purchase_order"' not in seen


def test_basket_that_is_ordered_becomes_an_order_to_be_paid(visit):
    sold = shop()
    sold.add(120)
    response = place(visit, sold)
    order = Order.objects.get(organisation=sold.organisation)
    assert response.url == order.get_absolute_url()
    assert (order.status, order.method) == (OrderStatus.PLACED, Method.TRANSFER)


def test_changed_price_is_shown_before_anything_is_ordered(visit):
    sold = shop()
    line = sold.add(120)
    THINGS.of(line.target_id).price += 10
    response = place(visit, sold)
    assert sold.basket.is_basket and 'name="expected" value="130.00"' in text_of(response)
    assert place(visit, sold, expected="130.00").status_code == 302
