"""A pool of seats: reserved now, named later, swapped at any time; colleagues and guests."""

import pytest

from core.errors import RuleBroken
from core.models import Letter
from events.actions import Attendee, PersonRefused, change_place, register_people, set_attendance
from events.enums import Attendance, PlaceStatus
from events.models import Event, seats_of
from events.tickets import read_ticket, ticket_code
from tests.events.factories import EventFactory, people, person_named, place_at, register
from tests.factories import OrganisationFactory, member_of

pytestmark = pytest.mark.django_db


def reserve(event: Event, seats: int, named: int = 0, organisation=None, by=None):
    group = [*people(named), *[Attendee() for _seat in range(seats - named)]]
    return register_people(event, organisation=organisation or OrganisationFactory(), people=group, by=by)


def test_reserved_seats_count_and_are_named_later():
    event = EventFactory(capacity=3)
    registration = reserve(event, 3, named=1)
    assert seats_of(event).total_left == 0
    assert [place.is_named for place in registration.places.order_by("pk")] == [True, False, False]
    seat = registration.places.filter(last_name="").first()
    assert str(seat) == "(à nommer)" and not seat.is_erased
    change_place(seat, by=None, attendee=person_named("Tardive"))
    seat.refresh_from_db()
    assert (seat.last_name, seat.status) == ("Tardive", PlaceStatus.CONFIRMED)
    assert Letter.objects.get(to_email="tardive@example.org").code == "events.place_confirmed"


def test_reserved_seats_count_towards_the_organisations_share():
    event, company = EventFactory(organisation_cap=2), OrganisationFactory()
    with pytest.raises(RuleBroken, match="2"):
        reserve(event, 3, organisation=company)
    reserve(event, 2, organisation=company)
    with pytest.raises(RuleBroken):
        register(event, 1, company)


def test_two_seats_cannot_be_given_to_the_same_person():
    registration = reserve(EventFactory(), 2)
    one, two = registration.places.order_by("pk")
    change_place(one, by=None, attendee=person_named("Double"))
    with pytest.raises(PersonRefused):
        change_place(two, by=None, attendee=person_named("Double"))


def test_name_is_swapped_when_the_event_is_full_and_also_on_the_day():
    event = EventFactory(today=True, capacity=1)
    place = place_at(event, email="avant@example.org")
    before = ticket_code(place)
    place = change_place(place, by=None, attendee=person_named("Apres"))
    assert place.is_confirmed and seats_of(event).total_left == 0
    assert read_ticket(ticket_code(place)).version == read_ticket(before).version + 1
    set_attendance(place, attendance=Attendance.PRESENT, by=None)
    with pytest.raises(RuleBroken):
        change_place(place, by=None, attendee=person_named("Encore"))


def test_correcting_a_name_keeps_the_ticket():
    place = place_at(EventFactory(), email="anne@example.org")
    version = place.ticket_version
    corrected = Attendee("Anne", "Orthographiée", "anne@example.org")
    assert change_place(place, by=None, attendee=corrected).ticket_version == version


def test_guest_comes_in_the_organisations_name_and_is_found_by_their_own():
    event = EventFactory()
    guest = person_named("Invitee", guest_of="Atelier du Canal")
    register_people(event, organisation=OrganisationFactory(), people=[guest], by=None)
    assert event.places.matching("canal").get().guest_of == "Atelier du Canal"


def test_seats_are_reserved_on_the_page(client):
    event, company = EventFactory(organisation_cap=4), OrganisationFactory()
    client.force_login(member_of(company))
    data = {
        "form-TOTAL_FORMS": "1", "form-INITIAL_FORMS": "0", "form-0-first_name": "Anne", "form-0-last_name": "Dupont",
        "organisation": company.pk, "unnamed": "2",
    }  # fmt: skip
    assert client.post(f"/events/{event.slug}/register/", data).status_code == 302
    assert event.places.count() == 3 and event.places.filter(last_name="").count() == 2
    again = client.post(f"/events/{event.slug}/register/", data | {"unnamed": "-1"})
    assert again.status_code == 200 and event.places.count() == 3
    shown = client.get("/events/registrations/").content.decode()
    assert shown.count("(à nommer)") >= 2 and "Nommer qui vient" in shown


def test_seats_alone_are_reserved_without_any_name(client):
    event, company = EventFactory(), OrganisationFactory()
    client.force_login(member_of(company))
    data = {"form-TOTAL_FORMS": "1", "form-INITIAL_FORMS": "0", "organisation": company.pk, "unnamed": "2"}
    client.post(f"/events/{event.slug}/register/", data)
    assert event.places.count() == 2
    refused = client.post(f"/events/{event.slug}/register/", data | {"unnamed": "0"})
    assert "error-summary" in refused.content.decode() and event.places.count() == 2
