"""A bank's file is judged by its content; cells are read in one way only; what came before is known again."""

import io
import zipfile
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from billing.bank_files import StatementUnreadable, fingerprint, fingerprints, read_statement
from billing.bank_files.statement import Unclear
from billing.bank_files.values import amount_of, date_of
from tests.billing.bank_samples import BANKS, GOOD, REFERENCE, THEIRS, read, refusal


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


# --- What is no statement ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        (b"\xef\xbb\xbf \r\n\t", "empty"),
        (b"\xff\xfe", "empty"),
        (b"%PDF-1.7 ...", "PDF"),
        (b"\x89PNG\r\n", "picture"),
        (b"\xff\xd8\xff\xe0", "picture"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", ".xls"),
        (b"PK\x03\x04 xl/workbook.xml", "Excel"),
        (b"PK\x03\x04 releve.xml", "ZIP"),
        (b"\x1f\x8b\x08\x00", "archive"),
        (b"OFXHEADER:100\nDATA:OFXSGML", "OFX"),
        (b"<?xml version='1.0'?><?OFX OFXHEADER='200'?><OFX/>", "OFX"),
        (b"<OFX><SIGNONMSGSRSV1>", "OFX"),
        (b"!Type:Bank\nD01/01/2026", "QIF"),
        (b":20:STARTUMS\r\n:25:10020030/1234567\r\n", "MT940"),
        (b"{1:F01BANKFRPP}{2:I940}{4:\r\n:20:1\r\n:25:1\r\n", "MT940"),
        (b"0130004    00001EUR2 12345678901", "CFONB"),
        (b"<!DOCTYPE html><html><body>Date;Montant</body></html>", "web page"),
        (b"<?xml version='1.0'?><html xmlns='http://www.w3.org/1999/xhtml'/>", "web page"),
        (bytes(range(256)) * 4, "characters"),
        (b"Date;Libelle;Montant\n\x00\x01\x02;a;b\n", "neither XML nor CSV"),
        (b"Bonjour,\nvoici le releve.\n", "No known column"),
        (b"Nom;Ville\nA;Nanterre\n", "No known column"),
        (b"Date;Libelle\n05/01/2026;A\n", "Amount"),
        (b"Date;Debit;Libelle\n05/01/2026;1,00;A\n", "Amount"),
        (b"Libelle;Montant\nA;1,00\n", "missing: Date"),
        (b"Date;Montant\n05/01/2026;1,00\n", "missing: Label"),
        ("Date;Libellé;Montant\n05/01/2026;Été;1,00\n".encode() + b"05/01/2026;\xff\xe9;1,00\n", "characters"),
        (b"\xef\xbb\xbfDate;Libell\xe9;Montant\n", "characters"),
        ("Date;Libellé;Montant\n05/01/2026;Été;1,00\n".encode("utf-16")[:-1], "characters"),
    ],
)
def test_what_is_no_statement_is_refused_with_its_reason(content, words):
    assert words in refusal(content)


def test_file_over_the_limit_is_refused_before_it_is_read():
    assert "larger than 5 MB" in refusal(b"<" * (5 * 1024 * 1024 + 1))


def test_real_archives_are_told_apart():
    def archive(name: str) -> bytes:
        stream = io.BytesIO()
        with zipfile.ZipFile(stream, "w") as made:
            made.writestr(name, "x" * 3000)
        return stream.getvalue()

    assert "Excel" in refusal(archive("xl/workbook.xml"))
    assert "ZIP" in refusal(archive("releve.xml"))


@given(st.binary(max_size=300))
def test_any_bytes_give_a_statement_or_a_sentence(content):
    try:
        read_statement(content)
    except StatementUnreadable as refused:
        assert str(refused)


@given(st.sampled_from([GOOD, *(text for text, _amounts in BANKS.values())]), st.data())
def test_any_damage_gives_a_statement_or_a_sentence(text, data):
    content = bytearray(text.encode())
    for at, byte in data.draw(st.lists(st.tuples(st.integers(0, len(content) - 1), st.integers(0, 255)), max_size=6)):
        content[at] = byte
    try:
        statement = read_statement(bytes(content))
    except StatementUnreadable as refused:
        assert str(refused)
    else:
        assert all(movement.amount for movement in statement.movements)


# --- Cells ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cell", "amount"),
    [
        ("1 234,56", "1234.56"),
        ("1\u00a0234,56", "1234.56"),
        ("1\u202f234\u202f567,89", "1234567.89"),
        ("-1.234,56", "-1234.56"),
        ("+120,00 €", "120.00"),
        ("120,00\u00a0EUR", "120.00"),
        ("EUR -3,10", "-3.10"),
        ("1234.56", "1234.56"),
        ("1,234.56", "1234.56"),
        ("1,234,567.8", "1234567.80"),
        ("1'234.50", "1234.50"),
        ("12,5", "12.50"),
        ("12", "12.00"),
        ("- 12,00", "-12.00"),
        ("12,00-", "-12.00"),
        ("\u221212,00", "-12.00"),
        ("0,00", "0.00"),
        ("1 234", "1234.00"),
        ('="12,50"', "12.50"),
    ],
)
def test_amount_is_read_as_it_is_written(cell, amount):
    assert str(amount_of(cell)) == amount


@pytest.mark.parametrize("cell", ["", "  ", "\u00a0", "-"])
def test_empty_amount_is_none(cell):
    assert amount_of(cell) is None


@pytest.mark.parametrize(
    "cell",
    ["1.234", "1,234", "12 34,56", "1 234.567,00", "1,2,3", "12,345", "1e5", "inf", "--5", "-5-", "5,", ",5", "12 USD", "€",
     "٥", "1234 567,00", "9" * 30, "0x10", "1_000"],
)  # fmt: skip
def test_amount_that_could_be_read_in_two_ways_is_not_read(cell):
    with pytest.raises(Unclear):
        amount_of(cell)


@given(
    st.integers(-999_999_999, 999_999_999),
    st.sampled_from(["", " ", "\u00a0", "\u202f", "."]),
    st.sampled_from(["", " €", " EUR"]),
)
def test_any_amount_written_in_french_is_read_back(cents, gap, unit):
    amount = Decimal(cents) / 100
    cell = f"{amount:,.2f}".replace(".", "!").replace(",", gap).replace("!", ",") + unit
    assert amount_of(cell) == amount


@pytest.mark.parametrize(
    ("cell", "day"),
    [
        ("05/01/2026", (2026, 1, 5)), ("5/1/2026", (2026, 1, 5)), ("05/01/26", (2026, 1, 5)), ("2026-01-05", (2026, 1, 5)),
        ("05.01.2026", (2026, 1, 5)), ("05-01-2026", (2026, 1, 5)), ("2026/01/05", (2026, 1, 5)),
        ("05/01/2026 13:45", (2026, 1, 5)), ("2026-01-05T13:45:00", (2026, 1, 5)), ("29/02/2028", (2028, 2, 29)),
    ],
)  # fmt: skip
def test_day_is_read_as_it_is_written(cell, day):
    assert date_of(cell) == date(*day)


@pytest.mark.parametrize(
    "cell", ["29/02/2026", "01/13/2026", "00/01/2026", "1/2", "05/01/202", "05.01/2026", "2026", "46027", "x"]
)
def test_what_is_no_day_is_not_read(cell):
    with pytest.raises(Unclear):
        date_of(cell)


# --- Imported twice ---------------------------------------------------------------------------------------------------


def test_fingerprint_is_the_same_in_an_overlapping_export():
    rows = [f"{day:02}/01/2026;VIR {day % 3};5,00\n" for day in range(1, 21) for _twice in range(2)]
    head = "Date;Libellé;Montant\n"
    early = fingerprints(read(head + "".join(rows[:24])).movements)
    late = fingerprints(read(head + "".join(rows[16:])).movements)
    newest_first = fingerprints(read(head + "".join(reversed(rows[16:]))).movements)
    assert len(set(early)) == 24
    assert set(early) & set(late) == set(early[16:])
    assert set(newest_first) == set(late)


@pytest.mark.parametrize("bank", BANKS)
def test_fingerprint_does_not_know_the_encoding(bank):
    text = BANKS[bank][0].replace("\u202f", "\u00a0")
    assert fingerprints(read(text, "cp1252").movements) == fingerprints(read(text, "utf-16").movements)


def test_fingerprint_stays_what_it_is():
    """They are kept for years: a change would import everything again."""
    movement = read(GOOD).movements[0]
    assert fingerprint(movement, 0) == ("6ed0689fd740ec0cacba3d29321002366409a3ff5d8a14ff6e579812c8bff59d")
    assert fingerprint(replace(movement, bank_reference="BK-1"), 1) == (
        "d52a85a77fb1b0e16c5b079549b0b0d0cdc688b90365ecfc88d13f088a50f5cd"
    )
    assert fingerprints([movement, movement]) == [fingerprint(movement, 0), fingerprint(movement, 1)]


def test_fingerprint_overlooks_how_a_text_is_set():
    movement = read(GOOD).movements[0]
    alike = replace(movement, text=f"cotisation\n{REFERENCE.lower()}  ", line=99, counterparty="", valued_on=None)
    assert fingerprint(alike, 0) == fingerprint(movement, 0)


@pytest.mark.parametrize(
    "change",
    [
        {"amount": Decimal("-120.00")}, {"amount": Decimal("120.01")}, {"booked_on": date(2026, 1, 13)}, {"account": THEIRS},
        {"text": "COTISATION"}, {"bank_reference": "BK-1"}, {"currency": "USD"},
    ],
)  # fmt: skip
def test_fingerprint_tells_movements_apart(change):
    movement = read(GOOD).movements[0]
    assert fingerprint(replace(movement, **change), 0) != fingerprint(movement, 0)
    assert fingerprint(movement, 1) != fingerprint(movement, 0)


def test_fingerprint_by_the_bank_reference_does_not_need_the_text():
    movement = replace(read(GOOD).movements[0], bank_reference="BK-1")
    assert fingerprint(replace(movement, text="x"), 0) == fingerprint(movement, 0)
    later = replace(movement, booked_on=date(2026, 2, 12))  # a standing order bears the same one every month
    assert fingerprint(later, 0) != fingerprint(movement, 0)
