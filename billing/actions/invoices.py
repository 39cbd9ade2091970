"""Invoices and credit notes: numbered without a gap, frozen, made once."""

from collections.abc import Iterable, Sequence
from decimal import Decimal

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone, translation

from billing.actions.ledger import book, received_on
from billing.documents.content import InvoiceContent, InvoiceLine, Party, PaymentTerms
from billing.enums import Account, InvoiceKind, Journal, Method
from billing.models import Credit, Invoice, InvoiceFile, InvoiceSeries, Order, OrderLine, Refund, Seller
from billing.totals import totals_of
from core.locks import lock_row
from members.models import Club, Organisation


def issue_invoice(order: Order, lines: Sequence[OrderLine]) -> Invoice:
    """The invoice of an order that has just become firm, booked and numbered inside the action's transaction.

    The number is taken last: whoever holds the series holds up everybody else who issues.
    """
    rows = [_row(line, line.quantity, line.unit_price) for line in lines]
    invoice = _issue(order, InvoiceKind.INVOICE, rows, paid=max(received_on(order), Decimal(0)))
    _book(invoice, lines=[(line, line.net) for line in lines], sign=-1)
    return invoice


def issue_credit_note(order: Order, shares: Sequence[tuple[OrderLine, Decimal]], *, refund: Refund | None) -> Invoice:
    """Take back `shares` (line, net amount) of an order's invoice; the same net as a line of the credit note."""
    corrected = order.invoices.filter(kind=InvoiceKind.INVOICE).earliest("pk")
    rows = [_row(line, 1, net) for line, net in shares]
    note = _issue(order, InvoiceKind.CREDIT_NOTE, rows, corrects=corrected)
    Credit.objects.bulk_create(Credit(invoice=note, line=line, net=net, refund=refund) for line, net in shares)
    _book(note, lines=shares, sign=1)
    return note


def uncredited(line: OrderLine) -> Decimal:
    """The net amount of a line that no credit note has taken back yet."""
    return line.net - sum((credit.net for credit in line.credits.all()), Decimal(0))


def _issue(order: Order, kind: str, rows: Sequence[InvoiceLine], *, corrects=None, paid=Decimal(0)) -> Invoice:
    from billing.documents.rendering import invoice_pdf  # noqa: PLC0415 - heavy packages, only where one is made

    today = timezone.localdate()
    seller = Seller.objects.get(club=order.club_id)
    sequence = _next_number(order.club, today.year)
    number = f"{seller.invoice_prefix}{today.year}-{sequence:05d}"
    with translation.override(settings.LANGUAGE_CODE):
        content = InvoiceContent(
            kind=kind, number=number, issued_on=today, delivered_on=today, seller=_seller(seller),
            buyer=_buyer(order.organisation), lines=tuple(rows), buyer_reference=order.service_code,
            purchase_order=order.engagement or order.purchase_order, payment=_terms(order, seller), paid=paid,
            corrects_number=corrects.number if corrects else "", corrects_on=corrects.issued_on if corrects else None,
            notes=tuple(note for note in (seller.notes,) if note), is_demo=order.club.is_demo,
        )  # fmt: skip
        pdf = invoice_pdf(content)
    invoice = Invoice.objects.create(
        club=order.club, organisation=order.organisation, order=order, kind=kind, corrects=corrects, year=today.year,
        sequence=sequence, number=number, issued_on=today, net=content.net, vat=content.vat, gross=content.gross,
        content=content.to_json(),
    )  # fmt: skip
    InvoiceFile.objects.create(invoice=invoice, content=pdf)
    return invoice


def _next_number(club: Club, year: int) -> int:
    """The next number of the series, whose row stays locked until the transaction ends: a number that is rolled back
    is given again, so that none is ever missing.
    """
    series = InvoiceSeries.objects.filter(club=club, year=year).first()
    if series is None:
        try:
            with transaction.atomic():
                series = InvoiceSeries.objects.create(club=club, year=year)
        except IntegrityError:  # another one began the year at this very moment
            series = InvoiceSeries.objects.get(club=club, year=year)
    series = lock_row(InvoiceSeries.objects.all(), series.pk)
    series.last += 1
    series.save(update_fields=["last"])
    return series.last


def _book(invoice: Invoice, *, lines: Iterable[tuple[OrderLine, Decimal]], sign: int) -> None:
    """The sale (sign −1: income is a credit) or its taking back."""
    lines = list(lines)
    by_account: dict[str, Decimal] = {}
    for line, net in lines:
        by_account[line.account] = by_account.get(line.account, Decimal(0)) + net
    vat = totals_of((line.regime, net) for line, net in lines).vat
    postings: list[tuple[str, Decimal]] = [(Account.RECEIVABLE, -sign * invoice.gross)]
    postings += [(account, sign * net) for account, net in by_account.items()]
    postings += [(Account.VAT, sign * vat)]
    with translation.override(settings.LANGUAGE_CODE):
        label = f"{invoice.get_kind_display().capitalize()} {invoice.number}, {invoice.organisation}"
    book(
        f"invoice:{invoice.pk}", journal=Journal.SALES, label=label, postings=postings, club=invoice.club,
        order=invoice.order, piece=invoice.number, happened_on=invoice.issued_on,
    )  # fmt: skip


# --- What stands on it ------------------------------------------------------------------------------------------------


def _row(line: OrderLine, quantity: int, unit_price: Decimal) -> InvoiceLine:
    return InvoiceLine(
        label=line.label, quantity=Decimal(quantity), unit_price=unit_price, regime=line.regime,
        net=unit_price * quantity, starts_on=line.starts_on, ends_on=line.ends_on,
    )  # fmt: skip


def _seller(seller: Seller) -> Party:
    return Party(
        name=seller.legal_name, siret=seller.siret, vat_number=seller.vat_number, legal_form=seller.legal_form,
        registration=seller.registration, street=seller.street, post_code=seller.post_code, city=seller.city,
        email=seller.email,
    )  # fmt: skip


def _buyer(organisation: Organisation) -> Party:
    return Party(
        name=organisation.name, siret=organisation.siret, street=organisation.street,
        post_code=organisation.post_code, city=organisation.city,
    )  # fmt: skip


def _terms(order: Order, seller: Seller) -> PaymentTerms:
    by_bank = order.method in (Method.TRANSFER, Method.PURCHASE_ORDER)
    return PaymentTerms(
        due_on=order.due_on, method=order.method, iban=seller.iban if by_bank else "",
        bic=seller.bic if by_bank else "", reference=order.reference,
    )  # fmt: skip


def billing_address_is_complete(organisation: Organisation) -> bool:
    """An invoice needs the buyer's name and address (CGI, annexe II, art. 242 nonies A)."""
    return all((organisation.name, organisation.street, organisation.post_code, organisation.city))
