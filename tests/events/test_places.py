"""What becomes of a place before the event, and at the door."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from core.errors import RuleBroken
from core.models import HistoryEntry, Letter
from events.actions import (
    Attendee,
    PersonRefused,
    add_reception,
    add_walk_in,
    admit_waiting,
    cancel_place,
    change_place,
    remove_reception,
    set_attendance,
    set_consent,
)
from events.enums import Attendance, EventStatus, PlaceStatus
from events.models import Reception, seats_of
from tests.events.factories import BUYERS, EventFactory, person_named, place_at
from tests.factories import OrganisationFactory, PersonFactory, member_of

pytestmark = pytest.mark.django_db


def attendee_of(place, **changes):
    names = ("first_name", "last_name", "email", "job_title", "is_listed")
    return Attendee(**{**{name: getattr(place, name) for name in names}, **changes})


# --- Before ----------------------------------------------------------------------------------------------------------


def test_corrected_name_writes_no_letter():
    place = place_at(EventFactory())
    changed = change_place(place, by=None, attendee=attendee_of(place, last_name="Dupont"))
    assert changed.last_name == "Dupont" and "dupont" in changed.search_text
    assert not Letter.objects.exists()


def test_place_passed_on_when_full_tells_both():
    event = EventFactory(capacity=1)
    colleague = member_of(OrganisationFactory(), email="collegue@example.org")
    place = place_at(event, email="avant@example.org", listed=True)
    changed = change_place(place, by=None, attendee=person_named("Nouvelle", email="collegue@example.org"))
    assert changed.pk == place.pk and changed.person == colleague and not changed.is_listed
    assert seats_of(event).total_taken == 1
    letters = {
        letter.to_email: letter.attachments.get(filename="event.ics").media_type for letter in Letter.objects.all()
    }
    assert letters == {
        "avant@example.org": "text/calendar; method=CANCEL",
        "collegue@example.org": "text/calendar; method=REQUEST",
    }


def test_place_is_not_passed_on_to_somebody_registered():
    event = EventFactory()
    place_at(event, email="deja@example.org")
    place = place_at(event)
    with pytest.raises(PersonRefused) as caught:
        change_place(place, by=None, attendee=attendee_of(place, email="deja@example.org"))
    assert caught.value.field == "email"


@pytest.mark.parametrize(
    ("event", "place"),
    [
        ({"past": True}, {}),
        ({"today": True}, {"attendance": Attendance.PRESENT}),
        ({"status": EventStatus.CANCELLED}, {}),
        ({}, {"status": PlaceStatus.CANCELLED}),
    ],
)
def test_place_cannot_be_changed_any_more(event, place):
    place = place_at(EventFactory(**event), **place)
    with pytest.raises(RuleBroken):
        change_place(place, by=None, attendee=attendee_of(place, last_name="Trop tard"))


def test_consent_is_given_and_withdrawn_at_any_time():
    place = place_at(EventFactory(past=True))
    listed = set_consent(place, is_listed=True, by=None)
    assert listed.is_listed and listed.consented_at is not None
    set_consent(place, is_listed=True, by=None)
    hidden = set_consent(place, is_listed=False, by=None)
    assert not hidden.is_listed and hidden.consented_at is None
    assert HistoryEntry.objects.filter(code="events.place.consent_changed").count() == 2


def test_who_gave_the_place_back_is_not_put_on_the_list():
    with pytest.raises(RuleBroken):
        set_consent(place_at(EventFactory(), status=PlaceStatus.CANCELLED), is_listed=True, by=None)


def test_cancelled_place_takes_its_calendar_entry_back_with_a_higher_number():
    place = place_at(EventFactory(sequence=4))
    cancel_place(place, by=None)
    enclosed = Letter.objects.get().attachments.get(filename="event.ics").content
    assert b"METHOD:CANCEL" in enclosed and b"SEQUENCE:5" in enclosed and place.calendar_uid.encode() in enclosed


# --- At the door -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("attendance", [Attendance.PRESENT, Attendance.EXCUSED, Attendance.ABSENT])
def test_attendance_is_noted_with_who_and_when_and_can_be_taken_back(attendance):
    desk = PersonFactory()
    place = place_at(EventFactory(today=True))
    for _ in range(2):
        ticked = set_attendance(place, attendance=attendance, by=desk)
    assert (ticked.attendance, ticked.attendance_by) == (attendance, desk) and ticked.attendance_at is not None
    assert HistoryEntry.objects.filter(code="events.place.ticked").count() == 1
    cleared = set_attendance(place, attendance=Attendance.UNKNOWN, by=desk)
    assert cleared.attendance == Attendance.UNKNOWN and cleared.attendance_at is None


def test_attendance_is_not_noted_before_the_day():
    with pytest.raises(RuleBroken):
        set_attendance(place_at(EventFactory()), attendance=Attendance.PRESENT, by=None)


def test_day_begins_at_midnight_of_the_place(time_machine):
    """At 21:30 in Paris it is already the day of the event in La Réunion (00:30)."""
    event = EventFactory(time_zone="Indian/Reunion", starts_at=datetime(2027, 7, 2, 8, tzinfo=UTC))
    time_machine.move_to("2027-07-01T19:30:00Z")
    assert not event.is_its_day(timezone.now())
    time_machine.move_to("2027-07-01T20:30:00Z")
    assert event.is_its_day(timezone.now())


@pytest.mark.parametrize("fields", [{"waiting": True}, {"status": PlaceStatus.CANCELLED}])
def test_attendance_is_noted_for_holders_only(fields):
    with pytest.raises(RuleBroken):
        set_attendance(place_at(EventFactory(today=True), **fields), attendance=Attendance.PRESENT, by=None)


def test_walk_in_is_present_and_counts():
    event, desk, company = EventFactory(today=True, capacity=1), PersonFactory(), OrganisationFactory()
    place = add_walk_in(event, organisation=company, attendee=person_named("Surprise"), by=desk)
    assert (place.status, place.attendance, place.is_walk_in) == (PlaceStatus.CONFIRMED, Attendance.PRESENT, True)
    with pytest.raises(RuleBroken, match="1 places"):
        add_walk_in(event, organisation=company, attendee=person_named(), by=desk)
    assert event.places.count() == 1


def test_walk_in_respects_the_quota_and_says_so():
    event = EventFactory(today=True, quotas={BUYERS: 0})
    with pytest.raises(RuleBroken, match="Entreprises"):
        add_walk_in(event, organisation=OrganisationFactory(), attendee=person_named(), by=None)


def test_seats_of_the_absent_are_free_for_walk_ins_and_late_comers_find_out():
    event = EventFactory(today=True, capacity=1)
    absent = place_at(event)
    set_attendance(absent, attendance=Attendance.ABSENT, by=None)
    add_walk_in(event, organisation=OrganisationFactory(), attendee=person_named(), by=None)
    with pytest.raises(RuleBroken):
        set_attendance(absent, attendance=Attendance.PRESENT, by=None)
    set_attendance(absent, attendance=Attendance.EXCUSED, by=None)
    assert seats_of(event).total_taken == 1


def test_walk_in_who_is_registered_is_refused_at_the_email():
    event = EventFactory(today=True)
    place_at(event, email="deja@example.org")
    with pytest.raises(PersonRefused) as caught:
        add_walk_in(
            event, organisation=OrganisationFactory(), attendee=person_named("x", email="deja@example.org"), by=None
        )
    assert caught.value.field == "email"


@pytest.mark.parametrize("fields", [{}, {"draft": True}, {"status": EventStatus.CANCELLED}])
def test_nobody_walks_in_before_the_day_or_into_what_does_not_take_place(fields):
    with pytest.raises(RuleBroken):
        add_walk_in(EventFactory(**fields), organisation=OrganisationFactory(), attendee=person_named(), by=None)


def test_who_waits_is_let_in_as_long_as_seats_are_left():
    event = EventFactory(today=True, capacity=1)
    first, second = place_at(event, waiting=True), place_at(event, waiting=True)
    for _ in range(2):
        admitted = admit_waiting(first, by=None)
    assert (admitted.status, admitted.attendance) == (PlaceStatus.CONFIRMED, Attendance.PRESENT)
    with pytest.raises(RuleBroken):
        admit_waiting(second, by=None)
    with pytest.raises(RuleBroken):
        admit_waiting(place_at(event, status=PlaceStatus.CANCELLED), by=None)


def test_reception_desk_is_set_up_and_taken_down():
    event, helper = EventFactory(starts_at=timezone.now() + timedelta(days=1)), PersonFactory()
    for _ in range(2):
        reception = add_reception(event, person=helper, by=None)
    assert Reception.objects.get() == reception
    for _ in range(2):
        remove_reception(reception, by=None)
    assert not Reception.objects.exists()
    assert HistoryEntry.objects.filter(code__startswith="events.reception.").count() == 2
