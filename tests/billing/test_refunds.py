"""Money back, whole and in part."""

from decimal import Decimal

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from billing.actions import (
    cancel_order,
    due_of,
    record_payment,
    refund_lines,
    refund_surplus,
    refundable,
    surplus_of,
)
from billing.actions.checking import findings
from billing.enums import Account, Method, VatRegime
from billing.models import Invoice, Posting, Refund
from billing.totals import net_of, totals_of
from core.errors import RuleBroken
from core.models import HistoryEntry, Letter
from tests.billing.noted import line_of, order_of, paid_order, sell_things
from tests.factories import coordinator_of

pytestmark = pytest.mark.django_db
WHY = "Événement annulé"


@pytest.fixture
def order(thing, club, buyer):
    return paid_order(40, 60, club=club, organisation=buyer[0], by=buyer[1])


def refund(order, by=None, reason=WHY, **shares) -> Refund:
    """`refund(order, t40=10)`: 10 € of the thing 40."""
    by_line = {line_of(order, int(name[1:])).pk: Decimal(amount) for name, amount in shares.items()}
    return refund_lines(order.payments.get(), by=by, shares=by_line, reason=reason)


def test_whole_refund_releases_the_thing_and_leaves_the_others(order, thing, club, buyer):
    coordinator = coordinator_of(club)
    made = refund(order, by=coordinator, t40="40")
    assert (made.status, made.by) == ("done", coordinator)
    assert thing.state[40] == "released" and thing.state[60] == "given"
    assert due_of(order) == 0 and refundable(order.payments.get()) == 60
    note = Invoice.objects.get(kind="credit_note")
    assert note.gross == 40 and note.corrects == Invoice.objects.get(kind="invoice")
    assert Posting.objects.filter(account=Account.BANK).balance() == 60
    letter = Letter.objects.get(code="billing.refund.made")
    assert letter.person == buyer[1] and WHY in letter.text
    assert note.number in letter.attachments.get().filename
    history = HistoryEntry.objects.get(code="billing.refund.requested")
    assert history.by == coordinator and WHY in history.sentence
    assert findings() == []


def test_refund_in_part_releases_nothing(order, thing):
    refund(order, t40="15")
    assert thing.state[40] == "given" and due_of(order) == 0
    refund(order, t40="25")
    assert thing.state[40] == "released"
    assert Invoice.objects.filter(kind="credit_note").count() == 2 and findings() == []


def test_several_things_in_one_refund_are_one_credit_note(order, thing):
    made = refund(order, t40="40", t60="10")
    assert made.amount == 50 and Invoice.objects.get(kind="credit_note").gross == 50
    assert thing.state[40] == "released" and thing.state[60] == "given"


@pytest.mark.parametrize("amount", ["0", "-1", "40.01", "100"])
def test_refund_of_nothing_or_over_the_price_is_refused_at_its_line(order, amount):
    with pytest.raises(RuleBroken) as broken:
        refund(order, t40=amount)
    assert broken.value.field == f"share_{line_of(order, 40).pk}"
    assert not Refund.objects.exists() and Invoice.objects.count() == 1


def test_second_refund_of_the_same_thing_is_refused(order):
    refund(order, t40="40")
    with pytest.raises(RuleBroken):
        refund(order, t40="40")
    assert Refund.objects.count() == 1


def test_refund_needs_a_reason(order):
    with pytest.raises(RuleBroken) as broken:
        refund(order, reason="  ", t40="40")
    assert broken.value.field == "reason"


def test_line_of_another_order_is_no_share(order, thing, club, buyer):
    other = paid_order(70, club=club, organisation=buyer[0])
    with pytest.raises(RuleBroken):
        refund_lines(order.payments.get(), by=None, shares={line_of(other, 70).pk: Decimal(70)}, reason=WHY)
    assert not Refund.objects.exists()


def test_payment_that_has_not_arrived_is_not_refunded(thing, club, buyer):
    order = order_of(40, club=club, organisation=buyer[0])
    payment = order.payments.create(method=Method.CARD, amount=Decimal(40), started_at=timezone.now())
    with pytest.raises(RuleBroken):
        refund_lines(payment, by=None, shares={line_of(order, 40).pk: Decimal(40)}, reason=WHY)


def test_refund_is_not_larger_than_its_payment(thing, club, buyer):
    """Two payments for one order: each gives back what it brought."""
    order = order_of(40, club=club, organisation=buyer[0])
    for amount in (15, 25):
        record_payment(order, by=None, method=Method.CASH, amount=Decimal(amount), received_on=timezone.localdate())
    first = order.payments.earliest("pk")
    with pytest.raises(RuleBroken) as broken:
        refund_lines(first, by=None, shares={line_of(order, 40).pk: Decimal(40)}, reason=WHY)
    assert broken.value.field == "amount"


# --- Too much money ---------------------------------------------------------------------------------------------------


@pytest.fixture
def surplus(order):
    """40 € too many."""
    cancel = order.lines.get(target_id=40)
    assert cancel
    record_payment(
        order, by=None, method=Method.TRANSFER, amount=Decimal(40), received_on=timezone.localdate(), may_exceed=True
    )
    return order


def test_surplus_is_paid_back_and_no_more(surplus):
    assert surplus_of(surplus) == 40
    payment = surplus.payments.latest("pk")
    with pytest.raises(RuleBroken) as broken:
        refund_surplus(payment, by=None, amount=Decimal(41), reason="Trop-perçu")
    assert broken.value.field == "amount"
    refund_surplus(payment, by=None, amount=Decimal(40), reason="Trop-perçu")
    assert surplus_of(surplus) == 0 and due_of(surplus) == 0 and findings() == []
    assert not Invoice.objects.filter(kind="credit_note").exists()


def test_cancelled_order_is_owed_back(order, thing):
    cancel_order(order, by=None, reason=WHY)
    assert surplus_of(order) == 100 and thing.state[40] == thing.state[60] == "released"
    refund_surplus(order.payments.get(), by=None, amount=Decimal(100), reason=WHY)
    assert due_of(order) == 0 and findings() == []


def test_nothing_is_owed_on_an_order_that_is_paid_exactly(order):
    with pytest.raises(RuleBroken):
        refund_surplus(order.payments.get(), by=None, amount=Decimal(1), reason=WHY)


# --- VAT --------------------------------------------------------------------------------------------------------------


def test_refund_with_vat_takes_back_its_vat(monkeypatch, club, buyer):
    sell_things(monkeypatch, regime=VatRegime.STANDARD)
    order = order_of(100, club=club, organisation=buyer[0])
    record_payment(order, by=None, method=Method.TRANSFER, amount=Decimal(120), received_on=timezone.localdate())
    order.refresh_from_db()
    refund(order, t100="60")
    assert Posting.objects.filter(account=Account.VAT).balance() == -10
    assert due_of(order) == 0 and findings() == []
    with pytest.raises(RuleBroken):
        refund(order, t100="0.03")  # 0.02 gives 0.02 with VAT, 0.03 gives 0.04
    refund(order, t100="60")
    assert Posting.objects.filter(account=Account.VAT).balance() == 0


@given(st.integers(1, 10_000_000), st.sampled_from(list(VatRegime)))
def test_net_amount_gives_back_its_total(whole, regime):
    net = Decimal(whole) / 100
    gross = totals_of([(regime, net)]).gross
    found = net_of(gross, regime)
    assert found is not None and totals_of([(regime, found)]).gross == gross
