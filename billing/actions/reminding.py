"""What the daily run does about money: reminders of what is late, and forgetting what is nobody's business any more."""

from datetime import date, datetime, timedelta

from django.db import transaction

from billing import letters
from billing.actions.locking import due_of, lock_order
from billing.enums import BankLineState
from billing.models import BankLine, Order

# Days after the day an order was to be paid by. One that waits for a transfer is given up before; a purchase order, or dues
# that are owed, are not.
REMINDED_AFTER = (7, 30, 60)
# Money that came or went for something else than an order: who it was is forgotten after a year and a month.
FOREIGN_LINES_KEPT = timedelta(days=396)


def remind_late_orders(today: date) -> int:
    """Write to whoever has not paid what is firm. Each reminder once; after a long silence only the latest that is due.

    Returns how many orders were reminded of.
    """
    reminded = 0
    late = Order.objects.filter(due_on__lte=today - timedelta(days=REMINDED_AFTER[0]), firm_at__isnull=False)
    for pk in list(late.with_sums().filter(receivable__gt=0).order_by("pk").values_list("pk", flat=True)):
        with transaction.atomic():
            order = lock_order(Order(pk=pk))
            due = due_of(order)
            if due <= 0 or not order.is_firm or order.due_on is None:
                continue
            late_by = (today - order.due_on).days
            reminded += letters.order_reminded(order, due, max(days for days in REMINDED_AFTER if days <= late_by))
    return reminded


def forget_foreign_bank_lines(now: datetime) -> int:
    """Blank the names and texts of old bank lines that paid no order. Returns how many."""
    old = BankLine.objects.exclude(state=BankLineState.MATCHED).filter(booked_on__lt=(now - FOREIGN_LINES_KEPT).date())
    return old.exclude(counterparty="", text="", reference="").update(counterparty="", text="", reference="")
