"""Uploaded documents: PDF files, pictures and office files, judged by size and content, never by their name.

    checked = clean_document(upload)   # CheckedFile(content, media_type), or ValidationError with a sentence

Pictures and PDF files are written anew, so that nothing hidden in them comes along. Office files are archives that
cannot be: their inside is looked at, and whatever could run (macros, controls, templates from elsewhere) is refused.
"""

import io
import struct
import uuid
import zipfile
import zlib
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.utils.translation import gettext_lazy as _

from core.uploads import clean_picture

MAX_BYTES = 20 * 1024 * 1024
MAX_PAGES = 1_000
MAX_UNPACKED = 300 * 1024 * 1024
MAX_MEMBERS = 5_000
PDF = "application/pdf"

_OOXML = "application/vnd.openxmlformats-officedocument."
# The part that makes an archive a text, a table or a presentation → its ending and media type.
_OOXML_KINDS = {
    "word/document.xml": ("docx", f"{_OOXML}wordprocessingml.document"),
    "xl/workbook.xml": ("xlsx", f"{_OOXML}spreadsheetml.sheet"),
    "ppt/presentation.xml": ("pptx", f"{_OOXML}presentationml.presentation"),
}
_ODF = "application/vnd.oasis.opendocument."
_ODF_KINDS = {f"{_ODF}text": "odt", f"{_ODF}spreadsheet": "ods", f"{_ODF}presentation": "odp"}
_ZIP, _PDF_MARK = b"PK\x03\x04", b"%PDF-"
# What could run when the file is opened, as parts of their archives.
_RUNNING = ("/vbaproject", "/vbadata", "/activex/", "/basic/", "/scripts/", "/macrosheets/")
_RUNNING_TYPES = (b"macroenabled", b"vbaproject", b"attachedtemplate")
_MAX_LIST = 2 * 1024 * 1024  # of what an archive says of its own parts


# What reading a broken or a hostile file may end in, besides the reader's own errors.
_BROKEN = (
    ArithmeticError, AssertionError, AttributeError, EOFError, LookupError, NotImplementedError, OSError, RecursionError,
    TypeError, ValueError, struct.error, zlib.error,
)  # fmt: skip


@dataclass(frozen=True)
class CheckedFile:
    content: ContentFile
    media_type: str


def clean_document(upload) -> CheckedFile:
    """A PDF, a picture or an office file, by what is in it. Raises ValidationError with a sentence for anything else."""
    start = _start_of(upload)
    if start.startswith(_PDF_MARK):
        return CheckedFile(clean_pdf(upload), PDF)
    if start.startswith(_ZIP):
        return clean_office(upload)
    try:
        return CheckedFile(clean_picture(upload), "image/webp")
    except ValidationError as error:
        if error.code != "no_picture":
            raise
        raise ValidationError(
            _("Choose a PDF, a picture or an office file (docx, xlsx, pptx, odt, ods, odp)."), code="unknown_kind"
        ) from error


def clean_pdf(upload) -> ContentFile:
    """The pages of a PDF in a new file: no script, no form, no file inside, no properties; links to the web stay.

    Raises ValidationError for more than 20 MB, for what is no PDF, is locked by a password or has too many pages.
    """
    from pypdf import PdfReader, PdfWriter  # noqa: PLC0415 - a heavy module, only where a file is read
    from pypdf.errors import PyPdfError  # noqa: PLC0415

    if not _start_of(upload).startswith(_PDF_MARK):
        raise _no_pdf()
    try:
        reader = PdfReader(upload)
        if reader.is_encrypted:
            raise ValidationError(_("This PDF is locked by a password: save it without one."), code="locked")
        if not 0 < len(reader.pages) <= MAX_PAGES:
            raise _no_pdf()
        for page in reader.pages:
            _keep_what_is_read(page)
        writer = PdfWriter()
        for page in reader.pages:
            writer.add_page(page)
        out = io.BytesIO()
        writer.write(out)
    except (PyPdfError, *_BROKEN) as error:
        raise _no_pdf() from error
    return ContentFile(out.getvalue(), name=f"{uuid.uuid4().hex}.pdf")


def clean_office(upload) -> CheckedFile:
    """A text, table or presentation of Office or LibreOffice, as it is, once its inside has been looked at.

    Raises ValidationError for more than 20 MB, for another archive, for one that unpacks too large, and for whatever
    holds macros.
    """
    _start_of(upload)
    try:
        with zipfile.ZipFile(upload) as archive:
            members = archive.infolist()
            _check_archive(members)
            ending, media_type = _office_kind(archive, {member.filename for member in members})
            _check_nothing_runs(archive, members)
    except (zipfile.BadZipFile, RuntimeError, *_BROKEN) as error:
        raise _no_office() from error
    upload.seek(0)
    return CheckedFile(ContentFile(upload.read(), name=f"{uuid.uuid4().hex}.{ending}"), media_type)


def _start_of(upload) -> bytes:
    """The first bytes; raises ValidationError for an empty file and for one that is too large."""
    if upload.size > MAX_BYTES:
        raise ValidationError(_("This file is larger than 20 MB: choose a smaller one."), code="too_large")
    upload.seek(0)
    start = upload.read(8)
    upload.seek(0)
    return start


def _keep_what_is_read(page) -> None:
    """Take away what acts by itself: a page's actions, and every mark on it but links to the web."""
    for name in ("/AA", "/PieceInfo", "/Metadata"):
        page.pop(name, None)
    if "/Annots" in page:
        marks = page["/Annots"].get_object()
        kept = [mark for mark in marks if _is_link(mark.get_object())]
        marks.clear()
        marks.extend(kept)


def _is_link(mark) -> bool:
    action = mark["/A"].get_object() if "/A" in mark else {}
    address = str(action.get("/URI", "")).lower()
    is_plain = mark.get("/Subtype") == "/Link" and "/AA" not in mark and "/Next" not in action
    return is_plain and action.get("/S") == "/URI" and address.startswith(("http://", "https://", "mailto:"))


def _check_archive(members: list[zipfile.ZipInfo]) -> None:
    if len(members) > MAX_MEMBERS or sum(member.file_size for member in members) > MAX_UNPACKED:
        raise ValidationError(_("This file unpacks too large: choose a smaller one."), code="too_large")
    for member in members:
        if member.flag_bits & 0x1:
            raise ValidationError(_("This file is locked by a password: save it without one."), code="locked")
        if member.filename.startswith("/") or ".." in member.filename.split("/"):
            raise _no_office()


def _office_kind(archive: zipfile.ZipFile, names: set[str]) -> tuple[str, str]:
    """(ending, media type), from the parts that every reader looks for."""
    if "mimetype" in names and "content.xml" in names:
        said = archive.read("mimetype")[:100].decode("ascii", "replace").strip()
        if said in _ODF_KINDS:
            return _ODF_KINDS[said], said
    if "[Content_Types].xml" in names:
        for part, found in _OOXML_KINDS.items():
            if part in names:
                return found
    raise _no_office()


def _check_nothing_runs(archive: zipfile.ZipFile, members: list[zipfile.ZipInfo]) -> None:
    """Raise ValidationError when a part of the archive is code, or fetches some."""
    for member in members:
        name = f"/{member.filename.lower()}"
        if any(mark in name for mark in _RUNNING):
            raise _has_macros()
        if name.endswith((".rels", "/[content_types].xml")):
            if member.file_size > _MAX_LIST:
                raise _no_office()
            said = archive.read(member).lower()
            if any(mark in said for mark in _RUNNING_TYPES):
                raise _has_macros()


def _no_pdf() -> ValidationError:
    return ValidationError(_("This file is no PDF that can be read: save it as a PDF once more."), code="no_pdf")


def _no_office() -> ValidationError:
    return ValidationError(
        _("This file is no office document that can be read (docx, xlsx, pptx, odt, ods, odp)."), code="no_office"
    )


def _has_macros() -> ValidationError:
    return ValidationError(_("This file holds macros or active content: save it without them."), code="macros")
