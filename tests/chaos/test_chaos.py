"""A few random histories in the plain suite (`make chaos` plays hundreds), and what they find where a rule is taken away."""

import json
import os
import secrets
import subprocess
import sys

import pytest
from django.db import connection

from tests.chaos.__main__ import address_of
from tests.chaos.controls import CONTROLS

HISTORIES = 10
# The run in whose first histories each control fails, the shortest way to see it.
SEED_OF_CONTROLS, HISTORIES_OF_CONTROLS = "k", 20


def play(*arguments) -> list[dict]:
    """What a worker reports, a process of its own in this test's database: see `tests.chaos.worker`."""
    connection.close()
    address = address_of(str(connection.settings_dict["NAME"]))
    command = [sys.executable, "-m", "tests.chaos.worker", *map(str, arguments)]
    done = subprocess.run(command, env={**os.environ, "DATABASE_URL": address}, capture_output=True, text=True)
    assert done.stdout, done.stderr
    return [json.loads(text) for text in done.stdout.splitlines()]


@pytest.mark.django_db(transaction=True)
def test_histories_hold():
    seed = os.environ.get("SEED") or secrets.token_hex(4)
    reports = play(seed, 0, HISTORIES, 1)
    assert [report["failure"] for report in reports] == [""] * HISTORIES, f"played with SEED={seed}"
    assert sum(report["counts"]["orders"] for report in reports) > HISTORIES
    assert (
        sum(number for report in reports for name, number in report["counts"].items() if "killed" in name) > HISTORIES
    )


@pytest.mark.django_db(transaction=True)
def test_histories_fail_where_a_rule_is_taken_away():
    reports = play(SEED_OF_CONTROLS, 0, HISTORIES_OF_CONTROLS, 1, *CONTROLS)
    failures = {report["without"]: report["failure"] for report in reports if report["failure"]}
    assert failures.keys() == CONTROLS.keys()
    for name, words in WORDS.items():
        assert any(word in failures[name] for word in words), failures[name]


WORDS = {
    "books_each_time": ["the ledger knows each payment", "the provider holds"],
    "asks_for_refunds_without_a_key": ["was made 2 times"],
    "gives_before_the_money_is_here": ["GivenUnpaidError"],
    "acts_before_the_commit": ["arrived", "CalledWithALockError"],
}
