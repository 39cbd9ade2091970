"""Documents of an event: what is taken, who sees it, from when on, and how it is handed out."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.files.base import ContentFile
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from core.documents import CheckedFile
from core.errors import RuleBroken
from core.models import HistoryEntry
from events.actions import add_documents, change_document, delete_draft, remove_document, remove_session
from events.actions.retention import KEPT, erase_old_programme
from events.enums import DocumentAudience, DocumentKind, EventStatus, PlaceStatus, Visibility
from events.models import Document, programme_of
from tests.events.factories import EventFactory, SessionFactory, place_at
from tests.events.programme import DocumentFactory, docx_bytes, pdf_bytes, picture_bytes, upload
from tests.factories import (
    ClubFactory,
    OrganisationFactory,
    PersonFactory,
    administrator,
    coordinator_of,
    member_of,
)

pytestmark = pytest.mark.django_db
FIELDS = {"session": None, "kind": "other", "title": "Le dossier", "audience": "everybody", "shown_from": None}


def text_of(response):
    assert response.status_code == 200
    return response.content.decode().replace("\xa0", " ").replace("&#x27;", "'")


def refused(action, *args, **kwargs):
    with pytest.raises(RuleBroken) as broken:
        action(*args, **kwargs)
    return broken.value.field


def file_of(content=b"x", name="a.pdf", media_type="application/pdf"):
    return CheckedFile(ContentFile(content, name=name), media_type)


def photo():
    return file_of(b"RIFF", "a.webp", "image/webp")


def add_file(event, **fields):
    [document] = add_documents(event, by=None, files=[file_of()], **{**FIELDS, **fields})
    return document


def sees(person, document, now=None):
    return Document.objects.visible_to(person, now or timezone.now()).filter(pk=document.pk).exists()


@pytest.fixture
def event():
    return EventFactory()


# --- Who sees what ----------------------------------------------------------------------------------------------------


def guests(event):
    """One of each who may look, by what they are."""
    structure, partner = OrganisationFactory(structure=True), OrganisationFactory(kind="network")
    people = {name: PersonFactory() for name in ("buyer", "structure", "partner", "waiting", "gone", "held")}
    place_at(event, person=people["buyer"])
    place_at(event, structure, person=people["structure"])
    place_at(event, partner, person=people["partner"])
    place_at(event, person=people["waiting"], waiting=True)
    place_at(event, person=people["gone"], status=PlaceStatus.CANCELLED)
    place_at(event, person=people["held"], status=PlaceStatus.HELD, confirmed_at=None)
    return people | {
        "visitor": AnonymousUser(),
        "member": member_of(OrganisationFactory()),
        "coordinator": coordinator_of(event.club),
        "neighbour": coordinator_of(ClubFactory()),
        "administrator": administrator(),
    }


RUNNING = {"coordinator", "administrator"}
ALL = {"buyer", "structure", "partner", "waiting", "gone", "held", "visitor", "member", "neighbour"} | RUNNING


@pytest.mark.parametrize(
    ("audience", "expected"),
    [
        (DocumentAudience.EVERYBODY, ALL),
        (DocumentAudience.PARTICIPANTS, {"buyer", "structure", "partner", "held"} | RUNNING),
        (DocumentAudience.BUYERS, {"buyer", "held"} | RUNNING),
        (DocumentAudience.STRUCTURES, {"structure"} | RUNNING),
        (DocumentAudience.PARTNERS, {"partner"} | RUNNING),
        (DocumentAudience.COORDINATORS, RUNNING),
    ],
)
def test_document_is_seen_by_those_for_whom_it_is_meant(event, audience, expected):
    document = DocumentFactory(event=event, audience=audience)
    assert {name for name, person in guests(event).items() if sees(person, document)} == expected


def test_place_at_one_event_opens_no_document_of_another(event):
    person = PersonFactory()
    place_at(EventFactory(club=event.club), person=person)
    assert not sees(person, DocumentFactory(event=event, audience=DocumentAudience.PARTICIPANTS))


def test_place_under_a_proved_address_counts_as_ones_own(event):
    person = PersonFactory()
    place_at(event, email=person.email)
    assert sees(person, DocumentFactory(event=event, audience=DocumentAudience.PARTICIPANTS))


def test_nothing_shows_before_its_moment_but_to_coordinators(event):
    now = timezone.now()
    document = DocumentFactory(event=event, shown_from=now + timedelta(hours=1))
    assert not sees(AnonymousUser(), document, now) and sees(coordinator_of(event.club), document, now)
    assert sees(AnonymousUser(), document, now + timedelta(hours=1))


def test_documents_of_drafts_and_of_members_only_events_stay_among_those_who_see_them():
    for event in (EventFactory(status=EventStatus.DRAFT), EventFactory(visibility=Visibility.MEMBERS)):
        document = DocumentFactory(event=event)
        assert not sees(AnonymousUser(), document) and not sees(member_of(OrganisationFactory()), document)
        assert sees(coordinator_of(event.club), document)


# --- Adding, changing, removing ---------------------------------------------------------------------------------------


def test_several_files_are_numbered_and_noted_once(event):
    made = add_documents(event, by=None, files=[photo(), photo()], **{**FIELDS, "kind": "photo", "title": "La salle"})
    assert [one.title for one in made] == ["La salle (1)", "La salle (2)"]
    assert HistoryEntry.objects.get(code="events.document.added").values["number"] == "2"


def test_neither_file_nor_link_or_both_is_refused(event):
    assert refused(add_documents, event, by=None, **FIELDS) == "files"
    assert refused(add_documents, event, by=None, files=[file_of()], url="https://example.org", **FIELDS) == "files"
    with pytest.raises(IntegrityError), transaction.atomic():
        DocumentFactory(event=event, url="")


def test_photo_that_is_no_picture_is_refused(event):
    fields = {**FIELDS, "kind": DocumentKind.PHOTO}
    assert refused(add_documents, event, by=None, files=[file_of()], **fields) == "files"
    assert refused(add_documents, event, by=None, url="https://example.org/a.jpg", **fields) == "files"
    assert refused(change_document, add_file(event), by=None, kind=DocumentKind.PHOTO) == "files"


def test_session_of_another_event_is_refused(event):
    fields = {**FIELDS, "session": SessionFactory()}
    assert refused(add_documents, event, by=None, url="https://example.org", **fields) == "session"


def test_event_has_an_end_of_documents(event, monkeypatch):
    monkeypatch.setattr("events.actions.documents.MOST", 1)
    add_file(event)
    assert refused(add_documents, event, by=None, files=[file_of()], **FIELDS) == "files"


def test_removed_document_is_erased_after_the_commit(event, django_capture_on_commit_callbacks):
    document = add_file(event)
    storage, name = document.file.storage, document.file.name
    with django_capture_on_commit_callbacks(execute=True):
        remove_document(document, by=None)
        assert storage.exists(name)
    assert not storage.exists(name) and not Document.objects.exists()
    assert remove_document(document, by=None) == event  # twice is once


def test_documents_of_a_removed_session_stay_with_the_event(event):
    session = SessionFactory(event=event)
    document = add_file(event, session=session)
    remove_session(session, by=None)
    document.refresh_from_db()
    assert document.session is None


def test_deleted_draft_takes_its_files_along(django_capture_on_commit_callbacks):
    event = EventFactory(status=EventStatus.DRAFT)
    document = add_file(event)
    with django_capture_on_commit_callbacks(execute=True):
        delete_draft(event, by=None)
    assert not document.file.storage.exists(document.file.name)


def test_photos_go_after_three_years_and_minutes_stay(django_capture_on_commit_callbacks):
    ends_at = timezone.now() - KEPT - timedelta(days=1)
    event = EventFactory(starts_at=ends_at - timedelta(hours=3), ends_at=ends_at)
    [picture] = add_documents(event, by=None, files=[photo()], **{**FIELDS, "kind": "photo"})
    minutes = add_file(event, kind="minutes")
    with django_capture_on_commit_callbacks(execute=True):
        assert erase_old_programme(timezone.now()) == 1
    assert list(event.documents.all()) == [minutes] and not picture.file.storage.exists(picture.file.name)


# --- Pages ------------------------------------------------------------------------------------------------------------


def posted(client, event, files=(), **changes):
    data = {"title": "Le compte rendu", "kind": "minutes", "session": "", "audience": "everybody", **changes}
    return client.post(reverse("events:document_list", args=[event.slug]), {**data, "files": list(files)}, follow=True)


def test_coordinator_uploads_a_pdf_and_everybody_reads_it_as_a_download(client, event):
    client.force_login(coordinator_of(event.club))
    assert "Le compte rendu" in text_of(posted(client, event, [upload(pdf_bytes(1), "../../Jeanne Martin.pdf")]))
    document = event.documents.get()
    assert "Jeanne" not in document.file.name and document.size > 0
    client.logout()
    response = client.get(reverse("events:document", args=[document.pk]))
    assert b"".join(response.streaming_content).startswith(b"%PDF")
    assert response["Content-Disposition"] == 'attachment; filename="le-compte-rendu.pdf"'
    assert response["Content-Type"] == "application/pdf" and response["X-Content-Type-Options"] == "nosniff"
    assert "private" in response["Cache-Control"]
    assert "Le compte rendu" in text_of(client.get(event.get_absolute_url()))


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (b"MZ\x90", "Choisissez un PDF"),
        (docx_bytes(**{"word/vbaProject.bin": b"x"}), "macros"),
        (b"%PDF-rubbish", "PDF lisible"),
        (b"", "vide"),
    ],
)
def test_bad_file_is_refused_at_its_field_and_what_was_typed_stays(client, event, content, word):
    client.force_login(coordinator_of(event.club))
    page = text_of(posted(client, event, [upload(content, "a.pdf")], title="Un titre tapé"))
    assert word in page and "Un titre tapé" in page and not event.documents.exists()


@pytest.mark.parametrize("url", ["javascript:alert(1)", "ftp://example.org/a", "pas une adresse", "https://"])
def test_link_that_leads_nowhere_is_refused(client, event, url):
    client.force_login(coordinator_of(event.club))
    text_of(posted(client, event, url=url))
    assert not event.documents.exists()


def test_several_photos_make_a_gallery_with_the_same_rights(client, event):
    client.force_login(coordinator_of(event.club))
    files = [upload(picture_bytes(), "a.jpg"), upload(picture_bytes("PNG"), "b.png")]
    posted(client, event, files, kind="photo", title="La salle pleine", audience="attending")
    photos = list(event.documents.photos())
    assert len(photos) == 2
    client.logout()
    assert "La salle pleine" not in text_of(client.get(event.get_absolute_url()))
    assert client.get(photos[0].address).status_code == 404
    person = PersonFactory()
    place_at(event, person=person)
    client.force_login(person)
    assert 'alt="La salle pleine (1)"' in text_of(client.get(event.get_absolute_url()))
    assert client.get(photos[0].address)["Content-Type"] == "image/webp"


def test_document_of_a_session_stands_below_it(client, event):
    session = SessionFactory(event=event, title="La plénière")
    add_file(event, session=session, title="Les diapositives")
    page = text_of(client.get(event.get_absolute_url()))
    assert page.index("La plénière") < page.index("Les diapositives") and 'id="documents"' not in page


def test_coordinator_changes_who_sees_it(client, event):
    client.force_login(coordinator_of(event.club))
    document = add_file(event)
    address = reverse("events:change_document", args=[document.pk])
    data = {"title": "Autre titre", "kind": "slides", "session": "", "audience": "coordination", "shown_from": ""}
    assert "obligatoire" in text_of(client.post(address, {**data, "title": ""}))
    client.post(address, data)
    document.refresh_from_db()
    assert (document.title, document.kind, document.audience) == ("Autre titre", "slides", "coordination")
    client.post(reverse("events:remove_document", args=[document.pk]))
    assert not event.documents.exists()


def test_strangers_do_not_manage_documents(client, event):
    document = add_file(event)
    client.force_login(member_of(OrganisationFactory()))
    assert client.get(reverse("events:document_list", args=[event.slug])).status_code == 403
    for name in ("change_document", "remove_document"):
        assert client.post(reverse(f"events:{name}", args=[document.pk])).status_code == 404


def test_link_and_lost_file_are_no_files(client, event):
    link, lost = DocumentFactory(event=event), add_file(event)
    lost.file.storage.delete(lost.file.name)
    for document in (link, lost):
        assert client.get(reverse("events:document", args=[document.pk])).status_code == 404
    assert link.url in text_of(client.get(event.get_absolute_url()))


@pytest.mark.parametrize("count", [1, 5])
def test_event_page_asks_as_often_for_many_documents_as_for_one(client, event, count):
    for _ in range(count):
        session = SessionFactory(event=event)
        DocumentFactory(event=event, session=session)
        DocumentFactory(event=event)
    with CaptureQueriesContext(connection) as asked:
        text_of(client.get(event.get_absolute_url()))
    assert len(asked) <= 11


def test_page_shows_exactly_what_its_reader_may_fetch(event):
    """The rule is said twice: as a question to the database for the file, and in plain code for the page."""
    now, later = timezone.now(), timezone.now() + timedelta(days=1)
    made = [
        add_file(event, audience=audience, shown_from=moment)
        for audience in DocumentAudience
        for moment in (None, now - timedelta(days=1), later)
    ]
    for holds_place, structure in ((False, False), (True, False), (True, True)):
        organisation = OrganisationFactory(structure=structure)
        person = member_of(organisation)
        if holds_place:
            place_at(event, organisation, person=person, email=person.email)
        audiences = set(event.places.of(person).seated().values_list("audience", flat=True))
        assert bool(audiences) == holds_place
        on_page = programme_of(event).documents_for(audiences, runs_it=False, now=now)
        fetched = Document.objects.visible_to(person, now).filter(event=event)
        assert {one.pk for one in on_page} == set(fetched.values_list("pk", flat=True)) and len(on_page) < len(made)
    for_coordinators = programme_of(event).documents_for((), runs_it=True, now=now)
    seen = Document.objects.visible_to(coordinator_of(event.club), now)
    assert len(for_coordinators) == len(made) == seen.count()
