"""What the payment provider says, and what follows from it.

Whatever the news is called and however often, late or out of order it comes: it only says that an object is worth a
look. The object is fetched again, and what it says now is applied under the order's lock. Nothing here counts events.
"""

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_noop

from billing import letters, provider
from billing.actions.ledger import JOURNALS, book
from billing.actions.locking import lock_order
from billing.actions.orders import KEPT_AFTER_FAILURE, follow_money, hold_lines
from billing.enums import CURRENCY, Account, PaymentStatus, RefundStatus
from billing.models import Dispute, Payment, ProviderEvent, Refund
from core.history import record
from core.money import ZERO
from core.text import whole_uuid

FOLLOWED = ("checkout.session.", "payment_intent.", "charge.", "refund.")
NAMELESS = ("refund", "dispute")  # the provider copies a payment's names to its charges, and no further


def follow_news(news: provider.News) -> bool:
    """Follow a verified piece of news once: its id is kept in the transaction of its effect. False if it was known.

    Raises ProviderUnreachable (ask for it to be sent again) and OperationalError when a lock takes too long.
    """
    known = ProviderEvent.objects.filter(account=news.account, event_id=news.id)
    if known.exists():
        return False
    payment, snapshot, fault = None, None, ""
    try:
        payment = payment_of(news) if news.kind.startswith(FOLLOWED) else None
        snapshot = _look_up(payment, news) if payment else None
    except provider.ProviderRefused as refused:  # it no longer knows the object: kept, and shown to the coordination
        fault = str(refused)
    try:
        with transaction.atomic():
            fault = apply_snapshot(payment, snapshot) if payment and snapshot else fault
            ProviderEvent.objects.create(
                account=news.account, event_id=news.id, kind=news.kind[:80], payment=payment, fault=fault[:250]
            )
    except IntegrityError:
        if known.exists():  # the same news was followed at this very moment
            return False
        raise
    return True


def payment_of(news: provider.News) -> Payment | None:
    """The payment that the news is about, if it is one of ours and of the account that signed: another installation, or
    another club, may share or guess its names. What bears no name of ours is looked up: it may be quicker than the news
    of its payment, or overtake it. Raises ProviderUnreachable and ProviderRefused.
    """
    payments = Payment.objects.filter(provider_account=news.account)
    found = None
    if key := whole_uuid(news.key):
        found = payments.filter(key=key).first()
    if found is None and news.object_kind == "checkout.session":
        found = payments.filter(session_id=news.object_id).first()
    if found is None and news.intent_id:
        found = payments.filter(intent_id=news.intent_id).first()
    if found is None and news.intent_id and news.object_kind in NAMELESS:
        key = whole_uuid(provider.look_up(news.account, intent_id=news.intent_id).key)
        found = payments.filter(key=key).first() if key else None
    return found


def _look_up(payment: Payment, news: provider.News) -> provider.Snapshot:
    session_id = payment.session_id or (news.object_id if news.object_kind == "checkout.session" else "")
    return provider.look_up(payment.provider_account, session_id=session_id, intent_id=news.intent_id)


def sync_payment(payment: Payment) -> Payment:
    """Ask the provider how a payment stands, and apply it."""
    snapshot = provider.look_up(
        payment.provider_account, session_id=payment.session_id or "", intent_id=payment.intent_id or ""
    )
    apply_snapshot(payment, snapshot)
    payment.refresh_from_db()
    return payment


@transaction.atomic
def apply_snapshot(payment: Payment, snapshot: provider.Snapshot) -> str:
    """Bring a payment, its refunds and disputes to what the provider says; "" or why it is not followed.

    Any order of calls gives the same end: moves that would go back are left out, and each movement of money has a key
    of its own in the ledger.
    """
    order = lock_order(payment.order)
    payment = Payment.objects.get(pk=payment.pk)
    payment.order = order
    if fault := _fault(payment, snapshot):
        return fault
    _note_names(payment, snapshot)
    _move(payment, snapshot)
    for refund in snapshot.refunds:
        _follow_refund(payment, refund)
    for dispute in snapshot.disputes:
        _follow_dispute(payment, dispute)
    follow_money(order, by=None)
    return ""


def _fault(payment: Payment, snapshot: provider.Snapshot) -> str:
    if snapshot.key and snapshot.key != str(payment.key):
        return "It belongs to another payment."
    if snapshot.currency != CURRENCY:
        return f"Another currency: {snapshot.currency}."
    if snapshot.amount != payment.amount:
        return f"Another amount: {snapshot.amount} for {payment.amount}."
    return ""


def _note_names(payment: Payment, snapshot: provider.Snapshot) -> None:
    payment.session_id = payment.session_id or snapshot.session_id or None
    payment.intent_id = payment.intent_id or snapshot.intent_id or None
    payment.save(update_fields=["session_id", "intent_id"])


def _move(payment: Payment, snapshot: provider.Snapshot) -> None:
    """The payment's own status, and what each new one brings with it."""
    status, order = snapshot.status, payment.order
    if status == payment.status or not payment.status_member.can_become(status):
        return
    if status in PaymentStatus.open() and order.payments.open().exclude(pk=payment.pk).exists():
        return  # it was given up, and another one stands: what comes of this one is followed once its bank has answered
    payment.status, payment.failure = status, snapshot.failure
    if status == PaymentStatus.SETTLED:
        payment.settled_at = timezone.now()
    payment.save(update_fields=["status", "failure", "settled_at"])
    sentence = {
        PaymentStatus.PENDING: gettext_noop("A debit of %(amount)s € is under way"),
        PaymentStatus.SETTLED: gettext_noop("A payment of %(amount)s € has arrived"),
        PaymentStatus.FAILED: gettext_noop("A payment of %(amount)s € has failed"),
        PaymentStatus.EXPIRED: gettext_noop("A payment of %(amount)s € was not finished"),
    }[status]
    record(
        f"billing.payment.{status}", sentence, by=None, about=[order, order.organisation, order.club],
        amount=payment.amount,
    )  # fmt: skip
    if status == PaymentStatus.SETTLED:
        book_provider(f"payment:{payment.pk}", payment, payment.amount)
    elif status == PaymentStatus.PENDING:
        _keep_until(payment, None)
        letters.payment_pending(payment)
    elif status == PaymentStatus.FAILED:
        _keep_until(payment, timezone.now() + KEPT_AFTER_FAILURE)
        letters.payment_failed(payment)


def _keep_until(payment: Payment, until) -> None:
    """Keep what is ordered until then; None: as long as the debit is under way."""
    order = payment.order
    if not order.is_placed:
        return
    if until is not None:
        order.pay_until = until
        order.save(update_fields=["pay_until"])
    hold_lines(order, until=until)


def book_provider(key: str, payment: Payment, amount) -> None:
    """Money that came to (positive) or left (negative) the provider's account for this payment."""
    order = payment.order
    book(
        key, journal=JOURNALS[Account.PROVIDER], order=order, payment=payment, club=order.club,
        label=f"{order.organisation}, {order.reference}", piece=payment.intent_id or order.reference,
        postings=[(Account.PROVIDER, amount), (Account.RECEIVABLE, -amount)],
    )  # fmt: skip


# --- Refunds and disputes ---------------------------------------------------------------------------------------------


def _follow_refund(payment: Payment, news: provider.RefundNews) -> None:
    refund = Refund.objects.filter(provider_id=news.id).first()
    if refund is None and (key := whole_uuid(news.key)):
        refund = Refund.objects.filter(key=key, payment=payment).first()
    if refund is None:  # made on the provider's own site
        refund = Refund.objects.create(
            payment=payment, amount=news.amount, reason=gettext_noop("Made on the provider’s site"),
            requested_at=timezone.now(), provider_id=news.id,
        )  # fmt: skip
    move_refund(refund, news)


def move_refund(refund: Refund, news: provider.RefundNews) -> None:
    """A refund's own status, and its money, under the order's lock."""
    before = refund.status_member
    refund.provider_id = refund.provider_id or news.id or None
    if before != news.status and before.can_become(news.status):
        refund.status, refund.failure = news.status, news.failure
        refund.done_at = timezone.now() if news.status == RefundStatus.DONE else None
    refund.save(update_fields=["provider_id", "status", "failure", "done_at"])
    if refund.status == RefundStatus.DONE:
        book_provider(f"refund:{refund.pk}", refund.payment, -refund.amount)
    elif refund.status == RefundStatus.FAILED and before != RefundStatus.FAILED:
        if before == RefundStatus.DONE:
            book_provider(f"refund:{refund.pk}:returned", refund.payment, refund.amount)
        letters.refund_failed(refund)


def _follow_dispute(payment: Payment, news: provider.DisputeNews) -> None:
    dispute, is_new = Dispute.objects.get_or_create(
        provider_id=news.id, defaults={"payment": payment, "amount": news.amount, "opened_at": timezone.now()}
    )
    before = dispute.status_member
    if before != news.status and not before.can_become(news.status):
        return  # older than what is known
    moved = news.withdrawn - dispute.withdrawn
    if before != news.status:
        dispute.status, dispute.closed_at = news.status, timezone.now()
    dispute.withdrawn = news.withdrawn
    dispute.save(update_fields=["status", "closed_at", "withdrawn"])
    if is_new:
        _tell_of_dispute(dispute)
    if moved != ZERO:
        number = payment.entries.filter(key__startswith=f"dispute:{dispute.pk}:").count() + 1
        book_provider(f"dispute:{dispute.pk}:{number}", payment, -moved)
        # An inquiry takes nothing yet, and a dispute that was won before we heard of it took nothing for good.
        if number == 1:
            letters.payment_withdrawn(dispute)


def _tell_of_dispute(dispute: Dispute) -> None:
    order = dispute.payment.order
    record(
        "billing.dispute.opened", gettext_noop("The payer’s bank disputes %(amount)s €"), by=None,
        about=[order, order.organisation, order.club], amount=dispute.amount,
    )  # fmt: skip
    letters.dispute_opened(dispute)
