"""What events know of a person, and how they forget it while every figure stays true."""

from datetime import timedelta

import pytest
from django.utils import timezone

from core.models import HistoryEntry, Letter
from events.actions import cancel_event, erase_old_attendees, register_people, renew_feed
from events.actions.privacy import KEPT
from events.enums import Attendance, PlaceStatus
from events.models import CalendarFeed, Place, Reception
from events.statistics import attendance_of
from members import personal_data
from members.actions.people import erase_account
from tests.events.factories import EventFactory, person_named, place_at, register
from tests.factories import OrganisationFactory, PersonFactory, member_of

pytestmark = pytest.mark.django_db


def ended(ago):
    ends_at = timezone.now() - ago
    return EventFactory(starts_at=ends_at - timedelta(hours=3), ends_at=ends_at)


def test_attendees_are_forgotten_after_three_years_and_figures_stay():
    old, recent = ended(KEPT + timedelta(minutes=1)), ended(KEPT - timedelta(minutes=1))
    for event in (old, recent):
        place_at(event, person=PersonFactory(), attendance=Attendance.PRESENT, listed=True, job_title="Acheteuse")
        place_at(event, attendance=Attendance.ABSENT)
        place_at(event, status=PlaceStatus.CANCELLED)
    before = attendance_of(old.places.all())
    assert erase_old_attendees(timezone.now()) == 3
    assert attendance_of(old.places.all()) == before
    for place in old.places.all():
        assert (place.first_name, place.last_name, place.email, place.job_title, place.search_text) == ("",) * 5
        assert place.person is None and not place.is_listed and place.is_erased and str(place) == "(nom effacé)"
    assert not recent.places.filter(last_name="").exists()
    assert HistoryEntry.objects.get(code="events.event.people_erased").values == {"people": "3"}
    assert erase_old_attendees(timezone.now()) == 0


def test_letters_about_forgotten_people_go_too():
    event = EventFactory()
    register(event)
    cancel_event(event, by=None)
    kept = register(EventFactory()).places.get().email
    erase_old_attendees(event.ends_at + KEPT - timedelta(days=2))
    assert Letter.objects.count() == 3
    type(event).objects.filter(pk=event.pk).update(ends_at=event.starts_at + timedelta(minutes=1))
    assert erase_old_attendees(event.starts_at + KEPT + timedelta(hours=1)) == 1
    assert [letter.to_email for letter in Letter.objects.all()] == [kept]


def test_own_data_hold_places_and_desks_but_no_secret():
    person = PersonFactory(email="moi@example.org")
    place_at(EventFactory(title="Ma rencontre"), person=person, job_title="Acheteuse")
    place_at(EventFactory(title="Par e-mail"), email="moi@example.org")
    place_at(EventFactory(title="D’une autre"))
    Reception.objects.create(event=EventFactory(title="À l’accueil"), person=person)
    feed = renew_feed(person)
    data = personal_data.export_all(person)["events"]
    assert [place["event__title"] for place in data["places"]] == ["Ma rencontre", "Par e-mail"]
    assert data["places"][0]["job_title"] == "Acheteuse"
    assert data["reception_desks"] == [{"event__title": "À l’accueil"}] and feed.token not in str(data)


def test_erased_person_gives_back_coming_places_and_is_forgotten_at_past_ones():
    company = OrganisationFactory()
    person, colleague = member_of(company, email="moi@example.org"), member_of(company)
    coming, past = EventFactory(capacity=1), EventFactory(past=True)
    register_people(coming, organisation=company, people=[person_named("Moi", email="moi@example.org")], by=colleague)
    waiting = register(coming)
    was = place_at(past, company, person=person, attendance=Attendance.PRESENT)
    Reception.objects.create(event=past, person=person)
    renew_feed(person)
    erase_account(person, by=person)
    assert waiting.places.get().status == PlaceStatus.OFFERED
    was.refresh_from_db()
    assert was.is_erased and was.attendance == Attendance.PRESENT and was.person is None
    assert not Place.objects.filter(email="moi@example.org").exists()
    assert not Letter.objects.filter(text__contains="Anne Moi").exists()
    assert not CalendarFeed.objects.exists() and not Reception.objects.exists()
