"""Registrations that the coordination approves, and events for invited people."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from core.errors import RuleBroken
from core.models import Letter
from events.actions import (
    Guest,
    admit_waiting,
    approve_request,
    cancel_registration,
    decline_invitation,
    erase_old_attendees,
    invite_people,
    refuse_request,
    register_people,
    set_attendance,
    take_invitation,
    withdraw_invitation,
)
from events.actions.privacy import KEPT
from events.enums import Admission, EventStatus, PlaceStatus, Visibility
from events.links import invitation_token
from events.models import EventInvitation, seats_of
from tests.events.factories import EventFactory, people, register, statuses
from tests.factories import OrganisationFactory, coordinator_of, member_of
from tests.memberships.factories import TermFactory

pytestmark = pytest.mark.django_db

REQUESTED, CONFIRMED, WAITING, CANCELLED = (
    PlaceStatus.REQUESTED, PlaceStatus.CONFIRMED, PlaceStatus.WAITING, PlaceStatus.CANCELLED,
)  # fmt: skip


# --- Approval --------------------------------------------------------------------------------------------------------


def test_request_takes_no_seat_until_it_is_approved():
    event = EventFactory(capacity=2, needs_approval=True)
    coordinator = coordinator_of(event.club)
    registration = register(event, 2)
    assert statuses(registration) == {REQUESTED} and seats_of(event).total_left == 2
    assert Letter.objects.filter(code="events.place_requested").count() == 2
    assert Letter.objects.get(code="events.request_to_coordination").person == coordinator
    for _twice in range(2):
        approve_request(registration, by=coordinator)
    assert statuses(registration) == {CONFIRMED} and seats_of(event).total_left == 0
    assert Letter.objects.filter(code="events.place_confirmed").count() == 2


def test_approved_request_waits_when_no_seat_is_left():
    event = EventFactory(capacity=1, needs_approval=True)
    first, second = register(event), register(event)
    approve_request(second, by=None)
    approve_request(first, by=None)
    assert statuses(second) == {CONFIRMED} and statuses(first) == {WAITING}


def test_coordination_registers_without_asking_itself():
    event = EventFactory(needs_approval=True)
    assert statuses(register(event, by=coordinator_of(event.club))) == {CONFIRMED}


def test_refused_request_is_told_why_and_cannot_be_approved_any_more():
    event = EventFactory(needs_approval=True)
    registration = register(event)
    for _twice in range(2):
        refuse_request(registration, by=None, reason="Réservé aux acheteurs.")
    assert statuses(registration) == {CANCELLED}
    assert "Réservé aux acheteurs." in Letter.objects.get(code="events.request_refused").text
    with pytest.raises(RuleBroken):
        approve_request(registration, by=None)


def test_request_is_withdrawn_by_who_made_it():
    registration = register(EventFactory(needs_approval=True), 2)
    cancel_registration(registration, by=None)
    assert statuses(registration) == {CANCELLED}


def test_coordinator_approves_and_refuses_on_the_page(client):
    event = EventFactory(needs_approval=True)
    yes, no = register(event), register(event)
    client.force_login(coordinator_of(event.club))
    shown = client.get(f"/events/{event.slug}/requests/").content.decode()
    assert yes.organisation.display_name in shown and no.organisation.display_name in shown
    client.post(reverse("events:approve_request", args=[yes.pk]))
    client.post(reverse("events:refuse_request", args=[no.pk]), {"reason": "Complet pour ce public."})
    assert statuses(yes) == {CONFIRMED} and statuses(no) == {CANCELLED}


def test_request_list_costs_the_same_for_one_and_three(client, django_assert_num_queries):
    event = EventFactory(needs_approval=True)
    client.force_login(coordinator_of(event.club))
    register(event, 2)
    client.get(f"/events/{event.slug}/requests/")
    with CaptureQueriesContext(connection) as one:
        client.get(f"/events/{event.slug}/requests/")
    register(event)
    register(event, 2)
    with django_assert_num_queries(len(one)):
        client.get(f"/events/{event.slug}/requests/")


def test_who_asked_may_be_let_in_at_the_door_but_is_not_ticked(time_machine):
    event = EventFactory(needs_approval=True)
    place = register(event).places.get()
    time_machine.move_to(event.starts_at, tick=False)
    with pytest.raises(RuleBroken):
        set_attendance(place, attendance="present", by=None)
    assert admit_waiting(place, by=None).is_confirmed


# --- Invitations -----------------------------------------------------------------------------------------------------


def invited_event(**fields):
    return EventFactory(admission=Admission.INVITED, visibility=Visibility.INVITED, **fields)


def invite(event, email: str = "anne@example.org", organisation=None) -> EventInvitation:
    return invite_people(event, guests=[Guest(email, "Anne", organisation)], by=None)[0]


def link(invitation) -> str:
    return reverse("events:invitation_page", args=[invitation_token(invitation)])


def test_only_invited_organisations_register():
    event, company = invited_event(), OrganisationFactory()
    with pytest.raises(RuleBroken, match=company.display_name):
        register(event, 1, company)
    invite(event, organisation=company)
    assert statuses(register(event, 1, company)) == {CONFIRMED}


def test_coordination_registers_whom_it_likes():
    event = invited_event()
    assert statuses(register(event, by=coordinator_of(event.club))) == {CONFIRMED}


def test_invited_twice_is_written_to_once():
    event = EventFactory()
    guests = [Guest("anne@example.org"), Guest("ANNE@example.org"), Guest("luc@example.org")]
    assert len(invite_people(event, guests=guests, by=None)) == 2
    assert invite_people(event, guests=guests, by=None) == []
    assert Letter.objects.filter(code="events.invitation").count() == 2


@pytest.mark.parametrize("fields", [{"draft": True}, {"status": EventStatus.CANCELLED}, {"past": True}])
def test_nobody_is_invited_to_what_is_not_open(fields):
    with pytest.raises(RuleBroken):
        invite(EventFactory(**fields))


def test_event_for_invited_people_is_hidden_from_all_others(client):
    event, company = invited_event(), OrganisationFactory()
    director = member_of(company)
    TermFactory(club=event.club, organisation=company)  # being a member is not enough
    client.force_login(director)
    assert client.get(event.get_absolute_url()).status_code == 404
    invitation = invite(event, organisation=company)
    assert client.get(event.get_absolute_url()).status_code == 200
    withdraw_invitation(invitation, by=None)
    assert client.get(event.get_absolute_url()).status_code == 404


def test_personal_link_opens_the_event_to_a_visitor_and_a_get_changes_nothing(client):
    invitation = invite(invited_event())
    shown = client.get(link(invitation))
    assert shown.status_code == 200 and invitation.event.title in shown.content.decode()
    asked = client.post(link(invitation), {"answer": "yes"})
    assert asked.status_code == 302 and "login" in asked.url
    invitation.refresh_from_db()
    assert invitation.organisation is None and invitation.declined_at is None


def test_whoever_follows_the_link_registers_in_their_organisations_name(client):
    invitation, company = invite(invited_event()), OrganisationFactory()
    client.force_login(member_of(company))
    answer = client.post(link(invitation), {"answer": "yes"})
    assert answer.url == reverse("events:register_people", args=[invitation.event.slug])
    assert client.get(answer.url).status_code == 200
    assert statuses(register(invitation.event, 1, company)) == {CONFIRMED}


def test_link_of_one_organisation_is_not_used_by_another():
    event, company = invited_event(), OrganisationFactory()
    invitation = invite(event, organisation=company)
    with pytest.raises(RuleBroken, match=company.display_name):
        take_invitation(invitation, organisation=OrganisationFactory(), by=None)


def test_declined_invitation_is_shown_and_may_be_thought_over(client):
    invitation = invite(invited_event())
    client.post(link(invitation), {"answer": "no"})
    invitation.refresh_from_db()
    assert invitation.declined_at is not None
    decline_invitation(invitation)
    taken = take_invitation(invitation, organisation=OrganisationFactory(), by=None)
    assert taken.declined_at is None


def test_withdrawn_or_forged_link_does_not_exist(client):
    invitation = invite(invited_event())
    assert client.get(reverse("events:invitation_page", args=["1~forged"])).status_code == 404
    withdraw_invitation(invitation, by=None)
    assert client.get(link(invitation)).status_code == 404
    with pytest.raises(RuleBroken):
        take_invitation(invitation, organisation=OrganisationFactory(), by=None)


def test_addresses_are_read_line_by_line_and_a_bad_line_invites_nobody(client):
    event = EventFactory()
    manager = member_of(TermFactory(club=event.club).organisation, email="gerante@example.org")
    client.force_login(coordinator_of(event.club))
    address = f"/events/{event.slug}/invitations/"
    bad = "Anne Dupont <anne@example.org>\npas une adresse\n\nluc@example.org;"
    shown = client.post(address, {"addresses": bad, "message": "Venez !"})
    assert "Ligne 2" in shown.content.decode().replace("La ligne 2", "Ligne 2") and not event.invitations.exists()
    assert "anne@example.org" in shown.content.decode()  # nothing typed is lost
    good = bad.replace("pas une adresse\n", "")
    client.post(address, {"addresses": good, "with_members": "on", "message": "Venez !"})
    assert set(event.invitations.values_list("email", flat=True)) == {
        "anne@example.org",
        "luc@example.org",
        manager.email,
    }
    assert event.invitations.get(email="anne@example.org").name == "Anne Dupont"
    assert "Venez !" in Letter.objects.filter(code="events.invitation").first().text
    empty = client.post(address, {"addresses": ""})
    assert empty.status_code == 200 and event.invitations.count() == 3


def test_invitation_list_says_who_answered(client):
    event, company = EventFactory(), OrganisationFactory()
    invite(event, organisation=company)
    register_people(event, organisation=company, people=people(1), by=None)
    client.force_login(coordinator_of(event.club))
    assert "inscrit" in client.get(f"/events/{event.slug}/invitations/").content.decode()


def test_invitations_are_erased_with_the_names():
    event = EventFactory(past=True)
    EventInvitation.objects.create(event=event, email="anne@example.org")
    erase_old_attendees(timezone.now())
    assert EventInvitation.objects.count() == 1
    erase_old_attendees(event.ends_at + KEPT * 1.01)
    assert not EventInvitation.objects.exists()
