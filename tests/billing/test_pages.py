"""The buyer's pages by HTTP: who sees what, what a mistake keeps, what a button does."""

from decimal import Decimal

import pytest
from django.contrib.messages import get_messages
from django.test import override_settings
from django.urls import reverse
from django.utils import timezone

from billing import actions
from billing.enums import Method, OrderStatus, PaymentStatus
from billing.models import Order, Payment
from tests.billing.factories import THINGS, shop
from tests.billing.visiting import Visitor, errors_of, text_of
from tests.factories import OrganisationFactory, PersonFactory, administrator, member_of, reader_of

pytestmark = pytest.mark.django_db
# Nobody answers at this address: the provider cannot be reached.
SILENT = {"STRIPE_SECRET_KEY": "sk_test_x", "STRIPE_WEBHOOK_SECRET": "whsec_x", "STRIPE_API_BASE": "http://127.0.0.1:9"}


@pytest.fixture
def visit(client):
    return Visitor(client)


def place(visit, sold, **changes):
    values = {"order": sold.basket.pk, "expected": "120.00", "method": Method.TRANSFER, **changes}
    return visit(sold.buyer, "basket", data=values, post=True)


def told(response) -> str:
    return " ".join(str(message) for message in get_messages(response.wsgi_request))


# --- The basket -------------------------------------------------------------------------------------------------------


def test_basket_shows_lines_total_and_ways_to_pay(visit):
    sold = shop()
    sold.add(120, label="Adhésion 2026", reason="moins de 10 salariés")
    seen = text_of(visit(sold.buyer, "basket"))
    assert "Adhésion 2026" in seen and "moins de 10 salariés" in seen and "120\u00a0€" in seen
    assert 'value="transfer"' in seen and 'value="cheque"' in seen
    assert 'value="card"' not in seen and 'value="cash"' not in seen and 'value="purchase_order"' not in seen


def test_basket_shows_vat_by_rate_and_why_there_is_none(visit):
    sold = shop()
    sold.add(100, regime="standard")
    sold.add(10, regime="training")
    seen = text_of(visit(sold.buyer, "basket"))
    assert "130\u00a0€" in seen and "20\u00a0€" in seen and "261, 4-4°-a" in seen


def test_empty_basket_and_nobody_acted_for_have_their_own_words(visit):
    sold = shop()
    assert visit(sold.buyer, "basket").context["sections"] == []
    assert visit(PersonFactory(), "basket").context["organisation"] is None


def test_basket_is_hidden_from_others(visit):
    sold = shop()
    line = sold.add(120, label="Adhésion secrète")
    for person in (member_of(OrganisationFactory()), sold.coordinator, administrator()):
        assert "Adhésion secrète" not in text_of(visit(person, "basket"))
        for response in (
            visit(person, "basket", data={"order": sold.basket.pk, "expected": "120"}, post=True),
            visit(person, "remove_from_basket", line.pk, post=True),
            visit(person, "order_page", sold.basket.pk),
        ):
            assert response.status_code == 404
    assert sold.basket.lines.count() == 1


def test_basket_that_is_ordered_becomes_an_order_to_be_paid(visit):
    sold = shop()
    sold.add(120)
    response = place(visit, sold)
    order = Order.objects.get(organisation=sold.organisation)
    assert response.url == order.get_absolute_url()
    assert (order.status, order.method) == (OrderStatus.PLACED, Method.TRANSFER)


def test_order_button_pressed_twice_orders_once(visit):
    sold = shop()
    sold.add(120)
    values = {"order": sold.basket.pk, "expected": "120.00", "method": Method.TRANSFER}
    first, second = (visit(sold.buyer, "basket", data=values, post=True) for _press in range(2))
    assert first.url == second.url and Order.objects.count() == 1


def test_changed_price_is_shown_before_anything_is_ordered(visit):
    sold = shop()
    line = sold.add(120)
    THINGS.of(line.target_id).price += 10
    response = place(visit, sold)
    assert sold.basket.is_basket and 'name="expected" value="130.00"' in text_of(response)
    assert place(visit, sold, expected="130.00").status_code == 302


def test_basket_of_free_things_asks_for_no_way_to_pay(visit):
    sold = shop()
    sold.add(0)
    assert "method" not in visit(sold.buyer, "basket").context["sections"][0].form.fields
    place(visit, sold, expected="0.00", method="")
    assert Order.objects.get().is_firm


@pytest.mark.parametrize("method", ["", "card", "gold"])
def test_way_to_pay_that_is_not_offered_orders_nothing(visit, method):
    sold = shop()
    sold.add(120)
    response = place(visit, sold, method=method)
    assert "method" in response.context["sections"][0].form.errors and sold.basket.is_basket


def test_thing_that_is_gone_is_told_and_can_be_taken_out(visit):
    sold = shop()
    line = sold.add(120)
    THINGS.of(line.target_id).refusal = "Il n’y a plus de place."
    assert "Il n’y a plus de place." in text_of(visit(sold.buyer, "basket"))
    visit(sold.buyer, "remove_from_basket", line.pk, post=True)
    assert not sold.basket.lines.exists() and THINGS.of(line.target_id).became == ["released"]


def test_incomplete_address_leads_to_the_page_of_the_organisation(visit):
    sold = shop()
    sold.organisation.street = ""
    sold.organisation.save()
    sold.add(120)
    seen = text_of(place(visit, sold))
    assert reverse("members:update_organisation", args=[sold.organisation.pk]) in seen and sold.basket.is_basket


def test_public_buyer_orders_with_its_numbers(visit):
    sold = shop(is_public=True)
    sold.add(120)
    refused = place(visit, sold, method=Method.PURCHASE_ORDER, service_code="SERVICE-7")
    assert "purchase_order" in refused.context["sections"][0].form.errors and 'value="SERVICE-7"' in text_of(refused)
    place(visit, sold, method=Method.PURCHASE_ORDER, purchase_order="BC 42", service_code="SERVICE-7")
    order = Order.objects.get()
    assert order.is_firm and (order.purchase_order, order.service_code) == ("BC 42", "SERVICE-7")


def test_baskets_of_two_clubs_are_ordered_one_by_one(visit):
    sold = shop()
    other = shop()
    other.organisation, other.buyer = sold.organisation, sold.buyer
    sold.add(120)
    other.add(50)
    assert len(visit(sold.buyer, "basket").context["sections"]) == 2
    place(visit, sold)
    assert Order.objects.baskets().get().club == other.club


@override_settings(**SILENT)
def test_provider_that_cannot_be_reached_keeps_the_order(visit):
    sold = shop()
    sold.add(120)
    response = place(visit, sold, method=Method.CARD)
    order = Order.objects.get()
    assert response.url == order.get_absolute_url() and order.is_placed
    assert "injoignable" in told(response)


# --- Orders -----------------------------------------------------------------------------------------------------------


def test_order_page_is_for_its_own_people_and_the_coordination(visit):
    sold = shop()
    order = sold.order()
    for person in (sold.buyer, sold.coordinator, administrator()):
        assert visit(person, "order_page", order.pk).status_code == 200
    for person in (member_of(OrganisationFactory()), shop().coordinator, reader_of(sold.club), PersonFactory()):
        for name in ("order_page", "cancel_order", "payment_return", "record_payment"):
            assert visit(person, name, order.pk).status_code == 404
        for name in ("pay_order", "check_payment"):
            assert visit(person, name, order.pk, post=True).status_code == 404


def test_order_to_be_paid_by_transfer_shows_what_a_transfer_needs(visit):
    sold = shop()
    order = sold.order(120)
    seen = text_of(visit(sold.buyer, "order_page", order.pk))
    assert all(f'value="{value}"' in seen for value in (order.reference, sold.club.seller.iban, sold.club.seller.bic))


def test_debit_under_way_is_no_error_and_cannot_be_paid_again(visit):
    sold = shop()
    order = sold.order(120)
    payment = Payment.objects.create(
        order=order, method=Method.SEPA_DEBIT, amount=Decimal(120), status=PaymentStatus.PENDING,
        started_at=timezone.now(),
    )  # fmt: skip
    response = visit(sold.buyer, "order_page", order.pk)
    assert response.context["pay_form"] is None and response.context["underway"] == payment
    again = visit(sold.buyer, "pay_order", order.pk, data={"method": "cheque"}, post=True)
    assert "method" not in again.context and order.payments.count() == 1
    returned = text_of(visit(sold.buyer, "payment_return", order.pk))
    assert "hx-get" not in returned and "est en cours" in returned


def test_order_is_paid_in_another_way_than_was_said(visit):
    sold = shop()
    order = sold.order(120)
    refused = visit(sold.buyer, "pay_order", order.pk, data={"method": "gold"}, post=True)
    assert "method" in errors_of(refused, "pay_form")
    assert visit(sold.buyer, "pay_order", order.pk, data={"method": "cheque"}, post=True).status_code == 302
    order.refresh_from_db()
    assert order.method == Method.CHEQUE


def test_coordination_does_not_pay_in_place_of_a_buyer(visit):
    sold = shop()
    order = sold.order(120)
    assert visit(sold.coordinator, "order_page", order.pk).context["pay_form"] is None
    assert visit(sold.coordinator, "pay_order", order.pk, data={"method": "cheque"}, post=True).status_code == 403


def test_return_page_looks_again_a_few_times_and_then_asks(visit):
    sold = shop()
    order = sold.order(120)
    Payment.objects.create(order=order, method=Method.CARD, amount=Decimal(120), started_at=timezone.now())
    assert 'hx-get="' in text_of(visit(sold.buyer, "payment_return", order.pk))
    late = text_of(visit(sold.buyer, "payment_return", order.pk, data={"looks": "20"}))
    assert 'hx-get="' not in late and f"/billing/orders/{order.pk}/check/" in late
    assert visit(sold.buyer, "payment_return", order.pk, data={"looks": "٣٣"}).status_code == 200


@override_settings(**SILENT)
def test_check_tells_when_the_provider_does_not_answer(visit):
    sold = shop()
    order = sold.order(120)
    payment = Payment.objects.create(
        order=order, method=Method.CARD, amount=Decimal(120), started_at=timezone.now(), session_id="cs_1",
        provider_account="default",
    )  # fmt: skip
    response = visit(sold.buyer, "check_payment", order.pk, post=True)
    payment.refresh_from_db()
    assert "injoignable" in told(response) and payment.is_started


def test_order_is_cancelled_with_a_reason(visit):
    sold = shop()
    order = sold.order(120)
    assert visit(sold.buyer, "cancel_order", order.pk).status_code == 200
    order.refresh_from_db()
    assert order.is_placed
    visit(sold.buyer, "cancel_order", order.pk, data={"reason": "Doublon"}, post=True)
    order.refresh_from_db()
    assert order.is_cancelled


def test_firm_order_is_taken_back_by_the_coordination_only(visit):
    sold = shop(is_public=True)
    order = sold.order(120, method=Method.PURCHASE_ORDER, purchase_order="BC 1")
    assert visit(sold.buyer, "cancel_order", order.pk, post=True).status_code == 403
    visit(sold.coordinator, "cancel_order", order.pk, post=True)
    order.refresh_from_db()
    assert order.is_cancelled and order.invoices.count() == 2


def test_order_list_shows_ones_own_and_to_coordinators_the_clubs(visit):
    sold, other = shop(), shop()
    mine, others = sold.order(120), other.order(50)
    seen = text_of(visit(sold.buyer, "order_list"))
    assert mine.reference in seen and others.reference not in seen
    seen = text_of(visit(other.coordinator, "order_list"))
    assert others.reference in seen and mine.reference not in seen
    seen = text_of(visit(other.coordinator, "order_list", data={"club": sold.club.slug}))
    assert mine.reference not in seen


def test_order_list_is_filtered_by_money_and_words(visit):
    sold = shop()
    unpaid, paid = sold.order(120), sold.order(80)
    actions.record_payment(
        paid, by=sold.coordinator, method=Method.TRANSFER, amount=Decimal(90), received_on=timezone.localdate(),
        may_exceed=True,
    )  # fmt: skip

    def found(**filters):
        page = visit(sold.coordinator, "order_list", data={"club": sold.club.slug, **filters}).context["page"]
        return {row.order.pk for row in page.object_list}

    assert found() == {unpaid.pk, paid.pk}
    assert (
        found(money="unpaid") == {unpaid.pk} and found(money="overpaid") == {paid.pk} and found(money="late") == set()
    )
    assert found(status="firm") == {paid.pk} and found(status="nonsense") == {unpaid.pk, paid.pk}
    assert found(q=unpaid.reference) == {unpaid.pk} and found(q=sold.organisation.name) == {unpaid.pk, paid.pk}
    assert found(q=paid.invoices.get().number) == {paid.pk} and found(q="personne") == set()


def test_opening_pages_writes_nothing(visit):
    sold = shop()
    order = sold.order(120)
    sold.add(10)
    before = str(list(Order.objects.order_by("pk").values())), Payment.objects.count()
    for name, args in (("basket", ()), ("order_list", ()), ("order_page", (order.pk,)), ("payment_return", (order.pk,)),
                       ("cancel_order", (order.pk,)), ("invoice_list", ())):  # fmt: skip
        assert visit(sold.buyer, name, *args).status_code == 200
    assert before == (str(list(Order.objects.order_by("pk").values())), Payment.objects.count())
