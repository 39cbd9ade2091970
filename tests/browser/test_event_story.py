"""One event from the first draft to its report, as its people live it: at a desk, on phones, at two doors, by letters.

Each part is tried deeply elsewhere (test_door, test_programme, test_papers, tests/events); here they meet, in one browser,
and after every page axe, the console and the policy have nothing to report (see Visitor.look).
"""

from datetime import datetime, timedelta
from types import SimpleNamespace

import pytest
from django.core.management import call_command
from django.utils import timezone
from playwright.sync_api import Page, expect

from events.models import Event, Place, Scan, Session
from events.tickets import ticket_code
from tests.browser.door import address, is_kept, let_in_unannounced, of, open_door, read, tick
from tests.browser.visitor import PHONE, Visitor, file
from tests.events.programme import pdf_bytes
from tests.factories import ClubFactory, OrganisationFactory, coordinator_of, member_of
from tests.journeys.visitor import letters_to, link_in
from tests.memberships.factories import TermFactory
from tests.pdfs import pdf_text

WORDS = {"title": "Des vélos réparés", "summary": "Un atelier de réparation de vélos."}
TITLE = "Open Map ESS – textile"
CLAIRE, NADIA = "claire@verdance.example", "nadia@verdance.example"
HUGO, LINA = "hugo@terrasses.example", "lina@terrasses.example"
IDRISS = "idriss@ronde.example"


@pytest.fixture
def world(live_server) -> SimpleNamespace:
    """A club with three members: two companies and a structure."""
    club = ClubFactory(name="Club des Hauts-de-Seine", slug="hauts-de-seine")
    companies = [OrganisationFactory(name=name) for name in ("Laboratoires Verdance", "Hôtel des Terrasses")]
    structure = OrganisationFactory(structure=True, name="La Table Ronde")
    for organisation in (*companies, structure):
        TermFactory(club=club, organisation=organisation)
    return SimpleNamespace(
        coordinator=coordinator_of(club, first_name="Camille", last_name="Fontanel", email="camille@club.example"),
        claire=member_of(companies[0], first_name="Claire", last_name="Desmoulins", email=CLAIRE),
        hugo=member_of(companies[1], first_name="Hugo", last_name="Essomba", email=HUGO),
        idriss=member_of(structure, first_name="Idriss", last_name="Cazenave", email=IDRISS),
    )


def test_an_event_from_the_first_draft_to_its_report(world, visitor_at, phone_with_camera):
    desk = visitor_at().sign_in(world.coordinator)
    claire, hugo, idriss = (
        visitor_at(viewport=PHONE).sign_in(person) for person in (world.claire, world.hugo, world.idriss)
    )
    somebody = visitor_at(viewport=PHONE)

    event = draft(desk)
    add_a_workshop(desk, event)
    ask_questions(desk, event)
    call_for_pitches(desk, event)
    publish_after_a_preview(desk, somebody, event)

    reserve_three_seats(claire, event)
    hand_in_a_file(claire)
    name_the_seats_and_swap_a_name(claire)
    fill_the_workshop(claire)
    propose_a_pitch(idriss, event)
    select_the_pitch(desk, event)
    wait_for_two_seats(hugo, event)
    free_a_seat(claire)
    accept_by_letter(somebody)
    hand_out_a_document(desk, idriss, event)

    begin(event)
    keep_a_seat_for_walk_ins(desk, event)
    north = phone_with_camera(ticket_code(of("Desmoulins"))).sign_in(world.coordinator)
    south = visitor_at(viewport=PHONE).sign_in(world.coordinator)
    work_at_two_doors(north, south, event)
    print_the_attendance_sheet(desk, event)

    write_down_a_proposal(desk, event)
    release_the_survey(desk, event)
    end(event)
    call_command("run_daily", verbosity=0)
    for email in (CLAIRE, NADIA, HUGO, LINA, IDRISS):
        answer_the_survey(somebody, email)
    close_the_survey(desk, event)
    fetch_a_certificate(claire)
    read_the_report(desk, event)


# --- Before: the coordinator prepares ---------------------------------------------------------------------------------


def draft(desk: Visitor) -> Event:
    """Six places, of which four for buyers: in ten days, with the programme that the kind of event begins with."""
    day = (timezone.localdate() + timedelta(days=10)).isoformat()
    desk.open("/events/create/").follow("Open Map ESS")
    desk.fill(
        title=TITLE, starts_at=f"{day}T08:45", ends_at=f"{day}T12:30", venue="La Halle", street="18 quai du Moulin",
        post_code="92000", city="Nanterre", capacity="6", organisation_cap="3", quota_buyers="4", quota_structures="3",
    )  # fmt: skip
    desk.press("Enregistrer le brouillon").says("Plénière")
    return Event.objects.get()


def add_a_workshop(desk: Visitor, event: Event) -> None:
    day = event.local_start.date().isoformat()
    desk.open(f"/events/{event.slug}/programme/").fill(
        kind="workshop", title="Atelier clauses", starts_at=f"{day}T09:45", ends_at=f"{day}T10:30", room="Salle 2",
        capacity="1",
    )  # fmt: skip
    desk.field("has_sign_up").check()
    desk.press("Ajouter").says("0 sur 1")


def ask_questions(desk: Visitor, event: Event) -> None:
    """The second is asked only after a yes to the first; the third is answered by a file."""
    desk.open(f"/events/{event.slug}/questions/")
    desk.fill(text="Achetez-vous déjà à une structure ?", kind="yes_no")
    desk.field("is_per_person").uncheck()
    desk.press("Ajouter").fill(text="À laquelle ?", only_if_answer="Oui")
    desk.field("only_if").select_option(label="Achetez-vous déjà à une structure ?")
    desk.field("is_per_person").uncheck()
    desk.press("Ajouter").fill(text="Attestation d’assurance", kind="file")
    desk.field("is_required").check()
    desk.field("is_per_person").uncheck()
    desk.press("Ajouter").says("Attestation d’assurance", "un fichier")


def call_for_pitches(desk: Visitor, event: Event) -> None:
    now = timezone.localtime()
    desk.open(f"/events/{event.slug}/pitches/").follow("Ouvrir un appel")
    desk.fill(opens_at=wall(now - timedelta(hours=1)), closes_at=wall(now + timedelta(days=5)), places="2")
    desk.press("Enregistrer").says("0 sur 2")


def wall(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M")


def publish_after_a_preview(desk: Visitor, reader: Visitor, event: Event) -> None:
    """A speaker reads the draft by a secret link, without an account; once it is published the link leads to its page."""
    desk.open(event.get_absolute_url())
    desk.main.locator("summary", has_text="Plus").click()
    desk.follow("Aperçu par lien").press("Créer une adresse secrète")
    link = desk.page.locator("#preview-address").input_value().removeprefix("http://localhost:8000")
    reader.open(link).says(TITLE, "Atelier clauses", "brouillon").says_not("Se connecter pour s’inscrire")
    desk.open(event.get_absolute_url()).press("Publier")
    reader.open(link).says("Se connecter pour s’inscrire")
    assert reader.path == event.get_absolute_url()


# --- Before: members register -----------------------------------------------------------------------------------------


def reserve_three_seats(claire: Visitor, event: Event) -> None:
    """One named, two to be named later; the conditional question is not answered, because the answer before it is no."""
    claire.open(event.get_absolute_url()).follow("S’inscrire").fill(unnamed="2")
    expect(claire.field("form-0-email")).to_have_value(CLAIRE)
    claire.main.get_by_label("Non", exact=True).check()
    send(claire, "S’inscrire").says(
        "Votre inscription est enregistrée", "Claire Desmoulins", "2 places restent à nommer"
    )
    assert letters_to(CLAIRE)[-1].attachments


def send(visitor: Visitor, button: str) -> Visitor:
    return visitor.press(button, visitor.main.locator(".form-actions"))


def hand_in_a_file(claire: Visitor) -> None:
    claire.follow("Voir ou modifier nos inscriptions").says("Il manque encore").follow("Déposer les fichiers")
    claire.page.set_input_files("input[type=file]", file("assurance.pdf", pdf_bytes(1)))
    claire.press("Déposer").open("/events/registrations/").says("1 fichier déposé")


def name_the_seats_and_swap_a_name(claire: Visitor) -> None:
    for first_name, last_name, email in (("Sonia", "Perez", "sonia@verdance.example"), ("Yanis", "Kone", "")):
        claire.follow("Nommer qui vient").fill(first_name=first_name, last_name=last_name, email=email)
        claire.press("Enregistrer").says(f"{first_name} {last_name}")
    claire.follow("Modifier – Sonia Perez").fill(first_name="Nadia", last_name="Berthier", email=NADIA)
    claire.press("Enregistrer").says("Nadia Berthier").says_not("Sonia Perez")
    assert letters_to(NADIA)[-1].attachments


def fill_the_workshop(claire: Visitor) -> None:
    """One seat: who asks second reads that it is full."""
    claire.follow("Séances – Claire Desmoulins").main.get_by_label("Atelier clauses").check()
    claire.press("Enregistrer").follow("Séances – Nadia Berthier").says("la seule place est prise")
    claire.follow("Revenir")


def propose_a_pitch(idriss: Visitor, event: Event) -> None:
    """Only who comes may propose."""
    idriss.open(event.get_absolute_url()).follow("S’inscrire")
    send(idriss, "S’inscrire").follow("Retour à l’événement").follow("Voir l’appel").follow("Proposer un pitch")
    idriss.fill(**WORDS).press("Proposer").says("Votre pitch est proposé")


def select_the_pitch(desk: Visitor, event: Event) -> None:
    desk.open(f"/events/{event.slug}/pitches/").follow(WORDS["title"])
    desk.main.get_by_label("5", exact=True).check()
    desk.press("Enregistrer ma note").press("Retenir").press("Afficher l’ordre au programme")
    assert WORDS["title"] in str(letters_to(IDRISS)[-1].body)
    desk.follow("Chronomètre").says("05:00", WORDS["title"])


def wait_for_two_seats(hugo: Visitor, event: Event) -> None:
    """One of the four places for buyers is left, and a group is seated whole: it waits, and reads why."""
    hugo.open(event.get_absolute_url()).says("1 place libre sur 4").follow("S’inscrire")
    hugo.press("Ajouter une personne") if hugo.field("form-1-email").count() == 0 else None
    hugo.fill(form_1_first_name="Lina", form_1_last_name="Moreau", form_1_email=LINA)
    hugo.main.get_by_label("Oui", exact=True).check()
    hugo.main.get_by_label("À laquelle ?").fill("Les Ateliers du Pont")
    send(hugo, "S’inscrire").says("Vous êtes sur la liste d’attente").follow("Voir ou modifier nos inscriptions")
    hugo.says(
        "Groupe n° 1 sur 1", "Places libres pour « Entreprises et acheteurs publics » : 1. Votre groupe en demande 2."
    )


def free_a_seat(claire: Visitor) -> None:
    claire.open("/events/registrations/")
    row = claire.main.locator("li", has_text="Yanis Kone").last
    row.get_by_role("button", name="Rendre la place").first.click()
    claire.press("Rendre la place", row.get_by_role("dialog"))


def accept_by_letter(somebody: Visitor) -> None:
    """Whoever holds the letter answers, without an account."""
    offer = next(letter for letter in reversed(letters_to(HUGO)) if "/offers/" in letter.body)
    somebody.open(link_in(offer)).says("2 places sont gardées pour Hôtel des Terrasses")
    somebody.press("Nous prenons les places").says("Les places sont à vous")
    assert Place.objects.filter(email__in=[HUGO, LINA]).holding_a_place().count() == 2
    assert letters_to(LINA)[-1].attachments


def hand_out_a_document(desk: Visitor, reader: Visitor, event: Event) -> None:
    desk.open(f"/events/{event.slug}/documents/")
    desk.page.set_input_files("input[name=files]", file("plan.pdf", pdf_bytes(1)))
    desk.fill(title="Plan de la halle", kind="other", audience="attending").press("Ajouter").says("Plan de la halle")
    reader.open(event.get_absolute_url()).says("Plan de la halle", WORDS["title"])


# --- On the day -------------------------------------------------------------------------------------------------------


def begin(event: Event) -> None:
    """The day comes: all hours of the programme move to now."""
    move(event, timezone.now() - timedelta(minutes=5) - event.starts_at)


def end(event: Event) -> None:
    event.refresh_from_db()
    move(event, timezone.now() - timedelta(minutes=5) - event.ends_at)


def move(event: Event, by: timedelta) -> None:
    for thing in (event, *Session.objects.filter(event=event)):
        type(thing).objects.filter(pk=thing.pk).update(starts_at=thing.starts_at + by, ends_at=thing.ends_at + by)


def keep_a_seat_for_walk_ins(desk: Visitor, event: Event) -> None:
    desk.open(f"/events/{event.slug}/doors/").fill(door_name="Nord", seats="1", audience="structures").press("Réserver")
    desk.says("Places réservées : 0 utilisées sur 1")


def work_at_two_doors(north: Visitor, south: Visitor, event: Event) -> None:
    """The north reads by its camera, then both lose the network; what they note merges when it is back."""
    for phone, name in ((north, "Nord"), (south, "Sud")):
        phone.open(address(event))
        open_door(phone.page, name)
        is_kept(phone.page)
    read_by_camera(north.page, "DESMOULINS")
    for phone in (north, south):
        assert phone.complaints == []
        phone.page.context.set_offline(True)
    read(north.page, ticket_code(of("Cazenave")), "let_in")
    let_in_unannounced(north.page, "Martel", "La Table Ronde")
    expect(north.page.locator("#door-result [data-verdict=walked_in]")).to_be_visible()
    read(south.page, ticket_code(of("Cazenave")), "let_in")
    for name in ("Berthier", "Essomba", "Moreau"):
        tick(south.page, name.lower(), "Présent")
    for phone in (north, south):
        phone.page.context.set_offline(False)
        expect(phone.page.locator("#door-state")).to_contain_text("À jour")
        phone.complaints.clear()  # of a network that was not there
    expect(south.page.locator("#door-result [data-verdict=already_in]")).to_contain_text("Nord")
    assert Scan.objects.filter(place=of("Cazenave"), verdict="let_in").count() == 1
    attended = Place.objects.attended().values_list("last_name", flat=True)
    assert sorted(attended) == ["Berthier", "Cazenave", "Desmoulins", "Essomba", "Martel", "Moreau"]


def read_by_camera(page: Page, name: str) -> None:
    page.get_by_role("button", name="Caméra").click()
    expect(page.locator("#door-result [data-verdict=let_in]")).to_contain_text(name)
    page.get_by_role("button", name="Caméra").click()
    expect(page.locator("#door-state")).to_contain_text("À jour")


def print_the_attendance_sheet(desk: Visitor, event: Event) -> None:
    desk.open(f"/events/{event.slug}/papers/")
    words = paper(desk, "Feuille d’émargement (PDF)")
    assert "DESMOULINS Claire" in words and "Laboratoires Verdance" in words


def paper(visitor: Visitor, link: str) -> str:
    """What stands in the PDF behind a link of the page."""
    href = visitor.main.get_by_role("link", name=link).first.get_attribute("href")
    answer = visitor.page.request.get(visitor.base + href)
    assert answer.status == 200, href
    return pdf_text(answer.body())


# --- Afterwards -------------------------------------------------------------------------------------------------------


def write_down_a_proposal(desk: Visitor, event: Event) -> None:
    desk.open(f"/events/{event.slug}/proposals/").follow("Nouvelle proposition")
    desk.fill(text="Ouvrir une visite d’atelier par trimestre", new_axis="Liens avec les entreprises")
    desk.press("Enregistrer").says("Ouvrir une visite d’atelier par trimestre", "Liens avec les entreprises")


def release_the_survey(desk: Visitor, event: Event) -> None:
    desk.open(f"/events/{event.slug}/survey/").press("Préparer l’enquête")
    confirm(desk, "Lancer").says("Questions")


def confirm(visitor: Visitor, name: str) -> Visitor:
    """Press a button that asks first, and then the same in its dialog."""
    visitor.main.get_by_role("button", name=name).first.click()
    return visitor.press(name, visitor.page.get_by_role("dialog"))


def answer_the_survey(somebody: Visitor, email: str) -> None:
    """By the link of the letter, without an account."""
    letter = next(letter for letter in reversed(letters_to(email)) if "/survey/" in letter.body)
    somebody.open(link_in(letter)).main.get_by_label("4", exact=True).first.check()
    somebody.press("Envoyer mes réponses").says("Merci")


def close_the_survey(desk: Visitor, event: Event) -> None:
    """Five answers are enough to be shown, as charts beside their tables."""
    confirm(desk.open(f"/events/{event.slug}/survey/").says("Réponses 5"), "Clore maintenant").says("Moyenne 4,00 / 5")
    chart = desk.main.locator(".survey-chart img").first
    chart.scroll_into_view_if_needed()
    expect(chart).not_to_have_js_property("naturalWidth", 0)


def fetch_a_certificate(claire: Visitor) -> None:
    claire.open("/events/registrations/?when=past").says("présent")
    assert "Claire Desmoulins" in paper(claire, "Attestation – Claire Desmoulins")


def read_the_report(desk: Visitor, event: Event) -> None:
    desk.open(f"/events/{event.slug}/attendance/").says("La Table Ronde").follow("Bilan")
    desk.says("Présents 6", "Satisfaction, sur 5 4,0")
    words = paper(desk, "PDF")
    assert TITLE in words and "Ouvrir une visite d’atelier par trimestre" in words
