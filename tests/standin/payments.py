"""Checkout sessions and what payers do with them: card or debit, at once or after some days, or never."""

from tests.standin import objects
from tests.standin.errors import NotPossible, Refusal
from tests.standin.objects import CARD, CHARGE, DEBIT, INTENT, SESSION, Order
from tests.standin.world import DAY, World

CARD_PAID, CARD_REFUSED, DEBIT_PAID, DEBIT_FAILED = "card", "card_refused", "sepa_ok", "sepa_fails"
METHODS = {CARD_PAID: CARD, CARD_REFUSED: CARD, DEBIT_PAID: DEBIT, DEBIT_FAILED: DEBIT}
SUCCEEDED, FAILED = "succeeded", "failed"
SOMEBODY = "payer@example.com"  # who gave no address types one on the page


def open_session(world: World, order: Order) -> dict:
    session_id = world.new_id("cs_test_")
    page = world.page_of(session_id)
    session = world.keep(objects.checkout_session(session_id, order, created=world.now(), url=page))
    items = [objects.line_item(world.new_id("li_"), line, order.currency) for line in order.lines]
    world.backstage[session_id] = {"line_items": items, "intent": order.intent}
    world.plan("expire_session", session_id, order.expires_at)
    return session


def expire_session(world: World, session_id: str) -> dict:
    session = world.find(SESSION, session_id)
    if session["status"] != "open":
        raise Refusal(
            'Only Checkout Sessions with a status in ["open"] can be expired. '
            f"This Checkout Session has a status of `{session['status']}`."
        )
    session.update(status="expired", url=None)
    intent = world.tables[INTENT].get(session["payment_intent"])
    if intent:
        _cancel(world, intent, "expired")
    world.emit("checkout.session.expired", session)
    return session


def expire_in_time(world: World, session_id: str, _outcome: str) -> None:
    """As planned when it was opened; it may have been paid meanwhile."""
    if world.find(SESSION, session_id)["status"] == "open":
        expire_session(world, session_id)


def cancel_intent(world: World, intent_id: str, reason: str | None) -> dict:
    """Only what a debit left behind can be cancelled: while a checkout is open, it is the checkout that expires."""
    intent = world.find(INTENT, intent_id, param="intent")
    if world.session_of(intent)["status"] == "open":
        raise Refusal("You cannot perform this action on PaymentIntents created by Checkout.")
    if intent["status"] != "requires_payment_method":
        raise Refusal(
            f"You cannot cancel this PaymentIntent because it has a status of {intent['status']}.",
            code="payment_intent_unexpected_state",
        )
    _cancel(world, intent, reason)
    return intent


def _cancel(world: World, intent: dict, reason: str | None) -> None:
    intent.update(status="canceled", canceled_at=world.now(), cancellation_reason=reason)
    world.emit("payment_intent.canceled", intent)


# --- Paying ------------------------------------------------------------------------------------------------------------


def pay(world: World, session_id: str, method: str) -> dict:
    if method not in METHODS:
        raise ValueError(f"{method} is none of {', '.join(METHODS)}.")
    session = world.tables[SESSION].get(session_id)
    if session is None:
        raise NotPossible(f"There is no session {session_id}.")
    if session["status"] != "open":
        raise NotPossible(f"The session {session_id} is {session['status']}.")
    if METHODS[method] not in session["payment_method_types"]:
        raise NotPossible(f"The session {session_id} takes no {METHODS[method]}.")
    intent = _intent_of(world, session)
    charge = _attempt(world, session, intent, METHODS[method])
    if method == CARD_REFUSED:
        _decline_card(world, intent, charge)
    elif method == CARD_PAID:
        _accept_card(world, session, intent, charge)
    else:
        _begin_debit(world, session, intent, charge, SUCCEEDED if method == DEBIT_PAID else FAILED)
    return session


def _intent_of(world: World, session: dict) -> dict:
    """The payment intent is born when somebody first tries to pay, and outlives a refused card."""
    if session["payment_intent"]:
        return world.find(INTENT, session["payment_intent"])
    data, secret = world.backstage[session["id"]]["intent"], world.new_id("")
    new = objects.payment_intent(world.new_id("pi_"), session, data, created=world.now(), secret=secret)
    intent = world.keep(new)
    session["payment_intent"] = intent["id"]
    world.emit("payment_intent.created", intent)
    return intent


def _attempt(world: World, session: dict, intent: dict, kind: str) -> dict:
    intent["payment_method"] = world.new_id("pm_")
    email, prefix = session["customer_email"] or SOMEBODY, "ch_" if kind == CARD else "py_"
    charge = world.keep(objects.charge(world.new_id(prefix), intent, kind, email=email, created=world.now()))
    intent.update(latest_charge=charge["id"], last_payment_error=None)
    return charge


def _accept_card(world: World, session: dict, intent: dict, charge: dict) -> None:
    _collect(world, intent, charge)
    _complete(world, session, "paid")


def _decline_card(world: World, intent: dict, charge: dict) -> None:
    error = {"code": "card_declined", "decline_code": "generic_decline", "type": "card_error"}
    _fail(world, intent, charge, error | {"message": "Your card was declined."})


def _begin_debit(world: World, session: dict, intent: dict, charge: dict, outcome: str) -> None:
    """The checkout is over, the money is not there: only days later one knows."""
    charge.update(captured=True, amount_captured=charge["amount"])
    world.emit("charge.pending", charge)
    intent.update(status="processing")
    world.emit("payment_intent.processing", intent)
    _complete(world, session, "unpaid")
    world.plan("settle_debit", intent["id"], world.now() + world.pace.debit * DAY, outcome)


def settle_debit(world: World, intent_id: str, outcome: str) -> dict:
    """The bank has paid, or sends the debit back."""
    intent = world.tables[INTENT].get(intent_id)
    if intent is None or intent["status"] != "processing":
        raise NotPossible(f"{intent_id} is no debit under way.")
    session, charge = world.session_of(intent), world.find(CHARGE, intent["latest_charge"])
    if outcome == SUCCEEDED:
        _collect(world, intent, charge)
        session["payment_status"] = "paid"
        world.emit("checkout.session.async_payment_succeeded", session)
    else:
        error = {"code": "payment_intent_payment_attempt_failed", "type": "invalid_request_error"}
        _fail(world, intent, charge, error | {"message": "The bank account has insufficient funds."})
        world.emit("checkout.session.async_payment_failed", session)
    return intent


def settle_in_time(world: World, intent_id: str, outcome: str) -> None:
    """As planned when the debit began; somebody may have ordered otherwise meanwhile."""
    if world.find(INTENT, intent_id)["status"] == "processing":
        settle_debit(world, intent_id, outcome)


def _collect(world: World, intent: dict, charge: dict) -> None:
    kind, amount = charge["payment_method_details"]["type"], charge["amount"]
    charge.update(status="succeeded", paid=True, captured=True, amount_captured=amount)
    charge["outcome"] = {"network_status": "approved_by_network", "type": "authorized", "seller_message": None}
    fee, name = objects.fee_of(kind, amount), "charge" if kind == CARD else "payment"
    charge["balance_transaction"] = world.move(name, "charge", charge, amount=amount, fee=fee)["id"]
    world.emit("charge.succeeded", charge)
    intent.update(status="succeeded", amount_received=amount)
    world.emit("payment_intent.succeeded", intent)


def _fail(world: World, intent: dict, charge: dict, error: dict) -> None:
    is_card = charge["payment_method_details"]["type"] == CARD
    charge.update(status="failed", captured=False, amount_captured=0)
    charge.update(failure_code=error["code"] if is_card else "insufficient_funds", failure_message=error["message"])
    charge["outcome"] = {"network_status": "declined_by_network", "type": "issuer_declined", "seller_message": None}
    world.emit("charge.failed", charge)
    intent.update(status="requires_payment_method", payment_method=None)
    intent["last_payment_error"] = error | {"charge": charge["id"]}
    world.emit("payment_intent.payment_failed", intent)


def _complete(world: World, session: dict, payment_status: str) -> None:
    session.update(status="complete", payment_status=payment_status, url=None)
    email = session["customer_email"] or SOMEBODY
    session["customer_details"] = (session["customer_details"] or {}) | {"email": email, "name": None}
    world.emit("checkout.session.completed", session)
