"""Twenty people want the last five places at the same moment: five get them. Real threads and connections, on both
databases. The same scenario without the lock goes wrong: that shows that the lock is what holds it."""

import threading
from collections import Counter
from functools import partial

import pytest
from django.db import OperationalError, connection

from events.actions import PersonRefused, cancel_place, locking, register_people, registrations
from events.enums import PlaceStatus
from events.models import Event, Place
from members.models import Organisation
from tests.events.factories import BUYERS, STRUCTURES, EventFactory, people, place_at
from tests.factories import OrganisationFactory
from tests.racing import errors_at_once

pytestmark = pytest.mark.django_db(transaction=True)

RUNNERS, LEFT = 20, 5


def registering(event: Event, organisations, count: int = 1):
    """One call an organisation, each on rows of its own, as a request would read them."""
    return [partial(register_anew, event.pk, organisation.pk, people(count)) for organisation in organisations]


def register_anew(event_pk: int, organisation_pk: int, group) -> None:
    event, organisation = Event.objects.get(pk=event_pk), Organisation.objects.get(pk=organisation_pk)
    register_people(event, organisation=organisation, people=group, by=None)


def twenty_for_five() -> tuple[Counter, list[Exception]]:
    event = EventFactory(capacity=8)
    for _ in range(event.capacity - LEFT):
        place_at(event)
    organisations = OrganisationFactory.create_batch(RUNNERS)
    errors = errors_at_once(*registering(event, organisations))
    newcomers = Place.objects.filter(event=event, registration__organisation__in=organisations)
    return Counter(newcomers.values_list("status", flat=True)), errors


def test_last_five_places_go_to_five_of_twenty():
    counts, errors = twenty_for_five()
    assert errors == []
    assert counts == {PlaceStatus.CONFIRMED: LEFT, PlaceStatus.WAITING: RUNNERS - LEFT}


def test_same_scenario_breaks_without_the_lock(monkeypatch):
    everybody_has_read = threading.Barrier(RUNNERS, timeout=30)

    def read_and_wait(event):
        seats = registrations_seats_of(event)
        everybody_has_read.wait()
        return seats

    registrations_seats_of = registrations.seats_of
    monkeypatch.setattr(locking, "lock_row", lambda queryset, pk: queryset.get(pk=pk))
    monkeypatch.setattr(registrations, "seats_of", read_and_wait)
    if connection.vendor == "sqlite":  # else beginning the transaction is a lock already
        monkeypatch.setitem(connection.settings_dict["OPTIONS"], "transaction_mode", "DEFERRED")
    counts, errors = twenty_for_five()
    if connection.vendor == "sqlite":  # who read before another wrote is turned away: people are lost
        assert errors and {type(error) for error in errors} == {OperationalError}
        assert counts.total() < RUNNERS
    else:
        assert errors == []
        assert counts[PlaceStatus.CONFIRMED] > LEFT


def test_quotas_hold_when_both_audiences_come_at_once():
    event = EventFactory(capacity=8, quotas={BUYERS: 3, STRUCTURES: 6})
    companies, structures = OrganisationFactory.create_batch(8), OrganisationFactory.create_batch(8, structure=True)
    assert errors_at_once(*registering(event, [*companies, *structures])) == []
    taken = Counter(event.places.holding_a_place().values_list("audience", flat=True))
    assert taken.total() == 8 and taken[BUYERS] <= 3 and taken[STRUCTURES] <= 6
    assert event.places.count() == 16


def test_same_person_registered_ten_times_at_once_stands_once():
    event, company, group = EventFactory(), OrganisationFactory(), people(1)
    calls = [partial(register_anew, event.pk, company.pk, group) for _ in range(10)]
    assert {type(error) for error in errors_at_once(*calls)} == {PersonRefused}
    assert event.places.count() == 1


def test_places_given_back_at_once_are_each_given_on_once():
    event = EventFactory(capacity=6)
    holders = [place_at(event) for _ in range(6)]
    waiting = [place_at(event, waiting=True) for _ in range(10)]
    calls = [lambda pk=place.pk: cancel_place(Place.objects.get(pk=pk), by=None) for place in holders[:4]]
    assert errors_at_once(*calls, *calls) == []  # each pressed twice
    assert event.places.seated().count() == 6
    promoted = Place.objects.filter(pk__in=[place.pk for place in waiting]).offered()
    assert list(promoted.order_by("pk")) == waiting[:4]
