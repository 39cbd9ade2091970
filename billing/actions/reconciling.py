"""What webhooks missed and what a process that died left undone. Safe to run twice; part of the daily run."""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from billing import provider
from billing.actions.following import follow_news, sync_payment
from billing.actions.locking import lock_order
from billing.actions.orders import give_up_unpaid_orders
from billing.actions.paying import MADE_WITHIN, expire_unmade
from billing.actions.refunds import send_refund
from billing.enums import PaymentStatus, RefundStatus
from billing.models import Payment, Refund

logger = logging.getLogger(__name__)
# The provider sends a webhook again for three days; it remembers its news for thirty.
LOOKS_BACK = timedelta(days=7)


@dataclass(frozen=True)
class Reconciled:
    """`news` that were missed, `payments` that moved, `refunds` sent, orders given up; accounts that did not answer."""

    news: int = 0
    payments: int = 0
    refunds: int = 0
    given_up: int = 0
    silent: tuple[str, ...] = ()

    @property
    def total(self) -> int:
        return self.news + self.payments + self.refunds + self.given_up


def reconcile(now: datetime | None = None) -> Reconciled:
    """Follow what was missed, look at every payment that is open, send refunds again; then give up what nobody pays."""
    now = now or timezone.now()
    news, silent = 0, []
    for code in provider.accounts():
        try:
            news += sum(follow_news(one) for one in provider.recent_news(code, now - LOOKS_BACK))
        except (provider.ProviderUnreachable, provider.ProviderRefused) as error:
            logger.warning("The payment provider does not answer for %s: %s", code, type(error).__name__)
            silent.append(code)
    return Reconciled(
        news=news, payments=_look_at_open_payments(now), refunds=_send_refunds(), given_up=give_up_unpaid_orders(now),
        silent=tuple(silent),
    )  # fmt: skip


def _look_at_open_payments(now: datetime) -> int:
    looked_at = 0
    waiting = Refund.objects.filter(status=RefundStatus.PENDING).values("payment")
    payments = Payment.objects.by_provider()
    for payment in list((payments.open() | payments.filter(pk__in=waiting)).select_related("order").order_by("pk")):
        if payment.session_id is None and payment.intent_id is None:
            _expire_unmade(payment, now)
            continue
        try:
            before = payment.status
            sync_payment(payment)
            looked_at += payment.status != before
        except (provider.ProviderUnreachable, provider.ProviderRefused) as error:
            logger.warning("Payment %s cannot be looked up: %s", payment.pk, type(error).__name__)
    return looked_at


@transaction.atomic
def _expire_unmade(payment: Payment, now: datetime) -> None:
    lock_order(payment.order)
    payment.refresh_from_db()
    if payment.status == PaymentStatus.STARTED and not payment.session_id and payment.started_at < now - MADE_WITHIN:
        expire_unmade(payment)


def _send_refunds() -> int:
    refunds = list(Refund.objects.to_send().select_related("payment__order"))
    return sum(send_refund(refund).status != RefundStatus.REQUESTED for refund in refunds)
