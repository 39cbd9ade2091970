"""The attendance sheet: a part per half-day, everybody who may come, what was signed on screen, the funders' logos."""

import io
from datetime import datetime, timedelta

import pytest
from django.core.files.base import ContentFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation
from PIL import Image
from pypdf import PdfReader

from core.drawings import clean_drawing
from core.uploads import clean_picture
from events.actions import add_funder_logo, set_papers
from events.documents.sheets import sheet_pdf
from events.enums import Half, PlaceStatus
from events.halves import half_day_now, half_days
from events.models import PaperSettings, Signature
from tests.drawings import drawn
from tests.events.factories import PARIS, EventFactory, SessionFactory, place_at
from tests.factories import OrganisationFactory, coordinator_of
from tests.pdfs import pdf_pages, pdf_text

pytestmark = pytest.mark.django_db


def whole_day(**fields):
    starts_at = datetime(2027, 11, 16, 9, tzinfo=PARIS)
    return EventFactory(
        title="Journée du port", starts_at=starts_at, ends_at=starts_at + timedelta(hours=8), capacity=500, **fields
    )


def sheet(event, places=(), **options):
    options = {"settings": PaperSettings(event=event), "logos": [], **options}
    return sheet_pdf(event, list(places), half_days(event, event.sessions.all()), **options)


def logo_of(club, name="Fonds d’essai", colour="teal"):
    out = io.BytesIO()
    Image.new("RGB", (60, 30), colour).save(out, "PNG")
    return add_funder_logo(club, by=None, name=name, picture=clean_picture(ContentFile(out.getvalue(), name="a.png")))


# --- Half-days --------------------------------------------------------------------------------------------------------


def hours_of(event):
    return [(half.half, half.hours) for half in half_days(event, event.sessions.all())]


def test_hours_of_a_half_day_are_those_of_the_programme_in_it():
    event = whole_day()
    assert hours_of(event) == [(Half.MORNING, "09:00 – 13:00"), (Half.AFTERNOON, "13:00 – 17:00")]
    for begins, ends in ((9, 10), (10, 12), (14, 16)):
        day = event.local_start
        SessionFactory(event=event, starts_at=day.replace(hour=begins), ends_at=day.replace(hour=ends))
    assert hours_of(event) == [(Half.MORNING, "09:00 – 12:00"), (Half.AFTERNOON, "14:00 – 16:00")]


def test_half_days_follow_the_clock_of_the_place():
    event = whole_day(time_zone="Indian/Reunion")  # 9:00 in Paris, 12:00 there
    assert hours_of(event) == [(Half.MORNING, "12:00 – 13:00"), (Half.AFTERNOON, "13:00 – 20:00")]


def test_half_days_of_a_night_when_the_clocks_change():
    starts_at = datetime(2027, 10, 30, 20, tzinfo=PARIS)
    event = EventFactory(starts_at=starts_at, ends_at=datetime(2027, 10, 31, 4, tzinfo=PARIS))
    assert [(half.day.day, half.half, half.hours) for half in half_days(event)] == [
        (30, Half.AFTERNOON, "20:00 – 00:00"),
        (31, Half.MORNING, "00:00 – 04:00"),
    ]


def test_half_day_is_signed_from_an_hour_before_until_the_end_of_its_day():
    morning, afternoon = half_days(whole_day())
    for hour, minute, expected in [(7, 59, False), (8, 0, True), (12, 0, True), (23, 59, True)]:
        assert morning.may_be_signed(datetime(2027, 11, 16, hour, minute, tzinfo=PARIS)) is expected
    assert not morning.may_be_signed(datetime(2027, 11, 17, 0, 0, tzinfo=PARIS))
    assert not afternoon.may_be_signed(datetime(2027, 11, 16, 11, 59, tzinfo=PARIS))


def test_half_day_shown_first_is_the_one_that_is_signed_now():
    halves = half_days(whole_day())
    for moment, expected in [((15, 9), 0), ((16, 10), 0), ((16, 14), 1), ((18, 9), 1)]:
        assert half_day_now(halves, datetime(2027, 11, *moment, tzinfo=PARIS)) == halves[expected]


# --- The paper --------------------------------------------------------------------------------------------------------


def test_sheet_has_a_part_for_each_half_day_that_says_all_a_funder_asks():
    event = whole_day()
    place = place_at(
        event, OrganisationFactory(name="Atelier du Port"), first_name="Zoé", last_name="Éluard", job_title="Acheteuse"
    )
    settings = PaperSettings(event=event, led_by="Nadia Ferrand", mention="Cofinancé par l’Union européenne")
    pages = pdf_pages(sheet(event, [place], settings=settings))
    assert len(pages) == 2
    for page in pages:
        for words in (
            "Feuille d’émargement", "Journée du port", "mardi 16 novembre 2027", "La Ressourcerie", event.club.name,
            "Nadia Ferrand", "Cofinancé par l’Union européenne", "ÉLUARD Zoé", "Atelier du Port", "Acheteuse", "Signature",
        ):  # fmt: skip
            assert words in page, words
    assert "matin" in pages[0] and "09:00 – 13:00" in pages[0] and "Page 1 sur 2" in pages[0]
    assert "après-midi" in pages[1] and "13:00 – 17:00" in pages[1] and "Page 2 sur 2" in pages[1]


def test_every_page_of_a_long_sheet_says_what_it_belongs_to_and_repeats_the_columns():
    event = whole_day()
    first = place_at(event)
    for _number in range(39):
        place_at(event, first.registration.organisation)
    pages = pdf_pages(sheet(event, event.places.for_list()))
    assert len(pages) > 4
    for number, page in enumerate(pages, 1):
        assert "Journée du port" in page and f"Page {number} sur {len(pages)}" in page
        assert "Nom, prénom" in page and "Signature" in page and "mardi 16 novembre 2027" in page
    halves = ["matin" in page for page in pages]
    assert halves == sorted(halves, reverse=True) and halves.count(True) == len(pages) / 2


def test_sheet_shows_the_funders_logos_on_every_page():
    event = whole_day()
    logos = [logo_of(event.club), logo_of(event.club, "Autre fonds", "red")]
    for page in PdfReader(io.BytesIO(sheet(event, logos=logos))).pages:
        assert len(list(page.images)) == 2
    assert all(not list(page.images) for page in PdfReader(io.BytesIO(sheet(event))).pages)


def test_logo_whose_file_is_gone_leaves_the_sheet_whole():
    event = whole_day()
    logo = logo_of(event.club)
    logo.picture.storage.delete(logo.picture.name)
    assert "Feuille d’émargement" in pdf_text(sheet(event, logos=[logo]))


def test_signed_on_screen_shows_the_picture_and_when_in_its_half_day_only():
    event = whole_day()
    place = place_at(event)
    signature = Signature(
        place=place, day=event.day, half=Half.MORNING, ticket_version=1, picture=clean_drawing(drawn()),
        signed_at=datetime(2027, 11, 16, 9, 12, tzinfo=PARIS),
    )  # fmt: skip
    pdf = PdfReader(io.BytesIO(sheet(event, [place], signatures=[signature])))
    assert [len(list(page.images)) for page in pdf.pages] == [1, 0]
    assert "signé à l’écran à 09:12" in " ".join(pdf.pages[0].extract_text().split())
    assert "signé à l’écran" not in pdf.pages[1].extract_text()


def test_seat_without_a_name_is_an_empty_line_of_its_organisation():
    event = whole_day()
    place = place_at(event, OrganisationFactory(name="Atelier du Port"), first_name="", last_name="", email="")
    text = pdf_text(sheet(event, [place]))
    assert "Atelier du Port" in text and "à nommer" not in text


def test_sheet_of_nobody_has_lines_for_walk_ins():
    assert len(pdf_pages(sheet(whole_day()))) == 2


@pytest.mark.parametrize("text", ["W" * 100, "mot " * 25, "#panic() *x* $y$ \\n // 'q' \"q\" 漢字 😀"])
def test_sheet_prints_any_text_as_it_is(text):
    event = whole_day()
    place = place_at(event, OrganisationFactory(name=text), last_name=text[:80], job_title=text)
    settings = PaperSettings(event=event, led_by=text, mention=text * 2)
    printed = pdf_text(sheet(event, [place], settings=settings)).replace(" ", "").replace("\u200b", "")
    if text.startswith("#"):
        assert "#panic()*x*$y$" in printed
    else:
        assert printed.upper().count(text.replace(" ", "")[:20].upper()) >= 3


def test_sheet_is_archival_tagged_and_always_the_same():
    event = whole_day()
    place = place_at(event)
    pdf = sheet(event, [place])
    catalog = PdfReader(io.BytesIO(pdf)).trailer["/Root"]
    assert catalog["/MarkInfo"]["/Marked"] and catalog["/Lang"] == "fr"
    metadata = catalog["/Metadata"].get_data().decode()
    assert "pdfaid:part>3<" in metadata and "pdfuaid:part>1<" in metadata
    assert pdf == sheet(event, [place])
    with translation.override("en"):
        assert "Attendance sheet" in pdf_text(sheet(event, [place]))


# --- The page ---------------------------------------------------------------------------------------------------------


def ask(client, event, **query):
    return client.get(reverse("events:attendance_sheet", args=[event.slug]), query)


def test_sheet_of_one_half_day_is_chosen_by_its_address(client):
    event = whole_day()
    client.force_login(coordinator_of(event.club))
    (
        place_at(event, last_name="Attendue"),
        place_at(event, last_name="Retenue", status=PlaceStatus.HELD, confirmed_at=None),
    )
    (
        place_at(event, last_name="Patiente", waiting=True),
        place_at(event, last_name="Partie", status=PlaceStatus.CANCELLED),
    )
    response = ask(client, event, half="2027-11-16-afternoon")
    assert response["Content-Type"] == "application/pdf" and response["Cache-Control"] == "private, no-store"
    [page] = pdf_pages(response.content)
    assert "après-midi" in page and "ATTENDUE" in page and "RETENUE" in page
    assert "PATIENTE" not in page and "PARTIE" not in page
    for unknown in ("2027-11-17-morning", "soir", ""):
        assert len(pdf_pages(ask(client, event, half=unknown).content)) == 2


def test_sheet_of_many_people_and_signatures_takes_as_many_queries_as_of_one(client):
    event = whole_day(club=EventFactory().club)
    client.force_login(coordinator_of(event.club))
    set_papers(event, by=None, led_by="", mention="x", signs_on_screen=True, logos=[logo_of(event.club)])

    def signed():
        place = place_at(event)
        Signature.objects.create(
            place=place, day=event.day, half=Half.MORNING, ticket_version=1, picture=clean_drawing(drawn()),
            signed_at=timezone.now(),
        )  # fmt: skip

    signed()
    ask(client, event)
    with CaptureQueriesContext(connection) as few:
        ask(client, event)
    for _number in range(20):
        signed()
    with CaptureQueriesContext(connection) as many:
        response = ask(client, event)
    assert len(many) == len(few) and pdf_text(response.content).count("signé à l’écran") == 21
