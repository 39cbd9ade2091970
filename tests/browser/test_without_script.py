"""With JavaScript switched off: the same pages, the same deeds."""

import pytest
from playwright.sync_api import expect

from events.models import Place
from introductions.models import Contract, Introduction
from tests.browser.letters import address_of_a_survey, address_of_an_offer
from tests.browser.visitor import DESKTOP, PHONE
from tests.events.factories import EventFactory, place_at
from tests.events.programme import WorkshopFactory
from tests.factories import PASSWORD
from tests.introductions.factories import pair_of
from tests.offers.factories import OfferFactory


@pytest.fixture
def without_script(visitor_at):
    def make(person, **options):
        visitor = visitor_at(java_script_enabled=False, **options)
        visitor.look = visitor.look_without_script
        return visitor.sign_in(person) if person else visitor

    return make


@pytest.fixture
def pair(live_server):
    return pair_of()


def test_sign_in_and_menu_without_script(pair, without_script):
    visitor = without_script(None, viewport=PHONE).open("/accounts/login/")
    visitor.fill(login=pair.buyer.email, password=PASSWORD).press("Se connecter")
    menu = visitor.page.get_by_role("navigation", name="Navigation principale")
    expect(menu).to_be_hidden()
    visitor.page.get_by_role("button", name="Menu", exact=True).click()
    visitor.follow("Événements", menu)
    assert visitor.path == "/events/"
    visitor.page.locator("summary", has_text="Mon compte").click()
    visitor.press("Se déconnecter", visitor.page.locator("header")).open("/")
    expect(visitor.page.get_by_role("link", name="Se connecter")).to_be_visible()


def test_lists_are_filtered_without_script(pair, without_script):
    for title in ("Tonte et taille", "Buffets de saison"):
        OfferFactory(organisation=pair.structure, title=title)
    visitor = without_script(None).open("/offers/")
    visitor.says("Tonte et taille", "Buffets de saison")
    visitor.main.get_by_role("searchbox").fill("buffets")
    visitor.press("Rechercher").says("Buffets de saison").says_not("Tonte et taille")
    visitor.open("/members/").main.get_by_role("searchbox").fill(pair.structure.name)
    visitor.press("Afficher")
    cards = visitor.main.locator(".card h2, .card h3")
    expect(cards).to_have_count(1)
    expect(cards).to_contain_text(pair.structure.name)


def test_people_are_registered_without_script(pair, without_script):
    """Rows come and go by buttons that post; what was typed stays. A dialog asks before a place is given back."""
    event = EventFactory(club=pair.club)
    visitor = without_script(pair.buyer).open(f"{event.get_absolute_url()}register/")
    visitor.fill(form_0_job_title="Acheteuse", form_1_first_name="Sonia", form_1_last_name="Perez")
    visitor.press("Ajouter une personne")
    expect(visitor.field("form-1-first_name")).to_have_value("Sonia")
    expect(visitor.field("form-2-first_name")).to_be_visible()
    visitor.press("Retirer la personne 3")
    expect(visitor.field("form-2-first_name")).to_have_count(0)
    expect(visitor.field("form-0-job_title")).to_have_value("Acheteuse")
    visitor.press("S’inscrire", visitor.main.locator(".form-actions"))
    assert Place.objects.holding_a_place().count() == 2

    visitor.open("/events/registrations/")
    visitor.main.locator("li", has_text="Sonia Perez").last.get_by_role("button", name="Rendre la place").click()
    dialog = visitor.page.get_by_role("dialog")
    expect(dialog).to_contain_text("Rendre la place de Sonia Perez ?")
    dialog.get_by_role("button", name="Revenir").click()
    expect(dialog).to_be_hidden()
    visitor.main.locator("li", has_text="Sonia Perez").last.get_by_role("button", name="Rendre la place").click()
    visitor.press("Rendre la place", dialog)
    assert Place.objects.holding_a_place().count() == 1


def test_seats_are_named_and_letters_answered_without_script(pair, without_script):
    """A seat of a pool gets its name and its session; an offer and a survey are answered by the links of their letters."""
    event = EventFactory(club=pair.club)
    WorkshopFactory(event=event, title="Atelier clauses")
    place_at(event, pair.company, first_name="", last_name="", email="")
    visitor = without_script(pair.buyer, viewport=PHONE).open("/events/registrations/").follow("Nommer qui vient")
    visitor.fill(first_name="Sonia", last_name="Perez").press("Enregistrer").follow("Séances – Sonia Perez")
    visitor.main.get_by_label("Atelier clauses").check()
    visitor.press("Enregistrer").says("Sonia Perez", "Atelier clauses")

    somebody = without_script(None, viewport=PHONE)
    somebody.open(address_of_an_offer(event, pair.company)).press("Nous prenons les places").says(
        "Les places sont à vous"
    )
    somebody.open(address_of_a_survey()).press("Envoyer mes réponses")
    somebody.says("obligatoire").main.get_by_label("4", exact=True).first.check()
    somebody.press("Envoyer mes réponses").says("Merci")


def test_check_in_without_script(pair, without_script):
    event = EventFactory(club=pair.club, today=True)
    place_at(event, pair.company, first_name="Anne", last_name="Zola")
    place_at(event, pair.structure, first_name="Luc", last_name="Abel")
    visitor = without_script(pair.coordinator, viewport=PHONE).open(f"{event.get_absolute_url()}check-in/")
    row = visitor.main.locator(".door-row", has_text="ZOLA Anne")
    visitor.press("Présent", row)
    expect(row.get_by_role("button", name="Présent")).to_have_attribute("aria-pressed", "true")
    visitor.main.get_by_role("searchbox").fill("abel")
    visitor.press("Afficher").says("ABEL Luc").says_not("ZOLA Anne")
    assert Place.objects.attended().get().last_name == "Zola"


def test_introduction_and_contract_without_script(pair, without_script):
    offer = OfferFactory(organisation=pair.structure)
    buyer, maker = without_script(pair.buyer), without_script(pair.manager, viewport=PHONE)
    buyer.open(offer.get_absolute_url()).follow("Demander une mise en relation").press("Envoyer la demande")
    introduction = Introduction.objects.get()
    maker.open(introduction.get_absolute_url()).press("Accepter").says(pair.buyer.email)
    buyer.open(introduction.get_absolute_url()).says(pair.manager.email)
    buyer.main.locator("summary", has_text="Écrire une note").click()
    buyer.fill(text="Rendez-vous pris.").press("Enregistrer la note").says("Rendez-vous pris.")
    buyer.follow("Déclarer un contrat")
    buyer.fill(kind="service", starts_on="2026-01-01", amount="1250,50").press("Déclarer ce contrat")
    maker.open(introduction.get_absolute_url()).press("Confirmer ce contrat")
    assert Contract.objects.get().status == "confirmed"


def test_pages_need_no_script_to_fit(pair, without_script):
    for viewport in (PHONE, DESKTOP):
        visitor = without_script(pair.coordinator, viewport=viewport)
        for path in ("/coordination/", "/introductions/board/", "/observatory/", "/offers/", "/members/"):
            visitor.open(path)
