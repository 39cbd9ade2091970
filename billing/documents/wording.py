"""The sentences of the law and of the invoice that both its forms, the page and the XML, say alike."""

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from billing.documents.content import InvoiceContent
from billing.enums import VatRegime


def title_of(content: InvoiceContent) -> str:
    if content.is_credit_note:
        return _("Credit note no. %(number)s") % {"number": content.number}
    return _("Invoice no. %(number)s") % {"number": content.number}


def correction(content: InvoiceContent) -> str:
    """What a credit note is about."""
    if not content.corrects_number:
        return ""
    if content.corrects_on is None:
        return _("This credit note corrects invoice %(number)s.") % {"number": content.corrects_number}
    return _("This credit note corrects invoice %(number)s of %(date)s.") % {
        "number": content.corrects_number,
        "date": date_format(content.corrects_on),
    }


def exemption(regime: VatRegime) -> str:
    """Why no VAT is charged; nothing for a regime that charges some."""
    mentions = {
        VatRegime.ASSOCIATION: _(
            "VAT exempt: services of a non-profit body to its members, article 261, 7-1°-a of the French tax code (CGI)"
        ),
        VatRegime.FRANCHISE: _("VAT not applicable, article 293 B of the French tax code (CGI)"),
        VatRegime.TRAINING: _("VAT exempt: vocational training, article 261, 4-4°-a of the French tax code (CGI)"),
    }
    return mentions.get(regime, "")


def exemptions(content: InvoiceContent) -> list[str]:
    return [exemption(share.regime) for share in content.vat_breakdown if share.regime.is_exempt]


def payment_terms(content: InvoiceContent) -> str:
    if content.is_credit_note and content.is_paid:
        return _("Refunded in full.")
    if content.is_credit_note:
        return _("Amount in your favour: it is refunded, or set against what you owe.")
    if content.is_paid:
        return _("Paid in full.")
    if content.due_on is None:
        return _("Payable on receipt.")
    return _("Payable by %(date)s.") % {"date": date_format(content.due_on)}


def legal_notes() -> dict[str, str]:
    """What is said to every professional buyer (French Commercial Code, L. 441-9 and L. 441-10), by its UNTDID 4451 code."""
    return {
        "PMD": _(
            "Penalties for late payment: three times the legal interest rate, from the day after the due date, without "
            "a reminder being needed."
        ),
        "PMT": _("Late payment also costs a fixed compensation of 40 euros for the costs of recovery."),
        "AAB": _("No discount for early payment."),
    }


def demo_banner() -> str:
    return _("DEMONSTRATION – of no value")
