"""Reminders, thanks, the question what came of it: each once, on its day or a little later, to the right people, never after
a cancellation."""

from collections import Counter
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from core.models import HistoryEntry, Letter
from events.actions import cancel_event, change_place, dated_letters, switch_letter, update_event, write_dated_letters
from events.enums import Attendance, PlaceStatus
from events.letter_kinds import KINDS
from events.models import Event
from tests.events.factories import PARIS, EventFactory, in_days, person_named, place_at
from tests.factories import OrganisationFactory, PersonFactory
from tests.racing import at_once

pytestmark = pytest.mark.django_db
DAY = date(2027, 6, 15)
REMINDERS = ("reminder_week", "reminder_day")


def event_on(day: date = DAY, zone="Europe/Paris", hour=9, **fields) -> Event:
    starts_at = datetime.combine(day, time(hour), tzinfo=ZoneInfo(zone))
    return EventFactory(starts_at=starts_at, ends_at=starts_at + timedelta(hours=3), time_zone=zone, **fields)


def guest(event, **fields):
    """Somebody who has had a place for long."""
    values = {"confirmed_at": event.starts_at - timedelta(days=60), **fields}
    return place_at(event, **values)


def run(days: int, hour: int = 6, day: date = DAY) -> Counter:
    """The daily run, so many days after the event's day; which letters it wrote, by kind."""
    before = set(Letter.objects.values_list("pk", flat=True))
    moment = datetime.combine(day + timedelta(days=days), time(hour), tzinfo=PARIS)
    count = write_dated_letters(moment)
    new = Letter.objects.exclude(pk__in=before)
    assert new.count() == count
    return Counter(code.partition(".")[2] for code in new.values_list("code", flat=True))


# --- When -------------------------------------------------------------------------------------------------------------


def test_each_letter_comes_once_on_its_day_over_half_a_year():
    event = event_on()
    guest(event, attendance=Attendance.UNKNOWN)
    found = {}
    for days in range(-20, 0):
        if written := run(days):
            found[days] = written
    event.places.update(attendance=Attendance.PRESENT)
    for days in range(0, 130):
        if written := run(days):
            found[days] = written
    assert found == {
        -7: {"reminder_week": 1}, -1: {"reminder_day": 1}, 1: {"thanks": 1}, 30: {"outcome_month": 1},
        90: {"outcome_quarter": 1},
    }  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "on_time", "last"),
    [
        ("reminder_week", -7, -5),
        ("reminder_day", -1, 0),
        ("thanks", 1, 6),
        ("outcome_month", 30, 40),
        ("outcome_quarter", 90, 104),
    ],
)
def test_days_that_were_missed_are_caught_up_within_bounds(kind, on_time, last):
    event = event_on()
    guest(event, attendance=Attendance.UNKNOWN if on_time < 0 else Attendance.PRESENT)
    assert run(on_time - 1)[kind] == 0 and run(last + 1)[kind] == 0
    assert run(last)[kind] == 1
    assert run(last)[kind] == 0 and run(on_time)[kind] == 0


def test_reminder_of_the_day_before_is_not_written_once_the_event_has_begun():
    guest(event_on(hour=9))
    assert run(0, hour=10) == {}
    assert run(0, hour=8) == {"reminder_day": 1}


def test_day_is_the_one_of_the_events_own_clock():
    event = event_on(zone="Pacific/Noumea", hour=8)  # in Paris it is the evening before
    guest(event)
    assert run(-8, hour=12) == {}  # in Nouméa still eight days
    assert run(-8, hour=16) == {"reminder_week": 1}  # there it is past midnight


@pytest.mark.parametrize("day", [date(2027, 3, 28), date(2027, 10, 31)])
def test_change_of_clocks_moves_no_letter(day):
    guest(event_on(day))
    assert [run(days, hour=0, day=day) for days in (-8, -7, -2, -1)] == [
        {}, {"reminder_week": 1}, {}, {"reminder_day": 1},
    ]  # fmt: skip


def test_event_that_was_put_off_is_announced_again():
    event = event_on()
    guest(event)
    assert run(-7) == {"reminder_week": 1}
    with time_machine.travel(event.starts_at - timedelta(days=3), tick=False):
        later = event.starts_at + timedelta(days=30)
        update_event(event, by=None, starts_at=later, ends_at=later + timedelta(hours=3))
    assert run(-1)["reminder_day"] == 0
    assert run(-7, day=DAY + timedelta(days=30)) == {"reminder_week": 1}


# --- To whom ----------------------------------------------------------------------------------------------------------


def receivers() -> set[str]:
    return set(Letter.objects.values_list("to_email", flat=True))


def test_reminders_are_for_those_who_may_come_and_have_an_address():
    event = event_on()
    coming = guest(event)
    for kept in PlaceStatus.kept():
        guest(event, status=kept)
    guest(event, waiting=True)
    guest(event, status=PlaceStatus.CANCELLED)
    guest(event, email="")
    guest(event, attendance=Attendance.EXCUSED)
    guest(event, first_name="", last_name="", email="reserved@example.org")
    guest(event, email="forgotten@example.org", erased_at=timezone.now())
    assert run(-7) == {"reminder_week": 1} and receivers() == {coming.email}


def test_seats_that_are_kept_are_announced_by_no_reminder_until_they_are_paid():
    event = event_on()
    held = guest(event, status=PlaceStatus.HELD, confirmed_at=None)
    assert run(-7) == {}
    held.status, held.confirmed_at = PlaceStatus.CONFIRMED, event.starts_at - timedelta(days=5)
    held.save()
    assert run(-6) == {}  # the confirmation has just said so
    assert run(-1) == {"reminder_day": 1} and receivers() == {held.email}


def test_letters_after_the_event_are_for_those_who_were_present():
    event = event_on()
    here = guest(event, attendance=Attendance.PRESENT)
    walk_in = guest(event, attendance=Attendance.PRESENT, is_walk_in=True, confirmed_at=event.starts_at)
    for attendance in (Attendance.ABSENT, Attendance.EXCUSED, Attendance.UNKNOWN):
        guest(event, attendance=attendance)
    guest(event, attendance=Attendance.PRESENT, email="")
    guest(event, attendance=Attendance.PRESENT, first_name="", last_name="", email="")
    for days, kind in ((1, "thanks"), (30, "outcome_month"), (90, "outcome_quarter")):
        assert run(days) == {kind: 2}
    assert receivers() == {here.email, walk_in.email}


def test_who_got_a_place_just_now_has_been_written_to_already():
    event = event_on()
    due = datetime.combine(DAY - timedelta(days=7), time(0), tzinfo=PARIS)
    guest(event, confirmed_at=due + timedelta(hours=1))
    assert run(-7) == {} and run(-6) == {} and run(-1) == {"reminder_day": 1}


def test_who_takes_a_place_over_gets_letters_of_their_own():
    event = event_on()
    place = guest(event)
    with time_machine.travel(event.starts_at - timedelta(days=20), tick=False):
        assert run(-7) == {"reminder_week": 1}
        change_place(place, by=None, attendee=person_named("Basile"))
    assert run(-6) == {"reminder_week": 1}
    assert Letter.objects.latest("pk").to_email == "basile@example.org"


def test_letters_speak_the_readers_language_and_lead_where_they_should():
    event = event_on(access="Entrée par la cour")
    english = PersonFactory(language="en", email="en@example.org")
    guest(event, person=english, email=english.email)
    run(-1)
    reminder = Letter.objects.get()
    assert reminder.subject == f"See you soon: {event.title}" and "Entrée par la cour" in reminder.text
    assert f"http://localhost:8000{event.get_absolute_url()}" in reminder.text and "09:00 – 12:00" in reminder.text
    event.places.update(attendance=Attendance.PRESENT)
    run(1)
    assert event.get_absolute_url() in Letter.objects.get(code="events.thanks").text
    run(30)
    assert reverse("introductions:introduction_list") in Letter.objects.get(code="events.outcome_month").text


# --- Never ------------------------------------------------------------------------------------------------------------


def test_nothing_is_written_of_an_event_that_is_off_or_a_draft():
    event = event_on()
    guest(event)
    with time_machine.travel(event.starts_at - timedelta(days=20), tick=False):
        cancel_event(event, by=None)
    Letter.objects.all().delete()
    guest(event_on(draft=True))
    assert [run(days) for days in (-7, -1, 1, 30, 90)] == [{}] * 5


def test_event_called_off_between_two_batches_stops_the_letters(monkeypatch):
    event = event_on()
    for _ in range(4):
        guest(event)
    monkeypatch.setattr(dated_letters, "BATCH", 2)
    whole = dated_letters._write_batch

    def then_cancel(*args):
        written = whole(*args)
        with time_machine.travel(event.starts_at - timedelta(days=7), tick=False):
            cancel_event(event, by=None)
        return written

    monkeypatch.setattr(dated_letters, "_write_batch", then_cancel)
    write_dated_letters(event.starts_at - timedelta(days=7))
    assert Letter.objects.filter(code="events.reminder_week").count() == 2


def test_process_that_dies_between_two_batches_is_made_good_by_the_next_run(monkeypatch):
    event = event_on()
    for _ in range(5):
        guest(event)
    monkeypatch.setattr(dated_letters, "BATCH", 2)
    whole, calls = dated_letters._write_batch, []

    def dies(*args):
        calls.append(args)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return whole(*args)

    monkeypatch.setattr(dated_letters, "_write_batch", dies)
    with pytest.raises(KeyboardInterrupt):
        run(-7)
    assert Letter.objects.count() == 2
    assert run(-6) == {"reminder_week": 3}
    assert set(Counter(Letter.objects.values_list("to_email", flat=True)).values()) == {1}


def test_kind_that_the_club_switched_off_is_not_written_and_the_others_are():
    event, elsewhere = event_on(), event_on()
    guest(event), guest(elsewhere)
    switch_letter(event.club, KINDS["events.reminder_week"], is_on=False, by=None)
    assert run(-7) == {"reminder_week": 1} and run(-1) == {"reminder_day": 2}


def test_old_events_are_not_flooded():
    """What was there before these letters were: an event of long ago gets none."""
    for days in (20, 60, 120, 400, 2000):
        guest(event_on(DAY - timedelta(days=days)), attendance=Attendance.PRESENT)
    assert run(0) == {}


def test_history_says_what_was_written_and_names_nobody():
    event = event_on()
    guest(event), guest(event)
    run(-7)
    entry = HistoryEntry.objects.about(event).get()
    assert entry.code == "events.dated_letter.written" and entry.by is None
    assert entry.values == {"kind": "Rappel une semaine avant", "people": "2"}


def test_daily_run_writes_them(capsys):
    event = EventFactory(starts_at=in_days(7))
    guest(event)
    call_command("run_daily")
    assert "letters about events written: 1" in capsys.readouterr().out
    assert Letter.objects.filter(code="events.reminder_week").exists()


def test_letters_of_one_event_read_the_database_as_often_per_person(monkeypatch):
    def queries(people):
        event = event_on(club=club)
        for _ in range(people):
            guest(event, organisation=OrganisationFactory())
        with CaptureQueriesContext(
            connection,
        ) as captured:
            run(-7)
        Event.objects.filter(pk=event.pk).update(status="cancelled")
        return len(captured)

    club = event_on(DAY + timedelta(days=500)).club
    one, two, three = queries(1), queries(2), queries(3)
    assert three - two == two - one <= 6


@pytest.mark.django_db(transaction=True)
def test_two_runs_at_once_write_each_letter_once():
    event = EventFactory(starts_at=in_days(7))
    for _ in range(5):
        guest(event)
    now = timezone.now()
    results = at_once(*[lambda: write_dated_letters(now)] * 4)
    assert sorted(results) == [0, 0, 0, 5]
    assert Letter.objects.count() == 5
