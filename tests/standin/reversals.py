"""Money that goes back: refunds that the club makes, disputes that a payer opens with their bank."""

from tests.standin import objects
from tests.standin.errors import NotPossible, Refusal
from tests.standin.objects import CARD, CHARGE, DEBIT, DISPUTE, INTENT, REFUND
from tests.standin.world import DAY, World

WON, LOST, INQUIRY, INQUIRY_CLOSED = "won", "lost", "warning_needs_response", "warning_closed"
OPEN = ("needs_response", "under_review", INQUIRY)
DISPUTE_FEES = {CARD: 2000, DEBIT: 750}


def _kind(charge: dict) -> str:
    return charge["payment_method_details"]["type"]


def _left(charge: dict) -> int:
    return charge["amount_captured"] - charge["amount_refunded"]


def _euros(cents: int, currency: str) -> str:
    sign = "€" if currency == "eur" else f"{currency.upper()} "
    return f"{sign}{cents // 100}.{cents % 100:02}"


# --- Refunds -----------------------------------------------------------------------------------------------------------


def refund(world: World, charge: dict, amount: int | None, *, reason: str | None, metadata: dict) -> dict:
    """A card is refunded at once, a debit after some days."""
    amount = _refundable(world, charge, amount)
    is_card, before = _kind(charge) == CARD, charge["amount_refunded"]
    prefix = "re_" if is_card else "pyr_"
    made = objects.refund(world.new_id(prefix), charge, amount, created=world.now(), reason=reason, metadata=metadata)
    world.keep(made)
    name = "refund" if is_card else "payment_refund"
    made["balance_transaction"] = world.move(name, "refund", made, amount=-amount)["id"]
    if is_card:
        made["status"] = "succeeded"
    else:
        made["pending_reason"] = "processing"
        world.plan("settle_refund", made["id"], world.now() + world.pace.refund * DAY)
    world.emit("refund.created", made)
    _count_refunded(charge, before + amount)
    previous = {"amount_refunded": before} | ({"refunded": False} if charge["refunded"] else {})
    world.emit("charge.refunded", charge, **previous)
    return made


def nothing_to_refund(intent_id: str) -> Refusal:
    return Refusal(f"This PaymentIntent ({intent_id}) does not have a successful charge to refund.")


def _refundable(world: World, charge: dict, amount: int | None) -> int:
    left = _left(charge)
    if charge["status"] != "succeeded":
        raise nothing_to_refund(charge["payment_intent"])
    if not left:
        message = f"Charge {charge['id']} has already been refunded."
        raise Refusal(message, code="charge_already_refunded")
    if any(not dispute["is_charge_refundable"] for dispute in world.all(DISPUTE, charge=charge["id"])):
        message = f"Charge {charge['id']} has been charged back; cannot issue a refund."
        raise Refusal(message, code="charge_disputed")
    if amount is not None and amount > left:
        asked, rest = _euros(amount, charge["currency"]), _euros(left, charge["currency"])
        message = f"Refund amount ({asked}) is greater than unrefunded amount on charge ({rest})"
        raise Refusal(message, param="amount")
    return left if amount is None else amount


def _count_refunded(charge: dict, amount: int) -> None:
    charge.update(amount_refunded=amount, refunded=amount == charge["amount_captured"])


def settle_in_time(world: World, refund_id: str, _outcome: str) -> None:
    """As planned when the refund was made; it may have failed meanwhile."""
    made = world.find(REFUND, refund_id)
    if made["status"] == "pending":
        made.update(status="succeeded")
        made.pop("pending_reason", None)
        _tell_updated(world, made, status="pending")


def fail_refund(world: World, refund_id: str, reason: str = "declined") -> dict:
    """The bank sends the money back; a card's refund may fail even after it has been called a success."""
    made = world.tables[REFUND].get(refund_id)
    if made is None or made["status"] == "failed":
        raise NotPossible(f"{refund_id} is no refund that could fail.")
    before = made["status"]
    made.update(status="failed", failure_reason=reason)
    made.pop("pending_reason", None)
    line = world.move("refund_failure", "refund_failure", made, amount=made["amount"])
    made["failure_balance_transaction"] = line["id"]
    charge = world.find(CHARGE, made["charge"])
    _count_refunded(charge, charge["amount_refunded"] - made["amount"])
    world.emit("refund.failed", made)
    _tell_updated(world, made, status=before)
    return made


def _tell_updated(world: World, made: dict, **previous) -> None:
    world.emit("refund.updated", made, **previous)
    world.emit("charge.refund.updated", made, **previous)


# --- Disputes ----------------------------------------------------------------------------------------------------------


def open_dispute(
    world: World,
    intent_id: str,
    status: str | None = None,
    *,
    amount: int | None = None,
    reason: str | None = None,
) -> dict:
    """A payer goes to their bank: over a debit there is no arguing, it is lost as it opens.

    `amount` is what is left after refunds unless told otherwise; a bank may well take the whole amount once more.
    """
    charge = _paid_charge(world, intent_id)
    is_debit = _kind(charge) == DEBIT
    status = status or (LOST if is_debit else "needs_response")
    under_way = list(world.all(REFUND, charge=charge["id"], status="pending"))
    if amount is None:
        amount = _left(charge) + sum(made["amount"] for made in under_way)
    _check_dispute(world, charge, status, amount)
    for made in under_way:
        fail_refund(world, made["id"], "charge_for_pending_refund_disputed")
    reason = reason or ("customer_initiated" if is_debit else "fraudulent")
    new = objects.dispute(world.new_id("du_"), charge, amount, created=world.now(), reason=reason, status=status)
    dispute = world.keep(new)
    charge["disputed"] = True
    world.emit("charge.dispute.created", dispute)
    if status != INQUIRY:
        _withdraw(world, dispute, charge)
    if status == LOST:
        world.emit("charge.dispute.closed", dispute)
    return dispute


def _paid_charge(world: World, intent_id: str) -> dict:
    intent = world.tables[INTENT].get(intent_id)
    charge = world.charge_of(intent) if intent else None
    if charge is None or charge["status"] != "succeeded":
        raise NotPossible(f"{intent_id} was not paid.")
    return charge


def _check_dispute(world: World, charge: dict, status: str, amount: int) -> None:
    allowed = (LOST,) if _kind(charge) == DEBIT else (*OPEN, LOST)
    if status not in allowed:
        raise NotPossible(f"A dispute over {_kind(charge)} cannot begin as {status}.")
    if not 0 < amount <= charge["amount_captured"]:
        raise NotPossible(f"{amount} cents cannot be disputed of a charge of {charge['amount_captured']}.")
    if any(dispute["status"] in (*OPEN, LOST) for dispute in world.all(DISPUTE, charge=charge["id"])):
        raise NotPossible(f"{charge['id']} is disputed already.")


def review_dispute(world: World, dispute_id: str) -> dict:
    """The club has answered; the bank looks at it."""
    dispute = _open_dispute(world, dispute_id)
    if dispute["status"] != "needs_response":
        raise NotPossible(f"The dispute {dispute_id} is {dispute['status']}.")
    dispute["evidence_details"].update(has_evidence=True, submission_count=1)
    dispute["status"] = "under_review"
    world.emit("charge.dispute.updated", dispute, status="needs_response")
    return dispute


def close_dispute(world: World, dispute_id: str, outcome: str) -> dict:
    """Won gives the money back (not the fee). An inquiry took none yet: won closes it, lost takes it first."""
    if outcome not in (WON, LOST):
        raise NotPossible(f"A dispute ends won or lost, not {outcome}.")
    dispute = _open_dispute(world, dispute_id)
    if dispute["status"] == INQUIRY:
        return _close_inquiry(world, dispute, outcome)
    if outcome == WON and dispute["status"] == "needs_response":
        review_dispute(world, dispute_id)
    dispute.update(status=outcome, is_charge_refundable=outcome == WON)
    if outcome == WON:
        _note(world, dispute, dispute["amount"], 0, "dispute_reversal")
    world.emit("charge.dispute.closed", dispute)
    if outcome == WON:
        world.emit("charge.dispute.funds_reinstated", dispute)
    return dispute


def _close_inquiry(world: World, dispute: dict, outcome: str) -> dict:
    charge = world.find(CHARGE, dispute["charge"])
    if outcome == WON or not _left(charge):  # what was refunded meanwhile is not taken once more
        dispute["status"] = INQUIRY_CLOSED
    else:
        dispute.update(status=LOST, is_charge_refundable=False, amount=min(dispute["amount"], _left(charge)))
        _withdraw(world, dispute, charge)
    world.emit("charge.dispute.closed", dispute)
    return dispute


def _open_dispute(world: World, dispute_id: str) -> dict:
    dispute = world.tables[DISPUTE].get(dispute_id)
    if dispute is None or dispute["status"] not in OPEN:
        raise NotPossible(f"{dispute_id} is no open dispute.")
    return dispute


def _withdraw(world: World, dispute: dict, charge: dict) -> None:
    _note(world, dispute, -dispute["amount"], DISPUTE_FEES[_kind(charge)], "dispute")
    world.emit("charge.dispute.funds_withdrawn", dispute)


def _note(world: World, dispute: dict, amount: int, fee: int, category: str) -> None:
    line = world.move("adjustment", category, dispute, amount=amount, fee=fee)
    dispute["balance_transactions"] = [*dispute["balance_transactions"], dict(line)]
