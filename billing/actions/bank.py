"""Bank statements: imported whole or not at all; matched where the reference and the amount say so, proposed where they
nearly do, never guessed.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db import IntegrityError, transaction
from django.utils.formats import date_format
from django.utils.translation import gettext, gettext_noop
from django.utils.translation import gettext_lazy as _

from billing.actions.baskets import seller_of
from billing.actions.locking import due_of, lock_order
from billing.actions.paying import record_payment
from billing.bank_files import Movement, RowFault, Statement, StatementUnreadable, fingerprints, read_statement
from billing.enums import CURRENCY, BankLineState, Method, OrderStatus
from billing.models import BankLine, BankStatement, Order, Payment
from billing.references import number_of, references_in
from billing.totals import totals_of
from core.errors import RuleBroken
from core.history import record
from core.locks import lock_row
from core.text import telling_words
from members.models import Club


class StatementRefused(RuleBroken):
    """A file with faults is not imported at all: `faults` are (line, sentence)."""

    def __init__(self, faults: Sequence[tuple[int, str]]):
        super().__init__(_("Nothing was imported: mend the file, or export it anew from the bank’s site."))
        self.faults = list(faults)


@dataclass(frozen=True)
class Proposal:
    """An order that a bank line may be for, and why one may think so. Somebody decides."""

    order: Order
    due: Decimal
    why: str


# --- Importing --------------------------------------------------------------------------------------------------------


def import_statement(club: Club, *, by, content: bytes, filename: str) -> BankStatement:
    """Import a file of the club's bank, then assign what quotes an order's reference and pays exactly what is due.

    Lines that an earlier file brought are left out. Raises StatementRefused with a report line by line, or RuleBroken
    for a file that cannot be read, was imported before, or is of another account or currency.
    """
    statement = _store(club, by=by, content=content, filename=filename)
    match_open_lines(club, by=by)
    return statement


@transaction.atomic
def _store(club: Club, *, by, content: bytes, filename: str) -> BankStatement:
    club = lock_row(Club.objects.all(), club.pk)
    digest = hashlib.sha256(content).hexdigest()
    if earlier := BankStatement.objects.filter(club=club, digest=digest).first():
        day = date_format(earlier.imported_at, "DATE_FORMAT")
        raise RuleBroken(_("This file was imported on %(day)s already.") % {"day": day}, field="file")
    try:
        read = read_statement(content, filename)
    except StatementUnreadable as unreadable:
        raise RuleBroken(str(unreadable), field="file") from unreadable
    if faults := [*read.faults, *_strangers(read.movements)]:
        raise StatementRefused([(fault.line, str(fault.message)) for fault in faults])
    if not _is_own(read.account_iban, seller_of(club).iban):
        raise RuleBroken(
            _("This statement is of another account: %(iban)s.") % {"iban": read.account_iban}, field="file"
        )
    try:
        with transaction.atomic():
            statement = BankStatement.objects.create(
                club=club, by=by, filename=filename[:160], digest=digest, iban=read.account_iban or "",
                from_on=read.from_on, to_on=read.to_on,
            )  # fmt: skip
    except IntegrityError as error:
        raise RuleBroken(_("This file was imported already."), field="file") from error
    new = _new_lines(statement, read)
    record(
        "billing.statement.imported", gettext_noop("Imported a bank statement; new lines: %(lines)s"), by=by,
        about=[statement, club], lines=new,
    )  # fmt: skip
    return statement


def _strangers(movements: Sequence[Movement]) -> list[RowFault]:
    said = _("Another currency: %(currency)s.")
    return [
        RowFault(movement.line, said % {"currency": movement.currency})
        for movement in movements
        if movement.currency and movement.currency != CURRENCY
    ]


def _is_own(account: str, iban: str) -> bool:
    """A file names its account by its IBAN, by the number within it, or not at all."""
    account, iban = ("".join(text.split()).upper() for text in (account, iban))
    return not account or not iban or account == iban or (len(account) >= 8 and account in iban)


def _new_lines(statement: BankStatement, read: Statement) -> int:
    """Store what no earlier file brought; returns how many lines are new."""
    known = set(BankLine.objects.filter(club=statement.club).values_list("fingerprint", flat=True))
    lines = [
        BankLine(
            club=statement.club, statement=statement, fingerprint=mark, booked_on=movement.booked_on,
            amount=movement.amount, counterparty=movement.counterparty[:160], text=movement.text[:500],
            reference=movement.structured_reference[:40],
        )
        for movement, mark in zip(read.movements, fingerprints(read.movements), strict=True)
        if mark not in known
    ]  # fmt: skip
    BankLine.objects.bulk_create(lines)
    return len(lines)


# --- Assigning --------------------------------------------------------------------------------------------------------


def match_open_lines(club: Club, *, by) -> int:
    """Assign every open line that quotes exactly one of the club's orders and pays exactly what is due on it.

    Each in its own transaction: one that cannot be assigned holds up no other. Returns how many.
    """
    matched = 0
    for line in BankLine.objects.to_assign().filter(club=club).order_by("pk"):
        order = _quoted_order(line)
        if order is None or due_of(order) != line.amount:
            continue
        try:
            assign_line(line, order=order, by=by)
        except RuleBroken:
            continue  # it stays open, for somebody to decide
        matched += 1
    return matched


def _quoted_order(line: BankLine) -> Order | None:
    """The one order of this club that the line quotes; None for none and for several."""
    found = references_in(f"{line.reference} {line.text}")
    numbers = {number for reference in found if (number := number_of(reference)) is not None}
    orders = list(Order.objects.placed().filter(club=line.club_id, pk__in=numbers).select_related("organisation")[:2])
    return orders[0] if len(orders) == 1 else None


@transaction.atomic
def assign_line(line: BankLine, *, order: Order, by) -> Payment:
    """Record a bank line as the payment of an order. Assigning it twice is refused.

    Raises RuleBroken for money that was spent, a line that is assigned or set aside, and another club's order.
    """
    order = lock_order(order)
    line = lock_row(BankLine.objects.all(), line.pk)
    if line.state != BankLineState.OPEN or line.amount <= 0:
        raise RuleBroken(_("This line is no longer to be assigned."))
    if order.club_id != line.club_id:
        raise RuleBroken(_("This order is another club’s."))
    payment = record_payment(
        order, by=by, method=Method.TRANSFER, amount=line.amount, received_on=line.booked_on,
        memo=line.counterparty[:120], may_exceed=True,
    )  # fmt: skip
    line.state, line.payment = BankLineState.MATCHED, payment
    line.save(update_fields=["state", "payment"])
    return payment


@transaction.atomic
def set_aside(line: BankLine, *, by, reason: str) -> BankLine:
    """Money that is not for an order (a grant, a mistake). Twice is once."""
    line = lock_row(BankLine.objects.all(), line.pk)
    if line.state == BankLineState.IGNORED:
        return line
    if line.state != BankLineState.OPEN:
        raise RuleBroken(_("This line is no longer to be assigned."))
    return _set_state(line, BankLineState.IGNORED, gettext_noop("Set a bank line aside: %(reason)s"), by, reason)


@transaction.atomic
def take_back(line: BankLine, *, by) -> BankLine:
    """A line that was set aside is to be assigned after all."""
    line = lock_row(BankLine.objects.all(), line.pk)
    if line.state != BankLineState.IGNORED:
        raise RuleBroken(_("This line was not set aside."))
    return _set_state(line, BankLineState.OPEN, gettext_noop("Took a bank line back"), by, "")


def _set_state(line: BankLine, state: str, sentence: str, by, reason: str) -> BankLine:
    line.state = state
    line.save(update_fields=["state"])
    record("billing.bank_line.moved", sentence, by=by, about=[line, line.club], reason=reason)
    return line


# --- Proposing --------------------------------------------------------------------------------------------------------


def proposals(lines: Sequence[BankLine]) -> dict[int, list[Proposal]]:
    """For each line, by its id, the orders it may be for, the likeliest first, with the reason in words. Reads only."""
    if not lines:
        return {}
    open_orders = _open_orders({line.club_id for line in lines})
    return {line.pk: _proposals_for(line, open_orders) for line in lines}


def _open_orders(clubs: set[int]) -> list[tuple[Order, Decimal]]:
    orders = Order.objects.filter(club__in=clubs, status__in=[OrderStatus.PLACED, OrderStatus.FIRM]).with_sums()
    found = []
    for order in orders.select_related("organisation", "club").prefetch_related("lines"):
        due = order.receivable + (_asked(order) if order.is_placed else 0)
        if due > 0:
            found.append((order, due))
    return found


def _asked(order: Order) -> Decimal:

    return totals_of((line.regime, line.net) for line in order.lines.all() if line.is_live).gross


def _proposals_for(line: BankLine, open_orders: Sequence[tuple[Order, Decimal]]) -> list[Proposal]:
    """By its reference first, then by amount and name, then by amount alone; five at the most."""
    quoted = _quoted_order(line)
    by_reference = []
    if quoted is not None:
        due = next((due for order, due in open_orders if order.pk == quoted.pk), Decimal(0))
        by_reference = [Proposal(quoted, due, gettext("quotes the reference of this order, but the amount differs"))]
    words = set(telling_words(f"{line.counterparty} {line.text}"))
    named, alike = [], []
    for order, due in open_orders:
        if order.club_id != line.club_id or order == quoted or due != line.amount:
            continue
        if words & set(telling_words(order.organisation.name)):
            named.append(Proposal(order, due, gettext("same amount, and the name fits")))
        else:
            alike.append(Proposal(order, due, gettext("same amount")))
    return [*by_reference, *named, *alike][:5]
