"""Questions whose SQL is written once answer as if it were written each time; and refuse what they could not keep."""

import threading
from collections.abc import Collection
from datetime import date, datetime, timedelta
from uuid import UUID

import pytest
from django.db import connection
from django.db.models import Count, Q, Value
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from core.models import HistoryEntry
from core.prepared import MOST_SHAPES, prepared
from events.models import Door, Place
from members.models import Club, Person
from memberships.models import Term
from tests.events.factories import EventFactory, PlaceFactory
from tests.factories import ClubFactory, PersonFactory

pytestmark = pytest.mark.django_db


@prepared
def club_of(pk: int):
    return Club.objects.filter(pk=pk)


@prepared
def clubs_of(pks: Collection[int], name: str):
    return Club.objects.filter(Q(pk__in=pks) | Q(name=name)).order_by("pk")


@prepared
def places_of(event_id: int):
    return Place.objects.filter(event=event_id).select_related("event__club").order_by("pk")


def test_each_call_reads_with_its_own_values():
    one, two = ClubFactory(), ClubFactory()
    assert [list(club_of(one.pk)), list(club_of(two.pk))] == [[one], [two]]
    assert club_of.first(two.pk) == two and club_of.first(0) is None


def test_collections_of_any_length_none_included():
    one, two, named = ClubFactory(), ClubFactory(), ClubFactory(name="Club de la Loire")
    assert list(clubs_of([one.pk, two.pk], "")) == [one, two]
    assert list(clubs_of({two.pk}, "Club de la Loire")) == [two, named]
    assert list(clubs_of((), "Club de la Loire")) == [named]
    assert list(clubs_of(range(one.pk, one.pk + MOST_SHAPES + 20), "")) == [one, two, named]


def test_what_goes_with_an_empty_collection_is_left_out_with_it():
    @prepared
    def members_or_demo(pks: Collection[int], day: date, name: str):
        return Club.objects.filter(Q(pk__in=pks, founded_on__lte=day) | Q(name=name))

    old, demo = ClubFactory(founded_on=date(2020, 1, 1)), ClubFactory(name="Club d’essai")
    assert list(members_or_demo([], date(2021, 1, 1), "Club d’essai")) == [demo]
    assert list(members_or_demo([old.pk], date(2021, 1, 1), "")) == [old]
    assert list(members_or_demo([old.pk], date(2019, 1, 1), "")) == []


def test_nothing_is_asked_where_nothing_can_be_found(django_assert_num_queries):
    @prepared
    def among(pks: Collection[int]):
        return Club.objects.filter(pk__in=pks)

    with django_assert_num_queries(0):
        assert list(among([])) == []


def test_rows_bring_what_the_question_joined(django_assert_num_queries):
    place = PlaceFactory(event=EventFactory())
    list(places_of(place.event_id))  # content of the club's own queries aside
    with django_assert_num_queries(1):
        [found] = places_of(place.event_id)
        assert found == place and found.event.club == place.event.club


def test_moments_days_and_uuids_reach_the_database_as_it_takes_them():
    @prepared
    def since(moment: datetime):
        return HistoryEntry.objects.filter(happened_at__gt=moment)

    @prepared
    def terms(day: date):
        return Term.objects.filter(starts_on__lte=day)

    @prepared
    def doors(device: UUID):
        return Door.objects.filter(device=device)

    now = timezone.now()
    entry = HistoryEntry.objects.create(code="core.test", message="x", values={})
    assert list(since(now - timedelta(days=1))) == [entry] and list(since(now + timedelta(days=1))) == []
    assert list(terms(date(2026, 1, 1))) == []
    event = EventFactory()
    door, other = (Door.objects.create(event=event, name=f"{n}", device=UUID(int=n)) for n in (1, 2))
    assert list(doors(UUID(int=1))) == [door] and list(doors(UUID(int=2))) == [other]


def test_unions_values_and_counts_are_as_without():
    def make(pks: Collection[int]):
        clubs = Club.objects.filter(pk__in=pks).order_by()
        people = Person.objects.filter(pk__in=pks).order_by()
        counted = people.values("language").annotate(n=Count("pk")).values_list("language", "n", Value("people"))
        return clubs.values_list("slug", "pk", Value("clubs")).union(counted, all=True)

    pks = [ClubFactory().pk, ClubFactory().pk, PersonFactory().pk]
    assert sorted(prepared(make)(pks)) == sorted(make(pks)) != []


def test_sql_is_written_once():
    written = []

    @prepared
    def counted(pk: int):
        written.append(pk)
        return Club.objects.filter(pk=pk)

    for pk in range(5):
        list(counted(pk))
    assert len(written) == 1
    with CaptureQueriesContext(
        connection,
    ) as seen:
        list(counted(7)), list(counted(8))
    assert "7" in seen[0]["sql"] and "8" in seen[1]["sql"] and len(seen) == 2


def test_what_would_ask_further_is_refused():
    ClubFactory()
    question = club_of(1)
    for ask in (
        lambda: question.filter(name="x"), lambda: question.count(), lambda: question.exists(),
        lambda: question.order_by("name"), lambda: question[:1], lambda: list(Club.objects.filter(pk__in=question)),
    ):  # fmt: skip
        with pytest.raises(TypeError, match="prepared question"):
            ask()


def test_values_that_do_not_stand_in_the_sql_are_refused():
    @prepared
    def like(text: str):
        return Club.objects.filter(name__contains=text)

    @prepared
    def compared(flag):
        return Club.objects.filter(is_demo=flag)

    with pytest.raises(LookupError):
        like("Oise")
    for value in (True, None, 1.5):
        with pytest.raises(TypeError):
            compared(value)


@pytest.mark.django_db(transaction=True)
def test_threads_read_over_their_own_connection():
    clubs = [ClubFactory() for _ in range(4)]
    list(club_of(clubs[0].pk))  # written here, used there
    found: dict[int, list] = {}

    def read(club):
        try:
            found[club.pk] = [list(club_of(club.pk)) for _ in range(20)]
        finally:
            connection.close()

    threads = [threading.Thread(target=read, args=[club]) for club in clubs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == {club.pk: [[club]] * 20 for club in clubs}
