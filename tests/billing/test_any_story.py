"""Whatever is ordered, paid, refunded and cancelled in whatever order: the ledger holds."""

from decimal import Decimal

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from billing.actions import cancel_order, record_payment, refund_lines, refund_surplus, surplus_of
from billing.actions.checking import findings
from billing.enums import Account, Method, VatRegime
from billing.models import Invoice, Order, Payment, Posting, Refund
from core.errors import RuleBroken
from tests.billing.factories import SellerFactory
from tests.billing.noted import order_of, sell_things
from tests.factories import OrganisationFactory

pytestmark = pytest.mark.django_db
CENTS = st.integers(-100, 15_000).map(lambda whole: Decimal(whole) / 100)
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("order"), st.integers(1, 120)),
        st.tuples(st.just("pay"), CENTS),
        st.tuples(st.just("pay_too_much"), CENTS),
        st.tuples(st.just("refund"), CENTS),
        st.tuples(st.just("pay_back"), CENTS),
        st.tuples(st.just("cancel"), st.none()),
    ),
    min_size=1,
    max_size=14,
)


class Story:
    """The last order made is the one that things are done to."""

    def __init__(self):
        self.club, self.organisation = SellerFactory(takes_cash=True).club, OrganisationFactory()
        self.order: Order | None = None

    def play(self, step: str, value) -> None:
        try:
            getattr(self, step)(value)
        except RuleBroken:
            pass  # a clear no, and nothing written: the rules below say so

    def order_it(self, target: int) -> None:
        self.order = order_of(target, club=self.club, organisation=self.organisation, method=Method.CASH)

    def pay(self, amount, may_exceed=False) -> None:
        if self.order:
            record_payment(
                self.order, by=None, method=Method.CASH, amount=amount, received_on=timezone.localdate(),
                may_exceed=may_exceed,
            )  # fmt: skip

    def pay_too_much(self, amount) -> None:
        self.pay(amount, may_exceed=True)

    def refund(self, amount) -> None:
        if payment := Payment.objects.filter(order=self.order).last():
            refund_lines(payment, by=None, shares={payment.order.lines.get().pk: amount}, reason="x")

    def pay_back(self, amount) -> None:
        if payment := Payment.objects.filter(order=self.order).last():
            refund_surplus(payment, by=None, amount=amount, reason="x")

    def cancel(self, _value) -> None:
        if self.order:
            cancel_order(self.order, by=None)


@given(steps=STEPS, regime=st.sampled_from(list(VatRegime)))
@settings(max_examples=40)
def test_ledger_holds_whatever_happens(steps, regime):
    with pytest.MonkeyPatch.context() as monkeypatch, transaction.atomic():
        thing = sell_things(monkeypatch, regime=regime)
        story = Story()
        for step, value in steps:
            story.play("order_it" if step == "order" else step, value)
            assert findings() == []
        cash = Posting.objects.filter(account=Account.CASH).balance()
        paid = sum((payment.amount for payment in Payment.objects.all()), Decimal(0))
        assert cash == paid - sum((refund.amount for refund in Refund.objects.all()), Decimal(0)) >= 0
        assert Posting.objects.balance() == 0
        for order in Order.objects.placed():
            fresh = Order.objects.get(pk=order.pk)
            assert surplus_of(fresh) >= 0
            assert (thing.state[fresh.lines.get().target_id] == "given") == fresh.lines.get().is_granted
        assert sorted(Invoice.objects.values_list("sequence", flat=True)) == list(range(1, Invoice.objects.count() + 1))
        transaction.set_rollback(True)
