"""Paying an order: on the provider's page, or by hand and recorded by the coordination.

The provider is asked outside of any transaction, so that nobody waits for the network with a lock in hand; what it
answers is applied under the order's lock (`billing.actions.following`).
"""

from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID, uuid4

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from billing import letters, provider
from billing.actions.following import sync_payment
from billing.actions.ledger import JOURNALS, book
from billing.actions.locking import due_of, live_lines, lock_order, made_with
from billing.actions.orders import follow_money, give_back, set_method
from billing.enums import Account, Journal, Method, PaymentStatus
from billing.models import Order, Payment
from core.errors import RuleBroken
from core.history import record
from core.letters import link_to
from core.locks import lock_row
from core.templatetags.kit import euros

# A payment whose page was never made (a process died before) is begun anew after this.
MADE_WITHIN = timedelta(minutes=5)


# --- On the provider's page -------------------------------------------------------------------------------------------


def pay_online(order: Order, *, by, method: str) -> Payment:
    """The payment to send somebody to (its `session_url`). Asked twice, or by two colleagues, it is the same page.

    Raises RuleBroken when nothing is due or a payment is under way already, ProviderUnreachable or ProviderRefused.
    """
    close_pages(order, besides=method)
    payment = begin_payment(order, by=by, method=method)
    if not payment.session_id:
        _open_page(payment)
    return payment


def close_pages(order: Order, *, besides: str = "") -> None:
    """Close the provider's pages of this order, but a fresh one for the way `besides`: nobody can pay on two, nor on one
    of an order that is taken back. A page that was paid meanwhile counts.
    """
    now = timezone.now()
    for payment in order.payments.by_provider().filter(status=PaymentStatus.STARTED):
        is_fresh = payment.session_expires_at is None or payment.session_expires_at > now
        is_fresh = is_fresh and payment.amount == due_of(Order.objects.get(pk=order.pk))
        if (payment.method == besides and is_fresh) or not payment.session_id:
            continue
        provider.close_session(payment)
        sync_payment(payment)


@transaction.atomic
def begin_payment(order: Order, *, by, method: str) -> Payment:
    """Note that the order is being paid online, for what is due now. The one payment that is open is given again."""
    order = lock_order(order)
    due = due_of(order)
    if due <= 0 or order.is_basket or order.is_cancelled:
        raise RuleBroken(_("There is nothing to pay on this order."))
    now = timezone.now()
    standing = order.payments.open().first()
    if standing is not None and standing.status == PaymentStatus.PENDING:
        raise RuleBroken(already_under_way(standing))
    if standing is not None and standing.session_id is None and standing.started_at < now - MADE_WITHIN:
        expire_unmade(standing)
        standing = None
    if standing is not None:
        if standing.method != method or standing.amount != due:
            raise RuleBroken(_("Somebody is on the payment page at this moment: try again in an hour."))
        return standing
    set_method(order, method)
    order.save()
    account = provider.account_of(order.club)
    payment = Payment.objects.create(
        order=order, method=method, amount=due, by=by, started_at=now, provider_account=account.code if account else ""
    )
    record(
        "billing.payment.started", gettext_noop("Went to the payment page: %(amount)s €"), by=by, about=[order],
        amount=due,
    )  # fmt: skip
    return payment


def expire_unmade(payment: Payment) -> None:
    """A payment whose page nobody ever saw."""
    payment.status = PaymentStatus.EXPIRED
    payment.save(update_fields=["status"])


def _open_page(payment: Payment) -> None:
    order = payment.order
    address = link_to(order.get_absolute_url())
    session = provider.open_session(
        payment, lines=_lines_to_show(payment), email=payment.by.email if payment.by else "",
        success_url=f"{link_to(reverse('billing:payment_return', args=[order.pk]))}", cancel_url=address,
    )  # fmt: skip
    with transaction.atomic():
        fresh = lock_row(Payment.objects.all(), payment.pk)
        fresh.session_id, fresh.session_url, fresh.session_expires_at = session.id, session.url, session.expires_at
        fresh.save(update_fields=["session_id", "session_url", "session_expires_at"])
    payment.refresh_from_db()


def _lines_to_show(payment: Payment) -> list[tuple[str, Decimal]]:
    """The order's lines that cost something where they come to what is paid now, else one line."""
    lines = [(line.label, line.net) for line in live_lines(payment.order) if line.net]
    if sum((amount for _label, amount in lines), Decimal(0)) == payment.amount:
        return lines
    return [(payment.order.reference, payment.amount)]


def already_under_way(payment: Payment):
    day = date_format(payment.answer_by, "DATE_FORMAT")
    return _("A debit is under way for this order until %(day)s: please do not pay again.") % {"day": day}


# --- By hand ----------------------------------------------------------------------------------------------------------


def choose_method(order: Order, *, by, method: str) -> Order:
    """Pay in another way than was said: by transfer, cheque or cash. Raises RuleBroken while a payment is under way,
    ProviderUnreachable when an open page cannot be closed.
    """
    close_pages(order)
    return _choose_method(order, by=by, method=method)


@transaction.atomic
def _choose_method(order: Order, *, by, method: str) -> Order:
    order = lock_order(order)
    if method not in Method.by_hand():
        raise RuleBroken(_("This way to pay is not offered here."), field="method")
    due = due_of(order)
    if due <= 0 or order.is_basket or order.is_cancelled:
        raise RuleBroken(_("There is nothing to pay on this order."))
    if standing := order.payments.open().first():
        if standing.status == PaymentStatus.PENDING:
            raise RuleBroken(already_under_way(standing))
        raise RuleBroken(_("Somebody is on the payment page at this moment: try again in an hour."))
    if order.method == method:
        return order
    set_method(order, method)
    order.save()
    record(
        "billing.order.method_changed", gettext_noop("Will be paid by: %(method)s"), by=by, about=[order], method=method
    )
    letters.order_placed(order, due)
    return order


def cancel_order(order: Order, *, by, reason: str = "") -> Order:
    """Take an order back. One that is firm gets a credit note over all that is left of it; money that had come is then
    owed to the payer (`refund_surplus`). Cancelling twice is harmless.

    Raises RuleBroken while a payment is under way, ProviderUnreachable when an open page cannot be closed.
    """
    close_pages(order)
    return _cancel_order(order, by=by, reason=reason)


@transaction.atomic
def _cancel_order(order: Order, *, by, reason: str) -> Order:
    order = lock_order(order)
    if order.is_cancelled:
        return order
    if order.is_basket:
        raise RuleBroken(_("A basket is not an order: take things out of it instead."))
    if order.payments.open().exists():
        raise RuleBroken(_("A payment is under way: wait until it has succeeded or failed."))
    give_back(order, by=by, reason=reason)
    return order


@transaction.atomic
def record_payment(
    order: Order,
    *,
    by,
    method: str,
    amount: Decimal,
    received_on: date,
    memo: str = "",
    may_exceed: bool = False,
    key: UUID | None = None,
) -> Payment:
    """Money that the club has received by transfer, cheque or in cash. `key` names this very money: sent twice (a double
    click), it is recorded once.

    Raises RuleBroken (field `amount`) for nothing, less than nothing, and more than is due unless `may_exceed` (a bank
    line says what came, whatever was asked for); (field `received_on`) for a day to come.
    """
    order = lock_order(order)
    if standing := made_with(Payment.objects.all(), key, order=order):
        return standing
    if method not in Method.by_hand():
        raise RuleBroken(_("This way to pay is not offered here."), field="method")
    if order.is_basket:
        raise RuleBroken(_("A basket is not an order: nothing can be paid on it."))
    if amount <= 0:
        raise RuleBroken(_("An amount is more than zero."), field="amount")
    due = due_of(order)
    if amount > due and not may_exceed:
        sentence = _("More than is due: %(due)s are still to be paid on this order.")
        raise RuleBroken(sentence % {"due": euros(max(due, Decimal(0)))}, field="amount")
    if received_on > timezone.localdate():
        raise RuleBroken(_("Money is recorded once it has come."), field="received_on")
    now = timezone.now()
    payment = Payment.objects.create(
        order=order, method=method, amount=amount, status=PaymentStatus.SETTLED, by=by, started_at=now, settled_at=now,
        memo=memo, key=key or uuid4(),
    )  # fmt: skip
    book_receipt(payment, received_on)
    record(
        "billing.payment.recorded", gettext_noop("Recorded a payment of %(amount)s € by %(organisation)s"), by=by,
        about=[order, order.organisation, order.club], amount=amount, organisation=order.organisation, method=method,
    )  # fmt: skip
    follow_money(order, by=by)
    return payment


def book_receipt(payment: Payment, day: date) -> None:
    """Money has arrived: where it lies is debited, what the organisation owes is credited."""
    account = Account.of_method(payment.method)
    order = payment.order
    book(
        f"payment:{payment.pk}", journal=JOURNALS[account], order=order, payment=payment, club=order.club,
        label=f"{order.organisation}, {order.reference}", piece=order.reference, happened_on=day,
        postings=[(account, payment.amount), (Account.RECEIVABLE, -payment.amount)],
    )  # fmt: skip


@transaction.atomic
def deposit_cheque(payment: Payment, *, by) -> Payment:
    """The cheque was taken to the bank. Twice is once."""
    payment = lock_row(Payment.objects.all(), payment.pk)
    if payment.method != Method.CHEQUE or not payment.is_settled:
        raise RuleBroken(_("This is no cheque that has arrived."))
    order = payment.order
    book(
        f"deposit:{payment.pk}", journal=Journal.BANK, order=order, payment=payment, club=order.club,
        label=f"{order.organisation}, {order.reference}", piece=order.reference,
        postings=[(Account.BANK, payment.amount), (Account.CHEQUES, -payment.amount)],
    )  # fmt: skip
    record(
        "billing.cheque.deposited", gettext_noop("Took a cheque of %(amount)s € to the bank"), by=by,
        about=[order, order.club], amount=payment.amount,
    )  # fmt: skip
    return payment
