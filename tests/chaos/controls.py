"""Rules taken away, one at a time: then a history must soon fail, or the requirements prove nothing.

What is not among them because nothing fails without it: keeping the id of a piece of news in the transaction of its effect.
Each piece makes the payment be looked up anew, so that the next one, or the daily run, heals what a dead process left.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count

import pytest
from django.db import transaction

from billing import provider
from billing.actions import following, ledger, orders, refunds
from billing.actions.locking import due_of
from billing.models import Order
from core.money import cents


def books_each_time(patch: pytest.MonkeyPatch) -> None:
    """The key of an entry no longer says that its cause is booked already."""
    plain, numbers = ledger.book, count()
    for module in (following, refunds):
        patch.setattr(module, "book", lambda key, **entry: plain(f"{key}.{next(numbers)}", **entry))


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


CONTROLS: dict[str, Callable[[pytest.MonkeyPatch], None]] = {
    rule.__name__: rule
    for rule in (
        books_each_time, gives_before_the_money_is_here, acts_before_the_commit, asks_for_refunds_without_a_key,
    )
}  # fmt: skip


@contextmanager
def without(rule: str) -> Iterator[None]:
    """In this process and those that it forks meanwhile."""
    with pytest.MonkeyPatch.context() as patch:
        CONTROLS[rule](patch)
        yield
