"""Every page of this app × every role: who gets in. Buttons are pressed with nothing filled in, so that 302 and 200 mean in."""

import pytest
from django.urls import reverse

from tests.factories import (
    ClubFactory,
    OrganisationFactory,
    PersonFactory,
    administrator,
    coordinator_of,
    member_of,
    reader_of,
)
from tests.members.factories import invitation, join_request, signed_in

pytestmark = pytest.mark.django_db

ROLES = [
    "visitor",
    "person",
    "outsider",
    "reader",
    "elsewhere",
    "contributor",
    "manager",
    "coordinator",
    "administrator",
]
LOGIN = "login"

# One row a page: method, name, what it is about, and one answer per role (in the order above). 200 stands for "in".
DOORS = """
GET  onboarding_page       -            login 200 200 200 200 200 200 200 200
GET  profile_page          -            login 200 200 200 200 200 200 200 200
GET  export_data           -            login 200 200 200 200 200 200 200 200
GET  erase_account         -            login 200 200 200 200 200 200 200 200
GET  privacy_page          -            200   200 200 200 200 200 200 200 200
GET  find_organisation     -            login 200 200 200 200 200 200 200 200
GET  register_organisation -            login 200 200 200 200 200 200 200 200
POST choose_organisation   -            login 404 404 404 404 404 404 404 404
POST choose_club           -            200   200 200 200 200 200 200 200 200
GET  join_request_list     -            login 200 200 200 200 200 200 200 200
GET  ask_to_join           address      login 200 200 200 200 200 200 200 200
GET  invitation_page       token        200   200 200 200 200 200 200 200 200
GET  edit_club             club         login 403 403 403 403 403 403 200 200
GET  organisation_page     listed       200   200 200 200 200 200 200 200 200
GET  update_organisation   listed       login 403 403 403 403 200 200 200 200
GET  team_page             listed       login 403 403 403 403 200 200 200 200
POST invite_colleague      listed       login 403 403 403 403 403 200 403 200
POST leave_organisation    listed       login 404 404 404 404 200 200 404 404
GET  organisation_page     hidden       404   404 404 404 200 404 404 200 200
GET  update_organisation   hidden       login 404 404 404 403 404 404 403 200
GET  team_page             hidden       login 404 404 404 403 404 404 403 200
POST change_role           role         login 404 404 404 404 403 200 403 200
POST remove_role           role         login 404 404 404 404 403 200 403 200
POST revoke_invitation     invitation   login 404 404 404 404 403 200 403 200
POST accept_invitation     invitation   login 404 404 404 404 404 404 404 404
POST answer_join_request   request      login 404 404 404 404 404 200 404 200
"""  # noqa: E501
ROWS = [line.split() for line in DOORS.strip().splitlines()]


@pytest.fixture
def field():
    """A listed organisation with a team, a hidden one, and one person per role."""
    club, listed, hidden = ClubFactory(), OrganisationFactory(), OrganisationFactory(is_listed=False)
    listed.clubs.add(club)
    manager = member_of(listed)
    people = {
        "person": PersonFactory(), "outsider": member_of(OrganisationFactory()), "reader": reader_of(club),
        "elsewhere": coordinator_of(ClubFactory()), "contributor": member_of(listed, level="contributor"),
        "manager": manager, "coordinator": coordinator_of(club), "administrator": administrator(),
    }  # fmt: skip
    arguments = {
        "-": [], "club": [club.slug], "listed": [listed.pk], "hidden": [hidden.pk], "token": ["a-token"],
        "address": [hidden.siret, hidden.kind], "role": [manager.roles.get().pk],
        "invitation": [invitation(listed, "new@example.org").pk],
        "request": [join_request(PersonFactory(), listed).pk],
    }  # fmt: skip
    return people, arguments


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row[1]}-{row[2]}")
def test_door_opens_to_the_right_roles(client, field, row):
    people, arguments = field
    method, name, about, *answers = row
    url = reverse(f"members:{name}", args=arguments[about])
    seen = []
    for role in ROLES:
        client.logout()
        if role != "visitor":
            signed_in(client, people[role])
        response = client.get(url) if method == "GET" else client.post(url)
        to_login = response.status_code == 302 and response.url.startswith(reverse("account_login"))
        seen.append(LOGIN if to_login else "200" if response.status_code == 302 else str(response.status_code))
    assert dict(zip(ROLES, seen, strict=True)) == dict(zip(ROLES, answers, strict=True))
