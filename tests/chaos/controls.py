"""Rules taken away, one at a time: then a history must soon fail, or the requirements prove nothing."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count

import pytest
from django.db import IntegrityError, transaction

from billing import provider
from billing.actions import following, ledger, orders, reconciling, refunds
from billing.actions.locking import due_of
from billing.models import Order, ProviderEvent
from billing.views import webhook
from core.money import cents


def books_each_time(patch: pytest.MonkeyPatch) -> None:
    """The key of an entry no longer says that its cause is booked already."""
    plain, numbers = ledger.book, count()
    for module in (following, refunds):
        patch.setattr(module, "book", lambda key, **entry: plain(f"{key}.{next(numbers)}", **entry))


def keeps_news_before_their_effect(patch: pytest.MonkeyPatch) -> None:
    """The id of a piece of news is kept in a transaction of its own: who dies after it never follows it."""

    def follow_news(news: provider.News) -> bool:
        payment = following.payment_of(news) if news.kind.startswith(following.FOLLOWED) else None
        try:
            with transaction.atomic():
                ProviderEvent.objects.create(account=news.account, event_id=news.id, kind=news.kind, payment=payment)
        except IntegrityError:
            return False
        if payment:
            following.apply_snapshot(payment, following._look_up(payment, news))
        return True

    for module in (webhook, reconciling):
        patch.setattr(module, "follow_news", follow_news)


def asks_for_refunds_without_a_key(patch: pytest.MonkeyPatch) -> None:
    """Each time that the provider is asked for a refund is another refund."""

    def send_refund(refund) -> provider.RefundNews:
        client = provider._client_of(refund.payment.provider_account)
        names = {"refund": str(refund.key)}
        params = {"payment_intent": refund.payment.intent_id, "amount": cents(refund.amount), "metadata": names}
        with provider._asking():
            return provider._refund_news(client.refunds.create(params))

    patch.setattr(provider, "send_refund", send_refund)


def gives_before_the_money_is_here(patch: pytest.MonkeyPatch) -> None:
    """A payment that is under way is taken for one that has arrived."""

    def due_less_what_is_promised(order: Order):
        return due_of(order) - sum(payment.amount for payment in order.payments.filter(status="pending"))

    patch.setattr(orders, "due_of", due_less_what_is_promised)


def acts_before_the_commit(patch: pytest.MonkeyPatch) -> None:
    """Letters and refunds go out while the transaction that decides them may still come to nothing."""
    patch.setattr(transaction, "on_commit", lambda call, **options: call())


def pays_back_what_is_on_its_way(patch: pytest.MonkeyPatch) -> None:
    """A refund that was decided no longer counts against its payment before the provider has carried it out."""
    patch.setattr(refunds, "refundable", lambda payment: payment.amount)
    patch.setattr(refunds, "surplus_of", lambda order: max(-due_of(order), 0))


CONTROLS: dict[str, Callable[[pytest.MonkeyPatch], None]] = {
    rule.__name__: rule
    for rule in (
        books_each_time, keeps_news_before_their_effect, asks_for_refunds_without_a_key, gives_before_the_money_is_here,
        acts_before_the_commit, pays_back_what_is_on_its_way,
    )
}  # fmt: skip


@contextmanager
def without(rule: str) -> Iterator[None]:
    """In this process and those that it forks meanwhile."""
    with pytest.MonkeyPatch.context() as patch:
        CONTROLS[rule](patch)
        yield
