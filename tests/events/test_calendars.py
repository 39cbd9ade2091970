"""Events in calendar programs, read back by a parser; hours are right on both sides of a change of clocks."""

import re
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from zoneinfo import ZoneInfo

import pytest
from django.core import mail
from django.urls import reverse
from icalendar import Calendar

from core.letters import send_letter
from core.models import Letter
from events.actions import cancel_event, renew_feed, update_event
from events.calendars import calendar_of, event_entry, place_entry
from events.enums import EventStatus, PlaceStatus, Visibility
from events.models import CalendarFeed
from tests.events.factories import PARIS, EventFactory, place_at, register
from tests.factories import ClubFactory, OrganisationFactory, PersonFactory, member_of

pytestmark = pytest.mark.django_db


def entries(content):
    return list(Calendar.from_ical(content).walk("VEVENT"))


def entry(content):
    (found,) = entries(content)
    return found


def at(zone, *when):
    start = datetime(*when, tzinfo=ZoneInfo(zone))
    return EventFactory(starts_at=start, ends_at=start + timedelta(hours=3), time_zone=zone)


@pytest.mark.parametrize(
    ("zone", "when", "utc"),
    [
        ("Europe/Paris", (2027, 3, 27, 8, 45), (2027, 3, 27, 7, 45)),  # the day before summer time
        ("Europe/Paris", (2027, 3, 28, 8, 45), (2027, 3, 28, 6, 45)),  # the day it begins
        ("Europe/Paris", (2027, 10, 31, 8, 45), (2027, 10, 31, 7, 45)),  # the day it ends
        ("Indian/Reunion", (2027, 7, 1, 8, 45), (2027, 7, 1, 4, 45)),  # no summer time
        ("Indian/Reunion", (2027, 12, 1, 8, 45), (2027, 12, 1, 4, 45)),
        ("America/Martinique", (2027, 7, 1, 8, 45), (2027, 7, 1, 12, 45)),
    ],
)
def test_hour_is_the_same_moment_for_who_reads_the_zone_or_its_rules(zone, when, utc):
    content = calendar_of([event_entry(at(zone, *when))])
    found = entry(content)
    assert found["DTSTART"].params["TZID"] == zone
    assert found["DTSTART"].dt.astimezone(UTC) == datetime(*utc, tzinfo=UTC)
    # A program that does not know the zone's name follows the rules enclosed.
    (enclosed,) = Calendar.from_ical(content).walk("VTIMEZONE")
    zone_by_rules = enclosed.to_tz()
    assert datetime(*when, tzinfo=zone_by_rules).utcoffset() == datetime(*when, tzinfo=ZoneInfo(zone)).utcoffset()


def test_entry_says_what_where_and_who():
    club = ClubFactory(name="Club, Hauts-de-Seine", email="club92@example.org")
    event = EventFactory(
        club=club, title="Rencontre; été, « propre »", latitude=48.9, longitude=2.2, summary="Une phrase"
    )
    found = entry(calendar_of([event_entry(event)]))
    assert str(found["SUMMARY"]) == event.title
    assert str(found["LOCATION"]) == "La Ressourcerie, 3 rue du Moulin, 92000 Nanterre"
    assert (found["GEO"].latitude, found["GEO"].longitude) == (48.9, 2.2)
    assert str(found["URL"]) == f"http://localhost:8000{event.get_absolute_url()}"
    assert str(found["ORGANIZER"]) == "mailto:club92@example.org" and found["ORGANIZER"].params["CN"] == club.name
    assert "Une phrase" in found["DESCRIPTION"] and str(found["STATUS"]) == "CONFIRMED"


def test_lines_are_folded_and_end_as_the_standard_asks():
    content = calendar_of([event_entry(EventFactory(summary="é" * 200))])
    assert content.endswith(b"END:VCALENDAR\r\n") and b"\n" not in content.replace(b"\r\n", b"")
    assert max(len(line) for line in content.split(b"\r\n")) <= 75


def test_place_keeps_its_name_for_ever_and_grows_its_number():
    event = EventFactory()
    register(event)
    place = event.places.get()
    first = entry(Letter.objects.get().attachments.get(filename="event.ics").content)
    update_event(event, by=None, venue="Ailleurs")
    changed = entry(Letter.objects.get(code="events.event_changed").attachments.get().content)
    cancel_event(event, by=None)
    gone = entry(Letter.objects.get(code="events.event_cancelled").attachments.get().content)
    assert {str(found["UID"]) for found in (first, changed, gone)} == {f"{event.uid}-{place.pk}"}
    assert [int(found["SEQUENCE"]) for found in (first, changed, gone)] == [0, 1, 2]
    assert str(first["ATTENDEE"]) == f"mailto:{place.email}" and first["ATTENDEE"].params["PARTSTAT"] == "ACCEPTED"
    assert str(gone["STATUS"]) == "CANCELLED" and str(changed["LOCATION"]).startswith("Ailleurs")


def test_letter_encloses_the_entry_as_calendar_programs_expect_it(settings):
    register(EventFactory())
    letter = Letter.objects.get()
    send_letter(letter.pk)
    parts = list(message_from_bytes(mail.outbox[0].message().as_bytes()).walk())
    (enclosed,) = [part for part in parts if part.get_content_type() == "text/calendar"]
    assert enclosed.get_param("method") == "REQUEST" and enclosed.get_filename() == "event.ics"
    assert entry(enclosed.get_payload(decode=True))


# --- Addresses -------------------------------------------------------------------------------------------------------


def test_event_calendar_is_read_without_signing_in_and_answers_304(client):
    event = EventFactory()
    response = client.get(reverse("events:event_calendar", args=[event.slug]))
    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    assert str(entry(response.content)["UID"]) == str(event.uid)
    assert Calendar.from_ical(response.content)["METHOD"] == "PUBLISH"
    again = client.get(reverse("events:event_calendar", args=[event.slug]), headers={"If-None-Match": response["ETag"]})
    assert again.status_code == 304 and not again.content
    event.title = "Autre titre"
    event.save()
    changed = client.get(
        reverse("events:event_calendar", args=[event.slug]), headers={"If-None-Match": response["ETag"]}
    )
    assert changed.status_code == 200


def test_public_calendar_holds_what_everybody_may_see(client):
    club, other = ClubFactory(), ClubFactory()
    shown, off = EventFactory(club=club), EventFactory(club=club, status=EventStatus.CANCELLED)
    EventFactory(club=club, draft=True)
    EventFactory(club=club, visibility=Visibility.MEMBERS)
    elsewhere = EventFactory(club=other)
    found = {str(e["UID"]): str(e["STATUS"]) for e in entries(client.get(reverse("events:public_calendar")).content)}
    assert found == {str(shown.uid): "CONFIRMED", str(off.uid): "CANCELLED", str(elsewhere.uid): "CONFIRMED"}
    one_club = client.get(reverse("events:public_calendar"), {"club": other.slug}).content
    assert str(entry(one_club)["UID"]) == str(elsewhere.uid)


def feed_address(person):
    return reverse("events:feed", args=[CalendarFeed.objects.get(person=person).token])


def test_feed_holds_ones_own_places_and_needs_no_signing_in(client):
    company = OrganisationFactory()
    director = member_of(company, email="directrice@example.org")
    event, waiting_for, left, off = EventFactory(), EventFactory(), EventFactory(), EventFactory()
    linked = place_at(event, company, person=director)
    by_email = place_at(waiting_for, waiting=True, email="directrice@example.org")
    place_at(left, company, person=director, status=PlaceStatus.CANCELLED)
    cancelled = place_at(off, company, person=director)
    cancel_event(off, by=None)
    place_at(EventFactory(), company)  # a colleague's
    renew_feed(director)
    response = client.get(feed_address(director))
    found = {str(e["UID"]): str(e["STATUS"]) for e in entries(response.content)}
    assert found == {
        linked.calendar_uid: "CONFIRMED",
        by_email.calendar_uid: "TENTATIVE",
        cancelled.calendar_uid: "CANCELLED",
    }
    assert client.get(feed_address(director), headers={"If-None-Match": response["ETag"]}).status_code == 304


def test_feed_holds_nothing_under_an_address_that_is_not_proved(client):
    place_at(EventFactory(), email="directrice@example.org")
    stranger = PersonFactory(email="directrice@example.org", verified=False)
    renew_feed(stranger)
    assert entries(client.get(feed_address(stranger)).content) == []


def test_renewed_feed_has_a_new_address_and_the_old_one_is_gone(client):
    person = PersonFactory()
    client.force_login(person)
    client.post(reverse("events:renew_feed"))
    old = feed_address(person)
    client.post(reverse("events:renew_feed"))
    new = feed_address(person)
    client.logout()
    assert old != new and len(re.search(r"feed/(.+)\.ics", new)[1]) >= 32
    assert client.get(old).status_code == 404 and client.get(new).status_code == 200
    assert client.get(reverse("events:feed", args=["unknown"])).status_code == 404


def test_feed_of_a_closed_account_is_gone(client):
    person = PersonFactory(is_active=False)
    renew_feed(person)
    assert client.get(feed_address(person)).status_code == 404


def test_feed_costs_the_same_for_one_and_five_events(client, django_assert_max_num_queries):
    person = PersonFactory()
    renew_feed(person)
    for count in (1, 4):
        for _ in range(count):
            place_at(EventFactory(), person=person)
        with django_assert_max_num_queries(3):
            client.get(feed_address(person))


def test_own_entry_is_for_who_may_see_the_place(client):
    company = OrganisationFactory()
    place = place_at(EventFactory(), company)
    address = reverse("events:place_calendar", args=[place.pk])
    client.force_login(member_of(company))
    assert str(entry(client.get(address).content)["UID"]) == place.calendar_uid
    client.force_login(member_of(OrganisationFactory()))
    assert client.get(address).status_code == 404


def test_entry_of_a_place_without_email_names_nobody():
    place = place_at(EventFactory(starts_at=datetime(2027, 5, 3, 9, tzinfo=PARIS)), email="")
    assert "ATTENDEE" not in place_entry(place)
