"""An invoice as XML for machines: Cross Industry Invoice, profile EN 16931 of Factur-X, with the French rules (BR-FR).

Business terms of the norm are named by their numbers (BT-10 …). What is empty is left out, down to whole groups.
"""

import re
from datetime import date
from decimal import Decimal

from django.utils import translation
from lxml import etree

from billing.documents.content import InvoiceContent, InvoiceLine, Party
from billing.documents.wording import correction, demo_banner, exemption, legal_notes, payment_terms
from billing.enums import Method, VatRegime
from core.money import money
from core.pdf import fit_text

PROFILE = "urn:cen.eu:en16931:2017"
NAMESPACES = {
    "rsm": "urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100",
    "ram": "urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:100",
    "qdt": "urn:un:unece:uncefact:data:standard:QualifiedDataType:100",
    "udt": "urn:un:unece:uncefact:data:standard:UnqualifiedDataType:100",
}
INVOICE, CREDIT_NOTE = "380", "381"  # UNTDID 1001
SERVICES, SERVICES_PAID = "S1", "S2"  # BT-23: services, and services paid before they are invoiced
EXEMPT, STANDARD = "E", "S"  # UNTDID 5305
VATEX = {
    VatRegime.ASSOCIATION: "VATEX-FR-CGI261-7",
    VatRegime.FRANCHISE: "VATEX-FR-FRANCHISE",
    VatRegime.TRAINING: "VATEX-FR-CGI261-4",
}
# UNTDID 4461. A transfer has an account to pay to; without one its means are not defined.
SEPA_TRANSFER, UNDEFINED = "58", "1"
MEANS = {Method.CARD: "48", Method.SEPA_DEBIT: "59", Method.CHEQUE: "20", Method.CASH: "10"}
# ISO 6523: who gave out a number. EM: an e-mail address.
SIREN, SIRET, EMAIL = "0002", "0009", "EM"
HOME = "FR"
ONE = "C62"  # UN/ECE recommendation 20
VAT_NUMBER = re.compile(r"[A-Z]{2}[0-9A-Z]{2,13}")


def invoice_xml(content: InvoiceContent) -> bytes:
    """The invoice as Factur-X attaches it, in the content's language."""
    with translation.override(content.language):
        root = el("rsm:CrossIndustryInvoice", _context(content), _document(content), _transaction(content))
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)


# --- Elements ---------------------------------------------------------------------------------------------------------


def el(name: str, *parts, **attributes: str):
    """An element with text or elements inside, `ram:` unless said; None when there is nothing to put in."""
    present = [part for part in parts if part is not None and part != ""]
    if not present:
        return None
    prefix, _colon, local = name.rpartition(":")
    element = etree.Element(f"{{{NAMESPACES[prefix or 'ram']}}}{local}", attributes, nsmap=NAMESPACES)
    for part in present:
        if isinstance(part, str):
            element.text = fit_text(part)
        else:
            element.append(part)
    return element


def _day(name: str, day: date | None, kind: str = "udt:DateTimeString"):
    return el(name, el(kind, day.strftime("%Y%m%d"), format="102")) if day else None


def _amount(name: str, amount: Decimal, **attributes: str):
    return el(name, f"{money(amount):f}", **attributes)


def _line_of_text(text: str) -> str:
    return " ".join(fit_text(text).split())


# --- The document -----------------------------------------------------------------------------------------------------


def _context(content: InvoiceContent):
    process = SERVICES_PAID if content.is_paid and content.due_on and not content.is_credit_note else SERVICES
    return el(
        "rsm:ExchangedDocumentContext",
        el("BusinessProcessSpecifiedDocumentContextParameter", el("ID", process)),
        el("GuidelineSpecifiedDocumentContextParameter", el("ID", PROFILE)),
    )


def _document(content: InvoiceContent):
    free = [demo_banner() if content.is_demo else "", correction(content), *content.notes]
    notes = [el("IncludedNote", el("Content", fit_text(text).strip())) for text in free]
    notes += [el("IncludedNote", el("Content", text), el("SubjectCode", code)) for code, text in legal_notes().items()]
    return el(
        "rsm:ExchangedDocument",
        el("ID", content.number),
        el("TypeCode", CREDIT_NOTE if content.is_credit_note else INVOICE),
        _day("IssueDateTime", content.issued_on),
        *notes,
    )


def _transaction(content: InvoiceContent):
    return el(
        "rsm:SupplyChainTradeTransaction",
        *[_line(number, line) for number, line in enumerate(content.lines, start=1)],
        el(
            "ApplicableHeaderTradeAgreement",
            el("BuyerReference", _line_of_text(content.buyer_reference)),
            el("SellerTradeParty", *_seller(content.seller)),
            el("BuyerTradeParty", *_party(content.buyer)),
            el("BuyerOrderReferencedDocument", el("IssuerAssignedID", _line_of_text(content.purchase_order))),
        ),
        _delivery(content),
        _settlement(content),
    )


def _delivery(content: InvoiceContent):
    """An invoice that names no day of its service was written on that day (CGI, annex II, art. 242 nonies A, I-10°)."""
    day = content.delivered_on or content.issued_on
    return el("ApplicableHeaderTradeDelivery", el("ActualDeliverySupplyChainEvent", _day("OccurrenceDateTime", day)))


# --- Lines ------------------------------------------------------------------------------------------------------------


def _line(number: int, line: InvoiceLine):
    # A price is never negative (BR-27): a line that takes off has a negative quantity.
    quantity = -line.quantity if line.unit_price < 0 else line.quantity
    return el(
        "IncludedSupplyChainTradeLineItem",
        el("AssociatedDocumentLineDocument", el("LineID", str(number))),
        el("SpecifiedTradeProduct", el("Name", _line_of_text(line.label) or "–")),
        el(
            "SpecifiedLineTradeAgreement",
            el("NetPriceProductTradePrice", el("ChargeAmount", f"{abs(line.unit_price):f}")),
        ),
        el("SpecifiedLineTradeDelivery", el("BilledQuantity", f"{quantity:f}", unitCode=ONE)),
        el(
            "SpecifiedLineTradeSettlement",
            el("ApplicableTradeTax", el("TypeCode", "VAT"), *_category(VatRegime(line.regime))),
            el(
                "BillingSpecifiedPeriod",
                _day("StartDateTime", line.starts_on),
                _day("EndDateTime", line.ends_on),
            ),
            el(
                "SpecifiedTradeSettlementLineMonetarySummation",
                _amount("LineTotalAmount", line.net),
            ),
        ),
    )


def _category(regime: VatRegime):
    return [
        el("CategoryCode", EXEMPT if regime.is_exempt else STANDARD),
        el("RateApplicablePercent", f"{regime.rate:f}"),
    ]


# --- Parties ----------------------------------------------------------------------------------------------------------


def _seller(seller: Party):
    """A seller is known by a number of some kind (BR-CO-26), and to the tax office (BR-S-02, BR-E-02)."""
    fallback = seller.registration or seller.email or seller.name
    known = siret_of(seller) or vat_number(seller)
    legal_information = ", ".join(text for text in (seller.legal_form, seller.registration) if text)
    tax_number = None if vat_number(seller) else siret_of(seller)[:9] or fallback
    return _party(
        seller,
        identifier="" if known else fallback,
        legal_information=legal_information,
        tax_number=tax_number,
    )


def _party(party: Party, identifier: str = "", legal_information: str = "", tax_number: str | None = None):
    lines = [_line_of_text(line) for line in party.street.splitlines() if line.strip()]
    siret, vat = siret_of(party), vat_number(party)
    return [
        el("ID", _line_of_text(identifier)),
        el("GlobalID", siret, schemeID=SIRET),
        el("Name", _line_of_text(party.name) or "–"),
        el("Description", _line_of_text(legal_information)),
        el("SpecifiedLegalOrganization", el("ID", siret[:9], schemeID=SIREN)),
        el(
            "PostalTradeAddress",
            el("PostcodeCode", _line_of_text(party.post_code)),
            el("LineOne", *lines[:1]),
            el("LineTwo", *lines[1:2]),
            el("LineThree", ", ".join(lines[2:])),
            el("CityName", _line_of_text(party.city)),
            el("CountryID", party.country or HOME),
        ),
        _electronic_address(party),
        el("SpecifiedTaxRegistration", el("ID", vat, schemeID="VA")),
        el("SpecifiedTaxRegistration", el("ID", _line_of_text(tax_number or ""), schemeID="FC")),
    ]


def _electronic_address(party: Party):
    """BT-34 and BT-49: where a platform delivers."""
    siret = siret_of(party)
    address, scheme = (siret, SIRET) if siret else (party.email, EMAIL)
    return el("URIUniversalCommunication", el("URIID", address, schemeID=scheme))


def siret_of(party: Party) -> str:
    """The party's SIRET as it is exchanged; nothing if it is none."""
    digits = re.sub(r"\s", "", party.siret)
    return digits if re.fullmatch(r"[0-9]{14}", digits) else ""


def vat_number(party: Party) -> str:
    """The party's VAT number as it is exchanged; nothing if it is none of its country (BR-CO-09)."""
    number = re.sub(r"[\s.\-]", "", party.vat_number.upper())
    prefix = "EL" if party.country == "GR" else party.country
    return number if VAT_NUMBER.fullmatch(number) and number.startswith(prefix) else ""


# --- Settlement -------------------------------------------------------------------------------------------------------


def _settlement(content: InvoiceContent):
    terms = _line_of_text(payment_terms(content))
    return el(
        "ApplicableHeaderTradeSettlement",
        el("PaymentReference", _line_of_text(content.payment.reference)),
        el("InvoiceCurrencyCode", content.currency),
        _means(content),
        *_taxes(content),
        el(
            "SpecifiedTradePaymentTerms",
            el("Description", terms),
            _day("DueDateDateTime", content.due_on),
        ),
        _sums(content),
        _corrected(content),
    )


def _means(content: InvoiceContent):
    """How to pay; a credit note asks for nothing."""
    payment = content.payment
    iban, bic = (re.sub(r"\s", "", text).upper() for text in (payment.iban, payment.bic))
    if content.is_credit_note or not (payment.method or iban):
        return None
    code = MEANS.get(payment.method, SEPA_TRANSFER if iban else UNDEFINED)
    account = [
        el("PayeePartyCreditorFinancialAccount", el("IBANID", iban)),
        el("PayeeSpecifiedCreditorFinancialInstitution", el("BICID", bic)),
    ]
    return el(
        "SpecifiedTradeSettlementPaymentMeans",
        el("TypeCode", code),
        el("Information", _line_of_text(payment.method_label)),
        *(account if code == SEPA_TRANSFER else []),
    )


def _taxes(content: InvoiceContent):
    """One group a rate (BG-23). All that is exempt shares one (BR-E-01), with every reason in it."""
    charged = [share for share in content.vat_breakdown if not share.regime.is_exempt]
    for share in charged:
        yield _tax(share.net, share.vat, share.regime)
    exempt = [share for share in content.vat_breakdown if share.regime.is_exempt]
    if exempt:
        reason = " ; ".join(exemption(share.regime) for share in exempt)
        code = VATEX[exempt[0].regime] if len(exempt) == 1 else ""
        yield _tax(sum(share.net for share in exempt), Decimal(0), exempt[0].regime, reason, code)


def _tax(net: Decimal, vat: Decimal, regime: VatRegime, reason: str = "", code: str = ""):
    category, rate = _category(regime)
    return el(
        "ApplicableTradeTax",
        _amount("CalculatedAmount", vat),
        el("TypeCode", "VAT"),
        el("ExemptionReason", reason),
        _amount("BasisAmount", net),
        category,
        el("ExemptionReasonCode", code),
        rate,
    )


def _sums(content: InvoiceContent):
    return el(
        "SpecifiedTradeSettlementHeaderMonetarySummation",
        _amount("LineTotalAmount", content.net),
        _amount("TaxBasisTotalAmount", content.net),
        _amount("TaxTotalAmount", content.vat, currencyID=content.currency),
        _amount("GrandTotalAmount", content.gross),
        _amount("TotalPrepaidAmount", content.paid) if content.paid else None,
        _amount("DuePayableAmount", content.due),
    )


def _corrected(content: InvoiceContent):
    return el(
        "InvoiceReferencedDocument",
        el("IssuerAssignedID", content.corrects_number),
        _day("FormattedIssueDateTime", content.corrects_on, "qdt:DateTimeString"),
    )
