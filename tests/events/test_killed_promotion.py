"""A process is killed in the midst of a promotion round: nothing of the round stays, and the next one serves each group once.

A real process and a real SIGKILL, at each offer that it writes and right before its commit.
"""

import os
import signal
import subprocess
import sys
from collections import Counter

import pytest
from django.db import connection

from core.models import HistoryEntry, Letter
from events.actions import promote_waiting
from events.enums import PlaceStatus
from events.models import Event
from tests.chaos.__main__ import address_of
from tests.events.factories import EventFactory, register

pytestmark = pytest.mark.django_db(transaction=True)

GROUPS = 3
DYING = """
import os, signal, django
django.setup()
from django.db import connection
from events.actions import promotion, promote_waiting
from events.models import Event

def die():
    os.kill(os.getpid(), signal.SIGKILL)

write, written = promotion.write_offered, []

def write_and_die(registration, places):
    write(registration, places)
    written.append(registration)
    if len(written) == {at}:
        die()

promotion.write_offered = write_and_die
if not {at}:
    connection.ensure_connection()
    connection.commit = connection._commit = die
promote_waiting(Event.objects.get(pk={event}))
"""


def promote_and_die(event: Event, at: int) -> int:
    """In a process of its own, which kills itself at its offer number `at`; 0: at the commit. Returns how it ended."""
    address = address_of(str(connection.settings_dict["NAME"]))
    environment = {**os.environ, "DATABASE_URL": address, "DJANGO_SETTINGS_MODULE": "tests.settings"}
    code = DYING.format(at=at, event=event.pk)
    return subprocess.run([sys.executable, "-c", code], env=environment, check=False, capture_output=True).returncode


def offers() -> Counter:
    return Counter(Letter.objects.filter(code="events.place_offered").values_list("to_email", flat=True))


@pytest.mark.parametrize("at", [1, 2, GROUPS, 0])
def test_round_that_a_killed_process_began_is_as_if_it_had_never_been(at, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", os.environ.get("DATABASE_URL", "sqlite://"))
    event = EventFactory(capacity=2)
    register(event, 2)
    waiting = [register(event, 2) for _ in range(GROUPS)]
    Event.objects.filter(pk=event.pk).update(capacity=2 + 2 * GROUPS)
    lines = HistoryEntry.objects.count()
    assert promote_and_die(event, at) == -signal.SIGKILL
    statuses = {one.pk: set(one.places.values_list("status", flat=True)) for one in waiting}
    assert statuses == {one.pk: {PlaceStatus.WAITING} for one in waiting}
    assert offers() == Counter() and HistoryEntry.objects.count() == lines
    assert len(promote_waiting(Event.objects.get(pk=event.pk))) == 2 * GROUPS
    assert promote_waiting(Event.objects.get(pk=event.pk)) == []
    assert sorted(offers().values()) == [1] * (2 * GROUPS), "one offer to each, however often somebody tried"
    assert event.places.seated().count() == 2 + 2 * GROUPS
