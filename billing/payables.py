"""What can be bought. Billing does not know it: each app that sells something registers a payable from its `ready`.

An explicit list, no signal: whoever reads `register(…)` in an app's `apps.py` knows what is called when money comes.

All verbs of a payable run inside the order's transaction, under the order's lock, and are safe to repeat. Locks are
taken in one order everywhere: order, then organisation, then event, then the series of invoices.
"""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Protocol

from billing.models import Order, OrderLine


@dataclass(frozen=True)
class Quote:
    """What a thing costs now, for this basket. `key` names the thing itself: it is bought once, by whatever way."""

    key: str
    label: str
    unit_price: Decimal
    regime: str
    account: str
    quantity: int = 1
    reason: str = ""
    starts_on: date | None = None
    ends_on: date | None = None


class Payable(Protocol):
    code: str

    def quote(self, target_id: int, basket: Order) -> Quote:
        """The price now, given what else lies in the basket. Raises RuleBroken when it cannot be bought (any more)."""

    def hold(self, line: OrderLine, *, until: datetime | None) -> None:
        """The order is placed: keep the thing for it until then (None: until the payment has succeeded or failed)."""

    def grant(self, line: OrderLine, *, by) -> None:
        """It is paid (or paid again): give it."""

    def withhold(self, line: OrderLine) -> None:
        """The money was taken back by the payer's bank: suspend it until it is paid again."""

    def release(self, line: OrderLine, *, by, reason: str) -> None:
        """It is not bought, or no longer: not paid in time, taken out of the basket, refunded, cancelled."""


_payables: dict[str, Payable] = {}


def register(payable: Payable) -> None:
    _payables[payable.code] = payable


def payable_of(line: OrderLine) -> Payable:
    """The payable of a line. Raises KeyError for a kind of thing that no app sells (any more)."""
    return _payables[line.payable]


def payable(code: str) -> Payable:
    return _payables[code]
