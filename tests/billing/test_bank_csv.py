"""CSV as French banks export it: headings, encodings, totals, and every row that is not clear."""

from datetime import date
from decimal import Decimal

import pytest
from django.utils import translation

from billing.bank_files import StatementUnreadable, read_statement
from billing.references import references_in
from tests.billing.bank_samples import (
    BANKS,
    GREEN_BANK,
    MUTUAL_BANK,
    OLD_SAVINGS_BANK,
    ONLINE_BANK,
    OURS,
    RED_BANK,
    REFERENCE,
    SAVINGS_BANK,
    THEIRS,
    amounts,
    faults,
    read,
    refusal,
)


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


# --- What is read -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("bank", BANKS)
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_csv_of_french_banks_is_read(bank, newline):
    text, expected = BANKS[bank]
    statement = read(text.replace("\n", newline))
    assert amounts(statement) == expected
    assert statement.currency == "EUR"
    assert all(movement.text for movement in statement.movements)
    assert statement.from_on <= statement.to_on


@pytest.mark.parametrize("bank", BANKS)
@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252", "iso-8859-15"]
)
def test_csv_is_read_in_every_encoding_alike(bank, encoding):
    text = BANKS[bank][0].replace("\u202f", "\u00a0")
    assert read(text, encoding) == read(text)


@pytest.mark.parametrize("encoding", ["cp1252", "iso-8859-15"])
def test_csv_euro_sign_and_ligatures_are_told_apart_by_encoding(encoding):
    text = "Date;Libellé;Montant\n05/01/2026;Œuvre à 5 € de sœur Anne;5,00 €\n"
    (movement,) = read(text, encoding).movements
    assert (movement.text, movement.amount) == ("Œuvre à 5 € de sœur Anne", Decimal("5.00"))


def test_csv_cells_reach_their_places():
    first, second = read(SAVINGS_BANK).movements
    assert (first.booked_on, first.valued_on) == (date(2026, 1, 14), date(2026, 1, 14))
    assert first.text == "VIR SEPA LES ATELIERS DU PARC COTISATION RF15 M000 1234"  # said twice, kept once
    assert first.bank_reference == "0A1B2C"
    assert (first.line, second.line) == (2, 3)
    assert second.booked_on == date(2026, 1, 13)  # booked, not done


def test_csv_label_of_several_lines_gives_its_reference():
    assert references_in(read(GREEN_BANK).movements[0].text) == [REFERENCE]
    assert [movement.line for movement in read(GREEN_BANK).movements] == [7, 8]


@pytest.mark.parametrize(
    ("bank", "account"),
    [
        ("post", "1234567A033"),
        ("green", "12345678901"),
        ("online", "00040123456"),
        ("old savings", "04123456789"),
        ("mutual", ""),
    ],
)
def test_csv_account_is_known_by_its_number(bank, account):
    statement = read(BANKS[bank][0])
    assert statement.account_iban == account
    assert {movement.account for movement in statement.movements} == {account}


def test_csv_account_is_known_by_its_iban_above_the_heading():
    text = f"Compte n° 99999999999;\nIBAN : FR14 2004 1010 0505 0001 3M02 606 EUR;\n{GREEN_BANK.split(chr(10) * 2)[1]}"
    assert read(text).account_iban == OURS


def test_csv_in_english_is_read_with_its_counterparty():
    text = (
        "Booking date,Value date,Counterparty,Counterparty IBAN,Description,Amount,Currency,Bank reference\n"
        f'2026-01-05,2026-01-06,Elan,{THEIRS},RF15M0001234,"1,250.00",EUR,BK1\n'
    )
    (movement,) = read(text).movements
    assert (movement.counterparty, movement.iban, movement.bank_reference) == ("Elan", THEIRS, "BK1")
    assert movement.amount == Decimal("1250.00")


def test_csv_reference_column_may_hold_our_reference():
    (movement,) = read("Date;Libellé;Montant;Référence\n05/01/2026;VIR;5,00;RF15 M000 1234\n").movements
    assert movement.structured_reference == REFERENCE


def test_csv_side_may_stand_in_a_column_of_its_own():
    text = "Date;Libellé;Montant;Sens\n05/01/2026;A;5,00;C\n05/01/2026;B;6,00;Débit\n05/01/2026;C;-7,00;D\n"
    assert amounts(read(text)) == ["5.00", "-6.00", "-7.00"]
    bad = "Date;Libellé;Montant;Sens\n05/01/2026;A;5,00;X\n05/01/2026;B;-6,00;C\n"
    assert [line for line, _message in faults(bad)] == [2, 3]


def test_csv_heading_may_stand_anywhere_in_the_first_lines():
    plain = "Date;Libellé;Montant\n05/01/2026;A;5,00\n"
    for above in (0, 7, 19):
        statement = read("Relevé du club;;\n" * above + plain)
        assert [movement.line for movement in statement.movements] == [above + 2]
    assert "No known column" in refusal("Relevé du club;;\n" * 20 + plain)


def test_csv_totals_and_balances_are_no_movements():
    text = (
        "Date;Libellé;Débit;Crédit\nAncien solde;;;100,00\n05/01/2026;Solde de tout compte;12,00;\n06/01/2026;TOTAL;;30,00\n"
        ";Total des opérations;12,00;30,00\n;TOTAUX;12,00;30,00\n;;;\n\nSolde au 31/01/2026;;;118,00\n;Nouveau solde;;118,00\n"
    )
    statement = read(text)
    assert amounts(statement) == ["-12.00", "30.00"]
    assert (statement.opening, statement.closing) == (Decimal("100.00"), Decimal("118.00"))


@pytest.mark.parametrize("label", ["TOTAL ENERGIES", "Solde facture 12", "Totalement autre chose"])
def test_csv_movement_that_lacks_its_date_is_never_taken_for_a_total(label):
    assert faults(f"Date;Libellé;Montant\n;{label};5,00\n") == [(2, "The date is missing.")]


def test_csv_whose_movements_do_not_lead_to_its_closing_balance_is_at_fault():
    text = OLD_SAVINGS_BANK.replace("16/01/26;0002;FRAIS;-50,00;;TENUE DE COMPTE\n", "")
    ((line, message),) = faults(text)
    assert (line, "not complete" in message) == (7, True)


def test_csv_amount_of_zero_is_left_out_and_reported():
    statement = read("Date;Libellé;Débit;Crédit\n05/01/2026;A;0,00;5,00\n05/01/2026;ARRETE;0,00;0,00\n")
    assert amounts(statement) == ["5.00"]
    assert [note.line for note in statement.notes] == [3]


def test_csv_without_a_movement_is_an_empty_statement():
    statement = read("Date;Libellé;Montant\n")
    assert (statement.movements, statement.from_on, statement.to_on) == ((), None, None)


def test_csv_is_numbered_by_its_file():
    content = b"Date;Libell\xc3\xa9;Montant\n05/01/2026;A;5,00\n"
    assert read_statement(content, "releve-2026-01.csv").number == "releve-2026-01"


# --- What is wrong ----------------------------------------------------------------------------------------------------

HEAD = "Date;Date valeur;Libellé;Débit;Crédit;Devise\n"
FINE = "05/01/2026;05/01/2026;VIR;;5,00;EUR\n"


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("32/01/2026;05/01/2026;A;;5,00;EUR", "“32/01/2026” is no day"),
        ("05-01/2026;05/01/2026;A;;5,00;EUR", "no date"),
        ("05/01/202;05/01/2026;A;;5,00;EUR", "no date"),
        ("05/01/1926;05/01/2026;A;;5,00;EUR", "no day"),
        ("05/01/2026;hier;A;;5,00;EUR", "“hier” is no date"),
        (";05/01/2026;A;;5,00;EUR", "date is missing"),
        ("05/01/2026;05/01/2026;A;;;EUR", "amount is missing"),
        ("05/01/2026;05/01/2026;A;2,00;5,00;EUR", "a debit and a credit".capitalize()),
        ("05/01/2026;05/01/2026;A;;-5,00;EUR", "sign"),
        ("05/01/2026;05/01/2026;A;;5,00;USD", "“USD” is not the account’s currency"),
        ("05/01/2026;05/01/2026;A;;cinq;EUR", "“cinq” is no amount"),
        ("05/01/2026;05/01/2026;A;;1.234;EUR", "“1.234” is no amount"),
        ("05/01/2026;05/01/2026;A;;1,234;EUR", "no amount"),
        ("05/01/2026;05/01/2026;A; B;;5,00;EUR", "7 cells for 6 columns"),
        ("05/01/2026;05/01/2026;\ufffdlan;;5,00;EUR", "characters"),
        ("05/01/2026;05/01/2026;A", "amount is missing"),
        ("Date;Date valeur;Libellé;Débit;Crédit;Devise", "repeats the headers"),
        ("Les montants sont en euros", "date"),
    ],
)
def test_csv_row_that_is_not_clear_is_a_fault_at_its_line(row, words):
    text = HEAD + FINE + row + "\n" + FINE
    ((line, message),) = faults(text)
    assert line == 3
    assert words in message


def test_csv_faults_are_reported_row_by_row():
    text = HEAD + "x;;A;;5,00;\n" + FINE + "05/01/2026;;A;;y;\n"
    assert [line for line, _message in faults(text)] == [2, 4]


def test_csv_with_too_many_faults_is_not_read_to_its_end():
    found = faults(HEAD + "x;;A;;5,00;\n" * 5000)
    assert [line for line, _message in found] == list(range(2, 103))
    assert "the rest has not been looked at" in found[-1][1]


def test_csv_of_more_lines_than_a_club_ever_has_is_refused():
    assert "more than 50000 lines" in refusal("Date;Libellé;Montant\n" + "\n" * 50_000)


def test_csv_debits_may_be_written_with_or_without_minus_but_not_both():
    plain = HEAD + FINE.replace(";;5,00", ";5,00;")
    assert amounts(read(plain)) == ["-5.00"]
    assert amounts(read(plain.replace("5,00", "-5,00"))) == ["-5.00"]
    mixed = plain + plain.splitlines()[1] + "\n" + FINE.replace(";;5,00", ";-7,00;")
    assert [(line, "sign" in message) for line, message in faults(mixed)] == [(4, True)]


def test_csv_of_several_accounts_is_refused():
    text = ONLINE_BANK.replace("-3,00;00040123456", "-3,00;00040999999")
    assert "00040123456, 00040999999" in refusal(text)


@pytest.mark.parametrize(
    "content",
    [
        "Date;Libellé;Montant\n05/01/2026;A;1 250,00\n07/01/2026;B;-1 004,20\n",
        "Date;Libellé;Débit;Crédit\n05/01/2026;A;;150,00\n07/01/2026;B;;1 200,00\n",
        "Libellé;Montant;Date\nA;5,00;05/01/2026\nB;6,00;07/01/2026\n",
        SAVINGS_BANK,
        MUTUAL_BANK,
        GREEN_BANK,
        RED_BANK,
        ONLINE_BANK,
    ],
)
def test_csv_cut_within_its_last_line_is_refused_or_has_lost_nothing(content):
    """None ends on a free text, whose loss could not be seen."""
    whole = read(content)
    body = content.rstrip("\n")
    assert read(body).movements == whole.movements  # many banks end their file without a line end
    refused = 0
    for end in range(body.rindex("\n") + 2, len(body)):
        try:
            statement = read_statement(body[:end].encode())
        except StatementUnreadable:
            refused += 1
            continue
        refused += bool(statement.faults)
        assert statement.faults or statement.movements == whole.movements, body[body.rindex("\n") : end]
    assert refused > 15


@pytest.mark.parametrize(
    "cut", ["05/01/2026;05/01/2026;VIR;;5,0", "05/01/2026;05/01/2026;VIR;;5", "05/01/2026;05/01/2026;V", "05/0"]
)
def test_csv_last_line_that_broke_off_is_a_fault(cut):
    assert [line for line, _message in faults(HEAD + FINE + cut)] == [3]
    assert [line for line, _message in faults(HEAD + cut)] == [2]


def test_csv_cut_within_a_letter_is_refused():
    content = f"{HEAD}{FINE}05/01/2026;05/01/2026;Élan cré".encode()[:-1]
    assert "breaks off" in refusal(content)


def test_csv_with_an_open_quotation_mark_is_refused():
    assert "beyond line 3" in refusal(HEAD + FINE + '05/01/2026;;"VIR;;5,00;EUR\n' + FINE * 50)
