"""What must always hold of the money, checked against the rows themselves. Reads only."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from django.db.models import Count, F, Max, Min, Q, Sum
from django.utils import timezone

from billing import provider
from billing.enums import Account, OrderStatus, RefundStatus
from billing.models import Credit, Entry, Invoice, Order, OrderLine, Payment, Posting
from core.money import ZERO, MoneyField

# A card's payer may dispute for 120 days; what is older is looked up by `check_ledger --provider` only.
LOOKED_UP_FOR = timedelta(days=125)


@dataclass(frozen=True)
class Finding:
    """Something that does not hold, for whoever keeps the accounts and whoever mends the code."""

    rule: str
    about: str

    def __str__(self):
        return f"{self.rule}: {self.about}"


def findings(*, ask_provider: bool = False, since: datetime | None = None) -> list[Finding]:
    """Every rule that is broken; an empty list is what one hopes for. `ask_provider` looks up the payments there, all of
    them or those begun `since` then.
    """
    found = [
        *_entries(), *_refunds(), *_credits(), *_payments(), *_invoices(), *_given(),
    ]  # fmt: skip
    return [*found, *_provider(since)] if ask_provider else found


class LedgerBroken(Exception):  # noqa: N818 - found, not caused
    """A rule of the ledger is broken: for the log, and for whoever mends the code."""


def check() -> int:
    """The daily check, with the provider where keys are set; 0, or LedgerBroken with every finding."""
    if found := findings(ask_provider=True, since=timezone.now() - LOOKED_UP_FOR):
        raise LedgerBroken("; ".join(map(str, found)))
    return 0


def _entries() -> Iterator[Finding]:
    """Every entry is complete and balances."""
    sums = Entry.objects.annotate(
        total=Sum(F("postings__debit") - F("postings__credit"), output_field=MoneyField()), rows=Count("postings")
    )
    for entry in sums.filter(Q(is_sealed=False) | ~Q(total=0) | Q(rows__lt=2) | Q(total__isnull=True)):
        yield Finding("an entry balances", f"{entry.key}: {entry.total}")


def _refunds() -> Iterator[Finding]:
    """No payment gave back more than it brought. What is only asked for does not count: the provider refuses what a bank
    has taken back meanwhile, or what somebody paid back on the provider's own site.
    """
    payments = Payment.objects.settled().prefetch_related("refunds", "disputes")
    for payment in payments.filter(Q(refunds__isnull=False) | Q(disputes__isnull=False)).distinct():
        back = sum((r.amount for r in payment.refunds.all() if r.status == RefundStatus.DONE), ZERO)
        held = sum((d.withdrawn for d in payment.disputes.all()), ZERO)
        if back + held > payment.amount:
            yield Finding("no payment is over-refunded", f"{payment.pk}: {back} + {held} of {payment.amount}")


def _credits() -> Iterator[Finding]:
    """No line is credited beyond its price."""
    credited = Credit.objects.values("line").annotate(total=Sum("net", output_field=MoneyField()))
    totals = {row["line"]: row["total"] for row in credited}
    for line in OrderLine.objects.filter(pk__in=totals):
        if totals[line.pk] > line.net:
            yield Finding("no line is over-credited", f"{line.pk}: {totals[line.pk]} of {line.net}")


def _payments() -> Iterator[Finding]:
    """The ledger holds of each payment what its own rows say."""
    booked = dict(
        Posting.objects.filter(account__in=Account.holding(), entry__payment__isnull=False)
        .values_list("entry__payment")
        .annotate(total=Sum(F("debit") - F("credit"), output_field=MoneyField()))
    )
    for payment in Payment.objects.prefetch_related("refunds", "disputes"):
        expected = _held(payment)
        if booked.get(payment.pk, ZERO) != expected:
            yield Finding(
                "the ledger knows each payment", f"{payment.pk}: {booked.get(payment.pk, ZERO)} booked, {expected} held"
            )


def _held(payment: Payment) -> Decimal:
    if not payment.is_settled:
        return ZERO
    back = sum((refund.amount for refund in payment.refunds.all() if refund.status == RefundStatus.DONE), ZERO)
    return payment.amount - back - sum((dispute.withdrawn for dispute in payment.disputes.all()), ZERO)


def _invoices() -> Iterator[Finding]:
    """Numbers run from 1 without a gap, and every invoice is booked as it stands."""
    series = Invoice.objects.values("club", "year").annotate(n=Count("pk"), first=Min("sequence"), last=Max("sequence"))
    for row in series.exclude(first=1, last=F("n")):
        yield Finding("numbers have no gap", f"club {row['club']}, {row['year']}: {row['n']} up to {row['last']}")
    booked = dict(
        Posting.objects.filter(account=Account.RECEIVABLE, entry__key__startswith="invoice:")
        .values_list("entry__key")
        .annotate(total=Sum(F("debit") - F("credit"), output_field=MoneyField()))
    )
    for invoice in Invoice.objects.defer("content"):
        expected = -invoice.gross if invoice.is_credit_note else invoice.gross
        if booked.get(f"invoice:{invoice.pk}", ZERO) != expected:
            yield Finding("an invoice is booked", f"{invoice.number}: {booked.get(f'invoice:{invoice.pk}')}")


def _given() -> Iterator[Finding]:
    """Nothing is given unpaid but on a purchase order, and nothing is kept back that is paid."""
    keys: dict[str, int] = defaultdict(int)
    for order in Order.objects.placed().with_sums().prefetch_related("lines"):
        given = [line for line in order.lines.all() if line.is_granted]
        for line in given:
            keys[line.key] += 1
        if not given or order.is_on_account:
            continue
        if order.status != OrderStatus.FIRM or order.receivable > 0:
            yield Finding("nothing is given unpaid", f"{order.reference}: {order.receivable} due")
    for key, times in keys.items():
        if times > 1:
            yield Finding("nothing is sold twice", key)


def _provider(since: datetime | None) -> Iterator[Finding]:
    """The ledger is what the payment provider says, payment by payment."""
    known = provider.accounts()
    payments = Payment.objects.by_provider().exclude(intent_id=None, session_id=None).order_by("pk")
    for payment in payments.filter(started_at__gte=since) if since else payments:
        if payment.provider_account not in known:
            continue
        try:
            snapshot = provider.look_up(
                payment.provider_account, session_id=payment.session_id or "", intent_id=payment.intent_id or ""
            )
        except (provider.ProviderUnreachable, provider.ProviderRefused) as error:
            yield Finding("the provider answers", f"{payment.pk}: {type(error).__name__}")
            continue
        booked = Posting.objects.filter(entry__payment=payment, account=Account.PROVIDER).balance()
        if booked != snapshot.received:
            yield Finding(
                "the ledger is what the provider says", f"{payment.pk}: {booked} here, {snapshot.received} there"
            )
