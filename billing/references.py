"""The reference that a bank transfer carries, so that money finds its order by itself (ISO 11649, « RF »).

Ours are RF, two check digits, one letter and seven digits: RF15 M000 1234. The letter is none that can be taken for a
digit. The length never changes, so that a reference can be told from what a bank or a payer has glued to it.
"""

import re
import unicodedata

from stdnum import iso11649
from stdnum.iso7064 import mod_97_10

PREFIX = "M"
DIGITS = 7
MOST = 10**DIGITS - 1
_CANDIDATE = re.compile(rf"(?=(RF[0-9]{{2}}{PREFIX}([0-9]{{{DIGITS}}})))")
_NO_LETTER = re.compile(r"[\W_]+")


def reference_of(number: int) -> str:
    """The reference of the order that bears this number. The same number always has the same one.

    >>> reference_of(1234)
    'RF15M0001234'
    """
    if not 0 < number <= MOST:
        raise ValueError(f"{number} has no reference: it must lie between 1 and {MOST}")
    body = f"{PREFIX}{number:0{DIGITS}d}"
    return f"RF{mod_97_10.calc_check_digits(f'{body}RF')}{body}"


def spaced(reference: str) -> str:
    """As people read and copy it.

    >>> spaced("RF15M0001234")
    'RF15 M000 1234'
    """
    return iso11649.format(reference)


def references_in(text: str) -> list[str]:
    """Our references in the text of a transfer, each once, in their order.

    Banks cut a text into lines, pad them, change the case; payers add dashes and words: whatever is neither letter nor
    digit is overlooked, and a reference may touch other words. One whose check digits do not match is none.
    """
    plain = _NO_LETTER.sub("", unicodedata.normalize("NFKC", text)).upper()
    found = (match[1] for match in _CANDIDATE.finditer(plain) if _is_ours(match[1], int(match[2])))
    return list(dict.fromkeys(found))


def number_of(reference: str) -> int | None:
    """The number that a reference of ours stands for, however it is written; None for anything else."""
    plain = _NO_LETTER.sub("", unicodedata.normalize("NFKC", reference)).upper()
    match = _CANDIDATE.match(plain)
    if match is None or match[1] != plain or not _is_ours(plain, int(match[2])):
        return None
    return int(match[2])


def _is_ours(candidate: str, number: int) -> bool:
    """Compared with the one spelling we write: 00, 01 and 99 would also pass as check digits for 97, 98 and 02."""
    return number > 0 and candidate == reference_of(number)
