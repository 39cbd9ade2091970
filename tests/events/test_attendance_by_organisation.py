"""Attendance by organisation: at one event and over twelve months, for coordinators."""

import csv
import io
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from events.enums import Attendance, PlaceStatus
from tests.events.factories import EventFactory, place_at
from tests.factories import ClubFactory, OrganisationFactory, coordinator_of

pytestmark = pytest.mark.django_db


def over(club, days, **fields):
    ends_at = timezone.now() - timedelta(days=days)
    return EventFactory(club=club, starts_at=ends_at - timedelta(hours=3), ends_at=ends_at, **fields)


@pytest.fixture
def club():
    return ClubFactory()


@pytest.fixture
def desk(client, club):
    client.force_login(coordinator_of(club))
    return client


def rows_of(client, event, query=""):
    page = client.get(f"{reverse('events:attendance_page', args=[event.slug])}?{query}")
    assert page.status_code == 200
    return [
        (row.organisation.name, row.figures.registered, row.figures.present, row.figures.excused, row.figures.absent,
         row.figures.walk_ins, row.figures.no_show)
        for row in page.context["page"]
    ]  # fmt: skip


def test_each_organisation_is_counted_by_what_became_of_its_places(desk, club):
    event = over(club, 3)
    faithful, absent = OrganisationFactory(name="Fidèle"), OrganisationFactory(name="Absente")
    for attendance in (Attendance.PRESENT, Attendance.PRESENT, Attendance.EXCUSED, Attendance.ABSENT):
        place_at(event, faithful, attendance=attendance)
    place_at(event, faithful, attendance=Attendance.PRESENT, is_walk_in=True)
    place_at(event, absent, attendance=Attendance.ABSENT)
    place_at(event, absent)
    place_at(event, OrganisationFactory(name="A renoncé"), status=PlaceStatus.CANCELLED)
    assert rows_of(desk, event) == [("Absente", 2, 0, 0, 1, 0, 1.0), ("Fidèle", 5, 3, 1, 1, 1, 0.2)]
    assert [row[0] for row in rows_of(desk, event, "sort=present")] == ["Fidèle", "Absente"]
    assert [row[0] for row in rows_of(desk, event, "sort=nonsense")] == ["Absente", "Fidèle"]


def test_year_counts_the_clubs_events_of_twelve_months_that_took_place(desk, club):
    company = OrganisationFactory(name="Fidèle")
    event = over(club, 3)
    for one in (event, over(club, 200)):
        place_at(one, company, attendance=Attendance.ABSENT)
    for one in (
        over(club, 400), over(ClubFactory(), 5), over(club, 5, status="cancelled"), over(club, 5, status="draft"),
        EventFactory(club=club),
    ):  # fmt: skip
        place_at(one, company, attendance=Attendance.PRESENT)
    assert rows_of(desk, event, "over=year") == [("Fidèle", 2, 0, 0, 2, 0, 1.0)]


def test_who_stays_away_most_comes_first_over_the_year(desk, club):
    event = over(club, 3)
    for name, absences in (("Un peu", 1), ("Toujours", 2), ("Jamais", 0)):
        organisation = OrganisationFactory(name=name)
        for number in range(2):
            attendance = Attendance.ABSENT if number < absences else Attendance.PRESENT
            place_at(event, organisation, attendance=attendance)
    assert [row[0] for row in rows_of(desk, event, "over=year")] == ["Toujours", "Un peu", "Jamais"]


def test_rate_of_those_not_ticked_off_is_unknown_not_nought(desk, club):
    event = over(club, 3)
    place_at(event)
    assert rows_of(desk, event)[0][-1] is None
    assert "–" in desk.get(reverse("events:attendance_page", args=[event.slug])).content.decode()


def test_export_says_the_same_and_runs_no_formula(desk, club):
    event = over(club, 3)
    place_at(event, OrganisationFactory(name="=HYPERLINK(1)"), attendance=Attendance.ABSENT)
    export = desk.get(reverse("events:attendance_export", args=[event.slug, "csv"]))
    text = b"".join(export.streaming_content).decode("utf-8-sig")
    row = list(csv.reader(io.StringIO(text), delimiter=";"))[1]
    assert row[0] == "'=HYPERLINK(1)" and row[3:] == ["1", "0", "0", "1", "0", "0", "100,0"]
    xlsx = desk.get(reverse("events:attendance_export", args=[event.slug, "xlsx"]))
    assert xlsx.status_code == 200 and "spreadsheetml" in xlsx["Content-Type"]
    assert desk.get(reverse("events:attendance_export", args=[event.slug, "pdf"])).status_code == 404


@pytest.mark.parametrize("query", ["", "over=year"])
def test_page_asks_as_often_for_many_organisations_as_for_few(desk, club, query):
    event = over(club, 3)
    address = f"{reverse('events:attendance_page', args=[event.slug])}?{query}"

    def asked():
        with CaptureQueriesContext(connection) as captured:
            assert desk.get(address).status_code == 200
        return len(captured)

    place_at(event, attendance=Attendance.PRESENT)
    asked()
    few = asked()
    for _ in range(12):
        place_at(event, attendance=Attendance.ABSENT)
    assert asked() == few <= 14
