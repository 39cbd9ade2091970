"""Invoices of every shape that a club writes, made up."""

from datetime import date
from decimal import Decimal

from billing.documents.content import InvoiceContent, InvoiceLine, Party, PaymentTerms
from billing.enums import InvoiceKind, Method, VatRegime
from core.money import money

CLUB = Party(
    name="Club Busin’ESS",
    siret="80746912300018",
    legal_form="Association loi 1901",
    registration="RNA W922001234",
    street="12 rue de la République\nBâtiment C",
    post_code="92000",
    city="Nanterre",
    email="coordination@club.example",
)
TRADING_CLUB = Party(
    name="Club & Cie", siret="80746912300018", vat_number="FR 12 807469123", legal_form="SAS au capital de 10 000 €",
    registration="RCS Nanterre 807 469 123", street="1 place du Marché", post_code="78000", city="Versailles",
)  # fmt: skip
COMPANY = Party(
    name="Œuvres d’Île-de-France", siret="73282932000074", vat_number="FR44732829320", street="4 avenue de l’Étang",
    post_code="78000", city="Versailles", email="compta@example.org",
)  # fmt: skip
TOWN = Party(
    name="Commune de Saint-Denis", siret="21930066400010", street="Place Victor-Hugo", post_code="93205",
    city="Saint-Denis Cedex",
)  # fmt: skip
NEWCOMER = Party(name="Collectif en création", street="3 impasse du Puits", post_code="95000", city="Cergy")
TRANSFER = PaymentTerms(
    due_on=date(2026, 12, 25), method=Method.TRANSFER, iban="FR7630006000011234567890189", bic="AGRIFRPP",
    reference="F-2026-0042",
)  # fmt: skip


def line(label="Adhésion 2026", price="350.00", regime=VatRegime.ASSOCIATION, quantity="1", **days) -> InvoiceLine:
    price, quantity = Decimal(price), Decimal(quantity)
    return InvoiceLine(
        label=label, quantity=quantity, unit_price=price, regime=regime, net=money(price * quantity), **days
    )


def invoice(*lines: InvoiceLine, **changes) -> InvoiceContent:
    usual = {
        "kind": InvoiceKind.INVOICE,
        "number": "F-2026-0042",
        "issued_on": date(2026, 11, 25),
        "delivered_on": date(2026, 11, 24),
        "seller": CLUB,
        "buyer": COMPANY,
        "lines": lines or (line(starts_on=date(2026, 1, 1), ends_on=date(2026, 12, 31)),),
        "payment": TRANSFER,
        "language": "en",
    }
    return InvoiceContent(**{**usual, **changes})


def credit_note(*lines: InvoiceLine, **changes) -> InvoiceContent:
    usual = {
        "kind": InvoiceKind.CREDIT_NOTE,
        "number": "A-2026-0003",
        "corrects_number": "F-2026-0042",
        "corrects_on": date(2026, 11, 20),
    }
    return invoice(*lines, **{**usual, **changes})


MIXED = (
    line("Journée régionale", "120.00", VatRegime.STANDARD, "3"),
    line("Déjeuner", "24.50", VatRegime.INTERMEDIATE, "3"),
    line("Livret", "7.10", VatRegime.REDUCED),
    line("Adhésion 2026", "350.00", VatRegime.ASSOCIATION),
    line("Formation aux clauses sociales", "480.00", VatRegime.TRAINING, "0.5"),
)
CARD = PaymentTerms(due_on=date(2026, 11, 20), method=Method.CARD)
REGIMES = list(VatRegime)
HOSTILE = "#panic() *x* $y$ \\n @ref // <a>&amp;</a> ]]> 'q' \"q\" 😀 漢字 \x00\x1b\ufffe " + "W" * 5000
HOSTILE_BUYER = Party(
    name=HOSTILE, siret="😀", vat_number="FR💣", street=f"\n{HOSTILE}\n{HOSTILE}\n2\n3", post_code=HOSTILE, city=HOSTILE,
    email="x@example.org",
)  # fmt: skip

SHAPES = {
    "an exempt association": invoice(),
    "several rates and two exemptions": invoice(*MIXED, seller=TRADING_CLUB, paid=Decimal("100.00")),
    "a small business": invoice(line(regime=VatRegime.FRANCHISE)),
    "training": invoice(line(regime=VatRegime.TRAINING)),
    "a credit note": credit_note(),
    "a credit note, refunded": credit_note(*MIXED[:2], paid=Decimal("520.85"), seller=TRADING_CLUB),
    "a public buyer": invoice(
        buyer=TOWN, buyer_reference="SERV-ACHATS-01", purchase_order="EJ 2026-0004512",
        payment=PaymentTerms(method=Method.PURCHASE_ORDER, iban=TRANSFER.iban), notes=("Marché 2026-07.",),
    ),
    "paid in full, by card, before the invoice": invoice(paid=Decimal("350.00"), payment=CARD),
    "to be debited": invoice(payment=PaymentTerms(due_on=date(2026, 12, 1), method=Method.SEPA_DEBIT)),
    "to be paid on receipt, anyhow": invoice(payment=PaymentTerms(), delivered_on=None),
    "to be paid in words of one's own": invoice(payment=PaymentTerms(method="Chèque-cadeau")),
    "free of charge": invoice(line(price="0.00")),
    "a discount": invoice(line(), line("Remise", "-50.00")),
    "a buyer with an e-mail only": invoice(buyer=Party(name="Collectif", email="collectif@example.org")),
    "forty lines": invoice(
        *(line(f"Atelier n° {n}", "45.90", REGIMES[n % 6], str(1 + n % 4)) for n in range(40)), is_demo=True
    ),
    "hostile texts": invoice(line(HOSTILE), line("\x00"), buyer=HOSTILE_BUYER, notes=(HOSTILE, ""), purchase_order=HOSTILE),
}  # fmt: skip
# What the European rules take; the French ones want a buyer that can be reached and a seller with a SIREN.
FOREIGN_SHAPES = {
    "a buyer without SIRET or e-mail": invoice(buyer=NEWCOMER),
    "a seller without SIRET": invoice(seller=Party(name="Club naissant", registration="RNA W1", city="Lille")),
    "a seller with a name only": invoice(seller=Party(name="Club naissant")),
    "a Belgian seller": invoice(
        line(regime=VatRegime.STANDARD), seller=Party(name="Club", country="BE", vat_number="BE0403019261")
    ),
}
