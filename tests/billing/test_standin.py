"""What the stand-in for Stripe does with money, as Stripe's own library meets it."""

import time

import pytest
import stripe

from tests.billing.paying import client, order, paid, types_since
from tests.standin import NotPossible, Standin

DAY = 86_400


@pytest.fixture
def standin():
    with Standin() as standin:
        yield standin


@pytest.fixture
def api(standin):
    return client(standin).v1


# --- Checkout sessions -------------------------------------------------------------------------------------------------


def test_session_begins_open_and_keeps_what_it_was_given(api, standin):
    made = api.checkout.sessions.create(
        params=order(
            client_reference_id="C-17",
            metadata={"order": "17"},
            payment_intent_data={"metadata": {"order": "17"}},
            customer_email="membre@demo.example",
            locale="fr",
            expires_at=int(time.time()) + 3600,
        )
    )
    session = api.checkout.sessions.retrieve(made.id)
    assert (session.status, session.payment_status, session.payment_intent) == ("open", "unpaid", None)
    assert (session.amount_total, session.currency, session.livemode) == (12_000, "eur", False)
    assert (session.client_reference_id, session.metadata.to_dict()) == ("C-17", {"order": "17"})
    assert session.url == f"{standin.url}/pay/{session.id}"
    items = api.checkout.sessions.line_items.list(session.id)
    assert [(item.description, item.quantity, item.amount_total) for item in items.data] == [
        ("Adhésion 2027", 1, 12_000)
    ]


def test_card_pays_at_once(api, standin):
    session = api.checkout.sessions.create(params=order(payment_intent_data={"metadata": {"order": "17"}}))
    standin.pay(session.id, "card")
    session = api.checkout.sessions.retrieve(session.id, params={"expand": ["payment_intent.latest_charge"]})
    intent, charge = session.payment_intent, session.payment_intent.latest_charge
    assert (session.status, session.payment_status, session.url) == ("complete", "paid", None)
    assert (intent.status, intent.amount_received, intent.metadata.to_dict()) == ("succeeded", 12_000, {"order": "17"})
    assert (charge.status, charge.paid, charge.payment_method_details.type) == ("succeeded", True, "card")
    assert [one.id for one in api.checkout.sessions.list(params={"payment_intent": intent.id})] == [session.id]
    assert types_since(standin, 0) == [
        "payment_intent.created",
        "charge.succeeded",
        "payment_intent.succeeded",
        "checkout.session.completed",
    ]
    with pytest.raises(NotPossible):
        standin.pay(session.id, "card")


def test_refused_card_leaves_the_session_open_for_another_try(api, standin):
    session = api.checkout.sessions.create(params=order())
    first = standin.pay(session.id, "card_refused")["payment_intent"]
    intent = api.payment_intents.retrieve(first)
    assert (intent.status, intent.last_payment_error.code) == ("requires_payment_method", "card_declined")
    assert api.checkout.sessions.retrieve(session.id).status == "open"
    assert standin.pay(session.id, "card")["payment_intent"] == first
    assert [charge.status for charge in api.charges.list(params={"payment_intent": first})] == ["succeeded", "failed"]


def test_session_expires_by_the_clock(api, standin):
    session = api.checkout.sessions.create(params=order(expires_at=int(time.time()) + 1900))
    standin.advance(1800)
    assert standin.sessions[session.id]["status"] == "open"
    standin.advance(200)
    assert api.checkout.sessions.retrieve(session.id).status == "expired"
    assert types_since(standin, 0) == ["checkout.session.expired"]
    assert standin.events[0]["created"] == session.expires_at
    with pytest.raises(NotPossible):
        standin.pay(session.id, "card")


def test_session_is_expired_on_demand_but_not_once_complete(api, standin):
    open_one, done = (api.checkout.sessions.create(params=order()) for _ in range(2))
    standin.pay(open_one.id, "card_refused")
    standin.pay(done.id, "card")
    assert api.checkout.sessions.expire(open_one.id).status == "expired"
    assert api.payment_intents.retrieve(standin.sessions[open_one.id]["payment_intent"]).status == "canceled"
    for session in (open_one, done):
        with pytest.raises(stripe.InvalidRequestError, match="can be expired"):
            api.checkout.sessions.expire(session.id)


@pytest.mark.parametrize(
    ("change", "param", "code"),
    [
        ({"success_url": None}, "success_url", "parameter_missing"),
        ({"success_url": "nowhere"}, "success_url", "url_invalid"),
        ({"colour": "red"}, "colour", "parameter_unknown"),
        ({"mode": "subscription"}, "mode", None),
        ({"line_items": []}, "line_items", "parameter_missing"),
        ({"payment_method_types": ["cheque"]}, "payment_method_types", None),
        ({"customer_email": "nobody"}, "customer_email", "email_invalid"),
        ({"client_reference_id": "x" * 201}, "client_reference_id", None),
        ({"metadata": {"note": "x" * 501}}, "metadata[note]", None),
        ({"metadata": {f"k{n}": "x" for n in range(51)}}, "metadata", None),
        ({"expires_at": 60}, "expires_at", None),
        ({"expires_at": DAY + 60}, "expires_at", None),
        ({"payment_intent_data": {"amount": 3}}, "payment_intent_data[amount]", "parameter_unknown"),
    ],
)
def test_session_refuses_wrong_parameters(api, standin, change, param, code):
    if "expires_at" in change:  # so many seconds from now on
        change = {"expires_at": int(time.time()) + change["expires_at"]}
    with pytest.raises(stripe.InvalidRequestError) as refused:
        api.checkout.sessions.create(params=order() | change)
    assert (refused.value.http_status, refused.value.param, refused.value.code) == (400, param, code)
    assert standin.sessions == {}


def test_session_refuses_less_than_half_a_euro_and_wrong_lines(api):
    with pytest.raises(stripe.InvalidRequestError) as refused:
        api.checkout.sessions.create(params=order(49))
    assert refused.value.code == "amount_too_small"
    line = {"price_data": {"currency": "eur", "unit_amount": "1.5", "product_data": {"name": "x"}}, "quantity": 1}
    with pytest.raises(stripe.InvalidRequestError) as refused:
        api.checkout.sessions.create(params=order(line_items=[line]))
    assert refused.value.param == "line_items[0][price_data][unit_amount]"


def test_expiry_is_taken_by_the_callers_clock_after_ours_went_ahead(api, standin):
    standin.advance(days=60)
    session = api.checkout.sessions.create(params=order(expires_at=int(time.time()) + 3600))
    assert 0 <= session.expires_at - standin.now() - 3600 + 5 <= 10


# --- Debits ------------------------------------------------------------------------------------------------------------


def test_debit_is_paid_days_later(api, standin):
    intent_id = paid(api, standin, "sepa_ok")
    session = api.checkout.sessions.list(params={"payment_intent": intent_id}).data[0]
    assert (session.status, session.payment_status) == ("complete", "unpaid")
    assert api.payment_intents.retrieve(intent_id).status == "processing"
    assert standin.ledger()[intent_id]["captured"] == 0
    before = len(standin.events)
    standin.advance(days=4)
    assert types_since(standin, before) == []
    standin.advance(days=1)
    assert types_since(standin, before) == [
        "charge.succeeded",
        "payment_intent.succeeded",
        "checkout.session.async_payment_succeeded",
    ]
    assert api.checkout.sessions.retrieve(session.id).payment_status == "paid"
    assert standin.ledger()[intent_id]["captured"] == 12_000


def test_debit_that_fails_leaves_the_session_unpaid(api, standin):
    intent_id = paid(api, standin, "sepa_fails")
    before = len(standin.events)
    standin.advance(days=7)
    expected = ["charge.failed", "payment_intent.payment_failed", "checkout.session.async_payment_failed"]
    assert types_since(standin, before) == expected
    session = api.checkout.sessions.list(params={"payment_intent": intent_id}).data[0]
    assert (session.status, session.payment_status) == ("complete", "unpaid")
    assert api.payment_intents.retrieve(intent_id).status == "requires_payment_method"
    assert api.payment_intents.cancel(intent_id).status == "canceled"


def test_debit_is_settled_on_command_once(api, standin):
    intent_id = paid(api, standin, "sepa_ok")
    with pytest.raises(stripe.InvalidRequestError) as refused:
        api.payment_intents.cancel(intent_id)
    assert refused.value.code == "payment_intent_unexpected_state"
    standin.settle_debit(intent_id, "failed")
    standin.advance(days=30)
    assert api.payment_intents.retrieve(intent_id).status == "requires_payment_method"
    with pytest.raises(NotPossible):
        standin.settle_debit(intent_id, "succeeded")


# --- Refunds -----------------------------------------------------------------------------------------------------------


def test_refunds_never_exceed_what_is_left(api, standin):
    intent_id = paid(api, standin)
    first = api.refunds.create(params={"payment_intent": intent_id, "amount": 5_000, "metadata": {"why": "trop perçu"}})
    assert (first.status, first.amount, first.metadata.to_dict()) == ("succeeded", 5_000, {"why": "trop perçu"})
    with pytest.raises(stripe.InvalidRequestError) as refused:
        api.refunds.create(params={"payment_intent": intent_id, "amount": 7_001})
    assert (refused.value.param, refused.value.code) == ("amount", None)
    assert api.refunds.create(params={"payment_intent": intent_id}).amount == 7_000
    with pytest.raises(stripe.InvalidRequestError) as refused:
        api.refunds.create(params={"payment_intent": intent_id, "amount": 1})
    assert refused.value.code == "charge_already_refunded"
    assert standin.ledger()[intent_id] == {"captured": 12_000, "refunded": 12_000, "disputed": 0}
    assert [one.amount for one in api.refunds.list(params={"payment_intent": intent_id})] == [7_000, 5_000]
    charge = api.payment_intents.retrieve(intent_id, params={"expand": ["latest_charge.refunds"]}).latest_charge
    assert (charge.refunded, charge.amount_refunded, len(charge.refunds.data)) == (True, 12_000, 2)


def test_refund_of_what_was_not_paid_is_refused(api, standin):
    for method in ("sepa_ok", "card_refused"):
        with pytest.raises(stripe.InvalidRequestError, match="does not have a successful charge"):
            api.refunds.create(params={"payment_intent": paid(api, standin, method)})
    with pytest.raises(stripe.InvalidRequestError) as refused:
        api.refunds.create(params={"payment_intent": "pi_nobody"})
    assert (refused.value.http_status, refused.value.code) == (404, "resource_missing")
    assert standin.refunds == {}


def test_refund_of_a_debit_takes_days(api, standin):
    intent_id = paid(api, standin, "sepa_ok")
    standin.advance(days=5)
    refund = api.refunds.create(params={"payment_intent": intent_id, "amount": 2_000})
    assert refund.status == "pending"
    standin.advance(days=3)
    assert api.refunds.retrieve(refund.id).status == "succeeded"
    assert types_since(standin, 0)[-4:] == [
        "refund.created",
        "charge.refunded",
        "refund.updated",
        "charge.refund.updated",
    ]


@pytest.mark.parametrize("method", ["card", "sepa_ok"])
def test_refund_that_fails_gives_the_money_back_to_the_club(api, standin, method):
    intent_id = paid(api, standin, method)
    standin.advance(days=5)
    refund = api.refunds.create(params={"payment_intent": intent_id, "amount": 2_000})
    standin.fail_refund(refund.id)
    assert api.refunds.retrieve(refund.id).status == "failed"
    assert standin.ledger()[intent_id]["refunded"] == 0
    assert types_since(standin, 0)[-3:] == ["refund.failed", "refund.updated", "charge.refund.updated"]
    standin.advance(days=9)
    assert api.refunds.retrieve(refund.id).status == "failed"


# --- Disputes ----------------------------------------------------------------------------------------------------------


def test_dispute_over_a_card_takes_the_money_and_gives_it_back_when_won(api, standin):
    intent_id = paid(api, standin)
    dispute = standin.open_dispute(intent_id)
    assert dispute["status"] == "needs_response"
    assert standin.ledger()[intent_id]["disputed"] == 12_000
    with pytest.raises(stripe.InvalidRequestError) as refused:
        api.refunds.create(params={"payment_intent": intent_id})
    assert refused.value.code == "charge_disputed"
    with pytest.raises(NotPossible):
        standin.open_dispute(intent_id)
    standin.close_dispute(dispute["id"], "won")
    assert api.disputes.retrieve(dispute["id"]).status == "won"
    assert standin.ledger()[intent_id]["disputed"] == 0
    assert types_since(standin, 4) == [
        "charge.dispute.created",
        "charge.dispute.funds_withdrawn",
        "charge.dispute.updated",
        "charge.dispute.closed",
        "charge.dispute.funds_reinstated",
    ]
    assert api.refunds.create(params={"payment_intent": intent_id}).status == "succeeded"


def test_dispute_over_a_card_can_be_lost(api, standin):
    intent_id = paid(api, standin)
    dispute = standin.open_dispute(intent_id, amount=4_000)
    standin.close_dispute(dispute["id"], "lost")
    assert [one.status for one in api.disputes.list(params={"payment_intent": intent_id})] == ["lost"]
    assert standin.ledger()[intent_id] == {"captured": 12_000, "refunded": 0, "disputed": 4_000}
    with pytest.raises(NotPossible):
        standin.close_dispute(dispute["id"], "won")


def test_dispute_over_a_debit_is_lost_as_it_opens_and_ends_a_refund_under_way(api, standin):
    intent_id = paid(api, standin, "sepa_ok")
    with pytest.raises(NotPossible):
        standin.open_dispute(intent_id)
    standin.advance(days=5)
    refund = api.refunds.create(params={"payment_intent": intent_id})
    before = len(standin.events)
    assert standin.open_dispute(intent_id)["status"] == "lost"
    assert api.refunds.retrieve(refund.id).failure_reason == "charge_for_pending_refund_disputed"
    assert standin.ledger()[intent_id] == {"captured": 12_000, "refunded": 0, "disputed": 12_000}
    disputes = [kind for kind in types_since(standin, before) if "dispute" in kind]
    assert disputes == ["charge.dispute.created", "charge.dispute.funds_withdrawn", "charge.dispute.closed"]


def test_inquiry_takes_no_money_until_it_is_lost(api, standin):
    asked, lost = (paid(api, standin) for _ in range(2))
    for intent_id, outcome in ((asked, "won"), (lost, "lost")):
        dispute = standin.open_dispute(intent_id, "warning_needs_response")
        assert standin.ledger()[intent_id]["disputed"] == 0
        api.refunds.create(params={"payment_intent": intent_id, "amount": 1_000})
        standin.close_dispute(dispute["id"], outcome)
    assert [one["status"] for one in standin.disputes.values()] == ["warning_closed", "lost"]
    assert [standin.ledger()[one]["disputed"] for one in (asked, lost)] == [0, 11_000]


def test_account_adds_up(api, standin):
    card, debit = paid(api, standin), paid(api, standin, "sepa_ok", amount=5_000)
    standin.advance(days=5)
    api.refunds.create(params={"payment_intent": card, "amount": 3_000})
    standin.open_dispute(debit)
    lines = list(api.balance_transactions.list(params={"limit": 2}).auto_paging_iter())
    assert [(line.type, line.amount) for line in reversed(lines)] == [
        ("charge", 12_000),
        ("payment", 5_000),
        ("refund", -3_000),
        ("adjustment", -5_000),
    ]
    assert all(line.net == line.amount - line.fee for line in lines)
    sums = standin.ledger().values()
    assert sum(line.amount for line in lines) == sum(
        one["captured"] - one["refunded"] - one["disputed"] for one in sums
    )
