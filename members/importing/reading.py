"""From a file's bytes to rows of text, whatever spreadsheet it came from, a row at a time.

A file is judged by its content, never by its name. `open_table` finds the encoding, the separator and the header;
`Table.rows()` streams, so that a file of any length needs the same memory.
"""

import codecs
import csv
import io
import re
import warnings
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import BinaryIO

from django.core.files import File
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from members.importing.columns import REQUIRED, find_columns, is_header
from members.importing.findings import Finding, field_label, finding

# An opened file, or one of Django's around it.
Bytes = BinaryIO | File
SEPARATORS = (";", ",", "\t", "|")
HEADER_WITHIN = 20  # lines in which the header is looked for
RUNAWAY_LINES = 30  # lines in one cell: a quotation mark was not closed
MOST_UNPACKED = 400 * 1024 * 1024
SIGNATURES = (
    (b"%PDF", gettext_lazy("This file is a PDF, not a spreadsheet: ask for the spreadsheet it was printed from.")),
    (b"\x89PNG", gettext_lazy("This file is a picture, not a spreadsheet.")),
    (b"\xff\xd8\xff", gettext_lazy("This file is a picture, not a spreadsheet.")),
    (b"GIF8", gettext_lazy("This file is a picture, not a spreadsheet.")),
    (b"RIFF", gettext_lazy("This file is a picture, not a spreadsheet.")),
    (b"\xd0\xcf\x11\xe0", gettext_lazy("This is a spreadsheet of the old kind (.xls): save it as .xlsx or as CSV.")),
    (b"{\\rtf", gettext_lazy("This file is a text document, not a spreadsheet.")),
)
_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x19\x1b-\x1f]")
_UTF8_LETTER = re.compile(rb"[\xc2-\xc5][\x80-\xbf]|\xe2\x80[\x80-\xbf]")


class UnreadableFile(Exception):  # noqa: N818 - said as a sentence, like RuleBroken
    """The file is no directory that can be read; the message is a whole sentence for the person who chose it."""

    def __init__(self, message):
        super().__init__(str(message))


@dataclass(frozen=True)
class Row:
    """A row as written: its line in the spreadsheet, its cells, and what is wrong with the row as such."""

    number: int
    cells: list[str]
    fault: Finding | None = None


@dataclass
class Table:
    """A readable directory: its header and, by `rows()`, its rows from the top."""

    file: Bytes
    header: list[str]
    columns: dict[str, int]
    header_line: int
    encoding: str = ""  # empty for .xlsx
    separator: str = ";"
    sheet: str = ""
    unused: list[str] = field(init=False)

    def __post_init__(self):
        used = set(self.columns.values())
        self.unused = [name for index, name in enumerate(self.header) if name and index not in used]

    def rows(self) -> Iterator[Row]:
        """Every row below the header that is not empty. Raises UnreadableFile where the file breaks off."""
        for number, cells in self._records():
            if number <= self.header_line or not any(cell.strip() for cell in cells):
                continue
            yield Row(number, cells[: len(self.header)], self._fault(cells))

    def count(self) -> int:
        return sum(1 for _row in self.rows())

    def _records(self) -> Iterator[tuple[int, list[str]]]:
        if self.sheet:
            return _sheet_records(self.file, self.sheet)
        return _text_records(self.file, self.encoding, self.separator)

    def _fault(self, cells: list[str]) -> Finding | None:
        count = max(index for index, cell in enumerate(cells, 1) if cell.strip())
        if any(cell.count("\n") > RUNAWAY_LINES for cell in cells):
            return finding("open_quote")
        if count > len(self.header):
            return finding("too_many_cells", count=count, expected=len(self.header))
        if any("\ufffd" in cell for cell in cells):
            return finding("unreadable_characters")
        if [cell.strip() for cell in cells] == self.header:
            return finding("header_again")
        return None


def open_table(file: Bytes) -> Table:
    """Find out how to read `file` (opened for bytes, able to seek).

    Raises UnreadableFile, with the sentence that says why, for what is empty, no spreadsheet, or without the columns
    an organisation cannot do without.
    """
    file.seek(0)
    head = file.read(65_536)
    if not head.strip(b"\xef\xbb\xbf \t\r\n"):
        raise UnreadableFile(_("This file is empty."))
    for signature, sentence in SIGNATURES:
        if head.startswith(signature):
            raise UnreadableFile(sentence)
    if head.startswith(b"PK"):
        return _open_workbook(file)
    return _open_text(file, head)


# --- CSV --------------------------------------------------------------------------------------------------------------


def _open_text(file: Bytes, head: bytes) -> Table:
    encoding = _encoding_of(file, head)
    if not encoding.startswith("utf-16") and _CONTROL.search(head):
        raise UnreadableFile(_("This file is no spreadsheet: use .csv or .xlsx."))
    if re.match(rb"\s*<(!doctype|html|\?xml|svg)", head.removeprefix(codecs.BOM_UTF8), re.IGNORECASE):
        raise UnreadableFile(_("This file is a web page, not a spreadsheet: export the list as .csv or .xlsx."))
    best: Table | None = None
    nearest: list[str] = []
    for separator in SEPARATORS:
        records = _text_records(file, encoding, separator)
        line, header, columns = _find_header(records)
        if columns and (best is None or len(columns) > len(best.columns)):
            best = Table(file, header, columns, line, encoding=encoding, separator=separator)
        nearest = max(nearest, header, key=len)
    return _with_required(best, nearest)


def _encoding_of(file: Bytes, head: bytes) -> str:
    """UTF-8 if the whole file is, else what French Windows or an old Macintosh writes."""
    if head.startswith(codecs.BOM_UTF8):
        return "utf-8-sig"
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    decoder = codecs.getincrementaldecoder("utf-8")()
    is_utf8, beyond_ascii, of_utf8, windows_e, macintosh_e = True, 0, 0, 0, 0
    file.seek(0)
    while chunk := file.read(1 << 18):
        beyond_ascii += len(chunk) - len(chunk.decode("ascii", "ignore"))
        of_utf8 += sum(len(letter) for letter in _UTF8_LETTER.findall(chunk))
        windows_e += chunk.count(b"\xe9") + chunk.count(b"\xe8")
        macintosh_e += chunk.count(b"\x8e") + chunk.count(b"\x8f")
        try:
            decoder.decode(chunk)
        except UnicodeDecodeError:
            is_utf8 = False
            decoder.reset()
    if is_utf8 or of_utf8 > beyond_ascii / 2:  # a few broken letters spoil their own row only
        return "utf-8"
    return "mac-roman" if macintosh_e > windows_e else "cp1252"


@contextmanager
def _as_text(file: Bytes, encoding: str):
    """The file as text from its start, handed back open."""
    file.seek(0)
    text = io.TextIOWrapper(file, encoding=encoding, errors="replace", newline="")
    try:
        yield text
    finally:
        text.detach()


def _text_records(file: Bytes, encoding: str, separator: str) -> Iterator[tuple[int, list[str]]]:
    with _as_text(file, encoding) as text:
        number = 0
        try:
            for number, cells in enumerate(csv.reader(text, delimiter=separator), 1):
                yield number, cells
        except csv.Error as error:
            raise UnreadableFile(
                _("This file cannot be read beyond line %(line)s: a quotation mark is probably not closed.")
                % {"line": number + 1}
            ) from error


# --- XLSX -------------------------------------------------------------------------------------------------------------


def _open_workbook(file: Bytes) -> Table:
    try:
        with zipfile.ZipFile(file) as archive:
            names = set(archive.namelist())
            unpacked = sum(entry.file_size for entry in archive.infolist())
    except zipfile.BadZipFile as error:
        raise UnreadableFile(_("This file is damaged: save the spreadsheet again.")) from error
    if "xl/workbook.xml" not in names:
        is_open_document = "mimetype" in names and "content.xml" in names
        raise UnreadableFile(
            _("This is an OpenDocument file: save the spreadsheet as .xlsx or as CSV.")
            if is_open_document
            else _("This file is no spreadsheet: use .csv or .xlsx.")
        )
    if unpacked > MOST_UNPACKED:
        raise UnreadableFile(_("This spreadsheet is too large once unpacked: save it as CSV."))
    best: Table | None = None
    nearest: list[str] = []
    for sheet in _sheet_names(file):
        line, header, columns = _find_header(_sheet_records(file, sheet))
        if columns and (best is None or len(columns) > len(best.columns)):
            best = Table(file, header, columns, line, sheet=sheet)
        nearest = max(nearest, header, key=len)
    return _with_required(best, nearest)


@contextmanager
def _workbook(file: Bytes):
    from openpyxl import load_workbook  # noqa: PLC0415 - heavy, only where a workbook is read

    file.seek(0)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about styles and extensions that are of no use here
        try:
            book = load_workbook(file, read_only=True, data_only=True)
        except Exception as error:  # whatever a damaged archive provokes in the library
            raise UnreadableFile(_("This file is damaged: save the spreadsheet again.")) from error
    try:
        yield book
    finally:
        book.close()


def _sheet_names(file: Bytes) -> list[str]:
    with _workbook(file) as book:
        return [sheet.title for sheet in book.worksheets]


def _sheet_records(file: Bytes, name: str) -> Iterator[tuple[int, list[str]]]:
    with _workbook(file) as book:
        sheet = book[name]
        sheet.reset_dimensions()  # some programs write wrong ones
        number = 0
        try:
            for number, cells in enumerate(sheet.iter_rows(values_only=True), 1):
                yield number, [_cell_text(cell) for cell in cells]
        except (ValueError, KeyError, SyntaxError, zipfile.BadZipFile, OSError) as error:
            raise UnreadableFile(
                _("This file cannot be read beyond line %(line)s: save the spreadsheet again.") % {"line": number + 1}
            ) from error


def _cell_text(cell) -> str:
    """A cell as text. A SIRET kept as a number is exact: a double holds 15 digits."""
    if cell is None:
        return ""
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    return str(cell)


# --- The header -------------------------------------------------------------------------------------------------------


def _find_header(records: Iterator[tuple[int, list[str]]]) -> tuple[int, list[str], dict[str, int]]:
    """The line with the most columns we know among the first ones: (line, names, columns); without one (0, first, {})."""
    best: tuple[int, list[str], dict[str, int]] = (0, [], {})
    try:
        for number, cells in records:
            names = [" ".join(cell.split()) for cell in cells]
            while names and not names[-1]:
                names.pop()
            columns = find_columns(names)
            if is_header(columns) and len(columns) > len(best[2]):
                best = (number, names, columns)
            elif not best[1] and names:
                best = (0, names, {})
            if number >= HEADER_WITHIN:
                break
    except UnreadableFile:
        return best
    finally:
        records.close()
    return best


def _with_required(table: Table | None, nearest: list[str]) -> Table:
    if table is None:
        shown = ", ".join(nearest[:6])[:120]
        raise UnreadableFile(
            _(
                "No known column was found (the file begins with “%(shown)s”): name the columns SIRET, Raison sociale, Type…"
            )
            % {"shown": shown}
        )
    missing = [field_label(field) for field in REQUIRED if field not in table.columns]
    if missing:
        raise UnreadableFile(_("These columns are missing: %(names)s.") % {"names": ", ".join(missing)})
    return table
