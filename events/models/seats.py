"""How many seats are left, and in which order a waiting list is served: plain values, no clock, no writing."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from django.db.models import Count

from events.models.doors import seats_kept_at
from events.models.events import Event
from events.models.registrations import Place
from members.enums import Audience


@dataclass(frozen=True)
class Seats:
    """What an event offers and what is taken, in all and by audience.

    `kept` are seats that no place stands for yet, such as those reserved for a door; under "" they may be anybody's, so
    that they count against every quota.
    """

    capacity: int
    quotas: dict[str, int]
    taken: dict[str, int]
    kept: dict[str, int] = field(default_factory=dict)

    @property
    def total_taken(self) -> int:
        return sum(self.taken.values()) + sum(self.kept.values())

    @property
    def total_left(self) -> int:
        return max(0, self.capacity - self.total_taken)

    def quota_left(self, audience: str) -> int | None:
        """Seats left in the audience's own quota; None where it has none."""
        if audience not in self.quotas:
            return None
        return max(0, self.quotas[audience] - self.quota_taken(audience))

    def quota_taken(self, audience: str) -> int:
        """What counts against the audience's own quota."""
        return self.taken.get(audience, 0) + self.kept.get(audience, 0) + self.kept.get("", 0)

    def left(self, audience: str) -> int:
        """Seats that somebody of this audience could have now."""
        quota_left = self.quota_left(audience)
        return self.total_left if quota_left is None else min(self.total_left, quota_left)

    @property
    def left_for_anyone(self) -> int:
        """Seats that could be given to whoever comes, of whichever audience."""
        return min([self.total_left, *(self.left(audience) for audience in self.quotas)])

    def most(self, audience: str) -> int:
        """The largest group of this audience that could ever fit."""
        return min(self.capacity, self.quotas.get(audience, self.capacity))

    def with_taken(self, audience: str, people: int) -> "Seats":
        return replace(self, taken={**self.taken, audience: self.taken.get(audience, 0) + people})

    def with_kept(self, audience: str, seats: int) -> "Seats":
        return replace(self, kept={**self.kept, audience: self.kept.get(audience, 0) + seats})


@dataclass(frozen=True)
class Group:
    """People of one registration who wait together."""

    registration_id: int | None
    audience: str
    people: int


def seats_of(event: Event) -> Seats:
    """The seats of `event` as the database knows them now (three queries). Binding only under the event's lock."""
    counts = Place.objects.filter(event=event).taken().order_by().values_list("audience").annotate(Count("pk"))
    quotas = {quota.audience: quota.places for quota in event.quotas.all()}
    return Seats(
        event.capacity, quotas, {Audience(audience): count for audience, count in counts}, seats_kept_at(event)
    )


def waiting_groups(event: Event) -> list[Group]:
    """The waiting list by groups, in order (one query)."""
    groups: dict[int, Group] = {}
    for registration_id, audience in event.places.waiting().values_list("registration_id", "audience"):
        people = groups[registration_id].people + 1 if registration_id in groups else 1
        groups[registration_id] = Group(registration_id, audience, people)
    return list(groups.values())


def served(seats: Seats, queue: Iterable[Group]) -> list[Group]:
    """The groups of `queue` that get seats now.

    The rule: groups are served in the order in which they came, each whole or not at all.
    - A group for which seats in all are short holds everybody behind it: seats are kept until it fits.
    - A group for which only its audience's quota is short cannot use the seats that are left, so groups of *other*
      audiences may pass it; groups of its own audience may not.
    - A group larger than the event's places or its audience's quota could never fit (they were lowered after it had
      come): it holds nobody.
    """
    got, held_back = [], set()
    for group in queue:
        if group.people > seats.most(group.audience) or group.audience in held_back:
            continue
        quota_left = seats.quota_left(group.audience)
        if quota_left is not None and group.people > quota_left:
            held_back.add(group.audience)
        elif group.people > seats.total_left:
            break
        else:
            got.append(group)
            seats = seats.with_taken(group.audience, group.people)
    return got
