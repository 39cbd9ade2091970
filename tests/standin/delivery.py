"""Brings events to the club's endpoint: by itself in the background, or all at once when told to."""

import http.client
import threading
import time
from collections.abc import Callable
from typing import NamedTuple
from urllib.parse import urlsplit

from tests.standin.mischief import DROPPED, OWED, REORDERED, RETRIED, Delivery, Parcel, dressed

Endpoint = str | Callable[[bytes, dict[str, str]], int]
NO_ANSWER = 0
LONGEST_WAIT = 60  # seconds between two tries
PATIENCE = 20  # seconds for one answer


class Sent(NamedTuple):
    """One try: the event's type, what was done to it, the HTTP status (0: no answer, or lost on the way)."""

    type: str
    kind: str
    status: int

    @property
    def is_taken(self) -> bool:
        return 200 <= self.status < 300


class Deliverer:
    """`event_of` and `acknowledged` lock the world; nothing here calls them while it holds its own condition."""

    def __init__(self, secret: str, event_of: Callable[[str], dict], acknowledged: Callable[[str], None]):
        self.secret, self._event_of, self._acknowledged = secret, event_of, acknowledged
        self.endpoint: Endpoint | None = None
        self.plan, self.most_tries, self.holding = Delivery(), 10, False
        self.log: list[Sent] = []
        self.given_up: list[Parcel] = []
        self._parcels: list[Parcel] = []
        self._in_hand: list[Parcel] = []
        self._wake, self._sending = threading.Condition(), threading.RLock()
        self._thread: threading.Thread | None = None
        self._stopping = False

    # --- Taking in -----------------------------------------------------------------------------------------------------

    def post(self, event: dict, number: int) -> None:
        """Take in a new event; it goes out as the plan says."""
        if self.endpoint is None:
            return
        parcels = self.plan.parcels(event, number)
        for parcel in parcels:
            if parcel.kind == REORDERED:
                parcel.not_before = time.monotonic() + 0.2 * (parcel.place - number)
        self._take_in(parcels)

    def resend(self) -> None:
        """Once more what was given up."""
        again, self.given_up = self.given_up, []
        self.restore(again)

    def owed(self) -> list[Parcel]:
        """Everything that is not acknowledged, what was given up included."""
        return [*self.pending(), *self.given_up]

    def restore(self, parcels: list[Parcel]) -> None:
        """Go on with what an earlier run owed, as if it had just come in."""
        for parcel in parcels:
            parcel.tries, parcel.not_before = 0, 0.0
        self._take_in(parcels)

    def _take_in(self, parcels: list[Parcel]) -> None:
        with self._wake:
            self._parcels.extend(parcels)
            self._wake.notify_all()

    def pending(self) -> list[Parcel]:
        """What is still to go out, in its order."""
        with self._wake:
            return sorted([*self._in_hand, *self._parcels], key=lambda parcel: parcel.place)

    # --- Letting out ---------------------------------------------------------------------------------------------------

    def hold(self) -> None:
        with self._wake:
            self.holding = True

    def release(self) -> None:
        with self._wake:
            self.holding = False
            for parcel in self._parcels:
                parcel.held, parcel.not_before = False, 0.0
            self._wake.notify_all()

    def deliver_all(self) -> list[Sent]:
        """Deliver everything now, with what comes of it, until all is acknowledged or given up."""
        sent = []
        with self._sending:
            while parcel := self._take(everything=True):
                sent.append(self._send(parcel))
        return sent

    def deliver_once(self) -> list[Sent]:
        """Try everything that waits now, each once; what fails is tried again later as usual."""
        with self._sending:
            return [self._send(parcel) for parcel in self.pending() if self._pick_up(parcel)]

    def wait_until_quiet(self, timeout: float = 10) -> bool:
        """Wait for the background to have nothing more that it may deliver now or soon."""
        with self._wake:
            return self._wake.wait_for(lambda: not self._in_hand and not self._awaited(), timeout)

    def _awaited(self) -> list[Parcel]:
        return [] if self.holding else [parcel for parcel in self._parcels if not parcel.held]

    def _take(self, *, everything: bool) -> Parcel | None:
        with self._wake:
            choice = self._parcels if everything else self._awaited()
            now = time.monotonic()
            ready = [parcel for parcel in choice if everything or parcel.not_before <= now]
            if not ready:
                return None
            parcel = min(ready, key=lambda one: one.place)
            self._pick_up(parcel)
            return parcel

    def _pick_up(self, parcel: Parcel) -> bool:
        with self._wake:
            is_here = parcel in self._parcels
            if is_here:
                self._parcels.remove(parcel)
                self._in_hand.append(parcel)
            return is_here

    # --- In the background ---------------------------------------------------------------------------------------------

    def start(self) -> None:
        self._stopping = False
        self._thread = threading.Thread(target=self._run, name="standin-deliverer", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        with self._wake:
            self._stopping = True
            self._wake.notify_all()
        if self._thread:
            self._thread.join()
            self._thread = None

    def _run(self) -> None:
        while not self._stopping:
            with self._sending:
                parcel = self._take(everything=False)
                if parcel:
                    self._send(parcel)
            if not parcel:
                self._sleep()

    def _sleep(self) -> None:
        with self._wake:
            now, awaited = time.monotonic(), self._awaited()
            if not self._stopping and not any(parcel.not_before <= now for parcel in awaited):
                self._wake.wait(min((parcel.not_before - now for parcel in awaited), default=None))

    # --- One try -------------------------------------------------------------------------------------------------------

    def _send(self, parcel: Parcel) -> Sent:
        sent = Sent(parcel.event_type, DROPPED, NO_ANSWER)  # and so it stays if the endpoint breaks down
        try:
            sent = self._try(parcel)
        finally:
            self._put_down(parcel, sent)
        if sent.is_taken and parcel.kind in OWED:
            self._acknowledged(parcel.event_id)
        return sent

    def _try(self, parcel: Parcel) -> Sent:
        parcel.tries += 1
        if parcel.drops:
            parcel.drops -= 1
            return Sent(parcel.event_type, DROPPED, NO_ANSWER)
        kind = RETRIED if parcel.tries > 1 else parcel.kind
        return Sent(parcel.event_type, kind, self._deliver(parcel))

    def _put_down(self, parcel: Parcel, sent: Sent) -> None:
        with self._wake:
            self.log.append(sent)
            self._in_hand.remove(parcel)
            if parcel.kind in OWED and not sent.is_taken:
                self._try_later(parcel)
            self._wake.notify_all()

    def _try_later(self, parcel: Parcel) -> None:
        if parcel.tries >= self.most_tries:
            self.given_up.append(parcel)
            return
        parcel.place = 1 + max((one.place for one in self._parcels), default=parcel.place)
        parcel.not_before = time.monotonic() + min(LONGEST_WAIT, 2 ** (parcel.tries - 1))
        self._parcels.append(parcel)

    def _deliver(self, parcel: Parcel) -> int:
        event = self._event_of(parcel.event_id)
        body, header = dressed(parcel, event, self.secret, int(time.time()))
        headers = {"Content-Type": "application/json; charset=utf-8", "Stripe-Signature": header}
        if callable(self.endpoint):
            return self.endpoint(body, headers)
        return _post(self.endpoint or "", body, headers)


def _post(address: str, body: bytes, headers: dict[str, str]) -> int:
    """POST to a plain http address, past any proxy; a redirect is no success."""
    parts = urlsplit(address)
    line = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=PATIENCE)
    try:
        path = f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
        line.request("POST", path, body, {"User-Agent": "Stripe/1.0 (stand-in)", "Connection": "close"} | headers)
        answer = line.getresponse()
        answer.read()
        return answer.status
    except (OSError, http.client.HTTPException):
        return NO_ANSWER
    finally:
        line.close()
