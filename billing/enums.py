from decimal import Decimal

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.enums import Status

CURRENCY = "EUR"


class VatRegime(models.TextChoices):
    """How a line is taxed. An exemption names its article (BOFiP; CGI art. 242 nonies A, I-12°)."""

    ASSOCIATION = "association", _("exempt: services of an association to its members (CGI, art. 261, 7-1°-a)")
    FRANCHISE = "franchise", _("not charged: small business (CGI, art. 293 B)")
    TRAINING = "training", _("exempt: professional training (CGI, art. 261, 4-4°-a)")
    STANDARD = "standard", _("20%")
    INTERMEDIATE = "intermediate", _("10%")
    REDUCED = "reduced", _("5.5%")

    @property
    def rate(self) -> Decimal:
        """In per cent."""
        rates = {self.STANDARD: "20.00", self.INTERMEDIATE: "10.00", self.REDUCED: "5.50"}
        return Decimal(rates.get(self, "0.00"))

    @property
    def is_exempt(self) -> bool:
        return self.rate == 0


class Method(models.TextChoices):
    """The ways to pay."""

    CARD = "card", _("card")
    SEPA_DEBIT = "sepa_debit", _("SEPA debit")
    TRANSFER = "transfer", _("bank transfer")
    CHEQUE = "cheque", _("cheque")
    CASH = "cash", _("cash")
    PURCHASE_ORDER = "purchase_order", _("purchase order (public buyers)")

    @classmethod
    def by_provider(cls) -> list[str]:
        """Paid on the payment provider's page."""
        return [cls.CARD, cls.SEPA_DEBIT]

    @classmethod
    def by_hand(cls) -> list[str]:
        """Received by the club and recorded by its coordination."""
        return [cls.TRANSFER, cls.CHEQUE, cls.CASH]


class OrderStatus(Status):
    """What was decided about an order; whether it is paid is a sum over the ledger."""

    BASKET = "basket", pgettext_lazy("order", "basket")
    PLACED = "placed", pgettext_lazy("order", "to be paid")
    FIRM = "firm", pgettext_lazy("order", "firm")
    CANCELLED = "cancelled", pgettext_lazy("order", "cancelled")

    @classmethod
    def moves(cls):
        return {
            cls.BASKET: {cls.PLACED, cls.FIRM},
            cls.PLACED: {cls.FIRM, cls.CANCELLED, cls.BASKET},
            cls.FIRM: {cls.CANCELLED},
        }

    @classmethod
    def tones(cls):
        return {cls.PLACED: "late", cls.FIRM: "good", cls.CANCELLED: "neutral"}


class Standing(Status):
    """How an order stands for whoever reads it: its own status and its money in one word. Derived, never stored."""

    FREE = "free", pgettext_lazy("order", "free")
    PAID = "paid", pgettext_lazy("order", "paid")
    TO_PAY = "to_pay", pgettext_lazy("order", "to be paid")
    ON_PAGE = "on_page", pgettext_lazy("order", "on the payment page")
    UNDER_WAY = "under_way", pgettext_lazy("order", "debit under way")
    WITHDRAWN = "withdrawn", pgettext_lazy("order", "to be paid again")
    OWED = "owed", pgettext_lazy("order", "paid too much")
    CANCELLED = "cancelled", pgettext_lazy("order", "cancelled")
    OWED_BACK = "owed_back", pgettext_lazy("order", "cancelled, money to be paid back")

    @classmethod
    def tones(cls):
        return {
            cls.FREE: "good", cls.PAID: "good", cls.TO_PAY: "late", cls.ON_PAGE: "info", cls.UNDER_WAY: "info",
            cls.WITHDRAWN: "bad", cls.OWED: "late", cls.OWED_BACK: "late",
        }  # fmt: skip


class PaymentStatus(Status):
    """A payment through the provider goes this way; one by hand is settled from the start."""

    STARTED = "started", pgettext_lazy("payment", "begun")
    PENDING = "pending", pgettext_lazy("payment", "debit under way")
    SETTLED = "settled", pgettext_lazy("payment", "received")
    FAILED = "failed", pgettext_lazy("payment", "failed")
    EXPIRED = "expired", pgettext_lazy("payment", "not finished")

    @classmethod
    def moves(cls):
        """Any order of news: what the provider says last counts, but money that came is never unsaid (it is refunded)."""
        open_moves = {cls.PENDING, cls.SETTLED, cls.FAILED, cls.EXPIRED}
        return {
            cls.STARTED: open_moves,
            cls.PENDING: {cls.SETTLED, cls.FAILED},
            cls.FAILED: {cls.PENDING, cls.SETTLED},
            cls.EXPIRED: {cls.PENDING, cls.SETTLED, cls.FAILED},
        }

    @classmethod
    def tones(cls):
        return {cls.STARTED: "info", cls.PENDING: "info", cls.SETTLED: "good", cls.FAILED: "bad"}

    @classmethod
    def open(cls) -> list[str]:
        """Money may still come of these by themselves."""
        return [cls.STARTED, cls.PENDING]


class RefundStatus(Status):
    REQUESTED = "requested", pgettext_lazy("refund", "to be sent")
    PENDING = "pending", pgettext_lazy("refund", "under way")
    DONE = "done", pgettext_lazy("refund", "done")
    FAILED = "failed", pgettext_lazy("refund", "failed")

    @classmethod
    def moves(cls):
        return {
            cls.REQUESTED: {cls.PENDING, cls.DONE, cls.FAILED},
            cls.PENDING: {cls.DONE, cls.FAILED},
            cls.DONE: {cls.FAILED},  # a bank may send money back days later
        }

    @classmethod
    def tones(cls):
        return {cls.REQUESTED: "info", cls.PENDING: "info", cls.DONE: "good", cls.FAILED: "bad"}


class DisputeStatus(Status):
    OPEN = "open", pgettext_lazy("dispute", "open")
    WON = "won", pgettext_lazy("dispute", "won")
    LOST = "lost", pgettext_lazy("dispute", "lost")

    @classmethod
    def moves(cls):
        return {cls.OPEN: {cls.WON, cls.LOST}, cls.LOST: {cls.WON}}

    @classmethod
    def tones(cls):
        return {cls.OPEN: "late", cls.WON: "good", cls.LOST: "bad"}


class InvoiceKind(models.TextChoices):
    INVOICE = "invoice", _("invoice")
    CREDIT_NOTE = "credit_note", _("credit note")


class Account(models.TextChoices):
    """The accounts of the ledger, by their numbers in the French chart of accounts (PCG; associations: ANC 2018-06)."""

    RECEIVABLE = "411000", _("Members and customers")
    BANK = "512000", _("Bank")
    CHEQUES = "511200", _("Cheques to be cashed")
    PROVIDER = "517000", _("Payment provider")
    CASH = "531000", _("Cash")
    VAT = "445710", _("VAT collected")
    DUES = "756000", _("Membership fees")
    EVENTS = "706000", _("Participation in events")

    @classmethod
    def holding(cls) -> list[str]:
        """Where money lies."""
        return [cls.BANK, cls.CHEQUES, cls.PROVIDER, cls.CASH]

    @classmethod
    def of_method(cls, method: str) -> "Account":
        """Where money that was paid so arrives."""
        return {
            Method.CARD: cls.PROVIDER,
            Method.SEPA_DEBIT: cls.PROVIDER,
            Method.TRANSFER: cls.BANK,
            Method.PURCHASE_ORDER: cls.BANK,
            Method.CHEQUE: cls.CHEQUES,
            Method.CASH: cls.CASH,
        }[Method(method)]


class Journal(models.TextChoices):
    """The journals of the accounting export."""

    SALES = "VE", _("Sales")
    BANK = "BQ", _("Bank")
    CASH = "CA", _("Cash")
    PROVIDER = "PS", _("Payment provider")


class BankLineState(Status):
    """How a line of a bank statement stands."""

    OPEN = "open", pgettext_lazy("bank line", "to be assigned")
    MATCHED = "matched", pgettext_lazy("bank line", "assigned")
    IGNORED = "ignored", pgettext_lazy("bank line", "set aside")

    @classmethod
    def moves(cls):
        return {cls.OPEN: {cls.MATCHED, cls.IGNORED}, cls.IGNORED: {cls.OPEN}}

    @classmethod
    def tones(cls):
        return {cls.OPEN: "late", cls.MATCHED: "good"}
