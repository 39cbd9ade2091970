"""The door in Chromium: the camera reads a picture of a code, and without network nothing stops and nothing is lost."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from events.actions import reserve_seats
from events.enums import Attendance
from events.models import Event, Scan
from events.tickets import ticket_code
from tests.browser.door import address, is_kept, let_in_unannounced, of, open_door, read, tick
from tests.browser.visitor import PHONE
from tests.events.factories import EventFactory, SessionFactory, place_at
from tests.factories import ClubFactory, OrganisationFactory, coordinator_of

NAMES = ["Aubry", "Blondel", "Carpentier", "Duval", "Étienne"]


@pytest.fixture
def event(live_server) -> Event:
    now = timezone.now()
    event = EventFactory(
        club=ClubFactory(name="Club de l’essai"), title="Open Map de l’essai", starts_at=now - timedelta(minutes=30),
        ends_at=now + timedelta(hours=4), capacity=20,
    )  # fmt: skip
    for name in NAMES:
        place_at(event, OrganisationFactory(name=f"Ateliers {name}"), first_name="Jo", last_name=name)
    return event


@pytest.fixture
def coordinator(event):
    return coordinator_of(event.club)


def test_the_door_looks_well(visitor_at, event, coordinator):
    for viewport in (PHONE, {"width": 1280, "height": 800}):
        visitor = visitor_at(viewport=viewport).sign_in(coordinator).open(address(event))
        open_door(visitor.page, f"Porte {viewport['width']}")
        read(visitor.page, ticket_code(of("Aubry")), "let_in" if viewport is PHONE else "already_in")
        visitor.page.get_by_label("Nom ou organisation").fill("ateliers")
        expect(visitor.page.locator("#door-rows .door-row")).to_have_count(5)
        visitor.page.get_by_text("Une personne vient sans inscription").click()
        visitor.look().looks_well_in_the_dark()
        visitor.open(f"{event.get_absolute_url()}doors/").looks_well_in_the_dark()
        visitor.says("Porte 360", "Réserver des places")


def test_nothing_stops_and_nothing_is_lost_without_network(visitor_at, event, coordinator):
    reserve_seats(event, door_name="Entrée", seats=1, by=coordinator)
    visitor = visitor_at(viewport=PHONE).sign_in(coordinator).open(address(event))
    page, context = visitor.page, visitor.page.context
    open_door(page, "Entrée")
    read(page, ticket_code(of("Aubry")), "let_in")
    expect(page.locator("#door-state")).to_contain_text("À jour")
    is_kept(page)
    assert visitor.complaints == []

    context.set_offline(True)
    read(page, ticket_code(of("Blondel")), "let_in")
    read(page, ticket_code(of("Blondel")).lower(), "already_in")
    read(page, ticket_code(of("Aubry")), "already_in")
    read(page, "K-1-1-1-AAAAAAAAAAAAAAAA", "other_event" if event.pk != 1 else "revoked")
    tick(page, "carp", "Excusé")
    let_in_unannounced(page, "Surprise", "Ateliers Duval")
    expect(page.locator("#door-result [data-verdict=walked_in]")).to_be_visible()
    let_in_unannounced(page, "Detrop", "Ateliers Duval")
    expect(page.locator("#walk-in-problem")).to_contain_text("Aucune place")
    expect(page.locator("#door-state")).to_have_text("Hors ligne – 6 à envoyer")
    expect(page.locator("#figure-present")).to_have_text("3")
    assert Scan.objects.count() == 1
    page.close()

    page = context.new_page()
    page.goto(visitor.base + address(event))
    expect(page.locator("#door-state")).to_have_text("Hors ligne – 6 à envoyer")
    expect(page.locator("#figure-present")).to_have_text("3")
    read(page, ticket_code(of("Duval")), "let_in")

    context.set_offline(False)
    expect(page.locator("#door-state")).to_contain_text("À jour")
    assert {name: of(name).attendance for name in NAMES} == {
        "Aubry": Attendance.PRESENT, "Blondel": Attendance.PRESENT, "Carpentier": Attendance.EXCUSED,
        "Duval": Attendance.PRESENT, "Étienne": Attendance.UNKNOWN,
    }  # fmt: skip
    walk_in = of("Surprise")
    assert walk_in.is_walk_in and walk_in.registration.organisation.name == "Ateliers Duval"
    assert Scan.objects.count() == 8 and event.allotments.get().left == 0
    expect(page.locator("#figure-present")).to_have_text("4")
    visitor.complaints.clear()  # of a network that was not there


def test_two_doors_merge_and_the_second_learns_of_the_first(visitor_at, event, coordinator):
    doors = []
    for name in ("Nord", "Sud"):
        visitor = visitor_at(viewport=PHONE).sign_in(coordinator).open(address(event))
        open_door(visitor.page, name)
        if doors:
            visitor.page.get_by_role("button", name="Changer").click()
            visitor.page.get_by_label("Nom de la porte").fill("nord")
            visitor.page.get_by_role("button", name="Ouvrir cette porte").click()
            expect(visitor.page.locator("#setup-problem")).to_contain_text("Un autre téléphone")
            visitor.complaints.clear()  # of the refusal, which the console notes
            open_door(visitor.page, name)
        is_kept(visitor.page)
        visitor.page.context.set_offline(True)
        doors.append(visitor)
    north, south = (visitor.page for visitor in doors)
    read(north, ticket_code(of("Aubry")), "let_in")
    read(south, ticket_code(of("Aubry")), "let_in")
    for visitor in doors:
        visitor.page.context.set_offline(False)
        expect(visitor.page.locator("#door-state")).to_contain_text("À jour")
    expect(south.locator("#door-result [data-verdict=already_in]")).to_contain_text("Nord")
    assert sorted(Scan.objects.values_list("verdict", flat=True)) == ["already_in", "let_in"]
    for visitor in doors:
        visitor.complaints.clear()


def test_the_camera_reads_a_ticket(phone_with_camera, event, coordinator):
    """A ticket on somebody's phone, held a little small."""
    visitor = phone_with_camera(ticket_code(of("Carpentier"))).sign_in(coordinator).open(address(event))
    open_door(visitor.page, "Entrée")
    visitor.page.get_by_role("button", name="Caméra").click()
    result = visitor.page.locator("#door-result [data-verdict=let_in]")
    expect(result).to_contain_text("CARPENTIER")
    expect(visitor.page.locator("#door-state")).to_contain_text("À jour")
    assert of("Carpentier").attendance == Attendance.PRESENT and Scan.objects.count() == 1
    visitor.look()


def test_a_door_of_a_session_counts_for_itself(visitor_at, event, coordinator):
    session = SessionFactory(event=event, title="Atelier clauses")
    visitor = visitor_at(viewport=PHONE).sign_in(coordinator).open(address(event))
    open_door(visitor.page, "Salle 2", "Atelier clauses")
    read(visitor.page, ticket_code(of("Duval")), "let_in")
    expect(visitor.page.locator("#figure-present")).to_have_text("1")
    expect(visitor.page.locator("#door-state")).to_contain_text("À jour")
    visitor.page.reload()
    expect(visitor.page.locator("#figure-present")).to_have_text("1")
    assert event.scans.present_by_session() == {session.pk: 1}


def test_names_leave_the_phone_at_sign_out_and_by_the_button(visitor_at, event, coordinator):
    visitor = visitor_at().sign_in(coordinator).open(address(event))
    page = visitor.page
    open_door(page, "Entrée")
    is_kept(page)
    assert kept(page) == {"lists": 1, "places": 5, "queue": 0}
    page.get_by_role("button", name="Effacer de ce téléphone").click()
    expect(page.locator("#door-state")).to_have_text("Effacé de ce téléphone.")
    assert kept(page) == {"lists": 0, "places": 0, "queue": 0} and page.evaluate("caches.keys()") == []
    page.reload()
    expect(page.locator("#door-name")).to_have_text("Entrée")
    visitor.open("/desk/")
    page.locator("summary", has_text="Mon compte").first.click()
    with page.expect_navigation():
        page.get_by_role("button", name="Se déconnecter").click()
    assert kept(page) == {"lists": 0, "places": 0, "queue": 0} and page.evaluate("caches.keys()") == []


def test_a_list_is_erased_48_hours_after_the_event(visitor_at, event, coordinator):
    visitor = visitor_at().sign_in(coordinator).open(address(event))
    open_door(visitor.page, "Entrée")
    visitor.page.clock.set_fixed_time(event.ends_at + timedelta(hours=47))
    visitor.open("/desk/")
    assert kept(visitor.page)["places"] == 5
    visitor.page.clock.set_fixed_time(event.ends_at + timedelta(hours=49))
    visitor.open("/desk/")
    visitor.page.wait_for_timeout(300)
    assert kept(visitor.page) == {"lists": 0, "places": 0, "queue": 0}


COUNTS = """async () => {
  const db = await new Promise((done) => { const open = indexedDB.open("door"); open.onsuccess = () => done(open.result); });
  const names = ["lists", "places", "queue"];
  const change = db.transaction(names);
  const count = (name) => new Promise((done) => {
    const asked = change.objectStore(name).count(); asked.onsuccess = () => done([name, asked.result]); });
  const found = Object.fromEntries(await Promise.all(names.map(count)));
  db.close();
  return found;
}"""


def kept(page: Page) -> dict:
    """How much lies on the phone."""
    return page.evaluate(COUNTS)
