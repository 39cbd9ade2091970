"""The accounting export that French tax inspectors ask for: « fichier des écritures comptables ».

Article A47 A-1 of the « livre des procédures fiscales »: 18 columns in a fixed order, one line for each account that an
entry moves, tabs between them, dates as 20261231, amounts with a comma; named after the SIREN and the closing day.

`fec_text` writes it line by line and refuses what must not be handed over; `faults_of` reads such a file without knowing
how it was made and says what an inspector's program would object to.
"""

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from itertools import groupby

from stdnum.fr import siren as siren_numbers

from core.money import CENT, ZERO
from members.importing.values import clean_text

COLUMNS = (
    "JournalCode", "JournalLib", "EcritureNum", "EcritureDate", "CompteNum", "CompteLib", "CompAuxNum", "CompAuxLib",
    "PieceRef", "PieceDate", "EcritureLib", "Debit", "Credit", "EcritureLet", "DateLet", "ValidDate", "Montantdevise",
    "Idevise",
)  # fmt: skip
# May stay empty: who the customer is, the matching of invoice and payment, amounts in another currency.
PAIRS = (("CompAuxNum", "CompAuxLib"), ("EcritureLet", "DateLet"), ("Montantdevise", "Idevise"))
OPTIONAL = {column for pair in PAIRS for column in pair}
ENCODING = "utf-8"  # the other one allowed is ISO 8859-15
SEPARATOR = "\t"
LINE_END = "\r\n"


@dataclass(frozen=True)
class FecLine:
    """One account moved by an entry. The lines of one entry follow each other and balance.

    Texts may hold anything a person typed: they are written on one line, without tabs or control characters.
    """

    journal: str
    journal_name: str
    entry: str  # number of the entry, in one sequence without a gap
    entry_on: date
    account: str
    account_name: str
    document: str  # the invoice, the payment
    document_on: date
    label: str
    validated_on: date
    debit: Decimal = ZERO
    credit: Decimal = ZERO
    party: str = ""  # the customer's own account within `account`
    party_name: str = ""
    letter: str = ""  # the same on an invoice and what settled it
    lettered_on: date | None = None
    foreign_amount: Decimal | None = None
    foreign_currency: str = ""

    def cells(self) -> list[str]:
        """In the order of the columns."""
        return [
            clean_text(self.journal),
            clean_text(self.journal_name),
            clean_text(self.entry),
            _day(self.entry_on),
            clean_text(self.account),
            clean_text(self.account_name),
            clean_text(self.party),
            clean_text(self.party_name),
            clean_text(self.document),
            _day(self.document_on),
            clean_text(self.label),
            _amount(self.debit),
            _amount(self.credit),
            clean_text(self.letter),
            _day(self.lettered_on),
            _day(self.validated_on),
            "" if self.foreign_amount is None else _amount(self.foreign_amount),
            clean_text(self.foreign_currency),
        ]


def fec_filename(siren: str, closes_on: date) -> str:
    """`<SIREN>FEC<closing day>.txt`. Raises ValueError for what is no SIREN."""
    return f"{siren_numbers.validate(siren)}FEC{closes_on:%Y%m%d}.txt"


def fec_text(lines: Iterable[FecLine]) -> Iterator[str]:
    """The file, line by line; only one entry is held in memory.

    Raises ValueError, before anything of the entry is written, for one that does not balance or is not whole.
    """
    yield SEPARATOR.join(COLUMNS) + LINE_END
    written: set[tuple[str, str]] = set()
    for key, group in groupby(lines, key=lambda line: (line.journal, line.entry)):
        entry = list(group)
        if key in written:
            raise ValueError(f"entry {' '.join(key)}: its lines do not follow each other")
        written.add(key)
        _check_entry(entry)
        for line in entry:
            yield SEPARATOR.join(line.cells()) + LINE_END


def _check_entry(entry: Sequence[FecLine]) -> None:
    name = f"entry {entry[0].journal} {entry[0].entry}"
    for line in entry:
        _check_line(line, name)
    if len({line.entry_on for line in entry}) > 1:
        raise ValueError(f"{name}: its lines bear several dates")
    debit, credit = sum((line.debit for line in entry), ZERO), sum((line.credit for line in entry), ZERO)
    if debit != credit:
        raise ValueError(f"{name} does not balance: debit {debit}, credit {credit}")


def _check_line(line: FecLine, name: str) -> None:
    if line.debit and line.credit:
        raise ValueError(f"{name}: a line with both debit and credit")
    if line.debit < 0 or line.credit < 0:
        raise ValueError(f"{name}: an amount below zero belongs to the other side")
    if not re.match("[0-9]{3}", line.account):
        raise ValueError(f"{name}: {line.account!r} is no account of the French chart")
    if line.validated_on < line.entry_on:
        raise ValueError(f"{name}: validated before its own date")
    row = dict(zip(COLUMNS, line.cells(), strict=True))
    for one, other in PAIRS:
        if bool(row[one]) != bool(row[other]):
            raise ValueError(f"{name}: {one} and {other} go together")
    if empty := [column for column, cell in row.items() if not cell and column not in OPTIONAL]:
        raise ValueError(f"{name}: nothing stands in {', '.join(empty)}")


def _day(value: date | None) -> str:
    return "" if value is None else f"{value:%Y%m%d}"


def _amount(value: Decimal) -> str:
    """1234,50: two places, a comma, no sign of thousands; never -0,00. Raises ValueError for a part of a cent."""
    if value != value.quantize(CENT):
        raise ValueError(f"{value} is no whole number of cents")
    return f"{value + ZERO:.2f}".replace(".", ",")


# --- Checking a file --------------------------------------------------------------------------------------------------

_AMOUNT = re.compile(r"-?[0-9]+,[0-9]{2}")
_DAY = re.compile(r"[0-9]{8}")
_NUMBER = re.compile(r"(.*?)([0-9]+)")


def faults_of(text: str) -> list[str]:
    """What is wrong with such a file, in plain words with the line; an empty list when nothing is."""
    lines = text.split(LINE_END)
    faults = [] if lines[-1] == "" else ["the last line has no line end"]
    if lines[0].split(SEPARATOR) != list(COLUMNS):
        return [*faults, "line 1: not the 18 columns in their order"]
    rows = []
    for number, line in enumerate(lines[1:-1] if lines[-1] == "" else lines[1:], 2):
        cells = line.split(SEPARATOR)
        if len(cells) != len(COLUMNS):
            faults.append(f"line {number}: {len(cells)} cells for {len(COLUMNS)} columns")
            continue
        row = dict(zip(COLUMNS, cells, strict=True))
        found = [f"line {number}: {fault}" for fault in _faults_of_row(row)]
        faults += found
        if not found:
            rows.append(row)
    if not faults:  # sums and sequences mean something only when every line does
        faults += [*_faults_of_balance(rows), *_faults_of_order(rows), *_faults_of_sequence(rows)]
    return faults


def _faults_of_row(row: dict[str, str]) -> Iterator[str]:
    yield from (f"{name} is empty" for name, cell in row.items() if not cell and name not in OPTIONAL)
    yield from (f"{name} holds a control character" for name, cell in row.items() if _has_control(cell))
    for name in ("EcritureDate", "PieceDate", "DateLet", "ValidDate"):
        if row[name] and not _is_day(row[name]):
            yield f"{name} {row[name]!r} is no day"
    for name in ("Debit", "Credit", "Montantdevise"):
        if row[name] and not _AMOUNT.fullmatch(row[name]):
            yield f"{name} {row[name]!r} is no amount"
    if row["Debit"] != "0,00" and row["Credit"] != "0,00":
        yield "both debit and credit"
    if not re.match("[0-9]{3}", row["CompteNum"]):
        yield f"CompteNum {row['CompteNum']!r} does not begin with three digits"
    for one, other in PAIRS:
        if bool(row[one]) != bool(row[other]):
            yield f"{one} and {other} go together"
    if row["ValidDate"] < row["EcritureDate"]:
        yield "validated before its own date"


def _has_control(cell: str) -> bool:
    return any(unicodedata.category(one) in {"Cc", "Zl", "Zp"} for one in cell)


def _is_day(cell: str) -> bool:
    if not _DAY.fullmatch(cell):
        return False
    try:
        datetime.strptime(cell, "%Y%m%d")
    except ValueError:
        return False
    return True


def _faults_of_balance(rows: Sequence[dict[str, str]]) -> Iterator[str]:
    sums: dict[tuple[str, str], Decimal] = defaultdict(lambda: ZERO)
    days: dict[tuple[str, str], set[str]] = defaultdict(set)
    for row in rows:
        entry = row["JournalCode"], row["EcritureNum"]
        sums[entry] += Decimal(row["Debit"].replace(",", ".")) - Decimal(row["Credit"].replace(",", "."))
        days[entry].add(row["EcritureDate"])
    yield from (f"entry {' '.join(entry)} does not balance: {rest}" for entry, rest in sums.items() if rest)
    yield from (f"entry {' '.join(entry)} bears several dates" for entry, found in days.items() if len(found) > 1)


def _faults_of_order(rows: Sequence[dict[str, str]]) -> Iterator[str]:
    """Entries stand in the order in which they were validated, and the lines of one together."""
    entries = [key for key, _group in groupby((row["JournalCode"], row["EcritureNum"]) for row in rows)]
    for (journal, number), times in Counter(entries).items():
        if times > 1:
            yield f"entry {journal} {number}: its lines do not follow each other"
    for before, row in zip(rows, rows[1:], strict=False):
        if row["ValidDate"] < before["ValidDate"]:
            yield f"entry {row['JournalCode']} {row['EcritureNum']} was validated before the one above it"


def _faults_of_sequence(rows: Sequence[dict[str, str]]) -> list[str]:
    """Numbers run without a gap over the whole file, or else within every journal."""
    entries = list(dict.fromkeys((row["JournalCode"], row["EcritureNum"]) for row in rows))
    overall = _gaps([number for _journal, number in entries])
    if not overall:
        return []
    journals = sorted({journal for journal, _number in entries})
    within = {one: _gaps([number for journal, number in entries if journal == one]) for one in journals}
    return [f"journal {journal}: {gap}" for journal, gaps in within.items() for gap in gaps]


def _gaps(numbers: Sequence[str]) -> list[str]:
    """What breaks a sequence such as VE1, VE2, VE3: each must be one more than the one before it."""
    faults = []
    parts = [(match[1], int(match[2])) if (match := _NUMBER.fullmatch(one)) else (one, -1) for one in numbers]
    for index, (prefix, count) in enumerate(parts):
        if count < 0:
            faults.append(f"{numbers[index]!r} is no number of an entry")
        elif index and (prefix, count) != (parts[index - 1][0], parts[index - 1][1] + 1):
            faults.append(f"{numbers[index]} comes after {numbers[index - 1]}")
    return faults
