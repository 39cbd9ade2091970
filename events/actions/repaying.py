"""What becomes of the money of an event that is off: order by order, each in its own transactions.

The decision is part of the cancellation. What follows from it runs after the commit, in a task and again in the daily run:
orders that are not paid are taken back, paid ones are refunded where everybody is to be. Each refund bears a key of its
own, made of event, line and payment, so that whoever is killed in the midst and begins again refunds nobody twice. What
cannot be settled by itself stays on the list, with why. The provider is never asked with a lock in hand.
"""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID, uuid5

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django_tasks import task

from billing import provider
from billing.actions import cancel_order, obstacle, refund_lines, refund_surplus, refundable, surplus_of
from billing.actions.invoices import uncredited
from billing.actions.ledger import receivable_of
from billing.actions.locking import live_lines, lock_order
from billing.actions.orders import follow_money, release_line
from billing.actions.paying import close_pages
from billing.enums import PaymentStatus
from billing.models import Order, OrderLine, Payment
from billing.totals import totals_of
from core.errors import RuleBroken
from core.history import record
from events.actions.holding import expire_holds
from events.actions.locking import lock_event
from events.enums import EventStatus, Obstacle, Refunding, RepaymentState
from events.models import PAYABLE, Cancellation, Event, Repayment

NAMES = UUID("5b1f6c1e-8f5b-4a1e-9d55-3f0c7a2f6f10")


@dataclass(frozen=True)
class Outcome:
    """How far one order has come."""

    state: RepaymentState
    obstacle: str = ""
    until: date | None = None


REFUNDED, CALLED_OFF = Outcome(RepaymentState.REFUNDED), Outcome(RepaymentState.CALLED_OFF)


# --- The decision -----------------------------------------------------------------------------------------------------


def begin_repaying(event: Event, *, by, refunding: str, now: datetime) -> Cancellation:
    """Note the decision, list what is ordered, and settle it after the commit. Under the event's lock."""
    cancellation = Cancellation.objects.create(event=event, by=by, decided_at=now, refunding=refunding)
    if list_repayments(event):
        record("events.cancellation.decided", DECIDED[Refunding(refunding)], by=by, about=[event])
    transaction.on_commit(lambda: settle_task.enqueue(event.pk))
    return cancellation


@transaction.atomic
def refund_everybody(event: Event, *, by) -> Cancellation:
    """Decide, after the cancellation, that everybody is refunded, and begin (again) with what is left. Repeat-safe.

    Raises RuleBroken for an event that is not cancelled.
    """
    event = lock_event(event)
    if not event.is_cancelled:
        raise RuleBroken(_("This event is not cancelled."))
    cancellation, is_new = Cancellation.objects.get_or_create(
        event=event, defaults={"by": by, "decided_at": timezone.now(), "refunding": Refunding.ALL}
    )
    if is_new or not cancellation.refunds_all:
        cancellation.refunding, cancellation.by, cancellation.decided_at = Refunding.ALL, by, timezone.now()
        cancellation.save()
        record("events.cancellation.decided", DECIDED[Refunding.ALL], by=by, about=[event])
    event.repayments.unsettled().filter(obstacle=Obstacle.UNDECIDED).update(state=RepaymentState.WAITING, obstacle="")
    transaction.on_commit(lambda: settle_task.enqueue(event.pk))
    return cancellation


DECIDED = {
    Refunding.ALL: gettext_noop("Decided: everybody who paid is refunded"),
    Refunding.EACH: gettext_noop("Decided: refunds are decided one by one"),
}


def list_repayments(event: Event) -> int:
    """A row for every order by which places of this event are bought; repeat-safe. Returns how many rows there are."""
    lines = OrderLine.objects.live().filter(
        payable=PAYABLE, target_id__in=event.registrations.values("pk"), unit_price__gt=0,
        order__in=Order.objects.placed(),
    )  # fmt: skip
    Repayment.objects.bulk_create([Repayment(event=event, line=line) for line in lines], ignore_conflicts=True)
    return event.repayments.count()


# --- What follows from it ---------------------------------------------------------------------------------------------


@task()
def settle_task(event_id: int) -> None:
    """Stands here and not in `tasks`: the action hands it over after its own commit."""
    settle_event(Event.objects.get(pk=event_id))


def settle_due() -> int:
    """For the daily run: what a dead process left behind, and what was not possible before. Returns how many are settled."""
    unsettled = Repayment.objects.to_try().order_by().values("event")
    unlisted = OrderLine.objects.live().filter(  # ordered at the very moment of the decision
        payable=PAYABLE, unit_price__gt=0, repayment__isnull=True, order__in=Order.objects.placed()
    )  # fmt: skip
    found = Event.objects.filter(
        Q(pk__in=unsettled) | Q(registrations__in=unlisted.values("target_id")),
        status=EventStatus.CANCELLED, cancellation__isnull=False,
    )  # fmt: skip
    return sum(settle_event(event) for event in found.distinct().order_by("pk"))


def settle_event(event: Event) -> int:
    """Settle one order after the other; call it outside of a transaction. Safe to repeat. Returns how many are settled."""
    expire_holds(timezone.now(), event)  # baskets, and seats that were only held
    list_repayments(event)
    decided = Cancellation.objects.filter(event=event, refunding=Refunding.ALL).select_related("by").first()
    repayments = event.repayments.to_try().order_by("line__order", "pk")
    return _settle_each(repayments, refunds=decided is not None, by=decided.by if decided else None)


def refund_one(repayment: Repayment, *, by) -> Repayment:
    """Decide that this one is refunded, and do it now; call it outside of a transaction. Repeat-safe.

    Raises RuleBroken with what stands in the way.
    """
    if repayment.is_settled:
        return repayment
    _settle_each(Repayment.objects.filter(pk=repayment.pk), refunds=True, by=by)
    repayment = Repayment.objects.select_related("line", "event").get(pk=repayment.pk)
    if not repayment.is_settled:
        raise RuleBroken(repayment.get_obstacle_display())
    return repayment


def _settle_each(repayments: QuerySet[Repayment], *, refunds: bool, by=None) -> int:
    settled = 0
    for pk in list(repayments.values_list("pk", flat=True)):
        repayment = Repayment.objects.select_related("line", "event").get(pk=pk)
        outcome = _tried(repayment, refunds=refunds, by=by)
        Repayment.objects.filter(pk=pk).update(
            state=outcome.state, obstacle=outcome.obstacle, until=outcome.until, tried_at=timezone.now()
        )
        settled += outcome.state in RepaymentState.over()
    return settled


def _tried(repayment: Repayment, *, refunds: bool, by) -> Outcome:
    try:
        return _settle(repayment, refunds=refunds, by=by)
    except (provider.ProviderUnreachable, provider.ProviderRefused):
        return Outcome(RepaymentState.STUCK, Obstacle.PROVIDER_AWAY)
    except RuleBroken:
        return Outcome(RepaymentState.STUCK, Obstacle.OTHER)


def _settle(repayment: Repayment, *, refunds: bool, by) -> Outcome:
    """One step after the other, each of which may be the last of a process: what is done already is passed over."""
    line = OrderLine.objects.get(pk=repayment.line_id)
    order = Order.objects.get(pk=line.order_id)
    if line.is_live and order.is_placed:
        if (pending := order.payments.filter(status=PaymentStatus.PENDING).first()) is not None:
            return Outcome(RepaymentState.STUCK, Obstacle.DEBIT_UNDER_WAY, pending.answer_by)
        _take_back(line, by=by)
        line.refresh_from_db()
        order.refresh_from_db()
    if not line.is_live:
        return _pay_back_what_came(repayment, line, order, refunds=refunds, by=by)
    return _refund(repayment, line, order, refunds=refunds, by=by)


def _take_back(line: OrderLine, *, by) -> None:
    """An order that is not paid: cancelled, or, where it holds other things, without these places."""
    order = Order.objects.get(pk=line.order_id)
    if len(live_lines(order)) == 1:
        cancel_order(order, by=by, reason=_reason())
        return
    close_pages(order)
    _take_out(line, by=by)


@transaction.atomic
def _take_out(line: OrderLine, *, by) -> None:
    order = lock_order(Order(pk=line.order_id))
    line = OrderLine.objects.get(pk=line.pk)
    line.order = order
    if not line.is_live or not order.is_placed:
        return
    if order.payments.open().exists():
        raise RuleBroken(_("A payment is under way: wait until it has succeeded or failed."))
    release_line(line, by=by, reason=_reason())
    follow_money(order, by=by)


def _refund(repayment: Repayment, line: OrderLine, order: Order, *, refunds: bool, by) -> Outcome:
    """A firm order: paid, or on account."""
    if receivable_of(order) > 0:
        return _take_back_account(line, order, by=by)
    if not refunds:
        return Outcome(RepaymentState.STUCK, Obstacle.UNDECIDED)
    payments = list(order.payments.settled().order_by("pk"))
    found = [hindered for payment in payments if (hindered := _hindrance(payment))]
    for payment in payments:
        amount = min(_left_of(line), refundable(payment))
        if amount > 0 and not _hindrance(payment):
            key = uuid5(NAMES, f"{repayment.event.uid}:{line.pk}:{payment.pk}")
            refund_lines(payment, by=by, shares={line.pk: amount}, reason=_reason(), key=key)
    if not _left_of(line):
        return REFUNDED
    return found[0] if found else Outcome(RepaymentState.STUCK, Obstacle.OTHER)


def _take_back_account(line: OrderLine, order: Order, *, by) -> Outcome:
    """Firm and not paid in full: an order on account of which nothing came is taken back with a credit note."""
    if order.payments.filter(disputes__withdrawn__gt=0).exists():
        return Outcome(RepaymentState.STUCK, Obstacle.DISPUTED)
    is_untouched = not order.payments.settled().exists() and not order.payments.open().exists()
    if not order.is_on_account or not is_untouched or len(live_lines(order)) > 1:
        return Outcome(RepaymentState.STUCK, Obstacle.ON_ACCOUNT)
    cancel_order(order, by=by, reason=_reason())
    return CALLED_OFF


def _pay_back_what_came(repayment: Repayment, line: OrderLine, order: Order, *, refunds: bool, by) -> Outcome:
    """The places are taken back; what was paid for them without an invoice is owed."""
    if line.credits.exists():
        return REFUNDED if line.credits.filter(refund__isnull=False).exists() else CALLED_OFF
    owed = min(surplus_of(order), totals_of([(line.regime, line.net)]).gross)
    if owed <= 0:
        was_paid = order.payments.filter(refunds__isnull=False).exists()
        return REFUNDED if was_paid else CALLED_OFF
    if not refunds:
        return Outcome(RepaymentState.OWED, Obstacle.UNDECIDED)
    found = None
    for payment in order.payments.settled().order_by("pk"):
        amount = min(owed, refundable(payment))
        if hindered := _hindrance(payment):
            found = found or hindered
        elif amount > 0:
            key = uuid5(NAMES, f"{repayment.event.uid}:{line.pk}:{payment.pk}:surplus")
            refund_surplus(payment, by=by, amount=amount, reason=_reason(), key=key)
            owed -= amount
    if owed <= 0:
        return REFUNDED
    found = found or Outcome(RepaymentState.STUCK, Obstacle.OTHER)
    return Outcome(RepaymentState.OWED, found.obstacle, found.until)


def _hindrance(payment: Payment) -> Outcome | None:
    """Why this payment cannot go back by itself now."""
    if refundable(payment) <= 0:
        return None
    if not payment.is_by_provider:
        return Outcome(RepaymentState.STUCK, Obstacle.BY_HAND)
    if not obstacle(payment):
        return None
    until = payment.disputable_until
    if until is not None and until > timezone.now():
        return Outcome(RepaymentState.STUCK, Obstacle.DISPUTABLE, timezone.localdate(until))
    return Outcome(RepaymentState.STUCK, Obstacle.DISPUTED)


def _left_of(line: OrderLine) -> Decimal:
    """What of the line, with VAT, no credit note has taken back yet."""
    left = uncredited(line)
    return totals_of([(line.regime, left)]).gross if left > 0 else Decimal(0)


def _reason() -> str:
    """What stands in the letter and on the order."""
    with translation.override(settings.LANGUAGE_CODE):
        return _("The event was cancelled.")
