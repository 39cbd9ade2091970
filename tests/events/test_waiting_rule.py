"""The rule of the waiting list (see `next_round`), held against a plain search through all choices."""

from dataclasses import replace
from itertools import combinations

from hypothesis import given, settings
from hypothesis import strategies as st

from events.models import Group, Seats, next_round
from events.models.seats import MANY, PATIENCE
from members.enums import Audience
from tests.events.factories import BUYERS, STRUCTURES


def queue(*groups):
    """Groups as (audience, people) or (audience, people, passed), numbered from 1."""
    return [Group(number, *group) for number, group in enumerate(groups, start=1)]


def numbers(groups):
    return [group.registration_id for group in groups]


def round_of(seats, *groups):
    done = next_round(seats, queue(*groups))
    return numbers(done.served), numbers(done.passed)


# --- By example ------------------------------------------------------------------------------------------------------


def test_as_many_seats_as_possible_are_filled():
    assert round_of(Seats(4, {}, {}), (BUYERS, 3), (BUYERS, 2), (STRUCTURES, 2)) == ([2, 3], [1])


def test_of_equal_fills_the_one_with_the_earliest_groups_counts():
    assert round_of(Seats(3, {}, {}), (BUYERS, 1), (BUYERS, 2), (BUYERS, 3)) == ([1, 2], [])
    assert round_of(Seats(2, {}, {}), (BUYERS, 1), (BUYERS, 2), (BUYERS, 1)) == ([1, 3], [2])


def test_a_group_is_served_whole_or_not_at_all():
    assert round_of(Seats(2, {}, {}), (BUYERS, 3)) == ([], [])


def test_a_group_out_of_patience_is_passed_by_nobody():
    two_left = Seats(9, {}, {BUYERS: 7})
    assert round_of(two_left, (BUYERS, 3, PATIENCE), (BUYERS, 2), (STRUCTURES, 1)) == ([], [])
    assert round_of(Seats(9, {}, {BUYERS: 6}), (BUYERS, 3, PATIENCE), (BUYERS, 2), (STRUCTURES, 1)) == ([1], [])
    assert round_of(two_left, (STRUCTURES, 1), (BUYERS, 3, PATIENCE), (BUYERS, 1)) == ([1], [])


def test_a_group_whose_quota_is_short_is_passed_only_by_its_own_audience():
    seats = Seats(10, {BUYERS: 3}, {BUYERS: 2})
    assert round_of(seats, (BUYERS, 2), (STRUCTURES, 3)) == ([2], [])
    assert round_of(seats, (BUYERS, 2), (BUYERS, 1), (STRUCTURES, 3)) == ([2, 3], [1])
    assert round_of(seats, (BUYERS, 2, PATIENCE), (BUYERS, 1), (STRUCTURES, 3)) == ([3], [])


def test_a_group_that_could_never_fit_holds_nobody():
    seats = Seats(4, {BUYERS: 2}, {})
    assert round_of(seats, (STRUCTURES, 5, PATIENCE), (BUYERS, 3, PATIENCE), (BUYERS, 1)) == ([3], [])


def test_many_free_seats_are_given_in_order():
    groups = [(BUYERS, 3)] * 40
    assert round_of(Seats(100, {}, {}), *groups) == (list(range(1, 34)), [])


# --- Against all choices ---------------------------------------------------------------------------------------------

quotas = st.dictionaries(st.sampled_from(list(Audience)), st.integers(0, 6))
groups = st.lists(
    st.tuples(st.sampled_from(list(Audience)), st.integers(1, 5), st.sampled_from([0, 0, 0, PATIENCE])), max_size=8
)


def fits(seats: Seats, chosen) -> bool:
    for group in chosen:
        if group.people > seats.left(group.audience):
            return False
        seats = seats.with_taken(group.audience, group.people)
    return True


def passed_by(seats: Seats, waiting, chosen) -> list[Group]:
    """Whom a choice goes before, said anew from the rule's own words."""
    found, kept = [], set()
    for index, group in enumerate(waiting):
        quota_left = seats.quota_left(group.audience)
        is_short = (quota_left is not None and group.people > quota_left) or group.audience in kept
        if is_short and group.is_out_of_patience:
            kept.add(group.audience)
        behind = [other for other in waiting[index + 1 :] if other in chosen]
        uses = [other for other in behind if not is_short or other.audience == group.audience]
        if group not in chosen and uses:
            found.append(group)
    return found


def best_choice(seats: Seats, waiting):
    allowed = [
        chosen
        for size in range(len(waiting) + 1)
        for chosen in combinations(waiting, size)
        if fits(seats, chosen) and not any(group.is_out_of_patience for group in passed_by(seats, waiting, chosen))
    ]
    most = max(sum(group.people for group in chosen) for chosen in allowed)
    full = [chosen for chosen in allowed if sum(group.people for group in chosen) == most]
    return min(full, key=lambda chosen: [group not in chosen for group in waiting])


@settings(max_examples=300, deadline=None)
@given(st.integers(1, 9), quotas, quotas, groups)
def test_a_round_is_the_best_of_all_choices_that_are_allowed(capacity, limits, taken, waiting):
    seats = Seats(capacity, limits, taken)
    able = [group for group in queue(*waiting) if group.people <= seats.most(group.audience)]
    expected = best_choice(seats, able)
    done = next_round(seats, queue(*waiting))
    assert done.served == list(expected)
    assert done.passed == passed_by(seats, able, expected)


# --- Not for ever ----------------------------------------------------------------------------------------------------

arrivals = st.lists(st.tuples(st.sampled_from([BUYERS, STRUCTURES]), st.integers(1, 4)), max_size=3)


@settings(max_examples=200, deadline=None)
@given(st.integers(4, 8), quotas, st.lists(st.tuples(st.integers(0, 9), arrivals), min_size=5, max_size=25))
def test_nobody_is_passed_for_ever(capacity, limits, story):
    """Seats come free one group after the other, and new groups keep coming: none is passed more than three times, and
    once it is out of patience no later group gets seats that it could use."""
    limits = {audience: max(4, places) for audience, places in limits.items()}
    seats, waiting, seated, number = Seats(capacity, limits, {}), [], [], 0
    for leaving, coming in story:
        for audience, people in coming:
            number += 1
            waiting.append(Group(number, audience, people))
        if seated:
            gone = seated.pop(leaving % len(seated))
            seats = seats.with_taken(gone.audience, -gone.people)
        before = list(waiting)
        done = next_round(seats, waiting)
        assert not any(group.is_out_of_patience for group in passed_by(seats, before, done.served))
        for group in done.served:
            assert group.people <= seats.left(group.audience)
            seats = seats.with_taken(group.audience, group.people)
        waiting = [
            replace(group, passed=group.passed + (group in done.passed))
            for group in waiting
            if group not in done.served
        ]
        seated += done.served
        assert all(group.passed <= PATIENCE for group in waiting)


@given(st.integers(MANY + 1, 60), st.integers(1, 3), st.integers(0, 40))
def test_in_order_or_by_best_fill_nothing_is_left_that_somebody_could_have(capacity, people, count):
    waiting = [Group(number, BUYERS, people) for number in range(count)]
    seats = Seats(capacity, {}, {})
    assert len(next_round(seats, waiting).served) == min(count, capacity // people)
