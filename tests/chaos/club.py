"""What the coordination does: money that came by hand, bank statements, refunds, cancelling, the daily run."""

from decimal import Decimal

from django.utils import timezone

from billing.actions import (
    cancel_order,
    deposit_cheque,
    due_of,
    obstacle,
    record_payment,
    refund_lines,
    refund_surplus,
    refundable,
    send_refund,
    surplus_of,
)
from billing.actions.bank import assign_line, import_statement, set_aside
from billing.actions.invoices import uncredited
from billing.enums import Account, Method, OrderStatus
from billing.models import BankLine, Order, OrderLine, Payment, Refund
from billing.totals import totals_of
from clubsite.tasks import DAILY
from core.money import money
from tests.chaos.scene import NothingToDo, Turn

# The daily run's tasks that have nothing to do here, or (the check of the ledger) are done by the requirements.
NOT_OF_MONEY = {
    "reminders written", "points refined", "idle accounts warned", "accounts erased", "old attendees erased",
    "old import files erased", "faults of the ledger",
}  # fmt: skip
# Long to do, and nothing depends on the day.
SELDOM = {"letters about dues written", "memberships lapsed", "terms renewed", "owed terms begun"}


def record_money(turn: Turn) -> None:
    """All that is due, or a part of it."""
    orders = Order.objects.filter(status__in=[OrderStatus.PLACED, OrderStatus.FIRM]).order_by("pk")
    order, due = turn.one_of([(order, due) for order in orders if (due := due_of(order)) > 0])
    # Two people who both record a part have recorded two parts: nobody could tell.
    amount = due if turn.together or turn.dice.random() < 0.8 else money(due / 3) or due
    method, by = turn.dice.choice(Method.by_hand()), turn.coordinator()
    turn.about_to(f"records {amount} of {due} by {method} for {order.reference}")
    record_payment(order, by=by, method=method, amount=amount, received_on=timezone.localdate())


def import_bank_file(turn: Turn) -> None:
    """Transfers that quote their order, or not, exactly or too much, and somebody else's money."""
    by, day = turn.coordinator(), timezone.localdate().strftime("%d/%m/%Y")
    orders, rows = list(Order.objects.placed().order_by("pk")), []
    if not orders:
        raise NothingToDo
    for order in turn.dice.sample(orders, min(len(orders), 3)):
        due = due_of(order)
        amount = due if due > 0 and turn.dice.random() < 0.7 else money(turn.dice.randint(3, 60))
        quoted = order.reference if turn.dice.random() < 0.7 else "SANS REFERENCE"
        rows.append(f"{day};VIR {quoted} {turn.dice.random()};{amount};EUR")
    rows.append(f"{day};SUBVENTION {turn.dice.random()};1000,00;EUR")
    turn.about_to(f"imports a bank statement: {rows}")
    content = "\n".join(["Date;Libellé;Montant;Devise", *rows, ""]).encode()
    import_statement(turn.scene.club, by=by, content=content, filename="releve.csv")


def assign_bank_line(turn: Turn) -> None:
    """Any line to any order, also one that is cancelled: it was for that one."""
    line = turn.one_of(BankLine.objects.to_assign().exclude(amount=Decimal(1000)).order_by("pk"))
    order, by = turn.one_of(Order.objects.placed().order_by("pk")), turn.coordinator()
    turn.about_to(f"assigns {line.amount} from the bank to {order.reference}")
    assign_line(line, order=order, by=by)


def set_line_aside(turn: Turn) -> None:
    line = turn.one_of(BankLine.objects.to_assign().filter(amount=Decimal(1000)).order_by("pk"))
    turn.about_to(f"sets {line} aside")
    set_aside(line, by=turn.coordinator(), reason="Subvention")


def take_cheque_to_bank(turn: Turn) -> None:
    cheques = Payment.objects.settled().filter(method=Method.CHEQUE).exclude(entries__postings__account=Account.BANK)
    cheque = turn.one_of(cheques.order_by("pk"))
    turn.about_to(f"takes the cheque of {cheque.order.reference} to the bank")
    deposit_cheque(cheque, by=turn.coordinator())


def refund_a_line(turn: Turn) -> None:
    """A thing, whole or a part of it, from a payment that can bear it."""
    payment = _online_rather(turn, _refundable_payments())
    lines = [line for line in OrderLine.objects.filter(order=payment.order_id) if uncredited(line) > 0]
    line = turn.one_of(lines)
    whole = totals_of([(line.regime, uncredited(line))]).gross
    amount = whole if turn.together or turn.dice.random() < 0.4 else money(whole / 3) or whole
    by = turn.coordinator()
    turn.about_to(f"refunds {amount} of {whole} for {line} on {payment.order.reference}")
    refund_lines(payment, by=by, shares={line.pk: amount}, reason="Annulé")


def refund_what_is_too_much(turn: Turn) -> None:
    payment = _online_rather(turn, [one for one in _refundable_payments() if surplus_of(one.order) > 0])
    amount = min(surplus_of(payment.order), refundable(payment))
    by = turn.coordinator()
    turn.about_to(f"pays back {amount} that were too much on {payment.order.reference}")
    refund_surplus(payment, by=by, amount=amount, reason="Trop payé")


def send_refund_again(turn: Turn) -> None:
    refund = turn.one_of(Refund.objects.to_send().select_related("payment__order").order_by("pk"))
    turn.about_to(f"asks the provider again for the refund of {refund.amount} on {refund.payment.order.reference}")
    send_refund(refund)


def _online_rather(turn: Turn, payments: list[Payment]) -> Payment:
    return turn.one_of([one for one in payments if one.is_by_provider and turn.dice.random() < 0.8] or payments)


def _refundable_payments() -> list[Payment]:
    settled = Payment.objects.settled().select_related("order").order_by("pk")
    return [payment for payment in settled if refundable(payment) > 0 and not obstacle(payment)]


def cancel(turn: Turn) -> None:
    order = turn.one_of(Order.objects.filter(status__in=[OrderStatus.PLACED, OrderStatus.FIRM]).order_by("pk"))
    by = turn.coordinator()
    turn.about_to(f"cancels {order.reference}")
    cancel_order(order, by=by, reason="Annulé")


def run_daily(turn: Turn) -> None:
    turn.about_to("runs what is to be done every day")
    for name, work in DAILY.items():
        if name not in NOT_OF_MONEY and (name not in SELDOM or turn.dice.random() < 0.3):
            work()


def pay_back_everything(turn: Turn) -> None:
    """All that the club owes goes back, as far as a payment can bear it; by the end of a history that is nearly all."""
    turn.about_to("pays back all that the club owes")
    for payment in _refundable_payments():
        amount = min(surplus_of(payment.order), refundable(payment))
        if amount > 0:
            refund_surplus(payment, by=None, amount=amount, reason="Trop payé")


STEPS = {
    record_money: 1.5,
    import_bank_file: 0.7,
    assign_bank_line: 0.7,
    set_line_aside: 0.2,
    take_cheque_to_bank: 0.5,
    refund_a_line: 12,
    refund_what_is_too_much: 5,
    send_refund_again: 200,  # whoever sees one that has no answer presses again
    cancel: 1,
}
