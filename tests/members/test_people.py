import json
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone, translation

from core.errors import RuleBroken
from core.history import record
from core.models import HistoryEntry, Letter
from members import personal_data
from members.actions import people, teams
from members.enums import RoleLevel
from members.models import JoinRequest, Person
from tests.factories import (
    PASSWORD,
    ClubFactory,
    OrganisationFactory,
    PersonFactory,
    administrator,
    coordinator_of,
    member_of,
)
from tests.members.factories import invitation, join_request, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


PROFILE = {
    "first_name": "Claire",
    "last_name": "Martin",
    "job_title": "Director",
    "phone": "01 40 00 00 00",
    "language": "en",
}


def ago(**delta):
    return timezone.now() - timedelta(**delta)


# --- Profile


def test_profile_is_changed_and_the_pages_follow_its_language(client):
    person = PersonFactory(language="fr")
    response = signed_in(client, person).post(reverse("members:profile_page"), PROFILE)
    person.refresh_from_db()
    assert (str(person), person.phone, person.language) == ("Claire Martin", "+33140000000", "en")
    assert response.cookies["django_language"].value == "en"


def test_profile_with_bad_input_changes_nothing_and_keeps_what_was_typed(client):
    person = PersonFactory(first_name="Before")
    response = signed_in(client, person).post(reverse("members:profile_page"), {**PROFILE, "phone": "call me"})
    assert list(response.context["form"].errors) == ["phone"]
    assert response.context["form"]["first_name"].value() == "Claire"
    assert "Before" in response.content.decode()
    person.refresh_from_db()
    assert person.first_name == "Before"
    assert not HistoryEntry.objects.exists()


# --- Download


def test_my_data_hold_all_that_is_known_of_me_and_nothing_of_others(client):
    organisation = OrganisationFactory(name="Ateliers du Lac")
    person, other = member_of(organisation, phone="+33140000000"), member_of(organisation)
    join_request(person, OrganisationFactory(name="Autre"), message="Hello")
    people.update_profile(person, by=person, job_title="Director")
    response = signed_in(client, person).get(reverse("members:export_data"))
    assert "attachment" in response["Content-Disposition"]
    data = json.loads(response.content)["members"]
    assert data["profile"]["phone"] == "+33140000000"
    assert data["roles"][0]["organisation__name"] == "Ateliers du Lac"
    assert data["requests_to_join"][0]["message"] == "Hello"
    assert len(data["actions"]) == 1
    assert other.email not in response.content.decode()


def test_my_data_hold_what_every_registered_app_tells(client, monkeypatch):
    monkeypatch.setattr(personal_data, "_keepers", dict(personal_data._keepers))
    personal_data.register("somewhere", lambda person: {"secret": person.pk}, lambda person: None)
    person = PersonFactory()
    data = json.loads(signed_in(client, person).get(reverse("members:export_data")).content)
    assert data["somewhere"] == {"secret": person.pk}


# --- Erasing


def test_account_erased_leaves_no_name_no_address_and_no_way_in(client):
    organisation = OrganisationFactory()
    manager = member_of(organisation)
    person = member_of(
        organisation, level="contributor", first_name="Zénobie", last_name="Quartz", email="zenobie@example.org"
    )
    teams.ask_to_join(OrganisationFactory(), by=person)
    teams.invite_colleague(organisation, by=manager, email="someone@example.org", level=RoleLevel.CONTRIBUTOR)
    record("members.test.done", "Did something", by=person, about=[organisation])
    signed_in(client, person)
    response = client.post(reverse("members:erase_account"), {"password": PASSWORD, "is_sure": "on"})
    assert response.url == reverse("front_page")
    person.refresh_from_db()
    assert person.erased_at and not person.is_active and not person.has_usable_password()
    assert not person.roles.exists() and not person.emailaddress_set.exists() and not JoinRequest.objects.exists()
    everything = f"{vars(person)} {list(Letter.objects.values())} {[vars(e) for e in HistoryEntry.objects.all()]}"
    assert "Zénobie" not in everything and "zenobie" not in everything
    assert HistoryEntry.objects.get(code="members.test.done").by == person  # history stays true, without a name
    assert client.get(reverse("members:profile_page")).status_code == 302
    assert not client.login(username="zenobie@example.org", password=PASSWORD)


@pytest.mark.parametrize(("data", "field"), [({"password": "wrong", "is_sure": "on"}, "password"),
                                             ({"password": PASSWORD}, "is_sure")])  # fmt: skip
def test_account_is_not_erased_without_password_and_tick(client, data, field):
    person = PersonFactory()
    response = signed_in(client, person).post(reverse("members:erase_account"), data)
    assert list(response.context["form"].errors) == [field]
    person.refresh_from_db()
    assert person.erased_at is None


def test_account_of_the_last_manager_with_colleagues_is_kept_and_says_why(client):
    organisation = OrganisationFactory(name="Ateliers du Lac")
    manager = member_of(organisation)
    member_of(organisation, level="contributor")
    response = signed_in(client, manager).post(
        reverse("members:erase_account"), {"password": PASSWORD, "is_sure": "on"}
    )
    assert "Ateliers du Lac" in str(response.context["form"].non_field_errors())
    manager.refresh_from_db()
    assert manager.erased_at is None and manager.roles.exists()


def test_account_of_somebody_alone_in_an_organisation_is_erased():
    organisation = OrganisationFactory()
    people.erase_account(member_of(organisation), by=None)
    assert not organisation.roles.exists()


def test_account_of_the_last_administrator_is_kept():
    one = administrator()
    with pytest.raises(RuleBroken, match="only administrator"):
        people.erase_account(one, by=one)
    administrator()
    assert people.erase_account(one, by=one).erased_at


def test_account_is_kept_whole_when_an_app_holds_it_back(monkeypatch):
    def hold_back(person):
        raise RuleBroken("Still needed")

    monkeypatch.setattr(personal_data, "_keepers", dict(personal_data._keepers))
    personal_data.register("somewhere", lambda person: {}, hold_back)
    person = member_of(OrganisationFactory())
    with pytest.raises(RuleBroken):
        people.erase_account(person, by=person)
    person.refresh_from_db()
    assert person.erased_at is None and person.roles.exists()


def test_account_erased_twice_is_harmless():
    person = PersonFactory()
    people.erase_account(person, by=None)
    people.erase_account(person, by=None)
    assert HistoryEntry.objects.filter(code="members.person.erased").count() == 1


# --- Retention


def test_accounts_never_confirmed_go_after_thirty_days():
    stale = PersonFactory(date_joined=ago(days=31), verified=False)
    stale.emailaddress_set.create(email=stale.email, verified=False, primary=True)
    fresh = PersonFactory(date_joined=ago(days=29), verified=False)
    fresh.emailaddress_set.create(email=fresh.email, verified=False, primary=True)
    PersonFactory(date_joined=ago(days=31))
    assert list(Person.objects.never_confirmed(timezone.now())) == [stale]
    assert people.erase_idle_accounts() == 1
    stale.refresh_from_db()
    assert stale.erased_at


def test_idle_accounts_are_warned_once_thirty_days_ahead_then_erased():
    idle = PersonFactory(date_joined=ago(days=2000), last_login=ago(days=3 * 365 - 29))
    PersonFactory(date_joined=ago(days=2000), last_login=ago(days=3 * 365 - 31))
    PersonFactory(date_joined=ago(days=10))
    assert people.warn_idle_accounts() == 1
    assert people.warn_idle_accounts() == 0
    assert Letter.objects.get().to_email == idle.email
    assert people.erase_idle_accounts() == 0
    Person.objects.filter(pk=idle.pk).update(last_login=ago(days=3 * 365 + 2), warned_at=ago(days=31))
    assert people.erase_idle_accounts() == 1
    assert people.erase_idle_accounts() == 0


def test_idle_account_whose_owner_signs_in_after_the_warning_stays():
    person = PersonFactory(date_joined=ago(days=2000), last_login=ago(days=1), warned_at=ago(days=40))
    assert people.erase_idle_accounts() == 0
    person.refresh_from_db()
    assert person.erased_at is None


def test_idle_account_never_warned_is_not_erased():
    PersonFactory(date_joined=ago(days=5000), last_login=ago(days=4000))
    assert people.erase_idle_accounts() == 0
    assert people.warn_idle_accounts() == 1


def test_idle_last_manager_hands_over_to_the_longest_standing_colleague():
    organisation = OrganisationFactory()
    idle = member_of(organisation, date_joined=ago(days=2000), last_login=ago(days=1500), warned_at=ago(days=31))
    heir, newer = member_of(organisation, level="contributor"), member_of(organisation, level="contributor")
    assert people.erase_idle_accounts() == 1
    assert heir.roles.get().level == RoleLevel.MANAGER
    assert newer.roles.get().level == RoleLevel.CONTRIBUTOR
    assert Letter.objects.filter(code="members.role.changed", person=heir).exists()
    assert not idle.roles.exists()


def test_administrators_are_never_idle():
    administrator(date_joined=ago(days=5000), last_login=ago(days=4000))
    assert not Person.objects.idle(timezone.now()).exists()


# --- Privacy notice


def test_privacy_notice_is_open_to_all_and_names_the_clubs(client):
    ClubFactory(name="Club de l’Oise", email="oise@example.org")
    html = client.get(reverse("members:privacy_page")).content.decode()
    assert "oise@example.org" in html


# --- Rights


def test_coordinator_loses_the_desk_with_the_account():
    club = ClubFactory()
    people.erase_account(coordinator_of(club), by=None)
    assert not club.club_roles.exists()


def test_invitations_to_an_erased_person_are_gone():
    person = PersonFactory()
    sent = invitation(OrganisationFactory(), person.email)
    people.erase_account(person, by=None)
    assert not type(sent).objects.exists()
