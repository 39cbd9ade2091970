"""Places at an event among what is sold: three for everybody, held while somebody pays."""

import random
from collections.abc import Iterator, Sequence
from datetime import timedelta
from decimal import Decimal

from django.utils import timezone

from events.actions import cancel_registration, register_people
from events.actions.registrations import Attendee
from events.enums import PlaceStatus
from events.models import PAYABLE, Event, Price, Registration, live_line, seats_of, served, waiting_groups
from members.models import Club, Organisation
from tests.chaos.scene import Turn
from tests.events.factories import EventFactory

CAPACITY = 3
FAR = timedelta(days=500)  # beyond the end of any history


class Places:
    code = PAYABLE

    def set_up(self, club: Club, organisations: Sequence[Organisation]) -> None:
        event = EventFactory(club=club, capacity=CAPACITY, organisation_cap=50, starts_at=timezone.now() + FAR)
        for is_for_members in (False, True):
            Price.objects.create(event=event, is_for_members=is_for_members, amount=Decimal(25))

    def choose(self, dice: random.Random, organisation: Organisation) -> list[str]:
        """The addresses of one or two people."""
        return [f"{dice.getrandbits(64):x}@example.org" for _ in range(dice.randint(1, 2))]

    def put_into_basket(self, club: Club, organisation: Organisation, chosen: list[str], *, by) -> None:
        people = [Attendee("Claire", f"Nom{number}", email) for number, email in enumerate(chosen)]
        register_people(Event.objects.get(club=club), organisation=organisation, people=people, by=by)

    # --- What must hold ------------------------------------------------------------------------------------------------

    def complaints(self) -> Iterator[str]:
        """Never more than there are; confirmed where the line is firm and given, and nowhere else."""
        for event in Event.objects.all():
            taken = event.places.seated().count()
            if taken > event.capacity:
                yield f"{taken} places of {event.capacity} are taken"
            if served(seats_of(event), waiting_groups(event)):
                yield "somebody waits although there is room"
        for registration in Registration.objects.all():
            yield from self._of_registration(registration)

    def _of_registration(self, registration: Registration) -> Iterator[str]:
        statuses = set(registration.places.active().values_list("status", flat=True))
        line = live_line(registration.pk)
        if len(statuses) > 1:
            yield f"the group of registration {registration.pk} is not whole: {statuses}"
        is_paid = line is not None and line.order.is_firm and line.is_granted
        if PlaceStatus.CONFIRMED in statuses and not is_paid:
            yield f"registration {registration.pk} is confirmed, and not paid"
        if is_paid and statuses - {PlaceStatus.CONFIRMED}:
            yield f"registration {registration.pk} is paid, and {statuses}"
        if PlaceStatus.WAITING in statuses and line is not None:
            yield f"registration {registration.pk} waits, and is ordered"


def give_back(turn: Turn) -> None:
    """People of an organisation do not come after all."""
    registration = turn.one_of(Registration.objects.filter(places__in=_active()).distinct().order_by("pk"))
    by = turn.person_of(registration.organisation_id)
    turn.about_to(f"gives the places of registration {registration.pk} back")
    cancel_registration(registration, by=by)


def _active():
    return Event.objects.get().places.active()


STEPS = {give_back: 0.7}
