"""Every row of a CSV statement becomes a movement, or a fault that says what is wrong with it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from django.utils.translation import gettext as _

from billing.bank_files.checks import balance_fault, check_one_account, nothing_moved
from billing.bank_files.statement import Movement, RowFault, Statement, Unclear
from billing.bank_files.tables import Row, Table, currency_of, iban_in, open_table
from billing.bank_files.values import amount_of, date_of, decimals_of, joined, text_of
from billing.references import references_in
from core.money import ZERO
from core.text import folded
from members.importing.findings import finding

MOST_FAULTS = 100  # nobody mends more of them by hand
_SIDES = {"d": -1, "debit": -1, "c": 1, "credit": 1}


def read_table(text: str, name: str = "") -> Statement:
    """The statement in the text of a CSV file. `name` stands for its number, which no such file says."""
    table = open_table(text)
    reader = _Rows(table, account=table.account(), currency=table.currency(), minus_debits=_minus_debits(table))
    movements = reader.read_all(table.rows)
    account = check_one_account({movement.account for movement in movements}) or reader.account
    opening, closing = table.opening(), table.closing()
    if opening and closing and not reader.faults:
        total = sum((movement.amount for movement in movements), ZERO)
        fault = balance_fault(opening.amount, total, closing.amount, max(opening.line, closing.line))
        reader.faults += [fault] if fault else []
    days = [movement.booked_on for movement in movements]
    return Statement(
        account_iban=account,
        currency=reader.currency,
        opening=opening.amount if opening else None,
        closing=closing.amount if closing else None,
        from_on=min(days, default=None),
        to_on=max(days, default=None),
        number=name,
        movements=tuple(movement for movement in movements if movement.amount),
        faults=tuple(reader.faults),
        notes=tuple(nothing_moved(movement.line) for movement in movements if not movement.amount),
    )


@dataclass
class _Rows:
    """Reads one row after the other and remembers what was wrong."""

    table: Table
    account: str
    currency: str
    minus_debits: bool  # the column of debits holds amounts below zero
    faults: list[RowFault] = field(default_factory=list)

    def read_all(self, rows: Sequence[Row]) -> list[Movement]:
        movements: list[Movement] = []
        for line, cells in rows:
            if len(self.faults) == MOST_FAULTS:
                self.faults.append(RowFault(line, _("Too many lines are not clear: the rest has not been looked at.")))
                return movements
            try:
                movements.append(self._movement(line, cells))
            except Unclear as fault:
                self.faults.append(RowFault(line, str(fault)))
        self._look_at_end(rows)
        return movements

    def _look_at_end(self, rows: Sequence[Row]) -> None:
        """A download that broke off may leave a last line that still reads as a movement."""
        if not rows or self.table.is_terminated or rows[-1][0] != len(self.table.records):
            return
        (line, cells), others = rows[-1], [cells for _line, cells in rows[:-1]]
        if line not in {fault.line for fault in self.faults} and self._is_cut(cells, others):
            self.faults.append(RowFault(line, _("The file breaks off in this line: export it again.")))

    def _is_cut(self, cells: list[str], others: list[list[str]]) -> bool:
        if len(cells) < min(map(len, others), default=len(self.table.header)):
            return True
        last, cell = len(cells) - 1, cells[-1].strip()
        role = next((role for role, index in self.table.columns.roles.items() if index == last), "")
        alike = [other[last].strip() for other in others if len(other) > last]
        filled = [one for one in alike if one]
        if role in {"amount", "debit", "credit"}:
            return bool(cell) and decimals_of(cell) not in ({decimals_of(one) for one in filled} or {2})
        if role in {"booked", "valued"} and cell and filled:
            return len(cell) < min(map(len, filled))
        return not cell and bool(alike) and len(filled) == len(alike)

    def _movement(self, line: int, cells: list[str]) -> Movement:
        self._check_cells(cells)
        cell = {role: self.table.cell(cells, role) for role in ("booked", "valued", "counterparty", "iban", "account")}
        booked_on = date_of(cell["booked"])
        if booked_on is None:
            raise Unclear(_("The date is missing."))
        reference = text_of(self.table.cell(cells, "reference"))
        return Movement(
            booked_on=booked_on,
            valued_on=date_of(cell["valued"]),
            amount=self._amount(cells),
            currency=self.currency,
            counterparty=text_of(cell["counterparty"]),
            iban=iban_in(cell["iban"]),
            text=joined(text_of(cells[index]) for index in self.table.columns.texts if index < len(cells)),
            structured_reference=next(iter(references_in(reference)), ""),
            bank_reference=reference,
            is_reversal=False,  # no bank says it here
            line=line,
            account=iban_in(cell["account"]) or text_of(cell["account"]) or self.account,
        )

    def _check_cells(self, cells: list[str]) -> None:
        header = self.table.header
        if any("\ufffd" in cell for cell in cells):
            raise Unclear(finding("unreadable_characters").sentence)
        if [cell.strip() for cell in cells[: len(header)]] == header:
            raise Unclear(finding("header_again").sentence)
        count = max(index for index, cell in enumerate(cells, 1) if cell.strip())
        if count > len(header):
            raise Unclear(finding("too_many_cells", count=count, expected=len(header)).sentence)
        currency = currency_of(self.table.cell(cells, "currency"))
        if currency and currency != self.currency:
            raise Unclear(_("“%(currency)s” is not the account’s currency.") % {"currency": currency[:10]})

    def _amount(self, cells: list[str]) -> Decimal:
        """With its sign."""
        if self.table.columns.has_both_sides:
            debit, credit = (amount_of(self.table.cell(cells, side)) for side in ("debit", "credit"))
            return self._of_two_columns(debit, credit)
        amount = amount_of(self.table.cell(cells, "amount"))
        if amount is None:
            raise Unclear(_("The amount is missing."))
        return self._signed(amount, text_of(self.table.cell(cells, "direction")))

    def _of_two_columns(self, debit: Decimal | None, credit: Decimal | None) -> Decimal:
        if debit is None and credit is None:
            raise Unclear(_("The amount is missing."))
        if debit and credit:
            raise Unclear(_("A debit and a credit stand in the same line."))
        if (credit or ZERO) < 0 or (debit and (debit < 0) != self.minus_debits):
            raise Unclear(_("The sign of the amount does not fit its column."))
        return credit or -abs(debit or ZERO)

    def _signed(self, amount: Decimal, direction: str) -> Decimal:
        """Some banks write the side in a column of its own."""
        if "direction" not in self.table.columns.roles:
            return amount
        side = _SIDES.get(folded(direction))
        if side is None:
            raise Unclear(_("The line does not say whether the money came or went."))
        if amount < 0 < side:
            raise Unclear(_("The sign of the amount does not fit its column."))
        return side * abs(amount)


def _minus_debits(table: Table) -> bool:
    """Whether debits are written below zero: the sign that most of them bear."""
    signs = []
    for _line, cells in table.rows:
        try:
            debit = amount_of(table.cell(cells, "debit"))
        except Unclear:
            continue  # said when the row is read
        if debit:
            signs.append(debit < 0)
    return 2 * sum(signs) > len(signs)
