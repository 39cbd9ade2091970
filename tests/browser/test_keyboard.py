"""The heart of the path without mouse or finger: Tab, Shift+Tab, Enter, Space, arrows and letters."""

from django.utils import timezone
from playwright.sync_api import expect

from events.models import Place, SurveyAnswer
from events.tickets import ticket_code
from introductions.models import Contract, Introduction
from members.models import Person
from tests.browser.keyboard import Keyboard
from tests.browser.letters import address_of_a_survey, address_of_an_offer
from tests.browser.visitor import PHONE, Visitor
from tests.events.factories import EventFactory, place_at
from tests.factories import PASSWORD, SectorFactory
from tests.introductions.factories import Pair, offer_of, pair_of


def sign_in(visitor: Visitor, person: Person) -> Keyboard:
    """Over the skip link, which comes first and leads past the header."""
    visitor.open("/accounts/login/")
    keyboard = Keyboard(visitor.page).go_to("Aller au contenu").press("Enter")
    assert visitor.page.evaluate("document.activeElement.id") == "content"
    keyboard.type("login", person.email).type("password", PASSWORD).enter()
    visitor.says(f"Bonjour {person.first_name}")
    return keyboard


def test_path_walked_by_keyboard_alone(visitor_at):
    pair = pair_of()
    offer_of(pair.structure, SectorFactory(name="Espaces verts"), title="Tonte et taille")
    EventFactory(club=pair.club, title="Petit-déjeuner des acheteurs", slug="petit-dejeuner")
    buyer, maker = visitor_at(), visitor_at()
    keys, others_keys = sign_in(buyer, pair.buyer), sign_in(maker, pair.manager)

    register(keys, buyer, pair)
    ask(keys, buyer)
    maker.page.reload()
    others_keys.enter("Répondre à").enter("Accepter")
    maker.look().says(pair.buyer.email)
    state_contract(keys, buyer)
    maker.page.reload()
    others_keys.enter("Confirmer ce contrat")
    assert Contract.objects.get().status == "confirmed"


def test_rows_of_the_check_in_are_never_hidden_from_the_keyboard(visitor_at):
    """The counters stay in sight; what gets the focus stands below them, on the way down and on the way up."""
    pair = pair_of()
    event = EventFactory(club=pair.club, today=True)
    for number in range(12):
        place_at(event, pair.company, first_name="Anne", last_name=f"Zola{number:02}")
    visitor = visitor_at(viewport=PHONE).sign_in(pair.coordinator).open(f"{event.get_absolute_url()}check-in/")
    keys = Keyboard(visitor.page).go_to("Feuille d’émargement")
    for _ in range(12):
        keys.go_to("Présent", backwards=True)
    keys.press("Space")
    expect(visitor.main.get_by_role("button", name="Présent").first).to_have_attribute("aria-pressed", "true")


def test_letters_about_an_event_are_answered_by_keyboard(visitor_at):
    """An offer by its button, a survey by arrows and Space; what is missing takes the focus to where it is said."""
    pair = pair_of()
    event = EventFactory(club=pair.club)
    visitor = visitor_at(viewport=PHONE).open(address_of_an_offer(event, pair.company))
    keys = Keyboard(visitor.page).enter("Nous prenons les places")
    visitor.look().says("Les places sont à vous")
    visitor.open(address_of_a_survey())
    keys.enter("Envoyer mes réponses")
    expect(visitor.main.get_by_role("alert")).to_be_focused()
    keys.go_to("1 – pas du tout").press("ArrowDown").press("ArrowDown").go_to("la plénière").press("Space")
    keys.enter("Envoyer mes réponses")
    visitor.look().says("Merci")
    assert sorted(SurveyAnswer.objects.values_list("question__kind", "number")) == [("scale", 3), ("several", 0)]


def test_door_is_kept_by_keyboard(visitor_at):
    """A code by a scanner that types, a person found by name, a walk-in: no mouse, and the focus is never lost."""
    pair = pair_of()
    event = EventFactory(club=pair.club, today=True)
    scanned, found = (place_at(event, pair.company, first_name="Anne", last_name=name) for name in ("Abel", "Zola"))
    visitor = visitor_at().sign_in(pair.coordinator).open(f"{event.get_absolute_url()}door/")
    page, keys = visitor.page, Keyboard(visitor.page)
    keys.go_to("Nom de la porte").page.keyboard.type("Entrée")
    keys.press("Enter")
    expect(page.locator("#door-name")).to_have_text("Entrée")
    keys.go_to("Code d’un billet").page.keyboard.type(ticket_code(scanned))
    keys.press("Enter")
    expect(page.locator("#door-result [data-verdict=let_in]")).to_be_visible()
    keys.go_to("Nom ou organisation").page.keyboard.type("zola")
    expect(page.locator("#door-rows .door-row")).to_have_count(1)
    keys.go_to("Présent").press("Enter")
    expect(page.locator("#door-rows").get_by_role("button", name="Présent")).to_have_attribute("aria-pressed", "true")
    expect(page.locator("#door-state")).to_contain_text("À jour")
    assert Place.objects.attended().filter(pk__in=[scanned.pk, found.pk]).count() == 2


def register(keys: Keyboard, buyer: Visitor, pair: Pair) -> None:
    keys.enter("Événements").enter("Petit-déjeuner des acheteurs").enter("S’inscrire")
    keys.type("form-0-job_title", "Acheteuse").go_to("form-0-is_listed").press("Space")
    keys.type("form-1-first_name", "Sonia").type("form-1-last_name", "Perez").enter()
    buyer.look().says("Sonia Perez")
    assert Place.objects.get(email=pair.buyer.email).is_listed

    # A dialog takes the focus and gives it back; only its own button acts.
    keys.enter("Voir ou modifier nos inscriptions")
    opener = buyer.main.get_by_role("button", name="Rendre la place").first
    dialog = buyer.page.get_by_role("dialog")
    keys.go_to("Rendre la place").press("Enter")
    expect(dialog).to_be_visible()
    expect(dialog.get_by_role("button", name="Revenir")).to_be_focused()
    keys.press("Escape")
    expect(opener).to_be_focused()
    assert Place.objects.holding_a_place().count() == 2
    keys.press("Enter").enter("Rendre la place", backwards=True)
    assert [place.first_name for place in Place.objects.holding_a_place()] == ["Sonia"]


def ask(keys: Keyboard, buyer: Visitor) -> None:
    keys.enter("Offres", backwards=True).enter("Tonte et taille").enter("Demander une mise en relation")
    keys.type("message", "Deux passages par mois.").enter("Envoyer la demande")
    buyer.look()
    assert Introduction.objects.get().message == "Deux passages par mois."


def state_contract(keys: Keyboard, buyer: Visitor) -> None:
    buyer.page.reload()
    keys.enter("Déclarer un contrat")
    # A day that reads the same in every country's order.
    keys.type("kind", "Prestation").type("starts_on", f"0101{timezone.localdate().year}")
    keys.type("amount", "1250,50").enter("Déclarer ce contrat")
    buyer.look().says("1 250,50 €")
