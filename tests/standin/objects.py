"""The shapes of what the API shows: every field that a club reads, and the neighbours a reader may trip over.

Nothing here knows what happens to these things; see `payments` and `reversals`.
"""

from dataclasses import dataclass, field

CARD, DEBIT = "card", "sepa_debit"
SESSION, INTENT, CHARGE, REFUND = "checkout.session", "payment_intent", "charge", "refund"
DISPUTE, MOVEMENT, EVENT, ITEM = "dispute", "balance_transaction", "event", "item"
NOUNS = (SESSION, INTENT, CHARGE, REFUND, DISPUTE, MOVEMENT, EVENT)

_NOBODY = dict.fromkeys(("address", "email", "name", "phone", "tax_id"))

# What Stripe shows as null as long as nobody uses it, which is always here.
_UNUSED = {
    SESSION: (
        "after_expiration", "allow_promotion_codes", "billing_address_collection", "client_secret", "consent",
        "consent_collection", "currency_conversion", "customer", "invoice", "payment_link", "recovered_from",
        "setup_intent", "shipping_cost", "subscription",
    ),
    INTENT: (
        "application", "application_fee_amount", "automatic_payment_methods", "customer", "next_action", "on_behalf_of",
        "processing", "review", "setup_future_usage", "shipping", "source", "transfer_data", "transfer_group",
    ),
    CHARGE: (
        "application", "application_fee", "application_fee_amount", "calculated_statement_descriptor", "customer",
        "failure_balance_transaction", "on_behalf_of", "receipt_number", "receipt_url", "review", "shipping",
        "source_transfer", "transfer_data", "transfer_group",
    ),
    REFUND: ("receipt_number", "source_transfer_reversal", "transfer_reversal"),
}  # fmt: skip


def _unused(noun: str) -> dict[str, None]:
    return dict.fromkeys(_UNUSED[noun])


@dataclass(frozen=True)
class Line:
    """What one line of a checkout sells."""

    name: str
    unit_amount: int
    quantity: int = 1
    description: str | None = None
    metadata: dict = field(default_factory=dict)


@dataclass(frozen=True)
class Order:
    """What a checkout session is asked to be, its parameters read and found good."""

    lines: list[Line]
    currency: str
    success_url: str
    cancel_url: str | None
    expires_at: int
    payment_method_types: list[str]
    client_reference_id: str | None = None
    customer_email: str | None = None
    locale: str | None = None
    submit_type: str | None = None
    metadata: dict = field(default_factory=dict)
    intent: dict = field(default_factory=dict)

    @property
    def total(self) -> int:
        return sum(line.unit_amount * line.quantity for line in self.lines)


def fee_of(kind: str, amount: int) -> int:
    """About what Stripe takes in France: 1.5 % + 0.25 € a card, 0.35 € a debit."""
    return 35 if kind == DEBIT else (amount * 15 + 500) // 1000 + 25


def checkout_session(session_id: str, order: Order, *, created: int, url: str) -> dict:
    return _unused(SESSION) | {
        "id": session_id,
        "object": SESSION,
        "amount_subtotal": order.total,
        "amount_total": order.total,
        "automatic_tax": {"enabled": False, "liability": None, "provider": None, "status": None},
        "cancel_url": order.cancel_url,
        "client_reference_id": order.client_reference_id,
        "created": created,
        "currency": order.currency,
        "custom_fields": [],
        "custom_text": {"after_submit": None, "shipping_address": None, "submit": None},
        "customer_creation": "if_required",
        "customer_details": _NOBODY | {"email": order.customer_email} if order.customer_email else None,
        "customer_email": order.customer_email,
        "discounts": [],
        "expires_at": order.expires_at,
        "invoice_creation": {"enabled": False},
        "livemode": False,
        "locale": order.locale,
        "metadata": order.metadata,
        "mode": "payment",
        "payment_intent": None,
        "payment_method_collection": "if_required",
        "payment_method_options": {},
        "payment_method_types": order.payment_method_types,
        "payment_status": "unpaid",
        "phone_number_collection": {"enabled": False},
        "shipping_options": [],
        "status": "open",
        "submit_type": order.submit_type,
        "success_url": order.success_url,
        "total_details": {"amount_discount": 0, "amount_shipping": 0, "amount_tax": 0},
        "ui_mode": "hosted_page",
        "url": url,
    }


def line_item(item_id: str, line: Line, currency: str) -> dict:
    return {
        "id": item_id,
        "object": ITEM,
        "amount_discount": 0,
        "amount_subtotal": line.unit_amount * line.quantity,
        "amount_tax": 0,
        "amount_total": line.unit_amount * line.quantity,
        "currency": currency,
        "description": line.name,
        "metadata": line.metadata,
        "price": {
            "object": "price",
            "currency": currency,
            "type": "one_time",
            "unit_amount": line.unit_amount,
            "unit_amount_decimal": str(line.unit_amount),
        },
        "quantity": line.quantity,
    }


def payment_intent(intent_id: str, session: dict, data: dict, *, created: int, secret: str) -> dict:
    return _unused(INTENT) | {
        "id": intent_id,
        "object": INTENT,
        "amount": session["amount_total"],
        "amount_capturable": 0,
        "amount_details": {"tip": {}},
        "amount_received": 0,
        "canceled_at": None,
        "cancellation_reason": None,
        "capture_method": data.get("capture_method") or "automatic_async",
        "client_secret": f"{intent_id}_secret_{secret}",
        "confirmation_method": "automatic",
        "created": created,
        "currency": session["currency"],
        "description": data.get("description"),
        "last_payment_error": None,
        "latest_charge": None,
        "livemode": False,
        "metadata": dict(data.get("metadata") or {}),
        "payment_method": None,
        "payment_method_options": {},
        "payment_method_types": list(session["payment_method_types"]),
        "receipt_email": data.get("receipt_email"),
        "statement_descriptor": data.get("statement_descriptor"),
        "statement_descriptor_suffix": data.get("statement_descriptor_suffix"),
        "status": "requires_payment_method",
    }


def charge(charge_id: str, intent: dict, kind: str, *, email: str, created: int) -> dict:
    """A charge that nothing came of yet."""
    return _unused(CHARGE) | {
        "id": charge_id,
        "object": CHARGE,
        "amount": intent["amount"],
        "amount_captured": 0,
        "amount_refunded": 0,
        "balance_transaction": None,
        "billing_details": _NOBODY | {"email": email},
        "captured": False,
        "created": created,
        "currency": intent["currency"],
        "description": intent["description"],
        "disputed": False,
        "failure_code": None,
        "failure_message": None,
        "fraud_details": {},
        "livemode": False,
        "metadata": dict(intent["metadata"]),
        "outcome": None,
        "paid": False,
        "payment_intent": intent["id"],
        "payment_method": intent["payment_method"],
        "payment_method_details": _method_details(kind, charge_id),
        "receipt_email": intent["receipt_email"],
        "refunded": False,
        "statement_descriptor": intent["statement_descriptor"],
        "statement_descriptor_suffix": intent["statement_descriptor_suffix"],
        "status": "pending",
    }


def _method_details(kind: str, charge_id: str) -> dict:
    if kind == DEBIT:
        debit = {"bank_code": "20041", "branch_code": "01005", "country": "FR", "last4": "2606"}
        return {"type": DEBIT, DEBIT: debit | {"fingerprint": None, "mandate": f"mandate_{charge_id}"}}
    card = {"brand": "visa", "country": "FR", "exp_month": 12, "exp_year": 2034, "funding": "credit", "last4": "4242"}
    return {"type": CARD, CARD: card | {"fingerprint": None, "network": "visa", "wallet": None}}


def refund(refund_id: str, charge: dict, amount: int, *, created: int, reason: str | None, metadata: dict) -> dict:
    return _unused(REFUND) | {
        "id": refund_id,
        "object": REFUND,
        "amount": amount,
        "balance_transaction": None,
        "charge": charge["id"],
        "created": created,
        "currency": charge["currency"],
        "destination_details": {"type": charge["payment_method_details"]["type"]},
        "metadata": metadata,
        "payment_intent": charge["payment_intent"],
        "payment_method": charge["payment_method"],
        "reason": reason,
        "status": "pending",
    }


def dispute(dispute_id: str, charge: dict, amount: int, *, created: int, reason: str, status: str) -> dict:
    return {
        "id": dispute_id,
        "object": DISPUTE,
        "amount": amount,
        "balance_transactions": [],
        "charge": charge["id"],
        "created": created,
        "currency": charge["currency"],
        "enhanced_eligibility_types": [],
        "evidence": {},
        "evidence_details": {
            "due_by": None if status == "lost" else created + 14 * 86_400,
            "has_evidence": False,
            "past_due": False,
            "submission_count": 0,
        },
        "is_charge_refundable": status.startswith("warning"),
        "livemode": False,
        "metadata": {},
        "payment_intent": charge["payment_intent"],
        "payment_method_details": {"type": charge["payment_method_details"]["type"]},
        "reason": reason,
        "status": status,
    }


def movement(movement_id: str, kind: str, category: str, source: dict, *, amount: int, fee: int, created: int) -> dict:
    """One line of the account: `amount` comes in (or goes out, when below zero), `fee` is kept back."""
    part = {"amount": fee, "application": None, "currency": source["currency"], "description": None}
    return {
        "id": movement_id,
        "object": MOVEMENT,
        "amount": amount,
        "available_on": created + 3 * 86_400,
        "balance_type": "payments",
        "created": created,
        "currency": source["currency"],
        "description": None,
        "exchange_rate": None,
        "fee": fee,
        "fee_details": [part | {"type": "stripe_fee"}] if fee else [],
        "net": amount - fee,
        "reporting_category": category,
        "source": source["id"],
        "status": "pending",
        "type": kind,
    }


def event(event_id: str, kind: str, data: dict, *, created: int, version: str, cause: dict, webhooks: int) -> dict:
    return {
        "id": event_id,
        "object": EVENT,
        "api_version": version,
        "created": created,
        "data": data,
        "livemode": False,
        "pending_webhooks": webhooks,
        "request": cause,
        "type": kind,
    }
