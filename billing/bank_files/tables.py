"""A statement as CSV before its rows are read: the heading, wherever it stands, and what stands around the rows."""

import csv
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import islice

from django.utils.translation import gettext as _
from stdnum import iban

from billing.bank_files.columns import Columns, find_columns
from billing.bank_files.statement import StatementUnreadable, Unclear
from billing.bank_files.values import amount_of, text_of
from core.text import folded
from members.importing.reading import HEADER_WITHIN, SEPARATORS

Row = tuple[int, list[str]]  # its line and its cells
USUAL_CURRENCY = "EUR"
MOST_LINES = 50_000
_IBAN = re.compile(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}")
_ACCOUNT = re.compile(r"(?:compte|account)[^0-9]{0,40}([0-9][0-9A-Z]{6,33})\b", re.IGNORECASE)
_CURRENCY = re.compile(r"(?i:devise|currency)(?i: du compte)?\W+([A-Z]{3})\b")
_CODE = re.compile(r"[A-Z]{3}")
# Labels of rows that are no movements, folded. A label that only begins alike (Total Énergies, Solde facture 12) is none.
_TOTAL = re.compile(
    r"(?:sous )?tota(?:l|ux)(?: (?:general|generaux|des?|du|au|debits?|credits?|mouvements?|operations?|eur|[0-9]).*)?"
)
_OPENING = re.compile(
    r"ancien solde.*|solde (?:en debut|au debut|de debut|d ouverture|initial|precedent|de depart).*|opening balance.*"
)
_CLOSING = re.compile(r"nouveau solde.*|solde (?:en fin|a la fin|de fin|de cloture|final).*|closing balance.*")
_BALANCE = re.compile(
    r"(?:votre )?solde(?: (?:au [0-9]|en date|en eur|eur|comptable|disponible|crediteur|debiteur|du compte|[0-9]).*)?|balance"
)


@dataclass(frozen=True)
class Balance:
    """An amount above or below the rows. Only a period's first and last balance say what must lie between them."""

    amount: Decimal | None
    line: int


@dataclass
class Table:
    """The lines of a file, and where its heading stands. `rows` should all be movements, `footers` are none."""

    records: list[list[str]]
    header_at: int  # index in `records`
    columns: Columns
    is_terminated: bool  # the last line has its line end

    def __post_init__(self):
        self.header = [cell.strip() for cell in self.records[self.header_at]]
        while not self.header[-1]:
            self.header.pop()
        lines = list(enumerate(self.records, 1))  # as spreadsheets count
        self.above: list[Row] = lines[: self.header_at]
        below = [(line, cells) for line, cells in lines[self.header_at + 1 :] if any(cell.strip() for cell in cells)]
        self.footers: list[Row] = [(line, cells) for line, cells in below if self._is_footer(cells)]
        sums = {line for line, _cells in self.footers}
        self.rows: list[Row] = [(line, cells) for line, cells in below if line not in sums]

    def _is_footer(self, cells: Sequence[str]) -> bool:
        """A sum or a balance. A row with a day of its own is a movement, whatever its label."""
        day = folded(self.cell(cells, "booked"))
        if re.search("[0-9]", day) and not _is_no_movement(day):
            return False
        return _is_no_movement(_label(cells))

    def cell(self, cells: Sequence[str], role: str) -> str:
        """The row's cell of this role, empty when there is none."""
        index = self.columns.roles.get(role, len(cells))
        return cells[index] if index < len(cells) else ""

    def account(self) -> str:
        """Our own account, as it stands above the heading: its IBAN, else its number."""
        for _line, cells in self.above:
            if found := next(filter(None, map(iban_in, cells)), ""):
                return found
        for _line, cells in self.above:
            if match := _ACCOUNT.search(" ".join(text_of(cell) for cell in cells)):
                return match[1].upper()
        return ""

    def currency(self) -> str:
        """The account's currency: the column's, else the one named above the heading, else the euro."""
        for _line, cells in self.rows:
            if _CODE.fullmatch(code := currency_of(self.cell(cells, "currency"))):
                return code
        for _line, cells in self.above:
            if found := _CURRENCY.search(" ".join(cells)):
                return found[1]
        return USUAL_CURRENCY

    def opening(self) -> Balance | None:
        return self._balance(_OPENING)

    def closing(self) -> Balance | None:
        return self._balance(_CLOSING)

    def _balance(self, words: re.Pattern) -> Balance | None:
        for line, cells in [*self.above, *self.footers]:
            if words.fullmatch(_label(cells)):
                return Balance(_amount_among(cells), line)
        return None


def open_table(text: str) -> Table:
    """Find the separator and the heading: the line, among the first ones, that names the most columns."""
    best: tuple[int, str, int, Columns] | None = None
    for separator in SEPARATORS:
        for index, header in enumerate(_first_records(text, separator)):
            columns = find_columns(header)
            if best is None or columns.known > best[0]:
                best = columns.known, separator, index, columns
    if best is None or best[0] < 2:
        raise StatementUnreadable(
            _("No known column was found: a statement as CSV names its columns (Date, Label, Debit, Credit or Amount).")
        )
    _known, separator, index, columns = best
    if missing := columns.missing():
        raise StatementUnreadable(_("These columns are missing: %(names)s.") % {"names": ", ".join(missing)})
    return Table(_records(text, separator), index, columns, text.endswith(("\n", "\r")))


def iban_in(cell: str) -> str:
    """The IBAN that a cell holds, among other words or alone."""
    for match in _IBAN.finditer(re.sub(r"[\W_]+", "", text_of(cell)).upper()):
        for length in range(len(match[0]), 14, -1):
            if iban.is_valid(match[0][:length]):
                return match[0][:length]
    return ""


def currency_of(cell: str) -> str:
    return text_of(cell).upper().replace("€", "EUR")


def _is_no_movement(label: str) -> bool:
    return any(words.fullmatch(label) for words in (_TOTAL, _OPENING, _CLOSING, _BALANCE))


def _label(cells: Sequence[str]) -> str:
    """The first cell that holds letters, folded."""
    return next((text for text in map(folded, cells) if re.search("[a-z]", text)), "")


def _amount_among(cells: Sequence[str]) -> Decimal | None:
    """The last cell that is an amount."""
    for cell in reversed(cells):
        try:
            amount = amount_of(cell)
        except Unclear:
            continue
        if amount is not None:
            return amount
    return None


def _reader(text: str, separator: str) -> Iterator[list[str]]:
    return csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)


def _first_records(text: str, separator: str) -> list[list[str]]:
    """The lines among which the heading is looked for, up to one that this separator cannot read."""
    found: list[list[str]] = []
    try:
        found.extend(islice(_reader(text, separator), HEADER_WITHIN))
    except csv.Error:
        return found  # said when the file is read with the separator that was found
    return found


def _records(text: str, separator: str) -> list[list[str]]:
    records: list[list[str]] = []
    try:
        records.extend(islice(_reader(text, separator), MOST_LINES + 1))
    except csv.Error as error:
        raise StatementUnreadable(
            _("This file cannot be read beyond line %(line)s: a quotation mark is probably not closed.")
            % {"line": len(records) + 1}
        ) from error
    if len(records) > MOST_LINES:
        raise StatementUnreadable(
            _("This file has more than %(most)s lines: export a shorter period.") % {"most": MOST_LINES}
        )
    return records
