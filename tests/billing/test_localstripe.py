"""A second opinion: `localstripe`, somebody else's stand-in for Stripe, with the same calls as ours and the real package.

What it knows (payment intents by card and SEPA debit, refunds, events, signed webhooks) must read the same to
`billing.provider` as ours does. Where it differs from Stripe, the tests say so: it has no checkout pages and no disputes,
forgets idempotency keys, refunds more than was paid, and tells of no refund.
"""

import re
import socket
import subprocess
import sys
import threading
import time
from datetime import timedelta
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, HTTPServer
from types import SimpleNamespace

import pytest
import stripe
from django.test import Client, override_settings
from django.urls import reverse
from django.utils import timezone

from billing import provider
from billing.enums import PaymentStatus, RefundStatus
from billing.models import ProviderEvent
from tests.billing.online import standing_in

# By itself it listens to the whole world and keeps its state in a file of a fixed name: here to this machine, and nowhere.
LAUNCH = """
import sys
from aiohttp import web
from localstripe import resources, server
resources.Store.dump_to_disk = lambda self: None
web.run_app(server.app, host="127.0.0.1", port=int(sys.argv[1]), print=None)
"""
SECRET = "whsec_of_localstripe"
CARD = {"exp_month": 12, "exp_year": 2099, "cvc": "123"}
WAYS = {
    "card": {"type": "card", "card": {"number": "4242424242424242", **CARD}},
    "card_refused": {"type": "card", "card": {"number": "4000000000000341", **CARD}},
    "sepa_ok": {"type": "sepa_debit", "sepa_debit": {"iban": "FR1420041010050500013M02606"}},
    "sepa_fails": {"type": "sepa_debit", "sepa_debit": {"iban": "DE62370400440532013001"}},
}
NAMES = {"payment": "5f3c1f6e-0c59-4f5e-9d0e-2b8f6f1f9a11", "order": "RF18TEST"}


class Inbox(BaseHTTPRequestHandler):
    """Keeps the webhooks that arrive, to be looked at in the test's own thread."""

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.arrived.append((body, self.headers["Stripe-Signature"]))
        self.send_response(200)
        self.end_headers()

    def log_message(self, format, *args):
        pass


@pytest.fixture(scope="module")
def inbox():
    server = HTTPServer(("127.0.0.1", 0), Inbox)
    server.arrived = []
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def localstripe(inbox):
    """Its address, with our webhook registered."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = subprocess.Popen([sys.executable, "-c", LAUNCH, str(port)], stderr=subprocess.PIPE, text=True)
    try:
        if not answers(port, process):
            pytest.skip(f"localstripe does not start: {process.stderr.read()[-300:]}")
        register(port, inbox.server_address[1])
        yield f"http://127.0.0.1:{port}"
    finally:
        process.kill()
        process.communicate()


def answers(port: int, process: subprocess.Popen) -> bool:
    for _ in range(200):
        with socket.socket() as line:
            if line.connect_ex(("127.0.0.1", port)) == 0:
                return True
        if process.poll() is not None:
            return False
        time.sleep(0.05)
    process.kill()
    return False


def register(port: int, inbox: int) -> None:
    import requests  # noqa: PLC0415 - comes with the `stripe` package

    hook = {"url": f"http://127.0.0.1:{inbox}/", "secret": SECRET}
    requests.post(f"http://127.0.0.1:{port}/_config/webhooks/ours", json=hook, timeout=5).raise_for_status()


@pytest.fixture(autouse=True)
def _our_keys(localstripe):
    keys = {"STRIPE_SECRET_KEY": "sk_test_x", "STRIPE_WEBHOOK_SECRET": SECRET, "STRIPE_API_BASE": localstripe}
    with override_settings(**keys):
        yield


@pytest.fixture
def api():
    return provider._client_of("default")


def intent_there(api, way: str, amount: int = 4000):
    """A payment intent of localstripe, confirmed with this way to pay and read again once its bank has answered."""
    method = api.payment_methods.create(WAYS[way])
    params = {"amount": amount, "currency": "eur", "payment_method": method["id"], "metadata": NAMES}
    intent = api.payment_intents.create(params)
    try:
        api.payment_intents.confirm(intent["id"])
    except stripe.CardError as refused:
        assert way == "card_refused" and refused.code == "card_declined"
    return until_answered(lambda: api.payment_intents.retrieve(intent["id"]))


def until_answered(read):
    for _ in range(60):
        if (intent := read())["status"] != "processing":
            return intent
        time.sleep(0.05)
    raise AssertionError("its bank never answers")


def intent_here(standin, way: str):
    """The same with our own stand-in, through its checkout page."""
    ours = stripe.StripeClient(standin.secret_key, base_addresses={"api": standin.url}).v1
    price = {"currency": "eur", "unit_amount": 4000, "product_data": {"name": "x"}}
    session = ours.checkout.sessions.create(
        {
            "mode": "payment", "success_url": "https://x.example/", "line_items": [{"quantity": 1, "price_data": price}],
            "payment_intent_data": {"metadata": NAMES}, "metadata": NAMES,
        }
    )  # fmt: skip
    standin.pay(session["id"], way)
    standin.advance(days=7)
    return ours.payment_intents.retrieve(ours.checkout.sessions.retrieve(session["id"])["payment_intent"])


def what_we_read(intent) -> dict:
    """All that `billing.provider` takes from an intent whose page is over."""
    snapshot = provider._snapshot(None, intent, (), ())
    read = {name: getattr(snapshot, name) for name in ("key", "amount", "currency", "status")}
    return {**read, "has_failed_with_words": bool(snapshot.failure), "is_named": bool(snapshot.intent_id)}


@pytest.mark.parametrize("way", ["card", "sepa_ok", "sepa_fails"])
def test_payment_reads_the_same_in_both(api, way):
    with standing_in() as standin:
        ours = what_we_read(intent_here(standin, way))
    assert ours == what_we_read(intent_there(api, way))
    assert ours["status"] == (PaymentStatus.FAILED if way == "sepa_fails" else PaymentStatus.SETTLED)
    assert (ours["key"], ours["amount"], ours["currency"]) == (NAMES["payment"], Decimal(40), "EUR")


def test_refused_card_reads_the_same_in_both(api):
    """Ours is read before its page is over: there the payer may try another card."""
    with standing_in() as standin:
        ours = intent_here(standin, "card_refused")
    there = intent_there(api, "card_refused")
    assert there["status"] == "requires_payment_method"
    assert bool(provider._failure(there)) and bool(provider._failure(ours))


def test_refund_reads_the_same_in_both(api):
    intent = intent_there(api, "card")
    refund = SimpleNamespace(
        key="0d7c", amount=Decimal(15), payment=SimpleNamespace(intent_id=intent["id"], provider_account="default")
    )
    there = provider.send_refund(refund)
    with standing_in() as standin:
        refund.payment.intent_id = intent_here(standin, "card")["id"]
        here = provider.send_refund(refund)
    assert (there.key, there.amount, there.status, there.failure) == (here.key, here.amount, here.status, here.failure)
    assert there.status == RefundStatus.DONE and re.match("re_", there.id) and re.match("re_", here.id)


@pytest.mark.django_db
def test_signed_webhooks_of_both_are_read_alike(api, inbox):
    intent = intent_there(api, "card")
    body, signature = arrived(inbox, intent["id"])
    news = provider.read_news(body, signature)
    assert (news.kind, news.object_kind) == ("payment_intent.succeeded", "payment_intent")
    assert (news.object_id, news.intent_id, news.key) == (intent["id"], intent["id"], NAMES["payment"])
    with standing_in() as standin:
        ours = intent_here(standin, "card")
        events = [one for one in provider.recent_news("default", timezone.now() - timedelta(days=8))]
    alike = next(one for one in events if one.kind == news.kind)
    assert (alike.object_kind, alike.intent_id, alike.key) == ("payment_intent", ours["id"], NAMES["payment"])


@pytest.mark.django_db
def test_webhook_of_localstripe_is_taken_and_one_changed_on_the_way_is_not(api, inbox):
    body, signature = arrived(inbox, intent_there(api, "sepa_ok")["id"])
    assert post(body.replace(b"4000", b"9000"), signature) == 403
    assert post(body, f"{signature}0") == 403
    assert not ProviderEvent.objects.exists()
    assert post(body, signature) == 200
    assert ProviderEvent.objects.get().kind == "payment_intent.succeeded"


def test_events_of_localstripe_can_be_listed_as_ours_are(api):
    intent = intent_there(api, "card")
    news = list(provider.recent_news("default", timezone.now() - timedelta(days=1)))
    assert intent["id"] in {one.intent_id for one in news}


def arrived(inbox, intent_id: str) -> tuple[bytes, str]:
    """It waits a second before it delivers."""
    for _ in range(80):
        for body, signature in inbox.arrived:
            if intent_id.encode() in body:
                return body, signature
        time.sleep(0.05)
    raise AssertionError("no webhook came")


def post(body: bytes, signature: str) -> int:
    headers = {"Stripe-Signature": signature}
    address = reverse("billing:stripe_webhook")
    return Client().post(address, body, content_type="application/json", headers=headers).status_code


# --- Where it is not like Stripe, and ours is -------------------------------------------------------------------------


def test_localstripe_forgets_idempotency_keys_and_refunds_more_than_was_paid(api):
    intent = intent_there(api, "card")
    params = {"payment_intent": intent["id"], "amount": 3000}
    made = {api.refunds.create(params, {"idempotency_key": "refund-1"})["id"] for _ in range(2)}
    assert len(made) == 2
    with standing_in() as standin:
        params["payment_intent"] = intent_here(standin, "card")["id"]
        ours = stripe.StripeClient(standin.secret_key, base_addresses={"api": standin.url}).v1
        assert len({ours.refunds.create(params, {"idempotency_key": "refund-1"})["id"] for _ in range(2)}) == 1
        with pytest.raises(stripe.InvalidRequestError):
            ours.refunds.create(params)


def test_localstripe_has_no_pages_no_disputes_and_tells_of_no_refund(api):
    for missing in (lambda: api.checkout.sessions.list({"limit": 1}), lambda: api.disputes.list({"limit": 1})):
        with pytest.raises(stripe.APIError):
            missing()
    intent = intent_there(api, "card")
    api.refunds.create({"payment_intent": intent["id"], "amount": 1000})
    kinds = {one.kind for one in provider.recent_news("default", timezone.now() - timedelta(days=1))}
    assert not any("refund" in kind for kind in kinds)
