"""How an order stands, from what is stored: its status, its sums, its payments."""

from dataclasses import dataclass
from decimal import Decimal

from billing.enums import Standing
from billing.models import Order, OrderLine, Payment
from billing.totals import totals_of
from core.money import ZERO


@dataclass(frozen=True)
class OrderRow:
    """An order in a list (from `Order.objects.with_sums().for_list()`), without a query of its own."""

    order: Order

    @property
    def live_lines(self) -> list[OrderLine]:
        return [line for line in self.order.lines.all() if line.is_live]

    @property
    def things(self) -> list[OrderLine]:
        """What it is about; of a cancelled order what it was about."""
        return self.live_lines or list(self.order.lines.all())

    @property
    def gross(self) -> Decimal:
        return totals_of((line.regime, line.net) for line in self.things).gross

    @property
    def due(self) -> Decimal:
        """As `billing.actions.due_of` says it."""
        return self.order.receivable + (self.gross if self.order.is_placed else ZERO)

    @property
    def standing(self) -> Standing:
        return standing_of(self.order, due=self.due, gross=self.gross, payments=list(self.order.payments.all()))


def standing_of(order: Order, *, due: Decimal, gross: Decimal, payments: list[Payment]) -> Standing:
    """In one word. Payments come with their disputes."""
    if order.is_cancelled:
        return Standing.OWED_BACK if due < 0 else Standing.CANCELLED
    if due < 0:
        return Standing.OWED
    if not due:
        return Standing.PAID if gross else Standing.FREE
    underway = open_payment(payments)
    if underway is not None:
        return Standing.UNDER_WAY if underway.is_pending else Standing.ON_PAGE
    if any(dispute.withdrawn for payment in payments for dispute in payment.disputes.all()):
        return Standing.WITHDRAWN
    return Standing.TO_PAY


def open_payment(payments: list[Payment]) -> Payment | None:
    """The one payment that may still bring money by itself."""
    return next((payment for payment in payments if payment.is_open), None)
