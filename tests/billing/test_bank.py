"""Bank statements: imported whole or not at all, matched, proposed, never guessed."""

from decimal import Decimal

import pytest
from django.utils import timezone

from billing.actions import due_of
from billing.actions.bank import (
    StatementRefused,
    assign_line,
    import_statement,
    match_open_lines,
    proposals,
    set_aside,
    take_back,
)
from billing.actions.checking import findings
from billing.enums import BankLineState, Method
from billing.models import BankLine, BankStatement, Order, Payment
from core.errors import RuleBroken
from core.models import HistoryEntry
from tests.billing.factories import IBAN, SellerFactory
from tests.billing.noted import order_of
from tests.factories import OrganisationFactory, coordinator_of

pytestmark = pytest.mark.django_db
HEAD = "Date;Libellé;Montant;Devise\n"


def csv_of(*rows: tuple, head: str = HEAD) -> bytes:
    day = timezone.localdate().strftime("%d/%m/%Y")
    return (head + "".join(f"{day};{text};{amount};EUR\n" for text, amount in rows)).encode()


def bring(club, *rows, by=None, filename="releve.csv") -> BankStatement:
    return import_statement(club, by=by, content=csv_of(*rows), filename=filename)


@pytest.fixture
def order(thing, club):
    organisation = OrganisationFactory(name="Laboratoires Verdance")
    return order_of(40, club=club, organisation=organisation)


def test_transfer_that_quotes_the_reference_and_pays_the_due_finds_its_order(order, thing, club):
    by = coordinator_of(club)
    bring(club, (f"VIR SEPA VERDANCE {order.reference}", "40,00"), by=by)
    line = BankLine.objects.get()
    assert line.state == BankLineState.MATCHED and line.payment.order == order
    order.refresh_from_db()
    assert order.is_firm and thing.state[40] == "given" and findings() == []
    assert line.payment.by == by and HistoryEntry.objects.filter(code="billing.payment.recorded", by=by).exists()


@pytest.mark.parametrize("written", ["RF{a} {b}", "rf{a}-{b}", "/RFB/RF{a}{b}/", "REFRF{a}{b}MERCI"])
def test_reference_is_found_however_it_is_written(order, club, written):
    reference = order.reference
    bring(club, (written.format(a=reference[2:6], b=reference[6:]), "40,00"))
    assert BankLine.objects.get().state == BankLineState.MATCHED


@pytest.mark.parametrize("amount", ["39,99", "40,01", "80,00", "4,00"])
def test_another_amount_is_proposed_and_never_guessed(order, club, amount):
    bring(club, (f"VIR {order.reference}", amount))
    line = BankLine.objects.get()
    assert line.state == BankLineState.OPEN and not Payment.objects.exists()
    [proposal] = proposals([line])[line.pk]
    assert proposal.order == order and proposal.due == 40


def test_same_amount_and_name_without_a_reference_is_proposed_first(order, thing, club):
    other = order_of(41, club=club, organisation=OrganisationFactory(name="Autre maison"))
    thing.prices[42] = Decimal(40)
    same = order_of(42, club=club, organisation=OrganisationFactory(name="Imprimerie du Pont"))
    bring(club, ("VIR DE LABORATOIRES VERDANCE cotisation", "40,00"))
    line = BankLine.objects.get()
    assert line.state == BankLineState.OPEN
    found = proposals([line])[line.pk]
    assert [one.order for one in found] == [order, same] and other not in [one.order for one in found]
    assert found[0].why != found[1].why


def test_line_with_two_references_is_left_to_somebody(order, thing, club):
    other = order_of(60, club=club, organisation=OrganisationFactory())
    bring(club, (f"VIR {order.reference} {other.reference}", "40,00"))
    assert BankLine.objects.get().state == BankLineState.OPEN


def test_reference_of_another_club_is_not_touched(order, club):
    stranger = SellerFactory().club
    bring(stranger, (f"VIR {order.reference}", "40,00"))
    line = BankLine.objects.get()
    assert line.state == BankLineState.OPEN and proposals([line])[line.pk] == []
    with pytest.raises(RuleBroken):
        assign_line(line, order=order, by=None)


def test_money_spent_is_kept_and_not_assigned(order, club):
    bring(club, (f"Loyer {order.reference}", "-40,00"))
    line = BankLine.objects.get()
    assert not BankLine.objects.to_assign().exists()
    with pytest.raises(RuleBroken):
        assign_line(line, order=order, by=None)


# --- Files ------------------------------------------------------------------------------------------------------------


def test_same_file_twice_is_refused_and_an_overlapping_one_brings_what_is_new(order, club):
    rows = [("Don de Paul", "10,00"), ("Don de Paul", "10,00")]
    bring(club, *rows)
    with pytest.raises(RuleBroken) as broken:
        bring(club, *rows)
    assert broken.value.field == "file"
    bring(club, *rows, ("Don de Zoé", "7,00"))
    assert sorted(BankLine.objects.values_list("amount", flat=True)) == [7, 10, 10]


def test_file_with_a_bad_row_is_refused_whole_with_a_report(order, club):
    with pytest.raises(StatementRefused) as refused:
        bring(club, (f"VIR {order.reference}", "40,00"), ("Illisible", "quarante"))
    [(line, sentence)] = refused.value.faults
    assert line == 3 and sentence
    assert not BankStatement.objects.exists() and not BankLine.objects.exists() and due_of(order) == 40


@pytest.mark.parametrize(
    "content", [b"", b"%PDF-1.7", b"PK\x03\x04", b"<Document><BkToCstmrStmt>", b"bonjour", b"\x00\x01\x02\x03"]
)
def test_file_that_cannot_be_read_is_refused_with_a_sentence(club, content):
    with pytest.raises(RuleBroken) as broken:
        import_statement(club, by=None, content=content, filename="x")
    assert broken.value.field == "file" and str(broken.value.message)
    assert not BankStatement.objects.exists()


def test_other_encodings_are_read(order, club):
    content = csv_of(("Règlement été " + order.reference, "40,00")).decode().encode("cp1252")
    import_statement(club, by=None, content=content, filename="releve.csv")
    line = BankLine.objects.get()
    assert "Règlement été" in line.text and line.state == BankLineState.MATCHED


def test_other_currency_is_refused(club):
    content = csv_of(("Don", "10,00")).replace(b"EUR", b"USD")
    with pytest.raises(StatementRefused):
        import_statement(club, by=None, content=content, filename="releve.csv")


def camt(*, iban: str, amount: str = "40.00", text: str = "x") -> bytes:
    day = timezone.localdate().isoformat()
    balances = "".join(
        f"<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp><Amt Ccy='EUR'>{value}</Amt><CdtDbtInd>CRDT</CdtDbtInd>"
        f"<Dt><Dt>{day}</Dt></Dt></Bal>"
        for code, value in (("OPBD", "100.00"), ("CLBD", f"{Decimal('100.00') + Decimal(amount)}"))
    )
    return f"""<?xml version="1.0" encoding="UTF-8"?>
    <Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt><GrpHdr><MsgId>1</MsgId>
    <CreDtTm>{day}T08:00:00</CreDtTm></GrpHdr><Stmt><Id>1</Id><Acct><Id><IBAN>{iban}</IBAN></Id></Acct>{balances}
    <Ntry><Amt Ccy="EUR">{amount}</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts><BookgDt><Dt>{day}</Dt></BookgDt>
    <AcctSvcrRef>B1</AcctSvcrRef><BkTxCd/><NtryDtls><TxDtls><RltdPties><Dbtr><Pty><Nm>Verdance</Nm></Pty></Dbtr></RltdPties>
    <RmtInf><Ustrd>{text}</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry></Stmt></BkToCstmrStmt></Document>""".encode()


def test_camt_statement_finds_its_order(order, club):
    import_statement(club, by=None, content=camt(iban=IBAN, text=order.reference), filename="releve.xml")
    assert BankLine.objects.get().state == BankLineState.MATCHED
    assert BankStatement.objects.get().iban == IBAN


def test_statement_of_another_account_is_refused(order, club):
    with pytest.raises(RuleBroken) as broken:
        import_statement(
            club, by=None, content=camt(iban="FR1420041010050500013M02606", text=order.reference), filename="x.xml"
        )
    assert broken.value.field == "file" and not BankLine.objects.exists()


def test_process_that_died_after_the_import_is_made_good_by_the_next(order, club):
    bring(club, (f"VIR {order.reference}", "41,00"))
    BankLine.objects.update(amount=Decimal(40))  # as if the matching had not come so far
    assert match_open_lines(club, by=None) == 1
    assert match_open_lines(club, by=None) == 0 and Payment.objects.count() == 1


# --- Deciding ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def line(order, club):
    bring(club, ("Verdance", "45,00"))
    return BankLine.objects.get()


def test_somebody_assigns_more_than_is_due_and_the_rest_is_owed_back(line, order, thing):
    payment = assign_line(line, order=order, by=None)
    order.refresh_from_db()
    assert payment.amount == 45 and order.is_firm and due_of(order) == -5 and findings() == []


def test_line_is_assigned_once(line, order):
    assign_line(line, order=order, by=None)
    with pytest.raises(RuleBroken):
        assign_line(line, order=order, by=None)
    with pytest.raises(RuleBroken):
        set_aside(line, by=None, reason="x")
    assert Payment.objects.count() == 1


def test_line_is_set_aside_and_taken_back(line, order, club):
    set_aside(line, by=None, reason="Subvention")
    assert not BankLine.objects.to_assign().exists()
    assert set_aside(line, by=None, reason="Subvention").state == BankLineState.IGNORED
    with pytest.raises(RuleBroken):
        assign_line(line, order=order, by=None)
    take_back(line, by=None)
    assert BankLine.objects.to_assign().get() == line
    with pytest.raises(RuleBroken):
        take_back(line, by=None)


def test_order_that_is_paid_already_is_proposed_by_its_reference_only(order, club):
    bring(club, (f"VIR {order.reference}", "40,00"), (f"VIR {order.reference} bis", "40,00"))
    second = BankLine.objects.get(state=BankLineState.OPEN)
    [proposal] = proposals([second])[second.pk]
    assert proposal.order == order and proposal.due == 0
    assert Order.objects.get(pk=order.pk).payments.count() == 1
    assert Payment.objects.get().method == Method.TRANSFER
