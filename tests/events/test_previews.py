"""A draft by its secret address: read by whoever has the key, and by nobody once it is ended, renewed or published."""

import pytest
from django.urls import reverse

from core.errors import RuleBroken
from core.models import HistoryEntry
from events.actions import cancel_event, close_preview, open_preview, publish_event
from events.enums import Visibility
from events.models import Event
from tests.events.factories import EventFactory, SessionFactory, place_at
from tests.events.priced import price
from tests.factories import OrganisationFactory, coordinator_of, member_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft():
    event = EventFactory(draft=True, description="Un texte", summary="En bref")
    SessionFactory(event=event, title="Une séance")
    return open_preview(event, by=None)


def address(event: Event, token: str = "") -> str:
    return reverse("events:preview", args=[token or event.preview_token])


def test_draft_has_no_address_until_it_is_given_one():
    event = EventFactory(draft=True)
    assert event.preview_token == "" and EventFactory(draft=True).preview_token == ""
    event = open_preview(event, by=None)
    assert len(event.preview_token) >= 32
    assert event.preview_token not in str(HistoryEntry.objects.values_list("message", "values"))


def test_guest_reads_the_draft_and_nothing_else(client, draft):
    place_at(draft, last_name="Secrète", listed=True)
    price(draft, "25.00", is_for_members=False)
    response = client.get(address(draft))
    text = response.content.decode()
    assert response.status_code == 200 and draft.title in text and "Une séance" in text and "Un texte" in text
    assert "Secrète" not in text and "25" in text
    for name in ("register_people", "event_calendar", "edit_event", "check_in"):
        assert reverse(f"events:{name}", args=[draft.slug]) not in text
    assert client.get(draft.get_absolute_url()).status_code == 404


def test_preview_is_not_indexed_kept_or_carried_on(client, draft):
    response = client.get(address(draft))
    assert "noindex" in response["X-Robots-Tag"] and "noindex" in response.content.decode()
    assert "no-store" in response["Cache-Control"] and response["Referrer-Policy"] == "same-origin"


def test_preview_is_only_read(client, draft):
    before = Event.objects.values().get(pk=draft.pk)
    client.post(address(draft))
    assert Event.objects.values().get(pk=draft.pk) == before


@pytest.mark.parametrize("token", ["x", "preview", "0" * 32, "%00", "é" * 10])
def test_wrong_key_opens_nothing(client, draft, token):
    assert client.get(f"/events/preview/{token}/").status_code == 404


def test_renewed_and_ended_addresses_are_dead(client, draft):
    first = draft.preview_token
    second = open_preview(draft, by=None).preview_token
    assert first != second
    assert (
        client.get(address(draft, first)).status_code == 404 and client.get(address(draft, second)).status_code == 200
    )
    for _ in range(2):
        close_preview(draft, by=None)
    assert client.get(address(draft, second)).status_code == 404
    assert HistoryEntry.objects.filter(code="events.preview.closed").count() == 1


def test_published_event_is_read_at_its_own_address(client, draft):
    publish_event(draft, by=None)
    response = client.get(address(draft))
    assert response.status_code == 302 and response.url == draft.get_absolute_url()
    assert "noindex" in response["X-Robots-Tag"]
    with pytest.raises(RuleBroken):
        open_preview(draft, by=None)
    cancel_event(draft, by=None)
    assert client.get(address(draft)).url == draft.get_absolute_url()


def test_key_opens_no_published_event_that_is_for_members(client):
    event = open_preview(EventFactory(draft=True, visibility=Visibility.MEMBERS), by=None)
    assert client.get(address(event)).status_code == 200
    publish_event(event, by=None)
    assert client.get(address(event), follow=True).status_code == 404


def test_address_is_made_renewed_and_ended_by_the_coordination_only(client, draft):
    names = ("open_preview", "close_preview")
    for person, status in [(coordinator_of(draft.club), 302), (member_of(OrganisationFactory()), 404)]:
        client.force_login(person)
        assert [client.post(reverse(f"events:{name}", args=[draft.slug])).status_code for name in names] == [status] * 2
        assert client.get(reverse("events:open_preview", args=[draft.slug])).status_code == 405
    client.force_login(coordinator_of(draft.club))
    page = reverse("events:preview_settings", args=[draft.slug])
    client.post(reverse("events:open_preview", args=[draft.slug]))
    draft.refresh_from_db()
    assert address(draft) in client.get(page).content.decode()
    client.post(reverse("events:close_preview", args=[draft.slug]))
    assert "/events/preview/" not in client.get(page).content.decode()
