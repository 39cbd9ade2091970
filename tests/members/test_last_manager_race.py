"""Two managers who leave at the same moment: one stays. With real threads and connections, on both databases."""

import pytest

from members.actions import teams
from members.enums import RoleLevel
from members.models import JoinRequest, Organisation, Person, Role
from tests.factories import OrganisationFactory, PersonFactory, member_of
from tests.racing import said_at_once

pytestmark = pytest.mark.django_db(transaction=True)


def test_last_manager_stays_when_all_leave_at_once():
    organisation = OrganisationFactory()
    managers = [member_of(organisation) for _ in range(5)]
    leaving = [
        lambda pk=manager.pk: teams.leave_organisation(
            Organisation.objects.get(pk=organisation.pk), by=Person.objects.get(pk=pk)
        )
        for manager in managers
    ]
    assert said_at_once(*leaving) == ["done"] * 4 + ["refused"]
    assert organisation.roles.filter(level=RoleLevel.MANAGER).count() == 1


def test_last_manager_stays_when_two_demote_each_other():
    organisation = OrganisationFactory()
    one, two = (member_of(organisation).roles.get() for _ in range(2))
    demoting = [
        lambda pk=role.pk: teams.change_role(
            Role.objects.get(pk=pk), by=Person.objects.get(pk=one.person_id), level=RoleLevel.CONTRIBUTOR
        )
        for role in (one, two)
    ]
    assert said_at_once(*demoting) == ["done", "refused"]
    assert organisation.roles.managers().count() == 1


def test_join_request_made_ten_times_at_once_is_one():
    organisation, person = OrganisationFactory(), PersonFactory()
    asking = [
        lambda: teams.ask_to_join(Organisation.objects.get(pk=organisation.pk), by=Person.objects.get(pk=person.pk))
        for _ in range(10)
    ]
    assert said_at_once(*asking) == ["done"] + ["refused"] * 9
    assert JoinRequest.objects.count() == 1
