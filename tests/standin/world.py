"""The state of the stand-in: its things, its clock, what will happen by itself, and the events so far.

Everything in here is plain JSON, so that it can be kept in a file. Whoever reads or changes it holds `lock`.
"""

import copy
import secrets
import string
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from tests.standin import objects
from tests.standin.errors import no_such
from tests.standin.objects import CHARGE, DISPUTE, EVENT, INTENT, NOUNS, SESSION

_LETTERS = string.ascii_letters + string.digits
DAY = 86_400


@dataclass(frozen=True)
class Pace:
    """How many days the bank takes."""

    debit: float = 5
    refund: float = 3


class World:
    def __init__(self, *, url: str = "", pace: Pace | None = None, api_version: str = ""):
        self.lock = threading.RLock()
        self.url, self.pace, self.api_version = url, pace or Pace(), api_version
        self.offset = 0.0  # how far the clock is ahead of the real one
        self.tables: dict[str, dict[str, dict]] = {noun: {} for noun in NOUNS}
        self.backstage: dict[str, dict] = {}  # of a session: its line items, and what its payment intent will be
        self.agenda: list[dict] = []
        self.keys: dict[str, dict] = {}  # see idempotency
        self.cause = {"id": None, "idempotency_key": None}  # the API call that is being answered
        self.webhooks = 0  # how many endpoints hear of an event
        self.on_event: Callable[[dict], None] = lambda event: None

    # --- The clock -----------------------------------------------------------------------------------------------------

    def now(self) -> int:
        return int(time.time() + self.offset)

    def plan(self, verb: str, thing_id: str, at: float, outcome: str = "") -> None:
        """Something that happens by itself at a time of this clock."""
        self.agenda.append({"at": at, "verb": verb, "id": thing_id, "outcome": outcome})

    def next_due(self, until: float) -> dict | None:
        """Take what is due first, if anything is due by then."""
        due = [item for item in self.agenda if item["at"] <= until]
        if not due:
            return None
        first = min(due, key=lambda item: item["at"])
        self.agenda.remove(first)
        return first

    # --- Things --------------------------------------------------------------------------------------------------------

    def new_id(self, prefix: str) -> str:
        """Never the same twice, not even after the state was lost: others keep these ids."""
        return prefix + "".join(secrets.choice(_LETTERS) for _ in range(24))

    def keep(self, thing: dict) -> dict:
        self.tables[thing["object"]][thing["id"]] = thing
        return thing

    def find(self, noun: str, thing_id: str, *, param: str = "id", status: int = 404) -> dict:
        thing = self.tables[noun].get(thing_id)
        if thing is None:
            raise no_such(noun, thing_id, param=param, status=status)
        return thing

    def all(self, noun: str, **values) -> Iterator[dict]:
        """Things with these values, oldest first."""
        for thing in self.tables[noun].values():
            if all(thing[name] == value for name, value in values.items()):
                yield thing

    def session_of(self, intent: dict) -> dict:
        return next(self.all(SESSION, payment_intent=intent["id"]))

    def charge_of(self, intent: dict) -> dict | None:
        return self.tables[CHARGE].get(intent["latest_charge"])

    # --- What is written down ------------------------------------------------------------------------------------------

    def emit(self, kind: str, thing: dict, **previous) -> None:
        """Write an event with the thing as it is now, and `previous` values of what just changed."""
        data = {"object": copy.deepcopy(thing)}
        if previous:
            data["previous_attributes"] = previous
        event = objects.event(
            self.new_id("evt_"),
            kind,
            data,
            created=self.now(),
            version=self.api_version,
            cause=dict(self.cause),
            webhooks=self.webhooks,
        )
        self.keep(event)
        self.on_event(event)

    def move(self, kind: str, category: str, source: dict, *, amount: int, fee: int = 0) -> dict:
        """Write a line of the account."""
        line = objects.movement(self.new_id("txn_"), kind, category, source, amount=amount, fee=fee, created=self.now())
        return self.keep(line)

    def ledger(self) -> dict[str, dict[str, int]]:
        """Cents by payment intent: captured, refunded (under way included), disputed (withdrawn and not given back)."""
        return {intent["id"]: self._sums(intent) for intent in self.all(INTENT)}

    def _sums(self, intent: dict) -> dict[str, int]:
        charges = list(self.all(CHARGE, payment_intent=intent["id"], status="succeeded"))
        disputes = self.all(DISPUTE, payment_intent=intent["id"])
        withdrawn = [line["amount"] for dispute in disputes for line in dispute["balance_transactions"]]
        return {
            "captured": sum(charge["amount_captured"] for charge in charges),
            "refunded": sum(charge["amount_refunded"] for charge in charges),
            "disputed": -sum(withdrawn),
        }

    # --- Keeping it ----------------------------------------------------------------------------------------------------

    def snapshot(self) -> dict:
        keys = {key: kept for key, kept in self.keys.items() if kept["status"] is not None}
        return {
            "offset": self.offset,
            "tables": self.tables,
            "backstage": self.backstage,
            "agenda": self.agenda,
            "keys": keys,
        }

    def restore(self, kept: dict) -> None:
        self.offset, self.agenda, self.keys = kept["offset"], kept["agenda"], kept["keys"]
        self.tables = {noun: kept["tables"].get(noun, {}) for noun in NOUNS}
        self.backstage = kept["backstage"]
        for session in self.all(SESSION, status="open"):
            session["url"] = self.page_of(session["id"])

    def page_of(self, session_id: str) -> str:
        return f"{self.url}/pay/{session_id}"

    def acknowledged(self, event_id: str) -> None:
        self.tables[EVENT][event_id]["pending_webhooks"] = 0
