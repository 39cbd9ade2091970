"""What people do: the club's own verbs, each on whatever the dice choose."""

import random
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

from django.utils import timezone

from billing.actions import due_of, place_order, quoted, quoted_totals, record_payment
from billing.enums import Method
from core.errors import RuleBroken
from events.actions import (
    Attendee,
    accept_offer,
    approve_request,
    cancel_place,
    cancel_registration,
    change_place,
    choose_sessions,
    expire_holds,
    give_back_session_seat,
    promote_waiting,
    put_into_basket,
    refuse_offer,
    refuse_request,
    register_people,
    take_session_seat,
    update_event,
)
from events.models import Event, Place, Registration, SessionSeat, live_line, seats_of
from members.models import Organisation, Person
from tests.crowd.scene import Scene


class NothingToDo(Exception):
    """The dice chose something that is not there."""


class Turn:
    """Somebody's turn: who there is, and the dice."""

    def __init__(self, scene: Scene, dice: random.Random):
        self.scene, self.dice = scene, dice

    def event(self) -> Event:
        return Event.objects.select_related("club").get(pk=self.dice.choice(self.scene.events))

    def organisation(self) -> Organisation:
        return Organisation.objects.get(pk=self.dice.choice(self.scene.organisations))

    def person(self) -> Attendee:
        number = self.dice.getrandbits(48)
        return Attendee("Claire", f"Nom{number}", f"{number:x}@example.org")

    def place(self, **having) -> Place:
        found = Place.objects.active().filter(**having).distinct()
        return self._one_of(found.select_related("event", "registration__organisation"))

    def seat(self) -> SessionSeat:
        return self._one_of(SessionSeat.objects.select_related("session__event", "place"))

    def registration(self, **having) -> Registration:
        found = Registration.objects.filter(**having).select_related("event__club", "organisation", "by").distinct()
        return self._one_of(found)

    def _one_of(self, queryset):
        pks = list(queryset.order_by("pk").values_list("pk", flat=True))
        found = queryset.filter(pk=self.dice.choice(pks)).first() if pks else None
        if found is None:  # nothing there, or gone in between
            raise NothingToDo
        return found


def manager_of(organisation: Organisation) -> Person:
    return Person.objects.get(roles__organisation=organisation)


def register(turn: Turn) -> None:
    organisation = turn.organisation()
    named, reserved = turn.dice.randint(1, 3), turn.dice.choice([0, 0, 0, 1, 2])
    people = [*[turn.person() for _ in range(named)], *[Attendee() for _ in range(reserved)]]
    register_people(turn.event(), organisation=organisation, people=people, by=manager_of(organisation))


def name_seat(turn: Turn) -> None:
    """Name a reserved seat, or swap a name."""
    change_place(turn.place(), by=None, attendee=turn.person())


def give_back_place(turn: Turn) -> None:
    cancel_place(turn.place(), by=None)


def give_back_all(turn: Turn) -> None:
    cancel_registration(turn.registration(), by=None)


def choose(turn: Turn) -> None:
    """Any of the sessions, none to all; some are at the same hours, and most are full."""
    place = turn.place(event__sessions__has_sign_up=True)
    offered = list(place.event.sessions.with_sign_up())
    choose_sessions(place, sessions=turn.dice.sample(offered, turn.dice.randint(0, len(offered) - 1)), by=None)


def take_seat(turn: Turn) -> None:
    place = turn.place(event__sessions__has_sign_up=True)
    take_session_seat(turn.dice.choice(list(place.event.sessions.with_sign_up())), place=place, by=None)


def leave_seat(turn: Turn) -> None:
    give_back_session_seat(turn.seat(), by=None)


def promote(turn: Turn) -> None:
    promote_waiting(turn.event())


def change_capacity(turn: Turn) -> None:
    """To anything between what is taken and a little more; in between it may have become too few, and is refused."""
    event = turn.event()
    taken = seats_of(event).total_taken
    update_event(event, by=None, capacity=max(1, taken + turn.dice.choice([-2, 0, 0, 1, 2, 4])))


def answer(turn: Turn) -> None:
    registration = turn.registration(places__status="offered")
    (accept_offer if turn.dice.random() < 0.7 else refuse_offer)(registration, by=None)


def decide(turn: Turn) -> None:
    registration = turn.registration(places__status="requested")
    (approve_request if turn.dice.random() < 0.8 else refuse_request)(registration, by=None)


def order(turn: Turn) -> None:
    registration = turn.registration(places__status="held")
    by = manager_of(registration.organisation)
    line = put_into_basket(registration, by=by)
    if line.order.is_basket:
        gross = quoted_totals(quoted(line.order)).gross
        place_order(line.order, by=by, method=Method.TRANSFER, expected=gross)


def pay(turn: Turn) -> None:
    registration = turn.registration(places__status="held")
    line = live_line(registration.pk)
    if line is None or not line.order.is_placed:
        raise NothingToDo
    due = due_of(line.order)
    if due <= 0:
        raise NothingToDo
    record_payment(line.order, by=None, method=Method.TRANSFER, amount=Decimal(due), received_on=timezone.localdate())


def let_time_pass(turn: Turn) -> None:
    expire_holds(timezone.now() + turn.dice.choice([timedelta(0), timedelta(minutes=41), timedelta(hours=49)]))


# How often each is done.
ACTS: dict[Callable[[Turn], None], int] = {
    register: 30, name_seat: 10, give_back_place: 16, give_back_all: 5, promote: 3, change_capacity: 3, answer: 12,
    decide: 6, order: 7, pay: 7, let_time_pass: 1, choose: 12, take_seat: 8, leave_seat: 4,
}  # fmt: skip


# Those by which seats are sold, for a crowd that has no lock.
SELLING = {register: 3, give_back_all: 2}


def act(turn: Turn, acts: dict[Callable[[Turn], None], int] = ACTS) -> str:
    """Do something; says what, and whether it was refused by a rule."""
    verb = turn.dice.choices(list(acts), weights=list(acts.values()))[0]
    name = verb.__name__.replace("_", " ")
    try:
        verb(turn)
    except NothingToDo:
        return f"{name}: nothing to do"
    except RuleBroken:
        return f"{name}: refused"
    return name
