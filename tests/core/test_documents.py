"""Uploaded documents are judged by what is in them: PDF files written anew, office files looked into, all else refused."""

import io
import random
import zipfile

import pytest
from django.core.exceptions import ValidationError
from pypdf import PdfReader, PdfWriter
from pypdf.annotations import FreeText, Link
from pypdf.generic import DictionaryObject, NameObject, TextStringObject

from core import documents
from core.documents import clean_document, clean_office, clean_pdf
from tests.events.programme import docx_bytes, odt_bytes, pdf_bytes, picture_bytes, upload, zip_bytes


def refusal(content: bytes, clean=clean_document) -> str:
    with pytest.raises(ValidationError) as error:
        clean(upload(content))
    return error.value.code


# --- PDF --------------------------------------------------------------------------------------------------------------


def test_pdf_is_written_anew_with_its_pages():
    checked = clean_document(upload(pdf_bytes(3), "x.exe"))
    assert checked.media_type == "application/pdf" and checked.content.name.endswith(".pdf")
    assert len(PdfReader(checked.content).pages) == 3


def test_pdf_loses_scripts_files_and_properties():
    def infect(writer: PdfWriter):
        script = {NameObject("/S"): NameObject("/JavaScript"), NameObject("/JS"): TextStringObject("app.alert(1)")}
        writer.root_object[NameObject("/OpenAction")] = DictionaryObject(script)
        writer.add_attachment("hidden.exe", b"MZ-hidden")
        writer.add_metadata({"/Author": "Jeanne Secret"})
        writer.pages[0][NameObject("/AA")] = DictionaryObject(
            {NameObject("/O"): DictionaryObject({NameObject("/S"): NameObject("/JavaScript")})}
        )

    dirty = pdf_bytes(1, infect)
    assert b"/OpenAction" in dirty and b"/EmbeddedFiles" in dirty and b"/AA" in dirty and b"Jeanne Secret" in dirty
    clean = clean_pdf(upload(dirty)).read()
    for word in (b"/OpenAction", b"JavaScript", b"/EmbeddedFiles", b"Jeanne Secret", b"/AA"):
        assert word not in clean


@pytest.mark.parametrize(("address", "stays"), [("https://example.org/", True), ("file:///etc/passwd", False)])
def test_pdf_keeps_links_to_the_web_only(address, stays):
    def add(writer: PdfWriter):
        writer.add_annotation(0, Link(rect=(0, 0, 10, 10), url=address))
        writer.add_annotation(0, FreeText(text="Une remarque", rect=(0, 0, 50, 50)))

    [page] = PdfReader(clean_pdf(upload(pdf_bytes(1, add)))).pages
    marks = [mark.get_object() for mark in page.get("/Annots", [])]
    assert [str(mark["/A"]["/URI"]) for mark in marks] == ([address] if stays else [])


def test_pdf_link_that_does_more_goes():
    def add(writer: PdfWriter):
        mark = writer.add_annotation(0, Link(rect=(0, 0, 10, 10), url="https://example.org/"))
        mark["/A"][NameObject("/Next")] = DictionaryObject(
            {NameObject("/S"): NameObject("/JavaScript"), NameObject("/JS"): TextStringObject("app.alert(1)")}
        )

    assert b"app.alert" not in clean_pdf(upload(pdf_bytes(1, add))).read()


def test_locked_pdf_is_refused():
    assert refusal(pdf_bytes(1, lambda writer: writer.encrypt("secret"))) == "locked"


@pytest.mark.parametrize(
    "content", [b"%PDF-1.7\nrubbish", b"%PDF-", b"%PDF-1.4" + b"\x00" * 500, pdf_bytes(1)[:200], pdf_bytes(0)]
)
def test_broken_pdf_is_refused(content):
    assert refusal(content) == "no_pdf"


@pytest.mark.parametrize("content", [b"MZ\x90\x00", picture_bytes(), docx_bytes(), b"<html></html>"])
def test_only_a_pdf_is_taken_for_slides(content):
    assert refusal(content, clean_pdf) == "no_pdf"


def test_pdf_of_too_many_pages_is_refused(monkeypatch):
    monkeypatch.setattr(documents, "MAX_PAGES", 2)
    assert refusal(pdf_bytes(3)) == "no_pdf"


# --- Pictures ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF"])
def test_picture_becomes_webp(kind):
    checked = clean_document(upload(picture_bytes(kind), "photo.pdf"))
    assert checked.media_type == "image/webp" and checked.content.read()[8:12] == b"WEBP"


# --- Office files -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("part", "ending"),
    [("word/document.xml", "docx"), ("xl/workbook.xml", "xlsx"), ("ppt/presentation.xml", "pptx")],
)
def test_office_file_is_known_by_its_parts(part, ending):
    content = zip_bytes(**{"[Content_Types].xml": "<Types/>", part: "<x/>"})
    checked = clean_office(upload(content, "x.txt"))
    assert checked.content.name.endswith(f".{ending}") and "openxmlformats" in checked.media_type
    assert checked.content.read() == content


@pytest.mark.parametrize("ending", ["text", "spreadsheet", "presentation"])
def test_open_document_is_known_by_its_type(ending):
    said = f"application/vnd.oasis.opendocument.{ending}"
    assert clean_office(upload(odt_bytes(said))).media_type == said


@pytest.mark.parametrize(
    "content",
    [
        docx_bytes(**{"word/vbaProject.bin": b"x"}),
        docx_bytes(**{"word/VBAPROJECT.BIN": b"x"}),
        docx_bytes(**{"word/vbaData.xml": b"x"}),
        docx_bytes(**{"word/activeX/activeX1.xml": b"x"}),
        docx_bytes(**{"[Content_Types].xml": '<Override ContentType="application/vnd.ms-word.macroEnabled.main"/>'}),
        docx_bytes(**{"word/_rels/document.xml.rels": '<R Type="http://x/relationships/vbaProject" Target="a.bin"/>'}),
        docx_bytes(**{"word/_rels/settings.xml.rels": '<R Type="http://x/attachedTemplate" TargetMode="External"/>'}),
        zip_bytes(**{"[Content_Types].xml": "<T/>", "xl/workbook.xml": "<x/>", "xl/macrosheets/sheet1.xml": "<x/>"}),
        odt_bytes(**{"Basic/Standard/Module1.xml": "<x/>"}),
        odt_bytes(**{"Scripts/python/a.py": "print()"}),
    ],
)
def test_macros_are_refused(content):
    assert refusal(content) == "macros"


@pytest.mark.parametrize(
    "content",
    [
        zip_bytes(**{"readme.txt": "x"}),
        zip_bytes(**{"word/document.xml": "<x/>"}),
        odt_bytes("application/vnd.oasis.opendocument.graphics"),
        odt_bytes("application/epub+zip"),
        docx_bytes(**{"../outside.xml": "x"}),
        docx_bytes(**{"/etc/passwd": "x"}),
        docx_bytes()[:60],
        b"PK\x03\x04rubbish",
    ],
)
def test_other_archives_are_refused(content):
    assert refusal(content) == "no_office"


def test_archive_that_unpacks_too_large_is_refused(monkeypatch):
    monkeypatch.setattr(documents, "MAX_UNPACKED", 10_000)
    assert refusal(docx_bytes(**{"word/media/a.bin": b"0" * 20_000})) == "too_large"


def test_archive_of_too_many_parts_is_refused(monkeypatch):
    monkeypatch.setattr(documents, "MAX_MEMBERS", 3)
    assert refusal(docx_bytes(a="1", b="2")) == "too_large"


def test_archive_with_an_endless_list_of_parts_is_refused(monkeypatch):
    monkeypatch.setattr(documents, "_MAX_LIST", 100)
    assert refusal(docx_bytes(**{"word/_rels/a.rels": "x" * 200})) == "no_office"


def test_locked_archive_is_refused():
    out = io.BytesIO(docx_bytes())
    with zipfile.ZipFile(out) as archive:
        member = archive.getinfo("word/document.xml")
    content = bytearray(out.getvalue())
    for mark, at in ((b"PK\x01\x02", 8), (b"PK\x03\x04", 6)):  # the flag « encrypted » of each of its parts
        start = content.find(mark)
        while start >= 0:
            content[start + at] |= 1
            start = content.find(mark, start + 4)
    assert member.flag_bits & 1 == 0 and refusal(bytes(content)) == "locked"


# --- Anything else ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("content", [b"MZ\x90\x00", b"<script>alert(1)</script>", b"<svg xmlns='x'/>", b"\x7fELF", b""])
def test_anything_else_is_refused(content):
    assert refusal(content) == "unknown_kind"


def test_file_over_twenty_megabytes_is_refused(monkeypatch):
    monkeypatch.setattr(documents, "MAX_BYTES", 100)
    assert refusal(pdf_bytes(1)) == "too_large" and documents.MAX_BYTES == 100


def test_limit_is_twenty_megabytes():
    assert documents.MAX_BYTES == 20 * 1024 * 1024


@pytest.mark.parametrize("seed", range(12))
def test_damaged_file_is_taken_or_refused_and_breaks_nothing(seed):
    chance = random.Random(seed)
    for whole in (pdf_bytes(2), docx_bytes(), odt_bytes()):
        for _ in range(5):
            damaged = bytearray(whole)
            for _ in range(chance.randint(1, 8)):
                at = chance.randrange(8, len(damaged))
                damaged[at : at + chance.randint(0, 3)] = chance.randbytes(chance.randint(0, 3))
            try:
                assert clean_document(upload(bytes(damaged))).content.size > 0
            except ValidationError as error:
                assert error.code in {"no_pdf", "no_office", "locked", "too_large", "macros"}
