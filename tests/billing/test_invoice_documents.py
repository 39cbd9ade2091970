"""Invoices as documents: what they say adds up, the XML keeps the rules of Europe and of France, the page shows the same."""

import io
import json
import time
from dataclasses import replace
from datetime import date
from decimal import Decimal

import facturx
import pikepdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from pikepdf import pdfa
from pypdf import PdfReader

from billing.documents.content import InvoiceContent, Party, PaymentTerms
from billing.documents.facturx import invoice_xml
from billing.documents.rendering import invoice_pdf
from billing.enums import VatRegime
from core.money import money
from tests.billing.invoices import (
    CLUB,
    COMPANY,
    FOREIGN_SHAPES,
    HOSTILE,
    MIXED,
    SHAPES,
    TOWN,
    TRADING_CLUB,
    credit_note,
    invoice,
    line,
)
from tests.billing.schematron import EN16931, FRENCH, faults, judged, schema

ALL = {**SHAPES, **FOREIGN_SHAPES}
RAM = "{urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:100}"


def pages(pdf: bytes) -> list[str]:
    """The text of each page, with single spaces."""
    return [" ".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(pdf)).pages]


def found(xml: bytes, *path: str) -> list[str]:
    """The texts at the end of a path of elements, wherever it begins."""
    return [element.text for element in etree.fromstring(xml).iterfind(".//" + "/".join(RAM + name for name in path))]


# --- Content ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("shape", ALL)
def test_content_comes_back_from_json_as_it_was(shape):
    content = ALL[shape]
    back = InvoiceContent.from_json(json.loads(json.dumps(content.to_json())))
    assert back == content
    assert [str(one.unit_price) for one in back.lines] == [str(one.unit_price) for one in content.lines]


def test_content_frozen_before_a_field_existed_takes_its_default():
    frozen = invoice().to_json()
    del frozen["is_demo"], frozen["buyer"]["email"]
    back = InvoiceContent.from_json(frozen)
    assert (back.is_demo, back.buyer.email) == (False, "")


def test_vat_is_computed_on_the_sum_of_a_rate():
    """Three times 0.33 at 20%: 0.066 each would give 0.21."""
    content = invoice(*[line("x", "0.33", VatRegime.STANDARD) for _ in range(3)])
    assert (content.net, content.vat, content.gross) == (Decimal("0.99"), Decimal("0.20"), Decimal("1.19"))


def test_half_a_cent_of_vat_is_rounded_up():
    assert invoice(line("x", "0.10", VatRegime.REDUCED)).vat == Decimal("0.01")  # 0.0055
    assert invoice(line("x", "0.05", VatRegime.INTERMEDIATE)).vat == Decimal("0.01")  # 0.005


def test_breakdown_has_one_share_a_regime_highest_rate_first():
    shares = [(share.regime, share.net, share.vat) for share in invoice(*MIXED).vat_breakdown]
    assert shares == [
        (VatRegime.STANDARD, Decimal("360.00"), Decimal("72.00")),
        (VatRegime.INTERMEDIATE, Decimal("73.50"), Decimal("7.35")),
        (VatRegime.REDUCED, Decimal("7.10"), Decimal("0.39")),
        (VatRegime.ASSOCIATION, Decimal("350.00"), Decimal("0.00")),
        (VatRegime.TRAINING, Decimal("240.00"), Decimal("0.00")),
    ]


def test_invoice_that_is_late_is_due_on_its_own_day():
    content = invoice(issued_on=date(2027, 1, 10))
    assert content.due_on == date(2027, 1, 10)
    assert invoice().due_on == date(2026, 12, 25)
    assert invoice(payment=PaymentTerms()).due_on is None


# --- XML --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("shape", SHAPES)
def test_xml_keeps_the_schema_the_norm_and_the_french_rules(shape):
    assert faults(invoice_xml(SHAPES[shape])) == []


@pytest.mark.parametrize("shape", FOREIGN_SHAPES)
def test_xml_without_french_numbers_keeps_the_schema_and_the_norm(shape):
    assert faults(invoice_xml(FOREIGN_SHAPES[shape]), french=False) == []


def test_rules_find_something_to_look_at():
    xml = invoice_xml(invoice())
    assert judged(xml, EN16931).fired > 50
    assert judged(xml, FRENCH).fired > 30


@pytest.mark.parametrize(
    ("right", "wrong", "rule"),
    [
        (b"<ram:GrandTotalAmount>350.00", b"<ram:GrandTotalAmount>350.01", "BR-CO-15"),
        (b"<ram:LineTotalAmount>350.00", b"<ram:LineTotalAmount>349.00", "BR-CO-10"),
        (b"<ram:CategoryCode>E", b"<ram:CategoryCode>S", "BR-E-08"),
        (b"<ram:CalculatedAmount>0.00", b"<ram:CalculatedAmount>70.00", "BR-E-09"),
        ("<ram:Name>Club Busin’ESS<".encode(), b"<ram:Name><", "BR-06"),
        (b"<ram:SubjectCode>PMT", b"<ram:SubjectCode>AAI", "BR-FR-05_BT-22_PMT"),
        (b"<ram:ID>S1<", b"<ram:ID>A1<", "BR-FR-08_BT-23"),
        (b"807469123<", b"807469124<", "BR-FR-09_BT-29"),
    ],
)
def test_rules_find_what_is_broken(right, wrong, rule):
    xml = invoice_xml(invoice())
    assert right in xml
    broken = faults(xml.replace(right, wrong, 1))
    assert any(rule in fault for fault in broken), broken


def test_rules_find_that_the_seller_is_missing():
    document = etree.fromstring(invoice_xml(invoice()))
    seller = document.find(f".//{RAM}SellerTradeParty")
    seller.getparent().remove(seller)
    assert not schema().validate(document)
    assert any("BR-06" in fault for fault in judged(etree.tostring(document), EN16931).failed)


@pytest.mark.parametrize(
    ("regime", "code"),
    [
        (VatRegime.ASSOCIATION, "VATEX-FR-CGI261-7"),
        (VatRegime.FRANCHISE, "VATEX-FR-FRANCHISE"),
        (VatRegime.TRAINING, "VATEX-FR-CGI261-4"),
    ],
)
def test_exemption_is_given_by_code_and_in_words(regime, code):
    xml = invoice_xml(invoice(line(regime=regime)))
    assert found(xml, "ExemptionReasonCode") == [code]
    assert "French tax code" in found(xml, "ExemptionReason")[0]
    assert set(found(xml, "CategoryCode")) == {"E"}


def test_two_exemptions_share_a_group_with_both_reasons():
    xml = invoice_xml(invoice(*MIXED, seller=TRADING_CLUB))
    [reasons] = found(xml, "ExemptionReason")
    assert "261, 7-1°-a" in reasons and "261, 4-4°-a" in reasons
    assert found(xml, "ExemptionReasonCode") == []
    assert found(xml, "ApplicableHeaderTradeSettlement", "ApplicableTradeTax", "BasisAmount") == [
        "360.00", "73.50", "7.10", "590.00",
    ]  # fmt: skip


def test_credit_note_has_its_code_and_names_the_invoice():
    xml = invoice_xml(credit_note())
    assert found(xml, "InvoiceReferencedDocument", "IssuerAssignedID") == ["F-2026-0042"]
    assert b"<ram:TypeCode>381</ram:TypeCode>" in xml
    assert found(xml, "GrandTotalAmount") == ["350.00"]
    assert found(xml, "IBANID") == []


def test_public_buyer_finds_its_references():
    xml = invoice_xml(SHAPES["a public buyer"])
    assert found(xml, "BuyerReference") == ["SERV-ACHATS-01"]
    assert found(xml, "BuyerOrderReferencedDocument", "IssuerAssignedID") == ["EJ 2026-0004512"]


@pytest.mark.parametrize(
    ("party", "addresses"),
    [
        (COMPANY, [("0009", "73282932000074")]),
        (replace(COMPANY, siret=""), [("EM", "compta@example.org")]),
        (Party(name="Nobody"), []),
    ],
)
def test_buyer_is_reached_by_siret_else_by_e_mail(party, addresses):
    document = etree.fromstring(invoice_xml(invoice(buyer=party)))
    written = document.iterfind(f".//{RAM}BuyerTradeParty/{RAM}URIUniversalCommunication/{RAM}URIID")
    assert [(one.get("schemeID"), one.text) for one in written] == addresses


@pytest.mark.parametrize(
    ("shape", "process", "paid", "due"),
    [
        ("an exempt association", "S1", [], "350.00"),
        ("paid in full, by card, before the invoice", "S2", ["350.00"], "0.00"),
        ("several rates and two exemptions", "S1", ["100.00"], "1010.34"),
    ],
)
def test_what_was_paid_is_taken_off(shape, process, paid, due):
    xml = invoice_xml(SHAPES[shape])
    assert found(xml, "BusinessProcessSpecifiedDocumentContextParameter", "ID") == [process]
    assert (found(xml, "TotalPrepaidAmount"), found(xml, "DuePayableAmount")) == (paid, [due])


texts = st.text(max_size=30)
lines = st.builds(
    line,
    label=texts,
    price=st.decimals(-500, 5000, places=2).map(str),
    regime=st.sampled_from(VatRegime),
    quantity=st.decimals("0.25", 40, places=2).map(str),
)


@settings(max_examples=25)
@given(lines=st.lists(lines, min_size=1, max_size=12), share=st.integers(0, 100), note=texts, buyer=texts)
def test_any_invoice_adds_up_and_keeps_the_rules(lines, share, note, buyer):
    content = invoice(
        *lines, seller=TRADING_CLUB, buyer=replace(COMPANY, name=buyer, street=note, city=buyer), notes=(note,)
    )
    content = replace(content, paid=money(max(content.gross, Decimal(0)) * share / 100))
    assert content.net == sum(one.net for one in lines) == sum(one.net for one in content.vat_breakdown)
    assert content.due + content.paid == content.net + content.vat == content.gross
    assert InvoiceContent.from_json(content.to_json()) == content
    assert faults(invoice_xml(content)) == []


# --- PDF --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("shape", ALL)
def test_pdf_carries_the_xml_and_says_so(shape):
    pdf, xml = invoice_pdf(ALL[shape]), invoice_xml(ALL[shape])
    assert facturx.get_facturx_xml_from_pdf(pdf, check_xsd=True) == ("factur-x.xml", xml)
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        [attached] = opened.Root.AF
        assert (attached.AFRelationship, attached.EF.F.Subtype) == ("/Alternative", "/text/xml")
        assert opened.attachments["factur-x.xml"].get_file().read_bytes() == xml
        metadata = opened.open_metadata()
        assert metadata.pdfa_status == "3B"
        assert metadata[f"{{{'urn:factur-x:pdfa:CrossIndustryDocument:invoice:1p0#'}}}ConformanceLevel"] == "EN 16931"


# The checker approves only what it knows by name. It knows no extension schema, which PDF/A allows (ISO 19005-3, 6.6.2.3.3)
# and Factur-X prescribes, nor the predefined schema of paged text; and it does not look into this kind of font.
NOT_JUDGED = (
    "CFF FDArray FontMatrix is not supported", "xmpMM:History is not checked", "XMP namespace pdfaExtension=",
    "XMP namespace pdfaSchema=", "XMP namespace pdfaProperty=", "XMP namespace fx=", "XMP namespace xmpTPg=",
    "XMP property pdfaExtension:schemas", "XMP property fx:", "XMP property xmpTPg:NPages",
)  # fmt: skip


def pdfa_findings(pdf: bytes) -> list[str]:
    report = pdfa.validate_written(io.BytesIO(pdf), "3b")
    return [str(one) for one in report.findings if not any(known in one.message for known in NOT_JUDGED)]


@pytest.mark.parametrize("shape", ["an exempt association", "forty lines", "hostile texts"])
def test_pdf_is_archival_as_far_as_can_be_judged(shape):
    assert pdfa_findings(invoice_pdf(SHAPES[shape])) == []


def test_pdf_that_is_not_archival_is_found():
    with pikepdf.open(io.BytesIO(invoice_pdf(invoice()))) as opened:
        del opened.Root.OutputIntents
        opened.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="1")
        out = io.BytesIO()
        opened.save(out, fix_metadata_version=False)
    assert len(pdfa_findings(out.getvalue())) >= 2


def test_pdf_of_the_same_content_has_the_same_bytes():
    first = invoice_pdf(SHAPES["forty lines"])
    assert invoice_pdf(InvoiceContent.from_json(SHAPES["forty lines"].to_json())) == first
    assert invoice_pdf(replace(SHAPES["forty lines"], is_demo=False)) != first


def test_pdf_is_made_within_a_blink():
    content = invoice()
    times = []
    for _ in range(6):
        start = time.perf_counter()
        invoice_pdf(content)
        times.append(time.perf_counter() - start)
    assert min(times) < 0.15


def test_page_says_all_that_the_law_asks():
    [text] = pages(invoice_pdf(SHAPES["several rates and two exemptions"]))
    for words in (
        "Invoice no. F-2026-0042", "Club & Cie", "SAS au capital de 10 000 €", "RCS Nanterre 807 469 123",
        "SIRET 807 469 123 00018", "VAT number FR 12 807469123", "1 place du Marché 78000 Versailles", "Œuvres d’Île-de-France",
        "SIRET 732 829 320 00074", "Journée régionale", "article 261, 7-1°-a", "article 261, 4-4°-a", "20 %", "5.5 %",
        "1,030.60 €", "79.74 €", "1,110.34 €", "−100.00 €", "1,010.34 €", "FR76 3000 6000 0112 3456 7890 189", "AGRIFRPP",
        "three times the legal interest rate", "40 euros", "No discount", "Page 1 of 1",
    ):  # fmt: skip
        assert words in text, words


def test_page_in_french_writes_amounts_the_french_way():
    [text] = pages(invoice_pdf(replace(SHAPES["several rates and two exemptions"], language="fr")))
    for words in ("1 030,60 €", "−100,00 €", "5,5 %", "25 novembre 2026"):
        assert words in text, words


def test_page_of_an_exempt_invoice_has_its_article_and_no_table_of_rates():
    [text] = pages(invoice_pdf(invoice(line(regime=VatRegime.FRANCHISE))))
    assert "VAT not applicable, article 293 B" in text
    assert "VAT rate" not in text


def test_page_of_a_credit_note_says_what_it_corrects_and_asks_for_nothing():
    [text] = pages(invoice_pdf(credit_note()))
    assert "Credit note no. A-2026-0003" in text
    assert "This credit note corrects invoice F-2026-0042" in text
    assert "In your favour 350.00 €" in text
    assert "IBAN" not in text and "Left to pay" not in text and "Due on" not in text


def test_page_for_a_public_buyer_has_its_references():
    [text] = pages(invoice_pdf(SHAPES["a public buyer"]))
    assert "EJ 2026-0004512" in text and "SERV-ACHATS-01" in text and "Marché 2026-07." in text


def test_page_writes_the_means_of_payment_in_full():
    assert "Means of payment SEPA debit" in pages(invoice_pdf(SHAPES["to be debited"]))[0]
    assert "Means of payment Chèque-cadeau" in pages(invoice_pdf(SHAPES["to be paid in words of one's own"]))[0]


def test_page_of_a_paid_invoice_asks_for_nothing():
    [text] = pages(invoice_pdf(invoice(paid=Decimal("350.00"))))
    assert "Paid in full." in text and "Left to pay 0.00 €" in text
    assert "IBAN" not in text


def test_pages_repeat_the_head_of_the_table_and_are_numbered():
    texts = pages(invoice_pdf(SHAPES["forty lines"]))
    assert len(texts) == 2 or len(texts) == 3
    assert all(f"Page {n} of {len(texts)}" in text for n, text in enumerate(texts, start=1))
    assert all("Unit price excl. VAT" in text for text in texts if "Atelier" in text)
    assert sum(text.count("Atelier n°") for text in texts) == 40
    assert "F-2026-0042" in texts[1]


def test_page_names_the_country_of_those_abroad():
    assert "Belgium" in pages(invoice_pdf(FOREIGN_SHAPES["a Belgian seller"]))[0]
    assert "Belgique" in pages(invoice_pdf(replace(FOREIGN_SHAPES["a Belgian seller"], language="fr")))[0]
    assert "France" not in pages(invoice_pdf(invoice(buyer=TOWN)))[0]


def test_demonstration_is_marked_on_every_page():
    assert all("DEMONSTRATION" in text for text in pages(invoice_pdf(SHAPES["forty lines"])))
    assert "DEMONSTRATION" not in pages(invoice_pdf(invoice()))[0]
    assert b"DEMONSTRATION" in invoice_xml(SHAPES["forty lines"])


def test_hostile_texts_are_printed_as_they_are():
    text = "".join(pages(invoice_pdf(invoice(line(HOSTILE))))).replace(" ", "")
    assert "#panic()*x*$y$\\n@ref//<a>&amp;</a>]]>'q'\"q\"□□□" in text
    assert text.replace("\u200b", "").count("W") >= 5000


def test_address_shows_in_the_window_of_an_envelope():
    """DL, window on the right: 110 to 190 mm from the left, 45 to 85 mm from the top once folded."""
    places = {}

    def note(text, cm, tm, _font, _size):
        x, y = tm[4] * cm[0] + tm[5] * cm[2] + cm[4], tm[4] * cm[1] + tm[5] * cm[3] + cm[5]
        places.setdefault(text.strip(), (x / 72 * 25.4, 297 - y / 72 * 25.4))

    PdfReader(io.BytesIO(invoice_pdf(invoice(buyer=TOWN, seller=CLUB)))).pages[0].extract_text(visitor_text=note)
    for words in ("Commune de Saint-Denis", "93205 Saint-Denis Cedex"):
        x, y = places[words]
        assert 109 <= x <= 130 and 46 <= y <= 80, (words, x, y)
