"""Offers off the waiting list: taken, refused, over in time; by letter and by a page that needs no account."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from core.errors import RuleBroken
from core.models import HistoryEntry, Letter
from events.actions import (
    accept_offer,
    cancel_event,
    cancel_place,
    cancel_registration,
    expire_holds,
    promote_waiting,
    refuse_offer,
    set_attendance,
    update_event,
)
from events.actions.promotion import ANSWER_LATER, answer_by
from events.enums import Attendance, PlaceStatus
from events.links import offer_token
from events.models import seats_of
from events.statistics import attendance_of
from tests.events.factories import EventFactory, place_at, register, statuses
from tests.factories import OrganisationFactory, member_of

pytestmark = pytest.mark.django_db

OFFERED, CONFIRMED, WAITING, CANCELLED = (
    PlaceStatus.OFFERED, PlaceStatus.CONFIRMED, PlaceStatus.WAITING, PlaceStatus.CANCELLED,
)  # fmt: skip


def offered(people: int = 1, **fields):
    """A registration that has just been offered its seats, and one that waits behind it."""
    event = EventFactory(capacity=people, **fields)
    holders = register(event, people)
    first, second = register(event, people), register(event, people)
    cancel_registration(holders, by=None)
    first.refresh_from_db()
    assert statuses(first) == {OFFERED}
    return first, second


def address(registration) -> str:
    return reverse("events:answer_offer", args=[offer_token(registration)])


def test_offer_counts_as_taken_and_is_answered_by_a_certain_moment():
    first, second = offered(2)
    assert seats_of(first.event).total_left == 0 and statuses(second) == {WAITING}
    assert timedelta(0) < timezone.now() + ANSWER_LATER - first.held_until < timedelta(minutes=1)
    assert attendance_of(first.event.places.all()).held == 2


def test_taken_offer_is_confirmed_with_letters_and_one_line_of_history():
    first, _second = offered(2)
    for _twice in range(2):
        accept_offer(first, by=None)
    first.refresh_from_db()
    assert statuses(first) == {CONFIRMED} and first.held_until is None
    assert Letter.objects.filter(code="events.place_confirmed", subjects__object_id=first.pk).distinct().count() == 2
    assert HistoryEntry.objects.filter(code="events.registration.accepted").count() == 1


def test_refused_offer_goes_to_the_next_in_turn():
    first, second = offered()
    for _twice in range(2):
        refuse_offer(first, by=None)
    assert statuses(first) == {CANCELLED} and statuses(second) == {OFFERED}
    assert (
        HistoryEntry.objects.filter(code="events.place.cancelled", values__reason="The offer was refused.").count() == 1
    )
    with pytest.raises(RuleBroken):
        accept_offer(first, by=None)


def test_unanswered_offer_is_over_in_time_and_goes_to_the_next():
    first, second = offered()
    assert expire_holds(first.held_until - timedelta(seconds=1)) == 0 and statuses(first) == {OFFERED}
    assert expire_holds(first.held_until + timedelta(seconds=1)) == 1
    assert statuses(first) == {CANCELLED} and statuses(second) == {OFFERED}
    assert Letter.objects.filter(code="events.waiting_left", text__contains="Sans réponse à temps").exists()
    assert expire_holds(first.held_until + timedelta(seconds=1)) == 0


def test_offer_whose_time_is_over_is_still_taken_as_long_as_nobody_gave_it_up():
    first, _second = offered()
    type(first).objects.update(held_until=timezone.now() - timedelta(minutes=1))
    accept_offer(first, by=None)
    assert statuses(first) == {CONFIRMED} and expire_holds(timezone.now()) == 0


@pytest.mark.parametrize(
    ("closes_in", "takes"),
    [
        (timedelta(days=20), timedelta(hours=48)),
        (timedelta(hours=60), timedelta(hours=30)),  # half of what is left
        (timedelta(hours=3), timedelta(hours=2)),
        (timedelta(hours=1), timedelta(hours=1)),
        (timedelta(0), None),
    ],
)
def test_time_to_answer_ends_before_registration_does(closes_in, takes):
    now = timezone.now()
    event = EventFactory.build(starts_at=now + timedelta(days=30), registration_closes_at=now + closes_in)
    assert answer_by(event, now) == (takes and now + takes)


def test_nothing_is_offered_once_registration_is_closed():
    event = EventFactory(capacity=1)
    holder, waiting = place_at(event), register(event)
    update_event(event, by=None, registration_closes_at=timezone.now() - timedelta(minutes=1))
    cancel_place(holder, by=None)
    assert statuses(waiting) == {WAITING} and promote_waiting(event) == []
    assert not Letter.objects.filter(code="events.place_offered").exists()


def test_cancelled_event_ends_its_offers():
    first, _second = offered()
    cancel_event(first.event, by=None)
    with pytest.raises(RuleBroken):
        accept_offer(first, by=None)
    assert expire_holds(timezone.now()) == 1 and statuses(first) == {CANCELLED}


def test_who_comes_to_the_door_says_yes(time_machine):
    first, _second = offered()
    time_machine.move_to(first.event.starts_at, tick=False)
    place = set_attendance(first.places.get(), attendance=Attendance.PRESENT, by=None)
    assert place.is_confirmed and expire_holds(timezone.now() + timedelta(days=1)) == 0


# --- By letter and page ----------------------------------------------------------------------------------------------


def test_offer_is_written_to_who_registered_the_group_or_to_the_people_named():
    company = OrganisationFactory()
    director = member_of(company)
    event = EventFactory(capacity=1)
    holder = register(event)
    by_director, by_nobody = register(event, 1, company, by=director), register(event)
    cancel_registration(holder, by=None)
    letter = Letter.objects.get(code="events.place_offered")
    assert letter.to_email == director.email and address(by_director) in letter.text
    refuse_offer(by_director, by=director)
    assert Letter.objects.filter(code="events.place_offered", to_email=by_nobody.places.get().email).count() == 1


def test_opening_the_page_changes_nothing_and_the_button_takes_the_places(client):
    first, _second = offered()
    shown = client.get(address(first))
    assert shown.status_code == 200 and first.organisation.display_name in shown.content.decode()
    assert first.places.get().last_name not in shown.content.decode() and statuses(first) == {OFFERED}
    answer = client.post(address(first), {"answer": "yes"}, follow=True)
    assert "les places sont à vous" in answer.content.decode().lower() and statuses(first) == {CONFIRMED}


def test_page_refuses_the_places(client):
    first, second = offered()
    client.post(address(first), {"answer": "no"})
    assert statuses(first) == {CANCELLED} and statuses(second) == {OFFERED}
    late = client.post(address(first), {"answer": "yes"}, follow=True)
    assert "cette proposition est terminée" in late.content.decode().lower() and statuses(first) == {CANCELLED}


@pytest.mark.parametrize("token", ["1", "1~", "1~forged", "x~y"])
def test_forged_address_does_not_exist(client, token):
    offered()
    assert client.get(reverse("events:answer_offer", args=[token])).status_code == 404
