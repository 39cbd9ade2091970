"""Processes of one step each: forked, watched, killed by their fate, never by accident.

Whoever forks holds no connection to the database and runs no thread that does anything at that moment: the stand-in and
the mail server wait for their next caller. The child leaves by `os._exit`, without its parent's farewells.
"""

import contextlib
import json
import os
import select
import signal
import traceback
import warnings
from collections.abc import Callable
from dataclasses import dataclass, field

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
    """How a step ended, what it said of itself, and what its caller wanted to know."""

    kind: str
    note: str = ""
    value: object = None
    counts: dict[str, int] = field(default_factory=dict)


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
        return json.loads(self._inbox.readline())


class Process:
    """One action in a child: `work` is called with the line to its parent, and `then`, if it lived, looks at the result."""

    def __init__(self, work: Callable[[Line], object], *, fate: Fate = NOTHING, then: Callable | None = None):
        self.fate, self._work, self._then, self.said = fate, work, then, ""
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
        counting = Counting(self.fate, lambda: (line.say(held=True), line.hear()))
        kind, note, value = BROKE, "", None
        try:
            counting.begin()
            kind, note, value = self._carry_out(line)
            counting.is_over = True
            if self._then:
                self._then()
        except BaseException:  # noqa: BLE001 - whatever it is, the history ends with it
            kind, note = BROKE, traceback.format_exc()
        finally:
            connections.close_all()
            line.say(ended={"kind": kind, "note": note, "value": value, "counts": counting.counts})
            os._exit(0)

    def _carry_out(self, line: Line) -> tuple[str, str, object]:
        try:
            return DONE, "", self._work(line)
        except RuleBroken as broken:
            return REFUSED, str(broken.message), None
        except (ProviderUnreachable, ProviderRefused) as error:
            return UNREACHABLE, f"{type(error).__name__}: {error}", None

    # --- In the parent -----------------------------------------------------------------------------------------------

    def give(self, what=None) -> None:
        """Tell it something; nothing in particular to one that stands still and may go on."""
        with contextlib.suppress(BrokenPipeError):  # it was killed meanwhile
            os.write(self._orders, (json.dumps(what) + "\n").encode())

    def next(self):
        """What it says next: a text, or an Outcome once it has ended or stands still.

        Raises HistoryFailedError for one that broke, died by itself or never ends.
        """
        if not select.select([self._messages], [], [], PATIENCE)[0]:
            self.kill()
            raise HistoryFailedError(f"{self.said}: it never ended")
        text = self._messages.readline()
        message = json.loads(text) if text.endswith(b"\n") else {}
        if "said" in message:
            self.said = message["said"]
            return self.said
        if "held" in message:
            return Outcome(HELD)
        return self._ended(message["ended"]) if message else self._died()

    def outcome(self) -> Outcome:
        while not isinstance(found := self.next(), Outcome):
            pass
        return found

    def _ended(self, told: dict) -> Outcome:
        self._bury()
        outcome = Outcome(**told)
        if outcome.kind == BROKE:
            raise HistoryFailedError(f"{self.said}\n{outcome.note}")
        return outcome

    def _died(self) -> Outcome:
        status = self._bury()
        if self.fate.what == KILLED and os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL:
            return Outcome(KILLED)
        raise HistoryFailedError(f"{self.said}: the process ended by itself ({status})")

    def kill(self) -> None:
        os.kill(self.pid, signal.SIGKILL)
        self._bury()

    def _bury(self) -> int:
        self._messages.close()
        os.close(self._orders)
        return os.waitpid(self.pid, 0)[1]


def ask(question: Callable):
    """What a child answers that has a connection to the database."""
    return Process(lambda line: question()).outcome().value
