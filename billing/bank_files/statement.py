"""What a bank's file says, whichever kind it is."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal


class StatementUnreadable(ValueError):  # noqa: N818 - said as a sentence, like RuleBroken
    """The file cannot be used at all; the message is a whole sentence for the person who chose it."""

    def __init__(self, message):
        super().__init__(str(message))


class Unclear(ValueError):  # noqa: N818 - an outcome, not a failure
    """A cell or an entry cannot be taken as it is; the message is a whole sentence."""

    def __init__(self, message):
        super().__init__(str(message))


@dataclass(frozen=True)
class RowFault:
    """What is wrong at a line of the file."""

    line: int
    message: str


@dataclass(frozen=True)
class Movement:
    """Money that came (positive) or went (negative). `iban` and `counterparty` are the other side's."""

    booked_on: date
    valued_on: date | None
    amount: Decimal
    currency: str
    counterparty: str
    iban: str
    text: str
    structured_reference: str
    bank_reference: str
    is_reversal: bool
    line: int
    account: str = ""  # our own: its IBAN, or its number where the file says no IBAN


@dataclass(frozen=True)
class Statement:
    """A whole file. With one fault it must not be taken: never a half import. Notes stop nothing."""

    account_iban: str  # or its number where the file says no IBAN; empty where it says neither
    currency: str
    opening: Decimal | None
    closing: Decimal | None
    from_on: date | None
    to_on: date | None
    number: str
    movements: tuple[Movement, ...]
    faults: tuple[RowFault, ...] = ()
    notes: tuple[RowFault, ...] = ()
