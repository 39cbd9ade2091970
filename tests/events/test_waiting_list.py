"""The rule of the waiting list, and what always holds whatever people do."""

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.errors import RuleBroken
from core.models import HistoryEntry, Letter
from events.actions import cancel_place, cancel_registration, promote_waiting, update_event
from events.enums import PlaceStatus
from events.models import Group, Place, Seats, seats_of, served, waiting_groups
from members.enums import Audience
from tests.events.factories import BUYERS, STRUCTURES, EventFactory, place_at, register, statuses
from tests.factories import OrganisationFactory

PARTNERS = Audience.PARTNERS


def numbers(groups):
    return [group.registration_id for group in groups]


def queue(*groups):
    """Groups as (audience, people), numbered from 1."""
    return [Group(number, audience, people) for number, (audience, people) in enumerate(groups, start=1)]


# --- The rule --------------------------------------------------------------------------------------------------------


def test_served_gives_seats_in_order_and_whole():
    assert numbers(served(Seats(3, {}, {}), queue((BUYERS, 2), (STRUCTURES, 1), (BUYERS, 1)))) == [1, 2]


def test_served_lets_nobody_pass_a_group_that_waits_for_seats():
    assert served(Seats(3, {}, {BUYERS: 1}), queue((BUYERS, 3), (STRUCTURES, 1))) == []


def test_served_lets_other_audiences_pass_a_group_that_waits_for_its_quota():
    seats = Seats(10, {BUYERS: 2}, {BUYERS: 1})
    assert numbers(served(seats, queue((BUYERS, 2), (BUYERS, 1), (STRUCTURES, 3)))) == [3]


def test_served_is_not_held_by_a_group_that_could_never_fit():
    seats = Seats(4, {BUYERS: 2}, {})
    assert numbers(served(seats, queue((STRUCTURES, 5), (BUYERS, 3), (BUYERS, 1)))) == [3]


groups_strategy = st.lists(st.tuples(st.sampled_from(list(Audience)), st.integers(1, 5)), max_size=12)
quotas_strategy = st.dictionaries(st.sampled_from(list(Audience)), st.integers(0, 8))


@given(st.integers(1, 12), quotas_strategy, quotas_strategy, groups_strategy)
def test_served_never_exceeds_and_leaves_nobody_who_could_have_been_served(capacity, quotas, taken, groups):
    seats, waiting = Seats(capacity, quotas, taken), queue(*groups)
    got = served(seats, waiting)
    for group in got:
        assert group.people <= seats.left(group.audience)
        seats = seats.with_taken(group.audience, group.people)
    # Asked again, nobody else is served: one round is enough.
    assert served(seats, [group for group in waiting if group not in got]) == []
    # Within an audience nobody passes anybody who could fit at all.
    for audience in Audience:
        own = [group for group in waiting if group.audience == audience and group.people <= seats.most(audience)]
        mine = [group for group in got if group.audience == audience]
        assert mine == own[: len(mine)]


# --- The actions -----------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_cancelled_place_goes_to_the_next_in_order():
    event = EventFactory(capacity=1)
    first, second, third = register(event), register(event), register(event)
    cancel_place(first.places.get(), by=None)
    assert statuses(second) == {PlaceStatus.CONFIRMED} and statuses(third) == {PlaceStatus.WAITING}
    promoted = second.places.get()
    assert promoted.confirmed_at is not None
    letter = Letter.objects.get(code="events.place_promoted")
    assert letter.to_email == promoted.email
    assert letter.attachments.get(filename="event.ics").media_type == "text/calendar; method=REQUEST"
    assert HistoryEntry.objects.filter(code="events.registration.promoted").count() == 1


@pytest.mark.django_db
def test_group_is_promoted_only_whole():
    event = EventFactory(capacity=3)
    holders = register(event, 3)
    pair = register(event, 2)
    one, two, _three = holders.places.order_by("pk")
    cancel_place(one, by=None)
    assert statuses(pair) == {PlaceStatus.WAITING}
    cancel_place(two, by=None)
    assert statuses(pair) == {PlaceStatus.CONFIRMED}


@pytest.mark.django_db
def test_group_that_shrinks_while_waiting_fits():
    event = EventFactory(capacity=3)
    register(event, 2)
    pair = register(event, 2)
    cancel_place(pair.places.first(), by=None)
    assert set(pair.places.active().values_list("status", flat=True)) == {PlaceStatus.CONFIRMED}


@pytest.mark.django_db
def test_cancelling_twice_is_once():
    event = EventFactory(capacity=1)
    place = register(event).places.get()
    cancel_place(place, by=None)
    written = Letter.objects.count(), HistoryEntry.objects.count()
    assert cancel_place(place, by=None).status == PlaceStatus.CANCELLED
    assert (Letter.objects.count(), HistoryEntry.objects.count()) == written


@pytest.mark.django_db
def test_registration_given_back_as_a_whole_is_one_line_of_history():
    event = EventFactory(capacity=2)
    pair, waiting = register(event, 2), register(event, 2)
    cancel_registration(pair, by=None)
    assert statuses(pair) == {PlaceStatus.CANCELLED} and statuses(waiting) == {PlaceStatus.CONFIRMED}
    assert HistoryEntry.objects.get(code="events.place.cancelled").values["people"] == "2"


@pytest.mark.django_db
def test_more_places_go_to_the_waiting_list():
    event = EventFactory(capacity=1, quotas={BUYERS: 1})
    register(event)
    waiting = register(event)
    update_event(event, by=None, capacity=2)
    assert statuses(waiting) == {PlaceStatus.WAITING}
    update_event(event, by=None, quotas={BUYERS: 2})
    assert statuses(waiting) == {PlaceStatus.CONFIRMED}


@pytest.mark.django_db
def test_nobody_is_promoted_after_the_start():
    event = EventFactory(today=True, capacity=1)
    place_at(event, waiting=True)
    assert promote_waiting(event) == []


@pytest.mark.django_db
def test_place_cannot_be_given_back_after_the_start():
    with pytest.raises(RuleBroken):
        cancel_place(place_at(EventFactory(today=True)), by=None)


@pytest.mark.django_db
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.integers(2, 7),
    st.dictionaries(st.sampled_from([BUYERS, STRUCTURES]), st.integers(1, 5)),
    st.lists(st.tuples(st.sampled_from(["register", "cancel", "cancel"]), st.integers(0, 99)), max_size=14),
)
def test_registering_and_cancelling_in_any_order_keeps_every_promise(capacity, quotas, steps):
    event = EventFactory(capacity=capacity, quotas=quotas, organisation_cap=50)
    organisations = [OrganisationFactory(), OrganisationFactory(structure=True)]
    for verb, number in steps:
        if verb == "register":
            try:
                register(event, number % 3 + 1, organisations[number % 2])
            except RuleBroken:
                continue  # a group that could never fit
        else:
            active = list(event.places.active().order_by("pk"))
            if active:
                cancel_place(active[number % len(active)], by=None)
        seats = seats_of(event)
        assert seats.total_taken <= capacity
        assert all(seats.taken.get(audience, 0) <= places for audience, places in quotas.items())
        # Whoever could be served has been; and every group is whole.
        assert served(seats, waiting_groups(event)) == []
        active = Place.objects.filter(event=event).active().order_by().values_list("registration", "status").distinct()
        registrations = [registration for registration, _status in active]
        assert len(registrations) == len(set(registrations))
    assert not event.places.waiting().filter(waiting_since__gt=timezone.now()).exists()
