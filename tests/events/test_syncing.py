"""What phones at the doors noted, offline or not, is taken once: verdicts, merging, clocks, idempotence."""

import uuid
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from core.models import HistoryEntry
from events.actions import set_attendance
from events.enums import Attendance, PlaceStatus
from events.models import Place, Scan
from events.tickets import ticket_code
from tests.events.door import Phone
from tests.events.factories import EventFactory, SessionFactory, place_at
from tests.factories import ClubFactory, OrganisationFactory, coordinator_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def club():
    return ClubFactory()


@pytest.fixture
def desk(client, club):
    client.force_login(coordinator_of(club))
    return client


@pytest.fixture
def event(club):
    now = timezone.now()
    return EventFactory(club=club, starts_at=now - timedelta(hours=3), ends_at=now + timedelta(hours=3), capacity=50)


@pytest.fixture
def phone(desk, event):
    return Phone(event, "Entrée", client=desk)


@pytest.fixture
def other_phone(desk, event):
    return Phone(event, "Parking", client=desk)


def ago(minutes: float):
    return timezone.now() - timedelta(minutes=minutes)


def again(place: Place) -> Place:
    return Place.objects.get(pk=place.pk)


# --- Verdicts ---------------------------------------------------------------------------------------------------------


def test_a_ticket_lets_its_person_in(phone, event):
    place = place_at(event)
    phone.scan(place, ago(1))
    assert phone.send() == ["let_in"]
    place = again(place)
    assert place.attendance == Attendance.PRESENT and abs(place.attendance_at - ago(1)) < timedelta(seconds=5)
    scan = Scan.objects.get()
    assert (scan.place, scan.door, scan.attendance, scan.read_digest) == (place, phone.door, "present", "")


def test_a_second_reading_says_where_and_when(phone, other_phone, event):
    place = place_at(event)
    phone.scan(place, ago(10))
    phone.send()
    other_phone.scan(place, ago(1))
    assert other_phone.send() == ["already_in"]
    [answer] = other_phone.answer["answers"]
    assert answer["door"] == "Entrée" and abs(answer["at"] / 1000 - ago(10).timestamp()) < 5


def test_who_was_noted_on_the_page_is_already_in(phone, event):
    place = place_at(event)
    set_attendance(place, attendance=Attendance.PRESENT, by=None)
    phone.scan(place)
    assert phone.send() == ["already_in"] and phone.answer["answers"][0]["door"] == ""


def test_a_ticket_of_another_event_is_named_to_who_may_see_it(phone, event):
    mine = place_at(EventFactory(club=event.club, draft=True, title="À nous"))
    theirs = place_at(EventFactory(draft=True, title="Aux autres"))
    phone.scan(mine), phone.scan(theirs)
    assert phone.send() == ["other_event", "other_event"]
    assert [answer["event"] for answer in phone.answer["answers"]] == ["À nous", ""]
    assert not Scan.objects.exclude(place=None).exists()


@pytest.mark.parametrize(
    "code", ["K-1-1-1-AAAAAAAAAAAAAAAA", "https://example.org/?x=1", "é" * 100, "WIFI:S:club;;", "-" * 499]
)
def test_what_is_no_ticket_is_forged_and_kept_as_a_digest_only(phone, code):
    phone.scan(code)
    assert phone.send() == ["forged"]
    scan = Scan.objects.get()
    assert scan.place is None and len(scan.read_digest) == 64 and code not in str(vars(scan))


def test_a_ticket_with_one_letter_changed_is_forged(phone, event):
    code = ticket_code(place_at(event))
    phone.scan(code[:-1] + ("A" if code[-1] != "A" else "B"))
    assert phone.send() == ["forged"]


def test_a_place_given_back_is_revoked(phone, event):
    phone.scan(place_at(event, status=PlaceStatus.CANCELLED))
    assert phone.send() == ["revoked"]


def test_a_ticket_passed_on_is_revoked_and_the_new_one_counts(phone, event):
    """Its version grows when the place is passed on: see test_places."""
    place = place_at(event)
    old = ticket_code(place)
    Place.objects.filter(pk=place.pk).update(ticket_version=2)
    phone.scan(old), phone.scan(again(place))
    assert phone.send() == ["revoked", "let_in"]


def test_who_waits_or_has_still_to_pay_is_for_the_desk_to_decide(phone, event):
    waiting, unpaid = place_at(event, waiting=True), place_at(event, status=PlaceStatus.HELD, confirmed_at=None)
    phone.scan(waiting), phone.scan(unpaid)
    assert phone.send() == ["waiting", "unpaid"]
    assert {again(waiting).attendance, again(unpaid).attendance} == {Attendance.UNKNOWN}
    phone.tick(unpaid), phone.note("admit", place=waiting.pk, fromReserve=False)
    assert phone.send() == ["noted", "let_in"]
    assert again(unpaid).attendance == again(waiting).attendance == Attendance.PRESENT
    assert again(unpaid).is_held and again(waiting).is_confirmed


@pytest.mark.parametrize("note", ["scan", "tick"])
def test_who_was_offered_a_place_and_comes_has_said_yes(phone, event, note):
    first, second, away = (place_at(event, status=PlaceStatus.OFFERED, confirmed_at=None) for _ in range(3))
    getattr(phone, note)(first)
    assert phone.send() == ["let_in" if note == "scan" else "noted"]
    assert again(first).is_confirmed and again(first).confirmed_at and again(first).attendance == Attendance.PRESENT
    getattr(phone, note)(second), phone.tick(away, Attendance.ABSENT)
    phone.send()
    assert again(second).is_confirmed and again(second).confirmed_at
    assert again(away).is_offered and again(away).confirmed_at is None and again(away).attendance == Attendance.ABSENT


def test_before_the_day_nobody_is_let_in(desk, club):
    event = EventFactory(club=club)
    place = place_at(event)
    phone = Phone(event, "Entrée", client=desk)
    phone.scan(place), phone.tick(place), phone.walk_in()
    assert phone.send() == ["not_today"] * 3
    assert again(place).attendance == Attendance.UNKNOWN and event.places.count() == 1


def test_who_was_noted_absent_comes_in_while_a_seat_is_left(desk, club):
    event = EventFactory(club=club, today=True, capacity=2)
    late = place_at(event, attendance=Attendance.ABSENT)
    gone = place_at(event, attendance=Attendance.EXCUSED)
    place_at(event)
    phone = Phone(event, "Entrée", client=desk)
    phone.scan(late), phone.scan(gone)
    assert phone.send() == ["let_in", "no_seat"]
    assert again(late).attendance == Attendance.PRESENT and again(gone).attendance == Attendance.EXCUSED


def test_a_seat_freed_in_the_same_batch_can_be_given(desk, club):
    event = EventFactory(club=club, today=True, capacity=1)
    place = place_at(event)
    phone = Phone(event, "Entrée", client=desk)
    now = timezone.now()
    phone.tick(place, Attendance.ABSENT, now - timedelta(seconds=3))
    phone.walk_in("Une", at=now - timedelta(seconds=2), reserve=False)
    phone.walk_in("Deux", at=now - timedelta(seconds=1), reserve=False)
    assert phone.send() == ["noted", "to_settle", "no_seat"]


# --- Once, whatever the order -----------------------------------------------------------------------------------------


def test_the_same_batch_twice_changes_nothing(phone, event):
    for place in (place_at(event), place_at(event)):
        phone.scan(place)
    phone.scan("faux"), phone.tick(place_at(event), Attendance.EXCUSED), phone.walk_in(reserve=False)
    first = phone.send(keep=True)
    kept = list(Scan.objects.values()), list(Place.objects.values()), HistoryEntry.objects.count()
    assert first == ["let_in", "let_in", "forged", "noted", "to_settle"]
    assert phone.send(keep=True) == first
    assert (list(Scan.objects.values()), list(Place.objects.values()), HistoryEntry.objects.count()) == kept
    assert event.loose_walk_ins.count() == 1


def test_one_entry_twice_in_a_batch_is_once(phone, event):
    entry = phone.scan(place_at(event))
    phone.queue.append(entry)
    assert phone.send() == ["let_in", "let_in"] and Scan.objects.count() == 1


def test_the_same_ticket_at_two_offline_doors_counts_once(phone, other_phone, event):
    """The one that is heard first read it later: the earlier reading takes over."""
    place = place_at(event)
    phone.scan(place, ago(30))
    other_phone.scan(place, ago(20))
    assert other_phone.send() == ["let_in"] and phone.send() == ["let_in"]
    assert abs(again(place).attendance_at - ago(30)) < timedelta(seconds=5)
    told = dict(Scan.objects.values_list("door__name", "verdict"))
    assert told == {"Entrée": "let_in", "Parking": "already_in"}
    assert event.places.attended().count() == 1
    [row] = [row for row in phone.answer["changes"] if row["id"] == place.pk]
    assert row["door"] == phone.door.pk


def test_a_batch_out_of_order_is_taken_by_time(phone, event):
    place = place_at(event)
    phone.scan(place, ago(1)), phone.scan(place, ago(9))
    assert phone.send() == ["already_in", "let_in"]


def test_of_two_ticks_the_later_one_stands(phone, other_phone, event):
    place = place_at(event)
    other_phone.tick(place, Attendance.EXCUSED, ago(5))
    other_phone.send()
    phone.tick(place, Attendance.PRESENT, ago(15))
    assert phone.send() == ["overtaken"] and again(place).attendance == Attendance.EXCUSED
    phone.tick(place, Attendance.ABSENT, ago(1))
    assert phone.send() == ["noted"] and again(place).attendance == Attendance.ABSENT


def test_a_code_that_was_read_outweighs_an_absence_noted_without_knowing(phone, other_phone, event):
    place = place_at(event)
    phone.scan(place, ago(60))
    other_phone.tick(place, Attendance.ABSENT, ago(5))
    other_phone.send()
    assert phone.send() == ["let_in"] and again(place).attendance == Attendance.PRESENT


def test_a_tick_taken_back_later_stands_against_an_earlier_reading(phone, other_phone, event):
    place = place_at(event)
    other_phone.tick(place, Attendance.PRESENT, ago(10)), other_phone.tick(place, Attendance.UNKNOWN, ago(5))
    other_phone.send()
    phone.scan(place, ago(20))
    assert phone.send() == ["overtaken"] and again(place).attendance == Attendance.UNKNOWN
    phone.scan(place, ago(1))
    assert phone.send() == ["let_in"]


@pytest.mark.parametrize("hours", [2, -2])
def test_a_clock_wrong_by_two_hours_is_corrected_and_both_times_kept(desk, event, phone, hours):
    wrong = Phone(event, "Décalée", client=desk, ahead=timedelta(hours=hours))
    place = place_at(event)
    wrong.scan(place, ago(30)), phone.scan(place, ago(20))
    assert phone.send() == ["let_in"] and wrong.send() == ["let_in"]
    scan = Scan.objects.get(door=wrong.door)
    assert abs(scan.corrected_at - ago(30)) < timedelta(seconds=5)
    assert abs(scan.device_at - scan.corrected_at - timedelta(hours=hours)) < timedelta(seconds=5)
    assert abs(again(place).attendance_at - ago(30)) < timedelta(seconds=5)
    wrong.door.refresh_from_db()
    assert abs(wrong.door.clock_ahead - hours * 3600) < 5


def test_nothing_is_noted_in_the_future(phone, event):
    place = place_at(event)
    phone.scan(place, timezone.now() + timedelta(days=2))
    phone.send()
    assert again(place).attendance_at <= timezone.now()


# --- Sessions ---------------------------------------------------------------------------------------------------------


def test_a_session_has_its_own_attendance_and_its_people_are_at_the_event(desk, event):
    workshop, plenary = SessionFactory(event=event), SessionFactory(event=event)
    door, hall = (
        Phone(event, "Atelier", client=desk, session=workshop),
        Phone(event, "Salle", client=desk, session=plenary),
    )
    both, one = place_at(event), place_at(event)
    door.scan(both, ago(9)), door.scan(one, ago(8)), door.scan(one, ago(7))
    assert door.send() == ["let_in", "let_in", "already_in"]
    hall.scan(both, ago(3))
    assert hall.send() == ["let_in"]
    assert event.scans.present_by_session() == {workshop.pk: 2, plenary.pk: 1}
    assert event.places.attended().count() == 2
    door.tick(one, Attendance.UNKNOWN)
    assert door.send() == ["noted"]
    assert event.scans.present_by_session() == {workshop.pk: 1, plenary.pk: 1}
    assert again(one).attendance == Attendance.PRESENT


def test_a_session_of_another_event_is_refused(phone):
    phone.session = SessionFactory()
    phone.scan("faux")
    assert phone.send() == ["refused"] and not Scan.objects.exists()


# --- History, changes, costs ------------------------------------------------------------------------------------------


def test_a_batch_is_one_line_of_history(phone, event):
    before = HistoryEntry.objects.count()
    for _ in range(3):
        phone.scan(place_at(event))
    phone.walk_in(reserve=False)
    phone.send()
    [line] = HistoryEntry.objects.order_by("pk")[before:]
    assert line.code == "events.door.noted" and line.values == {"people": "4", "new": "1"}
    phone.scan("faux")
    phone.send()
    assert HistoryEntry.objects.count() == before + 1


def test_a_door_learns_what_changed_elsewhere(phone, other_phone, event):
    seen, moved, untouched = place_at(event), place_at(event), place_at(event)
    phone.send()
    other_phone.send()
    phone.scan(seen)
    phone.send()
    set_attendance(moved, attendance=Attendance.EXCUSED, by=None)
    other_phone.send()
    changes = {row["id"]: row["attendance"] for row in other_phone.answer["changes"]}
    assert changes == {seen.pk: "present", moved.pk: "excused"} and untouched.pk not in changes
    other_phone.send()
    assert other_phone.answer["changes"] == []


@pytest.mark.parametrize("kind", ["scan", "tick"])
def test_a_batch_costs_as_many_queries_for_one_as_for_twenty(phone, event, kind):
    phone.scan(place_at(event))
    phone.send()
    costs = []
    for count in (1, 20):
        for place in [place_at(event) for _ in range(count)]:
            phone.scan(place) if kind == "scan" else phone.tick(place)
        with CaptureQueriesContext(connection) as queries:
            assert len(phone.send()) == count
        costs.append(len([one for one in queries if not one["sql"].startswith(("BEGIN", "COMMIT", "SAVE", "RELEASE"))]))
    assert costs[0] == costs[1] <= 15, costs


def test_walk_ins_cost_as_many_queries_for_one_as_for_ten(phone, event):
    company = OrganisationFactory(is_listed=True)
    phone.send()
    costs = []
    for count in (1, 10):
        for _ in range(count):
            phone.walk_in(f"Nom{uuid.uuid4().hex[:6]}", organisation=company.pk, reserve=False)
        with CaptureQueriesContext(connection) as queries:
            assert phone.send() == ["walked_in"] * count
        costs.append(len(queries))
    assert costs[0] == costs[1], costs
