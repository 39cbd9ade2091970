"""The accounting export: what is written can be handed over, and the checker notices what could not."""

from collections import Counter
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing.fec import COLUMNS, ENCODING, FecLine, faults_of, fec_filename, fec_text
from tests.factories import siret

DUES = FecLine(
    journal="VE",
    journal_name="Ventes",
    entry="1",
    entry_on=date(2026, 1, 5),
    account="411000",
    account_name="Adhérents et clients",
    document="F2026-0001",
    document_on=date(2026, 1, 5),
    label="Cotisation 2026, L’Élan créatif",
    validated_on=date(2026, 1, 5),
    debit=Decimal("1250.50"),
    party="C0007",
    party_name="L’Élan créatif",
    letter="AA",
    lettered_on=date(2026, 1, 9),
)


def sale(number: int, amount="1250.50", journal="VE", day=5) -> list[FecLine]:
    """An entry of two lines."""
    on = date(2026, 1, day)
    debit = replace(DUES, journal=journal, entry=str(number), debit=Decimal(amount), entry_on=on, validated_on=on)
    credit = replace(
        debit, account="756000", account_name="Cotisations", debit=Decimal("0.00"), credit=Decimal(amount), party="",
        party_name="", letter="", lettered_on=None,
    )  # fmt: skip
    return [debit, credit]


def text_of(*entries: list[FecLine]) -> str:
    return "".join(fec_text(line for entry in entries for line in entry))


GOOD = text_of(sale(1), sale(2, "60.00"), sale(3, "0.01", "BQ", 9))


# --- What is written --------------------------------------------------------------------------------------------------


def test_file_holds_the_18_columns_in_the_order_of_the_law():
    lines = text_of(sale(1)).split("\r\n")
    assert lines[0] == (
        "JournalCode\tJournalLib\tEcritureNum\tEcritureDate\tCompteNum\tCompteLib\tCompAuxNum\tCompAuxLib\tPieceRef\t"
        "PieceDate\tEcritureLib\tDebit\tCredit\tEcritureLet\tDateLet\tValidDate\tMontantdevise\tIdevise"
    )
    assert lines[1].split("\t") == [
        "VE", "Ventes", "1", "20260105", "411000", "Adhérents et clients", "C0007", "L’Élan créatif", "F2026-0001",
        "20260105", "Cotisation 2026, L’Élan créatif", "1250,50", "0,00", "AA", "20260109", "20260105", "", "",
    ]  # fmt: skip
    assert lines[2].split("\t")[4:8] == ["756000", "Cotisations", "", ""]
    assert lines[3:] == [""]


def test_file_of_a_year_without_an_entry_holds_its_columns():
    assert faults_of(text_of()) == []
    assert text_of().split("\t") == [*COLUMNS[:-1], "Idevise\r\n"]


def test_file_is_written_while_the_lines_come():
    """However long the year, one entry at a time is held."""
    taken = Counter()

    def lines():
        for number in range(1, 1000):
            for line in sale(number):
                taken["lines"] += 1
                yield line

    written = fec_text(lines())
    assert [next(written).split("\t")[2] for _line in range(3)] == ["EcritureNum", "1", "1"]
    assert taken["lines"] <= 3


def test_text_is_cleaned_of_what_would_break_a_line():
    dirty = "Élan\tcréatif\r\nSARL\x00 \u2028«\u00a0ESS\u00a0» \x85fin\u200b"
    entry = [replace(line, label=dirty, document='F"1"') for line in sale(1)]
    text = text_of(entry)
    assert text.split("\r\n")[1].split("\t")[10] == "Élan créatif SARL « ESS » fin"
    assert text.split("\r\n")[1].split("\t")[8] == 'F"1"'
    assert faults_of(text) == []


def test_foreign_amounts_have_their_currency():
    entry = [replace(line, foreign_amount=Decimal("-12.30"), foreign_currency="USD") for line in sale(1)]
    assert text_of(entry).split("\r\n")[1].split("\t")[16:] == ["-12,30", "USD"]
    assert faults_of(text_of(entry)) == []


def test_nothing_is_written_without_its_minus():
    entry = [
        replace(line, credit=line.credit or Decimal("-0.00"), debit=line.debit or Decimal("-0")) for line in sale(1)
    ]
    assert text_of(entry) == text_of(sale(1))


def test_file_is_named_after_siren_and_closing_day():
    siren = siret(5001)[:9]
    assert fec_filename(siren, date(2026, 12, 31)) == f"{siren}FEC20261231.txt"
    assert fec_filename(f"{siren[:3]} {siren[3:6]} {siren[6:]}", date(2027, 8, 31)) == f"{siren}FEC20270831.txt"


@pytest.mark.parametrize("siren", ["", "12345678", "123456789", siret(5001)])
def test_file_is_not_named_after_what_is_no_siren(siren):
    with pytest.raises(ValueError):  # noqa: PT011 - whatever its message, which is the library's
        fec_filename(siren, date(2026, 12, 31))


# --- What is refused --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"debit": Decimal("1250.51")}, "does not balance: debit 1250.51, credit 1250.50"),
        ({"credit": Decimal("1.00")}, "both debit and credit"),
        ({"debit": Decimal("-5.00")}, "below zero"),
        ({"debit": Decimal("1250.505")}, "no whole number of cents"),
        ({"account": "41"}, "no account"),
        ({"account": "C0007"}, "no account"),
        ({"journal_name": ""}, "nothing stands in JournalLib"),
        ({"label": " \t"}, "nothing stands in EcritureLib"),
        ({"document": ""}, "nothing stands in PieceRef"),
        ({"letter": ""}, "EcritureLet and DateLet go together"),
        ({"lettered_on": None}, "EcritureLet and DateLet go together"),
        ({"party": ""}, "CompAuxNum and CompAuxLib go together"),
        ({"party_name": "\t"}, "CompAuxNum and CompAuxLib go together"),
        ({"foreign_currency": "USD"}, "Montantdevise and Idevise go together"),
        ({"entry_on": date(2026, 1, 4)}, "several dates"),
        ({"validated_on": date(2026, 1, 4)}, "validated before"),
    ],
)
def test_entry_that_could_not_be_handed_over_is_refused(change, words):
    debit, credit = sale(2)
    written = fec_text([*sale(1), replace(debit, **change), credit])
    kept = [next(written) for _line in range(3)]  # the heading and the entry before
    with pytest.raises(ValueError, match=words):
        next(written)
    assert faults_of("".join(kept)) == []


def test_entry_without_its_other_side_is_refused():
    with pytest.raises(ValueError, match="does not balance"):
        text_of(sale(1)[:1])


def test_entry_whose_lines_lie_apart_is_refused():
    with pytest.raises(ValueError, match="do not follow each other"):
        text_of(sale(1), sale(2), sale(1))


AMOUNTS = st.integers(1, 10**9).map(lambda cents: Decimal(cents) / 100)


@given(st.lists(st.lists(AMOUNTS, min_size=1, max_size=5), max_size=8), st.text(min_size=1, max_size=20), st.data())
def test_whatever_is_written_passes_the_check(entries, label, data):
    made = []
    for number, amounts in enumerate(entries, 1):
        debit, credit = sale(number, str(sum(amounts)), data.draw(st.sampled_from(["VE", "BQ"])))
        made.append([replace(debit, label=f"F{label}"), *(replace(credit, credit=amount) for amount in amounts)])
    text = text_of(*made)
    assert faults_of(text) == []
    assert faults_of(text.encode(ENCODING).decode(ENCODING)) == []
    rows = [line.split("\t") for line in text.split("\r\n")[1:-1]]
    assert sum(Decimal(row[11].replace(",", ".")) for row in rows) == sum(map(sum, entries))


# --- The checker can fail ---------------------------------------------------------------------------------------------


def test_good_file_has_no_fault():
    assert faults_of(GOOD) == []


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("JournalCode\t", "", "line 1: not the 18 columns"),
        ("Debit\tCredit", "Credit\tDebit", "line 1: not the 18 columns"),
        ("Idevise\r\n", "idevise\r\n", "line 1: not the 18 columns"),
        ("\r\n", "\n", "line 1: not the 18 columns"),
        ("\t", ";", "line 1: not the 18 columns"),
        ("Ventes\t", "Ventes\t\t", "line 2: 19 cells for 18 columns"),
        ("Ventes\t", "", "line 2: 17 cells for 18 columns"),
        ("\tVentes\t", "\t\t", "line 2: JournalLib is empty"),
        ("F2026-0001", "", "line 2: PieceRef is empty"),
        ("Cotisation 2026", "Cotisation\n2026", "line 2: EcritureLib holds a control character"),
        ("20260105", "2026-01-05", "line 2: EcritureDate '2026-01-05' is no day"),
        ("20260105", "20260230", "line 2: EcritureDate '20260230' is no day"),
        ("20260105", "05012026", "is no day"),
        ("20260109\t20260105", "9 jan\t20260105", "line 2: DateLet"),
        ("1250,50", "1250.50", "line 2: Debit '1250.50' is no amount"),
        ("1250,50", "1 250,50", "is no amount"),
        ("1250,50", "1250,5", "is no amount"),
        ("1250,50", "1250,51", "entry VE 1 does not balance: 0.01"),
        ("1250,50\t0,00", "1250,50\t1,00", "line 2: both debit and credit"),
        ("411000", "4B1000", "line 2: CompteNum '4B1000'"),
        ("C0007", "", "CompAuxNum and CompAuxLib go together"),
        ("\tAA\t", "\t\t", "EcritureLet and DateLet go together"),
        ("20260105\t\t\r\n", "20260105\t\tEUR\r\n", "Montantdevise and Idevise go together"),
        ("20260105\t\t\r\n", "20260101\t\t\r\n", "line 2: validated before its own date"),
    ],
)
def test_checker_notices(old, new, words):
    assert GOOD.count(old) >= 1
    broken = GOOD.replace(old, new) if old in {"\r\n", "\t"} else GOOD.replace(old, new, 1)
    found = faults_of(broken)
    assert any(words in fault for fault in found), found


def test_checker_notices_a_gap_in_the_numbers():
    assert faults_of(text_of(sale(1), sale(2), sale(4))) == ["journal VE: 4 comes after 2"]
    assert faults_of(text_of(sale(2), sale(1))) == ["journal VE: 1 comes after 2"]


def test_checker_takes_numbers_within_each_journal_or_over_all():
    assert faults_of(text_of(sale(1), sale(2, journal="BQ"), sale(3))) == []
    assert faults_of(text_of(sale(1), sale(1, journal="BQ"), sale(2), sale(2, journal="BQ"))) == []
    assert faults_of(text_of(sale(1), sale(1, journal="BQ"), sale(2), sale(3, journal="BQ"))) == [
        "journal BQ: 3 comes after 1"
    ]


def test_checker_knows_numbers_with_a_prefix():
    entries = [[replace(line, entry=f"VE-2026-{number:05}") for line in sale(number)] for number in (9, 10, 11)]
    assert faults_of(text_of(*entries)) == []
    assert faults_of(text_of(entries[0], entries[2])) == ["journal VE: VE-2026-00011 comes after VE-2026-00009"]
    nameless = [replace(line, entry="un") for line in sale(1)]
    assert faults_of(text_of(nameless)) == ["journal VE: 'un' is no number of an entry"]


def test_checker_notices_a_line_that_is_missing_or_moved():
    lines = GOOD.split("\r\n")
    assert any("entry VE 2 does not balance" in fault for fault in faults_of("\r\n".join(lines[:4] + lines[5:])))
    moved = "\r\n".join([lines[0], lines[1], *lines[3:5], lines[2], *lines[5:]])
    assert "entry VE 1: its lines do not follow each other" in faults_of(moved)


def test_checker_notices_entries_that_are_not_in_the_order_of_their_validation():
    assert faults_of(text_of(sale(1, day=9), sale(2, day=5))) == ["entry VE 2 was validated before the one above it"]


def test_checker_notices_an_entry_with_two_dates():
    broken = GOOD.replace("\t1\t20260105", "\t1\t20260104", 1)
    assert faults_of(broken) == ["entry VE 1 bears several dates"]


def test_checker_notices_a_file_that_breaks_off():
    assert faults_of(GOOD[:-2])[0] == "the last line has no line end"
    assert any("cells" in fault for fault in faults_of(GOOD[:-40]))
