"""The only place that writes the ledger: entries that balance, once per cause."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from billing.enums import Account, Journal
from billing.models import Entry, Order, Payment, Posting
from core.money import ZERO
from members.models import Club


def book(
    key: str,
    *,
    journal: str,
    label: str,
    postings: Iterable[tuple[str, Decimal]],
    club: Club,
    order: Order | None = None,
    payment: Payment | None = None,
    piece: str = "",
    happened_on: date | None = None,
) -> Entry:
    """Write one entry inside the action's transaction. `postings` are (account, amount): debits positive, credits
    negative; amounts of zero are left out.

    `key` names the cause: the second time, the entry that stands is returned and nothing is written. Raises ValueError
    for postings that do not balance, TransactionManagementError outside a transaction.
    """
    if not transaction.get_connection().in_atomic_block:
        raise transaction.TransactionManagementError("book() belongs in the action's transaction")
    if standing := Entry.objects.filter(key=key).first():
        return standing
    rows = [(Account(account), amount) for account, amount in postings if amount]
    if sum((amount for _account, amount in rows), ZERO) != 0 or len(rows) < 2:
        raise ValueError(f"{key}: these postings do not balance: {rows}")
    entry = Entry.objects.create(
        club=club, journal=Journal(journal), order=order, payment=payment, key=key, piece=piece[:60] or key[:60],
        label=label[:200], happened_on=happened_on or timezone.localdate(),
    )  # fmt: skip
    Posting.objects.bulk_create(
        Posting(entry=entry, account=account, debit=max(amount, ZERO), credit=max(-amount, ZERO))
        for account, amount in rows
    )
    Entry.objects.filter(pk=entry.pk).update(is_sealed=True)
    entry.is_sealed = True
    return entry


def receivable_of(order: Order) -> Decimal:
    """What the ledger says the organisation owes on this order; negative: the club owes."""
    return Posting.objects.filter(entry__order=order, account=Account.RECEIVABLE).balance()


def received_on(order: Order) -> Decimal:
    """Money that came for this order and stayed."""
    return Posting.objects.filter(entry__order=order, account__in=Account.holding()).balance()


# The journal in which money is booked, by the account where it lies.
JOURNALS = {
    Account.BANK: Journal.BANK,
    Account.CHEQUES: Journal.BANK,
    Account.CASH: Journal.CASH,
    Account.PROVIDER: Journal.PROVIDER,
}
