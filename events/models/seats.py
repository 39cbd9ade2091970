"""How many seats are left, and in which order a waiting list is served: plain values, no clock, no writing."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace

from django.db.models import Count, Value
from django.utils.translation import gettext

from core.prepared import prepared
from events.models.doors import kept_at_doors
from events.models.events import Event, Quota
from events.models.registrations import Place
from members.enums import Audience

# In how many rounds later groups may go before a group.
PATIENCE = 3
# With more free seats than that, groups get them in order.
MANY = 30


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

    def over_quota(self, audience: str) -> int:
        """Seats taken beyond the audience's quota, which was lowered after they had been given."""
        taken = self.taken.get(audience, 0)
        return max(0, taken - self.quotas.get(audience, taken))

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
    """People of one registration who wait together; `passed` says in how many rounds later groups went before it."""

    registration_id: int | None
    audience: str
    people: int
    passed: int = 0

    @property
    def is_out_of_patience(self) -> bool:
        return self.passed >= PATIENCE


@dataclass(frozen=True)
class Round:
    """Who gets seats now, and whom they went before."""

    served: list[Group]
    passed: list[Group]


def seats_of(event: Event) -> Seats:
    """The seats of `event` as the database knows them now (one query). Binding only under the event's lock."""
    return seats_by_event([event])[event.pk]


@prepared
def _quotas_and_seats(events: Collection[int]):
    """(event, audience, number, which of the counts of `Seats`)."""
    quotas = Quota.objects.filter(event__in=events).order_by()
    taken = (
        Place.objects.filter(event__in=events).taken().order_by().values("event", "audience").annotate(n=Count("pk"))
    )
    kept = [one.values_list("event", "audience", "seats_kept", Value("kept")) for one in kept_at_doors(events)]
    return quotas.values_list("event", "audience", "places", Value("quotas")).union(
        taken.values_list("event", "audience", "n", Value("taken")), *kept, all=True
    )


def seats_by_event(events: Collection[Event]) -> dict[int, Seats]:
    """The same for several events, by their ids (one query)."""
    seats = {event.pk: Seats(event.capacity, {}, {}) for event in events}
    for event_id, audience, number, what in _quotas_and_seats(seats):
        counts = getattr(seats[event_id], what)
        counts[audience] = counts.get(audience, 0) + number
    return seats


def waiting_groups(event: Event) -> list[Group]:
    """The waiting list by groups, in order (one query)."""
    return waiting_by_event([event])[event.pk]


@prepared
def _waiting(events: Collection[int]):
    places = Place.objects.filter(event__in=events).waiting()
    return places.values_list("event", "registration_id", "audience", "registration__passed_over")


def waiting_by_event(events: Collection[Event]) -> dict[int, list[Group]]:
    """The same for several events, by their ids (one query)."""
    found: dict[int, dict[int, Group]] = {event.pk: {} for event in events}
    for event_id, pk, audience, passed in _waiting(found):
        groups = found[event_id]
        people = groups[pk].people + 1 if pk in groups else 1
        groups[pk] = Group(pk, audience, people, passed)
    return {event_id: list(groups.values()) for event_id, groups in found.items()}


def next_round(seats: Seats, queue: Iterable[Group]) -> Round:
    """Who of `queue` gets seats now.

    The rule: each group gets seats whole or not at all, and as many of the free seats as possible are filled (the best
    exact fill); where several fills are equally good, the one with the earliest groups counts. A later group may go
    before an earlier one that way, but not for ever:

    - In a round, a group is *passed* when a later one gets seats that it could have used: any seats, or, while its own
      audience's quota is too short for it, seats of that quota.
    - A group that was passed in three rounds is passed no more. Until it is served, nobody behind it gets seats that it
      could use: they are kept until it fits.
    - A group larger than the event's places or its audience's quota could never fit (they were lowered after it had
      come): it holds nobody.

    So a group waits for at most three rounds longer than in plain order. While more than 30 seats are free, groups
    simply get them in order, for a fill that could hardly be better.
    """
    queue = [group for group in queue if group.people <= seats.most(group.audience)]
    able = _able(seats, queue)
    first, rest, left = _in_order(seats, able)
    chosen = {*map(id, first), *map(id, _best_fill(left, rest))}
    got = [group for group in able if id(group) in chosen]
    return Round(got, _passed(queue, able, got))


def served(seats: Seats, queue: Iterable[Group]) -> list[Group]:
    """The groups of `queue` that get seats now (see `next_round`)."""
    return next_round(seats, queue).served


def _able(seats: Seats, queue: list[Group]) -> list[Group]:
    """Those for whom their audience's quota is not short: neither too small, nor kept for one of them who came before."""
    able, kept = [], set()
    for group in queue:
        if _has_quota(seats, group) and group.audience not in kept:
            able.append(group)
        elif group.is_out_of_patience:
            kept.add(group.audience)
    return able


def _has_quota(seats: Seats, group: Group) -> bool:
    quota_left = seats.quota_left(group.audience)
    return quota_left is None or group.people <= quota_left


def _in_order(seats: Seats, groups: list[Group]) -> tuple[list[Group], list[Group], Seats]:
    """(groups served in order while many seats are free, those that are left, seats that are left)."""
    got, skipped = [], []
    for index, group in enumerate(groups):
        is_stuck = group.is_out_of_patience and group.people > seats.left(group.audience)
        if seats.total_left <= MANY or is_stuck:
            return got, skipped + groups[index:], seats
        if group.people > seats.left(group.audience):
            skipped.append(group)
            continue
        got.append(group)
        seats = seats.with_taken(group.audience, group.people)
    return got, skipped, seats


def _best_fill(seats: Seats, groups: list[Group]) -> list[Group]:
    """The groups that fill most seats; of equally good choices the one with the earliest groups.

    `choices` holds for each way in which seats may be taken (in all, and of each quota) the earliest choice that takes
    them, as bits, one for each group so far. Where a group out of patience goes without, nobody behind it is served.
    """
    total, quotas = seats.total_left, {audience: seats.quota_left(audience) for audience in seats.quotas}
    choices: dict[tuple[int, ...], int] = {(0,) * (1 + len(quotas)): 0}
    best = (0, 0)
    for index, group in enumerate(groups):
        if group.is_out_of_patience:
            best = max(best, _best_of(choices, len(groups) - index))
        without = {} if group.is_out_of_patience else {taken: bits << 1 for taken, bits in choices.items()}
        for taken, bits in choices.items():
            more = _taken_with(taken, group, quotas, total)
            if more is not None:
                without[more] = max(without.get(more, 0), bits << 1 | 1)
        choices = without
    best = max(best, _best_of(choices, 0))
    return [group for index, group in enumerate(groups) if best[1] >> (len(groups) - 1 - index) & 1]


def _best_of(choices: dict[tuple[int, ...], int], still_to_come: int) -> tuple[int, int]:
    return max(((taken[0], bits << still_to_come) for taken, bits in choices.items()), default=(0, 0))


def _taken_with(taken: tuple[int, ...], group: Group, quotas: dict[str, int | None], total: int):
    """What is taken once `group` has its seats too; None if they are not there."""
    more = [taken[0] + group.people]
    for (audience, quota), own in zip(quotas.items(), taken[1:], strict=True):
        own += group.people if audience == group.audience else 0
        if own > (quota or 0):
            return None
        more.append(own)
    return tuple(more) if more[0] <= total else None


def _passed(queue: list[Group], able: list[Group], got: list[Group]) -> list[Group]:
    """The groups before which a later one got seats that they could have used."""
    passed, behind = [], set()  # audiences of those who are served behind
    for group in reversed(queue):
        if group in got:
            behind.add(group.audience)
        elif group.audience in behind or (behind and group in able):
            passed.append(group)
    return passed[::-1]


def why_waiting(seats: Seats, queue: list[Group], group: Group, *, is_late: bool) -> str:
    """Why this group of the waiting list has no seats yet, in a sentence for its people."""
    names = {"people": group.people, "audience": Audience(group.audience).label, "left": seats.total_left}
    if is_late:
        return gettext("Registration is closed: no more places are offered. On the day the reception desk decides.")
    if group.people > seats.most(group.audience):
        return gettext("The event no longer has so many places for “%(audience)s”: name fewer people.") % names
    if not _has_quota(seats, group):
        names["left"] = seats.quota_left(group.audience) or 0
        if not names["left"]:
            return gettext("All places for “%(audience)s” are taken.") % names
        return gettext("Free places for “%(audience)s”: %(left)s. Your group needs %(people)s.") % names
    if not seats.total_left:
        return gettext("All places are taken.")
    if group.people > seats.total_left:
        return gettext("Free places: %(left)s. Your group needs %(people)s, and gets its places together.") % names
    return gettext("The places that are free are kept for a group that came before yours.")
