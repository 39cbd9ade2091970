"""More dates of one event: which ones, at which hour, and that each has its own life."""

from datetime import UTC, datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import models
from django.utils import timezone

from core.errors import RuleBroken
from core.models import HistoryEntry, Letter
from events.actions import (
    MOST_DATES,
    cancel_event,
    copy_event,
    delete_draft,
    make_series,
    postpone_event,
    publish_series,
    update_event,
)
from events.clocks import moment_of
from events.enums import EventStatus
from events.forms import SeriesForm
from events.holidays import holiday_on
from events.models import Event, EventSeries, Session
from tests.events.factories import BUYERS, PARIS, EventFactory, SessionFactory, in_days, place_at
from tests.events.priced import priced_event
from tests.racing import errors_at_once

pytestmark = pytest.mark.django_db
REUNION = ZoneInfo("Indian/Reunion")


@pytest.fixture(autouse=True)
def _in_september_2026():
    with time_machine.travel(datetime(2026, 9, 1, 10, tzinfo=PARIS), tick=True):
        yield


def at(*when, zone=PARIS) -> datetime:
    return datetime(*when, tzinfo=zone)


def breakfast(starts_at: datetime, **fields) -> Event:
    """08:45 to 10:15, with a round of introductions from 09:00 on; registration closes the day before at noon."""
    event = EventFactory(
        starts_at=starts_at, ends_at=starts_at + timedelta(minutes=90), status=EventStatus.DRAFT,
        registration_closes_at=(starts_at - timedelta(days=1)).replace(hour=12, minute=0), **fields,
    )  # fmt: skip
    SessionFactory(event=event, starts_at=starts_at + timedelta(minutes=15), room="Salle 1")
    return event


def hours(event: Event) -> list[str]:
    """Start, end, its session's start, the end of registration, as clocks at the place show them."""
    event.refresh_from_db()
    moments = [event.starts_at, event.ends_at, event.sessions.get().starts_at, event.registration_closes_at]
    return [f"{moment.astimezone(event.zone):%H:%M}" for moment in moments]


def dates_of(event: Event, **values) -> list[str]:
    form = SeriesForm({"rhythm": "listed", **values}, event=event)
    assert form.is_valid(), form.errors
    return [one.value for one in form.dates()]


# --- By the clock of the place ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("starts_at", "other", "zone"),
    [
        (at(2026, 10, 22, 8, 45), at(2026, 10, 29, 8, 45), "Europe/Paris"),  # winter time begins between the two
        (at(2027, 3, 25, 8, 45), at(2027, 4, 1, 8, 45), "Europe/Paris"),  # summer time begins between the two
        (at(2026, 10, 22, 8, 45, zone=REUNION), at(2026, 10, 29, 8, 45, zone=REUNION), "Indian/Reunion"),
        (at(2027, 3, 25, 8, 45, zone=REUNION), at(2027, 4, 1, 8, 45, zone=REUNION), "Indian/Reunion"),
    ],
)
def test_copy_keeps_every_hour_across_a_change_of_clocks(starts_at, other, zone):
    event = breakfast(starts_at, time_zone=zone)
    before = hours(event)
    copy = copy_event(event, by=None, starts_at=other)
    assert hours(copy) == before == ["08:45", "10:15", "09:00", "12:00"]
    assert copy.starts_at == other and hours(event) == before


@pytest.mark.parametrize(("day", "utc"), [((2026, 10, 25), (7, 45)), ((2027, 3, 28), (6, 45))])
def test_copy_to_the_very_day_of_the_change_is_at_the_right_moment(day, utc):
    copy = copy_event(breakfast(at(2026, 10, 8, 8, 45)), by=None, starts_at=at(*day, 8, 45))
    assert hours(copy) == ["08:45", "10:15", "09:00", "12:00"]
    assert copy.starts_at.astimezone(UTC) == datetime(*day, *utc, tzinfo=UTC)


def test_event_across_the_night_of_the_change_keeps_its_clock():
    """From the evening before to the morning after: an hour longer or shorter, and the clock says the same."""
    event = EventFactory(draft=True, starts_at=at(2026, 10, 10, 18), ends_at=at(2026, 10, 11, 12))
    autumn = copy_event(event, by=None, starts_at=at(2026, 10, 24, 18))
    spring = copy_event(event, by=None, starts_at=at(2027, 3, 27, 18))
    lasting = [one.ends_at.astimezone(UTC) - one.starts_at.astimezone(UTC) for one in (event, autumn, spring)]
    assert [length / timedelta(hours=1) for length in lasting] == [18, 19, 17]
    assert {f"{one.local_end:%H:%M}" for one in (autumn, spring)} == {"12:00"}


def test_event_that_is_moved_across_the_change_takes_its_programme_along():
    event = breakfast(at(2026, 10, 22, 8, 45))
    start = at(2026, 10, 29, 8, 45)
    update_event(event, by=None, starts_at=start, ends_at=start + timedelta(minutes=90))
    assert hours(event)[2] == "09:00"
    update_event(event, by=None, starts_at=(start := at(2027, 4, 1, 8, 45)), ends_at=start + timedelta(minutes=90))
    assert hours(event)[2] == "09:00"


def test_event_whose_zone_changes_keeps_the_hours_of_its_programme():
    event = breakfast(at(2026, 10, 22, 8, 45))
    start = at(2026, 10, 22, 8, 45, zone=REUNION)
    update_event(
        event, by=None, time_zone="Indian/Reunion", starts_at=start, ends_at=start + timedelta(minutes=90),
        registration_closes_at=None,
    )  # fmt: skip
    event.refresh_from_db()
    assert f"{event.sessions.get().starts_at.astimezone(REUNION):%H:%M}" == "09:00"


def test_hour_that_does_not_exist_is_refused_and_nothing_is_made():
    event = EventFactory(draft=True, starts_at=at(2026, 10, 10, 1), ends_at=at(2026, 10, 10, 4))
    SessionFactory(event=event, starts_at=at(2026, 10, 10, 2, 30), ends_at=at(2026, 10, 10, 3, 30))
    with pytest.raises(RuleBroken, match="02:30") as caught:
        copy_event(event, by=None, starts_at=at(2027, 3, 28, 1))
    assert caught.value.field == "starts_at"
    assert moment_of(datetime(2027, 3, 28, 2, 30), PARIS) is None


def test_hour_that_comes_twice_is_the_first_one():
    assert moment_of(datetime(2026, 10, 25, 2, 30), PARIS).astimezone(UTC).hour == 0


# --- What is copied ---------------------------------------------------------------------------------------------------


def test_copy_of_a_session_has_all_that_is_written_in_it(monkeypatch):
    """Whatever fields a session gets: moments move, what keeps itself (not editable, unique) begins anew."""
    copied = [field.name for field in Session._meta.concrete_fields if field.editable and not field.unique]
    assert {"kind", "title", "starts_at", "ends_at", "room", "speakers", "description", "event"} <= set(copied)
    event = breakfast(at(2026, 10, 8, 8, 45))
    own = models.UUIDField(editable=False, unique=True)
    assert not own.editable and "id" not in copied
    copy = copy_event(event, by=None, starts_at=at(2026, 11, 5, 8, 45))
    one, other = event.sessions.get(), copy.sessions.get()
    same = [name for name in copied if name not in ("event", "starts_at", "ends_at")]
    assert {name: getattr(one, name) for name in same} == {name: getattr(other, name) for name in same}
    assert other.pk != one.pk and other.event == copy


def test_copy_has_prices_and_quotas_but_neither_people_nor_secrets():
    event = priced_event("25.00", members="5.00", quotas={BUYERS: 4}, capacity=12, organisation_cap=2)
    place_at(event)
    Event.objects.filter(pk=event.pk).update(preview_token="x" * 20, postponed_from=event.starts_at, sequence=3)
    event.refresh_from_db()
    copy = copy_event(event, by=None, starts_at=in_days(60))
    assert {(one.is_for_members, one.amount) for one in copy.prices.all()} == {(False, 25), (True, 5)}
    assert copy.quotas.get().places == 4 and (copy.capacity, copy.organisation_cap) == (12, 2)
    assert not copy.places.exists() and not copy.preview_token and copy.sequence == 0
    assert copy.postponed_from is None and copy.uid != event.uid and copy.is_draft


# --- Which dates ------------------------------------------------------------------------------------------------------


def test_weeks_go_on_from_the_event():
    event = breakfast(at(2026, 10, 8, 8, 45))
    assert dates_of(event, rhythm="weekly", every="2", times="3") == ["2026-10-22", "2026-11-05", "2026-11-19"]


def test_months_keep_the_weekday_and_its_number():
    event = breakfast(at(2026, 10, 1, 8, 45))  # the first Thursday
    assert dates_of(event, rhythm="monthly", times="3") == ["2026-11-05", "2026-12-03", "2027-01-07"]
    third = breakfast(at(2026, 10, 15, 8, 45))
    assert dates_of(third, rhythm="monthly", times="2") == ["2026-11-19", "2026-12-17"]


def test_fifth_weekday_is_the_last_of_every_month():
    event = breakfast(at(2026, 10, 29, 8, 45))  # the fifth Thursday
    assert dates_of(event, rhythm="monthly", times="3") == ["2026-11-26", "2026-12-31", "2027-01-28"]


def test_listed_dates_are_read_however_they_are_written():
    event = breakfast(at(2026, 10, 1, 8, 45))
    assert dates_of(event, days="14/10/2026, 03/11/2026\n2026-12-01; 14/10/2026") == [
        "2026-10-14", "2026-11-03", "2026-12-01",
    ]  # fmt: skip


def test_dates_say_what_speaks_against_them():
    event = breakfast(at(2026, 10, 1, 8, 45))
    form = SeriesForm({"rhythm": "listed", "days": "01/10/2026 11/11/2026 01/06/2026 02/10/2026"}, event=event)
    assert form.is_valid()
    found = {one.value: one for one in form.dates()}
    assert found["2026-10-01"].obstacle and found["2026-06-01"].obstacle
    assert found["2026-11-11"].holiday and not found["2026-11-11"].obstacle and not found["2026-11-11"].is_chosen
    assert found["2026-10-02"].is_chosen
    night = EventFactory(draft=True, starts_at=at(2027, 3, 21, 2, 30))
    form = SeriesForm({"rhythm": "weekly", "every": "1", "times": "2"}, event=night)
    assert form.is_valid() and [bool(one.obstacle) for one in form.dates()] == [True, False]


@pytest.mark.parametrize(
    ("day", "zone", "is_off"),
    [
        ("2027-03-29", "Europe/Paris", True),  # Easter Monday
        ("2027-05-06", "Europe/Paris", True),  # Ascension Day
        ("2027-05-17", "Europe/Paris", True),  # Whit Monday
        ("2027-07-14", "Europe/Paris", True),
        ("2027-07-15", "Europe/Paris", False),
        ("2027-12-20", "Europe/Paris", False),
        ("2027-12-20", "Indian/Reunion", True),  # slavery was abolished there on this day
        ("2027-05-22", "America/Martinique", True),
        ("2027-05-22", "America/Guadeloupe", False),
    ],
)
def test_public_holidays_are_those_of_the_place(day, zone, is_off):
    assert bool(holiday_on(datetime.fromisoformat(day).date(), zone)) == is_off


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"rhythm": "weekly", "times": "3"}, "every"),
        ({"rhythm": "weekly", "times": "3", "every": "0"}, "every"),
        ({"rhythm": "weekly", "times": "3", "every": "53"}, "every"),
        ({"rhythm": "monthly"}, "times"),
        ({"rhythm": "monthly", "times": "25"}, "times"),
        ({"rhythm": "monthly", "times": "-1"}, "times"),
        ({"rhythm": "listed"}, "days"),
        ({"rhythm": "listed", "days": "demain, 31/02/2027"}, "days"),
        ({"rhythm": "listed", "days": " ".join(f"{day:02}/10/2026" for day in range(1, 26))}, "days"),
        ({"rhythm": "hourly", "times": "3"}, "rhythm"),
    ],
)
def test_rhythm_that_is_none_is_refused_at_its_field(values, field):
    form = SeriesForm(values, event=breakfast(at(2026, 10, 1, 8, 45)))
    assert not form.is_valid() and field in form.errors


# --- The series -------------------------------------------------------------------------------------------------------


def starts(*days: int) -> list[datetime]:
    return [at(2026, 11, day, 8, 45) for day in days]


def test_series_is_made_of_drafts_and_asked_twice_it_is_made_once():
    event = breakfast(at(2026, 10, 1, 8, 45))
    series = make_series(event, by=None, starts=starts(5, 12))
    assert [one.status for one in series.events.all()] == [EventStatus.DRAFT] * 3
    with pytest.raises(RuleBroken):
        make_series(event, by=None, starts=starts(5, 12))
    assert make_series(event, by=None, starts=starts(12, 19)) == series
    assert series.events.count() == 4 and EventSeries.objects.count() == 1
    assert HistoryEntry.objects.filter(code="events.series.made").count() == 2
    assert len({one.slug for one in series.events.all()}) == 4


@pytest.mark.parametrize(
    "given", [[], [at(2026, 8, 1, 8, 45)], [at(2027, 1, 1, 8) + timedelta(days=n) for n in range(25)]]
)
def test_series_without_a_date_in_the_past_or_too_long_is_refused(given):
    event = breakfast(at(2026, 10, 1, 8, 45))
    with pytest.raises(RuleBroken) as caught:
        make_series(event, by=None, starts=given)
    assert caught.value.field == "dates" and not EventSeries.objects.exists() and Event.objects.count() == 1
    assert MOST_DATES == 24


def test_all_drafts_of_a_series_are_published_at_once():
    event = breakfast(at(2026, 10, 1, 8, 45))
    series = make_series(event, by=None, starts=starts(5, 12))
    past = series.events.order_by("-pk").first()
    Event.objects.filter(pk=past.pk).update(starts_at=at(2026, 8, 1, 8), ends_at=at(2026, 8, 1, 9))
    assert len(publish_series(series, by=None)) == 2
    past.refresh_from_db()
    assert past.is_draft and set(series.events.exclude(pk=past.pk).values_list("status", flat=True)) == {"published"}
    with pytest.raises(RuleBroken):
        publish_series(series, by=None)


def test_one_date_is_changed_postponed_and_cancelled_without_the_others():
    event = breakfast(at(2026, 10, 1, 8, 45))
    series = make_series(event, by=None, starts=starts(5, 12, 19))
    publish_series(series, by=None)
    others = list(series.events.exclude(pk=event.pk).order_by("starts_at"))
    holders = [place_at(one) for one in others]
    before = [(one.title, one.starts_at, one.sequence) for one in series.events.order_by("starts_at")]
    cancel_event(others[0], by=None)
    postpone_event(others[1], by=None)
    update_event(others[2], by=None, title="Autre titre", venue="Ailleurs")
    event.refresh_from_db()
    assert (event.title, event.starts_at, event.sequence) == before[0] and event.is_published
    assert {one.status for one in series.events.all()} == {"published", "cancelled", "postponed"}
    codes = {letter.to_email: letter.code for letter in Letter.objects.all()}
    assert codes == dict(
        zip(
            [holder.email for holder in holders],
            ["events.event_cancelled", "events.event_date_open", "events.event_changed"],
            strict=True,
        )
    )


def test_series_of_which_nothing_is_left_is_gone():
    event = breakfast(at(2026, 10, 1, 8, 45))
    series = make_series(event, by=None, starts=starts(5))
    for one in list(series.events.all()):
        assert EventSeries.objects.exists()
        delete_draft(one, by=None)
    assert not EventSeries.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_two_coordinators_who_make_the_same_series_make_it_once():
    event = breakfast(at(2026, 10, 1, 8, 45))
    call = partial(make_series, event, by=None, starts=starts(5, 12))
    errors = errors_at_once(call, call, call)
    assert [type(error) for error in errors] == [RuleBroken] * 2
    assert Event.objects.count() == 3 and EventSeries.objects.count() == 1
    assert Event.objects.filter(series=None).count() == 0 and timezone.now() < event.starts_at
