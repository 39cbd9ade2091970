"""Today's meeting at its doors: two phones, one of them with a clock that is wrong, seats reserved, a few arrivals."""

import uuid
from datetime import timedelta

from clubsite.demo.world import World, clock_at
from events.actions import open_door, reserve_seats, sync_door
from events.actions.door_batches import Entry
from events.enums import EntryKind
from events.models import Event
from events.tickets import ticket_code


def stand_at_the_doors(world: World) -> None:
    """Some have come in, one ticket was read at both doors, one code was odd, one person is still to be settled."""
    event = Event.objects.get(receptions__person__email="accueil@demo.example")
    by = world.coordinators["hauts-de-seine"]
    moment = min(world.now, event.ends_at - timedelta(hours=1))
    if not event.is_its_day(moment):
        return
    with clock_at(moment):
        hall = open_door(event, name="Hall", device=_device(world), by=by)
        car_park = open_door(event, name="Parking", device=_device(world), by=by)
        reserve_seats(event, door_name="Parking", seats=5, by=by)
        last = list(event.places.holding_a_place().order_by("-last_name", "-pk")[:6])
        arrivals = [_scan(world, ticket_code(place), moment, ago) for ago, place in enumerate(last, start=3)]
        arrivals.append(_scan(world, "https://exemple.example/menu", moment, 2))
        arrivals.append(
            Entry(
                _device(world), EntryKind.WALK_IN, moment - timedelta(minutes=1), first_name="Nadia", last_name="Berthier",
                organisation_name="Un atelier de Colombes", audience="structures",
            )
        )  # fmt: skip
        sync_door(hall, device_now=moment, entries=arrivals, to_send=0, by=by)
        wrong = timedelta(hours=2)
        again = [_scan(world, ticket_code(place), moment + wrong, 1) for place in last[:1]]
        sync_door(car_park, device_now=moment + wrong, entries=again, to_send=0, by=by)


def _scan(world: World, code: str, moment, minutes: int) -> Entry:
    return Entry(_device(world), EntryKind.SCAN, moment - timedelta(minutes=minutes), code=code)


def _device(world: World) -> uuid.UUID:
    """A number that falls the same way every time."""
    return uuid.UUID(int=world.chance.getrandbits(128), version=4)
