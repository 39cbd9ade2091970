"""What may become of a process on its way: it is killed, or stands still with the provider's answer in its hand."""

import os
import random
import signal
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import stripe
from django.db import connection

STATEMENT, COMMIT, CALL = "statement", "commit", "call of the provider"
KILLED, HELD = "killed", "held"
MOST_STATEMENTS, MOST_COMMITS = 150, 5
NUMBERS_OF_CALLS = (1, 1, 1, 1, 1, 2, 2, 3)  # a refund, a page: most that matters is asked first


@dataclass(frozen=True)
class Fate:
    """`what` happens before or after the `number`th statement, commit or call of the provider; nothing if it ends before.

    Killed after a commit, a process has not yet begun what it does once the transaction is over: letters, refunds.
    """

    what: str = ""
    place: str = ""
    is_after: bool = False
    number: int = 0

    def __str__(self):
        return f"{self.what} {'after' if self.is_after else 'before'} {self.place} {self.number}" if self.what else ""


NOTHING = Fate()


def killed_somewhere(dice: random.Random) -> Fate:
    place = dice.choices([STATEMENT, COMMIT, CALL], [3, 3, 5])[0]
    number = {
        STATEMENT: lambda: round(MOST_STATEMENTS ** dice.random()),  # early ones are met by every action
        COMMIT: lambda: dice.randint(1, MOST_COMMITS),
        CALL: lambda: dice.choice(NUMBERS_OF_CALLS),
    }[place]()
    return Fate(KILLED, place, dice.random() < 0.5, number)


def held_somewhere(dice: random.Random) -> Fate:
    """Only beside a call of the provider: there no process holds a lock."""
    return Fate(HELD, CALL, dice.random() < 0.8, dice.choice(NUMBERS_OF_CALLS))


class CalledWithALockError(AssertionError):
    """The provider is asked inside a transaction: everybody would wait for the network."""


class Counting:
    """Counts what a process does during a request, and lets its fate come true. Put in place once in a child."""

    def __init__(self, hold: Callable[[], None]):
        self._hold = hold
        self._fate, self._counts = NOTHING, Counter()
        connection.execute_wrappers.append(self._statement)
        self._wrap_commits()
        self._wrap_calls()

    @contextmanager
    def until(self, fate: Fate) -> Iterator[None]:
        self._fate, self._counts = fate, Counter()
        yield
        self._fate = NOTHING

    def _statement(self, execute, sql, params, many, context):
        if _notes_that_a_letter_is_sent(sql):
            return execute(sql, params, many, context)
        with_number = self._before(STATEMENT)
        result = execute(sql, params, many, context)
        self._after(STATEMENT, with_number)
        return result

    def _wrap_commits(self) -> None:
        plain = connection._commit

        def commit():
            number = self._before(COMMIT)
            plain()
            self._after(COMMIT, number)

        connection._commit = commit

    def _wrap_calls(self) -> None:
        plain = stripe.RequestsClient.request

        def request(client, *args, **kwargs):
            if connection.in_atomic_block:
                raise CalledWithALockError(f"{args[:2]}")
            number = self._before(CALL)
            answer = plain(client, *args, **kwargs)
            self._after(CALL, number)
            return answer

        stripe.RequestsClient.request = request

    def _before(self, place: str) -> int:
        self._counts[place] += 1
        self._meet(place, self._counts[place], is_after=False)
        return self._counts[place]

    def _after(self, place: str, number: int) -> None:
        self._meet(place, number, is_after=True)

    def _meet(self, place: str, number: int, *, is_after: bool) -> None:
        fate = self._fate
        if (fate.place, fate.number, fate.is_after) != (place, number, is_after):
            return
        if fate.what == KILLED:
            os.kill(os.getpid(), signal.SIGKILL)
        self._hold()


def _notes_that_a_letter_is_sent(sql: str) -> bool:
    """A sender that dies between the mail server's « 250 OK » and this note cannot know whether the letter went out.

    It is sent again under the same Message-ID, by which mail servers and programs know it for the same letter: nothing
    else can be done on our side, and to lose a letter would be worse. So no process is killed right there.
    """
    return sql.startswith('UPDATE "core_letter"') and '"sent_at" = ' in sql
