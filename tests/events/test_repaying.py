"""An event that is called off, and the money: unpaid orders are taken back, paid ones refunded once, the rest is said."""

from datetime import timedelta
from decimal import Decimal
from uuid import UUID

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from billing import provider
from billing.actions import (
    add_to_basket,
    due_of,
    pay_online,
    place_order,
    quoted,
    quoted_totals,
    record_payment,
    refund_lines,
    surplus_of,
)
from billing.actions.checking import findings
from billing.enums import Method, RefundStatus
from billing.models import Invoice, Order, Payment, Refund
from core.errors import RuleBroken
from core.models import HistoryEntry, Letter
from events.actions import (
    cancel_event,
    postpone_event,
    refund_everybody,
    refund_one,
    repaying,
    settle_due,
    settle_event,
)
from events.enums import Obstacle, PlaceStatus, Refunding, RepaymentState
from events.models import Cancellation, Event, Registration, Repayment, live_line
from tests.billing.noted import sell_things
from tests.billing.online import standing_in
from tests.events.factories import EventFactory, place_at, statuses
from tests.events.priced import buyer, hold_and_pay, hold_places, manager_of, order_of, pay, place, priced_event
from tests.events.test_pages import page
from tests.events.test_paying_pages import words
from tests.factories import coordinator_of

pytestmark = pytest.mark.django_db
ALL, EACH = Refunding.ALL, Refunding.EACH
REFUNDED, CALLED_OFF = RepaymentState.REFUNDED, RepaymentState.CALLED_OFF
STUCK, OWED = RepaymentState.STUCK, RepaymentState.OWED


@pytest.fixture
def standin():
    with standing_in() as running:
        yield running


@pytest.fixture
def event():
    return priced_event("25.00", capacity=20)


def by_card(standin, event: Event, count: int = 1, method: str = Method.CARD) -> Registration:
    """Ordered and paid on the provider's page; a debit is only under way."""
    registration = hold_places(event, count)
    by = manager_of(registration.organisation)
    order = place(registration, method)
    payment = pay_online(order, by=by, method=method)
    standin.pay(payment.session_id, *(["sepa_ok"] if method == Method.SEPA_DEBIT else []))
    standin.deliver_all()
    return registration


def debit(standin, event: Event, days: float = 7) -> Registration:
    registration = by_card(standin, event, method=Method.SEPA_DEBIT)
    standin.advance(days=days)
    standin.deliver_all()
    return registration


@pytest.fixture
def cancel(django_capture_on_commit_callbacks):
    """As the page does it: what follows the commit runs, too."""

    def call(event: Event, refunding=ALL, **values) -> Event:
        with django_capture_on_commit_callbacks(execute=True):
            return cancel_event(event, by=None, refunding=refunding, **values)

    return call


@pytest.fixture
def commit(django_capture_on_commit_callbacks):
    return lambda: django_capture_on_commit_callbacks(execute=True)


def of(registration: Registration) -> Repayment:
    return Repayment.objects.select_related("line__order", "event").get(line__target_id=registration.pk)


def order_after(registration: Registration) -> Order:
    """The order, when its line is released."""
    return of(registration).line.order


def told(registration: Registration) -> str:
    email = registration.places.first().email
    return Letter.objects.get(code="events.event_cancelled", to_email=email).text


# --- Unpaid -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("refunding", [ALL, EACH])
def test_what_is_not_paid_is_taken_back_whatever_was_decided(event, cancel, refunding):
    in_basket, ordered = hold_places(event), hold_places(event)
    order = place(ordered)
    cancel(event, refunding)
    order.refresh_from_db()
    assert order.is_cancelled and not Invoice.objects.exists()
    assert live_line(in_basket.pk) is None and live_line(ordered.pk) is None
    assert statuses(in_basket) == {PlaceStatus.CANCELLED}
    assert of(ordered).state == CALLED_OFF and Repayment.objects.count() == 1
    assert findings() == []


def test_order_with_other_things_loses_only_the_places(event, cancel, monkeypatch):
    sell_things(monkeypatch)
    registration = hold_places(event)
    organisation = registration.organisation
    add_to_basket(event.club, organisation, code="tests.noted", target_id=40, by=None)
    order = place(registration)
    assert due_of(order) == 65
    cancel(event)
    order.refresh_from_db()
    assert order.is_placed and due_of(order) == 40 and of(registration).state == CALLED_OFF
    pay(order, 40)
    assert Order.objects.get(pk=order.pk).is_firm and findings() == []


def test_page_of_the_provider_is_closed_before_the_order_is_taken_back(standin, event, cancel):
    registration = hold_places(event)
    order = place(registration, Method.CARD)
    payment = pay_online(order, by=None, method=Method.CARD)
    cancel(event)
    payment.refresh_from_db()
    assert payment.status == "expired" and Order.objects.get(pk=order.pk).is_cancelled


def test_page_that_was_paid_meanwhile_is_refunded(standin, event, cancel):
    """The news has not come yet: closing the page finds that it was paid."""
    registration = hold_places(event)
    order = place(registration, Method.CARD)
    payment = pay_online(order, by=None, method=Method.CARD)
    standin.pay(payment.session_id)
    cancel(event)
    standin.deliver_all()
    order.refresh_from_db()
    assert order.is_cancelled and due_of(order) == 0 and of(registration).state == REFUNDED
    assert len(standin.refunds) == 1 and findings() == []


def test_public_buyer_who_has_not_paid_gets_a_credit_note(event, cancel):
    registration = hold_places(event, 1, buyer(kind="public_buyer"))
    order = place(registration, Method.PURCHASE_ORDER, purchase_order="BC-1")
    assert order.is_firm and due_of(order) == 25
    cancel(event)
    order.refresh_from_db()
    assert order.is_cancelled and due_of(order) == 0 and of(registration).state == CALLED_OFF
    assert Invoice.objects.filter(kind="credit_note").count() == 1 and not Refund.objects.exists()
    assert findings() == []


# --- Paid -------------------------------------------------------------------------------------------------------------


def test_everybody_who_paid_by_card_is_refunded_whole_with_credit_note_and_letter(standin, event, cancel):
    registrations = [by_card(standin, event), by_card(standin, event, 2)]
    cancel(event)
    for registration, amount in zip(registrations, (25, 50), strict=True):
        assert of(registration).state == REFUNDED
        refund = Refund.objects.get(payment__order=order_after(registration))
        assert (refund.amount, refund.status) == (amount, RefundStatus.DONE)
        assert due_of(order_after(registration)) == 0
        assert statuses(registration) == {PlaceStatus.CONFIRMED}  # who was to come is part of the story
    assert Invoice.objects.filter(kind="credit_note").count() == 2
    assert Letter.objects.filter(code="billing.refund.made").count() == 2
    assert sum(row["refunded"] for row in standin.ledger().values()) == 7500
    standin.deliver_all()
    assert findings() == [] and event.repayments.progress() == (2, 2)


def test_vat_is_refunded_as_it_was_charged(standin, cancel):
    event = priced_event("25.00", capacity=20, vat="standard")
    registration = by_card(standin, event, 3)
    cancel(event)
    assert Refund.objects.get().amount == Decimal("90.00") and due_of(order_after(registration)) == 0
    assert findings() == []


def test_what_was_refunded_before_is_not_refunded_again(standin, event, cancel, commit):
    registration = by_card(standin, event, 2)
    line = live_line(registration.pk)
    with commit():
        refund_lines(line.order.payments.get(), by=None, shares={line.pk: Decimal(10)}, reason="Geste")
    cancel(event)
    assert sorted(Refund.objects.values_list("amount", flat=True)) == [10, 40] and of(registration).state == REFUNDED
    assert findings() == []


def test_other_things_of_the_order_stay_bought(standin, event, cancel, monkeypatch):
    thing = sell_things(monkeypatch)
    registration = hold_places(event)
    add_to_basket(event.club, registration.organisation, code="tests.noted", target_id=40, by=None)
    order = place(registration, Method.CARD)
    standin.pay(pay_online(order, by=None, method=Method.CARD).session_id)
    standin.deliver_all()
    cancel(event)
    assert Refund.objects.get().amount == 25 and thing.state[40] == "given"
    assert Order.objects.get(pk=order.pk).is_firm and findings() == []


def test_money_by_transfer_is_left_to_the_coordination_and_settled_once_it_did(event, cancel, commit):
    registration = hold_and_pay(event)
    cancel(event)
    repayment = of(registration)
    assert (repayment.state, repayment.obstacle) == (STUCK, Obstacle.BY_HAND) and not Refund.objects.exists()
    assert event.repayments.progress() == (0, 1) and settle_due() == 0
    refund_lines(
        repayment.line.order.payments.get(), by=None, shares={repayment.line_id: Decimal(25)}, reason="Virement fait"
    )
    assert of(registration).is_settled and event.repayments.progress() == (1, 1)
    assert of(registration).badge == REFUNDED


def test_debit_that_may_be_disputed_waits_and_is_refunded_by_the_daily_run(standin, event, cancel, commit):
    registration = debit(standin, event)
    cancel(event)
    repayment = of(registration)
    assert (repayment.state, repayment.obstacle) == (STUCK, Obstacle.DISPUTABLE)
    assert repayment.until == timezone.localdate(timezone.now() + timedelta(weeks=8))
    assert not Refund.objects.exists() and settle_due() == 0
    with time_machine.travel(timezone.now() + timedelta(weeks=8, days=1), tick=True), commit():
        assert settle_due() == 1
    assert of(registration).state == REFUNDED and Refund.objects.get().amount == 25


def test_debit_under_way_is_refunded_once_it_has_arrived_and_can_no_longer_be_taken_back(
    standin, event, cancel, commit
):  # fmt: skip
    registration = by_card(standin, event, method=Method.SEPA_DEBIT)
    cancel(event)
    assert (of(registration).state, of(registration).obstacle) == (STUCK, Obstacle.DEBIT_UNDER_WAY)
    assert "prélèvement" in told(registration)
    standin.advance(days=7)
    standin.deliver_all()
    assert not of(registration).is_settled and event.repayments.progress() == (0, 1)
    assert surplus_of(order_after(registration)) == 25
    with commit():
        assert settle_due() == 0
    assert (of(registration).state, of(registration).obstacle) == (OWED, Obstacle.DISPUTABLE)
    with time_machine.travel(timezone.now() + timedelta(weeks=9), tick=True), commit():
        assert settle_due() == 1
    assert of(registration).state == REFUNDED and surplus_of(order_after(registration)) == 0
    assert Refund.objects.count() == 1 and findings() == []


def test_debit_under_way_that_fails_leaves_nothing_to_pay_back(standin, event, cancel):
    registration = by_card(standin, event, method=Method.SEPA_DEBIT)
    cancel(event)
    intent = Payment.objects.get().intent_id
    standin.settle_debit(intent, "failed")
    standin.deliver_all()
    settle_due()
    assert of(registration).state == CALLED_OFF and not Refund.objects.exists() and findings() == []


def test_disputed_payment_is_left_to_the_coordination(standin, event, cancel):
    registration = by_card(standin, event)
    standin.open_dispute(Payment.objects.get().intent_id)
    standin.deliver_all()
    cancel(event)
    assert (of(registration).state, of(registration).obstacle) == (STUCK, Obstacle.DISPUTED)
    assert not Refund.objects.exists()


def test_invoice_that_is_paid_in_part_is_left_to_the_coordination(event, cancel):
    registration = hold_places(event, 1, buyer(kind="public_buyer"))
    order = place(registration, Method.PURCHASE_ORDER, purchase_order="BC-1")
    pay(order, 10)
    cancel(event)
    assert (of(registration).state, of(registration).obstacle) == (STUCK, Obstacle.ON_ACCOUNT)
    assert order_of(registration).is_firm and not Refund.objects.exists()


def test_provider_that_is_away_refuses_nothing_for_good(standin, event, cancel, commit, monkeypatch):
    registration = hold_places(event)
    order = place(registration, Method.CARD)
    pay_online(order, by=None, method=Method.CARD)

    def away(_payment):
        raise provider.ProviderUnreachable("down")

    with monkeypatch.context() as patched:
        patched.setattr(provider, "close_session", away)
        cancel(event)
    assert (of(registration).state, of(registration).obstacle) == (STUCK, Obstacle.PROVIDER_AWAY)
    assert Event.objects.get(pk=event.pk).is_cancelled
    with commit():
        assert settle_due() == 1
    assert of(registration).state == CALLED_OFF


# --- Decided one by one -----------------------------------------------------------------------------------------------


def test_one_by_one_refunds_nobody_until_somebody_decides(standin, event, cancel, commit):
    one, other = by_card(standin, event), by_card(standin, event)
    cancel(event, EACH)
    assert {of(one).obstacle, of(other).obstacle} == {Obstacle.UNDECIDED} and not Refund.objects.exists()
    assert settle_due() == 0
    with commit():
        refund_one(of(one), by=None)
    assert of(one).state == REFUNDED and of(other).obstacle == Obstacle.UNDECIDED and Refund.objects.count() == 1
    with commit():
        refund_one(of(one), by=None)
    assert Refund.objects.count() == 1
    for _ in range(2):
        with commit():
            refund_everybody(event, by=None)
    assert of(other).state == REFUNDED and Refund.objects.count() == 2
    assert Cancellation.objects.get().refunding == ALL


def test_refund_of_one_that_cannot_be_says_why(event, cancel):
    registration = hold_and_pay(event)
    cancel(event, EACH)
    with pytest.raises(RuleBroken) as caught:
        refund_one(of(registration), by=None)
    assert str(caught.value.message) == str(Obstacle.BY_HAND.label)


def test_only_a_cancelled_event_is_refunded(event):
    for one in (event, postpone_event(priced_event(), by=None)):
        with pytest.raises(RuleBroken):
            refund_everybody(one, by=None)
    assert not Cancellation.objects.exists()


# --- The decision and the letter --------------------------------------------------------------------------------------


def test_decision_is_recorded_with_the_person_who_took_it(event, commit):
    hold_and_pay(event)
    by = coordinator_of(event.club)
    with commit():
        cancel_event(event, by=by, refunding=ALL)
    cancellation = event.cancellation
    assert (cancellation.by, cancellation.refunding) == (by, ALL)
    assert HistoryEntry.objects.get(code="events.cancellation.decided").by == by


def test_refund_of_the_task_bears_the_name_of_who_decided(standin, event, commit):
    by_card(standin, event)
    by = coordinator_of(event.club)
    with commit():
        cancel_event(event, by=by, refunding=ALL)
    assert Refund.objects.get().by == by


def test_letter_says_what_becomes_of_the_money(event, cancel):
    paid, ordered, free = hold_and_pay(event), hold_places(event), place_at(event)
    place(ordered)
    cancel(event)
    assert "est remboursé" in told(paid)
    assert "plus rien à payer" in told(ordered).lower()
    text = Letter.objects.get(code="events.event_cancelled", to_email=free.email).text
    assert "rembours" not in text and "payer" not in text


def test_letter_says_that_the_coordination_decides(event, cancel):
    registration = hold_and_pay(event)
    cancel(event, EACH)
    assert "coordination" in told(registration) and "est remboursé" not in told(registration)


def test_free_event_is_cancelled_without_a_word_of_money(cancel):
    event = EventFactory()
    place_at(event)
    cancel(event, EACH)
    assert not Repayment.objects.exists()
    assert not HistoryEntry.objects.filter(code="events.cancellation.decided").exists()


# --- Killed in the midst ----------------------------------------------------------------------------------------------


class Killed(BaseException):
    """The process is gone: nothing catches this."""


@pytest.mark.parametrize("moment", ["before the note", "before the refund"])
def test_killed_in_the_midst_and_run_again_refunds_nobody_twice(standin, event, commit, monkeypatch, moment):
    registrations = [by_card(standin, event) for _ in range(3)]
    cancel_event(event, by=None, refunding=ALL)  # the task never came to run
    calls = []

    def dying(*args, **kwargs):
        calls.append(args)
        if len(calls) == 2:
            if moment == "before the note":
                real(*args, **kwargs)
            raise Killed
        return real(*args, **kwargs)

    real = repaying.refund_lines
    with monkeypatch.context() as patched:
        patched.setattr(repaying, "refund_lines", dying)
        with pytest.raises(Killed), commit():
            settle_event(Event.objects.get(pk=event.pk))
    done = Refund.objects.count()
    assert done == (2 if moment == "before the note" else 1)
    with commit():
        settle_due()
    assert Refund.objects.count() == 3 and {of(one).badge for one in registrations} == {REFUNDED}
    with commit():
        assert settle_due() == 0 and settle_event(Event.objects.get(pk=event.pk)) == 0
    assert Refund.objects.count() == 3


def test_without_keys_of_their_own_refunds_would_be_asked_twice(standin, event, commit, monkeypatch):
    """The control: the same line, tried by two at once, is refunded once because the key names it."""
    registration = by_card(standin, event, 2)
    cancel_event(event, by=None, refunding=ALL)
    line = live_line(registration.pk)
    monkeypatch.setattr(repaying, "_left_of", lambda _line: Decimal(25))  # as both read it before either wrote
    for _ in range(2):
        with commit():
            repaying._refund(of(registration), line, line.order, refunds=True, by=None)
    assert Refund.objects.count() == 1
    keys = iter(range(10**6))
    monkeypatch.setattr(repaying, "uuid5", lambda _names, _name: UUID(int=next(keys)))
    with commit():
        repaying._refund(of(registration), line, line.order, refunds=True, by=None)
    assert Refund.objects.count() == 2


def test_order_placed_at_the_very_moment_of_the_cancellation_is_found_by_the_daily_run(event, cancel):
    late = hold_places(event)
    basket = order_of(late)
    gross = quoted_totals(quoted(basket)).gross
    cancel_event(event, by=None, refunding=ALL)
    Event.objects.filter(pk=event.pk).update(status="published")  # as the other transaction still saw it
    place_order(basket, by=None, method=Method.TRANSFER, expected=gross)
    Event.objects.filter(pk=event.pk).update(status="cancelled")
    assert not Repayment.objects.exists() and settle_due() == 1
    assert of(late).state == CALLED_OFF and Order.objects.get(pk=basket.pk).is_cancelled


def test_money_that_comes_by_hand_after_the_cancellation_is_owed(event, cancel):
    registration = hold_places(event)
    order = place(registration)
    cancel(event)
    record_payment(
        order, by=None, method=Method.TRANSFER, amount=Decimal(25), received_on=timezone.localdate(), may_exceed=True
    )
    assert surplus_of(order) == 25 and findings() == []


# --- Pages ------------------------------------------------------------------------------------------------------------


@pytest.fixture
def desk(client, event):
    client.force_login(coordinator_of(event.club))
    return client


def test_story_by_http_cancelled_with_refunds(standin, event, client, desk, commit):
    """The coordinator cancels, chooses to refund all, sees how far it has come and what is left, and settles it."""
    paid, by_hand, basket = by_card(standin, event), hold_and_pay(event), hold_places(event)
    address = reverse("events:cancel_event", args=[event.slug])
    assert "rembourser tout le monde" in words(desk.get(address))
    refused = desk.post(address, {"reason": "Salle inondée"})
    assert refused.status_code == 200 and refused.context["form"].errors["refunding"]
    assert not Event.objects.get(pk=event.pk).is_cancelled and "Salle inondée" in words(refused)
    with commit():
        desk.post(address, {"reason": "Salle inondée", "refunding": "all"})
    assert of(paid).state == REFUNDED and live_line(basket.pk) is None
    text = words(page(desk, "event_page", event.slug))
    assert "1 sur 2" in text
    text = words(page(desk, "repayment_list", event.slug))
    assert "remboursé" in text and "rendez l’argent depuis la banque du club" in text
    assert order_of(by_hand).get_absolute_url() in page(desk, "repayment_list", event.slug).content.decode()
    payment = order_of(by_hand).payments.get()
    line = live_line(by_hand.pk)
    desk.post(
        reverse("billing:refund_payment", args=[payment.pk]),
        {f"share_{line.pk}": "25", "reason": "Annulé", "key": "5b1f6c1e-8f5b-4a1e-9d55-3f0c7a2f6f11"},
    )
    assert "2 sur 2" in words(page(desk, "repayment_list", event.slug)) and findings() == []


def test_story_by_http_decided_one_by_one(standin, event, desk, commit):
    one, other = by_card(standin, event), by_card(standin, event)
    with commit():
        desk.post(reverse("events:cancel_event", args=[event.slug]), {"reason": "", "refunding": "each"})
    assert "Vous décidez" in words(page(desk, "repayment_list", event.slug))
    with commit():
        desk.post(reverse("events:refund_repayment", args=[of(one).pk]))
    assert of(one).state == REFUNDED and not of(other).is_settled
    with commit():
        desk.post(reverse("events:refund_everybody", args=[event.slug]))
    assert of(other).state == REFUNDED and "2 sur 2" in words(page(desk, "event_page", event.slug))


def test_repayments_are_the_coordinations(client, event, cancel):
    registration = hold_and_pay(event)
    cancel(event, EACH)
    client.force_login(manager_of(registration.organisation))
    assert page(client, "repayment_list", event.slug).status_code == 403
    assert client.post(reverse("events:refund_everybody", args=[event.slug])).status_code == 403
    assert client.post(reverse("events:refund_repayment", args=[of(registration).pk])).status_code == 403
    client.force_login(coordinator_of(priced_event().club))
    assert client.post(reverse("events:refund_repayment", args=[of(registration).pk])).status_code == 403


def test_event_without_orders_asks_nothing_of_money(client):
    event = EventFactory()
    client.force_login(coordinator_of(event.club))
    assert "refunding" not in page(client, "cancel_event", event.slug).content.decode()
    client.post(reverse("events:cancel_event", args=[event.slug]), {"reason": ""})
    assert Event.objects.get(pk=event.pk).is_cancelled


def test_list_of_repayments_costs_the_same_for_one_and_four(
    standin, event, desk, cancel, django_assert_max_num_queries
):
    for _ in range(4):
        by_card(standin, event)
    hold_and_pay(event)
    cancel(event)
    with django_assert_max_num_queries(22):
        page(desk, "repayment_list", event.slug)
    with django_assert_max_num_queries(38):
        page(desk, "event_page", event.slug)
