"""The one clock of a history: everything in its process follows it, and a child takes it along when it is forked."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

import time_machine

_running: list[time_machine.Traveller] = []


@contextmanager
def beginning(moment: datetime) -> Iterator[None]:
    with time_machine.travel(moment, tick=True) as coordinates:
        _running.append(coordinates)
        try:
            yield
        finally:
            _running.remove(coordinates)


def put_forward(wait: timedelta) -> None:
    _running[-1].shift(wait)


def set_to(now: float) -> None:
    """The time of whoever asks: theirs may have been put forward since this process began."""
    _running[-1].move_to(now)
