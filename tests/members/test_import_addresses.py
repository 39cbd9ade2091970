"""Points made finer by the national address service: a real server on this machine plays its part."""

import json
import socket
import threading
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import pytest
from django.core.management import call_command
from django.utils import timezone

from core.pages import history_of
from members import addresses
from members.actions.addresses import WAITS, refine_due_addresses, settle_point
from members.addresses import AddressServiceDown, Place, find_place
from members.enums import PointSource
from members.models import Organisation
from tests.factories import CommuneFactory, OrganisationFactory

NEAR = {"features": [{"geometry": {"coordinates": [2.2001, 48.8901]}, "properties": {"score": 0.95}}]}


class Service:
    """What the server is to answer, and what it was asked."""

    def __init__(self, url):
        self.url, self.asked = url, []
        self.status, self.body, self.hang = 200, json.dumps(NEAR).encode(), None

    def answer(self, latitude=48.8901, longitude=2.2001, score=0.95):
        feature = {"geometry": {"coordinates": [longitude, latitude]}, "properties": {"score": score}}
        self.body = json.dumps({"features": [feature]}).encode()


@pytest.fixture
def service(settings):
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            played = self.server.service
            played.asked.append(parse_qs(urlsplit(self.path).query))
            if played.hang:
                played.hang.wait(5)
                return
            self.send_response(played.status)
            self.end_headers()
            self.wfile.write(played.body)

        def log_message(self, *args):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.service = Service(f"http://127.0.0.1:{server.server_port}/search/")
    thread = threading.Thread(target=server.serve_forever, args=[0.02])
    thread.start()
    settings.ADDRESS_API_URL = server.service.url
    yield server.service
    if server.service.hang:
        server.service.hang.set()
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def organisation(db):
    return due()


def due(**fields) -> Organisation:
    commune = CommuneFactory()
    rough = {
        "commune": commune, "latitude": commune.latitude, "longitude": commune.longitude,
        "point_source": PointSource.COMMUNE, "refine_after": timezone.now(),
    }  # fmt: skip
    return OrganisationFactory(**{**rough, **fields})


def test_refining_takes_the_point_of_the_address(service, organisation):
    assert refine_due_addresses() == 1
    organisation.refresh_from_db()
    assert (organisation.latitude, organisation.longitude) == (48.8901, 2.2001)
    assert (organisation.point_source, organisation.refine_after) == (PointSource.ADDRESS, None)
    assert service.asked == [{"q": ["1 rue de la Paix Nanterre"], "postcode": ["92000"], "limit": ["1"]}]
    assert [entry.code for entry in history_of(organisation)] == ["members.organisation.located"]
    assert refine_due_addresses() == 0 and len(service.asked) == 1


@pytest.mark.parametrize(
    "answer",
    [{"score": 0.59}, {"latitude": 43.3, "longitude": 5.4}],
    ids=["unsure", "far from its commune"],
)
def test_refining_leaves_a_point_that_cannot_be_believed_and_asks_no_more(service, organisation, answer):
    service.answer(**answer)
    assert refine_due_addresses() == 0
    organisation.refresh_from_db()
    assert (organisation.point_source, organisation.refine_after) == (PointSource.COMMUNE, None)


@pytest.mark.parametrize("status, body", [(200, b'{"features": []}'), (400, b""), (404, b"")])
def test_refining_an_unknown_address_asks_no_more(service, organisation, status, body):
    service.status, service.body = status, body
    assert refine_due_addresses() == 0
    organisation.refresh_from_db()
    assert (organisation.point_source, organisation.refine_after) == (PointSource.COMMUNE, None)


BROKEN = [
    (500, b"oops"), (503, b""), (429, b""), (200, b"<html>"), (200, b"[]"), (200, b'{"features": [{}]}'), (200, b"\xff\xfe"),
    (200, b'{"features": [{"geometry": {"coordinates": [999, 999]}, "properties": {"score": 1}}]}'),
    (200, b'{"features": [{"geometry": {"coordinates": [NaN, 1]}, "properties": {"score": 1}}]}'),
]  # fmt: skip


@pytest.mark.parametrize(("status", "body"), BROKEN)
def test_service_that_answers_nonsense_is_down(service, status, body):
    service.status, service.body = status, body
    with pytest.raises(AddressServiceDown):
        find_place("1 rue de la Paix", "92000", "Nanterre")


def test_service_that_does_not_answer_in_time_is_down(service, monkeypatch):
    assert addresses.TIMEOUT == 3
    monkeypatch.setattr(addresses, "TIMEOUT", 0.2)
    service.hang = threading.Event()
    with pytest.raises(AddressServiceDown, match="imed out"):
        find_place("1 rue de la Paix", "92000", "Nanterre")


def test_service_that_is_not_there_is_down(settings):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        settings.ADDRESS_API_URL = f"http://127.0.0.1:{taken.getsockname()[1]}/"
        with pytest.raises(AddressServiceDown):
            find_place("1 rue de la Paix", "92000", "Nanterre")


def test_service_must_have_a_web_address(settings):
    settings.ADDRESS_API_URL = "file:///etc/passwd"
    with pytest.raises(AddressServiceDown):
        find_place("1 rue de la Paix", "92000", "Nanterre")


def test_refining_waits_longer_after_each_failure_and_gives_up_in_the_end(service, organisation):
    service.status = 500
    for wait in WAITS:
        Organisation.objects.update(refine_after=timezone.now())
        refine_due_addresses()
        organisation.refresh_from_db()
        assert abs(organisation.refine_after - timezone.now() - wait) < timedelta(minutes=1)
    Organisation.objects.update(refine_after=timezone.now())
    refine_due_addresses()
    organisation.refresh_from_db()
    assert organisation.refine_after is None


def test_refining_stops_asking_a_service_that_is_down(service, db):
    for _number in range(5):
        due()
    service.status = 500
    refine_due_addresses()
    assert len(service.asked) == 2
    assert Organisation.objects.to_refine(timezone.now()).count() == 3


def test_refining_asks_about_so_many_at_most(service, db):
    for _number in range(3):
        due()
    assert refine_due_addresses(limit=2) == 2
    assert Organisation.objects.to_refine(timezone.now()).count() == 1


def test_refining_is_not_for_those_without_an_address_nor_before_their_time(service, db):
    due(street="")
    due(post_code="")
    due(refine_after=timezone.now() + timedelta(hours=1))
    assert refine_due_addresses() == 0
    assert service.asked == []


def test_refining_asks_nobody_without_a_configured_service(settings, organisation):
    settings.ADDRESS_API_URL = ""
    assert refine_due_addresses() == 0
    organisation.refresh_from_db()
    assert organisation.refine_after is not None


def test_point_of_an_address_that_was_changed_meanwhile_is_not_taken(organisation):
    asked = Organisation.objects.get()
    Organisation.objects.update(street="2 rue du Port")
    settle_point(asked, Place(48.9, 2.3, 0.9))
    organisation.refresh_from_db()
    assert organisation.point_source == PointSource.COMMUNE and organisation.refine_after is not None


def test_refine_addresses_command_says_how_many(service, organisation, capsys, in_english):
    call_command("refine_addresses")
    assert capsys.readouterr().out == "1 point refined\n"
