"""Tables to take away, as spreadsheets open them in France: CSV with semicolons and a byte-order mark, or .xlsx.

    table_response("csv", "annuaire", [_("Name"), _("SIRET")], ((o.name, o.siret) for o in organisations))

Whatever a person typed may end up in a cell, so no text may be taken for a formula (see `safe_cell`).
"""

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO
from itertools import islice

from django.http import FileResponse, HttpResponseBase, StreamingHttpResponse
from django.utils import timezone, translation
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# What Excel and LibreOffice begin a formula with; the full-width forms are read as the plain ones by some versions.
FORMULA_STARTS = "=+-@\uff1d\uff0b\uff0d\uff20"
_PLAIN_NUMBER = re.compile(r"[+-]?[\d\s.,]+")
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f\ufffe\uffff]")
ROWS_AT_ONCE = 200  # sent together: a line for each would be slow
_MAX_TEXT = 32_000  # a cell of .xlsx holds 32,767 characters


class _Line:
    """A file that hands back what is written to it, so that the csv module can stream."""

    def write(self, text: str) -> str:
        return text


def safe_cell(value) -> str:
    """The text of `value` in a CSV cell, which no spreadsheet will run as a formula.

    Texts that begin like a formula get an apostrophe in front, unless they are nothing but a number (-12,5 or a
    phone number). Dates are written 2026-11-22, moments 2026-11-22 09:30 in local time, decimals with a comma,
    yes/no in the current language, nothing for None; control characters become spaces.
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, int) and type(value) is int:
        return str(value)
    if isinstance(value, Decimal | float):
        return f"{value:f}".replace(".", ",") if isinstance(value, Decimal) else str(value).replace(".", ",")
    if isinstance(value, datetime):
        return _local(value).strftime("%Y-%m-%d %H:%M")
    if isinstance(value, date):
        return value.isoformat()
    text = clean_text(value)
    if text.lstrip().startswith(tuple(FORMULA_STARTS)) and not _PLAIN_NUMBER.fullmatch(text):
        return f"'{text}"
    return text


def clean_text(value) -> str:
    """`value` as text without the control characters that no spreadsheet takes (line ends stay)."""
    text = str(value)
    if not text.isprintable():  # most are, and this is asked quickly
        text = _CONTROL.sub(" ", text.replace("\r\n", "\n"))
    return text.strip()[:_MAX_TEXT]


def table_response(form: str, name: str, header: Sequence, rows: Iterable[Sequence]) -> HttpResponseBase:
    """A table as a download: `form` is "xlsx", anything else gives CSV; `name` is the file name without its ending."""
    response = xlsx_response if form == "xlsx" else csv_response
    return response(name, header, rows)


def csv_response(name: str, header: Sequence, rows: Iterable[Sequence]) -> StreamingHttpResponse:
    """Stream `rows` as CSV: UTF-8 with byte-order mark, semicolons, CRLF. Memory stays flat however long it is."""
    response = StreamingHttpResponse(csv_lines(header, rows), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = content_disposition_header(True, f"{name}.csv")
    response["Cache-Control"] = "private, no-store"
    return response


def csv_lines(header: Sequence, rows: Iterable[Sequence]) -> Iterator[str]:
    """The lines of such a file, in the language that is active when it is asked for."""
    writer = csv.writer(_Line(), delimiter=";")
    lines = _in_language(translation.get_language(), _chain(header, rows), writer)
    return lines


def _chain(header, rows):
    yield header
    yield from rows


def _in_language(language, rows, writer) -> Iterator[str]:
    rows, mark = iter(rows), "\ufeff"
    while True:
        # Streaming goes on after the request; the language is set for some rows at a time and never left behind.
        with translation.override(language):
            lines = [writer.writerow([safe_cell(value) for value in row]) for row in islice(rows, ROWS_AT_ONCE)]
        if not lines:
            return
        yield mark + "".join(lines)
        mark = ""


# How days and moments are shown.
SHOWN = {"day": "yyyy-mm-dd", "moment": "yyyy-mm-dd hh:mm"}


def xlsx_response(name: str, header: Sequence, rows: Iterable[Sequence], *, sheet: str = "") -> FileResponse:
    """`rows` as a workbook of one sheet: numbers and dates stay numbers and dates, all text is typed as text."""
    return workbook_response(name, [(sheet or name, header, rows)])


def workbook_response(name: str, sheets: Iterable[tuple[str, Sequence, Iterable[Sequence]]]) -> FileResponse:
    """A workbook of several sheets, each (title, header, rows), as `xlsx_response`; titles differ in their first 31 signs."""
    from xlsxwriter import Workbook  # noqa: PLC0415 - only where a workbook is made

    file = BytesIO()
    with Workbook(file, {"constant_memory": True}) as book:  # each row is written out as soon as the next one comes
        styles = {"bold": book.add_format({"bold": True})}
        styles |= {kind: book.add_format({"num_format": shown}) for kind, shown in SHOWN.items()}
        for title, header, rows in sheets:
            _fill_sheet(book.add_worksheet(_sheet_title(title)), header, rows, styles)
    file.seek(0)
    response = FileResponse(file, as_attachment=True, filename=f"{name}.xlsx", content_type=XLSX)
    response["Cache-Control"] = "private, no-store"
    return response


def _sheet_title(title: str) -> str:
    return re.sub(r"[\\/*?:\[\]]", " ", title)[:31].strip("'")


def _fill_sheet(page, header: Sequence, rows: Iterable[Sequence], styles: dict) -> None:
    """Every text is written as text, never as what it looks like (=1+1, a link, a number)."""
    page.freeze_panes(1, 0)
    page.set_column(0, len(header) - 1, 24)
    for column, title in enumerate(header):
        page.write_string(0, column, clean_text(title), styles["bold"])
    for line, row in enumerate(rows, start=1):
        for column, value in enumerate(row):
            if type(value) is str:  # nearly all of them
                if text := clean_text(value):
                    page.write_string(line, column, text)
            elif value is not None:
                _write_typed(page, line, column, value, styles)


def _write_typed(page, line: int, column: int, value, styles: dict) -> None:
    """Numbers and dates as such; workbooks know no time zones."""
    if isinstance(value, bool):
        page.write_string(line, column, safe_cell(value))
    elif isinstance(value, datetime):
        page.write_datetime(line, column, _local(value).replace(tzinfo=None), styles["moment"])
    elif isinstance(value, date):
        page.write_datetime(line, column, value, styles["day"])
    elif isinstance(value, Decimal | float) or type(value) is int:
        page.write_number(line, column, value)
    elif text := clean_text(value):
        page.write_string(line, column, text)


def _local(value: datetime) -> datetime:
    return timezone.localtime(value) if timezone.is_aware(value) else value
