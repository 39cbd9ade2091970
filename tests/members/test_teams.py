from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone, translation

from core.errors import RuleBroken
from core.models import Letter
from core.pages import history_of
from members.actions import teams
from members.enums import RequestStatus, RoleLevel
from members.models import Invitation, JoinRequest, Role
from tests.factories import ClubFactory, OrganisationFactory, PersonFactory, administrator, coordinator_of, member_of
from tests.members.factories import invitation, join_request

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


def recipients(code):
    return set(Letter.objects.filter(code=code).values_list("to_email", flat=True))


# --- Asking to join


def test_join_request_writes_to_the_managers_only():
    organisation = OrganisationFactory()
    manager, colleague = member_of(organisation), member_of(organisation, level=RoleLevel.CONTRIBUTOR)
    teams.ask_to_join(organisation, by=PersonFactory(), message="I am new")
    assert recipients("members.join_request.asked") == {manager.email}
    assert colleague.email not in recipients("members.join_request.asked")
    assert history_of(organisation)[0].code == "members.join_request.made"


def test_join_request_without_any_manager_goes_to_the_coordinators_of_its_clubs():
    club, other = ClubFactory(), ClubFactory()
    organisation = OrganisationFactory()
    organisation.clubs.add(club)
    coordinator, _elsewhere = coordinator_of(club), coordinator_of(other)
    teams.ask_to_join(organisation, by=PersonFactory())
    assert recipients("members.join_request.asked") == {coordinator.email}


def test_join_request_to_an_organisation_nobody_knows_goes_to_the_administrators():
    boss = administrator()
    teams.ask_to_join(OrganisationFactory(), by=PersonFactory())
    assert recipients("members.join_request.asked") == {boss.email}


def test_join_request_is_made_once():
    organisation, person = OrganisationFactory(), PersonFactory()
    teams.ask_to_join(organisation, by=person)
    with pytest.raises(RuleBroken, match="already asked"):
        teams.ask_to_join(organisation, by=person)
    assert JoinRequest.objects.count() == 1


def test_join_request_to_ones_own_organisation_is_refused():
    organisation = OrganisationFactory()
    with pytest.raises(RuleBroken):
        teams.ask_to_join(organisation, by=member_of(organisation))


def test_join_request_accepted_makes_a_contributor_who_acts_for_the_organisation():
    organisation, person = OrganisationFactory(), PersonFactory()
    manager = member_of(organisation)
    request = teams.accept_join_request(join_request(person, organisation), by=manager)
    person.refresh_from_db()
    assert person.roles.get().level == RoleLevel.CONTRIBUTOR
    assert person.acting_for == organisation
    assert (request.status, request.decided_by) == (RequestStatus.ACCEPTED, manager)
    assert recipients("members.join_request.accepted") == {person.email}


def test_join_request_to_an_orphan_makes_its_first_manager():
    organisation, person = OrganisationFactory(), PersonFactory()
    teams.accept_join_request(join_request(person, organisation), by=administrator())
    assert person.roles.get().level == RoleLevel.MANAGER


def test_join_request_accepted_twice_gives_one_role_and_one_letter():
    organisation, person = OrganisationFactory(), PersonFactory()
    request, manager = join_request(person, organisation), member_of(organisation)
    teams.accept_join_request(request, by=manager)
    teams.accept_join_request(request, by=manager)
    assert person.roles.count() == 1
    assert Letter.objects.filter(code="members.join_request.accepted").count() == 1


def test_join_request_refused_can_no_longer_be_accepted_and_may_be_made_again():
    organisation, person = OrganisationFactory(), PersonFactory()
    request, manager = join_request(person, organisation), member_of(organisation)
    teams.refuse_join_request(request, by=manager, reason="Unknown here")
    assert "Unknown here" in Letter.objects.get(code="members.join_request.refused").text
    with pytest.raises(RuleBroken, match="already been answered"):
        teams.accept_join_request(request, by=manager)
    assert teams.ask_to_join(organisation, by=person)


def test_join_requests_answerable_by_managers_and_for_orphans_by_their_coordinators():
    club = ClubFactory()
    managed, orphan, elsewhere = OrganisationFactory(), OrganisationFactory(), OrganisationFactory()
    managed.clubs.add(club)
    orphan.clubs.add(club)
    manager, coordinator = member_of(managed), coordinator_of(club)
    one, two, three = (join_request(PersonFactory(), organisation) for organisation in (managed, orphan, elsewhere))
    assert list(JoinRequest.objects.answerable_by(manager)) == [one]
    assert list(JoinRequest.objects.answerable_by(coordinator)) == [two]
    assert set(JoinRequest.objects.answerable_by(administrator())) == {one, two, three}
    assert not JoinRequest.objects.answerable_by(PersonFactory()).exists()


# --- Inviting


def test_invitation_keeps_only_the_hash_of_its_link(django_capture_on_commit_callbacks):
    organisation = OrganisationFactory()
    with django_capture_on_commit_callbacks(execute=True):
        made = teams.invite_colleague(
            organisation, by=member_of(organisation), email="New@Example.org", level=RoleLevel.CONTRIBUTOR
        )
    token = mail.outbox[0].body.split("/members/invitation/")[1].split("/")[0]
    assert made.email == "new@example.org"
    assert teams.hash_of(token) == made.token_hash
    assert token not in str(Invitation.objects.filter(pk=made.pk).values())
    letter = Letter.objects.get(code="members.invitation.sent")
    assert letter.is_secret and letter.text == "" and letter.html == ""


def test_invitation_to_somebody_already_there_is_refused_at_the_field():
    organisation = OrganisationFactory()
    manager, colleague = member_of(organisation), member_of(organisation)
    with pytest.raises(RuleBroken) as broken:
        teams.invite_colleague(organisation, by=manager, email=colleague.email.upper(), level=RoleLevel.CONTRIBUTOR)
    assert broken.value.field == "email"


def test_invitation_is_sent_once_until_it_is_withdrawn_or_expires():
    organisation = OrganisationFactory()
    manager = member_of(organisation)
    first = invitation(organisation, "new@example.org")
    with pytest.raises(RuleBroken, match="already been invited"):
        teams.invite_colleague(organisation, by=manager, email="NEW@example.org", level=RoleLevel.MANAGER)
    Invitation.objects.filter(pk=first.pk).update(expires_at=timezone.now() - timedelta(seconds=1))
    second = teams.invite_colleague(organisation, by=manager, email="new@example.org", level=RoleLevel.MANAGER)
    assert list(Invitation.objects.open()) == [second]


def test_invitation_accepted_gives_the_role_and_the_organisation_to_act_for():
    organisation, person = OrganisationFactory(), member_of(OrganisationFactory())
    sender = member_of(organisation)
    sent = invitation(organisation, person.email, level=RoleLevel.MANAGER, invited_by=sender)
    role = teams.accept_invitation(sent, by=person)
    assert (role.organisation, role.level) == (organisation, RoleLevel.MANAGER)
    assert person.acting_for == organisation
    assert recipients("members.invitation.accepted") == {sender.email}


def test_invitation_is_accepted_once():
    organisation, person = OrganisationFactory(), PersonFactory()
    sent = invitation(organisation, person.email)
    teams.accept_invitation(sent, by=person)
    with pytest.raises(RuleBroken, match="already been used"):
        teams.accept_invitation(sent, by=person)
    assert Role.objects.count() == 1


@pytest.mark.parametrize(
    ("fields", "words"),
    [({"expires_at": timezone.now() - timedelta(days=1)}, "expired"), ({"revoked_at": timezone.now()}, "withdrawn")],
)
def test_invitation_that_is_over_changes_nothing(fields, words):
    person = PersonFactory()
    sent = invitation(OrganisationFactory(), person.email, **fields)
    with pytest.raises(RuleBroken, match=words):
        teams.accept_invitation(sent, by=person)
    assert not Role.objects.exists()


def test_invitation_of_somebody_else_is_refused():
    sent = invitation(OrganisationFactory(), "other@example.org")
    with pytest.raises(RuleBroken, match="another address"):
        teams.accept_invitation(sent, by=PersonFactory())


def test_invitation_to_a_second_address_counts_once_it_is_confirmed():
    person = PersonFactory()
    sent = invitation(OrganisationFactory(), "second@example.org")
    address = person.emailaddress_set.create(email="second@example.org", verified=False)
    with pytest.raises(RuleBroken):
        teams.accept_invitation(sent, by=person)
    address.verified = True
    address.save()
    assert teams.accept_invitation(sent, by=person)


def test_invitation_withdrawn_twice_is_harmless_but_not_after_it_was_used():
    organisation = OrganisationFactory()
    manager, person = member_of(organisation), PersonFactory()
    sent = invitation(organisation, "new@example.org")
    teams.revoke_invitation(sent, by=manager)
    teams.revoke_invitation(sent, by=manager)
    assert history_of(organisation).count() == 1
    used = invitation(organisation, person.email, "another")
    teams.accept_invitation(used, by=person)
    with pytest.raises(RuleBroken):
        teams.revoke_invitation(used, by=manager)


# --- Roles


def test_last_manager_can_neither_leave_nor_be_demoted_nor_be_taken_off():
    organisation = OrganisationFactory()
    manager = member_of(organisation)
    member_of(organisation, level=RoleLevel.CONTRIBUTOR)
    role = manager.roles.get()
    with pytest.raises(RuleBroken, match="at least one manager"):
        teams.leave_organisation(organisation, by=manager)
    with pytest.raises(RuleBroken, match="at least one manager"):
        teams.change_role(role, by=manager, level=RoleLevel.CONTRIBUTOR)
    with pytest.raises(RuleBroken, match="at least one manager"):
        teams.remove_role(role, by=administrator())
    role.refresh_from_db()
    assert role.level == RoleLevel.MANAGER


def test_manager_leaves_when_another_one_stays():
    organisation, other = OrganisationFactory(), OrganisationFactory()
    manager = member_of(organisation)
    member_of(organisation)
    Role.objects.create(person=manager, organisation=other)
    teams.leave_organisation(organisation, by=manager)
    manager.refresh_from_db()
    assert manager.acting_for == other
    assert organisation.roles.count() == 1


def test_role_changed_and_removed_write_to_the_person():
    organisation = OrganisationFactory()
    manager, colleague = member_of(organisation), member_of(organisation, level=RoleLevel.CONTRIBUTOR)
    role = colleague.roles.get()
    teams.change_role(role, by=manager, level=RoleLevel.MANAGER)
    assert recipients("members.role.changed") == {colleague.email}
    teams.remove_role(role, by=manager)
    assert recipients("members.role.removed") == {colleague.email}
    colleague.refresh_from_db()
    assert colleague.acting_for is None and not colleague.roles.exists()


def test_role_removed_twice_is_harmless():
    organisation = OrganisationFactory()
    manager, role = member_of(organisation), member_of(organisation).roles.get()
    teams.remove_role(Role.objects.get(pk=role.pk), by=manager)
    teams.remove_role(role, by=manager)
    assert Letter.objects.filter(code="members.role.removed").count() == 1


def test_history_of_a_team_names_nobody():
    organisation, person = OrganisationFactory(), PersonFactory(first_name="Zénobie", last_name="Quartz")
    manager = member_of(organisation)
    teams.accept_join_request(teams.ask_to_join(organisation, by=person), by=manager)
    teams.change_role(person.roles.get(), by=manager, level=RoleLevel.MANAGER)
    teams.remove_role(person.roles.get(), by=manager)
    frozen = " ".join(f"{entry.sentence} {entry.values}" for entry in history_of(organisation))
    assert "Zénobie" not in frozen and person.email not in frozen
