"""A call of the API from its first byte to its answer: the key, what goes wrong on purpose, and its one effect."""

import base64
import hmac
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field

from tests.standin import api, idempotency
from tests.standin.answers import Answer
from tests.standin.errors import Refusal, unavailable
from tests.standin.world import World

TIMEOUT, AFTER_COMMIT = "timeout", "after_commit"


@dataclass
class Failure:
    """What goes wrong with the next calls: an HTTP status or no answer, before or after the effect was stored."""

    status: int | str
    on: str = ""  # the beginning of "POST /v1/refunds"; any call when empty
    times: int = 1
    stored: bool = False  # a status that the idempotency key remembers

    def strikes(self, endpoint: str) -> bool:
        return self.times > 0 and endpoint.startswith(self.on)


@dataclass
class Pause:
    """The next call stops half-way, its key claimed and nothing done, until it may go on."""

    on: str = "POST"
    reached: threading.Event = field(default_factory=threading.Event)
    go_on: threading.Event = field(default_factory=threading.Event)


class Calls:
    def __init__(self, world: World, secret_key: str, change: Callable[..., AbstractContextManager]):
        self.world, self.secret_key, self.change = world, secret_key, change
        self.failures: list[Failure] = []
        self.pauses: list[Pause] = []

    def handle(self, method: str, path: str, text: str, headers) -> Answer | None:
        """The answer, or None when the line goes dead."""
        request_id, endpoint = self.world.new_id("req_"), f"{method} {path}"
        sent = {"Request-Id": request_id, "Stripe-Version": headers.get("Stripe-Version") or self.world.api_version}
        failure = self._failure(endpoint)
        try:
            self._authenticate(headers.get("Authorization") or "")
            if failure and failure.status == TIMEOUT:
                return None
            if failure and isinstance(failure.status, int) and not failure.stored:
                raise unavailable(failure.status)
            answer = self._answer(method, path, text, request_id, headers.get("Idempotency-Key"), failure)
        except Refusal as refusal:
            answer = Answer.json(refusal.status, refusal.body)
        if failure and failure.status == AFTER_COMMIT:
            return None
        return answer.with_headers(sent)

    def _failure(self, endpoint: str) -> Failure | None:
        with self.world.lock:
            for failure in self.failures:
                if failure.strikes(endpoint):
                    failure.times -= 1
                    return failure
        return None

    def _authenticate(self, authorization: str) -> None:
        given = _key_in(authorization)
        if not given:
            message = "You did not provide an API key: it goes into the Authorization header, as Bearer or as Basic."
            raise Refusal(message, status=401, stored=False)
        if not hmac.compare_digest(given.encode(), self.secret_key.encode()):
            raise Refusal(f"Invalid API Key provided: {given[:8]}****", status=401, stored=False)

    def _answer(self, method, path, text, request_id, key, failure) -> Answer:
        call = api.Call.read(method, path, text)
        if method != "POST" or not key:
            if failure and failure.stored:  # there is no key to remember it by
                raise unavailable(failure.status)
            with self._caused_by(request_id, None, saving=method == "POST"):
                return Answer.json_text(200, api.answer(self.world, call))
        with self.change():
            kept = idempotency.claim(self.world, key, request_id, f"{method} {path}", call.tree)
        headers = {"Idempotency-Key": key}
        if kept:
            headers |= {"Idempotent-Replayed": "true", "Original-Request": kept["request"]}
            answer = Answer.json_text(kept["status"], kept["body"])
        else:
            answer = self._first(call, key, request_id, failure)
        if answer.status >= 500:  # it would only be told the same again
            headers["Stripe-Should-Retry"] = "false"
        return answer.with_headers(headers)

    def _first(self, call: api.Call, key: str, request_id: str, failure: Failure | None) -> Answer:
        """The one time that a key's call is carried out; its effect and its answer are stored together."""
        try:
            self._pause(f"{call.method} {call.path}")
            with self._caused_by(request_id, key):
                answer = self._outcome(call, failure)
                idempotency.store(self.world, key, answer.status, answer.body.decode())
                return answer
        finally:
            with self.world.lock:
                idempotency.release(self.world, key)

    def _outcome(self, call: api.Call, failure: Failure | None) -> Answer:
        try:
            if failure and failure.stored:
                raise unavailable(failure.status)
            return Answer.json_text(200, api.answer(self.world, call))
        except Refusal as refusal:
            if not refusal.stored:
                raise
            return Answer.json_text(refusal.status, json.dumps(refusal.body))

    def _pause(self, endpoint: str) -> None:
        with self.world.lock:
            pause = next((one for one in self.pauses if endpoint.startswith(one.on)), None)
            if pause:
                self.pauses.remove(pause)
        if pause:
            pause.reached.set()
            pause.go_on.wait(30)

    @contextmanager
    def _caused_by(self, request_id: str, key: str | None, *, saving: bool = True) -> Iterator[None]:
        """A change of the world whose events name the call that caused them."""
        with self.change(saving=saving):
            self.world.cause = {"id": request_id, "idempotency_key": key}
            try:
                yield
            finally:
                self.world.cause = {"id": None, "idempotency_key": None}


def _key_in(authorization: str) -> str:
    scheme, _, given = authorization.partition(" ")
    if scheme.lower() != "basic":
        return given
    try:
        return base64.b64decode(given).decode().partition(":")[0]
    except ValueError:  # no base64, or no text in it
        return ""
