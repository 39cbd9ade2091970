"""Everything we give to calendar programs is read alike by four libraries: moments, names, numbers, states."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse
from icalendar import Calendar

from core.models import Letter
from events.actions import (
    cancel_event,
    cancel_place,
    change_place,
    change_session,
    register_people,
    renew_feed,
    update_event,
)
from events.actions.holding import give_places
from events.calendars import calendar_of, event_entry, session_entry
from events.enums import PlaceStatus
from events.models import CalendarFeed, Place
from tests.events.calendar_readers import READERS, read_by_all
from tests.events.factories import PARIS, EventFactory, SessionFactory, person_named, place_at, register
from tests.factories import OrganisationFactory, PersonFactory

pytestmark = pytest.mark.django_db
REUNION = ZoneInfo("Indian/Reunion")


def event_at(starts_at: datetime, ends_at: datetime, zone="Europe/Paris", **fields):
    return EventFactory(starts_at=starts_at, ends_at=ends_at, time_zone=zone, **fields)


def moments(event):
    return (event.starts_at.astimezone(UTC), event.ends_at.astimezone(UTC))


# From, to (UTC), zone: the nights in which clocks change, and territories where they never do.
TIMES = {
    "day before spring": ("2027-03-27T07:45", "2027-03-27T11:30", "Europe/Paris"),
    "spring day": ("2027-03-28T06:45", "2027-03-28T10:30", "Europe/Paris"),
    "across the spring night": ("2027-03-27T20:00", "2027-03-28T07:00", "Europe/Paris"),
    "autumn day": ("2027-10-31T07:45", "2027-10-31T11:30", "Europe/Paris"),
    "across the autumn night": ("2027-10-30T19:00", "2027-10-31T06:00", "Europe/Paris"),
    "in the hour that comes twice, first": ("2027-10-31T00:15", "2027-10-31T00:45", "Europe/Paris"),
    "in the hour that comes twice, second": ("2027-10-31T01:15", "2027-10-31T01:45", "Europe/Paris"),
    "from the first to the second": ("2027-10-31T00:30", "2027-10-31T01:30", "Europe/Paris"),
    "over new year": ("2027-12-31T20:00", "2028-01-01T03:00", "Europe/Paris"),
    "Réunion in July": ("2027-07-01T04:45", "2027-07-01T08:30", "Indian/Reunion"),
    "Réunion in December": ("2027-12-01T04:45", "2027-12-01T08:30", "Indian/Reunion"),
    "Réunion in our autumn night": ("2027-10-30T20:00", "2027-10-31T06:00", "Indian/Reunion"),
    "Martinique": ("2027-07-01T12:45", "2027-07-01T15:00", "America/Martinique"),
    "Saint-Pierre in its own spring night": ("2027-03-14T04:00", "2027-03-14T09:00", "America/Miquelon"),
    "Nouméa": ("2027-06-01T22:00", "2027-06-02T01:00", "Pacific/Noumea"),
}


@pytest.mark.parametrize("name", TIMES)
def test_every_reader_finds_the_same_moments(name):
    *times, zone = TIMES[name]
    starts_at, ends_at = (datetime.fromisoformat(time).replace(tzinfo=UTC) for time in times)
    event = event_at(starts_at, ends_at, zone)
    (found,) = read_by_all(calendar_of([event_entry(event)]))
    assert (found.starts, found.ends) == (starts_at, ends_at)
    assert (found.uid, found.sequence, found.status, found.method) == (str(event.uid), 0, "CONFIRMED", "PUBLISH")


def test_enclosed_rules_tell_the_hour_to_who_knows_no_zone_by_name():
    """The names are changed: a reader has nothing but the VTIMEZONE to go by."""
    for event in (
        event_at(datetime(2027, 3, 28, 6, 45, tzinfo=UTC), datetime(2027, 3, 28, 9, tzinfo=UTC)),
        event_at(datetime(2027, 10, 30, 19, tzinfo=UTC), datetime(2027, 10, 31, 6, tzinfo=UTC)),
        event_at(datetime(2027, 7, 1, 4, 45, tzinfo=UTC), datetime(2027, 7, 1, 8, tzinfo=UTC), "Indian/Reunion"),
    ):
        # A name for each: vobject remembers what it has met.
        content = calendar_of([event_entry(event)]).replace(
            event.time_zone.encode(), f"Club/Nowhere{event.pk}".encode()
        )
        for name in ("vobject", "icalendar"):
            (found,) = READERS[name](content)
            assert (found.starts, found.ends) == moments(event), name


def test_rules_would_be_missed_without_the_enclosed_zone():
    """Else the test above would prove nothing."""
    event = event_at(datetime(2027, 7, 1, 4, 45, tzinfo=UTC), datetime(2027, 7, 1, 8, tzinfo=UTC), "Indian/Reunion")
    content = calendar_of([event_entry(event)]).replace(b"Indian/Reunion", b"Club/Unheard")
    head, rest = content.split(b"BEGIN:VTIMEZONE", 1)
    content = head + rest.split(b"END:VTIMEZONE\r\n", 1)[1]
    with pytest.raises((AssertionError, KeyError)):
        assert [found.starts for found in READERS["vobject"](content)] == [moments(event)[0]]


def test_accents_signs_and_long_lines_are_read_back_by_all():
    title = "Café, été ; « œuvre » : l’ESS \\ à 93 %" + " été" * 12
    event = event_at(
        datetime(2027, 5, 3, 8, tzinfo=UTC),
        datetime(2027, 5, 3, 9, tzinfo=UTC),
        title=title,
        summary="ligne\nsuivante " * 9,
    )
    content = calendar_of([event_entry(event)])
    read_by_all(content)
    assert str(Calendar.from_ical(content).walk("VEVENT")[0]["SUMMARY"]) == title
    import vobject  # noqa: PLC0415

    assert vobject.readOne(content.decode()).vevent.summary.value == title
    assert content.endswith(b"\r\n") and b"\n" not in content.replace(b"\r\n", b"")
    assert max(len(line) for line in content.split(b"\r\n")) <= 75
    for line in content.split(b"\r\n"):
        line.decode()  # no letter is cut in two


# --- Numbers ---------------------------------------------------------------------------------------------------------


def enclosed(**which) -> list:
    """What the letters bore, in the order in which they were written."""
    letters = Letter.objects.filter(attachments__filename="event.ics", **which).order_by("pk")
    return [read_by_all(bytes(letter.attachments.get(filename="event.ics").content))[0] for letter in letters]


def test_number_grows_with_time_and_place_and_not_with_a_typo():
    event = EventFactory()
    register(event)
    update_event(event, by=None, title="Sans faute", summary="Autre phrase", access="Par le quai")
    update_event(event, by=None, city="Courbevoie", post_code="92400")
    update_event(
        event, by=None, starts_at=event.starts_at + timedelta(days=7), ends_at=event.ends_at + timedelta(days=7)
    )
    cancel_event(event, by=None)
    found = enclosed()
    assert [(e.sequence, e.status, e.method) for e in found] == [
        (0, "CONFIRMED", "REQUEST"),
        (1, "CONFIRMED", "REQUEST"),
        (2, "CONFIRMED", "REQUEST"),
        (3, "CANCELLED", "CANCEL"),
    ]
    assert len({e.uid for e in found}) == 1
    assert found[2].starts - found[1].starts == timedelta(days=7)


def test_event_moved_across_the_autumn_night_keeps_its_hour():
    event = event_at(datetime(2027, 10, 29, 9, tzinfo=PARIS), datetime(2027, 10, 29, 12, tzinfo=PARIS))
    register(event)
    new = datetime(2027, 11, 5, 9, tzinfo=PARIS)
    update_event(event, by=None, starts_at=new, ends_at=new + timedelta(hours=3))
    before, after = enclosed()
    assert (before.starts.hour, after.starts.hour) == (7, 8) and after.sequence == before.sequence + 1


def test_place_given_back_is_taken_back_with_a_higher_number():
    event = EventFactory()
    place = register(event).places.get()
    cancel_place(place, by=None)
    given, taken = enclosed()
    assert (given.uid, given.method, taken.uid, taken.method) == (
        place.calendar_uid,
        "REQUEST",
        place.calendar_uid,
        "CANCEL",
    )
    assert taken.sequence > given.sequence and taken.status == "CANCELLED"


def test_place_passed_on_and_back_grows_for_each_of_both():
    company, event = OrganisationFactory(), EventFactory()
    anne, basile = person_named("Anne"), person_named("Basile")
    place = register_people(event, organisation=company, people=[anne], by=None).places.get()
    for attendee in (basile, anne, basile):
        change_place(place, by=None, attendee=attendee)
    for attendee in (anne, basile):
        numbers = [e.sequence for e in enclosed(to_email=attendee.email)]
        assert numbers == sorted(set(numbers)), "each higher than the one before"
    assert [e.method for e in enclosed(to_email=anne.email)] == ["REQUEST", "CANCEL", "REQUEST", "CANCEL"]
    assert [e.method for e in enclosed(to_email=basile.email)] == ["REQUEST", "CANCEL", "REQUEST"]


def test_place_taken_again_after_it_was_given_up_has_a_higher_number(monkeypatch):
    from events.actions import holding  # noqa: PLC0415

    place = register(EventFactory()).places.get()
    registration = place.registration
    cancel_place(place, by=None)
    monkeypatch.setattr(holding, "_taken_again", lambda event, registration, places, now: places)
    line = type("Line", (), {"target_id": registration.pk})()
    give_places(line, by=None)
    assert [(e.method, e.sequence) for e in enclosed(to_email=place.email)] == [
        ("REQUEST", 0),
        ("CANCEL", 1),
        ("REQUEST", 2),
    ]


def test_session_keeps_its_name_and_grows_with_its_own_time_and_room():
    event = EventFactory()
    session = SessionFactory(event=event, room="Salle A")
    other = SessionFactory(event=event)

    def numbers():
        content = calendar_of(session_entry(one) for one in event.sessions.select_related("event__club").order_by("pk"))
        found = {e.uid: e.sequence for e in read_by_all(content)}
        return found[f"{event.uid}-s{session.pk}"], found[f"{event.uid}-s{other.pk}"]

    assert numbers() == (0, 0)
    change_session(session, by=None, title="Sans faute", speakers="Une autre personne", description="Plus long")
    assert numbers() == (0, 0)
    change_session(session, by=None, room="Salle B")
    assert numbers() == (1, 0)
    change_session(session, by=None, starts_at=session.starts_at + timedelta(minutes=5))
    assert numbers() == (2, 0)
    update_event(event, by=None, venue="Ailleurs")
    assert numbers() == (3, 1)


def test_session_of_a_draft_keeps_its_number():
    session = SessionFactory(event=EventFactory(draft=True))
    assert change_session(session, by=None, room="Salle B").sequence == 0


# --- Addresses -------------------------------------------------------------------------------------------------------


def test_programme_is_a_calendar_of_its_sessions(client):
    event = event_at(datetime(2027, 10, 30, 19, tzinfo=UTC), datetime(2027, 10, 31, 6, tzinfo=UTC))
    late = SessionFactory(event=event, starts_at=datetime(2027, 10, 31, 1, 15, tzinfo=UTC), room="Salle d’été")
    early = SessionFactory(event=event, starts_at=event.starts_at)
    response = client.get(reverse("events:programme_calendar", args=[event.slug]))
    found = {e.uid: (e.starts, e.ends, e.method) for e in read_by_all(response.content)}
    assert found == {session.calendar_uid: (session.starts_at, session.ends_at, "PUBLISH") for session in (early, late)}
    entries = {str(e["UID"]): e for e in Calendar.from_ical(response.content).walk("VEVENT")}
    assert str(entries[late.calendar_uid]["LOCATION"]).startswith("Salle d’été, La Ressourcerie")
    assert str(entries[late.calendar_uid]["RELATED-TO"]) == str(event.uid)
    again = client.get(response.wsgi_request.path, headers={"If-None-Match": response["ETag"]})
    assert again.status_code == 304


def test_programme_of_a_draft_is_nobodys(client):
    event = EventFactory(draft=True)
    assert client.get(reverse("events:programme_calendar", args=[event.slug])).status_code == 404


def test_programme_costs_the_same_for_one_and_five_sessions(client, django_assert_max_num_queries):
    event = EventFactory()
    for count in (1, 4):
        SessionFactory.create_batch(count, event=event)
        with django_assert_max_num_queries(3):
            client.get(reverse("events:programme_calendar", args=[event.slug]))


def test_feeds_and_files_are_read_alike_by_all_and_name_no_attendee(client):
    person = PersonFactory()
    place_at(EventFactory(), person=person)
    place_at(event_at(datetime(2027, 7, 1, 4, tzinfo=UTC), datetime(2027, 7, 1, 9, tzinfo=UTC), "Indian/Reunion"),
             person=person)  # fmt: skip
    place_at(EventFactory(), person=person, waiting=True)
    renew_feed(person)
    client.force_login(person)
    token = CalendarFeed.objects.get(person=person).token
    place = Place.objects.filter(status=PlaceStatus.CONFIRMED).first()
    for address, count in (
        (reverse("events:feed", args=[token]), 3),
        (reverse("events:public_calendar"), 3),
        (reverse("events:event_calendar", args=[place.event.slug]), 1),
        (reverse("events:place_calendar", args=[place.pk]), 1),
    ):
        content = client.get(address).content
        found = read_by_all(content)
        assert len(found) == count and {e.method for e in found} == {"PUBLISH"}, address
        assert b"ATTENDEE" not in content  # published to nobody in particular (RFC 5546, 3.2.1)
        assert content.count(b"BEGIN:VTIMEZONE") == len(
            {e["DTSTART"].params["TZID"] for e in Calendar.from_ical(content).walk("VEVENT")}
        )


def test_letter_names_organiser_and_attendee_as_an_invitation_must():
    register(EventFactory())
    (entry,) = Calendar.from_ical(bytes(Letter.objects.get().attachments.get(filename="event.ics").content)).walk(
        "VEVENT"
    )
    assert {"ORGANIZER", "ATTENDEE", "DTSTAMP", "UID", "SEQUENCE", "DTSTART", "SUMMARY"} <= set(entry)
