"""The waiting list at work, and what always holds whatever people do. Its rule: test_waiting_rule."""

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.errors import RuleBroken
from core.models import HistoryEntry, Letter
from events.actions import cancel_place, cancel_registration, promote_waiting, update_event
from events.enums import PlaceStatus
from events.models import Place, Registration, seats_of, served, waiting_groups
from events.models.seats import PATIENCE
from tests.events.factories import BUYERS, STRUCTURES, EventFactory, place_at, register, statuses
from tests.factories import OrganisationFactory

# --- The actions -----------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_cancelled_place_goes_to_the_next_in_order():
    event = EventFactory(capacity=1)
    first, second, third = register(event), register(event), register(event)
    cancel_place(first.places.get(), by=None)
    assert statuses(second) == {PlaceStatus.OFFERED} and statuses(third) == {PlaceStatus.WAITING}
    letter = Letter.objects.get(code="events.place_offered")
    assert letter.to_email == second.places.get().email and not letter.attachments.exists()
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
    assert statuses(pair) == {PlaceStatus.OFFERED}


@pytest.mark.django_db
def test_group_that_shrinks_while_waiting_fits():
    event = EventFactory(capacity=3)
    register(event, 2)
    pair = register(event, 2)
    cancel_place(pair.places.first(), by=None)
    assert set(pair.places.active().values_list("status", flat=True)) == {PlaceStatus.OFFERED}


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
    assert statuses(pair) == {PlaceStatus.CANCELLED} and statuses(waiting) == {PlaceStatus.OFFERED}
    assert HistoryEntry.objects.get(code="events.place.cancelled").values["people"] == "2"


@pytest.mark.django_db
def test_more_places_go_to_the_waiting_list():
    event = EventFactory(capacity=1, quotas={BUYERS: 1})
    register(event)
    waiting = register(event)
    update_event(event, by=None, capacity=2)
    assert statuses(waiting) == {PlaceStatus.WAITING}
    update_event(event, by=None, quotas={BUYERS: 2})
    assert statuses(waiting) == {PlaceStatus.OFFERED}


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
        assert all(one.passed_over <= PATIENCE for one in Registration.objects.filter(event=event))
        active = Place.objects.filter(event=event).active().order_by().values_list("registration", "status").distinct()
        registrations = [registration for registration, _status in active]
        assert len(registrations) == len(set(registrations))
    assert not event.places.waiting().filter(waiting_since__gt=timezone.now()).exists()
