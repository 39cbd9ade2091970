"""What stands on papers, the funders' logos of a club, and the page of papers."""

import io
from functools import partial
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from PIL import Image

from core.errors import RuleBroken
from core.models import HistoryEntry
from events.actions import copy_event, remove_funder_logo, set_papers
from events.enums import Attendance
from events.forms import PapersForm
from events.models import FunderLogo, PaperSettings, ShownLogo, paper_settings_of
from tests.events.factories import EventFactory, in_days, place_at
from tests.factories import ClubFactory, OrganisationFactory, coordinator_of, member_of
from tests.racing import said_at_once

pytestmark = pytest.mark.django_db


def address(name, *args):
    return reverse(f"events:{name}", args=args)


def upload(content=None, name="logo.png", kind="PNG", size=(900, 400)):
    if content is None:
        out = io.BytesIO()
        Image.new("RGB", size, "teal").save(out, kind)
        content = out.getvalue()
    return SimpleUploadedFile(name, content, content_type="image/png")


@pytest.fixture
def event():
    return EventFactory()


@pytest.fixture
def desk(client, event):
    client.force_login(coordinator_of(event.club))
    return client


def add_logo(client, club, name="Fonds d’essai", **options):
    return client.post(address("funder_logos", club.slug), {"name": name, "picture": upload(**options)})


@pytest.fixture
def logo(desk, event):
    add_logo(desk, event.club)
    return FunderLogo.objects.get()


# --- Logos ------------------------------------------------------------------------------------------------------------


def test_logo_is_made_anew_and_shown_to_the_clubs_coordinators(desk, event):
    assert add_logo(desk, event.club).url == address("funder_logos", event.club.slug)
    logo = FunderLogo.objects.get()
    assert logo.picture.name.startswith("funders/") and Path(logo.picture.name).suffix == ".webp"
    with logo.picture.open("rb") as file:
        assert Image.open(file).format == "WEBP" and "logo" not in Path(logo.picture.name).stem
    assert logo.picture.url in desk.get(address("funder_logos", event.club.slug)).content.decode()
    assert HistoryEntry.objects.get(code="events.funder_logo.added").values == {"name": "Fonds d’essai"}


@pytest.mark.parametrize(
    "options",
    [
        {"content": b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"},
        {"content": b"GIF89a<script>alert(1)</script>"},
        {"content": b"%PDF-1.7"},
        {"content": b""},
        {"content": b"\x89PNG\r\n\x1a\n" + b"0" * (5 * 1024 * 1024)},
        {"size": (9000, 9000)},
    ],
)
def test_what_is_no_picture_is_refused_at_the_field(desk, event, options):
    response = add_logo(desk, event.club, name="À garder", **options)
    assert response.status_code == 200 and list(response.context["form"].errors) == ["picture"]
    assert "À garder" in response.content.decode() and not FunderLogo.objects.exists()


def test_club_has_one_logo_of_a_name(desk, event, logo):
    response = add_logo(desk, event.club)
    assert "déjà un logo" in str(response.context["form"].errors["name"]) and FunderLogo.objects.count() == 1
    other = ClubFactory()
    FunderLogo.objects.create(club=other, name=logo.name, picture=upload())
    assert FunderLogo.objects.count() == 2


def test_logos_are_the_clubs_coordinators_own(client, event, logo):
    for person, expected in [
        (member_of(OrganisationFactory()), (403, 404)),
        (coordinator_of(ClubFactory()), (404, 404)),
    ]:
        client.force_login(person)
        assert client.get(address("funder_logos", event.club.slug)).status_code == expected[0]
        assert client.post(address("remove_funder_logo", logo.pk)).status_code == expected[1]
    assert FunderLogo.objects.exists()


def test_logo_is_removed_with_its_file(desk, event, logo, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        desk.post(address("remove_funder_logo", logo.pk))
    assert not FunderLogo.objects.exists() and not default_storage.exists(logo.picture.name)


def test_logo_that_stands_on_papers_stays(desk, event, logo):
    set_papers(event, by=None, led_by="", mention="", signs_on_screen=False, logos=[logo])
    with pytest.raises(RuleBroken, match="d’un événement"):
        remove_funder_logo(logo, by=None)
    desk.post(address("remove_funder_logo", logo.pk))
    assert FunderLogo.objects.exists() and default_storage.exists(logo.picture.name)
    set_papers(event, by=None, led_by="", mention="", signs_on_screen=False, logos=[])
    desk.post(address("remove_funder_logo", logo.pk))
    assert not FunderLogo.objects.exists()


def test_logo_that_was_removed_meanwhile_is_refused_at_its_field(event, logo):
    chosen = FunderLogo.objects.get(pk=logo.pk)
    for _twice in range(2):
        remove_funder_logo(logo, by=None)
        logo.pk = chosen.pk
    with pytest.raises(RuleBroken) as broken:
        set_papers(event, by=None, led_by="Nadia", mention="", signs_on_screen=False, logos=[chosen])
    assert broken.value.field == "logos" and not PaperSettings.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_logo_is_chosen_or_removed_whatever_the_moment():
    event = EventFactory()
    logos = [FunderLogo.objects.create(club=event.club, name=f"Logo {n}", picture="x.webp") for n in range(6)]
    for logo in logos:
        choose = partial(set_papers, event, by=None, led_by="", mention="", signs_on_screen=False, logos=[logo])
        said = said_at_once(choose, partial(remove_funder_logo, FunderLogo.objects.get(pk=logo.pk), by=None))
        assert said == ["done", "refused"]
        assert FunderLogo.objects.filter(pk=logo.pk).exists() == event.shown_logos.filter(logo=logo.pk).exists()


@pytest.mark.django_db(transaction=True)
def test_logo_removed_while_the_form_is_filled_in_is_said_on_the_page(client):
    event = EventFactory()
    logo = FunderLogo.objects.create(club=event.club, name="Logo", picture="x.webp")
    client.force_login(coordinator_of(event.club))
    clean = PapersForm.clean

    def clean_and_lose(form):
        values = clean(form)
        list(form.cleaned_data["logos"])  # it has been read
        FunderLogo.objects.filter(pk=logo.pk).delete()
        return values

    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setattr(PapersForm, "clean", clean_and_lose)
        response = client.post(address("papers_page", event.slug), {"led_by": "Nadia", "logos": [logo.pk]})
    assert response.status_code == 200 and response.context["form"].errors["logos"]


# --- Settings ---------------------------------------------------------------------------------------------------------


def test_papers_are_set_and_changed_on_their_page(desk, event, logo):
    values = {"led_by": "Nadia", "mention": "Cofinancé", "signs_on_screen": "on", "logos": [logo.pk]}
    assert desk.post(address("papers_page", event.slug), values).url == address("papers_page", event.slug)
    settings = paper_settings_of(event)
    assert (settings.led_by, settings.mention, settings.signs_on_screen) == ("Nadia", "Cofinancé", True)
    assert list(FunderLogo.objects.shown_at(event)) == [logo]
    form = desk.get(address("papers_page", event.slug)).context["form"]
    assert form["logos"].value() == [logo.pk] and form["led_by"].value() == "Nadia"
    desk.post(address("papers_page", event.slug), {})  # everything emptied
    settings = PaperSettings.objects.get()
    assert (settings.led_by, settings.signs_on_screen) == ("", False)
    assert not FunderLogo.objects.shown_at(event).exists()
    assert HistoryEntry.objects.filter(code="events.papers.changed").count() == 2


@pytest.mark.parametrize(
    ("values", "field"),
    [({"led_by": "x" * 161}, "led_by"), ({"mention": "x" * 251}, "mention"), ({"logos": ["999999"]}, "logos")],
)
def test_wrong_settings_are_said_at_their_field(desk, event, logo, values, field):
    response = desk.post(address("papers_page", event.slug), {"mention": "À garder", **values})
    assert list(response.context["form"].errors) == [field] and not PaperSettings.objects.exists()
    if field != "mention":
        assert "À garder" in response.content.decode()


def test_logo_of_another_club_cannot_be_chosen(desk, event, logo):
    other = FunderLogo.objects.create(club=ClubFactory(), name="Ailleurs", picture=upload())
    response = desk.post(address("papers_page", event.slug), {"logos": [other.pk]})
    assert "logos" in response.context["form"].errors and not ShownLogo.objects.exists()
    with pytest.raises(ValueError, match="another club"):
        set_papers(event, by=None, led_by="", mention="", signs_on_screen=False, logos=[other])


def test_database_keeps_a_logo_once_an_event(event, logo):
    ShownLogo.objects.create(event=event, logo=logo)
    with pytest.raises(IntegrityError), transaction.atomic():
        ShownLogo.objects.create(event=event, logo=logo)


def test_copied_event_has_the_same_on_its_papers(event, logo):
    set_papers(event, by=None, led_by="Nadia", mention="Cofinancé", signs_on_screen=True, logos=[logo])
    copy = copy_event(event, by=None, starts_at=in_days(60))
    assert paper_settings_of(copy).mention == "Cofinancé" and paper_settings_of(copy).signs_on_screen
    assert list(FunderLogo.objects.shown_at(copy)) == [logo]
    assert PaperSettings.objects.count() == 2 and FunderLogo.objects.shown_at(event).exists()


# --- The page ---------------------------------------------------------------------------------------------------------


def test_papers_are_for_coordinators(client, event):
    for person, status in [
        (member_of(OrganisationFactory()), 403),
        (coordinator_of(ClubFactory()), 403),
        (coordinator_of(event.club), 200),
    ]:
        client.force_login(person)
        assert client.get(address("papers_page", event.slug)).status_code == status


def test_page_offers_what_can_be_made_now(desk, event):
    text = desk.get(address("papers_page", event.slug)).content.decode()
    assert address("attendance_sheet", event.slug) in text and address("event_certificates", event.slug) not in text
    past = EventFactory(club=event.club, past=True)
    place_at(past, attendance=Attendance.PRESENT)
    text = desk.get(address("papers_page", past.slug)).content.decode()
    assert address("event_certificates", past.slug) in text


def test_page_costs_the_same_for_many(desk, event):
    def cost():
        with CaptureQueriesContext(connection) as queries:
            desk.get(address("papers_page", event.slug))
        return len(queries)

    place_at(event)
    cost()
    few = cost()
    for _number in range(5):
        place_at(event)
    assert cost() == few
