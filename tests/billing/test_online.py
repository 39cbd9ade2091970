"""Card and SEPA debit, with the real `stripe` package against the stand-in by HTTP."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
import stripe
import time_machine
from django.test import Client, override_settings
from django.urls import reverse
from django.utils import timezone

from billing import provider
from billing.actions import (
    add_to_basket,
    cancel_order,
    choose_method,
    due_of,
    follow_news,
    pay_online,
    record_payment,
    refund_lines,
    refund_surplus,
    refundable,
    send_refund,
    sync_payment,
)
from billing.actions.checking import findings
from billing.actions.following import apply_snapshot
from billing.actions.reconciling import reconcile
from billing.enums import Account, Method, PaymentStatus, RefundStatus
from billing.models import Dispute, Entry, Invoice, Payment, Posting, ProviderEvent, Refund
from core.errors import RuleBroken
from core.models import Letter
from members.enums import OrganisationKind
from tests.billing.noted import buyer_of, line_of, order_of
from tests.billing.online import debited, online_order, paid_online, standing_in
from tests.factories import coordinator_of
from tests.standin.mischief import Delivery

pytestmark = pytest.mark.django_db


@pytest.fixture
def standin():
    with standing_in() as one:
        yield one


@pytest.fixture
def who(club, buyer):
    return {"club": club, "organisation": buyer[0], "by": buyer[1]}


def fresh(thing):
    return type(thing).objects.get(pk=thing.pk)


def in_order() -> bool:
    assert findings(ask_provider=True) == []
    return True


# --- Card -------------------------------------------------------------------------------------------------------------


def test_card_payment_makes_the_order_firm(standin, thing, who):
    order, payment = online_order(40, **who)
    assert payment.session_url.startswith(standin.url) and thing.state[40] == "held"
    standin.pay(payment.session_id)
    standin.deliver_all()
    order, payment = fresh(order), fresh(payment)
    assert order.is_firm and payment.is_settled and thing.state[40] == "given"
    assert Posting.objects.filter(account=Account.PROVIDER).balance() == 40 and due_of(order) == 0
    assert Letter.objects.filter(code="billing.order.firm").count() == 1 and in_order()


def test_payment_page_shows_the_lines_and_no_more_than_needed(standin, thing, who):
    _order, payment = online_order(40, 60, **who)
    session = standin.sessions[payment.session_id]
    assert session["amount_total"] == 10_000 and session["client_reference_id"] == str(payment.key)
    assert set(session["metadata"]) == {"payment", "order"}


def test_pressing_pay_again_leads_to_the_same_page(standin, thing, who):
    order, payment = online_order(40, **who)
    again = pay_online(fresh(order), by=None, method=Method.CARD)
    assert again.session_url == payment.session_url and len(standin.sessions) == 1


def test_answer_lost_on_the_way_leads_to_the_same_page(standin, thing, who):
    """The session was made, the process died before it knew."""
    order = order_of(40, **who, method=Method.CARD)
    standin.fail_next("after_commit", on="POST /v1/checkout/sessions", times=2)
    with pytest.raises(provider.ProviderUnreachable):
        pay_online(order, by=None, method=Method.CARD)
    assert Payment.objects.get().session_id is None and len(standin.sessions) == 1
    payment = pay_online(fresh(order), by=None, method=Method.CARD)
    assert list(standin.sessions) == [payment.session_id]


def test_page_that_was_never_made_is_begun_anew_later(standin, thing, who):
    order = order_of(40, **who, method=Method.CARD)
    standin.fail_next(500, on="POST /v1/checkout/sessions", times=5)
    with pytest.raises(provider.ProviderUnreachable):
        pay_online(order, by=None, method=Method.CARD)
    standin.calls.failures.clear()
    with time_machine.travel(timezone.now() + timedelta(minutes=30), tick=False):
        assert pay_online(fresh(order), by=None, method=Method.CARD).session_id
    assert [one.status for one in order.payments.order_by("pk")] == [PaymentStatus.EXPIRED, PaymentStatus.STARTED]


def test_refused_card_may_be_tried_again_on_the_same_page(standin, thing, who):
    order, payment = online_order(40, **who)
    standin.pay(payment.session_id, "card_refused")
    standin.deliver_all()
    assert fresh(payment).status == PaymentStatus.STARTED and not fresh(order).is_firm
    standin.pay(payment.session_id)
    standin.deliver_all()
    assert fresh(order).is_firm and in_order()


def test_expired_page_leaves_the_order_to_be_paid_in_another_way(standin, thing, who):
    order, payment = online_order(40, **who)
    standin.advance(days=1)
    standin.deliver_all()
    assert fresh(payment).status == PaymentStatus.EXPIRED and fresh(order).is_placed
    assert choose_method(order, by=None, method=Method.TRANSFER).method == Method.TRANSFER


def test_paid_order_cannot_be_paid_again(standin, thing, who):
    order, _payment = paid_online(standin, 40, **who)
    for method in (Method.CARD, Method.SEPA_DEBIT):
        with pytest.raises(RuleBroken):
            pay_online(order, by=None, method=method)
    with pytest.raises(RuleBroken):
        choose_method(order, by=None, method=Method.TRANSFER)
    assert len(standin.sessions) == 1


def test_other_way_to_pay_closes_the_page_first(standin, thing, who):
    order, card = online_order(40, **who)
    debit = pay_online(fresh(order), by=None, method=Method.SEPA_DEBIT)
    assert standin.sessions[card.session_id]["status"] == "expired"
    assert debit.session_id != card.session_id and order.payments.open().count() == 1


def test_page_for_another_amount_is_closed_first(standin, thing, who):
    """Part of the money came by cheque meanwhile."""
    order, first = online_order(40, **who)
    record_payment(order, by=None, method=Method.CHEQUE, amount=Decimal(15), received_on=timezone.localdate())
    second = pay_online(fresh(order), by=None, method=Method.CARD)
    assert second.amount == 25 and standin.sessions[first.session_id]["status"] == "expired"
    standin.pay(second.session_id)
    standin.deliver_all()
    assert fresh(order).is_firm and due_of(fresh(order)) == 0 and in_order()


def test_page_paid_while_another_way_is_chosen_counts(standin, thing, who):
    order, card = online_order(40, **who)
    standin.pay(card.session_id)  # its news has not arrived
    with pytest.raises(RuleBroken):
        pay_online(fresh(order), by=None, method=Method.SEPA_DEBIT)
    assert fresh(order).is_firm and len(standin.sessions) == 1 and in_order()


def test_session_that_is_paid_already_says_so(standin, thing, who):
    order, payment = online_order(40, **who)
    standin.pay(payment.session_id)
    assert sync_payment(payment).is_settled
    standin.deliver_all()
    assert Entry.objects.filter(key=f"payment:{payment.pk}").count() == 1 and fresh(order).is_firm


def test_order_is_taken_back_while_its_page_is_open(standin, thing, who):
    order, payment = online_order(40, **who)
    assert cancel_order(fresh(order), by=None).is_cancelled
    assert standin.sessions[payment.session_id]["status"] == "expired" and thing.state[40] == "released"


def test_order_that_was_paid_at_the_last_moment_is_not_taken_back_unpaid(standin, thing, who):
    order, payment = online_order(40, **who)
    standin.pay(payment.session_id)  # its news has not arrived
    cancelled = cancel_order(fresh(order), by=None)
    assert cancelled.is_cancelled and due_of(cancelled) == -40  # an invoice, its credit note, and money owed back
    assert Invoice.objects.count() == 2 and in_order()


def test_transfer_is_chosen_while_a_page_is_open(standin, thing, who):
    order, payment = online_order(40, **who)
    assert choose_method(fresh(order), by=None, method=Method.TRANSFER).method == Method.TRANSFER
    assert standin.sessions[payment.session_id]["status"] == "expired"


def test_purchase_order_may_be_paid_by_card_without_losing_anything(standin, thing, club):
    town, by = buyer_of(club, kind=OrganisationKind.PUBLIC_BUYER)
    order = order_of(300, club=club, organisation=town, by=by, method=Method.PURCHASE_ORDER, purchase_order="BC-1")
    due_on = order.due_on
    payment = pay_online(order, by=by, method=Method.CARD)
    standin.deliver_all()
    assert thing.state[300] == "given" and fresh(order).due_on == due_on
    standin.pay(payment.session_id, "card_refused")
    standin.deliver_all()
    assert thing.state[300] == "given"
    standin.pay(payment.session_id)
    standin.deliver_all()
    assert due_of(fresh(order)) == 0 and Invoice.objects.count() == 1 and in_order()


# --- SEPA debit -------------------------------------------------------------------------------------------------------


def test_debit_under_way_keeps_the_thing_and_gives_nothing(standin, thing, who):
    order, payment = online_order(40, **who, method=Method.SEPA_DEBIT)
    standin.pay(payment.session_id, "sepa_ok")
    standin.deliver_all()
    assert fresh(payment).status == PaymentStatus.PENDING and fresh(order).is_placed
    assert thing.state[40] == "held" and not Posting.objects.exists()
    letter = Letter.objects.get(code="billing.payment.pending")
    assert "40" in letter.text


def test_second_purchase_while_a_debit_is_under_way_is_refused(standin, thing, who):
    order, payment = online_order(40, **who, method=Method.SEPA_DEBIT)
    standin.pay(payment.session_id, "sepa_ok")
    standin.deliver_all()
    with pytest.raises(RuleBroken):
        add_to_basket(who["club"], who["organisation"], code="tests.noted", target_id=40, by=None)
    for method in (Method.CARD, Method.SEPA_DEBIT):
        with pytest.raises(RuleBroken):
            pay_online(fresh(order), by=None, method=method)
    with pytest.raises(RuleBroken):
        choose_method(fresh(order), by=None, method=Method.TRANSFER)
    with pytest.raises(RuleBroken):
        cancel_order(fresh(order), by=None)


def test_debit_that_succeeds_days_later_gives_the_thing(standin, thing, who):
    order, payment = debited(standin, 40, **who)
    assert order.is_firm and payment.is_settled and thing.state[40] == "given" and in_order()


def test_debit_that_fails_days_later_keeps_the_thing_a_few_days(standin, thing, who):
    order, payment = online_order(40, **who, method=Method.SEPA_DEBIT)
    standin.pay(payment.session_id, "sepa_fails")
    standin.deliver_all()
    standin.advance(days=7)
    standin.deliver_all()
    order, payment = fresh(order), fresh(payment)
    assert payment.status == PaymentStatus.FAILED and order.is_placed and thing.state[40] == "held"
    assert Letter.objects.filter(code="billing.payment.failed").count() == 1
    assert order.pay_until > timezone.now() + timedelta(days=2)
    again = pay_online(order, by=None, method=Method.CARD)
    standin.pay(again.session_id)
    standin.deliver_all()
    assert fresh(order).is_firm and in_order()


def test_debit_on_a_page_that_was_given_up_is_followed_once_its_bank_has_answered(standin, thing, who):
    order, payment = online_order(40, **who, method=Method.SEPA_DEBIT)
    Payment.objects.filter(pk=payment.pk).update(status=PaymentStatus.EXPIRED)  # so we believed: its process had died
    other = pay_online(fresh(order), by=None, method=Method.CARD)
    standin.pay(payment.session_id, "sepa_ok")
    assert {one.status for one in standin.deliver_all()} == {200}
    assert (fresh(payment).status, fresh(other).status) == (PaymentStatus.EXPIRED, PaymentStatus.STARTED)
    standin.advance(days=7)
    standin.deliver_all()
    assert fresh(payment).is_settled and fresh(order).is_firm and in_order()


def test_debit_is_not_refunded_while_the_bank_may_take_it_back(standin, thing, who):
    order, payment = debited(standin, 40, **who)
    share = {line_of(order, 40).pk: Decimal(40)}
    with pytest.raises(RuleBroken):
        refund_lines(payment, by=None, shares=share, reason="x")
    with time_machine.travel(timezone.now() + timedelta(days=57), tick=False):
        assert refund_lines(payment, by=None, shares=share, reason="x").amount == 40


def test_debit_taken_back_weeks_later_suspends_what_was_given_until_it_is_paid_again(standin, thing, who):
    coordinator = coordinator_of(who["club"])
    order, payment = debited(standin, 40, **who)
    standin.open_dispute(payment.intent_id)
    standin.deliver_all()
    order = fresh(order)
    assert thing.state[40] == "withheld" and due_of(order) == 40 and order.is_firm
    assert Dispute.objects.get().status == "lost"
    assert Letter.objects.get(code="billing.dispute.opened").person == coordinator
    assert Letter.objects.get(code="billing.payment.withdrawn").person == who["by"]
    again = pay_online(order, by=who["by"], method=Method.CARD)
    standin.pay(again.session_id)
    standin.deliver_all()
    assert thing.state[40] == "given" and due_of(order) == 0 and Invoice.objects.count() == 1 and in_order()


def test_free_thing_that_cannot_be_given_again_needs_no_credit_note(standin, thing, who):
    thing.prices[7] = Decimal(0)
    order, payment = debited(standin, 40, 7, **who)
    standin.open_dispute(payment.intent_id)
    standin.deliver_all()
    thing.lost.add(7)
    again = pay_online(fresh(order), by=who["by"], method=Method.CARD)
    standin.pay(again.session_id)
    assert {one.status for one in standin.deliver_all()} == {200}
    assert (thing.state[40], thing.state[7]) == ("given", "released")
    assert Invoice.objects.count() == 1 and in_order()


# --- Disputes of cards ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("outcome", "state", "due"), [("won", "given", 0), ("lost", "withheld", 40)])
def test_disputed_card(standin, thing, who, outcome, state, due):
    order, payment = paid_online(standin, 40, **who)
    dispute = standin.open_dispute(payment.intent_id)
    standin.deliver_all()
    assert thing.state[40] == "withheld" and refundable(payment) == 0
    with pytest.raises(RuleBroken):
        refund_lines(payment, by=None, shares={line_of(order, 40).pk: Decimal(40)}, reason="x")
    standin.close_dispute(dispute["id"], outcome)
    standin.deliver_all()
    assert thing.state[40] == state and due_of(fresh(order)) == due and in_order()


def test_inquiry_tells_the_payer_only_once_it_takes_money(standin, thing, who):
    order, payment = paid_online(standin, 40, **who)
    inquiry = standin.open_dispute(payment.intent_id, "warning_needs_response")
    standin.deliver_all()
    withdrawn = Letter.objects.filter(code="billing.payment.withdrawn")
    assert thing.state[40] == "given" and not withdrawn.exists()
    standin.close_dispute(inquiry["id"], "lost")
    standin.deliver_all()
    assert thing.state[40] == "withheld" and withdrawn.count() == 1 and in_order()


def test_dispute_that_was_won_before_it_is_heard_of_took_nothing(standin, thing, who):
    coordinator_of(who["club"])
    _order, payment = paid_online(standin, 40, **who)
    standin.close_dispute(standin.open_dispute(payment.intent_id)["id"], "won")
    standin.deliver_all()
    assert not Letter.objects.filter(code="billing.payment.withdrawn").exists()
    assert Letter.objects.filter(code="billing.dispute.opened").count() == 1 and in_order()


# --- Refunds ----------------------------------------------------------------------------------------------------------


def refund(order, payment, amount, django_capture):
    with django_capture(execute=True):
        return refund_lines(payment, by=None, shares={line_of(order, 40).pk: Decimal(amount)}, reason="Annulé")


def test_refund_goes_through_the_provider(standin, thing, who, django_capture_on_commit_callbacks):
    order, payment = paid_online(standin, 40, **who)
    made = refund(order, payment, 15, django_capture_on_commit_callbacks)
    assert fresh(made).status == RefundStatus.DONE
    assert standin.ledger()[payment.intent_id]["refunded"] == 1500
    standin.deliver_all()
    assert Refund.objects.count() == 1 and in_order()
    refund(order, payment, 25, django_capture_on_commit_callbacks)
    assert thing.state[40] == "released" and Posting.objects.filter(account=Account.PROVIDER).balance() == 0


def test_refund_whose_process_died_is_sent_by_the_next_reconciliation(standin, thing, who):
    order, payment = paid_online(standin, 40, **who)
    made = refund_lines(payment, by=None, shares={line_of(order, 40).pk: Decimal(40)}, reason="x")
    assert fresh(made).status == RefundStatus.REQUESTED and not standin.refunds
    assert reconcile().refunds == 1
    assert fresh(made).status == RefundStatus.DONE and in_order()


def test_refund_whose_answer_was_lost_is_not_sent_twice(standin, thing, who, django_capture_on_commit_callbacks):
    order, payment = paid_online(standin, 40, **who)
    standin.fail_next("after_commit", on="POST /v1/refunds", times=2)
    made = refund(order, payment, 40, django_capture_on_commit_callbacks)
    assert fresh(made).status == RefundStatus.REQUESTED and len(standin.refunds) == 1
    reconcile()
    assert len(standin.refunds) == 1 and fresh(made).status == RefundStatus.DONE and in_order()


def test_refund_whose_answer_was_lost_is_looked_up_before_it_is_sent_a_day_later(
    standin, thing, who, django_capture_on_commit_callbacks
):
    """By then the provider has forgotten its key."""
    order, payment = paid_online(standin, 40, **who)
    standin.fail_next("after_commit", on="POST /v1/refunds", times=2)
    made = refund(order, payment, 15, django_capture_on_commit_callbacks)
    standin.advance(days=2)
    Refund.objects.filter(pk=made.pk).update(requested_at=timezone.now() - timedelta(days=2))
    assert send_refund(fresh(made)).status == RefundStatus.DONE
    assert len(standin.refunds) == 1 and in_order()


def test_dispute_that_overtakes_the_news_of_its_payment_is_not_lost(standin, thing, who):
    order, payment = online_order(40, **who)
    standin.pay(payment.session_id)
    before = provider.look_up("default", session_id=payment.session_id)
    dispute = standin.open_dispute(before.intent_id)
    kind = "charge.dispute.created"
    assert follow_news(provider.News("default", "evt_1", kind, "dispute", dispute["id"], before.intent_id, ""))
    apply_snapshot(payment, before)  # a process that stood still with what it had read before
    assert due_of(fresh(order)) == 40 and thing.state[40] != "given" and in_order()


def test_refund_that_comes_back_is_owed_still(standin, thing, who, django_capture_on_commit_callbacks):
    coordinator = coordinator_of(who["club"])
    order, payment = paid_online(standin, 40, **who)
    made = refund(order, payment, 40, django_capture_on_commit_callbacks)
    standin.fail_refund(fresh(made).provider_id)
    standin.deliver_all()
    assert fresh(made).status == RefundStatus.FAILED and due_of(fresh(order)) == -40
    assert Letter.objects.get(code="billing.refund.failed").person == coordinator and in_order()


def test_refund_that_came_back_is_paid_by_transfer(standin, thing, who, django_capture_on_commit_callbacks):
    order, payment = paid_online(standin, 40, **who)
    made = refund(order, payment, 40, django_capture_on_commit_callbacks)
    standin.fail_refund(fresh(made).provider_id)
    standin.deliver_all()
    again = refund_surplus(fresh(payment), by=None, amount=Decimal(40), reason="Par virement", by_transfer=True)
    assert again.status == RefundStatus.DONE and due_of(fresh(order)) == 0 and len(standin.refunds) == 1
    assert Posting.objects.filter(account=Account.BANK).balance() == -40
    assert Posting.objects.filter(account=Account.PROVIDER).balance() == 40 and in_order()
    assert reconcile().refunds == 0


def test_refund_that_the_provider_refuses_fails(standin, thing, who, django_capture_on_commit_callbacks):
    order, payment = paid_online(standin, 40, **who)
    standin.open_dispute(payment.intent_id)  # nobody here knows of it yet
    made = refund(order, payment, 40, django_capture_on_commit_callbacks)
    assert fresh(made).status == RefundStatus.FAILED
    standin.deliver_all()
    assert in_order()


def test_refund_that_waits_while_the_bank_takes_the_money_back_is_no_fault(standin, thing, who):
    order, payment = paid_online(standin, 40, **who)
    made = refund_lines(payment, by=None, shares={line_of(order, 40).pk: Decimal(15)}, reason="x")  # not sent yet
    standin.open_dispute(payment.intent_id)
    standin.deliver_all()
    assert in_order()
    reconcile()
    assert fresh(made).status == RefundStatus.FAILED and in_order()


def test_refund_that_fails_leaves_its_money_to_what_was_held_back(standin, thing, who):
    """Two things. The bank takes money back, and sends back a refund: with that, one of the two is paid for."""
    order, payment = paid_online(standin, 10, 90, **who)
    half = {line_of(order, 90).pk: Decimal(45)}
    first = send_refund(refund_lines(payment, by=None, shares=half, reason="x"))
    standin.close_dispute(standin.open_dispute(payment.intent_id, "warning_needs_response")["id"], "lost")
    standin.fail_refund(first.provider_id)
    standin.deliver_all()
    assert thing.state[10] == "withheld" and due_of(order) == 10
    second = refund_lines(payment, by=None, shares=half, reason="x")
    sync_payment(payment)
    assert thing.state[10] == "withheld", "what is promised back pays for nothing"
    assert send_refund(second).status == RefundStatus.FAILED  # the charge was taken back, says the provider
    assert due_of(order) == -35 and thing.state[10] == "given" and in_order()


def test_refund_made_on_the_providers_site_is_booked(standin, thing, who):
    order, payment = paid_online(standin, 40, **who)
    client = stripe.StripeClient(standin.secret_key, base_addresses={"api": standin.url})
    client.v1.refunds.create({"payment_intent": payment.intent_id, "amount": 1000})
    standin.deliver_all()
    assert Refund.objects.get().amount == 10 and due_of(fresh(order)) == 10 and in_order()


# --- Webhooks ---------------------------------------------------------------------------------------------------------


def test_any_mischief_on_the_way_gives_the_same_end(standin, thing, who):
    standin.delivery = Delivery(
        seed=7, duplicate=0.6, reorder=0.5, delay=0.3, drop=0.4, forge=0.5, stale=0.5, tamper=0.5
    )  # fmt: skip
    order, payment = online_order(40, **who)
    standin.pay(payment.session_id, "card_refused")
    standin.pay(payment.session_id)
    standin.open_dispute(standin.sessions[payment.session_id]["payment_intent"])
    log = standin.deliver_all()
    assert {one.status for one in log if one.kind in ("forged", "stale", "tampered")} == {403}
    assert {one.kind for one in log} > {"forged", "duplicate"}
    assert ProviderEvent.objects.count() == len(standin.events)
    assert Entry.objects.filter(key=f"payment:{payment.pk}").count() == 1
    assert thing.state[40] in ("held", "withheld")  # as the dispute was known before the payment or after it
    assert Letter.objects.filter(code="billing.order.firm").count() <= 1 and in_order()


@pytest.mark.parametrize(
    ("body", "signature"), [(b"{}", ""), (b"{}", "t=1,v1=00"), (b"\xff", "t=1,v1=00"), (b'{"id": "evt_1"}', "nonsense")]
)
def test_forged_news_are_refused(standin, db, body, signature):
    response = Client().post(
        reverse("billing:stripe_webhook"),
        body,
        content_type="application/json",
        headers={"Stripe-Signature": signature},
    )
    assert response.status_code == 403 and not ProviderEvent.objects.exists()


def test_news_replayed_much_later_are_refused(standin, thing, who):
    standin.delivery = Delivery(seed=1, stale=1.0)
    _order, payment = online_order(40, **who)
    standin.pay(payment.session_id)
    kinds = {(one.kind, one.status) for one in standin.deliver_all()}
    assert kinds == {("honest", 200), ("stale", 403)}


def test_webhook_without_keys_believes_nobody(db):
    response = Client().post(reverse("billing:stripe_webhook"), b"{}", content_type="application/json")
    assert response.status_code == 403


def test_webhook_answers_get_with_not_allowed(db):
    assert Client().get(reverse("billing:stripe_webhook")).status_code == 405


def strangers_session(standin, **names) -> str:
    """A session that somebody else made with the same account; `names` are its metadata."""
    client = stripe.StripeClient(standin.secret_key, base_addresses={"api": standin.url})
    price = {"currency": "eur", "unit_amount": 4000, "product_data": {"name": "x"}}
    session = client.v1.checkout.sessions.create(
        {
            "mode": "payment",
            "payment_method_types": ["card"],
            "success_url": "https://x.example/",
            "line_items": [{"quantity": 1, "price_data": price}],
            "metadata": names,
            "payment_intent_data": {"metadata": names},
        }
    )
    return session["id"]


def test_news_of_another_installation_are_acknowledged_and_change_nothing(standin, thing, who):
    standin.pay(strangers_session(standin, payment="42"))
    assert {one.status for one in standin.deliver_all()} == {200}
    assert ProviderEvent.objects.exists() and not ProviderEvent.objects.exclude(payment=None).exists()
    assert not Entry.objects.exists()


def test_payment_of_another_clubs_account_is_not_touched(thing, who):
    """The news is signed by one account and names a payment that belongs to another."""
    oise = {"secret_key": "sk_test_other", "webhook_secret": "whsec_other"}
    with standing_in(**oise) as other, standing_in() as standin, override_settings(STRIPE_ACCOUNTS={"oise": oise}):
        order, payment = online_order(40, **who)
        other.pay(strangers_session(other, payment=str(payment.key)))
        assert {one.status for one in other.deliver_all()} == {200}
        assert fresh(payment).status == PaymentStatus.STARTED and fresh(order).is_placed
        standin.pay(payment.session_id)
        standin.deliver_all()
        assert fresh(order).is_firm


@pytest.mark.parametrize(("field", "value"), [("amount", Decimal(39)), ("amount", Decimal(41))])
def test_another_amount_at_the_provider_is_not_followed(standin, thing, who, field, value):
    order, payment = online_order(40, **who)
    Payment.objects.filter(pk=payment.pk).update(**{field: value})
    standin.pay(payment.session_id)
    standin.deliver_all()
    assert not Entry.objects.exists() and fresh(order).is_placed
    assert ProviderEvent.objects.exclude(fault="").exists()


def test_another_currency_is_not_followed(standin, thing, who):
    _order, payment = online_order(40, **who)
    snapshot = provider.look_up("default", session_id=payment.session_id)
    dollars = replace(snapshot, currency="USD", status=PaymentStatus.SETTLED)
    assert "USD" in apply_snapshot(payment, dollars) and fresh(payment).status == PaymentStatus.STARTED


def test_unknown_kind_of_news_is_acknowledged(standin, db):
    news = provider.News("default", "evt_x", "customer.created", "customer", "cus_1", "", "")
    assert follow_news(news) and not follow_news(news)


def test_provider_that_does_not_answer_is_asked_again(standin, thing, who):
    _order, payment = online_order(40, **who)
    standin.pay(payment.session_id)
    standin.fail_next(500, on="GET /v1/checkout/sessions", times=2)
    statuses = [one.status for one in standin.deliver_all()]
    assert 503 in statuses and statuses[-1] == 200
    assert fresh(payment).is_settled and in_order()


# --- What webhooks missed ---------------------------------------------------------------------------------------------


def test_reconciliation_finds_what_no_webhook_told(standin, thing, who):
    standin.webhook = None
    order, payment = online_order(40, **who)
    standin.pay(payment.session_id)
    done = reconcile()
    assert done.news > 0 and fresh(order).is_firm
    assert reconcile().total == 0 and in_order()


def test_reconciliation_finds_a_dispute_that_no_webhook_told(standin, thing, who):
    order, payment = paid_online(standin, 40, **who)
    standin.webhook = None
    standin.open_dispute(payment.intent_id)
    reconcile()
    assert thing.state[40] == "withheld" and due_of(fresh(order)) == 40 and in_order()


def test_reconciliation_names_an_account_that_does_not_answer(standin, thing, who):
    standin.fail_next(500, on="GET /v1/events", times=5)
    assert reconcile().silent == ("default",)


def test_check_finds_money_that_only_the_provider_knows(standin, thing, who):
    _order, payment = online_order(40, **who)
    standin.pay(payment.session_id)
    assert [finding.rule for finding in findings(ask_provider=True)] == ["the ledger is what the provider says"]


def test_late_payment_of_a_cancelled_order_is_owed_back(standin, thing, who):
    order, payment = online_order(40, **who)
    Payment.objects.filter(pk=payment.pk).update(status=PaymentStatus.EXPIRED)  # so we believed
    cancel_order(order, by=None)
    standin.pay(payment.session_id)
    standin.deliver_all()
    assert fresh(order).is_cancelled and due_of(fresh(order)) == -40 and thing.state[40] == "released" and in_order()
