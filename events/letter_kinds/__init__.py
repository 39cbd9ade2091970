"""Every kind of letter about an event: when it is written, its house text, what a club may change or switch off.

A text holds placeholders in braces ({event}, {when}…); they are filled once, so what an event's title or a name holds is
never read as one. A club's own text (`LetterText`) takes the place of the house text, in its language.
"""

from events.letter_kinds.catalogue import KIND_NAMES, KINDS, MAILING, THEMES, kind_named
from events.letter_kinds.kind import COMMON, LetterKind, Placeholder
from events.letter_kinds.wording import filled, is_off, text_of, unknown_placeholders, values_for, wording

__all__ = [
    "COMMON",
    "KINDS",
    "KIND_NAMES",
    "LetterKind",
    "MAILING",
    "Placeholder",
    "THEMES",
    "filled",
    "is_off",
    "kind_named",
    "text_of",
    "unknown_placeholders",
    "values_for",
    "wording",
]
