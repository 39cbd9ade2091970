"""An invoice as people read it: a page in PDF/A-3b that carries its XML (Factur-X)."""

from datetime import date
from decimal import Decimal
from pathlib import Path

from babel import Locale
from django.utils import formats, translation
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from billing.documents.carrier import as_facturx
from billing.documents.content import InvoiceContent, InvoiceLine, Party
from billing.documents.facturx import HOME, invoice_xml
from billing.documents.wording import (
    correction,
    demo_banner,
    exemptions,
    legal_notes,
    payment_terms,
    title_of,
)
from billing.enums import VatRegime
from core.pdf import render_pdf

TEMPLATE = Path(__file__).with_name("invoice.typ")
NO_BREAK_SPACE, MINUS = "\u00a0", "\u2212"


def invoice_pdf(content: InvoiceContent) -> bytes:
    """The document to send and to keep: the same content gives the same bytes."""
    with translation.override(content.language):
        page = page_of(content)
    page["xml"] = invoice_xml(content)
    pdf = render_pdf(TEMPLATE, page, made_on=content.issued_on, language=content.language, is_archival=True)
    return as_facturx(pdf)


def page_of(content: InvoiceContent) -> dict:
    """Every word and amount of the page, in the language that is active."""
    title = title_of(content)
    banner = demo_banner() if content.is_demo else ""
    return {
        "title": title,
        "document_title": f"{banner} – {title}" if banner else title,
        "banner": banner,
        "page": _("Page {page} of {pages}"),
        "seller": _seller(content.seller),
        "buyer": _buyer(content.buyer),
        "facts": _facts(content),
        "correction": correction(content),
        "columns": [_("Item"), _("Quantity"), _("Unit price excl. VAT"), _("VAT"), _("Amount excl. VAT")],
        "lines": [_line(line) for line in content.lines],
        "vat": _vat(content),
        "exemptions": exemptions(content),
        "totals": _totals(content),
        "payment": _payment(content),
        "notes": [*content.notes, " ".join(legal_notes().values()), _("Category of operation: provision of services.")],
    }


# --- How things are written -------------------------------------------------------------------------------------------


def euros(amount: Decimal, places: int = 2) -> str:
    """An amount with its cents, always: 1 234,50 €."""
    written = formats.number_format(amount, places, use_l10n=True, force_grouping=True).replace("-", MINUS)
    return f"{written}{NO_BREAK_SPACE}€"


def _unit_price(price: Decimal) -> str:
    return euros(price, max(2, -price.normalize().as_tuple().exponent))


def _quantity(quantity: Decimal) -> str:
    return formats.number_format(Decimal(f"{quantity.normalize():f}"), use_l10n=True).replace("-", MINUS)


def _rate(regime: VatRegime) -> str:
    return _("exempt") if regime.is_exempt else f"{_quantity(regime.rate)}{NO_BREAK_SPACE}%"


def _grouped(text: str, *sizes: int) -> str:
    """`text` without its own spaces in groups of these sizes, the last of which goes on."""
    rest, groups = "".join(text.split()), []
    sizes = list(sizes)
    while rest:
        size = sizes.pop(0) if len(sizes) > 1 else sizes[0]
        groups.append(rest[:size])
        rest = rest[size:]
    return " ".join(groups)


def _siret(party: Party) -> str:
    return f"SIRET {_grouped(party.siret, 3, 3, 3, 5)}" if party.siret else ""


def _vat_number(party: Party) -> str:
    return _("VAT number %(number)s") % {"number": party.vat_number} if party.vat_number else ""


def _listed(*texts: str) -> str:
    return " · ".join(text for text in texts if text)


def _stacked(*texts: str) -> str:
    return "\n".join(text for text in texts if text)


# --- Parts of the page ------------------------------------------------------------------------------------------------


def _address(party: Party) -> list[str]:
    town = " ".join(text for text in (party.post_code, party.city) if text)
    country = "" if party.country in {"", HOME} else _country(party.country)
    return [line for line in (*party.street.splitlines(), town, country) if line.strip()]


def _country(code: str) -> str:
    names = Locale.parse(translation.get_language(), sep="-").territories
    return str(names.get(code, code))


def _seller(seller: Party) -> dict:
    identity = _listed(_siret(seller), _vat_number(seller), seller.registration)
    return {
        "name": seller.name,
        "address": _stacked(seller.legal_form, *_address(seller), seller.email),
        "legal": _listed(seller.name, seller.legal_form, identity),
    }


def _buyer(buyer: Party) -> dict:
    return {
        "name": buyer.name,
        "address": _stacked(*_address(buyer)),
        "legal": _stacked(_siret(buyer), _vat_number(buyer)),
    }


def _facts(content: InvoiceContent) -> list[tuple[str, str]]:
    facts = [
        (_("Issued on"), _day(content.issued_on)),
        (_("Provided on"), _day(content.delivered_on)),
        (_("Due on"), "" if content.is_credit_note else _day(content.due_on)),
        (_("Order or commitment no."), content.purchase_order),
        (_("Service code (Chorus Pro)"), content.buyer_reference),
    ]
    return [(label, value) for label, value in facts if value]


def _day(day: date | None) -> str:
    return date_format(day) if day else ""


def _line(line: InvoiceLine) -> dict:
    return {
        "label": line.label,
        "period": _period(line),
        "quantity": _quantity(line.quantity),
        "unit_price": _unit_price(line.unit_price),
        "vat": _rate(VatRegime(line.regime)),
        "net": euros(line.net),
    }


def _period(line: InvoiceLine) -> str:
    days = {"start": _day(line.starts_on), "end": _day(line.ends_on)}
    if line.starts_on and line.ends_on:
        return _("From %(start)s to %(end)s") % days
    if line.starts_on:
        return _("From %(start)s") % days
    return _("Until %(end)s") % days if line.ends_on else ""


def _vat(content: InvoiceContent) -> dict:
    """The table by rate; none where nothing is charged: the exemption in words says all."""
    shares = content.vat_breakdown
    is_charged = any(not share.regime.is_exempt for share in shares)
    rows = [(_rate(share.regime), euros(share.net), euros(share.vat)) for share in shares]
    return {
        "columns": [_("VAT rate"), _("Amount excl. VAT"), _("VAT")],
        "rows": rows if is_charged else [],
    }


def _totals(content: InvoiceContent) -> list[tuple[str, str]]:
    totals = [
        (_("Total excl. VAT"), euros(content.net)),
        (_("VAT"), euros(content.vat)),
        (_("Total incl. VAT"), euros(content.gross)),
    ]
    if content.is_credit_note:
        paid, due = _("Already refunded"), _("In your favour")
    else:
        paid, due = _("Already paid"), _("Left to pay")
    if content.paid:
        totals.append((paid, euros(-content.paid)))
    return [*totals, (due, euros(content.due))]


def _payment(content: InvoiceContent) -> dict:
    payment = content.payment
    facts = [
        (_("Means of payment"), capfirst(payment.method_label)),
        ("IBAN", _grouped(payment.iban, 4)),
        ("BIC", payment.bic),
        (_("Reference to quote"), payment.reference),
    ]
    asks = not content.is_credit_note and not content.is_paid
    shown = facts if asks else [] if content.is_credit_note else facts[:1]
    return {
        "title": _("Refund") if content.is_credit_note else _("Payment"),
        "terms": payment_terms(content),
        "facts": [(label, value) for label, value in shown if value],
    }
