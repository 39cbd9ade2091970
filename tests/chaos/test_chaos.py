"""A few random histories in the plain suite (`make chaos` plays hundreds), and what they find where a rule is taken away."""

import os
import secrets

import pytest
from django.db import connection

from tests.chaos.__main__ import address_of, reports

HISTORIES = 6
# Taken away one at a time: nearly every history shows it. `make chaos` takes away others, which show later.
SHOWN_SOON = {
    "books_each_time": ["the ledger knows each payment", "the provider holds"],
    "gives_before_the_money_is_here": ["GivenUnpaidError", "nothing is given unpaid"],
}

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def address():
    """This test's database, for a worker: nobody else may hold it open."""
    connection.close()
    return address_of(str(connection.settings_dict["NAME"]))


def test_histories_hold(address):
    seed = os.environ.get("SEED") or secrets.token_hex(4)
    played = list(reports(address, seed, range(HISTORIES)))
    assert [report["failure"] for report in played] == [""] * HISTORIES, f"played with SEED={seed}"
    counts = [report["counts"] for report in played]
    assert sum(one["orders"] for one in counts) > HISTORIES
    assert sum(number for one in counts for name, number in one.items() if name.startswith("killed")) > HISTORIES


def test_histories_fail_where_a_rule_is_taken_away(address):
    played = list(reports(address, "control", range(30), *SHOWN_SOON))
    failures = {report["without"]: report["failure"] for report in played if report["failure"]}
    assert failures.keys() == SHOWN_SOON.keys()
    for rule, words in SHOWN_SOON.items():
        assert any(word in failures[rule] for word in words), failures[rule]
