"""The payment provider (Stripe) and nothing else: the one module that imports its package.

It asks and tells; it writes nothing here. What it brings back are small frozen values, amounts as `Decimal`. Cards and
bank accounts are typed on the provider's own pages and never pass through this site.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from functools import lru_cache

from django.conf import settings

from billing.enums import CURRENCY, DisputeStatus, Method, PaymentStatus, RefundStatus
from core.money import ZERO, cents, from_cents

TIMEOUT = 15
# A session that nobody finishes ends by itself: no sooner than the provider's half hour.
SESSION_LASTS = 40 * 60
DEFAULT = "default"


class ProviderUnreachable(Exception):
    """No answer, or one that may be different later: nothing is known, ask again."""


class ProviderRefused(Exception):
    """The provider says no, in its own words (never shown to payers)."""


class ForgedNews(Exception):
    """What came is not signed by the provider, or too old."""


@dataclass(frozen=True)
class ProviderAccount:
    """An account with the provider: the club's own, or the one that all clubs share."""

    code: str
    secret_key: str
    webhook_secret: str


@dataclass(frozen=True)
class Session:
    id: str
    url: str
    expires_at: datetime


@dataclass(frozen=True)
class RefundNews:
    id: str
    key: str  # of our own Refund; "" for one made on the provider's site
    amount: Decimal
    status: RefundStatus
    failure: str


@dataclass(frozen=True)
class DisputeNews:
    id: str
    amount: Decimal
    withdrawn: Decimal
    status: DisputeStatus


@dataclass(frozen=True)
class Snapshot:
    """How a payment stands at the provider, read from the objects themselves."""

    status: PaymentStatus
    key: str  # of our own Payment
    session_id: str
    intent_id: str
    amount: Decimal
    currency: str
    failure: str
    refunds: tuple[RefundNews, ...] = ()
    disputes: tuple[DisputeNews, ...] = ()

    @property
    def received(self) -> Decimal:
        """What the provider holds of it for the club now."""
        if self.status != PaymentStatus.SETTLED:
            return ZERO
        refunded = sum((one.amount for one in self.refunds if one.status == RefundStatus.DONE), ZERO)
        return self.amount - refunded - sum((one.withdrawn for one in self.disputes), ZERO)


@dataclass(frozen=True)
class News:
    """A verified webhook: what happened to which object. Only the ids are believed."""

    account: str
    id: str
    kind: str
    object_kind: str
    object_id: str
    intent_id: str
    key: str


# --- Accounts ---------------------------------------------------------------------------------------------------------


def accounts() -> dict[str, ProviderAccount]:
    """Every account that is set up, by its code."""
    found = {code: ProviderAccount(code, **keys) for code, keys in settings.STRIPE_ACCOUNTS.items()}
    if settings.STRIPE_SECRET_KEY:
        found[DEFAULT] = ProviderAccount(DEFAULT, settings.STRIPE_SECRET_KEY, settings.STRIPE_WEBHOOK_SECRET)
    return found


def account_of(club) -> ProviderAccount | None:
    """The club's own account, else the shared one; None where no key is set: then this way to pay is not offered."""
    known = accounts()
    return known.get(club.slug) or known.get(DEFAULT)


@lru_cache(maxsize=16)
def _client(secret_key: str, api_base: str):
    import stripe  # noqa: PLC0415 - a heavy package, only where money is asked for

    addresses = {"api": api_base} if api_base else {}
    return stripe.StripeClient(
        secret_key, base_addresses=addresses, http_client=stripe.RequestsClient(timeout=TIMEOUT), max_network_retries=1
    ).v1


def _client_of(account_code: str):
    account = accounts().get(account_code)
    if account is None:
        raise ProviderRefused(f"No keys are set for the account {account_code!r}.")
    return _client(account.secret_key, settings.STRIPE_API_BASE)


@contextmanager
def _asking():
    """Translate the package's errors: what may work later, and what will not."""
    import stripe  # noqa: PLC0415

    try:
        yield
    except (stripe.APIConnectionError, stripe.RateLimitError) as error:
        raise ProviderUnreachable(str(error)) from error
    except stripe.StripeError as error:
        if error.http_status is None or error.http_status >= 500 or error.http_status == 409:
            raise ProviderUnreachable(str(error)) from error
        raise ProviderRefused(error.user_message or str(error)) from error


# --- Asking for money -------------------------------------------------------------------------------------------------


def open_session(
    payment, *, lines: list[tuple[str, Decimal]], success_url: str, cancel_url: str, email: str
) -> Session:
    """The provider's page for this payment. Asked twice for the same payment (a process died in between), it is the
    same page: the payment's key is the idempotency key, and everything sent is taken from the payment.
    """
    names = {"payment": str(payment.key), "order": payment.order.reference}
    params = {
        "mode": "payment",
        "payment_method_types": ["card" if payment.method == Method.CARD else "sepa_debit"],
        "line_items": [
            {"quantity": 1, "price_data": {"currency": CURRENCY.lower(), "unit_amount": cents(amount),
                                           "product_data": {"name": label[:250]}}}
            for label, amount in lines
        ],
        "client_reference_id": str(payment.key),
        "metadata": names,
        "payment_intent_data": {"metadata": names},
        "success_url": success_url,
        "cancel_url": cancel_url,
        "expires_at": int(payment.started_at.timestamp()) + SESSION_LASTS,
        "locale": "fr",
    }  # fmt: skip
    if email:
        params["customer_email"] = email
    with _asking():
        made = _client_of(payment.provider_account).checkout.sessions.create(
            params, {"idempotency_key": f"session-{payment.key}"}
        )
    return Session(made["id"], made["url"], datetime.fromtimestamp(made["expires_at"], UTC))


def close_session(payment) -> None:
    """End the provider's page, so that nobody pays there any more. A page that was paid stays as it is: see `look_up`."""
    try:
        with _asking():
            _client_of(payment.provider_account).checkout.sessions.expire(payment.session_id)
    except ProviderRefused:
        pass  # already expired or paid


def send_refund(refund) -> RefundNews:
    """Ask the provider to pay back. Asked twice it is the same refund (its key is the idempotency key)."""
    params = {
        "payment_intent": refund.payment.intent_id,
        "amount": cents(refund.amount),
        "metadata": {"refund": str(refund.key)},
    }
    with _asking():
        made = _client_of(refund.payment.provider_account).refunds.create(
            params, {"idempotency_key": f"refund-{refund.key}"}
        )
    return _refund_news(made)


# --- Looking up -------------------------------------------------------------------------------------------------------


def look_up(account_code: str, *, session_id: str = "", intent_id: str = "") -> Snapshot:
    """How a payment stands now, by its session or, where that is not known, by its intent."""
    client = _client_of(account_code)
    session, intent = None, None
    with _asking():
        if session_id:
            session = client.checkout.sessions.retrieve(session_id, {"expand": ["payment_intent"]})
            intent = session["payment_intent"]
        else:
            intent = client.payment_intents.retrieve(intent_id)
            session = next(iter(client.checkout.sessions.list({"payment_intent": intent_id, "limit": 1})["data"]), None)
        refunds, disputes = (), ()
        if intent is not None and intent["status"] == "succeeded":
            of_intent = {"payment_intent": intent["id"], "limit": 100}
            refunds = tuple(map(_refund_news, client.refunds.list(of_intent).auto_paging_iter()))
            disputes = tuple(map(_dispute_news, client.disputes.list(of_intent).auto_paging_iter()))
    return _snapshot(session, intent, refunds, disputes)


def _snapshot(session, intent, refunds, disputes) -> Snapshot:
    holder = intent if intent is not None else session
    return Snapshot(
        status=_status(session, intent),
        key=_name(holder, "payment"),
        session_id=session["id"] if session is not None else "",
        intent_id=intent["id"] if intent is not None else "",
        amount=from_cents(intent["amount"] if intent is not None else session["amount_total"]),
        currency=holder["currency"].upper(),
        failure=_failure(intent),
        refunds=refunds,
        disputes=disputes,
    )


def _status(session, intent) -> PaymentStatus:
    """The intent knows of money; the session whether anybody can still pay on its page."""
    if intent is not None and intent["status"] == "succeeded":
        return PaymentStatus.SETTLED
    if intent is not None and intent["status"] == "processing":
        return PaymentStatus.PENDING
    if session is not None and session["status"] == "open":
        return PaymentStatus.STARTED
    if session is not None and session["status"] == "expired":
        return PaymentStatus.EXPIRED
    return PaymentStatus.FAILED


def _failure(intent) -> str:
    error = _get(intent, "last_payment_error") if intent is not None else None
    return (_get(error, "message") or "")[:250] if error else ""


def _refund_news(refund) -> RefundNews:
    status = {"succeeded": RefundStatus.DONE, "failed": RefundStatus.FAILED, "canceled": RefundStatus.FAILED}
    return RefundNews(
        refund["id"], _name(refund, "refund"), from_cents(refund["amount"]),
        status.get(refund["status"], RefundStatus.PENDING), (_get(refund, "failure_reason") or "")[:250],
    )  # fmt: skip


def _dispute_news(dispute) -> DisputeNews:
    status = {"won": DisputeStatus.WON, "lost": DisputeStatus.LOST, "warning_closed": DisputeStatus.WON}
    moved = sum(entry["amount"] for entry in _get(dispute, "balance_transactions") or [])
    return DisputeNews(
        dispute["id"], from_cents(dispute["amount"]), from_cents(-moved),
        status.get(dispute["status"], DisputeStatus.OPEN),
    )  # fmt: skip


def _name(thing, name: str) -> str:
    return _get(_get(thing, "metadata"), name) or ""


def _get(thing, name: str):
    """A field that need not be there: the package's objects are no dicts."""
    return getattr(thing, name, None) if thing is not None else None


# --- Being told -------------------------------------------------------------------------------------------------------


def read_news(body: bytes, signature: str) -> News:
    """A webhook whose signature over the raw body is right for one of our accounts. Raises ForgedNews for any other."""
    import stripe  # noqa: PLC0415

    for account in accounts().values():
        if not account.webhook_secret:
            continue
        try:
            event = stripe.Webhook.construct_event(body, signature, account.webhook_secret)
        except (stripe.SignatureVerificationError, ValueError):
            continue
        return _news(account.code, event)
    raise ForgedNews("no account signed this")


def _news(account_code: str, event) -> News:
    thing = event["data"]["object"]
    intent = thing["id"] if thing["object"] == "payment_intent" else _get(thing, "payment_intent")
    intent_id = intent if isinstance(intent, str) else (_get(intent, "id") or "")
    return News(
        account=account_code, id=event["id"], kind=event["type"], object_kind=thing["object"], object_id=thing["id"],
        intent_id=intent_id, key=_name(thing, "payment"),
    )  # fmt: skip


def recent_news(account_code: str, since: datetime) -> Iterator[News]:
    """All that happened at the provider since then (it remembers thirty days), newest first: webhooks may have missed
    some of it.
    """
    with _asking():
        found = _client_of(account_code).events.list({"created": {"gte": int(since.timestamp())}, "limit": 100})
        for event in found.auto_paging_iter():
            yield _news(account_code, event)
