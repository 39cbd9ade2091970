"""An event called off while others order, pay and settle, with real threads and connections: nobody is refunded twice,
nothing stays sold, and nobody waits for somebody who waits for them."""

from datetime import timedelta
from decimal import Decimal
from functools import partial

import pytest
from django.utils import timezone

from billing.actions import place_order, quoted, quoted_totals, record_payment, surplus_of
from billing.actions.checking import findings
from billing.enums import Method
from billing.models import Order, OrderLine, Refund
from core.errors import RuleBroken
from events.actions import (
    cancel_event,
    cancel_place,
    postpone_event,
    register_people,
    repaying,
    settle_due,
    settle_event,
)
from events.enums import PlaceStatus, Refunding
from events.models import Event, Place, Repayment
from members.models import Organisation, Person
from tests.billing.online import standing_in
from tests.events.factories import EventFactory, in_days, people, place_at
from tests.events.priced import buyer, hold_places, manager_of, order_of, place, priced_event
from tests.events.test_repaying import by_card
from tests.racing import at_once, errors_at_once

pytestmark = pytest.mark.django_db(transaction=True)


def settling(event: Event):
    return lambda: settle_event(Event.objects.get(pk=event.pk))


def settled_by_three_at_once(standin) -> int:
    """How many refunds come of three processes that settle the same two orders."""
    event = priced_event("25.00", capacity=20)
    registrations = [by_card(standin, event, 2), by_card(standin, event, 2)]
    event.refresh_from_db()
    Event.objects.filter(pk=event.pk).update(status="cancelled")
    repaying.Cancellation.objects.create(event=event, decided_at=timezone.now(), refunding=Refunding.ALL)
    errors = errors_at_once(*[settling(event)] * 3)
    assert [error for error in errors if not isinstance(error, RuleBroken)] == []
    assert len(registrations) == 2
    return Refund.objects.count()


def test_three_who_settle_at_once_refund_everybody_once():
    with standing_in() as standin:
        assert settled_by_three_at_once(standin) == 2
        standin.deliver_all()
        assert sum(row["refunded"] for row in standin.ledger().values()) == 10_000
        assert settle_due() == 0 and Refund.objects.count() == 2
        assert all(one.is_settled for one in Repayment.objects.select_related("line"))
        assert findings() == []


def ordering(pk: int, organisation: Organisation, method: str = Method.TRANSFER):
    by = manager_of(organisation).pk

    def call():
        basket = Order.objects.get(pk=pk)
        gross = quoted_totals(quoted(basket)).gross
        place_order(basket, by=Person.objects.get(pk=by), method=method, expected=gross, purchase_order="BC-1")

    return call


def paying(pk: int):
    def call():
        record_payment(
            Order.objects.get(pk=pk), by=None, method=Method.TRANSFER, amount=Decimal(25),
            received_on=timezone.localdate(), may_exceed=True,
        )  # fmt: skip

    return call


def test_cancelled_while_others_order_pay_register_and_give_back():
    for _round in range(3):
        event = priced_event("25.00", capacity=20)
        baskets = [hold_places(event, 1, buyer(kind=kind)) for kind in ("company", "public_buyer")]
        paid, given_back = place(hold_places(event)), hold_places(event)
        company = buyer()
        calls = [
            lambda event=event: cancel_event(Event.objects.get(pk=event.pk), by=None, refunding=Refunding.ALL),
            ordering(order_of(baskets[0]).pk, baskets[0].organisation),
            ordering(order_of(baskets[1]).pk, baskets[1].organisation, Method.PURCHASE_ORDER),
            paying(paid.pk),
            partial(_give_back, given_back.places.get().pk),
            partial(_register, event.pk, company.pk),
        ]
        errors = errors_at_once(*calls)
        assert {type(error) for error in errors} <= {RuleBroken}, errors
        settle_due()
        settle_event(Event.objects.get(pk=event.pk))
        event.refresh_from_db()
        assert event.is_cancelled
        left = OrderLine.objects.live().filter(target_id__in=event.registrations.values("pk"))
        for line in left.select_related("order"):  # only what came by hand is left, and stands on the list
            assert line.order.is_firm and Repayment.objects.get(line=line).obstacle == "by_hand"
        paid.refresh_from_db()
        assert paid.is_firm or surplus_of(paid) == 25
        assert not event.places.held().exists() and findings() == []


def _give_back(pk: int) -> None:
    cancel_place(Place.objects.get(pk=pk), by=None)


def _register(event: int, organisation: int) -> None:
    register_people(
        Event.objects.get(pk=event), organisation=Organisation.objects.get(pk=organisation), people=people(1), by=None
    )


def test_postponed_and_cancelled_at_once_is_one_after_the_other():
    for _round in range(4):
        event = EventFactory(capacity=3)
        place_at(event)
        results = at_once(
            lambda event=event: postpone_event(Event.objects.get(pk=event.pk), by=None, starts_at=in_days(60)),
            lambda event=event: cancel_event(Event.objects.get(pk=event.pk), by=None),
            lambda event=event: postpone_event(Event.objects.get(pk=event.pk), by=None),
        )
        broken = [one for one in results if isinstance(one, Exception)]
        assert {type(error) for error in broken} <= {RuleBroken}
        event.refresh_from_db()
        assert event.is_cancelled and event.sequence == 3 - len(broken)


def test_new_date_serves_the_waiting_list_and_never_oversells():
    event = EventFactory(capacity=2)
    places = [place_at(event) for _ in range(2)]
    waiting = [place_at(event, waiting=True) for _ in range(3)]
    event = postpone_event(event, by=None)
    companies = [buyer() for _ in range(3)]
    errors = errors_at_once(
        lambda: postpone_event(Event.objects.get(pk=event.pk), by=None, starts_at=in_days(60)),
        *[partial(_give_back, one.pk) for one in places],
        *[partial(_register, event.pk, company.pk) for company in companies],
    )
    assert {type(error) for error in errors} <= {RuleBroken}
    assert event.places.taken().count() == 2
    assert event.places.filter(pk__in=[one.pk for one in waiting[:2]], status=PlaceStatus.OFFERED).count() == 2
    assert timezone.now() + timedelta(days=50) < Event.objects.get(pk=event.pk).starts_at
