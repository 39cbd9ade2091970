"""What is sold in a history. Whatever became of a thing is noted in the database, in the transaction that did it.

A made-up thing keeps its notes as history lines about the line of the order: processes die, rows do not.
"""

import random
from collections.abc import Iterator, Sequence
from datetime import timedelta
from decimal import Decimal

from django.utils import timezone

from billing import payables
from billing.actions import add_to_basket
from billing.actions.invoices import uncredited
from billing.actions.ledger import received_on
from billing.enums import Account, VatRegime
from billing.models import Order, OrderLine
from billing.totals import totals_of
from core.errors import RuleBroken
from core.history import record
from core.models import HistoryEntry
from core.money import ZERO, money
from members.models import Club, Organisation

HELD, GIVEN, WITHHELD, RELEASED = "held", "given", "withheld", "released"
ROUNDING = Decimal("0.05")  # VAT of credit notes, each rounded by itself


class GivenUnpaidError(AssertionError):
    pass


class Things:
    """Forty things, each of which there is once: some free, some with VAT, some that do not keep."""

    code = "tests.chaos"
    numbers = range(1, 41)
    keeps = timedelta(days=2)

    @staticmethod
    def is_free(target_id: int) -> bool:
        return target_id % 8 == 0

    @staticmethod
    def is_perishable(target_id: int) -> bool:
        """Cannot be given any more if its money comes late."""
        return target_id % 5 == 4

    def set_up(self, club: Club, organisations: Sequence[Organisation]) -> None:
        """They are there from the beginning of the world."""

    def choose(self, dice: random.Random, organisation: Organisation) -> list[int]:
        return [dice.choice(self.numbers) for _ in range(dice.randint(1, 3))]

    def put_into_basket(self, club: Club, organisation: Organisation, chosen: list[int], *, by) -> None:
        for target in chosen:
            try:
                add_to_basket(club, organisation, code=self.code, target_id=target, by=by)
            except RuleBroken:  # somebody has it: on with the next
                continue

    def quote(self, target_id: int, basket: Order) -> payables.Quote:
        price = ZERO if self.is_free(target_id) else money(Decimal(target_id) * Decimal("3.45"))
        regime = VatRegime.STANDARD if target_id % 3 == 0 else VatRegime.ASSOCIATION
        return payables.Quote(
            key=f"{self.code}:{target_id}", label=f"Chose {target_id}", unit_price=price, regime=regime,
            account=Account.EVENTS, quantity=2 if target_id % 7 == 0 else 1,
        )  # fmt: skip

    def hold(self, line: OrderLine, *, until) -> None:
        self._note(HELD, line)

    def grant(self, line: OrderLine, *, by) -> None:
        if self.is_perishable(line.target_id) and timezone.now() > line.order.placed_at + self.keeps:
            raise RuleBroken("It did not keep.")
        require_paid(line)
        self._note(GIVEN, line)

    def withhold(self, line: OrderLine) -> None:
        self._note(WITHHELD, line)

    def release(self, line: OrderLine, *, by, reason: str) -> None:
        self._note(RELEASED, line)

    def _note(self, state: str, line: OrderLine) -> None:
        record(f"tests.thing.{state}", "A made-up thing", by=None, about=[line], line=line.pk, target=line.target_id)

    # --- What must hold ------------------------------------------------------------------------------------------------

    def complaints(self) -> Iterator[str]:
        """Each thing is given to one line at a time, and each line stands as its last note says."""
        last: dict[int, str] = {}
        holders: dict[str, str] = {}
        for code, values in HistoryEntry.objects.filter(code__startswith="tests.thing.").order_by("pk").values_list(
            "code", "values"
        ):  # fmt: skip
            state, line, target = code.rpartition(".")[2], values["line"], values["target"]
            last[int(line)] = state
            if state == GIVEN and holders.get(target, line) != line:
                yield f"thing {target} is given to line {line} while line {holders[target]} has it"
            if state == GIVEN:
                holders[target] = line
            elif holders.get(target) == line:
                del holders[target]
        for line in OrderLine.objects.filter(payable=self.code).select_related("order"):
            if (found := last.get(line.pk, "")) not in _expected(line):
                yield f"line {line.pk} of {line.order.reference} was {found or 'never noted'}, not {_expected(line)}"


def _expected(line: OrderLine) -> tuple[str, ...]:
    if not line.is_live:
        return (RELEASED,)
    if line.order.is_basket:
        return ("",)
    if line.is_granted:
        return (GIVEN,)
    return (WITHHELD, HELD) if line.withheld_at else (HELD,)


def require_paid(line: OrderLine) -> None:
    """Nothing is given before the money for everything on the order is here, but on a public buyer's purchase order."""
    order = line.order
    if order.is_on_account:
        return
    worth = totals_of((one.regime, uncredited(one)) for one in order.lines.live().prefetch_related("credits")).gross
    if received_on(order) + ROUNDING < worth:
        raise GivenUnpaidError(f"{order.reference}: {received_on(order)} of {worth}")


THINGS = Things()
payables.register(THINGS)
