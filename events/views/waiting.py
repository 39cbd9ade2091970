"""The waiting list as people read it: where they stand, and why they have no place yet."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from events.actions.promotion import answer_by
from events.models import Event, seats_by_event, waiting_by_event, why_waiting


@dataclass(frozen=True)
class Waiting:
    """A group's position on its event's list, from 1; of how many groups; how many people; why they wait; in how many
    rounds later groups went before it."""

    position: int
    groups: int
    people: int
    why: str
    passed: int


def waiting_at(events: Collection[Event], now: datetime) -> dict[int, Waiting]:
    """By registration id, for all who wait at these events (three queries, none without events)."""
    if not events:
        return {}
    seats, found = seats_by_event(events), {}
    queues, late = waiting_by_event(events), {event.pk: answer_by(event, now) is None for event in events}
    for event_id, queue in queues.items():
        for position, group in enumerate(queue, start=1):
            why = why_waiting(seats[event_id], queue, group, is_late=late[event_id])
            found[group.registration_id] = Waiting(position, len(queue), group.people, why, group.passed)
    return found
