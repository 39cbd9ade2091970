"""The rights of every address × role × answer stand in `access.txt`; whoever changes one, changes the table.

    pytest tests/house/test_access.py --write-access

writes the table anew from what the addresses answer. READ THE DIFFERENCE BEFORE COMMITTING: it is the change of rights.
What is not closed by a reason of its own is closed (design: « Who may do what »).

The roles are those of `tests/house/things.py`; things belong to the manager's company, offers to the structure. The answers:

    ok      a page, a file, or a redirect that does not ask to sign in (also a form that comes back with mistakes)
    login   sign in first
    403     seen, but not allowed
    404     does not exist for this role
"""

from pathlib import Path

import pytest
from django.db import transaction
from django.urls import reverse

from members.rights import rights_of
from memberships.models import Term
from tests.house import addresses
from tests.house.things import ROLES, person_of
from tests.house.visiting import Visit

TABLE = Path(__file__).with_name("access.txt")
HEAD = "# Written by: pytest tests/house/test_access.py --write-access (see there). The difference is the change of rights.\n"
pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def answers(visited) -> dict[tuple[str, str], dict[str, str]]:
    """(address, method) → role → answer."""
    found: dict[tuple[str, str], dict[str, str]] = {}
    for answer in visited.answers:
        found.setdefault((answer.call.label, answer.method), {})[answer.role] = answer.word
    return found


@pytest.fixture(scope="module")
def visits(things, django_db_blocker):
    with django_db_blocker.unblock(), transaction.atomic():
        yield {role: Visit(role) for role in ROLES}
        transaction.set_rollback(True)


def read_table() -> dict[tuple[str, str], dict[str, str]]:
    lines = [line.split() for line in TABLE.read_text().splitlines() if line.strip() and not line.startswith("#")]
    return {(line[0], line[1]): dict(zip(ROLES, line[2:], strict=True)) for line in lines[1:]}


def write_table(answers: dict[tuple[str, str], dict[str, str]]) -> None:
    rows = [("address", "method", *ROLES), *((*key, *row.values()) for key, row in answers.items())]
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines, app = [HEAD], ""
    for row in rows:
        if row[0].partition(":")[0] != app and ":" in row[0]:
            app = row[0].partition(":")[0]
            lines.append("\n")
        lines.append("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() + "\n")
    TABLE.write_text("".join(lines))


def test_every_address_answers_every_role_as_the_table_says(answers, pytestconfig):
    if pytestconfig.getoption("write_access"):
        write_table(answers)
    table = read_table()
    differences = [
        f"{name} {method} as {role}: {answers[name, method][role]}, the table says {expected}"
        for (name, method), row in table.items()
        if (name, method) in answers
        for role, expected in row.items()
        if answers[name, method][role] != expected
    ]
    differences += [f"{name} {method} is missing from the table" for name, method in answers.keys() - table.keys()]
    differences += [f"{name} {method} does not exist" for name, method in table.keys() - answers.keys()]
    assert not differences, "\n".join(sorted(differences))


def test_no_address_breaks(answers):
    broken = [
        f"{name} {method} as {role}: {answer}"
        for (name, method), row in answers.items()
        for role, answer in row.items()
        if answer not in {"ok", "login", "403", "404"}
    ]
    assert not broken, "\n".join(broken)


def test_table_holds_every_address_of_ours():
    named = {name.partition("/")[0] for name, _method in read_table()}
    assert named == set(addresses.names())


def test_addresses_left_out_belong_to_packages_that_are_there():
    left_out = [name for name in addresses.all_names() if not addresses.is_ours(name)]
    assert [begin for begin in addresses.NOT_OURS if not any(name.startswith(begin) for name in left_out)] == []


def test_roles_of_the_table_are_what_they_are_called(things):
    rights = {role: rights_of(person_of(role)) for role in ROLES if role != "visitor"}
    assert rights["contributor"].organisation_id == rights["manager"].organisation_id == things.company.pk
    assert not rights["contributor"].managed_organisation_ids and rights["manager"].manages(things.company.pk)
    assert rights["structure"].manages(things.structure.pk)
    assert Term.objects.filter(organisation=rights["stranger"].organisation_id, club=things.club).exists()
    assert rights["coordinator"].coordinates(things.club.pk) and not rights["neighbour"].coordinates(things.club.pk)
    assert rights["neighbour"].is_coordinator and rights["administrator"].is_administrator
    assert rights["reader"].reads(things.club.pk) and not rights["reader"].is_coordinator
    for role in ("newcomer", "reception"):
        assert not rights[role].organisation_ids and not rights[role].is_reader


ADMIN_PAGES = ["admin:index", "admin:members_person_changelist", "admin:core_letter_changelist"]


@pytest.mark.parametrize("name", ADMIN_PAGES)
def test_administration_is_closed_to_all_but_administrators(visits, name):
    found = {role: visit.ask("GET", reverse(name)) for role, visit in visits.items()}
    assert {role for role, response in found.items() if response.status_code == 200} == {"administrator"}
    # Those who are signed in are sent to the administration's own sign-in, which they may not open either.
    refused = {
        role: response["Location"] for role, response in found.items() if role not in ("administrator", "visitor")
    }
    assert {visits[role].answer("GET", url) for role, url in refused.items()} == {"403"}
    assert visits["visitor"].client.get(reverse(name), follow=True).request["PATH_INFO"] == reverse("account_login")


@pytest.mark.parametrize(
    "name",
    [
        "account_email", "account_change_password", "account_set_password", "account_reauthenticate", "mfa_index",
        "mfa_activate_totp", "mfa_deactivate_totp", "mfa_reauthenticate", "mfa_view_recovery_codes",
        "mfa_generate_recovery_codes", "mfa_download_recovery_codes",
    ],
)  # fmt: skip
def test_pages_of_an_account_ask_to_sign_in(visits, name):
    assert visits["visitor"].answer("GET", reverse(name)) == "login"
