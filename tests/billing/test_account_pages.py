"""The treasurer's pages by HTTP: refunds, invoices, the ledger, the bank, in whose name a club sells."""

from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import override_settings
from django.utils import timezone

from billing import actions, statistics
from billing.actions.bank import import_statement
from billing.enums import Account, BankLineState, Method, PaymentStatus
from billing.fec import faults_of
from billing.models import BankLine, Entry, Order, Payment, Refund, Seller
from core.models import HistoryEntry
from tests.billing.factories import IBAN, SellerFactory, shop
from tests.billing.test_pages import SILENT, told
from tests.billing.visiting import Visitor, errors_of, text_of
from tests.factories import ClubFactory, OrganisationFactory, PersonFactory, coordinator_of, member_of, reader_of, siret

pytestmark = pytest.mark.django_db


@pytest.fixture
def visit(client):
    return Visitor(client)


@pytest.fixture
def sold():
    return shop(takes_cash=True)


def paid(sold, price=120, *, method=Method.TRANSFER, amount=None, **values) -> Payment:
    order = sold.order(price, method=method, **values)
    due = actions.due_of(order)
    return actions.record_payment(
        order, by=sold.coordinator, method=method, amount=Decimal(amount or due), received_on=timezone.localdate(),
        may_exceed=True,
    )  # fmt: skip


def outsiders(sold):
    return [sold.buyer, shop().coordinator, reader_of(sold.club), member_of(OrganisationFactory()), PersonFactory()]


# --- Money that came --------------------------------------------------------------------------------------------------


def test_payment_is_recorded_as_it_is_typed_in_french(visit, sold):
    order = sold.order(Decimal("12.50"))
    response = visit(sold.coordinator, "record_payment", order.pk)
    assert response.context["form"].initial["amount"] == Decimal("12.50")
    values = {"method": "cheque", "amount": "12,50 €", "received_on": timezone.localdate(), "memo": "Chèque 7"}
    visit(sold.coordinator, "record_payment", order.pk, data=values, post=True, headers={"accept-language": "fr"})
    order.refresh_from_db()
    assert order.is_firm and order.payments.get().memo == "Chèque 7"


@pytest.mark.parametrize("amount", ["0", "-3", "120,01", "abc", "1e400", "12,345"])
def test_amount_that_cannot_be_keeps_what_was_typed(visit, sold, amount):
    order = sold.order(120)
    values = {"method": "transfer", "amount": amount, "received_on": timezone.localdate(), "memo": "Virement du 3"}
    french = {"accept-language": "fr"}
    response = visit(sold.coordinator, "record_payment", order.pk, data=values, post=True, headers=french)
    assert "amount" in errors_of(response) and "Virement du 3" in text_of(response) and not order.payments.exists()


def test_buyer_does_not_record_payments(visit, sold):
    order = sold.order(120)
    assert visit(sold.buyer, "record_payment", order.pk, post=True).status_code == 403


def test_cheque_is_taken_to_the_bank_once(visit, sold):
    payment = paid(sold, method=Method.CHEQUE)
    assert statistics.cheques_to_deposit(sold.club).get() == payment
    for _press in range(2):
        visit(sold.coordinator, "deposit_cheque", payment.pk, post=True)
    assert not statistics.cheques_to_deposit(sold.club).exists()
    assert Entry.objects.filter(key=f"deposit:{payment.pk}").count() == 1
    for person in outsiders(sold):
        assert visit(person, "deposit_cheque", payment.pk, post=True).status_code == 404


# --- Money that goes back ---------------------------------------------------------------------------------------------


def test_refund_is_for_the_coordination(visit, sold):
    payment = paid(sold)
    for person in outsiders(sold):
        assert visit(person, "refund_payment", payment.pk).status_code == 404
    assert visit(sold.coordinator, "refund_payment", payment.pk).status_code == 200


def test_refund_is_prefilled_with_what_is_left_and_asks_for_a_reason(visit, sold):
    payment = paid(sold, 100, regime="standard")
    line = payment.order.lines.get()
    share = f"share_{line.pk}"
    assert visit(sold.coordinator, "refund_payment", payment.pk).context["form"].fields[share].initial == 120
    refused = visit(sold.coordinator, "refund_payment", payment.pk, data={share: "60", "reason": ""}, post=True)
    assert "reason" in errors_of(refused) and 'value="60"' in text_of(refused)
    visit(sold.coordinator, "refund_payment", payment.pk, data={share: "60", "reason": "Geste"}, post=True)
    assert Refund.objects.get().amount == 60 and payment.order.invoices.count() == 2
    assert visit(sold.coordinator, "refund_payment", payment.pk).context["form"].fields[share].initial == 60


@pytest.mark.parametrize("amount", ["0", "-1", "120,01", "x"])
def test_refund_of_what_cannot_be_is_refused_at_its_line(visit, sold, amount):
    payment = paid(sold)
    share = f"share_{payment.order.lines.get().pk}"
    values = {share: amount, "reason": "Annulé"}
    french = {"accept-language": "fr"}
    response = visit(sold.coordinator, "refund_payment", payment.pk, data=values, post=True, headers=french)
    assert share in errors_of(response) and not Refund.objects.exists()


def test_surplus_is_paid_back_without_a_credit_note(visit, sold):
    payment = paid(sold, 120, amount=150)
    assert visit(sold.coordinator, "refund_payment", payment.pk).context["form"].initial["amount"] == 30
    values = {"amount": "31", "reason": "Trop-perçu"}
    assert "amount" in errors_of(visit(sold.coordinator, "refund_payment", payment.pk, data=values, post=True))
    visit(sold.coordinator, "refund_payment", payment.pk, data={**values, "amount": "30"}, post=True)
    assert actions.due_of(payment.order) == 0 and payment.order.invoices.count() == 1
    lines = visit(sold.coordinator, "refund_payment", payment.pk, query="?of=lines").context["form"]
    assert f"share_{payment.order.lines.get().pk}" in lines.fields


def test_debit_that_may_be_taken_back_shows_until_when(visit, sold):
    order = sold.order(120)
    payment = Payment.objects.create(
        order=order, method=Method.SEPA_DEBIT, amount=Decimal(120), status=PaymentStatus.SETTLED,
        started_at=timezone.now(), settled_at=timezone.now(),
    )  # fmt: skip
    response = visit(sold.coordinator, "refund_payment", payment.pk)
    assert str(response.context["obstacle"]) in text_of(response).replace("&#x27;", "'")
    assert "<textarea" not in text_of(response)


@override_settings(**SILENT)
def test_refund_that_could_not_be_sent_is_sent_again_by_a_button(visit, sold):
    order = sold.order(120)
    payment = Payment.objects.create(
        order=order, method=Method.CARD, amount=Decimal(120), status=PaymentStatus.SETTLED, started_at=timezone.now(),
        settled_at=timezone.now(), intent_id="pi_1", provider_account="default",
    )  # fmt: skip
    refund = Refund.objects.create(payment=payment, amount=Decimal(5), reason="x", requested_at=timezone.now())
    assert f"/refunds/{refund.pk}/send/" in text_of(visit(sold.coordinator, "order_page", order.pk))
    assert "injoignable" in told(visit(sold.coordinator, "send_refund", refund.pk, post=True))
    assert visit(sold.buyer, "send_refund", refund.pk, post=True).status_code == 404


# --- Invoices ---------------------------------------------------------------------------------------------------------


def test_invoice_is_taken_away_by_its_buyer_and_the_coordination(visit, sold):
    invoice = paid(sold).order.invoices.get()
    for person in (sold.buyer, sold.coordinator):
        response = visit(person, "invoice_file", invoice.pk)
        assert response["Content-Disposition"] == f'attachment; filename="{invoice.number}.pdf"'
        assert response.content.startswith(b"%PDF") and "no-store" in response["Cache-Control"]
    for person in outsiders(sold)[1:]:
        assert visit(person, "invoice_file", invoice.pk).status_code == 404


def test_invoices_are_filtered_and_exported_as_they_are_seen(visit, sold):
    payment = paid(sold)
    line = payment.order.lines.get()
    actions.refund_lines(payment, by=sold.coordinator, shares={line.pk: Decimal(20)}, reason="Geste")
    note = payment.order.invoices.get(kind="credit_note")
    seen = visit(sold.coordinator, "invoice_list", data={"kind": "credit_note"})
    assert [one.pk for one in seen.context["page"]] == [note.pk]
    response = visit(sold.buyer, "export_invoices", "csv")
    text = b"".join(response.streaming_content).decode()
    assert response["Content-Disposition"].startswith("attachment") and note.number in text and "-20,00" in text
    stranger = visit(member_of(OrganisationFactory()), "export_invoices", "csv")
    assert note.number not in b"".join(stranger.streaming_content).decode()
    assert visit(sold.coordinator, "export_invoices", "xlsx")["Content-Disposition"].startswith("attachment")


# --- The ledger -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["ledger", "bank"])
def test_accounts_are_for_coordinators(visit, sold, name):
    for person in (sold.buyer, reader_of(sold.club), PersonFactory()):
        assert visit(person, name).status_code == 403
    assert visit(sold.coordinator, name).status_code == 200


def test_ledger_of_another_club_is_not_shown(visit, sold):
    other = shop()
    paid(sold, label="Chose du premier club")
    seen = visit(other.coordinator, "ledger", data={"club": sold.club.slug})
    assert seen.context["club_of_list"] == other.club and sold.organisation.name not in text_of(seen)


def test_ledger_says_what_is_owed_each_way(visit, sold):
    sold.order(100)
    paid(sold, 50, amount=70)
    owed = visit(sold.coordinator, "ledger").context["owed"]
    assert (owed.awaited.count, owed.awaited.total) == (1, 100)
    assert (owed.by_club.count, owed.by_club.total) == (1, 20)
    assert (owed.by_buyers.count, owed.by_buyers.total) == (0, 0)


def test_balances_are_the_sums_of_the_filtered_postings(visit, sold):
    paid(sold, 100, regime="standard")
    balances = {one.account: one.balance for one in statistics.account_balances(sold.club)}
    assert balances == {Account.RECEIVABLE: 0, Account.VAT: -20, Account.BANK: 120, Account.EVENTS: -100}
    tomorrow = timezone.localdate() + timezone.timedelta(days=1)
    empty = visit(sold.coordinator, "ledger", data={"start": tomorrow.isoformat()})
    assert empty.context["balances"] == [] and not empty.context["page"].object_list
    bank = visit(sold.coordinator, "ledger", data={"account": Account.BANK})
    assert [entry.key for entry in bank.context["page"]] == [f"payment:{Payment.objects.get().pk}"]


def test_ledger_shows_what_wants_attention(visit, sold):
    payment = paid(sold, method=Method.CHEQUE)
    kinds = {one.kind: one.things for one in visit(sold.coordinator, "ledger").context["attention"]}
    assert kinds == {"cheque": [payment]}


def test_accounting_export_is_what_an_inspector_takes(visit, sold):
    paid(sold, 100, regime="standard")
    paid(sold, 30, account=Account.DUES, method=Method.CHEQUE)
    year = timezone.localdate().year
    response = visit(sold.coordinator, "ledger_export", "fec", data={"year": year})
    text = b"".join(response.streaming_content).decode()
    assert faults_of(text) == [] and sold.organisation.name in text and len(text.splitlines()) == 1 + 3 + 2 + 2 + 2
    assert f"{sold.club.seller.siret[:9]}FEC{year}1231.txt" in response["Content-Disposition"]
    for query in ({}, {"year": "1234567"}, {"year": "٢٠٢٦"}):
        assert visit(sold.coordinator, "ledger_export", "fec", data=query).status_code == 404


def test_entries_are_exported_as_they_are_filtered(visit, sold):
    paid(sold, 100)
    response = visit(sold.coordinator, "ledger_export", "csv", data={"account": Account.BANK})
    lines = b"".join(response.streaming_content).decode().splitlines()
    assert response["Content-Disposition"].startswith("attachment") and len(lines) == 1 + 2
    assert visit(sold.coordinator, "ledger_export", "docx").status_code == 404
    assert visit(sold.buyer, "ledger_export", "csv").status_code == 403


def test_comparing_with_the_provider_says_what_was_found(visit, sold):
    assert visit(sold.buyer, "reconcile", post=True).status_code == 403
    assert "rien ne manquait" in told(visit(sold.coordinator, "reconcile", post=True))
    order = sold.order(50)
    Order.objects.filter(pk=order.pk).update(pay_until=timezone.now() - timezone.timedelta(days=1))
    assert "1 commande impayée abandonnée" in told(visit(sold.coordinator, "reconcile", post=True))


@override_settings(**SILENT)
def test_comparing_tells_when_the_provider_is_silent(visit, sold):
    assert "ne répond pas" in told(visit(sold.coordinator, "reconcile", post=True))


# --- The bank ---------------------------------------------------------------------------------------------------------


def csv_of(*rows) -> bytes:
    day = timezone.localdate().strftime("%d/%m/%Y")
    return ("Date;Libellé;Montant;Devise\n" + "".join(f"{day};{text};{amount};EUR\n" for text, amount in rows)).encode()


def upload(visit, person, content: bytes, name="releve.csv"):
    return visit(person, "bank", data={"file": SimpleUploadedFile(name, content)}, post=True)


def line_of(sold, text="VIR INCONNU", amount="120,00") -> BankLine:
    import_statement(sold.club, by=sold.coordinator, content=csv_of((text, amount)), filename="releve.csv")
    return BankLine.objects.latest("pk")


def test_statement_is_imported_and_what_fits_finds_its_order(visit, sold):
    order = sold.order(120)
    content = csv_of((f"VIR {order.reference}", "120,00"), ("VIR INCONNU", "3,00"))
    assert "2 nouvelles lignes, 1 a trouvé sa commande" in told(upload(visit, sold.coordinator, content))
    order.refresh_from_db()
    assert order.is_firm and BankLine.objects.to_assign().get().amount == 3
    again = upload(visit, sold.coordinator, content)
    assert "file" in errors_of(again) and BankLine.objects.count() == 2


def test_statement_with_faults_is_told_line_by_line_and_brings_nothing(visit, sold):
    seen = upload(visit, sold.coordinator, csv_of(("VIR A", "120,00"), ("VIR B", "cent euros")))
    assert [line for line, _sentence in seen.context["faults"]] == [3] and not BankLine.objects.exists()
    assert "Ligne 3" in text_of(seen)


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7 not a statement", b"\x00\x01\x02", b"<Document>"])
def test_file_that_is_no_statement_is_refused_with_a_sentence(visit, sold, content):
    assert errors_of(upload(visit, sold.coordinator, content)) and not BankLine.objects.exists()


def test_proposal_is_assigned_by_its_button(visit, sold):
    order, line = sold.order(120), line_of(sold)
    assert f'value="{order.pk}"' in text_of(visit(sold.coordinator, "bank"))
    visit(sold.coordinator, "assign_bank_line", line.pk, data={"order": order.pk}, post=True)
    line.refresh_from_db()
    assert line.payment.order == order
    assert f"/orders/{order.pk}/" in text_of(visit(sold.coordinator, "bank", data={"state": "matched"}))


def test_bank_line_of_another_club_is_not_found(visit, sold):
    line, other = line_of(sold), shop()
    for name in ("assign_bank_line", "set_aside_bank_line", "take_back_bank_line"):
        assert visit(other.coordinator, name, line.pk, post=True).status_code == 404
    assert visit(other.coordinator, "bank_line_page", line.pk).status_code == 404
    foreign = other.order(120)
    for number in (foreign.pk, "", "x", "9" * 30):
        response = visit(sold.coordinator, "assign_bank_line", line.pk, data={"order": number}, post=True)
        assert response.status_code == 404
    line.refresh_from_db()
    assert line.state == BankLineState.OPEN


def test_order_is_searched_for_a_line(visit, sold):
    order, line = sold.order(80), line_of(sold)
    found = visit(sold.coordinator, "bank_line_page", line.pk, data={"find": sold.organisation.name}).context["found"]
    assert [row.order for row in found] == [order]
    assert visit(sold.coordinator, "bank_line_page", line.pk, data={"find": "personne"}).context["found"] == []


def test_line_is_set_aside_with_its_reason_and_taken_back(visit, sold):
    line = line_of(sold)
    refused = visit(sold.coordinator, "set_aside_bank_line", line.pk, post=True)
    assert "reason" in errors_of(refused, "aside_form")
    visit(sold.coordinator, "set_aside_bank_line", line.pk, data={"reason": "Subvention"}, post=True)
    assert "Subvention" in text_of(visit(sold.coordinator, "bank_line_page", line.pk))
    assert "INCONNU" in text_of(visit(sold.coordinator, "bank", data={"state": "ignored"}))
    visit(sold.coordinator, "take_back_bank_line", line.pk, post=True)
    line.refresh_from_db()
    assert line.state == BankLineState.OPEN


# --- In whose name a club sells ---------------------------------------------------------------------------------------


def seller_values(**changes) -> dict:
    return {
        "legal_name": "Association du club", "siret": siret(8500), "street": "2 place de la République",
        "post_code": "92000", "city": "Nanterre", "iban": "fr76 3000 6000 0112 3456 7890 189", "bic": "AGRI FR PP",
        "payment_days": "30", "takes_transfers": "on", **changes,
    }  # fmt: skip


def test_club_says_in_whose_name_it_sells(visit):
    club = ClubFactory()
    by = coordinator_of(club)
    assert "aria-invalid" not in text_of(visit(by, "edit_seller", club.slug))
    assert visit(by, "edit_seller", club.slug, data=seller_values(), post=True).status_code == 302
    seller = Seller.objects.get(club=club)
    assert (seller.iban, seller.bic, seller.takes_online) == (IBAN, "AGRIFRPP", False)
    assert HistoryEntry.objects.filter(code="billing.seller.edited", by=by).exists()


@pytest.mark.parametrize(
    ("field", "value"),
    [("siret", "123"), ("iban", "FR76 3000"), ("bic", "XX"), ("vat_number", "FR00 123"), ("payment_days", "61"),
     ("invoice_prefix", "é"), ("iban", ""), ("post_code", "9")],
)  # fmt: skip
def test_wrong_number_of_a_seller_keeps_what_was_typed(visit, field, value):
    club = ClubFactory()
    values = seller_values(**{field: value}, legal_name="Association que l’on garde")
    response = visit(coordinator_of(club), "edit_seller", club.slug, data=values, post=True)
    assert errors_of(response) and "Association que l’on garde" in text_of(response)
    assert not Seller.objects.filter(club=club).exists()


def test_two_clubs_of_one_legal_person_number_their_invoices_apart(visit):
    first, club = SellerFactory(invoice_prefix="A-"), ClubFactory()
    by = coordinator_of(club)
    values = seller_values(siret=first.siret, invoice_prefix="A-")
    assert "invoice_prefix" in errors_of(visit(by, "edit_seller", club.slug, data=values, post=True))
    assert visit(by, "edit_seller", club.slug, data={**values, "invoice_prefix": "B-"}, post=True).status_code == 302


def test_seller_is_set_up_by_its_own_coordination_only(visit, sold):
    for person in outsiders(sold):
        assert visit(person, "edit_seller", sold.club.slug, data=seller_values(), post=True).status_code == 403
