"""Sessions, pitches and documents to test with, on top of events and people at them."""

import io
import zipfile
from datetime import timedelta

import factory
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from factory.django import DjangoModelFactory
from PIL import Image
from pypdf import PdfWriter

from events.enums import SessionKind
from events.models import Document, PitchCall, PitchProposal, SessionSeat
from members.models import Organisation
from tests.events.factories import SessionFactory
from tests.factories import OrganisationFactory
from tests.memberships.factories import TermFactory


class WorkshopFactory(SessionFactory):
    """Three seats, by sign-up, in the first hour of the event."""

    kind = SessionKind.WORKSHOP
    has_sign_up = True
    capacity = 3
    ends_at = factory.LazyAttribute(lambda session: session.starts_at + timedelta(hours=1))


class SessionSeatFactory(DjangoModelFactory):
    class Meta:
        model = SessionSeat

    session = factory.SubFactory(WorkshopFactory)
    taken_at = factory.LazyFunction(timezone.now)


class PitchCallFactory(DjangoModelFactory):
    """Open now; for two pitches of five minutes."""

    class Meta:
        model = PitchCall

    session = factory.SubFactory(SessionFactory, kind=SessionKind.PITCHES)
    opens_at = factory.LazyFunction(lambda: timezone.now() - timedelta(days=1))
    closes_at = factory.LazyFunction(lambda: timezone.now() + timedelta(days=1))
    places = 2
    minutes = 5


class PitchProposalFactory(DjangoModelFactory):
    class Meta:
        model = PitchProposal

    call = factory.SubFactory(PitchCallFactory)
    organisation = factory.SubFactory(OrganisationFactory, structure=True)
    title = factory.Sequence(lambda n: f"Pitch {n}")
    summary = "Nous réparons des vélos avec des personnes en parcours."
    proposed_at = factory.LazyFunction(timezone.now)


class DocumentFactory(DjangoModelFactory):
    """A link for everybody, shown at once."""

    class Meta:
        model = Document

    kind = "other"
    title = factory.Sequence(lambda n: f"Document {n}")
    audience = "everybody"
    url = "https://example.org/dossier"


def member_structure(club) -> Organisation:
    organisation = OrganisationFactory(structure=True)
    TermFactory(organisation=organisation, club=club)
    return organisation


def pdf_bytes(pages: int = 1, change=None) -> bytes:
    """A PDF of blank pages; `change(writer)` may put something into it."""
    writer = PdfWriter()
    for _ in range(pages):
        writer.add_blank_page(200, 100)
    if change:
        change(writer)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def picture_bytes(kind: str = "JPEG", side: int = 20) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (side, side), "teal").save(out, kind)
    return out.getvalue()


def zip_bytes(**parts: str | bytes) -> bytes:
    """An archive of these parts; the names are given as keywords by `**{…}`."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()


def docx_bytes(**more: str | bytes) -> bytes:
    types = '<Types><Override ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml"/></Types>'
    return zip_bytes(**{"[Content_Types].xml": types, "word/document.xml": "<w:document/>", **more})


def odt_bytes(mimetype: str = "application/vnd.oasis.opendocument.text", **more: str | bytes) -> bytes:
    return zip_bytes(**{"mimetype": mimetype, "content.xml": "<office/>", **more})


def upload(content: bytes, name: str = "fichier.bin") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)
