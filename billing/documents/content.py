"""What an invoice or a credit note says, frozen: kept as JSON beside its number, and all that its documents are made of."""

from dataclasses import asdict, dataclass, fields, is_dataclass
from datetime import date
from decimal import Decimal
from types import UnionType
from typing import get_args, get_origin, get_type_hints

from billing.enums import CURRENCY, InvoiceKind, Method, VatRegime
from core.money import ZERO, money


@dataclass(frozen=True, kw_only=True)
class Party:
    """Who sells or buys, as on the day of issue."""

    name: str
    siret: str = ""
    vat_number: str = ""
    legal_form: str = ""
    registration: str = ""  # where else it is registered: "RCS Nanterre 123 456 789", "RNA W922001234"
    street: str = ""
    post_code: str = ""
    city: str = ""
    country: str = "FR"
    email: str = ""


@dataclass(frozen=True, kw_only=True)
class InvoiceLine:
    label: str
    quantity: Decimal
    unit_price: Decimal  # excl. VAT
    regime: str  # a VatRegime
    net: Decimal
    starts_on: date | None = None
    ends_on: date | None = None


@dataclass(frozen=True, kw_only=True)
class PaymentTerms:
    """When and how what is due is paid. `method` is a Method, or a label of one's own words."""

    due_on: date | None = None
    method: str = ""
    iban: str = ""
    bic: str = ""
    reference: str = ""

    @property
    def method_label(self) -> str:
        return str(Method(self.method).label) if self.method in Method.values else self.method


@dataclass(frozen=True)
class VatShare:
    """What a document's lines of one regime come to."""

    regime: VatRegime
    net: Decimal

    @property
    def rate(self) -> Decimal:
        return self.regime.rate

    @property
    def vat(self) -> Decimal:
        """On the sum of the nets, not line by line (EN 16931, BR-CO-17)."""
        return money(self.net * self.rate / 100)


@dataclass(frozen=True, kw_only=True)
class InvoiceContent:
    """An invoice or a credit note; amounts of both are positive. A credit note names the invoice that it corrects."""

    kind: str  # an InvoiceKind
    number: str
    issued_on: date
    delivered_on: date | None = None
    currency: str = CURRENCY
    seller: Party
    buyer: Party
    lines: tuple[InvoiceLine, ...]
    buyer_reference: str = ""  # the service code of a public buyer (Chorus Pro)
    purchase_order: str = ""  # the number of the order or of the commitment
    payment: PaymentTerms = PaymentTerms()
    paid: Decimal = ZERO
    corrects_number: str = ""
    corrects_on: date | None = None
    notes: tuple[str, ...] = ()
    is_demo: bool = False
    language: str = "fr"

    def to_json(self) -> dict:
        """As a JSON column keeps it; `from_json` gives back the same content, to the last place of every amount."""
        return _frozen(asdict(self))

    @classmethod
    def from_json(cls, frozen: dict) -> "InvoiceContent":
        return _thawed(cls, frozen)

    @property
    def is_credit_note(self) -> bool:
        return self.kind == InvoiceKind.CREDIT_NOTE

    @property
    def vat_breakdown(self) -> tuple[VatShare, ...]:
        """One share a regime, highest rate first."""
        nets: dict[VatRegime, Decimal] = {}
        for line in self.lines:
            regime = VatRegime(line.regime)
            nets[regime] = nets.get(regime, ZERO) + line.net
        shares = (VatShare(regime, net) for regime, net in nets.items())
        return tuple(sorted(shares, key=lambda share: (-share.rate, share.regime)))

    @property
    def net(self) -> Decimal:
        return sum((line.net for line in self.lines), ZERO)

    @property
    def vat(self) -> Decimal:
        return sum((share.vat for share in self.vat_breakdown), ZERO)

    @property
    def gross(self) -> Decimal:
        return self.net + self.vat

    @property
    def due(self) -> Decimal:
        return self.gross - self.paid

    @property
    def is_paid(self) -> bool:
        return self.gross > 0 and self.due == 0

    @property
    def due_on(self) -> date | None:
        """An invoice that is issued after the agreed day is due at once, never before it was written."""
        return max(self.payment.due_on, self.issued_on) if self.payment.due_on else None


def _frozen(value):
    if isinstance(value, dict):
        return {key: _frozen(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_frozen(one) for one in value]
    if isinstance(value, Decimal):
        return str(value)
    return value.isoformat() if isinstance(value, date) else value


def _thawed(kind, value):
    """`value` as `kind` says: a dataclass of this module, a tuple of one kind, a date or None, an amount, or itself."""
    if is_dataclass(kind):
        kinds = get_type_hints(kind)
        return kind(**{f.name: _thawed(kinds[f.name], value[f.name]) for f in fields(kind) if f.name in value})
    if get_origin(kind) is tuple:
        return tuple(_thawed(get_args(kind)[0], one) for one in value)
    if get_origin(kind) is UnionType:
        return None if value is None else _thawed(get_args(kind)[0], value)
    if kind is date:
        return date.fromisoformat(value)
    return Decimal(value) if kind is Decimal else value
