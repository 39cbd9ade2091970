"""Certificates of attendance: for whom, what they say, and the page on which anybody checks them."""

import io
from datetime import date, datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader

from core.letters import link_to
from events.actions.privacy import KEPT, erase_old_attendees
from events.certificates import certificate_code, certificate_number, certified, is_certified, read_certificate
from events.documents.certificates import certificates_pdf
from events.enums import Attendance, EventStatus, Half, PlaceStatus
from events.halves import half_days
from events.models import Event, PaperSettings, Place, Reception, Signature
from events.tickets import ticket_code
from tests.events.factories import PARIS, EventFactory, place_at
from tests.factories import ClubFactory, OrganisationFactory, PersonFactory, coordinator_of, member_of
from tests.pdfs import codes_in, has_renderer, pdf_pages, pdf_text, rendered

pytestmark = pytest.mark.django_db


def address(name, *args):
    return reverse(f"events:{name}", args=args)


@pytest.fixture
def event():
    starts_at = datetime(2026, 3, 17, 9, tzinfo=PARIS)
    return EventFactory(title="Journée du port", starts_at=starts_at, ends_at=starts_at + timedelta(hours=8))


def present(event, organisation=None, **fields):
    return place_at(event, organisation, attendance=Attendance.PRESENT, **fields)


def certificates(event, *places, **options):
    options = {"settings": PaperSettings(event=event), "logos": [], "issued_on": date(2026, 3, 20), **options}
    return certificates_pdf(event, places, half_days(event), **options)


# --- Who is certified -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"attendance": Attendance.PRESENT}, True),
        ({"attendance": Attendance.PRESENT, "status": PlaceStatus.HELD, "confirmed_at": None}, True),
        ({"attendance": Attendance.UNKNOWN}, False),
        ({"attendance": Attendance.EXCUSED}, False),
        ({"attendance": Attendance.ABSENT}, False),
        ({"attendance": Attendance.PRESENT, "status": PlaceStatus.CANCELLED}, False),
        ({"attendance": Attendance.PRESENT, "last_name": "", "first_name": ""}, False),
        ({"waiting": True}, False),
    ],
)
def test_only_who_was_present_is_certified(event, fields, expected):
    place, now = place_at(event, **fields), timezone.now()
    assert is_certified(place, now) is expected
    assert (place in certified(event, now)) is expected


def test_nobody_is_certified_before_the_end_or_of_a_cancelled_event(event):
    place = present(event)
    for moment, expected in [(event.ends_at, False), (event.ends_at + timedelta(seconds=1), True)]:
        assert is_certified(place, moment) is expected and certified(event, moment).exists() is expected
    Event.objects.filter(pk=event.pk).update(status=EventStatus.CANCELLED)
    place = Place.objects.get(pk=place.pk)
    assert not is_certified(place, timezone.now()) and not certified(place.event, timezone.now()).exists()


# --- What it says -----------------------------------------------------------------------------------------------------


def test_certificate_says_who_was_where_and_when(event):
    organisation = OrganisationFactory(name="Atelier du Port", siret="80746912300018", city="Nanterre")
    place = present(event, organisation, first_name="Zoé", last_name="Éluard", job_title="Directrice")
    settings = PaperSettings(event=event, led_by="Nadia Ferrand", mention="Cofinancé par l’Union européenne")
    text = pdf_text(certificates(event, place, settings=settings)).replace("\xa0", " ")
    for words in (
        "Attestation de présence", f"N° {certificate_number(place)}", f"{event.club.name} certifie que", "Zoé Éluard",
        "Directrice", "Atelier du Port", "SIRET 807 469 123 00018 · Nanterre", "a participé à l’événement Journée du port",
        "mardi 17 mars 2026, matin, 09:00 – 13:00", "mardi 17 mars 2026, après-midi, 13:00 – 17:00", "La Ressourcerie",
        "Nadia Ferrand", "Cofinancé par l’Union européenne", "20 mars 2026", f"{event.club.name}, la coordination",
    ):  # fmt: skip
        assert words in text, words


def test_whoever_signed_on_screen_is_certified_the_half_days_signed(event):
    place, other = present(event, last_name="Abadie"), present(event, last_name="Zola")
    signature = Signature(
        place=place, day=event.day, half=Half.AFTERNOON, ticket_version=1, picture=b"", signed_at=event.ends_at
    )
    first, second = pdf_pages(certificates(event, place, other, signatures=[signature]))
    assert "après-midi" in first and "matin" not in first
    assert "après-midi" in second and "matin" in second


def test_code_on_a_certificate_leads_to_where_it_is_checked(event, tmp_path, client):
    place = present(event)
    url = link_to(address("check_certificate", certificate_code(place)))
    pdf = certificates(event, place)
    assert has_renderer(), "pdftoppm is missing: codes on paper would go untested (Debian: poppler-utils)"
    assert codes_in(rendered(pdf, tmp_path, dpi=150)[0]) == {url}
    assert url in str([a.get_object() for a in PdfReader(io.BytesIO(pdf)).pages[0]["/Annots"]])


@pytest.mark.parametrize("name", ["W" * 80, "mot " * 20, "李 😀 *x* #panic()"])
def test_certificate_of_any_name_is_one_page(event, name):
    place = present(event, OrganisationFactory(name=name), first_name=name, last_name=name, job_title=name)
    settings = PaperSettings(event=event, led_by=name, mention=name * 3)
    assert len(pdf_pages(certificates(event, place, settings=settings))) == 1


def test_certificate_is_archival_tagged_and_always_the_same(event):
    place = present(event)
    pdf = certificates(event, place)
    metadata = PdfReader(io.BytesIO(pdf)).trailer["/Root"]["/Metadata"].get_data().decode()
    assert "pdfaid:part>3<" in metadata and "pdfuaid:part>1<" in metadata
    assert pdf == certificates(event, place)


# --- Who may ----------------------------------------------------------------------------------------------------------


def test_certificate_is_for_the_person_the_managers_and_the_coordinators(client, event):
    company, owner = OrganisationFactory(), PersonFactory()
    place = present(event, company, person=owner)
    receptionist = Reception.objects.create(event=event, person=PersonFactory()).person
    people = [
        (owner, 200), (member_of(company), 200), (member_of(company, level="contributor"), 403),
        (coordinator_of(event.club), 200), (coordinator_of(ClubFactory()), 404), (receptionist, 403),
        (member_of(OrganisationFactory()), 404),
    ]  # fmt: skip
    for person, status in people:
        client.force_login(person)
        assert client.get(address("certificate_file", place.pk)).status_code == status, person


def test_certificate_of_who_was_not_there_is_not_made(client, event):
    owner = PersonFactory()
    place = place_at(event, person=owner, attendance=Attendance.ABSENT)
    client.force_login(owner)
    assert client.get(address("certificate_file", place.pk)).url == address("ticket_page", place.pk)
    assert client.get(address("open_certificate", ticket_code(place))).status_code == 404


def test_person_without_account_finds_the_certificate_at_the_ticket(client, event):
    place = present(event, last_name="Éluard")
    link = address("open_certificate", ticket_code(place))
    assert link in client.get(address("open_ticket", ticket_code(place))).content.decode()
    assert "Éluard" in pdf_text(client.get(link).content)


def test_certificates_are_found_under_past_registrations(client, event):
    company = OrganisationFactory()
    own, colleague = present(event, company), present(event, company)
    Place.objects.filter(pk=own.pk).update(person=(contributor := member_of(company, level="contributor")))
    for person, expected in [(member_of(company), {own, colleague}), (contributor, {own})]:
        client.force_login(person)
        text = client.get(address("my_registrations"), {"when": "past"}).content.decode()
        assert {place for place in (own, colleague) if address("certificate_file", place.pk) in text} == expected


def test_certificates_of_an_event_come_in_one_file_all_or_of_one_organisation(client, event):
    company = OrganisationFactory()
    present(event, company, last_name="Zola"), present(event, last_name="Abadie"), place_at(event, last_name="Faure")
    client.force_login(coordinator_of(event.club))
    page = address("event_certificates", event.slug)
    pages = pdf_pages(client.get(page).content)
    assert len(pages) == 2 and "Abadie" in pages[0] and "Zola" in pages[1]
    [only] = pdf_pages(client.get(page, {"organisation": company.pk}).content)
    assert "Zola" in only
    assert len(pdf_pages(client.get(page, {"organisation": "x"}).content)) == 2
    client.force_login(member_of(company))
    assert client.get(page).status_code == 403


def test_event_without_anybody_present_says_so(client, event):
    client.force_login(coordinator_of(event.club))
    response = client.get(address("event_certificates", event.slug), follow=True)
    assert response.redirect_chain[-1][0] == address("papers_page", event.slug)
    assert "Aucune présence" in response.content.decode()


# --- Is it true? ------------------------------------------------------------------------------------------------------


def test_anybody_checks_a_certificate_and_reads_initials_only(client, event):
    place = present(event, first_name="Zoé", last_name="Éluard", job_title="Directrice")
    response = client.get(address("check_certificate", certificate_code(place)))
    text = response.content.decode()
    for words in ("est authentique", "Z. É.", "Journée du port", certificate_number(place)):
        assert words in text, words
    for secret in ("Zoé", "Éluard", place.email, "Directrice", str(place.registration.organisation)):
        assert secret not in text, secret
    assert response["X-Robots-Tag"].startswith("noindex")


def test_certificate_that_is_not_true_is_not_known(client, event):
    place = present(event)
    code = certificate_code(place)
    for false in (code[:-1] + ("A" if code[-1] != "A" else "B"), "1-1.x", "x", ticket_code(place), f"{place.pk}-1."):
        assert client.get(address("check_certificate", false)).status_code == 404
    Place.objects.filter(pk=place.pk).update(attendance=Attendance.ABSENT)
    assert client.get(address("check_certificate", code)).status_code == 404
    Place.objects.filter(pk=place.pk).update(attendance=Attendance.PRESENT, ticket_version=2)
    assert read_certificate(code) is None


def test_certificate_is_no_longer_known_when_the_name_is_erased(client, event):
    code = certificate_code(present(event))
    assert erase_old_attendees(event.ends_at + KEPT + timedelta(days=1)) == 1
    assert client.get(address("check_certificate", code)).status_code == 404
