"""A small crowd in the plain suite (`make crowd` plays a large one), and what it does once the lock is taken away."""

import os
import secrets

import pytest
from django.db import connection

from tests.chaos.__main__ import address_of
from tests.crowd.__main__ import a_round, use

OPERATIONS, PROCESSES = 90, 3

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def address(monkeypatch):
    """The crowd's processes look at this test's database."""
    monkeypatch.setenv("DATABASE_URL", os.environ.get("DATABASE_URL", "sqlite://"))
    use(address_of(str(connection.settings_dict["NAME"])))


def test_a_crowd_keeps_every_promise():
    seed = os.environ.get("SEED") or secrets.token_hex(4)
    done, faults = a_round(seed, OPERATIONS, processes=PROCESSES)
    assert faults == [], f"played with SEED={seed}"
    assert done.total() >= OPERATIONS and done["register"] > OPERATIONS / 10


def test_the_same_crowd_goes_wrong_without_the_lock():
    _done, faults = a_round("control", OPERATIONS, processes=PROCESSES, unlocked=True)
    expected = "OperationalError" if connection.vendor == "sqlite" else "more "  # seats than there are, people than may
    assert any(fault.startswith(expected) for fault in faults)
