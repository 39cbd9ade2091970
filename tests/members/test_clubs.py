import pytest
from django.urls import reverse

from core.pages import history_of
from members.clubs import current_club
from tests.factories import ClubFactory, OrganisationFactory, administrator, coordinator_of, member_of, reader_of
from tests.members.factories import picture, signed_in

pytestmark = pytest.mark.django_db

PAGE = {
    "lead": "Meet", "description": "", "colour": "#123456", "objective": "60", "stretch_objective": "90",
    "email": "c@example.org",
}  # fmt: skip


def edit(client, club, **changes):
    return client.post(reverse("members:edit_club", args=[club.slug]), {**PAGE, **changes})


def test_club_page_is_changed_by_its_coordinators(client):
    club = ClubFactory()
    assert edit(signed_in(client, coordinator_of(club)), club, logo=picture()).status_code == 302
    club.refresh_from_db()
    assert (club.lead, club.objective, club.colour) == ("Meet", 60, "#123456")
    assert club.logo.name.endswith(".webp")
    assert history_of(club)[0].code == "members.club.edited"
    assert edit(client, club).status_code == 302
    assert history_of(club).count() == 1  # the same again is no change


@pytest.mark.parametrize(
    ("changes", "field"),
    [({"colour": "green"}, "colour"), ({"objective": "-1"}, "objective"), ({"email": "here"}, "email")],
)
def test_club_page_with_bad_input_says_so_at_the_field(client, changes, field):
    club = ClubFactory()
    response = edit(signed_in(client, coordinator_of(club)), club, **changes)
    assert list(response.context["form"].errors) == [field]
    assert response.context["form"]["lead"].value() == "Meet"
    club.refresh_from_db()
    assert club.lead == ""


def test_club_page_refuses_a_stretch_objective_below_the_objective(client):
    club = ClubFactory()
    response = edit(signed_in(client, coordinator_of(club)), club, stretch_objective="10")
    assert response.status_code == 200 and response.context["form"].errors


def test_club_page_is_not_changed_by_others(client):
    club = ClubFactory()
    others = coordinator_of(ClubFactory()), reader_of(club), member_of(OrganisationFactory())
    for person in others:
        assert edit(signed_in(client, person), club).status_code == 403
    assert edit(signed_in(client, administrator()), club).status_code == 302


def current(rf, path="/", **session):
    request = rf.get(path)
    request.session = session
    return current_club(request)


def test_current_club_is_the_only_one_or_the_one_chosen(rf):
    only = ClubFactory()
    assert current(rf) == only
    other = ClubFactory()
    assert current(rf) is None
    assert current(rf, club=other.slug) == other
    assert current(rf, f"/?club={only.slug}", club=other.slug) == only
    assert current(rf, "/?club=unknown", club="gone") is None
