"""Pages and calendars of events that one visitor got and the next one gets: never old, never somebody else's."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from core import shared_pages
from core.shared_pages import MARK
from events.actions import add_session, cancel_event, publish_event, renew_feed, set_attendance, update_event
from events.enums import Attendance
from events.models import Place
from tests.events.factories import EventFactory, place_at, register
from tests.factories import PASSWORD, ClubFactory, OrganisationFactory, PersonFactory, coordinator_of, member_of

pytestmark = pytest.mark.django_db
LIST = "/events/"


@pytest.fixture(autouse=True)
def _shared(settings, monkeypatch):
    settings.SHARED_PAGES_SECONDS = 5
    monkeypatch.setattr(shared_pages, "GLANCE", 0)


@pytest.fixture
def event():
    return EventFactory(title="Rencontre des ateliers", capacity=10)


def visit(path, *, language="fr", **headers):
    """A visitor whom nobody knows."""
    return Client(headers={"accept-language": language, **headers}).get(path)


def read(path, **kwargs) -> str:
    response = visit(path, **kwargs)
    assert response.status_code == 200, (path, response.status_code)
    assert MARK.encode() not in response.content
    return response.content.decode()


def queries(path) -> int:
    with CaptureQueriesContext(connection) as captured:
        visit(path)
    return len(captured)


def pages_of(event) -> list[str]:
    path = event.get_absolute_url()
    return [path, f"{path}event.ics", LIST, reverse("events:public_calendar")]


def without_tokens(page: str) -> str:
    return re.sub(r"[A-Za-z0-9]{64}", "token", page)


# --- Given again ------------------------------------------------------------------------------------------------------


def test_next_visitor_costs_one_query(event):
    for path in pages_of(event):
        visit(path)
        assert queries(path) == 1, path


def test_next_visitor_reads_the_same_page_with_a_token_of_their_own(event):
    first, second = read(event.get_absolute_url()), read(event.get_absolute_url())
    assert first != second and without_tokens(first) == without_tokens(second)


def test_forms_of_a_page_that_was_given_again_work(event):
    """The switch of languages stands on every page."""
    visit(LIST)
    visitor = Client(enforce_csrf_checks=True, headers={"accept-language": "fr"})
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w{64})"', visitor.get(LIST).content.decode())[1]
    data = {"language": "en", "next": LIST, "csrfmiddlewaretoken": token}
    assert visitor.post(reverse("set_language"), data)["Location"] == LIST
    assert "Subscribe to all public events" in visitor.get(LIST).content.decode()
    assert "S’abonner" in read(LIST)


def test_every_header_is_there_again(event):
    first, second = visit(event.get_absolute_url()), visit(event.get_absolute_url())
    assert set(first.headers) == set(second.headers)
    assert "script-src 'self'" in second["Content-Security-Policy"] and second["X-Frame-Options"] == "DENY"


def test_unchanged_calendar_is_answered_by_304(event):
    for path in pages_of(event)[1::2]:
        etag = visit(path)["ETag"]
        assert visit(path, **{"if-none-match": etag}).status_code == 304
        update_event(event, by=None, title=f"Autre titre {path}")
        assert visit(path, **{"if-none-match": etag}).status_code == 200


# --- Dropped at the change --------------------------------------------------------------------------------------------

CHANGES = {
    "title": lambda event: update_event(event, by=None, title="Nouveau titre"),
    "time": lambda event: update_event(
        event, by=None, starts_at=event.starts_at + timedelta(days=9), ends_at=event.ends_at + timedelta(days=9)
    ),
    "place": lambda event: update_event(event, by=None, venue="Autre salle"),
    "cancelled": lambda event: cancel_event(event, by=None, reason="Neige"),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
def test_change_shows_at_once_on_every_page(event, change):
    before = {path: without_tokens(read(path)) for path in pages_of(event)}
    change(event)
    assert [path for path in before if without_tokens(read(path)) == before[path]] == []


def test_without_the_stamp_the_change_does_not_show(event, monkeypatch):
    """The negative control of the test above."""
    monkeypatch.setattr(shared_pages, "read_stamp", lambda: (1,))
    before = {path: without_tokens(read(path)) for path in pages_of(event)}
    CHANGES["title"](event)
    assert [path for path in before if without_tokens(read(path)) != before[path]] == []


def test_draft_is_not_there_and_then_at_once_is():
    draft = EventFactory(draft=True, title="Bientôt annoncée")
    assert visit(draft.get_absolute_url()).status_code == 404
    assert "Bientôt" not in read(LIST)
    publish_event(draft, by=None)
    assert "Bientôt" in read(draft.get_absolute_url()) and "Bientôt" in read(LIST)


def test_what_is_not_open_to_all_any_more_is_gone_at_once(event):
    read(event.get_absolute_url())
    update_event(event, by=None, visibility="members")
    assert visit(event.get_absolute_url()).status_code == 404
    assert event.title not in read(LIST)


def test_session_shows_at_once(event):
    read(event.get_absolute_url())
    add_session(
        event, by=None, kind="plenary", title="Un mot d’accueil", starts_at=event.starts_at,
        ends_at=event.starts_at + timedelta(minutes=20),
    )  # fmt: skip
    assert "Un mot d’accueil" in read(event.get_absolute_url())


def test_event_that_begins_takes_no_registrations_five_seconds_later():
    begins = timezone.now() + timedelta(seconds=3)
    event = EventFactory(starts_at=begins, ends_at=begins + timedelta(hours=2))
    link = reverse("events:register_people", args=[event.slug])
    assert link in read(event.get_absolute_url())
    with time_machine.travel(begins + timedelta(seconds=3), tick=False):
        assert link not in read(event.get_absolute_url())


# --- Places left ------------------------------------------------------------------------------------------------------


def test_places_left_are_never_older_than_five_seconds(event):
    path, now = event.get_absolute_url(), timezone.now()
    with time_machine.travel(now, tick=False) as clock:
        assert 'value="0" max="10"' in read(path)
        register(event, 3)
        clock.shift(5.1)
        assert 'value="3" max="10"' in read(path)


def test_places_left_are_no_offer():
    """A page that still says « free » leads to a form that knows better."""
    event, club = EventFactory(capacity=1), ClubFactory()
    read(event.get_absolute_url())
    register(event)
    organisation = OrganisationFactory()
    client = Client(headers={"accept-language": "fr"})
    client.force_login(member_of(organisation))
    path = reverse("events:register_people", args=[event.slug])
    data = {
        "form-TOTAL_FORMS": 1, "form-INITIAL_FORMS": 0, "form-0-first_name": "Anne", "form-0-last_name": "Roux",
        "form-0-email": "anne@example.org",
    }  # fmt: skip
    assert client.post(path, data).status_code == 302
    assert Place.objects.get(email="anne@example.org").is_waiting and club.pk


def test_ticks_at_the_door_drop_no_page(event):
    today = EventFactory(today=True)
    place = place_at(today)
    visit(event.get_absolute_url())
    set_attendance(place, attendance=Attendance.PRESENT, by=None)
    assert queries(event.get_absolute_url()) == 1


# --- Nobody else's ----------------------------------------------------------------------------------------------------


@pytest.fixture
def member():
    return member_of(OrganisationFactory(name="Laboratoires Verdance"), first_name="Camille", last_name="Fontanel")


def test_who_has_signed_in_neither_gets_nor_leaves_a_shared_page(event, member):
    client = Client(headers={"accept-language": "fr"})
    client.force_login(member)
    for path in (event.get_absolute_url(), LIST):
        assert "Fontanel" in client.get(path).content.decode()
        assert "Fontanel" not in read(path)
        assert "Fontanel" in client.get(path).content.decode()


def test_message_to_one_visitor_is_nobody_elses(event):
    person = PersonFactory(first_name="Camille")
    client = Client(headers={"accept-language": "fr"})
    client.post(reverse("account_login"), {"login": person.email, "password": PASSWORD})
    client.post(reverse("account_logout"))
    said = client.get(LIST).content.decode()
    assert 'class="messages"' in said
    assert 'class="messages"' not in read(LIST)


def test_chosen_club_is_ones_own(event):
    other = ClubFactory(name="Club de l’Oise", slug="oise")
    EventFactory(club=other, title="Rencontre dans l’Oise")
    client = Client(headers={"accept-language": "fr"})
    assert event.title in client.get(LIST).content.decode()
    client.post(reverse("members:choose_club"), {"club": "oise"})
    assert event.title not in client.get(LIST).content.decode()
    assert event.title in read(LIST)
    assert event.title not in read(f"{LIST}?club=oise")


def test_languages_do_not_mix(event):
    assert "S’abonner" in read(LIST)
    assert "Subscribe" in read(LIST, language="en")
    assert "S’abonner" in read(LIST) and "Subscribe" in read(LIST, language="en")


def test_past_and_coming_do_not_mix(event):
    past = EventFactory(past=True, title="Rencontre passée")
    assert event.title in read(LIST) and past.title not in read(LIST)
    assert past.title in read(f"{LIST}?when=past") and event.title not in read(f"{LIST}?when=past")


def test_search_is_made_for_who_asks(event):
    assert event.title in read(f"{LIST}?q=ateliers")
    assert queries(f"{LIST}?q=ateliers") > 1


def test_secret_calendar_ends_with_its_address(event, member):
    place_at(event, person=member)
    old = reverse("events:feed", args=[renew_feed(member).token])
    assert event.title in read(old)
    new = reverse("events:feed", args=[renew_feed(member).token])
    assert visit(old).status_code == 404 and event.title in read(new)


# --- What people share in part ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
def test_page_of_who_has_signed_in_shows_a_change_at_once(event, member, change):
    client, path = Client(headers={"accept-language": "fr"}), event.get_absolute_url()
    client.force_login(member)
    before = without_tokens(client.get(path).content.decode())
    assert without_tokens(client.get(path).content.decode()) == before
    change(event)
    assert without_tokens(client.get(path).content.decode()) != before


def test_places_of_who_has_signed_in_are_those_of_now(event, member):
    client, path = Client(headers={"accept-language": "fr"}), event.get_absolute_url()
    client.force_login(member)
    assert 'value="0" max="10"' in client.get(path).content.decode()
    register(event, 3)
    assert 'value="3" max="10"' in client.get(path).content.decode()


def test_page_that_one_member_may_read_is_not_given_to_an_outsider(member):
    club = ClubFactory()
    closed = EventFactory(club=club, visibility="members")
    coordinator, outsider = Client(), Client()
    coordinator.force_login(coordinator_of(club))
    outsider.force_login(member)
    path = closed.get_absolute_url()
    answers = [client.get(path).status_code for client in (coordinator, outsider, Client(), coordinator)]
    assert answers == [200, 404, 404, 200]


def test_list_of_who_has_signed_in_shows_a_change_at_once(event, member):
    client = Client(headers={"accept-language": "fr"})
    client.force_login(member)
    assert event.title in client.get(LIST).content.decode()
    update_event(event, by=None, title="Nouveau titre")
    assert "Nouveau titre" in client.get(LIST).content.decode()


def test_cards_of_what_others_may_see_are_not_given(member):
    club = ClubFactory()
    closed = EventFactory(club=club, visibility="members", title="Entre membres")
    coordinator, outsider = Client(), Client()
    coordinator.force_login(coordinator_of(club))
    outsider.force_login(member)
    assert closed.title in coordinator.get(LIST).content.decode()
    assert closed.title not in outsider.get(LIST).content.decode()
    assert closed.title in coordinator.get(LIST).content.decode()
    assert closed.title not in read(LIST)
