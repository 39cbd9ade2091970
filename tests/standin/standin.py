"""The stand-in as one thing to start, drive, look into and stop."""

import copy
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

from tests.standin import agenda, payments, reversals
from tests.standin.calls import AFTER_COMMIT, TIMEOUT, Calls, Failure, Pause
from tests.standin.delivery import Deliverer, Endpoint, Sent
from tests.standin.mischief import Delivery, Parcel
from tests.standin.objects import CHARGE, DISPUTE, EVENT, INTENT, MOVEMENT, REFUND, SESSION
from tests.standin.server import Server
from tests.standin.world import DAY, Pace, World

API_VERSION = "2026-10-28.endive"


class Standin:
    """
    with Standin(webhook=f"{site}/billing/stripe/webhook/") as standin:
        client = stripe.StripeClient(standin.secret_key, base_addresses={"api": standin.url})
        session = client.v1.checkout.sessions.create(params={…})
        standin.pay(session.id, "card")
        standin.advance(days=5)

    `webhook` is an address, or a function of body and headers that answers with a status: with `hold()` and
    `deliver_all()` that function runs in the test's own thread and transaction.
    """

    def __init__(
        self,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        secret_key: str = "sk_test_standin",
        webhook_secret: str = "whsec_standin",
        webhook: Endpoint | None = None,
        state: Path | str | None = None,
        pace: Pace | None = None,
    ):
        self._address, self._state = (host, port), Path(state) if state else None
        self.secret_key = secret_key
        self.world = World(pace=pace, api_version=API_VERSION)
        self.world.on_event = self._post
        self.calls = Calls(self.world, secret_key, self.change)
        self.deliverer = Deliverer(webhook_secret, self._event, self._acknowledged)
        self.webhook = webhook
        self._server: Server | None = None
        self._thread: threading.Thread | None = None

    # --- Starting and stopping -----------------------------------------------------------------------------------------

    def start(self) -> "Standin":
        self._server = Server(self, *self._address)
        host, port = self._server.server_address[:2]
        self.world.url = f"http://{host}:{port}"
        self._restore()
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), name="standin", daemon=True)
        self._thread.start()
        self.deliverer.start()
        return self

    def stop(self) -> None:
        self.deliverer.stop()
        if self._server and self._thread:
            self._server.shutdown()
            self._thread.join()
            self._server.server_close()

    def __enter__(self) -> "Standin":
        return self.start()

    def __exit__(self, *problem) -> None:
        self.stop()

    @property
    def url(self) -> str:
        return self.world.url

    @property
    def webhook_secret(self) -> str:
        return self.deliverer.secret

    @property
    def webhook(self) -> Endpoint | None:
        return self.deliverer.endpoint

    @webhook.setter
    def webhook(self, endpoint: Endpoint | None) -> None:
        """Where events go from now on."""
        self.deliverer.endpoint = endpoint
        self.world.webhooks = 1 if endpoint else 0

    # --- Looking into it -----------------------------------------------------------------------------------------------

    def _all(self, noun: str) -> dict[str, dict]:
        with self.world.lock:
            return copy.deepcopy(self.world.tables[noun])

    @property
    def sessions(self) -> dict[str, dict]:
        """All checkout sessions by id, as they are now: a copy, like the others below."""
        return self._all(SESSION)

    @property
    def payment_intents(self) -> dict[str, dict]:
        return self._all(INTENT)

    @property
    def charges(self) -> dict[str, dict]:
        return self._all(CHARGE)

    @property
    def refunds(self) -> dict[str, dict]:
        return self._all(REFUND)

    @property
    def disputes(self) -> dict[str, dict]:
        return self._all(DISPUTE)

    @property
    def balance_transactions(self) -> dict[str, dict]:
        return self._all(MOVEMENT)

    @property
    def events(self) -> list[dict]:
        """All events, oldest first."""
        return list(self._all(EVENT).values())

    def ledger(self) -> dict[str, dict[str, int]]:
        """By payment intent, in cents: `captured`, `refunded` (what is under way included), `disputed` (net)."""
        with self.world.lock:
            return self.world.ledger()

    def now(self) -> int:
        with self.world.lock:
            return self.world.now()

    # --- Driving it ----------------------------------------------------------------------------------------------------

    @contextmanager
    def change(self, *, saving: bool = True) -> Iterator[None]:
        """Everything that reads or changes the state does so in here, one after the other, with the clock's work done."""
        with self.world.lock:
            was_due = agenda.tick(self.world)
            try:
                yield
            finally:
                if saving or was_due:
                    self._save()

    def tick(self) -> None:
        """Do what is due; calls and pages do so by themselves."""
        with self.change(saving=False):
            pass

    def advance(self, seconds: float = 0, *, days: float = 0) -> None:
        with self.change():
            agenda.advance(self.world, seconds + days * DAY)

    def pay(self, session_id: str, method: str = payments.CARD_PAID) -> dict:
        """`method` is "card", "card_refused", "sepa_ok" or "sepa_fails"; answers with the session."""
        with self.change():
            return copy.deepcopy(payments.pay(self.world, session_id, method))

    def settle_debit(self, payment_intent: str, outcome: str = payments.SUCCEEDED) -> dict:
        """The bank answers now: "succeeded" or "failed"."""
        if outcome not in (payments.SUCCEEDED, payments.FAILED):
            raise ValueError(outcome)
        with self.change():
            return copy.deepcopy(payments.settle_debit(self.world, payment_intent, outcome))

    def fail_refund(self, refund: str, reason: str = "declined") -> dict:
        with self.change():
            return copy.deepcopy(reversals.fail_refund(self.world, refund, reason))

    def open_dispute(
        self, payment_intent: str, status: str | None = None, *, amount: int | None = None, reason: str | None = None
    ) -> dict:
        """ "needs_response" for cards and "lost" for debits unless told otherwise; "warning_needs_response" takes no money."""
        with self.change():
            opened = reversals.open_dispute(self.world, payment_intent, status, amount=amount, reason=reason)
            return copy.deepcopy(opened)

    def review_dispute(self, dispute: str) -> dict:
        with self.change():
            return copy.deepcopy(reversals.review_dispute(self.world, dispute))

    def close_dispute(self, dispute: str, outcome: str) -> dict:
        """ "won" or "lost"."""
        with self.change():
            return copy.deepcopy(reversals.close_dispute(self.world, dispute, outcome))

    # --- Making its calls go wrong -------------------------------------------------------------------------------------

    def fail_next(self, status: int | str = 500, *, on: str = "", times: int = 1, stored: bool = False) -> None:
        """The next call of the API fails, or the next that begins like `on` ("POST /v1/refunds").

        A number is an HTTP status, "timeout" no answer at all: nothing was done. "after_commit" is no answer although
        it was done. No answer means that the line goes dead at once, so that nobody has to wait. A status that is
        `stored` is given again to whoever repeats the idempotency key.
        """
        if not isinstance(status, int) and status not in (TIMEOUT, AFTER_COMMIT):
            raise ValueError(status)
        with self.world.lock:
            self.calls.failures.append(Failure(status, on, times, stored))

    @contextmanager
    def paused(self, on: str = "POST") -> Iterator[Pause]:
        """The next such call stops half-way, its idempotency key in use, until the end of the block.

        It runs in another thread; `pause.reached.wait()` waits for it to come that far.
        """
        pause = Pause(on)
        with self.world.lock:
            self.calls.pauses.append(pause)
        try:
            yield pause
        finally:
            pause.go_on.set()

    # --- Events on their way -------------------------------------------------------------------------------------------

    @property
    def delivery(self) -> Delivery:
        return self.deliverer.plan

    @delivery.setter
    def delivery(self, plan: Delivery) -> None:
        """How events travel from now on."""
        self.deliverer.plan = plan

    def hold(self) -> None:
        """Nothing goes out by itself any more."""
        self.deliverer.hold()

    def release(self) -> None:
        self.deliverer.release()

    def deliver_all(self) -> list[Sent]:
        """Deliver what waits, in this thread, until all is acknowledged or given up: (type, kind, status) of each try."""
        return self.deliverer.deliver_all()

    def deliver_now(self) -> list[Sent]:
        """Try once what waits and what had been given up; what fails is tried again later."""
        self.deliverer.resend()
        return self.deliverer.deliver_once()

    def pending(self) -> list[Parcel]:
        return self.deliverer.pending()

    def _post(self, event: dict) -> None:
        self.deliverer.post(event, len(self.world.tables[EVENT]))

    def _event(self, event_id: str) -> dict:
        with self.world.lock:
            return copy.deepcopy(self.world.tables[EVENT][event_id])

    def _acknowledged(self, event_id: str) -> None:
        with self.world.lock:
            self.world.acknowledged(event_id)
            self._save()

    # --- Keeping it in a file ------------------------------------------------------------------------------------------

    def _save(self) -> None:
        """Whole or not at all: written beside, then put in place."""
        if self._state is None:
            return
        parcels = [asdict(parcel) for parcel in self.deliverer.owed()]
        beside = self._state.with_name(f"{self._state.name}.new")
        beside.write_text(json.dumps(self.world.snapshot() | {"parcels": parcels}))
        beside.replace(self._state)

    def _restore(self) -> None:
        if self._state is None or not self._state.exists():
            return
        kept = json.loads(self._state.read_text())
        with self.world.lock:
            self.world.restore(kept)
        self.deliverer.restore([Parcel(**parcel) for parcel in kept["parcels"]])
