"""One history from an empty database to its end, by its own dice."""

import random
import time
from collections import Counter
from dataclasses import asdict
from datetime import UTC, datetime, timedelta

from django.test import override_settings

from tests.chaos import clock, world
from tests.chaos.acts import ACTS
from tests.chaos.deliveries import Network
from tests.chaos.fates import HELD, KILLED, NOTHING, Fate, held_somewhere, killed_somewhere
from tests.chaos.postbox import BACKEND, Postbox
from tests.chaos.processes import Crew, HistoryFailedError, Outcome, Process
from tests.chaos.requirements import Witness
from tests.standin.delivery import NO_ANSWER
from tests.standin.mischief import Delivery
from tests.standin.standin import Standin

STEPS = 26
KILLED_OFTEN, HELD_OFTEN, TOGETHER_OFTEN, LOOKED_AT_OFTEN = 0.4, 0.15, 0.08, 0.3
MISCHIEF = ("duplicate", "reorder", "delay", "drop", "forge", "stale", "tamper")
ROUNDS = 5  # of deliveries after which everything must have arrived: what is lost is lost once
LONG = timedelta(minutes=5)  # no process stands still as long as that


class History:
    """`seed` is the run's own, `number` which of its histories this is."""

    def __init__(self, seed: str, number: int):
        self.name = f"{seed}:{number}"
        self.dice = random.Random(self.name)
        self.steps: list[str] = []
        self.counts: Counter[str] = Counter()
        self.crew = Crew(ACTS)
        self.standing_still: list[Process] = []
        self.is_shaken = True  # a process died since everything was looked at

    def play(self) -> None:
        """Raises HistoryFailedError, with the steps that led there, for anything that does not hold."""
        start = datetime(2027, 1, 1, 9, tzinfo=UTC) + timedelta(days=self.dice.randrange(700))
        self.postbox = Postbox()
        try:
            with clock.beginning(start), Standin(webhook=unreachable) as self.standin:
                self.standin.hold()
                self.standin.delivery = self._mischief()
                with override_settings(**self._addresses()):
                    self._live()
        except HistoryFailedError as failed:
            raise HistoryFailedError(f"history {self.name}\n" + "\n".join(self.steps) + f"\n{failed}") from failed
        finally:
            self.crew.dismiss()
            self.postbox.close()

    def _mischief(self) -> Delivery:
        chances = {name: self.dice.choice([0, 0.15, 0.35]) for name in MISCHIEF}
        return Delivery(seed=self.dice.randrange(10**6), **chances)

    def _addresses(self) -> dict:
        return {
            "STRIPE_SECRET_KEY": self.standin.secret_key, "STRIPE_WEBHOOK_SECRET": self.standin.webhook_secret,
            "STRIPE_API_BASE": self.standin.url, "EMAIL_BACKEND": BACKEND, "EMAIL_HOST": "127.0.0.1",
            "EMAIL_PORT": self.postbox.port,
        }  # fmt: skip

    def _live(self) -> None:
        self.scene = self.crew.ask("begin")
        while len(self.steps) < STEPS:
            self._step()
        self._end()
        self.counts["histories"] += 1

    # --- Steps --------------------------------------------------------------------------------------------------------

    def _step(self) -> None:
        kinds = {
            self._people: 17, self._world: 9, self._news: 3, self._bad_day: 1.5, self._daily: 0.7, self._time: 1.3,
        }  # fmt: skip
        self.dice.choices(list(kinds), list(kinds.values()))[0]()
        if self.standing_still and self.dice.random() < 0.4:
            self._wake_one()

    def _note(self, text: str) -> None:
        self.steps.append(f"{len(self.steps) + 1:>3}. {datetime.now(UTC):%d %b %Y %H:%M} {text}")
        self.counts["steps"] += 1

    def _people(self) -> None:
        if self.dice.random() < TOGETHER_OFTEN:
            self._two_at_once()
        else:
            self._act("somebody", self._fate())

    def _daily(self) -> None:
        self._act("the daily run", self._fate())

    def _fate(self) -> Fate:
        chance = self.dice.random()
        if chance < KILLED_OFTEN:
            return killed_somewhere(self.dice)
        return held_somewhere(self.dice) if chance < KILLED_OFTEN + HELD_OFTEN else NOTHING

    def _turn(self, **more) -> dict:
        return {"scene": self.scene, "seed": self.dice.random(), "now": time.time(), **more}

    def _act(self, act: str, fate: Fate = NOTHING) -> None:
        look = self.is_shaken or self.dice.random() < LOOKED_AT_OFTEN
        process = self.crew.take().begin(act, fate=fate, then="look" if look else "", **self._turn())
        outcome = self._outcome(process)
        self.is_shaken = outcome.kind == KILLED
        if outcome.kind == HELD:
            self.standing_still.append(process)
        if process.said:
            self._note(f"{process.said} {self._ended(outcome, fate)}")

    def _outcome(self, process: Process) -> Outcome:
        try:
            outcome = process.outcome()
        except HistoryFailedError:
            self._note(f"{process.said} {process.fate}")
            raise
        self.crew.give_back(process, outcome)
        return outcome

    def _ended(self, outcome: Outcome, fate: Fate) -> str:
        if outcome.kind in (KILLED, HELD):
            self.counts[f"{outcome.kind} {'after' if fate.is_after else 'before'} a {fate.place}"] += 1
            return f"[{fate}]"
        self.counts[outcome.kind] += 1
        return f"[{outcome.kind}] {outcome.note}"

    def _two_at_once(self) -> None:
        """The same thing twice at the same moment: a double click, or two colleagues."""
        both, turn = [self.crew.take(), self.crew.take()], self._turn(together=True)
        said = [process.begin("somebody", **turn).next() for process in both]
        for process, text in zip(both, said, strict=True):
            if not isinstance(text, Outcome):  # it waits for the other one
                process.give()
        ended = []
        for process, text in zip(both, said, strict=True):
            if isinstance(text, Outcome):
                self.crew.give_back(process, text)
            ended.append(text if isinstance(text, Outcome) else self._outcome(process))
        self._note(f"twice at once: {both[0].said} " + " ".join(self._ended(one, NOTHING) for one in ended))
        self.counts["twice at once"] += 1

    def _wake_one(self) -> None:
        process = self.standing_still.pop(self.dice.randrange(len(self.standing_still)))
        process.give()
        outcome = self._outcome(process)
        self._note(f"goes on: {process.said or 'serving a webhook'} [{outcome.kind}] {outcome.note}")

    # --- The world ------------------------------------------------------------------------------------------------------

    def _world(self) -> None:
        name, said = world.anything(self.standin, self.dice)
        if not said:
            return
        self._note(said)
        self.counts[name] += 1
        if self.dice.random() < 0.5:  # the news is often quicker than anything else
            self._news()

    def _bad_day(self) -> None:
        self._note(world.bad_day(self.standin, self.dice))
        self.counts["bad days of the provider"] += 1

    def _news(self) -> None:
        if self.standin.pending():
            self._deliver(losing=self.dice.choice([0, 0, 0.3, 0.6]), twice=0.05, fate=self._fate)

    def _deliver(self, **how) -> None:
        network = Network(self.crew, self.dice, **how)
        self.standin.webhook = network
        try:
            sent = self.standin.deliver_now()
        finally:
            self.standin.webhook = unreachable
        self.standing_still += network.standing_still
        self.is_shaken = self.is_shaken or bool(network.ends[KILLED])
        self.counts.update(f"news {one.kind}" for one in sent)
        self.counts.update({f"{kind} while serving webhooks": network.ends[kind] for kind in (KILLED, HELD)})
        self._note(f"webhooks: {', '.join(f'{one.type} {one.kind} {one.status}' for one in sent)} {dict(network.ends)}")

    def _time(self) -> None:
        wait = self.dice.choices(list(world.WAITS), list(world.WAITS.values()))[0]
        if wait > timedelta(days=3):  # so long nothing stays undelivered, and no day passes without its run
            self._settle()
        self._wait(wait)

    def _wait(self, wait: timedelta) -> None:
        while wait > LONG and self.standing_still:
            self._wake_one()
        clock.put_forward(wait)
        self.standin.tick()
        self._note(f"{wait} pass")

    # --- The end --------------------------------------------------------------------------------------------------------

    def _settle(self) -> None:
        """Everything goes well: all news arrive, and what is to be done daily is done, until nothing moves."""
        while self.standing_still:
            self._wake_one()
        with self.standin.world.lock:
            self.standin.calls.failures.clear()
        for _ in range(ROUNDS):
            if self.standin.deliverer.owed():
                self._deliver()
        if owed := self.standin.deliverer.owed():
            raise HistoryFailedError(f"nobody takes in this news: {owed}")
        self._act("the daily run")

    def _end(self) -> None:
        self._settle()
        self.standin.delivery = Delivery()
        world.settle_disputes(self.standin, self.dice)
        for wait in (timedelta(days=9), timedelta(days=60)):
            self._wait(wait)
            self._settle()
        self._act("pay back")
        self._settle()
        self._wait(timedelta(days=5))  # the bank carries out what is to be paid back
        self._settle()
        witness = self._witness()
        self.crew.ask("the end", **asdict(witness))
        self._count_up(witness)

    def _witness(self) -> Witness:
        kept = {
            name: sums["captured"] - sums["refunded"] - sums["disputed"] for name, sums in self.standin.ledger().items()
        }
        refunds = [
            (one["id"], one["metadata"].get("refund", ""), one["amount"]) for one in self.standin.refunds.values()
        ]
        return Witness(
            kept=kept, refunds=refunds, pages=[one["metadata"]["payment"] for one in self.standin.sessions.values()],
            news=[event["id"] for event in self.standin.events], letters=dict(self.postbox.arrived),
        )  # fmt: skip

    def _count_up(self, witness: Witness) -> None:
        self.counts["refunds at the provider"] += len(witness.refunds)
        self.counts["disputes"] += len(self.standin.disputes)
        self.counts["payment pages"] += len(witness.pages)
        self.counts["letters"] += sum(witness.letters.values())
        self.counts.update(self.crew.ask("count"))


def unreachable(body: bytes, headers: dict[str, str]) -> int:
    return NO_ANSWER
