"""The mark by which a movement is known again when a later export holds it once more."""

import hashlib
from collections import Counter
from collections.abc import Iterable

from billing.bank_files.statement import Movement
from core.text import folded


def fingerprint(movement: Movement, nth: int) -> str:
    """The same for the same movement of the same account, whatever else its file holds.

    `nth` counts from 0 the movements of one day that are alike in all the rest. The bank's reference stands for the
    text; where banks give one reference to several movements, day, amount and `nth` still tell them apart.
    """
    return hashlib.sha256("\x1f".join([*_key(movement), str(nth)]).encode()).hexdigest()


def fingerprints(movements: Iterable[Movement]) -> list[str]:
    """One for each movement, in their order, equal ones counted."""
    seen: Counter[tuple[str, ...]] = Counter()
    marks = []
    for movement in movements:
        marks.append(fingerprint(movement, seen[_key(movement)]))
        seen[_key(movement)] += 1
    return marks


def _key(movement: Movement) -> tuple[str, ...]:
    """A text is compared by its letters and digits: the case, accents and line breaks are the export's affair."""
    said = ("ref", movement.bank_reference) if movement.bank_reference else ("text", _letters(movement.text))
    day, amount = movement.booked_on.isoformat(), f"{movement.amount:.2f}"
    return (movement.account, day, amount, movement.currency, *said)


def _letters(text: str) -> str:
    return folded(text).replace(" ", "")
