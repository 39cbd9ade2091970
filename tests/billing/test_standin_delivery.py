"""How the stand-in's events travel: signed, again until they are taken, and through whatever mischief."""

import json
import threading
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from tests.billing.paying import Mailbox, client, order, paid
from tests.standin import Delivery, Standin

EVERYTHING = {
    "duplicate": 0.4, "reorder": 0.4, "delay": 0.3, "drop": 0.3, "forge": 0.4, "stale": 0.4, "tamper": 0.4,
}  # fmt: skip


@pytest.fixture
def mailbox():
    return Mailbox()


@pytest.fixture
def standin(mailbox):
    with Standin(webhook=mailbox) as standin:
        standin.hold()
        mailbox.secret = standin.webhook_secret
        yield standin


@pytest.fixture
def api(standin):
    return client(standin).v1


def test_events_are_signed_as_stripe_signs(standin, api, mailbox):
    paid(api, standin)
    assert [parcel.kind for parcel in standin.pending()] == ["honest"] * 4
    assert [sent.status for sent in standin.deliver_all()] == [200] * 4
    assert mailbox.types == [event["type"] for event in standin.events]
    assert (mailbox.taken[0].pending_webhooks, api.events.retrieve(mailbox.taken[0].id).pending_webhooks) == (1, 0)
    assert standin.pending() == []


@pytest.mark.parametrize(
    ("mischief", "reason"),
    [
        ("forge", "matching the expected signature"),
        ("tamper", "matching the expected signature"),
        ("stale", "outside the tolerance"),
    ],
)
def test_events_of_others_come_beside_the_honest_ones_and_are_refused(standin, api, mailbox, mischief, reason):
    standin.delivery = Delivery(seed=1, **{mischief: 1})
    paid(api, standin)
    log = standin.deliver_all()
    assert len(mailbox.refused) == 4 and all(reason in text for text in mailbox.refused)
    assert {event.id for event in mailbox.taken} == {event["id"] for event in standin.events}
    assert Counter(sent.status for sent in log) == {200: 4, 400: 4}


def test_altered_events_ask_for_more_than_was_paid(standin, api):
    seen = []
    standin.webhook = lambda body, headers: seen.append(json.loads(body)) or 200
    standin.delivery = Delivery(seed=1, tamper=1)
    paid(api, standin)
    standin.deliver_all()
    known = {event["id"] for event in standin.events}
    altered = [event for event in seen if event["id"] not in known]
    assert len(altered) == 4
    assert {event["data"]["object"].get("amount_total", 120_001) for event in altered} == {120_001}


def test_events_come_again_until_they_are_taken(standin, api, mailbox):
    paid(api, standin)
    mailbox.failing = 6
    log = standin.deliver_all()
    assert Counter(sent.status for sent in log) == {500: 6, 200: 4}
    assert sorted(mailbox.types) == sorted(event["type"] for event in standin.events)


def test_events_are_given_up_in_the_end_and_can_be_sent_once_more(standin, api, mailbox):
    paid(api, standin)
    mailbox.failing = 1_000
    log = standin.deliver_all()
    assert len(log) == 4 * standin.deliverer.most_tries
    assert standin.pending() == []
    mailbox.failing = 0
    standin.deliver_now()
    assert len(mailbox.taken) == 4


def test_what_breaks_in_the_endpoint_is_heard_and_the_event_kept(standin, api):
    def broken(body, headers):
        raise RuntimeError("the club's own fault")

    standin.webhook = broken
    paid(api, standin)
    with pytest.raises(RuntimeError):
        standin.deliver_all()
    assert len(standin.pending()) == 4


def a_long_story(seed):
    """What an endpoint sees of many payments, refunds and disputes under every mischief at once."""
    mailbox = Mailbox()
    with Standin(webhook=mailbox) as standin:
        mailbox.secret = standin.webhook_secret
        standin.hold()
        standin.delivery = Delivery(seed=seed, **EVERYTHING)
        api = client(standin).v1
        card, debit = paid(api, standin), paid(api, standin, "sepa_ok")
        api.refunds.create(params={"payment_intent": card, "amount": 500})
        log = standin.deliver_all()
        standin.advance(days=6)
        standin.open_dispute(debit)
        standin.close_dispute(standin.open_dispute(card)["id"], "won")
        log += standin.deliver_all()
        return log, mailbox, standin.events


@pytest.mark.parametrize("seed", range(5))
def test_every_honest_event_arrives_at_last(seed):
    log, mailbox, events = a_long_story(seed)
    arrived = Counter(event.id for event in mailbox.taken)
    assert set(arrived) == {event["id"] for event in events}
    duplicates = [sent for sent in log if sent.kind == "duplicate"]
    assert sum(arrived.values()) == len(events) + len(duplicates)
    assert len(mailbox.refused) == len([sent for sent in log if sent.kind in ("forged", "stale", "tampered")])


def test_mischief_of_all_kinds_happens_and_is_the_same_for_the_same_seed():
    log, mailbox, events = a_long_story(1)
    assert {sent.kind for sent in log} == {
        "honest", "reordered", "delayed", "duplicate", "forged", "stale", "tampered", "dropped", "retried",
    }  # fmt: skip
    again, twin, _events = a_long_story(1)
    assert log == again and mailbox.types == twin.types
    assert log != a_long_story(2)[0]
    assert mailbox.types != [event["type"] for event in events]


# --- In the background -------------------------------------------------------------------------------------------------


class Endpoint(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        status = self.server.mailbox(body, self.headers)
        self.send_response(status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format, *args):
        pass


@pytest.fixture
def address(mailbox):
    server = ThreadingHTTPServer(("127.0.0.1", 0), Endpoint)
    server.mailbox = mailbox
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/billing/stripe/webhook/"
    server.shutdown()
    thread.join()
    server.server_close()


def test_events_go_out_by_themselves_over_http_in_their_order(mailbox, address):
    with Standin(webhook=address, webhook_secret="whsec_of_ours") as standin:
        mailbox.secret = "whsec_of_ours"
        paid(client(standin).v1, standin)
        assert standin.deliverer.wait_until_quiet()
        assert mailbox.types == [event["type"] for event in standin.events]
        standin.hold()
        paid(client(standin).v1, standin, "sepa_ok")
        assert len(standin.pending()) == 4
        standin.release()
        assert standin.deliverer.wait_until_quiet()
        assert len(mailbox.taken) == 8


def test_background_tries_again_by_itself(mailbox, address):
    mailbox.failing = 1
    with Standin(webhook=address) as standin:
        mailbox.secret = standin.webhook_secret
        client(standin).v1.checkout.sessions.expire(client(standin).v1.checkout.sessions.create(params=order()).id)
        assert standin.deliverer.wait_until_quiet()
        assert [(sent.kind, sent.status) for sent in standin.deliverer.log] == [("honest", 500), ("retried", 200)]


def test_endpoint_that_is_not_there_is_no_answer(standin, api):
    standin.webhook = "http://127.0.0.1:9/nobody"
    paid(api, standin)
    standin.deliverer.most_tries = 2
    assert {sent.status for sent in standin.deliver_all()} == {0}


# --- Kept in a file ----------------------------------------------------------------------------------------------------


def test_everything_is_there_again_after_a_restart(tmp_path, mailbox):
    state = tmp_path / "standin.json"
    mailbox.secret = "whsec_standin"
    with Standin(webhook=mailbox, state=state) as standin:
        standin.hold()
        api = client(standin).v1
        waiting = api.checkout.sessions.create(params=order(), options={"idempotency_key": "order-17"})
        debit = paid(api, standin, "sepa_ok")
        standin.advance(days=0.5)
        before, now = standin.events, standin.now()
    with Standin(webhook=mailbox, state=state) as standin:
        standin.deliverer.wait_until_quiet()
        assert standin.events == [event | {"pending_webhooks": 0} for event in before]
        assert mailbox.types == [event["type"] for event in before]
        assert standin.now() >= now
        assert standin.sessions[waiting.id]["url"].startswith(standin.url)
        api = client(standin).v1
        assert api.checkout.sessions.create(params=order(), options={"idempotency_key": "order-17"}).id == waiting.id
        standin.advance(days=5)
        assert api.payment_intents.retrieve(debit).status == "succeeded"
