"""What the books of a club say: balances, what is owed each way, what wants attention, and the accounting export.

Every figure is read from the ledger or is the length of a list that may be opened.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.conf import settings
from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Sum
from django.utils import timezone, translation

from billing.enums import Account, DisputeStatus, Journal, Method, OrderStatus, RefundStatus
from billing.fec import FecLine
from billing.models import BankLine, Dispute, Entry, Order, Payment, Posting, ProviderEvent, Refund
from billing.totals import totals_of
from core.money import ZERO, MoneyField
from members.models import Club


@dataclass(frozen=True)
class AccountBalance:
    account: Account
    debit: Decimal
    credit: Decimal

    @property
    def balance(self) -> Decimal:
        """Debits less credits: what lies on an account of money, what customers owe; below zero what was earned."""
        return self.debit - self.credit


@dataclass(frozen=True)
class Amounts:
    """So many of something, and what they come to."""

    count: int
    total: Decimal


@dataclass(frozen=True)
class Owed:
    """What is open between a club and its buyers.

    `by_buyers`: invoiced and not paid; `awaited`: ordered, and firm only when it is paid; `by_club`: paid too much, or
    for what was taken back.
    """

    by_buyers: Amounts
    awaited: Amounts
    by_club: Amounts


def account_balances(club: Club, *, start: date | None = None, end: date | None = None) -> list[AccountBalance]:
    """Every account that was moved, by number; from `start` to `end`, both included."""
    postings = Posting.objects.filter(entry__club=club)
    if start:
        postings = postings.filter(entry__happened_on__gte=start)
    if end:
        postings = postings.filter(entry__happened_on__lte=end)
    sums = {side: Sum(side, output_field=MoneyField(), default=ZERO) for side in ("debit", "credit")}
    rows = postings.order_by("account").values("account").annotate(debits=sums["debit"], credits=sums["credit"])
    return [AccountBalance(Account(row["account"]), row["debits"], row["credits"]) for row in rows]


def owed(club: Club) -> Owed:
    orders = Order.objects.placed().filter(club=club).with_sums()
    firm = orders.exclude(status=OrderStatus.PLACED)
    unpaid, overpaid = _amounts(firm.unpaid()), _amounts(firm.overpaid())
    placed = orders.filter(status=OrderStatus.PLACED).prefetch_related("lines")
    awaited = [order.receivable + _asked(order) for order in placed]
    return Owed(
        by_buyers=unpaid, awaited=Amounts(len(awaited), sum(awaited, ZERO)),
        by_club=Amounts(overpaid.count, -overpaid.total),
    )  # fmt: skip


def _amounts(orders: QuerySet[Order]) -> Amounts:
    found = orders.aggregate(n=Count("pk"), total=Sum("receivable", output_field=MoneyField(), default=ZERO))
    return Amounts(found["n"], found["total"])


def _asked(order: Order) -> Decimal:
    return totals_of((line.regime, line.net) for line in order.lines.all() if line.is_live).gross


# --- What wants attention ---------------------------------------------------------------------------------------------


def payments_under_way(club: Club) -> QuerySet[Payment]:
    """Begun or ordered at the provider, and not answered yet."""
    return Payment.objects.open().filter(order__club=club).select_related("order__organisation").order_by("started_at")


def cheques_to_deposit(club: Club) -> QuerySet[Payment]:
    deposited = Entry.objects.filter(payment=OuterRef("pk"), journal=Journal.BANK, key__startswith="deposit:")
    cheques = Payment.objects.settled().filter(order__club=club, method=Method.CHEQUE)
    return cheques.filter(~Exists(deposited)).select_related("order__organisation").order_by("settled_at")


def open_disputes(club: Club) -> QuerySet[Dispute]:
    disputes = Dispute.objects.filter(payment__order__club=club, status=DisputeStatus.OPEN)
    return disputes.select_related("payment__order__organisation").order_by("opened_at")


def troubled_refunds(club: Club) -> QuerySet[Refund]:
    """Refunds that did not arrive and whose money is still owed, and those that the provider has not taken yet."""
    owing = Order.objects.filter(club=club).with_sums().overpaid()
    waiting = Q(status=RefundStatus.REQUESTED, payment__method__in=Method.by_provider())
    failed = Q(status=RefundStatus.FAILED, payment__order__in=owing.order_by().values("pk"))
    refunds = Refund.objects.filter(waiting | failed, payment__order__club=club)
    return refunds.select_related("payment__order__organisation").order_by("requested_at")


def news_not_followed(club: Club) -> QuerySet[ProviderEvent]:
    events = ProviderEvent.objects.filter(payment__order__club=club).exclude(fault="")
    return events.select_related("payment__order__organisation")


def lines_to_assign(club: Club) -> QuerySet[BankLine]:
    return BankLine.objects.to_assign().filter(club=club)


# --- The accounting export --------------------------------------------------------------------------------------------


def fec_lines(club: Club, year: int) -> Iterator[FecLine]:
    """The ledger of a year as the tax inspectors' file has it, in the order in which it was recorded.

    Entries are numbered in one sequence; what buyers owe is kept by organisation. In the language of the books.
    """
    entries = Entry.objects.filter(club=club, happened_on__year=year, is_sealed=True)
    entries = entries.select_related("order__organisation").prefetch_related("postings").order_by("recorded_at", "pk")
    for number, entry in enumerate(entries.iterator(chunk_size=500), 1):
        with translation.override(settings.LANGUAGE_CODE):
            yield from [_fec_line(entry, posting, number) for posting in entry.postings.all()]


def _fec_line(entry: Entry, posting: Posting, number: int) -> FecLine:
    account = posting.account_member
    buyer = entry.order.organisation if entry.order and account == Account.RECEIVABLE else None
    return FecLine(
        journal=entry.journal, journal_name=str(Journal(entry.journal).label), entry=str(number),
        entry_on=entry.happened_on, account=account.value, account_name=str(account.label), document=entry.piece,
        document_on=entry.happened_on, label=entry.label, debit=posting.debit, credit=posting.credit,
        validated_on=max(entry.happened_on, timezone.localdate(entry.recorded_at)),
        party=f"{account.value[:3]}{buyer.pk:06d}" if buyer else "", party_name=buyer.name if buyer else "",
    )  # fmt: skip
