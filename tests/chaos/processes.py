"""Processes that act one request after the other, as a web server's do, until their fate kills them or nobody asks.

Whoever forks holds no connection to the database and runs no thread that does anything at that moment: the stand-in and
the mail server wait for their next caller. A child leaves by `os._exit`, without its parent's farewells.
"""

import contextlib
import gc
import json
import os
import select
import signal
import traceback
import warnings
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass

from django.db import connections

from billing.provider import ProviderRefused, ProviderUnreachable
from core.errors import RuleBroken
from tests.chaos.fates import HELD, KILLED, NOTHING, Counting, Fate

DONE, REFUSED, UNREACHABLE, BROKE = "done", "refused", "provider unreachable", "broke"
PATIENCE = 60  # seconds: longer than any wait for a lock


class HistoryFailedError(AssertionError):
    """Something does not hold."""


@dataclass
class Outcome:
    """How a request ended, what is to be said of it, and its answer."""

    kind: str
    note: str = ""
    value: object = None


class Line:
    """A child's line to its parent: what it says, and what it is told, a JSON text a line."""

    def __init__(self, write: int, read: int):
        self._write, self._inbox = write, os.fdopen(read, "rb", buffering=0)

    def say(self, **what) -> None:
        os.write(self._write, (json.dumps(what) + "\n").encode())

    def tell(self, text: str) -> None:
        """What the process is about to do, for the list of steps."""
        self.say(said=text)

    def hear(self):
        """None once nobody asks any more."""
        return json.loads(self._inbox.readline() or "null")


class Process:
    """A child that knows these acts by name; each is called with its line and the arguments of the request."""

    def __init__(self, acts: Mapping[str, Callable]):
        self._acts, self.said, self.fate = acts, "", NOTHING
        if any(one.connection is not None for one in connections.all(initialized_only=True)):
            raise RuntimeError("A process that forks holds no connection.")
        (read, write), (inbox, self._orders) = os.pipe(), os.pipe()
        with warnings.catch_warnings():  # Python 3.12 warns of threads: those we have are asleep, see above
            warnings.simplefilter("ignore", DeprecationWarning)
            self.pid = os.fork()
        if not self.pid:
            os.close(read)
            os.close(self._orders)
            self._live(Line(write, inbox))
        os.close(write)
        os.close(inbox)
        self._messages = os.fdopen(read, "rb", buffering=0)

    # --- In the child ------------------------------------------------------------------------------------------------

    def _live(self, line: Line) -> None:
        """Never returns."""
        gc.disable()  # it would only copy what is shared
        try:
            counting = Counting(lambda: (line.say(held=True), line.hear()))
            while request := line.hear():
                line.say(ended=asdict(self._answer(line, counting, **request)))
        finally:
            os._exit(0)

    def _answer(self, line: Line, counting: Counting, act: str, fate: dict, then: str, arguments: dict) -> Outcome:
        try:
            with counting.until(Fate(**fate)):
                outcome = self._carry_out(line, act, arguments)
            if then:
                self._acts[then](line)
        except BaseException:  # noqa: BLE001 - whatever it is, the history ends with it
            return Outcome(BROKE, traceback.format_exc())
        return outcome

    def _carry_out(self, line: Line, act: str, arguments: dict) -> Outcome:
        try:
            return Outcome(DONE, value=self._acts[act](line, **arguments))
        except RuleBroken as broken:
            return Outcome(REFUSED, str(broken.message))
        except (ProviderUnreachable, ProviderRefused) as error:
            return Outcome(UNREACHABLE, f"{type(error).__name__}: {error}")

    # --- In the parent -----------------------------------------------------------------------------------------------

    def begin(self, act: str, *, fate: Fate = NOTHING, then: str = "", **arguments) -> "Process":
        """Ask it for something. `then` is an act that looks whether all is well, once it is done."""
        self.fate, self.said = fate, ""
        self.give({"act": act, "fate": asdict(fate), "then": then, "arguments": arguments})
        return self

    def give(self, what=None) -> None:
        """Tell it something; nothing in particular to one that stands still and may go on."""
        os.write(self._orders, (json.dumps(what) + "\n").encode())

    def next(self):
        """What it says next: a text, or an Outcome once it has answered, stands still or was killed.

        Raises HistoryFailedError for one that broke, died by itself or does not answer.
        """
        if not select.select([self._messages], [], [], PATIENCE)[0]:
            raise HistoryFailedError(f"{self.said}: no answer")
        text = self._messages.readline()
        message = json.loads(text) if text.endswith(b"\n") else {}
        if "said" in message:
            self.said = message["said"]
            return self.said
        if "held" in message:
            return Outcome(HELD)
        return self._ended(Outcome(**message["ended"])) if message else self._died()

    def outcome(self) -> Outcome:
        while not isinstance(found := self.next(), Outcome):
            pass
        return found

    def _ended(self, outcome: Outcome) -> Outcome:
        if outcome.kind == BROKE:
            raise HistoryFailedError(f"{self.said}\n{outcome.note}")
        return outcome

    def _died(self) -> Outcome:
        status = self._bury()
        if self.fate.what == KILLED and os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL:
            return Outcome(KILLED)
        raise HistoryFailedError(f"{self.said}: the process ended by itself ({status})")

    def kill(self) -> None:
        if not self._messages.closed:
            os.kill(self.pid, signal.SIGKILL)
            self._bury()

    def _bury(self) -> int:
        self._messages.close()
        os.close(self._orders)
        return os.waitpid(self.pid, 0)[1]


class Crew:
    """The processes of a history: taken for a request, given back if they are alive and free, begun anew if need be."""

    def __init__(self, acts: Mapping[str, Callable]):
        self._acts = acts
        self._free: list[Process] = []
        self._all: list[Process] = []

    def take(self) -> Process:
        if self._free:
            return self._free.pop()
        process = Process(self._acts)
        self._all.append(process)
        return process

    def give_back(self, process: Process, outcome: Outcome) -> None:
        if outcome.kind not in (KILLED, HELD):
            self._free.append(process)

    def ask(self, act: str, **arguments):
        """The answer of an act to which nothing happens."""
        process = self.take().begin(act, **arguments)
        outcome = process.outcome()
        self.give_back(process, outcome)
        return outcome.value

    def dismiss(self) -> None:
        with contextlib.suppress(ProcessLookupError):
            for process in self._all:
                process.kill()
