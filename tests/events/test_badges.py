"""Badges: for whom, how many on a page, readable whatever the name, and who has none yet."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core.models import HistoryEntry
from events.actions import change_place
from events.documents.badges import BLANK_COLOUR, COLOURS, badges_pdf
from events.enums import Attendance, BadgeSize, PlaceStatus
from events.forms.papers import MOST_BADGES
from events.models import BadgePrint, Place, Registration
from events.tickets import ticket_code
from members.enums import Audience, OrganisationKind
from memberships.documents import READABLE, contrast_to_white
from tests.events.factories import EventFactory, person_named, place_at
from tests.factories import ClubFactory, OrganisationFactory, coordinator_of, member_of
from tests.pdfs import codes_in, has_renderer, pdf_pages, pdf_text, rendered, sizes_in_mm

pytestmark = pytest.mark.django_db
CHOICES = {"size": "85x55", "holders": "expected", "audience": "", "q": "", "blanks": "0"}


@pytest.fixture
def event():
    return EventFactory(title="Rencontre du port", capacity=500)


@pytest.fixture
def desk(client, event):
    client.force_login(coordinator_of(event.club))
    return client


def ask(client, event, **choices):
    return client.post(reverse("events:make_badges", args=[event.slug]), {**CHOICES, **choices})


def badges(event, places=None, **options):
    options = {"size": BadgeSize.CARD, "with_code": False, **options}
    found = Place.objects.filter(event=event).select_related("registration__organisation")
    return badges_pdf(event, list(found) if places is None else places, **options)


# --- What is on them --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("size", "page", "on_a_page"),
    [(BadgeSize.CARD, (210, 297), 10), (BadgeSize.LARGE, (210, 297), 8), (BadgeSize.LABEL, (100, 62), 1)],
)
def test_badges_fill_sheets_of_their_size(event, size, page, on_a_page):
    place = place_at(event)
    pdf = badges(event, [place] * (on_a_page + 1), size=size)
    assert sizes_in_mm(pdf) == {page}
    assert [text.count(place.full_name) for text in pdf_pages(pdf)] == [on_a_page, 1]


def test_badge_says_who_from_where_and_of_which_side_in_words(event):
    place_at(
        event,
        OrganisationFactory(name="Atelier du Port", kind=OrganisationKind.ACI),
        first_name="Zoé",
        last_name="Éluard",
    )
    text = pdf_text(badges(event))
    for words in ("Zoé Éluard", "Atelier du Port", "(ACI)", "Structures", "Rencontre du port"):
        assert words in text, words


def test_colours_of_audiences_are_readable_and_tell_them_apart():
    assert set(COLOURS) == set(Audience)
    colours = [*COLOURS.values(), BLANK_COLOUR]
    assert len(set(colours)) == 4
    for colour in colours:
        assert contrast_to_white([int(colour[i : i + 2], 16) for i in (1, 3, 5)]) >= READABLE


def test_badges_stand_in_the_order_of_names_whatever_the_accents(event):
    for name in ("Zola", "Éluard", "Faure", "Abadie"):
        place_at(event, first_name="Anne", last_name=name)
    text = pdf_text(badges(event))
    assert sorted(("Abadie", "Éluard", "Faure", "Zola"), key=text.index) == ["Abadie", "Éluard", "Faure", "Zola"]


def test_code_on_a_badge_is_read_back(event, tmp_path):
    places = [place_at(event), place_at(event)]
    assert has_renderer(), "pdftoppm is missing: codes on paper would go untested (Debian: poppler-utils)"
    [sheet] = rendered(badges(event, with_code=True), tmp_path, dpi=200)
    assert codes_in(sheet) == {ticket_code(place) for place in places}
    [sheet] = rendered(badges(event, with_code=False), tmp_path, dpi=100)
    assert codes_in(sheet) == set()


def test_seat_without_a_name_has_a_line_to_write_on_and_no_code(event, tmp_path):
    place_at(event, OrganisationFactory(name="Atelier du Port"), first_name="", last_name="", email="")
    pdf = badges(event, with_code=True)
    assert "Atelier du Port" in pdf_text(pdf) and "à nommer" not in pdf_text(pdf)
    assert codes_in(rendered(pdf, tmp_path)[0]) == set()


def test_held_place_has_a_badge_without_a_code(event, tmp_path):
    place = place_at(event, status=PlaceStatus.HELD, confirmed_at=None)
    pdf = badges(event, with_code=True)
    assert place.full_name in pdf_text(pdf) and codes_in(rendered(pdf, tmp_path)[0]) == set()


@pytest.mark.parametrize("size", BadgeSize.values)
@pytest.mark.parametrize("with_code", [True, False])
def test_long_names_shrink_and_never_overflow(event, size, with_code, tmp_path):
    """Nothing is printed beyond the badge: what one rendering shows at its right edge and below its bar stays white."""
    place_at(event, OrganisationFactory(name="O" * 160), first_name="A" * 80, last_name="B" * 80)
    place_at(
        event,
        OrganisationFactory(name="Association intercommunale " * 5),
        first_name="Marie " * 13,
        last_name="de la Tour " * 7,
    )
    pdf = badges(event, size=size, with_code=with_code)
    text = pdf_text(pdf).replace(" ", "").replace("\u200b", "")
    assert text.count("A" * 20) and text.count("B") >= 80 and text.count("O") >= 160
    assert len(pdf_pages(pdf)) == (2 if size == BadgeSize.LABEL else 1)
    if size == BadgeSize.CARD:
        sheet = rendered(pdf, tmp_path, dpi=72)[0].convert("L")
        right = sheet.crop((round(192 / 25.4 * 72), 0, sheet.width, sheet.height))
        assert right.getextrema()[0] > 250, "something stands in the margin"


def test_badges_of_nobody_are_blank_ones(event):
    pages = pdf_pages(badges(event, [], blanks=12))
    assert [page.count("Visiteur, visiteuse") for page in pages] == [10, 2]


# --- For whom ---------------------------------------------------------------------------------------------------------


def test_badges_are_for_coordinators(client, event):
    place_at(event)
    for person in (member_of(OrganisationFactory()), coordinator_of(ClubFactory())):
        client.force_login(person)
        assert ask(client, event).status_code == 403
    assert not BadgePrint.objects.exists()


@pytest.mark.parametrize(
    ("choices", "names"),
    [
        ({}, {"Acheteuse", "Structure", "Retenue"}),
        ({"audience": "structures"}, {"Structure"}),
        ({"holders": "confirmed"}, {"Acheteuse", "Structure"}),
        ({"holders": "present"}, {"Structure"}),
        ({"q": "acheteuse"}, {"Acheteuse"}),
    ],
)
def test_badges_are_made_for_who_is_chosen(desk, event, choices, names):
    place_at(event, last_name="Acheteuse")
    place_at(event, OrganisationFactory(structure=True), last_name="Structure", attendance=Attendance.PRESENT)
    place_at(event, last_name="Retenue", status=PlaceStatus.HELD, confirmed_at=None)
    place_at(event, last_name="Patiente", waiting=True)
    place_at(event, last_name="Partie", status=PlaceStatus.CANCELLED)
    place_at(EventFactory(), last_name="Ailleurs")
    response = ask(desk, event, **choices)
    assert response["Content-Type"] == "application/pdf" and "attachment" in response["Content-Disposition"]
    text = pdf_text(response.content)
    everybody = ("Acheteuse", "Structure", "Retenue", "Patiente", "Partie", "Ailleurs")
    # « Structures » is also the word of an audience.
    assert {name for name in everybody if f"{name} " in f"{text} ".replace("Structures", "")} == names
    assert BadgePrint.objects.count() == len(names)


def test_badges_are_made_once_unless_asked_again(desk, event):
    first = place_at(event, last_name="Première")
    ask(desk, event)
    place_at(event, last_name="Seconde")
    text = pdf_text(ask(desk, event, is_new="on").content)
    assert "Seconde" in text and "Première" not in text
    assert "Première" in pdf_text(ask(desk, event).content)
    change_place(first, by=None, attendee=person_named("Remplaçante"))
    text = pdf_text(ask(desk, event, is_new="on").content)
    assert "Remplaçante" in text and "Seconde" not in text
    assert "Personne ne correspond" in ask(desk, event, is_new="on").content.decode()
    assert HistoryEntry.objects.filter(code="events.badges.made").count() == 4


def test_history_of_badges_names_nobody(desk, event):
    place_at(event, last_name="Secrète")
    ask(desk, event)
    assert HistoryEntry.objects.get(code="events.badges.made").values == {"people": "1"}


@pytest.mark.parametrize(
    ("choices", "field"),
    [
        ({"size": "A0"}, "size"),
        ({"holders": "everyone"}, "holders"),
        ({"audience": "martians"}, "audience"),
        ({"blanks": "-1"}, "blanks"),
        ({"blanks": "1000"}, "blanks"),
        ({"blanks": "dix"}, "blanks"),
        ({"blanks": ""}, "blanks"),
        ({"q": "x" * 101}, "q"),
        ({"q": "inconnue"}, "__all__"),
    ],
)
def test_wrong_choice_is_said_at_its_field_and_makes_nothing(desk, event, choices, field):
    place_at(event)
    response = ask(desk, event, **choices)
    assert response.status_code == 200 and list(response.context["badge_form"].errors) == [field]
    assert response.context["badge_form"]["size"].value() == choices.get("size", "85x55")
    assert not BadgePrint.objects.exists()


def test_event_without_anybody_makes_blank_badges_only(desk, event):
    assert "__all__" in ask(desk, event).context["badge_form"].errors
    assert pdf_text(ask(desk, event, blanks="3").content).count("Visiteur, visiteuse") == 3
    assert not BadgePrint.objects.exists()


# --- Many -------------------------------------------------------------------------------------------------------------


def crowd(event, number):
    registration = Registration.objects.create(event=event, organisation=OrganisationFactory())
    Place.objects.bulk_create(
        Place(
            registration=registration, event=event, audience=Audience.BUYERS, first_name="Anne", last_name=f"Nom{n}",
            email=f"nom{n}@example.org", status=PlaceStatus.CONFIRMED,
        )
        for n in range(number)
    )  # fmt: skip


def test_three_hundred_badges_take_as_many_queries_as_one(desk, event):
    crowd(event, 1)
    ask(desk, event)
    with CaptureQueriesContext(connection) as few:
        ask(desk, event, with_code="on")
    Place.objects.all().delete()
    crowd(event, 300)
    with CaptureQueriesContext(connection) as many:
        response = ask(desk, event, with_code="on")
    assert len(pdf_pages(response.content)) == 30 and BadgePrint.objects.count() == 300
    assert len(many) <= len(few)


def test_more_badges_than_a_file_holds_are_refused_or_made_in_turns(desk, event):
    crowd(event, MOST_BADGES + 5)
    assert str(MOST_BADGES) in str(ask(desk, event).context["badge_form"].errors)
    assert not BadgePrint.objects.exists()
    assert ask(desk, event, is_new="on")["Content-Type"] == "application/pdf"
    assert BadgePrint.objects.count() == MOST_BADGES
    ask(desk, event, is_new="on")
    assert BadgePrint.objects.count() == MOST_BADGES + 5
