"""A team has no more people than the apps above allow: here a made-up limit of two."""

import pytest
from django.urls import reverse

from core.errors import RuleBroken
from members import team_size
from members.actions import organisations, teams
from members.enums import RequestStatus, RoleLevel
from members.models import Invitation, JoinRequest, Organisation, Person
from tests.factories import OrganisationFactory, PersonFactory, administrator, member_of, siret
from tests.members.factories import invitation, join_request, signed_in
from tests.racing import said_at_once


def two_at_most(organisation: Organisation) -> None:
    if organisation.roles.count() >= 2:
        raise RuleBroken("Two people at most.")


@pytest.fixture(autouse=True)
def _two_at_most(monkeypatch):
    monkeypatch.setattr(team_size, "_checks", {})
    team_size.register("test", two_at_most)


@pytest.mark.django_db
def test_team_with_room_takes_a_colleague_and_not_one_more():
    organisation, person, late = OrganisationFactory(), PersonFactory(), PersonFactory()
    manager = member_of(organisation)
    teams.accept_join_request(join_request(person, organisation), by=manager)
    request = join_request(late, organisation)
    with pytest.raises(RuleBroken, match="Two people"):
        teams.accept_join_request(request, by=manager)
    request.refresh_from_db()
    assert request.status == RequestStatus.PENDING
    assert set(organisation.roles.values_list("person", flat=True)) == {manager.pk, person.pk}


@pytest.mark.django_db
def test_full_team_takes_no_invited_colleague_and_the_invitation_stays_good():
    organisation, person = OrganisationFactory(), PersonFactory()
    sent = invitation(organisation, person.email)
    member_of(organisation)
    second = member_of(organisation)
    with pytest.raises(RuleBroken, match="Two people"):
        teams.accept_invitation(sent, by=person)
    assert not person.roles.exists()
    teams.leave_organisation(organisation, by=second)
    assert teams.accept_invitation(sent, by=person).organisation == organisation


@pytest.mark.django_db
def test_full_team_invites_nobody_in_vain(client):
    organisation = OrganisationFactory()
    manager, _colleague = member_of(organisation), member_of(organisation)
    url = reverse("members:invite_colleague", args=[organisation.pk])
    page = signed_in(client, manager).post(url, {"email": "new@example.org", "level": RoleLevel.CONTRIBUTOR})
    assert page.context["form"].non_field_errors() == ["Two people at most."]
    assert page.context["form"]["email"].value() == "new@example.org"
    assert not Invitation.objects.exists()


@pytest.mark.django_db
def test_invitations_that_wait_take_no_room():
    organisation = OrganisationFactory()
    manager = member_of(organisation)
    for number in range(3):
        teams.invite_colleague(organisation, by=manager, email=f"{number}@example.org", level=RoleLevel.CONTRIBUTOR)
    assert Invitation.objects.open().count() == 3


@pytest.mark.django_db
def test_first_manager_comes_in_whatever_the_limit():
    def nobody(organisation):
        raise RuleBroken("Nobody.")

    team_size.register("test", nobody)
    described, orphan, other = PersonFactory(), OrganisationFactory(), OrganisationFactory()
    organisations.register_organisation(by=described, kind="company", siret=siret(9), name="Neuve")
    teams.accept_join_request(join_request(PersonFactory(), orphan), by=administrator())
    sent = teams.invite_colleague(other, by=administrator(), email="first@example.org", level=RoleLevel.MANAGER)
    teams.accept_invitation(sent, by=PersonFactory(email="first@example.org"))
    assert orphan.roles.get().level == other.roles.get().level == RoleLevel.MANAGER
    with pytest.raises(RuleBroken, match="Nobody"):
        team_size.check_room(orphan)


@pytest.mark.django_db
def test_colleague_who_is_there_already_takes_no_more_room():
    organisation = OrganisationFactory()
    member_of(organisation)
    colleague = member_of(organisation, level=RoleLevel.CONTRIBUTOR)
    sent = invitation(organisation, colleague.email, level=RoleLevel.MANAGER)
    assert teams.accept_invitation(sent, by=colleague).level == RoleLevel.MANAGER


@pytest.mark.django_db
def test_every_limit_is_asked_and_the_first_that_is_reached_speaks():
    def one_at_most(organisation):
        if organisation.roles.count() >= 1:
            raise RuleBroken("One at most.")

    organisation = OrganisationFactory()
    member_of(organisation)
    team_size.check_room(organisation)
    team_size.register("other", one_at_most)
    with pytest.raises(RuleBroken, match="One at most"):
        team_size.check_room(organisation)


@pytest.mark.django_db(transaction=True)
def test_last_room_is_taken_once_when_two_are_accepted_at_once():
    organisation = OrganisationFactory()
    manager = member_of(organisation)
    requests = [join_request(PersonFactory(), organisation) for _ in range(2)]
    accepting = [
        lambda pk=request.pk: teams.accept_join_request(
            JoinRequest.objects.get(pk=pk), by=Person.objects.get(pk=manager.pk)
        )
        for request in requests
    ]
    assert said_at_once(*accepting) == ["done", "refused"]
    assert organisation.roles.count() == 2
    assert JoinRequest.objects.pending().count() == 1


@pytest.mark.django_db(transaction=True)
def test_last_room_is_taken_once_by_a_request_or_by_an_invitation():
    organisation = OrganisationFactory()
    manager, asking, invited = member_of(organisation), PersonFactory(), PersonFactory()
    request, sent = join_request(asking, organisation), invitation(organisation, invited.email)
    said = said_at_once(
        lambda: teams.accept_join_request(JoinRequest.objects.get(pk=request.pk), by=Person.objects.get(pk=manager.pk)),
        lambda: teams.accept_invitation(Invitation.objects.get(pk=sent.pk), by=Person.objects.get(pk=invited.pk)),
    )
    assert said == ["done", "refused"]
    assert organisation.roles.count() == 2
