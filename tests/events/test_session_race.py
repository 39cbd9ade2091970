"""Twelve people want the three seats of a workshop at the same moment. Real threads and connections, on both databases.
The same scenario without the lock goes wrong: that shows that the lock is what holds it."""

import threading
from functools import partial

import pytest
from django.db import OperationalError, connection

from core.errors import RuleBroken
from events.actions import cancel_place, choose_sessions, locking, session_seats, take_session_seat
from events.models import Place, Session, SessionSeat
from tests.events.factories import EventFactory, place_at
from tests.events.programme import WorkshopFactory
from tests.racing import at_once, errors_at_once, said_at_once

pytestmark = pytest.mark.django_db(transaction=True)
RUNNERS, SEATS = 12, 3


def choose_anew(place_pk: int, session_pk: int) -> None:
    place, session = Place.objects.get(pk=place_pk), Session.objects.get(pk=session_pk)
    choose_sessions(place, sessions=[session], by=None)


def twelve_for_three() -> tuple[Session, list]:
    event = EventFactory(capacity=RUNNERS)
    workshop = WorkshopFactory(event=event, capacity=SEATS)
    places = [place_at(event) for _ in range(RUNNERS)]
    return workshop, [partial(choose_anew, place.pk, workshop.pk) for place in places]


def test_three_seats_go_to_three_of_twelve():
    workshop, calls = twelve_for_three()
    assert said_at_once(*calls) == ["done"] * SEATS + ["refused"] * (RUNNERS - SEATS)
    assert workshop.seats.taken().count() == SEATS


def test_same_scenario_breaks_without_the_lock(monkeypatch):
    everybody_has_read = threading.Barrier(RUNNERS, timeout=30)
    check = session_seats._check_seats

    def read_and_wait(sessions):
        check(sessions)
        everybody_has_read.wait()

    monkeypatch.setattr(locking, "lock_row", lambda queryset, pk: queryset.get(pk=pk))
    monkeypatch.setattr(session_seats, "_check_seats", read_and_wait)
    if connection.vendor == "sqlite":  # else beginning the transaction is a lock already
        monkeypatch.setitem(connection.settings_dict["OPTIONS"], "transaction_mode", "DEFERRED")
    workshop, calls = twelve_for_three()
    errors = errors_at_once(*calls)
    if connection.vendor == "sqlite":  # who read before another wrote is turned away: people are lost
        assert errors and {type(error) for error in errors} == {OperationalError}
    else:
        assert errors == []
        assert workshop.seats.taken().count() > SEATS


def test_person_who_presses_twelve_times_has_one_seat():
    event = EventFactory()
    workshop, place = WorkshopFactory(event=event), place_at(event)
    assert errors_at_once(*[partial(choose_anew, place.pk, workshop.pk)] * RUNNERS) == []
    assert SessionSeat.objects.filter(session=workshop).count() == 1


def test_two_sessions_at_the_same_hours_chosen_at_once_give_one_seat():
    event = EventFactory()
    workshops, place = [WorkshopFactory(event=event) for _ in range(2)], place_at(event)

    def take(session_pk):
        take_session_seat(Session.objects.get(pk=session_pk), place=Place.objects.get(pk=place.pk), by=None)

    assert said_at_once(*[partial(take, one.pk) for one in workshops]) == ["done", "refused"]
    assert SessionSeat.objects.taken().of(place).count() == 1


def test_seat_freed_and_wanted_at_once_is_never_taken_twice():
    event = EventFactory(capacity=RUNNERS)
    workshop = WorkshopFactory(event=event, capacity=1)
    holder, *others = [place_at(event) for _ in range(5)]
    choose_anew(holder.pk, workshop.pk)
    calls = [partial(choose_anew, place.pk, workshop.pk) for place in others]
    results = at_once(lambda: cancel_place(Place.objects.get(pk=holder.pk), by=None), *calls)
    failed = [one for one in results if isinstance(one, Exception)]
    assert all(isinstance(error, RuleBroken) for error in failed) and len(failed) >= 3
    assert workshop.seats.taken().count() <= 1
