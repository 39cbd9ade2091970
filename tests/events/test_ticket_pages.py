"""Tickets: who opens whose, with an account or with the code alone; what is on them; when they are dead."""

import io

import pytest
from django.urls import reverse
from PIL import Image
from pypdf import PdfReader

from core.letters import file_of
from core.models import Letter
from events.actions import accept_offer, cancel_event, cancel_place, change_place, register_people
from events.documents.pictures import qr_svg
from events.documents.tickets import tickets_pdf, why_no_ticket
from events.enums import Attendance, PlaceStatus
from events.models import Place, Reception
from events.tickets import ticket_code
from tests.events.factories import EventFactory, person_named, place_at, register
from tests.factories import ClubFactory, OrganisationFactory, PersonFactory, coordinator_of, member_of
from tests.pdfs import codes_in, has_renderer, pdf_pages, pdf_text, rendered, sizes_in_mm

pytestmark = pytest.mark.django_db


def address(name, *args):
    return reverse(f"events:{name}", args=args)


def text_of(response, status=200):
    assert response.status_code == status
    return response.content.decode().replace("\xa0", " ").replace("&#x27;", "'")


@pytest.fixture
def place():
    return place_at(EventFactory(title="Rencontre du port"), first_name="Claire", last_name="Desmoulins")


# --- Who may ----------------------------------------------------------------------------------------------------------


def test_ticket_is_for_its_people_and_the_coordinators(client, place):
    owner = PersonFactory(email="claire@example.org")
    Place.objects.filter(pk=place.pk).update(email="claire@example.org")
    receptionist = Reception.objects.create(event=place.event, person=PersonFactory()).person
    people = [
        (owner, 200), (member_of(place.registration.organisation, level="contributor"), 200),
        (coordinator_of(place.event.club), 200), (coordinator_of(ClubFactory()), 404),
        (member_of(OrganisationFactory()), 404), (receptionist, 403),
    ]  # fmt: skip
    for person, status in people:
        client.force_login(person)
        for name in ("ticket_page", "ticket_file"):
            assert client.get(address(name, place.pk)).status_code == status, (name, person)
    client.logout()
    assert client.get(address("ticket_page", place.pk)).status_code == 302


def test_code_alone_opens_the_ticket_to_whoever_has_no_account(client, place):
    code = ticket_code(place)
    response = client.get(address("open_ticket", code))
    text = text_of(response)
    assert "Claire Desmoulins" in text and "Rencontre du port" in text and "confirmée" in text and code in text
    assert place.email not in text
    assert response["X-Robots-Tag"].startswith("noindex") and response["Cache-Control"] == "private, no-store"
    assert "same-origin" in response["Referrer-Policy"]
    assert client.get(address("open_ticket", code.lower())).status_code == 200
    file = client.get(address("open_ticket_file", code))
    assert file["Content-Type"] == "application/pdf" and "Claire Desmoulins" in pdf_text(file.content)
    assert file["X-Robots-Tag"].startswith("noindex")


@pytest.mark.parametrize("code", ["K-1-1-1-AAAAAAAAAAAAAAAA", "nope", "K", "É", "..", "K-1-1-1-"])
def test_forged_code_opens_nothing(client, place, code):
    for name in ("open_ticket", "open_ticket_file", "open_certificate"):
        assert client.get(address(name, code)).status_code == 404


def test_code_is_dead_once_the_place_is_passed_on(client, place):
    before = ticket_code(place)
    changed = change_place(place, by=None, attendee=person_named("Autre"))
    text = text_of(client.get(address("open_ticket", before)), 404)
    assert "n’est plus valable" in text and "Autre" not in text and "Desmoulins" not in text
    assert client.get(address("open_ticket_file", before)).status_code == 404
    assert "Anne Autre" in text_of(client.get(address("open_ticket", ticket_code(changed))))


def test_code_is_dead_once_the_place_is_given_back(client, place):
    code = ticket_code(place)
    cancel_place(place, by=None)
    text = text_of(client.get(address("open_ticket", code)), 404)
    assert "n’est plus valable" in text and "Desmoulins" not in text


def test_ticket_page_only_reads(client, place):
    assert client.post(address("open_ticket", ticket_code(place))).status_code in (200, 405)
    place.refresh_from_db()
    assert place.attendance == Attendance.UNKNOWN


# --- What is on it ----------------------------------------------------------------------------------------------------


def test_code_on_the_page_is_read_back_by_a_scanner(place):
    """Drawn as on the page, seen as by a camera: a black and white picture with light around it."""
    import segno  # noqa: PLC0415

    out = io.BytesIO()
    segno.make_qr(ticket_code(place), error="m").save(out, kind="png", scale=4, border=4)
    assert codes_in(Image.open(out)) == {ticket_code(place)}
    assert 'width="' in qr_svg("K") and "<?xml" not in qr_svg("K")


def test_ticket_as_pdf_holds_a_code_that_is_read_back(place, tmp_path):
    pdf = tickets_pdf([place])
    assert sizes_in_mm(pdf) == {(105, 148)}
    for words in ("Claire Desmoulins", "Rencontre du port", "La Ressourcerie", str(place.registration.organisation)):
        assert words in pdf_text(pdf), words
    assert ticket_code(place) in pdf_text(pdf)
    assert has_renderer(), "pdftoppm is missing: the code on paper would go untested (Debian: poppler-utils)"
    assert [codes_in(picture) for picture in rendered(pdf, tmp_path)] == [{ticket_code(place)}]


def test_tickets_of_a_registration_come_in_one_file(client):
    event, company = EventFactory(), OrganisationFactory()
    client.force_login(member_of(company))
    registration = register(event, 3, company)
    response = client.get(address("registration_tickets", registration.pk))
    pages = pdf_pages(response.content)
    assert len(pages) == 3
    for page, place in zip(pages, registration.places.order_by("pk"), strict=True):
        assert place.full_name in page and ticket_code(place) in page
    assert 'filename="billet-' in response["Content-Disposition"]
    cancel_place(registration.places.first(), by=None)
    assert len(pdf_pages(client.get(address("registration_tickets", registration.pk)).content)) == 2


def test_registration_without_tickets_says_so(client):
    event, company = EventFactory(capacity=1), OrganisationFactory()
    register(event)
    waiting = register(event, 1, company)
    client.force_login(member_of(company))
    assert client.get(address("registration_tickets", waiting.pk)).url == address("my_registrations")
    assert "billet" in text_of(client.get(address("my_registrations")))


def test_tickets_of_others_do_not_exist(client, place):
    client.force_login(member_of(OrganisationFactory()))
    assert client.get(address("registration_tickets", place.registration_id)).status_code == 404


def test_ticket_is_tagged_titled_in_french_and_always_the_same(place):
    pdf = tickets_pdf([place])
    catalog = PdfReader(io.BytesIO(pdf)).trailer["/Root"]
    assert catalog["/MarkInfo"]["/Marked"] and catalog["/Lang"] == "fr"
    assert PdfReader(io.BytesIO(pdf)).metadata.title == "Billet – Rencontre du port"
    assert pdf == tickets_pdf([place])


@pytest.mark.parametrize("name", ["W" * 80, "Anne-Sophie " * 6, "Wolfeschlegelsteinhausenbergerdorff", "李 😀 Zoë"])
def test_ticket_of_any_name_is_one_page(name):
    place = place_at(
        EventFactory(title="T" * 160), OrganisationFactory(name="O" * 160), first_name=name[:80], last_name="X"
    )
    pdf = tickets_pdf([place])
    assert len(pdf_pages(pdf)) == 1
    assert pdf_text(pdf).count("O") >= 160


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"waiting": True}, "liste d’attente"),
        ({"status": PlaceStatus.HELD, "confirmed_at": None}, "en attendant le paiement"),
        ({"status": PlaceStatus.CANCELLED}, "a été rendue"),
        ({"first_name": "", "last_name": "", "email": ""}, "nominatif"),
    ],
)
def test_place_without_ticket_shows_no_code_but_why(client, fields, words):
    place = place_at(EventFactory(), **fields)
    client.force_login(coordinator_of(place.event.club))
    text = text_of(client.get(address("ticket_page", place.pk)))
    assert words in text and ticket_code(place) not in text and "data:image/svg" not in text
    assert client.get(address("ticket_file", place.pk)).url == address("ticket_page", place.pk)


def test_held_place_says_why_to_whoever_has_the_code(client, place):
    Place.objects.filter(pk=place.pk).update(status=PlaceStatus.HELD)
    code = ticket_code(place)
    text = text_of(client.get(address("open_ticket", code)))
    assert "en attendant le paiement" in text and "data:image/svg" not in text
    assert client.get(address("open_ticket_file", code)).url == address("open_ticket", code)


def test_ticket_of_a_cancelled_event_says_that_it_is_off(client, place):
    cancel_event(place.event, by=None)
    text = text_of(client.get(address("open_ticket", ticket_code(place))))
    assert "n’aura pas lieu" in text and "data:image/svg" not in text


def test_forgotten_person_has_no_ticket(place):
    Place.objects.filter(pk=place.pk).update(first_name="", last_name="", erased_at=place.event.starts_at)
    assert why_no_ticket(Place.objects.get(pk=place.pk))


# --- Letters ----------------------------------------------------------------------------------------------------------


def test_confirmation_brings_the_ticket_and_a_button_that_opens_it_without_an_account(client):
    event = EventFactory()
    register_people(event, organisation=OrganisationFactory(), people=[person_named("Aubry")], by=None)
    letter, place = Letter.objects.get(), Place.objects.get()
    link = address("open_ticket", ticket_code(place))
    assert link in letter.text and link in letter.html and "Voir le billet" in letter.html
    file = letter.attachments.get(media_type="application/pdf")
    assert file.filename == "billet.pdf" and ticket_code(place) in pdf_text(file_of(file))
    assert client.get(link).status_code == 200


def test_offer_that_is_taken_brings_the_ticket(client):
    event = EventFactory(capacity=1)
    first = register(event)
    waiting = register(event)
    cancel_place(first.places.get(), by=None)
    accept_offer(waiting, by=None)
    letter = Letter.objects.get(code="events.place_confirmed", to_email=waiting.places.get().email)
    assert address("open_ticket", ticket_code(waiting.places.get())) in letter.text
    assert letter.attachments.filter(filename="billet.pdf").exists()


def test_who_waits_gets_no_ticket():
    event = EventFactory(capacity=1)
    register(event)
    register(event)
    letter = Letter.objects.get(code="events.place_waiting")
    assert not letter.attachments.exists() and "/ticket/" not in letter.text
