"""What the bench measures in time is bounded here in questions to the database, which do not depend on the machine."""

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core.models import Letter
from events.enums import Attendance
from events.models import Place
from tests.events.factories import BUYERS, STRUCTURES, EventFactory, place_at
from tests.factories import ClubFactory, OrganisationFactory, coordinator_of, member_of

pytestmark = pytest.mark.django_db
FIELD = re.compile(rb'name="(csrfmiddlewaretoken|form-[\w-]+)" value="([^"]*)"')


@pytest.fixture(autouse=True)
def _letters_wait(settings):
    """As in production: a letter is sent by a worker, not within the request."""
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}


def asked(act) -> int:
    """Statements of `act`; what opens and closes a test's transaction within the request's is none of it."""
    with CaptureQueriesContext(connection) as captured:
        act()
    return sum(not query["sql"].startswith(("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT")) for query in captured)


@pytest.fixture
def club():
    return ClubFactory()


def test_registration_takes_three_requests_and_few_statements(club, django_capture_on_commit_callbacks):
    event = EventFactory(club=club, quotas={BUYERS: 5, STRUCTURES: 5})
    person = member_of(OrganisationFactory())
    client = Client(enforce_csrf_checks=True)
    client.force_login(person)
    path = reverse("events:register_people", args=[event.slug])
    requests = []

    def register():
        form = client.get(path)
        typed = {name.decode(): value.decode() for name, value in FIELD.findall(form.content)}
        with django_capture_on_commit_callbacks(execute=True):
            sent = client.post(path, {**typed, "form-TOTAL_FORMS": 1, "form-INITIAL_FORMS": 0})
        assert client.get(sent["Location"]).status_code == 200
        requests.extend([form, sent, sent["Location"]])

    client.get(path)  # what is looked up once and kept is there now
    assert asked(register) <= 40
    assert len(requests) == 3
    assert Place.objects.get(event=event).email == person.email and Letter.objects.filter(person=person).count() == 1


@pytest.mark.parametrize("query", ["", "?q=nom", "?status=confirmed&page=2"])
def test_list_of_registrations_takes_twelve_statements_however_long(club, client, query):
    event, path = EventFactory(club=club, quotas={BUYERS: 50}), ""
    client.force_login(coordinator_of(club))
    path = reverse("events:registration_list", args=[event.slug]) + query
    place_at(event)
    client.get(path)
    few = asked(lambda: client.get(path))
    for _ in range(60):
        place_at(event)
    many = asked(lambda: client.get(path))
    assert few <= many <= 12


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_spreadsheet_takes_as_many_statements_for_many_rows_as_for_few(club, client, form):
    event = EventFactory(club=club)
    client.force_login(coordinator_of(club))
    path = reverse("events:registration_export", args=[event.slug, form])

    def take():
        assert len(b"".join(client.get(path).streaming_content)) > 100

    place_at(event)
    take()
    few = asked(take)
    for _ in range(20):
        place_at(event)
    assert asked(take) == few <= 10


def test_tick_at_the_door_takes_eleven_statements(club, client):
    event = EventFactory(club=club, today=True)
    client.force_login(coordinator_of(club))
    places = [place_at(event) for _ in range(3)]

    def tick(place):
        path = reverse("events:set_attendance", args=[place.pk])
        response = client.post(path, {"attendance": Attendance.PRESENT}, headers={"HX-Request": "true"})
        assert response.status_code == 200

    tick(places[0])
    assert asked(lambda: tick(places[1])) <= 11
    assert event.places.attended().count() == 2


def test_page_of_an_event_takes_fifteen_statements_of_who_has_signed_in(club, client):
    event = EventFactory(club=club, quotas={BUYERS: 5})
    client.force_login(member_of(OrganisationFactory()))
    client.get(event.get_absolute_url())
    assert asked(lambda: client.get(event.get_absolute_url())) <= 15


def test_list_of_events_asks_as_often_for_many_as_for_few(club, client):
    client.force_login(member_of(OrganisationFactory()))
    EventFactory(club=club)
    client.get("/events/")
    few = asked(lambda: client.get("/events/"))
    for _ in range(10):
        EventFactory(club=club)
    assert asked(lambda: client.get("/events/")) == few <= 11
