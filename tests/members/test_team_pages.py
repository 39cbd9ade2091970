import pytest
from django.urls import reverse

from members.actions.teams import hash_of
from members.enums import RequestStatus, RoleLevel
from members.models import Invitation, JoinRequest
from tests.factories import (
    ClubFactory,
    OrganisationFactory,
    PersonFactory,
    administrator,
    coordinator_of,
    member_of,
)
from tests.members.factories import invitation, join_request, signed_in

pytestmark = pytest.mark.django_db


def team_of(client, organisation):
    return client.get(reverse("members:team_page", args=[organisation.pk]))


def answer(client, request, **data):
    return client.post(reverse("members:answer_join_request", args=[request.pk]), data)


# --- Who sees and changes a team


def test_team_is_seen_by_its_people_and_its_clubs_coordinators_only(client):
    organisation, club = OrganisationFactory(), ClubFactory()
    organisation.clubs.add(club)
    insiders = member_of(organisation, level="contributor"), coordinator_of(club), administrator()
    for person in insiders:
        assert team_of(signed_in(client, person), organisation).status_code == 200
    for person in (member_of(OrganisationFactory()), coordinator_of(ClubFactory())):
        assert team_of(signed_in(client, person), organisation).status_code == 403
    hidden = OrganisationFactory(is_listed=False)
    assert team_of(signed_in(client, PersonFactory()), hidden).status_code == 404


def test_team_page_has_the_same_query_count_for_one_and_three(client, django_assert_max_num_queries):
    organisation = OrganisationFactory()
    signed_in(client, member_of(organisation))
    counts = []
    for number in (1, 2):
        for n in range(number):
            member_of(organisation, level="contributor")
            join_request(PersonFactory(), organisation)
            invitation(organisation, f"{number}{n}@example.org", f"{number}{n}")
        with django_assert_max_num_queries(25) as seen:
            team_of(client, organisation)
        counts.append(len(seen))
    assert counts[0] == counts[1]


def test_team_is_changed_by_managers_not_by_contributors(client):
    organisation = OrganisationFactory()
    manager, contributor = member_of(organisation), member_of(organisation, level="contributor")
    role = contributor.roles.get()
    change, remove = (reverse(f"members:{verb}_role", args=[role.pk]) for verb in ("change", "remove"))
    signed_in(client, contributor)
    assert client.post(change, {"level": "manager"}).status_code == 403
    assert (
        client.post(reverse("members:invite_colleague", args=[organisation.pk]), {"email": "a@b.fr"}).status_code == 403
    )
    signed_in(client, manager)
    client.post(change, {"level": "boss"})
    role.refresh_from_db()
    assert role.level == RoleLevel.CONTRIBUTOR
    client.post(change, {"level": "manager"})
    role.refresh_from_db()
    assert role.level == RoleLevel.MANAGER
    client.post(remove)
    assert not contributor.roles.exists()


@pytest.mark.parametrize("verb", ["change_role", "remove_role", "revoke_invitation", "answer_join_request"])
def test_team_of_another_organisation_answers_404(client, verb):
    theirs = OrganisationFactory()
    role = member_of(theirs).roles.get()
    things = {
        "change_role": role, "remove_role": role, "revoke_invitation": invitation(theirs, "a@example.org"),
        "answer_join_request": join_request(PersonFactory(), theirs),
    }  # fmt: skip
    signed_in(client, member_of(OrganisationFactory()))
    url = reverse(f"members:{verb}", args=[things[verb].pk])
    assert client.post(url, {"level": "contributor", "answer": "accepted"}).status_code == 404
    assert client.get(url).status_code == 405
    assert theirs.roles.get().level == RoleLevel.MANAGER
    assert JoinRequest.objects.pending().count() == 1 and Invitation.objects.open().count() == 1


def test_last_manager_who_leaves_is_told_why_not(client):
    organisation = OrganisationFactory()
    manager = member_of(organisation)
    response = signed_in(client, manager).post(
        reverse("members:leave_organisation", args=[organisation.pk]), follow=True
    )
    assert "notice-bad" in response.content.decode()
    assert organisation.roles.exists()
    assert client.post(reverse("members:leave_organisation", args=[OrganisationFactory().pk])).status_code == 404


# --- Requests


def test_join_request_goes_from_the_form_to_the_managers_answer(client):
    organisation, person = OrganisationFactory(is_listed=False), PersonFactory()
    manager = member_of(organisation)
    url = reverse("members:ask_to_join", args=[organisation.siret, organisation.kind])
    assert signed_in(client, person).post(url, {"message": "I run the workshop"}).status_code == 302
    request = JoinRequest.objects.get()
    again = client.post(url, {"message": "Please"})
    assert again.status_code == 200 and again.context["form"]["message"].value() == "Please"
    assert again.context["form"].non_field_errors()
    page = team_of(signed_in(client, manager), organisation).content.decode()
    assert "I run the workshop" in page
    answer(client, request, answer="accepted")
    assert person.roles.get().organisation == organisation


def test_join_request_without_an_answer_changes_nothing(client):
    organisation = OrganisationFactory()
    request = join_request(PersonFactory(), organisation)
    signed_in(client, member_of(organisation))
    answer(client, request, answer="perhaps")
    request.refresh_from_db()
    assert request.status == RequestStatus.PENDING
    answer(client, request, answer="refused", reason="Not one of us")
    request.refresh_from_db()
    assert request.status == RequestStatus.REFUSED


def test_join_request_is_not_answered_by_the_one_who_asked(client):
    person = PersonFactory()
    request = join_request(person, OrganisationFactory())
    assert answer(signed_in(client, person), request, answer="accepted").status_code == 403
    assert not person.roles.exists()


def test_join_request_to_an_orphan_is_answered_by_its_clubs_coordinator(client):
    club, orphan = ClubFactory(), OrganisationFactory()
    orphan.clubs.add(club)
    request = join_request(PersonFactory(), orphan)
    listing = reverse("members:join_request_list")
    assert not list(signed_in(client, coordinator_of(ClubFactory())).get(listing).context["page"])
    assert answer(client, request, answer="accepted").status_code == 404
    signed_in(client, coordinator_of(club))
    assert list(client.get(listing).context["page"]) == [request]
    answer(client, request, answer="accepted")
    assert orphan.roles.get().level == RoleLevel.MANAGER


def test_join_request_to_a_managed_organisation_is_not_the_coordinators_affair(client):
    club, managed = ClubFactory(), OrganisationFactory()
    managed.clubs.add(club)
    member_of(managed)
    request = join_request(PersonFactory(), managed)
    assert answer(signed_in(client, coordinator_of(club)), request, answer="accepted").status_code == 404


def test_join_request_list_has_the_same_query_count_for_one_and_three(client, django_assert_max_num_queries):
    organisation, counts = OrganisationFactory(), []
    signed_in(client, member_of(organisation))
    for number in (1, 2):
        for _ in range(number):
            join_request(PersonFactory(), organisation)
        with django_assert_max_num_queries(20) as seen:
            client.get(reverse("members:join_request_list"))
        counts.append(len(seen))
    assert counts[0] == counts[1]


# --- Invitations


def test_invitation_refused_keeps_the_address_typed_and_says_why(client):
    organisation = OrganisationFactory()
    manager, colleague = member_of(organisation), member_of(organisation)
    url = reverse("members:invite_colleague", args=[organisation.pk])
    response = signed_in(client, manager).post(url, {"email": colleague.email, "level": "contributor"})
    assert response.status_code == 200
    assert response.context["form"].errors["email"]
    assert response.context["form"]["email"].value() == colleague.email
    assert client.post(url, {"email": "no address", "level": "contributor"}).context["form"].errors["email"]
    assert not Invitation.objects.exists()


def test_orphan_gets_its_first_manager_by_its_coordinators_invitation(client):
    club, orphan, person = ClubFactory(), OrganisationFactory(), PersonFactory()
    orphan.clubs.add(club)
    url = reverse("members:invite_colleague", args=[orphan.pk])
    signed_in(client, coordinator_of(club)).post(url, {"email": person.email, "level": "contributor"})
    sent = Invitation.objects.get()
    signed_in(client, person).post(reverse("members:accept_invitation", args=[sent.pk]))
    assert orphan.roles.get().level == RoleLevel.MANAGER


def test_invitation_page_writes_nothing_when_opened(client):
    person = PersonFactory()
    sent = invitation(OrganisationFactory(), person.email)
    url = reverse("members:invitation_page", args=["a-token"])
    assert client.get(url).status_code == 200
    assert signed_in(client, person).get(url).context["can_accept"]
    sent.refresh_from_db()
    assert sent.accepted_at is None and not person.roles.exists()


def test_invitation_link_that_is_used_withdrawn_expired_or_unknown_says_so(client):
    organisation, person = OrganisationFactory(), PersonFactory()
    url = reverse("members:invitation_page", args=["a-token"])
    assert client.get(url).status_code == 404
    sent = invitation(organisation, person.email)
    accept = reverse("members:accept_invitation", args=[sent.pk])
    assert signed_in(client, person).post(accept).status_code == 302
    assert client.get(url).status_code == 410
    client.logout()
    for token, fields in (("old", {"expires_at": sent.created_at}), ("gone", {"revoked_at": sent.created_at})):
        invitation(organisation, f"{token}@example.org", token, **fields)
        page = client.get(reverse("members:invitation_page", args=[token]))
        assert page.status_code == 410
        assert client.post(reverse("members:invitation_page", args=[token])).status_code == 410


def test_invitation_reused_gives_no_second_role_and_says_so(client):
    person = PersonFactory()
    sent = invitation(OrganisationFactory(), person.email)
    accept = reverse("members:accept_invitation", args=[sent.pk])
    signed_in(client, person).post(accept)
    response = client.post(accept, follow=True)
    assert "notice-bad" in response.content.decode()
    assert person.roles.count() == 1


def test_invitation_of_somebody_else_is_neither_shown_as_mine_nor_accepted(client):
    sent = invitation(OrganisationFactory(), "other@example.org")
    signed_in(client, PersonFactory())
    page = client.get(reverse("members:invitation_page", args=["a-token"]))
    assert not page.context["can_accept"]
    assert client.post(reverse("members:accept_invitation", args=[sent.pk])).status_code == 404


def test_invitation_link_holds_what_the_row_hashes():
    assert hash_of("a-token") != hash_of("another") and len(hash_of("a-token")) == 64
