"""Money back: whole or in part, by whom and why. What a refunded thing releases is for its payable to say.

A refund is decided in one transaction (credit note, things released, letter); the provider is asked after it, by a task,
and again by the daily run if the process died in between: the refund's own key keeps it single.
"""

from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal
from uuid import UUID, uuid4

from django.db import transaction
from django.db.models import Sum
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop
from django_tasks import task

from billing import letters, provider
from billing.actions import invoices
from billing.actions.following import move_refund, sync_payment
from billing.actions.ledger import JOURNALS, book
from billing.actions.locking import due_of, lock_order, made_with, on_its_way_back
from billing.actions.orders import follow_money, release_line
from billing.enums import Account, DisputeStatus, Method, RefundStatus
from billing.models import Invoice, OrderLine, Payment, Refund
from billing.totals import net_of, totals_of
from core.errors import RuleBroken
from core.history import record
from core.money import ZERO, MoneyField
from core.templatetags.kit import euros

# The provider remembers the key of a call for a day.
KEY_LASTS = timedelta(hours=20)


def refundable(payment: Payment) -> Decimal:
    """What is left of a payment to refund: received, less what was or is being refunded and what its bank holds."""
    if not payment.is_settled:
        return ZERO
    refunded = payment.refunds.counting().aggregate(total=Sum("amount", output_field=MoneyField()))["total"] or ZERO
    withdrawn = payment.disputes.aggregate(total=Sum("withdrawn", output_field=MoneyField()))["total"] or ZERO
    return payment.amount - refunded - withdrawn


def obstacle(payment: Payment):
    """Why this payment cannot be refunded now, as a sentence; "" when it can."""
    if not payment.is_settled:
        return _("This payment has not arrived.")
    if payment.disputes.filter(status=DisputeStatus.OPEN).exists():
        return _("The payer’s bank disputes this payment: a refund would pay it back twice.")
    until = payment.disputable_until
    if until is not None and until > timezone.now():
        return _(
            "Until %(day)s the payer’s bank may take this debit back without a reason: a refund before could pay it twice."
        ) % {"day": date_format(timezone.localdate(until), "DATE_FORMAT")}
    if refundable(payment) <= 0:
        return _("Nothing is left of this payment to refund.")
    return ""


@transaction.atomic
def refund_lines(
    payment: Payment, *, by, shares: Mapping[int, Decimal], reason: str, key: UUID | None = None
) -> Refund:
    """Refund things of an order: `shares` are amounts with VAT by id of line. A line that is refunded whole is released.
    `key` names this very refund: sent twice (a double click), it is made once.

    Raises RuleBroken (field `share_<id>`) for an amount of nothing, below nothing, or over what is left of the line;
    (field `reason`) without one; and when the payment cannot be refunded (see `obstacle`) or is smaller.
    """
    order = lock_order(payment.order)
    payment = Payment.objects.get(pk=payment.pk)
    payment.order = order
    if standing := made_with(Refund.objects.all(), key, payment=payment):
        return standing
    lines = {line.pk: line for line in order.lines.prefetch_related("credits")}
    taken = [(lines[pk], _net_share(lines[pk], amount)) for pk, amount in shares.items() if pk in lines]
    if not taken:
        raise RuleBroken(_("Say for which of the things, and how much."))
    if not order.invoices.exists():
        raise RuleBroken(_("This order has no invoice yet: cancel it instead."))
    gross = totals_of((line.regime, net) for line, net in taken).gross
    refund = _begin(payment, gross, reason, by=by, key=key)
    note = invoices.issue_credit_note(order, taken, refund=refund)
    for line, net in taken:
        if line.is_live and invoices.uncredited(line) == net:
            release_line(line, by=by, reason=reason)
    _finish(refund, note, by=by)
    return refund


@transaction.atomic
def refund_surplus(
    payment: Payment, *, by, amount: Decimal, reason: str, by_transfer: bool = False, key: UUID | None = None
) -> Refund:
    """Pay back what came for nothing: more than was due, or for an order that is cancelled. `by_transfer`: the club has
    paid it from its bank, whatever way it had come (a refund through the provider may fail). `key`: as for `refund_lines`.

    Raises RuleBroken (field `amount`) for more than the club owes on this order.
    """
    order = lock_order(payment.order)
    payment = Payment.objects.get(pk=payment.pk)
    payment.order = order
    if standing := made_with(Refund.objects.all(), key, payment=payment):
        return standing
    if amount <= 0:
        raise RuleBroken(_("An amount is more than zero."), field="amount")
    surplus = surplus_of(order)
    if amount > surplus:
        sentence = _("The club owes %(surplus)s on this order, no more.")
        raise RuleBroken(sentence % {"surplus": euros(surplus)}, field="amount")
    refund = _begin(payment, amount, reason, by=by, key=key)
    _finish(refund, None, by=by, by_transfer=by_transfer)
    return refund


def surplus_of(order) -> Decimal:
    """What the club owes on an order, less the refunds that are on their way."""
    return max(-due_of(order) - on_its_way_back(order), ZERO)


def _net_share(line: OrderLine, amount: Decimal) -> Decimal:
    field = f"share_{line.pk}"
    if amount <= 0:
        raise RuleBroken(_("An amount is more than zero."), field=field)
    left = invoices.uncredited(line)
    most = totals_of([(line.regime, left)]).gross
    if amount > most:
        raise RuleBroken(_("No more than %(most)s are left of this.") % {"most": euros(most)}, field=field)
    net = left if amount == most else net_of(amount, line.regime)
    if net is None:
        raise RuleBroken(_("With VAT nothing comes to exactly this amount: choose a cent more or less."), field=field)
    return net


def _begin(payment: Payment, amount: Decimal, reason: str, *, by, key: UUID | None) -> Refund:
    if why := obstacle(payment):
        raise RuleBroken(why)
    if not reason.strip():
        raise RuleBroken(_("Say why: the payer reads it in the letter."), field="reason")
    if amount > refundable(payment):
        sentence = _("No more than %(most)s are left of this payment.")
        raise RuleBroken(sentence % {"most": euros(refundable(payment))}, field="amount")
    return Refund.objects.create(
        payment=payment, amount=amount, reason=reason.strip(), by=by, requested_at=timezone.now(), key=key or uuid4()
    )


def _finish(refund: Refund, note: Invoice | None, *, by, by_transfer: bool = False) -> None:
    """By hand it is done at once; the provider is asked after the commit."""
    order = refund.payment.order
    record(
        "billing.refund.requested", gettext_noop("Refunded %(amount)s € to %(organisation)s: %(reason)s"), by=by,
        about=[order, order.organisation, order.club], amount=refund.amount, organisation=order.organisation,
        reason=refund.reason,
    )  # fmt: skip
    letters.refund_made(refund, note, by_transfer=by_transfer)
    if refund.payment.is_by_provider and not by_transfer:
        transaction.on_commit(lambda: send_refund_task.enqueue(refund.pk))
        return
    refund.status, refund.done_at = RefundStatus.DONE, timezone.now()
    refund.save(update_fields=["status", "done_at"])
    account = Account.CASH if refund.payment.method == Method.CASH and not by_transfer else Account.BANK
    book(
        f"refund:{refund.pk}", journal=JOURNALS[account], order=order, payment=refund.payment, club=order.club,
        label=f"{order.organisation}, {order.reference}", piece=note.number if note else order.reference,
        postings=[(Account.RECEIVABLE, refund.amount), (account, -refund.amount)],
    )  # fmt: skip


@task()
def send_refund_task(refund_id: int) -> None:
    """Stands here and not in `tasks`: the action hands it over after its own commit."""
    send_refund(Refund.objects.select_related("payment__order").get(pk=refund_id))


def send_refund(refund: Refund) -> Refund:
    """Ask the provider for a refund that was decided, and note its answer. Safe to repeat.

    One that was asked for long ago is looked up first: it may have been made and its answer lost, and by now its key
    would no longer keep it single. A provider that cannot be reached leaves it to be sent again; one that refuses makes
    it fail, and the coordination is told: the money is still owed, and may be paid in another way.
    """
    if refund.status != RefundStatus.REQUESTED:
        return refund
    try:
        if refund.requested_at < timezone.now() - KEY_LASTS:
            sync_payment(refund.payment)
            refund.refresh_from_db(fields=["status", "provider_id"])
            if refund.status != RefundStatus.REQUESTED:
                return refund
        news = provider.send_refund(refund)
    except provider.ProviderRefused as refused:
        news = provider.RefundNews("", str(refund.key), refund.amount, RefundStatus.FAILED, str(refused)[:250])
    except provider.ProviderUnreachable:
        return refund
    return _note_answer(refund, news)


@transaction.atomic
def _note_answer(refund: Refund, news: provider.RefundNews) -> Refund:
    order = lock_order(refund.payment.order)
    refund = Refund.objects.select_related("payment").get(pk=refund.pk)
    refund.payment.order = order
    if not news.id and refund.provider_id:  # refused, because it is made already: somebody was quicker
        return refund
    move_refund(refund, news)
    follow_money(order, by=None)  # one that failed leaves money here that may pay for what was held back
    return refund
