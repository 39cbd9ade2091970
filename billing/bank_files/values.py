"""Cells of a bank's CSV brought to amounts and dates. What could be read in two ways is not read at all."""

import re
import unicodedata
from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from billing.bank_files.statement import Unclear
from core.money import money
from core.text import folded
from members.importing.values import clean_text

_EUROS = re.compile(r"(?<![A-Z])(?:EUR|EUROS?)(?![A-Z])|€", re.IGNORECASE)
_MINUS = str.maketrans({"\u2212": "-", "\u2012": "-", "\u2013": "-", "’": "'"})
# 1 234,56 · 1.234,56 · 1'234,56 · 1234,5 · 1 234: one kind of gap, in threes, never the sign of the decimals.
_FRENCH = re.compile(r"(?:[0-9]{1,3}(?P<gap>[ .'])[0-9]{3}(?:(?P=gap)[0-9]{3})*|[0-9]+),(?P<part>[0-9]{1,2})")
_ENGLISH = re.compile(r"(?:[0-9]{1,3}(?P<gap>[ ,'])[0-9]{3}(?:(?P=gap)[0-9]{3})*|[0-9]+)\.(?P<part>[0-9]{1,2})")
_WHOLE = re.compile(r"[0-9]{1,3}(?P<gap>[ '])[0-9]{3}(?:(?P=gap)[0-9]{3})*|[0-9]+")
_LONGEST = 20  # signs; what is longer is no amount of money
_DAY_FIRST = re.compile(r"([0-9]{1,2})([/.-])([0-9]{1,2})\2((?:[0-9]{2})?[0-9]{2})")
_YEAR_FIRST = re.compile(r"([0-9]{4})([/.-])([0-9]{2})\2([0-9]{2})")
_TIME = re.compile(r"[T ][0-9]{1,2}:[0-9]{2}.*$")
_AS_TEXT = re.compile(r'^="(.*)"$', re.DOTALL)  # how some banks keep a spreadsheet from taking a code for a number
_DECIMALS = re.compile(r"[.,]([0-9]*)[^0-9]*$")


def text_of(cell: str) -> str:
    """A cell on one line, without the spreadsheet's formula around it."""
    return clean_text(_AS_TEXT.sub(r"\1", cell.strip()))


def joined(texts: Iterable[str]) -> str:
    """Texts of one movement in their order, without those that a longer one repeats."""
    plain = {text: folded(text) for text in texts}
    kept: list[str] = []
    for text in sorted(plain, key=lambda text: len(plain[text]), reverse=True):
        if plain[text] and not any(plain[text] in plain[longer] for longer in kept):
            kept.append(text)
    return " ".join(text for text in plain if text in kept)


def amount_of(cell: str) -> Decimal | None:
    """An amount of money with its sign; None for an empty cell."""
    shown = text_of(cell)
    text = unicodedata.normalize("NFKC", _EUROS.sub("", shown)).translate(_MINUS).strip()
    if not shown or text in {"-", "--"}:
        return None
    sign, digits = _signed(text)
    number = _FRENCH.fullmatch(digits) or _ENGLISH.fullmatch(digits) or _WHOLE.fullmatch(digits)
    if number is None or len(digits) > _LONGEST:
        raise Unclear(_("“%(value)s” is no amount that can be read.") % {"value": shown[:40]})
    part = number.groupdict().get("part")
    whole = re.sub(r"[^0-9]", "", digits[: -len(part)] if part else digits)
    return money(f"{sign}{whole}.{part or '0'}")


def _signed(text: str) -> tuple[str, str]:
    """The sign may stand before or after: -12,00 or 12,00-."""
    if text[:1] in {"+", "-"}:
        return text[0], text[1:].strip()
    if text[-1:] in {"+", "-"}:
        return text[-1], text[:-1].strip()
    return "+", text


def decimals_of(cell: str) -> int:
    """How many decimals an amount is written with."""
    found = _DECIMALS.search(text_of(cell))
    return len(found[1]) if found else 0


def date_of(cell: str) -> date | None:
    """A day; None for an empty cell."""
    shown = text_of(cell)
    if not shown:
        return None
    text = _TIME.sub("", shown)
    if found := _DAY_FIRST.fullmatch(text):
        day, month, year = int(found[1]), int(found[3]), int(found[4]) + (2000 if len(found[4]) == 2 else 0)
    elif found := _YEAR_FIRST.fullmatch(text):
        year, month, day = int(found[1]), int(found[3]), int(found[4])
    else:
        raise Unclear(_("“%(value)s” is no date that can be read (such as 31/12/2026).") % {"value": shown[:40]})
    try:
        if not 2000 <= year <= 2099:
            raise ValueError(year)
        return date(year, month, day)
    except ValueError as error:
        raise Unclear(_("“%(value)s” is no day of the calendar.") % {"value": shown[:40]}) from error
