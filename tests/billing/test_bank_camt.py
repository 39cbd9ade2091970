"""CAMT.053 in every version: batches, reversals, charges, several statements, and all that may be wrong with it."""

from datetime import date
from decimal import Decimal

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from billing.bank_files import fingerprints
from billing.references import references_in
from tests.billing.bank_samples import (
    GOOD,
    OURS,
    PAID,
    REFERENCE,
    SPACE,
    THEIRS,
    VERSIONS,
    amounts,
    balance,
    batch,
    camt,
    entry,
    faults,
    one,
    read,
    refusal,
    stmt,
    transaction,
)


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


# --- What is read -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("version", VERSIONS)
def test_camt_is_read_in_every_version(version):
    new = int(version) >= 8
    paid = transaction(
        "120.00" if int(version) >= 4 else "", text="COTISATION 2026", name="Élan & Cie".replace("&", "&amp;"),
        iban=THEIRS, structured=REFERENCE, more="<Refs><EndToEndId>E2E-7</EndToEndId></Refs>",
        party="<Pty>{}</Pty>" if new else "{}",
    )  # fmt: skip
    status = "<Cd>BOOK</Cd>" if new else "BOOK"
    bank = "<ValDt><Dt>2026-01-13</Dt></ValDt><AcctSvcrRef>BK-1</AcctSvcrRef>"
    statement = read(camt(stmt(entry("120.00", bank + batch(paid), status=status), closing="1120.00"), version=version))
    assert (statement.account_iban, statement.currency, statement.number) == (OURS, "EUR", "2026-01")
    assert (statement.opening, statement.closing) == (Decimal("1000.00"), Decimal("1120.00"))
    assert (statement.from_on, statement.to_on) == (date(2026, 1, 1), date(2026, 1, 31))
    (movement,) = statement.movements
    assert (movement.booked_on, movement.valued_on) == (date(2026, 1, 12), date(2026, 1, 13))
    assert (movement.amount, movement.currency) == (Decimal("120.00"), "EUR")
    assert (movement.counterparty, movement.iban) == ("Élan & Cie", THEIRS)
    assert movement.structured_reference == REFERENCE
    assert movement.bank_reference == "BK-1"
    assert movement.text == f"COTISATION 2026 {REFERENCE} E2E-7"
    assert not movement.is_reversal
    assert movement.account == OURS


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.replace(f" xmlns='{SPACE}02'", ""),
        lambda text: (
            text.replace("xmlns=", "xmlns:b=").replace("<", "<b:").replace("<b:/", "</b:").replace("<b:?", "<?")
        ),
        lambda text: text.replace("<Document", "<Envelope><Document").replace("</Document>", "</Document></Envelope>"),
        lambda text: "\n \n" + text,
        lambda text: "\ufeff" + text,
        lambda text: text.replace("<Stmt>", "<!-- <Ntry/> --><Stmt><?x y?>"),
    ],
)
def test_camt_is_read_in_any_namespace_and_wrapping(change):
    assert amounts(read(change(GOOD))) == ["120.00", "-20.50"]


@pytest.mark.parametrize(
    ("encoding", "name"),
    [("UTF-8", "Œuvre d’Été"), ("UTF-16", "Œuvre d’Été"), ("ISO-8859-1", "Été"), ("ISO-8859-15", "Œuvre"),
     ("windows-1252", "Œuvre d’Été")],
)  # fmt: skip
def test_camt_is_read_in_the_encoding_it_declares(encoding, name):
    text = one(entry("1.00", batch(transaction(name=name))), closing="1001.00")
    assert read(text.replace("UTF-8", encoding), encoding).movements[0].counterparty == name


def test_camt_text_that_was_cut_into_lines_still_gives_its_reference():
    text = f"REGLEMENT DE LA FACTURE {REFERENCE[:7]}|{REFERENCE[7:]} MERCI"
    (movement,) = read(one(entry("5.00", batch(transaction(text=text))), closing="1005.00")).movements
    assert references_in(movement.text) == [REFERENCE]


def test_camt_gives_each_movement_its_line():
    lines = GOOD.splitlines()
    for movement, words in zip(read(GOOD).movements, ["<TxDtls>", "20.50"], strict=True):
        assert words in lines[movement.line - 1]


def test_camt_entry_without_details_is_read_from_what_the_bank_adds():
    entries = (
        entry("8.00", "<AddtlNtryInf>REMISE CHEQUES 4</AddtlNtryInf>"),
        entry("3.00", "<NtryDtls><Btch/></NtryDtls>"),
    )
    statement = read(one(*entries, closing="1011.00"))
    assert [(m.text, m.counterparty, m.bank_reference) for m in statement.movements] == [
        ("REMISE CHEQUES 4", "", ""),
        ("", "", ""),
    ]


def test_camt_counterparty_is_the_other_side():
    both = (
        "<TxDtls><RltdPties><Dbtr><Nm>Payeur</Nm></Dbtr><DbtrAcct><Id><IBAN>{}</IBAN></Id></DbtrAcct>"
        "<Cdtr><Nm>Payé</Nm></Cdtr><CdtrAcct><Id><IBAN>{}</IBAN></Id></CdtrAcct></RltdPties></TxDtls>"
    )
    came, went = batch(both.format(THEIRS, OURS)), batch(both.format(OURS, THEIRS))
    taken_back = entry("1.00", went, side="CRDT", more="<RvslInd>true</RvslInd>")
    statement = read(one(entry("1.00", came), entry("1.00", went, side="DBIT"), taken_back, closing="1001.00"))
    assert [(m.counterparty, m.iban) for m in statement.movements] == [
        ("Payeur", THEIRS), ("Payé", THEIRS), ("Payé", THEIRS),
    ]  # fmt: skip


def test_camt_counterparty_may_be_known_by_its_ultimate_name_only():
    named = transaction(name="Mairie", side="UltmtDbtr")
    assert read(one(entry("1.00", batch(named)), closing="1001.00")).movements[0].counterparty == "Mairie"


def test_camt_reversal_has_the_side_of_its_own_entry():
    """A reversed payment takes money away, a reversed expense brings it back."""
    taken = entry("50.00", side="DBIT", more="<RvslInd>true</RvslInd>")
    given_back = entry("7.00", side="CRDT", more="<RvslInd>true</RvslInd>")
    plain = entry("1.00", more="<RvslInd>false</RvslInd>")
    statement = read(one(taken, given_back, plain, closing="958.00"))
    assert [(str(m.amount), m.is_reversal) for m in statement.movements] == [
        ("-50.00", True),
        ("7.00", True),
        ("1.00", False),
    ]


def test_camt_returned_transfer_is_a_reversal():
    returned = transaction(more="", text="RETOUR").replace(
        "<RmtInf>", "<RtrInf><Rsn><Cd>AC04</Cd></Rsn></RtrInf><RmtInf>"
    )
    assert read(one(entry("5.00", batch(returned)), closing="1005.00")).movements[0].is_reversal


@pytest.mark.parametrize(
    "amount_of_one", ["<Amt Ccy='EUR'>{}</Amt>", "<AmtDtls><TxAmt><Amt Ccy='EUR'>{}</Amt></TxAmt></AmtDtls>"]
)
def test_camt_batch_is_split_in_its_transactions(amount_of_one):
    paid = [transaction(name=name, text=f"COTISATION {name}", more=amount_of_one.format(amount))
            for name, amount in (("A", "100.00"), ("B", "60.00"), ("C", "40.00"))]  # fmt: skip
    statement = read(one(entry("200.00", "<AcctSvcrRef>LOT</AcctSvcrRef>" + batch(*paid)), closing="1200.00"))
    assert [(m.counterparty, str(m.amount)) for m in statement.movements] == [
        ("A", "100.00"),
        ("B", "60.00"),
        ("C", "40.00"),
    ]
    assert statement.notes == ()
    assert len({m.line for m in statement.movements}) == 3
    assert len(set(fingerprints(statement.movements))) == 3


def test_camt_batch_may_be_spread_and_mix_both_sides():
    came = transaction("30.00", name="A", more="<CdtDbtInd>CRDT</CdtDbtInd>")
    went = transaction("10.00", name="B", more="<CdtDbtInd>DBIT</CdtDbtInd>")
    assert amounts(read(one(entry("20.00", batch(came) + batch(went)), closing="1020.00"))) == ["30.00", "-10.00"]
    assert amounts(read(one(entry("0.00", batch(came, went.replace("10.00", "30.00")))))) == ["30.00", "-30.00"]


def test_camt_batch_whose_amounts_do_not_add_up_stays_one_movement():
    paid = [transaction(amount, text=f"T{amount}") for amount in ("100.00", "60.00")]
    statement = read(one(entry("200.00", batch(*paid)), closing="1200.00"))
    assert [(str(m.amount), m.text) for m in statement.movements] == [("200.00", "T100.00 T60.00")]
    assert "do not add up" in statement.notes[0].message


@pytest.mark.parametrize("said", ["", "<Amt Ccy='USD'>200.00</Amt>", "<Amt Ccy='EUR'>bad</Amt>"])
def test_camt_batch_without_amounts_in_the_account_currency_stays_one_movement(said):
    two = batch(transaction("100.00"), transaction(more=said))
    assert amounts(read(one(entry("300.00", two), closing="1300.00"))) == ["300.00"]


@pytest.mark.parametrize(
    "charges",
    [
        "<Chrgs><Amt Ccy='EUR'>1.50</Amt><CdtDbtInd>DBIT</CdtDbtInd></Chrgs>",
        "<Chrgs><TtlChrgsAndTaxAmt Ccy='EUR'>1.50</TtlChrgsAndTaxAmt></Chrgs>",
        "<Chrgs><Rcrd><Amt Ccy='EUR'>1.20</Amt><ChrgInclInd>true</ChrgInclInd></Rcrd><Rcrd><Amt Ccy='EUR'>0.30</Amt></Rcrd>"
        "<Rcrd><Amt Ccy='EUR'>9.00</Amt><ChrgInclInd>false</ChrgInclInd></Rcrd></Chrgs>",
    ],
)
@pytest.mark.parametrize("of_entry", [True, False])
def test_camt_charges_kept_back_are_a_movement_of_their_own(charges, of_entry):
    """So that an order is paid in full by what its payer sent."""
    paid = batch(transaction("100.00", name="A", text=REFERENCE, more="" if of_entry else charges))
    statement = read(one(entry("98.50", (charges if of_entry else "") + paid), closing="1098.50"))
    assert [(str(m.amount), m.counterparty) for m in statement.movements] == [("100.00", "A"), ("-1.50", "")]
    assert statement.movements[1].text == "COMMISSION"


def test_camt_amount_of_a_transaction_in_another_currency_gives_way_to_the_entry():
    paid = transaction(more="<AmtDtls><InstdAmt><Amt Ccy='USD'>110.00</Amt></InstdAmt></AmtDtls>", name="A")
    assert amounts(read(one(entry("98.50", batch(paid)), closing="1098.50"))) == ["98.50"]


@pytest.mark.parametrize("status", ["PDNG", "INFO", "<Cd>FUTR</Cd>", "<Prtry>WAIT</Prtry>"])
def test_camt_entry_that_is_not_booked_is_left_out_and_reported(status):
    statement = read(one(PAID, entry("9.00", status=status), closing="1120.00"))
    assert amounts(statement) == ["120.00"]
    (note,) = statement.notes
    assert "not booked" in note.message
    assert "9.00" in one(PAID, entry("9.00", status=status), closing="1120.00").splitlines()[note.line - 1]


def test_camt_amount_of_zero_is_left_out_and_reported():
    statement = read(one(entry("0.00")))
    assert statement.movements == ()
    assert "zero" in statement.notes[0].message


@pytest.mark.parametrize(
    ("references", "expected"),
    [
        ("<AcctSvcrRef>TX</AcctSvcrRef><EndToEndId>E</EndToEndId>", "TX"),
        ("<TxId>T</TxId><EndToEndId>E</EndToEndId>", "T"),
        ("<EndToEndId>E</EndToEndId>", "E"),
        ("<EndToEndId>NOTPROVIDED</EndToEndId>", "LOT"),
    ],
)
def test_camt_bank_reference_of_a_batch_is_the_surest_one(references, expected):
    two = batch(transaction("1.00", more=f"<Refs>{references}</Refs>"), transaction("2.00"))
    statement = read(one(entry("3.00", f"<AcctSvcrRef>LOT</AcctSvcrRef>{two}"), closing="1003.00"))
    assert [m.bank_reference for m in statement.movements] == [expected, "LOT"]
    assert "NOTPROVIDED" not in statement.movements[0].text


@pytest.mark.parametrize(
    "day", ["<Dt>2026-01-12+01:00</Dt>", "<DtTm>2026-01-12T23:59:00</DtTm>", "<Dt>2026-01-12</Dt>"]
)
def test_camt_days_are_read_with_time_and_zone(day):
    text = one(entry("1.00", f"<BookgDt>{day}</BookgDt>", day=""), closing="1001.00")
    assert read(text).movements[0].booked_on == date(2026, 1, 12)


def test_camt_without_booking_day_takes_the_value_day():
    text = one(entry("1.00", "<ValDt><Dt>2026-01-14</Dt></ValDt>", day=""), closing="1001.00")
    assert read(text).movements[0].booked_on == date(2026, 1, 14)


def test_camt_overdrawn_account_is_read():
    statement = read(one(entry("30.00", side="DBIT"), opening="-20.00", closing="-50.00"))
    assert (statement.opening, statement.closing) == (Decimal("-20.00"), Decimal("-50.00"))


def test_camt_account_may_have_a_number_instead_of_an_iban():
    text = GOOD.replace(f"<IBAN>{OURS}</IBAN>", "<Othr><Id>0123 4567</Id></Othr>", 1)
    assert read(text).account_iban == "01234567"


# --- Several statements -----------------------------------------------------------------------------------------------


def test_camt_statements_of_one_account_are_taken_together_in_order():
    january = stmt(entry("10.00"), closing="1010.00", number="1")
    february = stmt(entry("5.00", day="2026-02-03"), opening="1010.00", closing="1015.00", number="2")
    february = february.replace("2026-01-01", "2026-02-01").replace("2026-01-31", "2026-02-28")
    for order in ([january, february], [february, january]):
        statement = read(camt(*order))
        assert amounts(statement) == ["10.00", "5.00"]
        assert (statement.opening, statement.closing) == (Decimal("1000.00"), Decimal("1015.00"))
        assert (statement.from_on, statement.to_on, statement.number) == (date(2026, 1, 1), date(2026, 2, 28), "1 – 2")


def test_camt_pages_of_one_statement_meet_at_an_interim_balance():
    first = stmt(entry("10.00"), closing="").replace("<Ntry>", balance("ITBD", "1010.00") + "<Ntry>", 1)
    second = stmt(entry("5.00"), opening="", closing="1015.00").replace(
        "<Ntry>", balance("ITBD", "1010.00") + "<Ntry>", 1
    )
    statement = read(camt(first, second))
    assert (statement.opening, statement.closing) == (Decimal("1000.00"), Decimal("1015.00"))
    assert statement.notes == ()


def test_camt_with_a_statement_missing_between_two_is_at_fault():
    text = camt(stmt(entry("10.00"), closing="1010.00"), stmt(entry("5.00"), opening="1020.00", closing="1025.00"))
    ((line, message),) = faults(text)
    assert "one is missing" in message
    assert "1025.00" in text.splitlines()[line - 1]


def test_camt_with_a_statement_twice_is_at_fault():
    twice = stmt(entry("10.00"), closing="1010.00")
    assert len(faults(camt(twice, twice))) == 1


def test_camt_of_several_accounts_is_refused():
    sentence = refusal(camt(stmt(), stmt(iban=THEIRS)))
    assert OURS in sentence and THEIRS in sentence


def test_camt_of_several_currencies_is_refused():
    assert "EUR, USD" in refusal(camt(stmt(), stmt(currency="USD")))


# --- What is wrong ----------------------------------------------------------------------------------------------------


def test_camt_whose_movements_do_not_lead_to_its_closing_balance_is_at_fault():
    """The import must take nothing of it."""
    text = GOOD.replace(entry("20.50", side="DBIT"), "")
    ((line, message),) = faults(text)
    assert message == (
        "This statement is not complete: it starts from 1,000.00 and its movements add up to 120.00, yet it ends on "
        "1,099.50."
    )
    assert "1099.50" in text.splitlines()[line - 1]


@given(
    st.lists(st.integers(-100_000, 100_000).filter(bool), min_size=1, max_size=8),
    st.integers(-10_000, 10_000),
    st.data(),
)
def test_camt_sum_is_exact_and_any_lost_entry_is_noticed(cents, opening, data):
    def text(amount):
        return f"{Decimal(amount) / 100:.2f}"

    entries = [entry(text(abs(one)), side="CRDT" if one > 0 else "DBIT") for one in cents]
    balances = {"opening": text(opening), "closing": text(opening + sum(cents))}
    assert amounts(read(one(*entries, **balances))) == [text(one) for one in cents]
    lost = data.draw(st.integers(0, len(cents) - 1))
    with translation.override("en"):
        assert "not complete" in faults(one(*entries[:lost], *entries[lost + 1 :], **balances))[0][1]


def test_camt_without_balances_says_that_it_cannot_be_checked():
    for text in (one(PAID, opening="", closing=""), one(PAID, opening="", closing="1120.00")):
        statement = read(text)
        assert amounts(statement) == ["120.00"]
        assert "cannot be told" in statement.notes[0].message


@pytest.mark.parametrize(
    ("broken", "words"),
    [
        (entry("12,50"), "“12,50” is no amount"),
        (entry("-12.50"), "no amount"),
        (entry("12.505"), "no amount"),
        (entry("1E3"), "no amount"),
        (entry("NaN"), "no amount"),
        (entry("9" * 40), "no amount"),
        (entry(""), "amount is missing"),
        (entry("1.00").replace("<Amt Ccy='EUR'>1.00</Amt>", ""), "amount is missing"),
        (entry("1.00", side="BOTH"), "came or went"),
        (entry("1.00", side=""), "came or went"),
        (entry("1.00", day=""), "date is missing"),
        (entry("1.00", day="12/01/2026"), "no date"),
        (entry("1.00", day="2026-02-30"), "no date"),
        (entry("1.00", status=""), "whether it is booked"),
        (entry("1.00", currency="USD"), "“USD” is not the account’s currency"),
        ("<Bal><Tp><CdOrPrtry><Cd>CLBD</Cd></CdOrPrtry></Tp><Amt Ccy='EUR'>x</Amt></Bal>", "no amount"),
        ("<FrToDt><FrDtTm>yesterday</FrDtTm></FrToDt>", "no date"),
    ],
)
def test_camt_entry_that_is_not_clear_is_a_fault_at_its_line(broken, words):
    text = one(PAID, "\n\n", broken, closing="1120.00")
    ((line, message),) = faults(text)
    assert words in message
    if "Ntry" in broken:
        assert broken.strip() == text.splitlines()[line - 1]


def test_camt_faults_are_all_reported():
    assert len(faults(one(entry("x"), entry("1.00"), entry("y")))) == 2


def test_camt_cut_anywhere_is_refused():
    content = GOOD.encode()
    for end in range(40, len(content.rstrip()), 7):
        assert refusal(content[:end])


@pytest.mark.parametrize(
    ("head", "inside"),
    [
        ('<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]>', "&b;"),
        ('<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]>', "&f;"),
        ('<!DOCTYPE x [<!ENTITY % p SYSTEM "http://127.0.0.1:9/x.dtd"> %p;]>', ""),
        ('<!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd">', ""),
        ("<!DOCTYPE x>", ""),
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-le", "utf-16-be"])
def test_xml_with_a_doctype_is_refused(head, inside, encoding):
    paid = entry("1.00", batch(transaction(name=f"A{inside}")))
    text = camt(
        stmt(paid, closing="1001.00"), head=f'<?xml version="1.0" encoding="{encoding[:6].rstrip("-")}"?>{head}'
    )
    assert "DOCTYPE" in refusal(text.encode(encoding))


@pytest.mark.parametrize("encoding", ["utf-7", "utf-32", "cp037", "shift_jis", "made-up"])
def test_xml_in_an_encoding_in_which_a_doctype_could_hide_is_refused(encoding):
    head = f'<?xml version="1.0" encoding="{encoding}"?>'
    assert refusal(camt(stmt(), head=head))
    if encoding != "made-up":
        assert refusal(camt(stmt(), head=f'{head}<!DOCTYPE x [<!ENTITY a "b">]>').encode(encoding))


def test_xml_that_names_an_unknown_entity_is_refused():
    assert "damaged" in refusal(GOOD.replace("COTISATION", "&secret;"))


def test_xml_nested_without_end_is_refused():
    assert "damaged" in refusal("<a>" * 100_000)


def test_xml_in_another_encoding_than_it_says_is_refused():
    content = one(entry("1.00", batch(transaction(name="Été"))), closing="1001.00").encode("cp1252")
    assert "characters" in refusal(content)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("BkToCstmrAcctRpt", "CAMT.052"),
        ("BkToCstmrDbtCdtNtfctn", "CAMT.054"),
        ("CstmrCdtTrfInitn", "no bank statement"),
    ],
)
def test_xml_of_another_kind_is_refused_with_its_name(name, words):
    assert words in refusal(GOOD.replace("BkToCstmrStmt", name))
