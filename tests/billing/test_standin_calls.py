"""How the stand-in answers calls: keys, lists, what is inside what, and calls that go wrong."""

import threading
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from urllib.parse import urlsplit

import pytest
import stripe

from tests.billing.paying import client, order, paid
from tests.standin import Standin


@pytest.fixture
def standin():
    with Standin() as standin:
        yield standin


@pytest.fixture
def api(standin):
    return client(standin).v1


# --- Who may call ------------------------------------------------------------------------------------------------------


def test_call_with_another_key_is_refused(standin):
    with pytest.raises(stripe.AuthenticationError) as refused:
        client(standin, "sk_test_other").v1.payment_intents.list()
    assert refused.value.http_status == 401
    assert "sk_test_other" not in str(refused.value)


@pytest.mark.parametrize(
    ("authorization", "status"),
    [
        ("Basic c2tfdGVzdF9zdGFuZGluOg==", 200),  # sk_test_standin and no password
        ("Bearer sk_test_standin", 200),
        ("Basic ???", 401),
        ("", 401),
    ],
)
def test_key_comes_as_bearer_or_as_basic(standin, authorization, status):
    assert plain(standin, "GET", "/v1/events", {"Authorization": authorization}) == status


def plain(standin, method, path, headers):
    line = HTTPConnection("127.0.0.1", urlsplit(standin.url).port, timeout=5)
    line.request(method, path, headers=headers)
    answer = line.getresponse()
    answer.read()
    line.close()
    return answer.status


def test_unknown_addresses_and_things_are_not_found(standin, api):
    with pytest.raises(stripe.InvalidRequestError) as refused:
        api.customers.list()
    assert refused.value.http_status == 404
    for look in (api.checkout.sessions, api.payment_intents, api.charges, api.refunds, api.disputes, api.events):
        with pytest.raises(stripe.InvalidRequestError) as refused:
            look.retrieve("nothing")
        assert (refused.value.http_status, refused.value.code) == (404, "resource_missing")


# --- Idempotency keys --------------------------------------------------------------------------------------------------


def test_same_key_and_parameters_give_the_stored_answer(standin, api):
    options = {"idempotency_key": "order-17"}
    first = api.checkout.sessions.create(params=order(), options=options)
    standin.pay(first.id, "card")
    second = api.checkout.sessions.create(params=order(), options=options)
    assert (second.id, second.status) == (first.id, "open")  # as it was then
    assert second.last_response.headers["Idempotent-Replayed"] == "true"
    assert second.last_response.headers["Original-Request"] == first.last_response.headers["Request-Id"]
    assert len(standin.sessions) == 1


def test_same_key_with_something_else_is_refused(standin, api):
    options = {"idempotency_key": "order-17"}
    api.checkout.sessions.create(params=order(), options=options)
    with pytest.raises(stripe.IdempotencyError) as refused:
        api.checkout.sessions.create(params=order(12_001), options=options)
    assert refused.value.http_status == 400
    with pytest.raises(stripe.IdempotencyError):
        api.refunds.create(params={"payment_intent": "pi_x"}, options=options)
    assert len(standin.sessions) == 1


def test_key_is_forgotten_after_a_day_of_the_clock(standin, api):
    options = {"idempotency_key": "order-17"}
    first = api.checkout.sessions.create(params=order(), options=options)
    standin.advance(86_400 - 10)
    assert api.checkout.sessions.create(params=order(), options=options).id == first.id
    standin.advance(11)
    assert api.checkout.sessions.create(params=order(), options=options).id != first.id


def test_key_remembers_a_refusal_by_the_state_of_things_but_not_wrong_parameters(standin, api):
    intent_id, options = paid(api, standin), {"idempotency_key": "refund-17"}
    with pytest.raises(stripe.InvalidRequestError):
        api.refunds.create(params={"payment_intent": intent_id, "amount": "much"}, options=options)
    with pytest.raises(stripe.InvalidRequestError):
        api.refunds.create(params={"payment_intent": intent_id, "amount": 99_999}, options=options)
    with pytest.raises(stripe.InvalidRequestError) as again:
        api.refunds.create(params={"payment_intent": intent_id, "amount": 99_999}, options=options)
    assert again.value.headers["Idempotent-Replayed"] == "true"


def test_key_in_use_is_a_conflict(standin, api):
    options = {"idempotency_key": "order-17"}
    with ThreadPoolExecutor(1) as pool:
        with standin.paused("POST /v1/checkout") as pause:
            first = pool.submit(api.checkout.sessions.create, params=order(), options=options)
            assert pause.reached.wait(5)
            with pytest.raises(stripe.APIError) as refused:
                api.checkout.sessions.create(params=order(), options=options)
        assert (refused.value.http_status, refused.value.error.code) == (409, "idempotency_key_in_use")
        made = first.result(5)
    assert list(standin.sessions) == [made.id]


def test_key_gives_one_effect_whatever_the_crowd(standin, api):
    intent_id, gate = paid(api, standin), threading.Barrier(8)

    def refund(_number):
        gate.wait(5)
        try:
            params = {"payment_intent": intent_id, "amount": 1_000}
            return api.refunds.create(params=params, options={"idempotency_key": "refund-17"}).id
        except stripe.APIError as problem:
            return problem.http_status

    with ThreadPoolExecutor(8) as pool:
        answers = set(pool.map(refund, range(8)))
    assert answers - {409} == set(standin.refunds)
    assert standin.ledger()[intent_id]["refunded"] == 1_000


# --- Calls that go wrong -----------------------------------------------------------------------------------------------


def test_call_may_fail_before_anything_is_done(standin, api):
    options = {"idempotency_key": "order-17"}
    standin.fail_next(503)
    with pytest.raises(stripe.APIError) as failed:
        api.checkout.sessions.create(params=order(), options=options)
    assert failed.value.http_status == 503
    standin.fail_next(429)
    with pytest.raises(stripe.RateLimitError):
        api.checkout.sessions.create(params=order(), options=options)
    standin.fail_next("timeout")
    with pytest.raises(stripe.APIConnectionError):
        api.checkout.sessions.create(params=order(), options=options)
    assert standin.sessions == {}
    assert (
        "Idempotent-Replayed" not in api.checkout.sessions.create(params=order(), options=options).last_response.headers
    )


def test_answer_may_be_lost_after_the_effect_and_is_found_again_by_its_key(standin, api):
    options = {"idempotency_key": "order-17"}
    standin.fail_next("after_commit", on="POST /v1/checkout")
    assert api.events.list().data == []  # another call: it does not strike
    with pytest.raises(stripe.APIConnectionError):
        api.checkout.sessions.create(params=order(), options=options)
    assert [api.checkout.sessions.create(params=order(), options=options).id] == list(standin.sessions)


def test_failure_that_is_stored_is_repeated_to_its_key_only(standin, api):
    standin.fail_next(500, stored=True)
    for _ in range(2):
        with pytest.raises(stripe.APIError):
            api.checkout.sessions.create(params=order(), options={"idempotency_key": "one"})
    api.checkout.sessions.create(params=order(), options={"idempotency_key": "two"})
    assert len(standin.sessions) == 1


def test_failure_strikes_as_often_as_told(standin, api):
    standin.fail_next(500, times=2)
    for _ in range(2):
        with pytest.raises(stripe.APIError):
            api.payment_intents.list()
    assert api.payment_intents.list().data == []
    with pytest.raises(ValueError):
        standin.fail_next("sometimes")


# --- Lists -------------------------------------------------------------------------------------------------------------


def test_lists_come_a_page_at_a_time_newest_first(standin, api):
    made = [paid(api, standin) for _ in range(7)]
    page = api.payment_intents.list(params={"limit": 3})
    assert ([one.id for one in page.data], page.has_more) == (made[:3:-1], True)
    rest = api.payment_intents.list(params={"limit": 10, "starting_after": page.data[-1].id})
    assert ([one.id for one in rest.data], rest.has_more) == (made[3::-1], False)
    back = api.payment_intents.list(params={"limit": 2, "ending_before": made[0]})
    assert ([one.id for one in back.data], back.has_more) == ([made[2], made[1]], True)
    assert [one.id for one in api.payment_intents.list(params={"limit": 2}).auto_paging_iter()] == made[::-1]
    for params in ({"limit": 0}, {"limit": 101}, {"starting_after": "pi_nobody"}):
        with pytest.raises(stripe.InvalidRequestError):
            api.payment_intents.list(params=params)


def test_lists_are_narrowed_by_time(standin, api):
    old = paid(api, standin)
    standin.advance(days=2)
    new, now = paid(api, standin), standin.now()
    listed = {
        bound: [one.id for one in api.payment_intents.list(params={"created": {bound: now - 86_400}})]
        for bound in ("gte", "lt")
    }
    assert listed == {"gte": [new], "lt": [old]}


def test_events_are_listed_by_type_for_thirty_days(standin, api):
    paid(api, standin)
    paid(api, standin, "sepa_ok")
    kinds = {"types": ["payment_intent.succeeded", "payment_intent.processing"]}
    assert [one.type for one in api.events.list(params=kinds)] == kinds["types"][::-1]
    event = api.events.list(params={"type": "charge.succeeded"}).data[0]
    assert api.events.retrieve(event.id).data.object["payment_intent"] == event.data.object["payment_intent"]
    assert (event.livemode, event.pending_webhooks, event.api_version) == (False, 0, "2026-10-28.endive")
    assert "account" not in event
    standin.advance(days=31)
    assert "payment_intent.processing" not in {one.type for one in api.events.list(params={"limit": 100})}


def test_events_hold_things_as_they_were_and_the_call_that_changed_them(standin, api):
    intent_id = paid(api, standin)
    api.refunds.create(params={"payment_intent": intent_id, "amount": 5}, options={"idempotency_key": "refund-17"})
    succeeded, refunded = (
        api.events.list(params={"type": kind}).data[0] for kind in ("charge.succeeded", "charge.refunded")
    )
    assert (succeeded.data.object["amount_refunded"], refunded.data.object["amount_refunded"]) == (0, 5)
    assert refunded.data.previous_attributes.to_dict() == {"amount_refunded": 0}
    assert refunded.request.idempotency_key == "refund-17"
    assert succeeded.request.id is None


def test_only_what_is_inside_can_be_expanded(standin, api):
    intent_id = paid(api, standin)
    refund = api.refunds.create(params={"payment_intent": intent_id, "expand": ["charge.balance_transaction"]})
    assert refund.charge.balance_transaction.amount == 12_000
    listed = api.checkout.sessions.list(params={"expand": ["data.payment_intent", "data.line_items"]}).data[0]
    assert (listed.payment_intent.id, listed.line_items.data[0].amount_total) == (intent_id, 12_000)
    for expand in ("customer_email", "payment_intent.metadata"):
        with pytest.raises(stripe.InvalidRequestError):
            api.checkout.sessions.create(params=order(expand=[expand]))
    assert len(standin.sessions) == 1
