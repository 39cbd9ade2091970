"""Figures: what took place, who came, by event, period, audience and scope."""

from datetime import datetime

import pytest
from django.utils import timezone

from events.enums import Attendance, EventStatus, PlaceStatus
from events.models import Place
from events.statistics import (
    AttendanceFigures,
    attendance_by_audience,
    attendance_by_event,
    attendance_of,
    events_held,
    organisations_present,
    places_held,
)
from members.enums import Audience
from members.scope import Scope
from tests.events.factories import BUYERS, PARIS, STRUCTURES, EventFactory, place_at
from tests.factories import ClubFactory, CommuneFactory, OrganisationFactory, SectorFactory

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 6, 1, tzinfo=PARIS)


def event_in(year, **fields):
    return EventFactory(starts_at=datetime(year, 3, 3, 9, tzinfo=PARIS), **fields)


def test_attendance_counts_what_became_of_each_place():
    event = event_in(2025)
    for attendance, count in [("present", 3), ("excused", 1), ("absent", 2), ("unknown", 1)]:
        for _ in range(count):
            place_at(event, attendance=attendance)
    company = OrganisationFactory()
    place_at(event, company, attendance=Attendance.PRESENT, is_walk_in=True)
    place_at(event, company, attendance=Attendance.PRESENT)
    place_at(event, waiting=True)
    place_at(event, status=PlaceStatus.CANCELLED)
    figures = attendance_of(event.places.all())
    assert figures == AttendanceFigures(
        registered=9, present=5, excused=1, absent=2, unknown=1, walk_ins=1, waiting=1, organisations=8
    )
    assert figures.expected == 6
    assert attendance_of(Place.objects.none()) == AttendanceFigures()


def test_attendance_by_audience_and_event():
    one, two = event_in(2025), event_in(2025)
    place_at(one, attendance=Attendance.PRESENT)
    place_at(two, OrganisationFactory(structure=True), attendance=Attendance.PRESENT)
    place_at(two)
    by_audience = attendance_by_audience(Place.objects.all())
    assert {audience: figures.present for audience, figures in by_audience.items()} == {
        BUYERS: 1, STRUCTURES: 1, Audience.PARTNERS: 0,
    }  # fmt: skip
    assert {pk: figures.registered for pk, figures in attendance_by_event(Place.objects.all()).items()} == {
        one.pk: 1, two.pk: 2,
    }  # fmt: skip


def test_only_what_took_place_counts_in_its_year_and_club():
    club = ClubFactory()
    held = event_in(2025, club=club)
    event_in(2024, club=club)
    elsewhere = event_in(2025)
    for status in (EventStatus.DRAFT, EventStatus.CANCELLED):
        event_in(2025, club=club, status=status)
    event_in(2026, club=club, ends_at=datetime(2026, 12, 1, tzinfo=PARIS))  # still going on
    assert list(events_held(Scope(club=club, year=2025), NOW)) == [held]
    assert set(events_held(Scope(year=2025), NOW)) == {held, elsewhere}
    assert events_held(Scope(), NOW).count() == 3


def test_sector_and_territory_are_the_events_for_events_and_the_organisations_for_people():
    sector, commune = SectorFactory(), CommuneFactory()
    event, other = event_in(2025, commune=commune), event_in(2025)
    event.sectors.add(sector)
    structure = OrganisationFactory(structure=True, commune=commune)
    structure.sectors.add(sector)
    came = place_at(other, structure, attendance=Attendance.PRESENT)
    place_at(event, attendance=Attendance.PRESENT)
    for scope in (Scope(sector=sector), Scope(territory=commune.department)):
        assert list(events_held(scope, NOW)) == [event]
        assert list(places_held(scope, NOW)) == [came]
        assert list(organisations_present(scope, NOW)) == [structure.pk]


def test_organisation_that_did_not_come_is_not_active_by_it():
    event = event_in(2025)
    place_at(event, attendance=Attendance.ABSENT)
    place_at(event)
    assert not organisations_present(Scope(), timezone.now()).exists()
