"""Tickets that a scanner reads from the screen, and signing with a finger."""

import io

import pytest
from PIL import Image
from playwright.sync_api import expect

from events.actions import set_papers
from events.enums import Attendance
from events.models import PaperSettings, Signature
from events.tickets import ticket_code
from tests.browser.visitor import PHONE
from tests.events.factories import EventFactory, place_at
from tests.factories import coordinator_of
from tests.pdfs import codes_in


@pytest.fixture
def event(live_server):
    event = EventFactory(today=True)
    set_papers(event, by=None, led_by="", mention="", signs_on_screen=True, logos=[])
    return event


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_ticket_on_a_phone_is_read_by_a_scanner(event, visitor_at, scheme):
    place = place_at(event)
    visitor = visitor_at(viewport=PHONE, color_scheme=scheme).open(f"/events/ticket/{ticket_code(place)}/")
    visitor.says(place.full_name, "Billet")
    seen = Image.open(io.BytesIO(visitor.page.screenshot()))  # what stands on the screen without scrolling
    assert codes_in(seen) == {ticket_code(place)}


def test_person_signs_with_a_finger(event, visitor_at):
    place = place_at(event, first_name="Zoé", last_name="Éluard")
    visitor = visitor_at(viewport=PHONE).sign_in(coordinator_of(event.club)).open(f"/events/{event.slug}/signing/")
    visitor.follow("Signer – Zoé Éluard")
    visitor.press("Signer").says("Rien n’est encore dessiné")
    draw(visitor)
    visitor.page.get_by_role("button", name="Recommencer").click()
    visitor.press("Signer").says("Rien n’est encore dessiné")
    draw(visitor)
    visitor.press("Signer").says("Merci, Zoé Éluard : c’est signé.", "signé à l’écran à")
    place.refresh_from_db()
    assert place.attendance == Attendance.PRESENT
    picture = Image.open(io.BytesIO(bytes(Signature.objects.get(place=place).picture)))
    assert picture.width > 200 and picture.height > 40


def draw(visitor) -> None:
    visitor.page.locator("canvas").scroll_into_view_if_needed()
    box = visitor.page.locator("canvas").bounding_box()
    mouse = visitor.page.mouse
    mouse.move(box["x"] + 30, box["y"] + 30)
    mouse.down()
    for step in range(12):
        mouse.move(box["x"] + 30 + step * 20, box["y"] + 30 + (step % 3) * 25)
    mouse.up()


def test_without_script_one_signs_on_paper(event, visitor_at):
    place = place_at(event)
    visitor = visitor_at(java_script_enabled=False)
    visitor.look = visitor.look_without_script
    visitor.sign_in(coordinator_of(event.club)).open(f"/events/{event.slug}/signing/")
    visitor.follow(f"Signer – {place.full_name}")
    expect(visitor.page.locator("canvas")).to_be_hidden()
    visitor.says("demande JavaScript").follow("Signe sur papier")
    assert visitor.path == f"/events/{event.slug}/signing/"


def test_page_of_papers_can_be_used(event, visitor_at):
    place_at(event)
    visitor = visitor_at(viewport=PHONE).sign_in(coordinator_of(event.club)).open(f"/events/{event.slug}/papers/")
    with visitor.page.expect_download() as download:
        visitor.page.get_by_role("button", name="Faire les badges (PDF)").click()
    assert download.value.suggested_filename.startswith("badges-")
    visitor.open(f"/events/{event.slug}/papers/").page.get_by_label("Mention des financeurs").fill("Cofinancé")
    visitor.press("Enregistrer").says("Enregistré")
    assert PaperSettings.objects.get(event=event).mention == "Cofinancé"
    visitor.open(f"/events/funders/{event.club.slug}/").says("Pas encore de logo")
