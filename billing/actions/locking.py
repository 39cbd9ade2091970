"""Locks are taken in one order everywhere: order, organisation, event, series of invoices. So nobody waits in a circle."""

from decimal import Decimal
from uuid import UUID

from django.db.models import QuerySet, Sum
from django.utils.translation import gettext_lazy as _

from billing.actions.ledger import receivable_of
from billing.enums import RefundStatus
from billing.models import Order, OrderLine, Refund
from billing.totals import Totals, totals_of
from core.errors import RuleBroken
from core.locks import lock_row
from core.money import ZERO, MoneyField


def lock_order(order: Order) -> Order:
    """The order as it is now, locked until the transaction ends."""
    return lock_row(Order.objects.all(), order.pk)


def made_with(rows: QuerySet, key: UUID | None, **of):
    """The row that was made with this key for the same thing; None for a fresh key. Ask it under the order's lock.

    Raises RuleBroken for a key that was used for something else.
    """
    standing = rows.filter(key=key).first() if key else None
    if standing is not None and not rows.filter(pk=standing.pk, **of).exists():
        raise RuleBroken(_("This form was used already: open it anew."))
    return standing


def live_lines(order: Order) -> list[OrderLine]:
    lines = list(OrderLine.objects.live().filter(order=order))
    for line in lines:
        line.order = order
    return lines


def totals(order: Order) -> Totals:
    """What the order comes to, with VAT."""
    return totals_of((line.regime, line.net) for line in live_lines(order))


def due_of(order: Order) -> Decimal:
    """What is still to be paid; negative: the club owes money back.

    The ledger knows the sale once the order is firm; before that the order's own lines say what is asked for.
    """
    asked = totals(order).gross if order.is_placed else Decimal(0)
    return receivable_of(order) + asked


def on_its_way_back(order: Order) -> Decimal:
    """Refunds that were decided and are not carried out yet: their money is still here, and is no longer the order's."""
    refunds = Refund.objects.filter(
        payment__order=order, status__in=[RefundStatus.REQUESTED, RefundStatus.PENDING]
    )  # fmt: skip
    return refunds.aggregate(total=Sum("amount", output_field=MoneyField()))["total"] or ZERO
