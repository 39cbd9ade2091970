"""From joining to a confirmed contract in the observatory: director, structure's manager and coordinator in Chromium.

The director sits at a desk, the structure's manager holds a phone. After every page axe, the console and the policy have
nothing to report and nothing sticks out of the screen (see Visitor.look).
"""

from datetime import timedelta
from io import BytesIO

import pytest
from django.utils import timezone
from PIL import Image
from playwright.sync_api import expect

from events.models import Event, Place
from members.models import Organisation
from offers.models import Offer
from tests.browser.visitor import PHONE, Visitor
from tests.factories import PASSWORD, ClubFactory, CommuneFactory, SectorFactory, coordinator_of, siret
from tests.journeys.visitor import letters_to, link_in
from tests.memberships.factories import PlanFactory

DIRECTOR, COLLEAGUE, MAKER = "claire@company.example", "sonia@company.example", "idriss@structure.example"


@pytest.fixture
def world(live_server):
    CommuneFactory()
    club = ClubFactory(name="Club des Hauts-de-Seine", slug="hauts-de-seine")
    PlanFactory(club=club)
    SectorFactory(name="Traiteur")
    return coordinator_of(club, email="camille@club.example", first_name="Camille", last_name="Fontanel")


def test_the_whole_path_in_chromium(world, visitor_at):
    coordinator = visitor_at().open("/accounts/login/")
    coordinator.fill(login=world.email, password=PASSWORD).press("Se connecter").says("Bonjour Camille")
    director, maker = visitor_at(), visitor_at(viewport=PHONE)

    sign_up(director, DIRECTOR, "Claire", "Desmoulins")
    describe(director, kind="company", number=601, name="Laboratoires Verdance")
    join_the_club(director, coordinator, "Laboratoires Verdance")
    sign_up(maker, MAKER, "Idriss", "Cazenave")
    describe(maker, kind="EI", number=602, name="La Table Ronde")
    join_the_club(maker, coordinator, "La Table Ronde")
    publish_offer(maker)

    event = publish_event(coordinator)
    register_until_it_is_full(director, maker, event)
    give_back_a_place(director, maker)
    Event.objects.filter(pk=event.pk).update(
        starts_at=timezone.now() - timedelta(minutes=5), ends_at=timezone.now() + timedelta(hours=3)
    )
    check_in(visitor_at(viewport=PHONE).sign_in(world), event)

    introduce(director, maker)
    conclude(director, maker)
    coordinator.open("/observatory/")
    tile = coordinator.main.locator(".figure", has_text="Montant HT")
    expect(tile.locator(".figure-value")).to_have_text("12 500 €")
    coordinator.follow("Montant HT", tile).says("Laboratoires Verdance", "La Table Ronde")


def sign_up(visitor: Visitor, email: str, first_name: str, last_name: str) -> None:
    visitor.open("/").open("/accounts/signup/")
    visitor.fill(first_name=first_name, last_name=last_name, email=email, password1=PASSWORD)
    visitor.field("consent").check()
    visitor.press("Créer mon compte").says("Consultez votre boîte de réception")
    visitor.open(link_in(letters_to(email)[-1])).press("Oui, la confirmer")
    visitor.says("Au nom de qui agissez-vous ?")


def describe(visitor: Visitor, *, kind: str, number: int, name: str) -> None:
    visitor.follow("Présenter mon organisation")
    visitor.fill(
        kind=kind, siret="123 456 789 00012", name=name, street="1 rue de la Paix", post_code="92000", city="Nanterre"
    )
    visitor.tick("Traiteur", fold="Métiers").press("Enregistrer et continuer")
    expect(visitor.field("siret")).to_have_attribute("aria-invalid", "true")
    expect(visitor.field("name")).to_have_value(name)
    assert not Organisation.objects.filter(name=name).exists()
    visitor.fill(siret=siret(number)).press("Enregistrer et continuer")
    assert Organisation.objects.get(name=name).has_point


def join_the_club(visitor: Visitor, coordinator: Visitor, name: str) -> None:
    visitor.open("/members/applications/new/").fill(message="Nous voulons acheter autrement.")
    visitor.press("Envoyer la demande").says("à décider")
    coordinator.open("/coordination/").follow("1 demande d’adhésion à traiter")
    coordinator.follow(name).press("Accepter").says("acceptée")
    visitor.open("/members/memberships/").says("Club des Hauts-de-Seine")


def publish_offer(maker: Visitor) -> None:
    maker.open("/offers/mine/").open("/offers/new/")
    maker.fill(title="Buffets de saison", description="Des buffets pour vos équipes.")
    maker.tick("Prestation de service").press("Enregistrer le brouillon et continuer")
    picture = BytesIO()
    Image.new("RGB", (640, 480), "darkgreen").save(picture, "JPEG")
    maker.field("image").set_input_files({"name": "buffet.jpg", "mimeType": "image/jpeg", "buffer": picture.getvalue()})
    maker.fill(caption="Un buffet dressé dans un atelier").press("Ajouter la photo")
    maker.follow("Relire et publier", maker.main.locator(".form-actions")).press("Publier")
    maker.open("/offers/").says("Buffets de saison")
    expect(maker.main.get_by_role("img", name="Un buffet dressé dans un atelier")).to_be_visible()


def publish_event(coordinator: Visitor) -> Event:
    coordinator.open("/events/create/").follow("Open Map ESS")
    for name, value in {"capacity": "120", "quota_buyers": "60", "quota_structures": "60"}.items():
        expect(coordinator.field(name)).to_have_value(value)
    day = (timezone.localdate() + timedelta(days=10)).isoformat()
    coordinator.fill(
        title="Open Map ESS – traiteurs", starts_at=f"{day}T08:45", ends_at=f"{day}T12:30", venue="La Halle",
        street="18 quai du Moulin", post_code="92000", city="Nanterre", capacity="3",
    )  # fmt: skip
    coordinator.press("Enregistrer le brouillon").says("Plénière").press("Publier")
    return Event.objects.get()


def register_until_it_is_full(director: Visitor, maker: Visitor, event: Event) -> None:
    """Three places: the director and her colleague take two, the structure one; its second person waits."""
    director.open("/events/").follow("Open Map ESS – traiteurs").follow("S’inscrire")
    expect(director.field("form-0-email")).to_have_value(DIRECTOR)
    director.fill(form_1_first_name="Sonia", form_1_last_name="Perez", form_1_email=COLLEAGUE)
    director.field("form-0-is_listed").check()
    director.press("S’inscrire", director.main.locator(".form-actions")).says("Claire Desmoulins", "confirmée")
    assert letters_to(COLLEAGUE)[-1].attachments[0].filename.endswith(".ics")
    maker.open(event.get_absolute_url()).says_not("Claire Desmoulins").follow("S’inscrire")
    maker.press("S’inscrire", maker.main.locator(".form-actions"))
    maker.open(event.get_absolute_url()).says("Claire Desmoulins").follow("Inscrire d’autres personnes sur la liste")
    maker.fill(form_0_first_name="Nour", form_0_last_name="Haddad", form_0_email="nour@structure.example")
    maker.press("S’inscrire sur la liste d’attente").says("en attente")
    assert Place.objects.holding_a_place().count() == 3


def give_back_a_place(director: Visitor, maker: Visitor) -> None:
    """The colleague's place goes to who waits; the dialog asks first, and Escape leaves all as it was."""
    director.open("/events/registrations/")
    row = director.main.locator("li", has_text="Sonia Perez").last
    dialog = row.get_by_role("dialog")
    row.get_by_role("button", name="Rendre la place").first.click()
    expect(dialog).to_be_visible()
    director.look().page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    row.get_by_role("button", name="Rendre la place").first.click()
    director.press("Rendre la place", dialog)
    maker.open("/events/registrations/").says("Nour Haddad").follow("Répondre à la proposition")
    maker.press("Nous prenons les places").says("Les places sont à vous")
    maker.open("/events/registrations/").says("Nour Haddad").says_not("en attente")
    assert letters_to("nour@structure.example")[-1].attachments


def check_in(phone: Visitor, event: Event) -> None:
    """Ticked off on a phone: each press changes its own row and the counters, without a new page."""
    phone.open("/coordination/").follow("Aujourd’hui")
    for name, button in (("DESMOULINS Claire", "Présent"), ("CAZENAVE Idriss", "Présent"), ("HADDAD Nour", "Excusé")):
        row = phone.main.locator(".door-row", has_text=name)
        row.get_by_role("button", name=button).click()
        expect(row.get_by_role("button", name=button)).to_have_attribute("aria-pressed", "true")
    phone.look().main.locator("summary", has_text="sans inscription").click()
    phone.fill(first_name="Lou", last_name="Martel", organisation="Laboratoires Verdance").press("Faire entrer")
    phone.says("MARTEL Lou")
    attended = Place.objects.attended().values_list("last_name", flat=True)
    assert sorted(attended) == ["Cazenave", "Desmoulins", "Martel"]


def introduce(director: Visitor, maker: Visitor) -> None:
    director.open(Offer.objects.get().get_absolute_url()).says_not(MAKER).follow("Demander une mise en relation")
    director.fill(message="Un buffet pour 80 personnes en janvier.").press("Envoyer la demande")
    director.says("Demandée").says_not(MAKER)
    maker.open("/desk/").follow("Répondre à Laboratoires Verdance")
    maker.says("Un buffet pour 80 personnes").says_not(DIRECTOR).press("Accepter").says(DIRECTOR)
    director.open(director.path).says(MAKER)


def conclude(director: Visitor, maker: Visitor) -> None:
    today = timezone.localdate()
    director.follow("Déclarer un contrat")
    director.fill(
        kind="service", starts_on=today.isoformat(), ends_on=(today + timedelta(days=90)).isoformat(), amount="12 500",
        hours_due="120", jobs="1",
    )  # fmt: skip
    director.press("Déclarer ce contrat").says("12 500")
    maker.open("/desk/").follow("contrat").says("12 500").press("Confirmer ce contrat")
