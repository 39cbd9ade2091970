"""What must hold of money, things and letters once a history is over, whatever happened in it.

Asked of the rows, of the stand-in's own state and of what reached the mail server: three witnesses that know nothing of
each other. `at_any_time` holds after every step.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal

from billing.actions import due_of, surplus_of
from billing.actions.checking import findings
from billing.enums import Account, InvoiceKind, Method, OrderStatus, PaymentStatus, RefundStatus
from billing.letters import buyers_of, coordinators_of
from billing.models import BankLine, Dispute, Entry, Order, Payment, Posting, ProviderEvent, Refund
from core.enums import LetterStatus
from core.models import HistoryEntry, Letter
from core.money import ZERO, from_cents
from tests.chaos.buyers import was_ordered_by_hand
from tests.chaos.shelf import KINDS

ON_SITE = "Made on the provider’s site"


@dataclass
class Witness:
    """What the world says: money by payment intent in cents, its refunds, its pages, its news, and the letters that came."""

    kept: dict[str, int] = field(default_factory=dict)
    refunds: list[tuple[str, str, int]] = field(default_factory=list)  # id, our key, cents
    pages: list[str] = field(default_factory=list)  # our keys
    news: list[str] = field(default_factory=list)
    letters: dict[str, int] = field(default_factory=dict)  # how often, by Message-ID


def require(complaints: Iterable[str]) -> None:
    if found := list(complaints):
        raise AssertionError("\n".join(found))


def at_any_time() -> None:
    require(map(str, findings()))


def at_the_end(witness: Witness) -> None:
    require(
        [
            *map(str, findings(ask_provider=True)), *_settled(), *_orders(), *_provider(witness), *_refunds(witness),
            *_bank(), *_invoices(), *_letters(witness), *_told(),
            *(complaint for kind in KINDS for complaint in kind.complaints()),
        ]
    )  # fmt: skip


# --- Money ------------------------------------------------------------------------------------------------------------


def _settled() -> Iterator[str]:
    """Everything has come to an end."""
    for order in Order.objects.filter(status=OrderStatus.PLACED):
        yield f"{order.reference} is neither firm nor cancelled"
    for payment in Payment.objects.open():
        yield f"payment {payment.pk} of {payment.order.reference} is still {payment.status}"
    for refund in Refund.objects.filter(status__in=[RefundStatus.REQUESTED, RefundStatus.PENDING]):
        yield f"refund {refund.pk} is still {refund.status}"


def _orders() -> Iterator[str]:
    """What is due is what was invoiced, less what is kept: and unless somebody owes, the two are the same."""
    for order in Order.objects.placed().prefetch_related(
        "lines", "invoices", "payments__refunds", "payments__disputes"
    ):
        asked = sum((-one.gross if one.is_credit_note else one.gross for one in order.invoices.all()), ZERO)
        kept = sum((_kept(payment) for payment in order.payments.all()), ZERO)
        due = due_of(order)
        if due != asked - kept:
            yield f"{order.reference}: {due} due, but {asked} asked and {kept} kept"
        if due > 0 and not order.is_on_account and any(line.is_granted for line in order.lines.all()):
            yield f"{order.reference} is given, and {due} are due"
        if due > _taken(order) and order.is_firm and not order.is_on_account:
            yield f"{order.reference}: {due} due, and no more than {_taken(order)} were taken: the club paid back too much"
        if due <= 0 and order.is_firm and not all(line.is_granted for line in order.lines.all() if line.is_live):
            yield f"{order.reference} is paid, and something of it is kept back"
        if due < 0 and surplus_of(order) != -due:
            yield f"{order.reference}: {-due} came for nothing, and the club does not see that it owes them"


def _kept(payment: Payment) -> Decimal:
    if not payment.is_settled:
        return ZERO
    back = sum((one.amount for one in payment.refunds.all() if one.status == RefundStatus.DONE), ZERO)
    return payment.amount - back - sum((one.withdrawn for one in payment.disputes.all()), ZERO)


def _taken(order: Order) -> Decimal:
    """What went without the club's doing, or past its accounts."""
    refunds = Refund.objects.filter(payment__order=order, status=RefundStatus.DONE, reason=ON_SITE)
    disputes = Dispute.objects.filter(payment__order=order)
    return sum((one.amount for one in refunds), ZERO) + sum((one.withdrawn for one in disputes), ZERO)


def _provider(witness: Witness) -> Iterator[str]:
    """Cent by cent what the provider holds, also for payments that nobody here remembers; all its news were taken in."""
    here = {}
    for payment in Payment.objects.by_provider().exclude(intent_id=None):
        here[payment.intent_id] = Posting.objects.filter(entry__payment=payment, account=Account.PROVIDER).balance()
    for intent, cents in witness.kept.items():
        if here.get(intent, ZERO) != from_cents(cents):
            yield f"the provider holds {from_cents(cents)} of {intent}, the ledger {here.get(intent, ZERO)}"
    total = Posting.objects.filter(account=Account.PROVIDER).balance()
    if total != from_cents(sum(witness.kept.values())):
        yield f"the provider holds {from_cents(sum(witness.kept.values()))} in all, the ledger {total}"
    if Counter(ProviderEvent.objects.values_list("event_id", flat=True)) != Counter(witness.news):
        yield "some news was lost, or kept twice"
    for event in ProviderEvent.objects.exclude(fault=""):
        yield f"{event}: {event.fault}"
    for key, pages in Counter(witness.pages).items():
        if pages > 1:
            yield f"payment {key} has {pages} pages"


def _refunds(witness: Witness) -> Iterator[str]:
    """Each refund that was decided went to the provider once at most, and to it for what was decided."""
    there = Counter(key for _id, key, _cents in witness.refunds if key)
    for key, times in there.items():
        if times > 1:
            yield f"refund {key} was made {times} times"
    known = {str(one.provider_id): one for one in Refund.objects.exclude(provider_id=None)}
    for provider_id, key, cents in witness.refunds:
        one = known.pop(provider_id, None)
        if one is None or one.amount != from_cents(cents) or (key and str(one.key) != key):
            yield f"the provider's refund {provider_id} of {from_cents(cents)} is not known as such"
    for provider_id in known:
        yield f"the provider knows no refund {provider_id}"


def _bank() -> Iterator[str]:
    """A line of the bank is one payment of its amount."""
    for line in BankLine.objects.exclude(payment=None).select_related("payment"):
        if line.payment.amount != line.amount or line.payment.method != Method.TRANSFER:
            yield f"{line} became {line.payment.amount}"


def _invoices() -> Iterator[str]:
    """One invoice for each order that was firm and cost something, none for the others."""
    for order in Order.objects.placed():
        invoices = order.invoices.filter(kind=InvoiceKind.INVOICE).count()
        made_firm = HistoryEntry.objects.about(order).filter(code="billing.order.made_firm").count()
        if invoices > made_firm or made_firm > 1:
            yield f"{order.reference} was made firm {made_firm} times and has {invoices} invoices"
        if order.is_firm and not invoices and any(line.net for line in order.lines.all() if line.is_live):
            yield f"{order.reference} is firm without an invoice"


# --- Letters ----------------------------------------------------------------------------------------------------------


def _letters(witness: Witness) -> Iterator[str]:
    """Every letter that was written reached the mail server once, and nothing else did."""
    written = set()
    for letter in Letter.objects.all():
        name = f"<letter-{letter.pk}@localhost>"
        written.add(name)
        if letter.status != LetterStatus.SENT or witness.letters.get(name) != 1:
            yield f"letter {letter.pk} ({letter.code}) is {letter.status} and arrived {witness.letters.get(name, 0)} times"
    for name in witness.letters.keys() - written:
        yield f"{name} arrived, and nobody wrote it"


def _told() -> Iterator[str]:
    """Each event is told once to each of those whom it concerns."""
    for order in Order.objects.placed():
        found = Counter(Letter.objects.about(order).values_list("code", "person"))
        expected = _expected_letters(order)
        for pair in found.keys() | expected.keys():
            if pair[0] not in NOT_COUNTED and found[pair] != expected[pair]:
                yield f"{order.reference}: {found[pair]} × {pair[0]} to person {pair[1]}, not {expected[pair]}"


# A debit that is heard of only once it has arrived is not announced; reminders have keys of their own.
NOT_COUNTED = {"billing.payment.pending", "billing.order.reminded"}


def _expected_letters(order: Order) -> Counter:
    refunds, disputes = Refund.objects.filter(payment__order=order), Dispute.objects.filter(payment__order=order)
    history = HistoryEntry.objects.about(order)
    not_given = history.filter(code="billing.line.not_given").count()
    # Given up by the daily run: nobody's decision, and no reason but that nobody paid.
    given_up = history.filter(code="billing.order.cancelled", by=None, values__reason="").count()
    took_money = [one for one in disputes if Entry.objects.filter(key__startswith=f"dispute:{one.pk}:").exists()]
    to_buyers = {
        "billing.order.placed": history.filter(code="billing.order.method_changed").count()
        + was_ordered_by_hand(order),
        "billing.order.firm": order.invoices.filter(kind=InvoiceKind.INVOICE).count(),
        "billing.order.cancelled": given_up,
        "billing.payment.failed": order.payments.filter(status=PaymentStatus.FAILED).count(),
        "billing.payment.withdrawn": len(took_money),
        "billing.refund.made": refunds.exclude(reason=ON_SITE).count(),
        "billing.line.not_given": not_given,
    }
    to_coordinators = {
        "billing.dispute.opened": disputes.count(),
        "billing.refund.failed": refunds.filter(status=RefundStatus.FAILED).count(),
        "billing.line.not_given": not_given,
    }
    buyers = {(code, person.pk): n for code, n in to_buyers.items() for person in buyers_of(order)}
    coordination = {(code, person.pk): n for code, n in to_coordinators.items() for person in coordinators_of(order)}
    return Counter(buyers) + Counter(coordination)
