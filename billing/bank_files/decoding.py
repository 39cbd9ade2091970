"""From bytes to text. A bank writes a file in one encoding; letters are never guessed one by one."""

import codecs
import re

from django.utils.translation import gettext as _

from billing.bank_files.statement import StatementUnreadable

_UTF8_LETTER = re.compile(rb"[\xc2-\xc5][\x80-\xbf]|\xe2[\x80-\x82][\x80-\xbf]")
# Of these bytes ISO 8859-15 makes €, Œ, œ and Ÿ, where Windows has signs that no bank writes (¤, ¼, ½, ¾).
_LATIN_9 = re.compile(rb"[\xa4\xbc-\xbe]")
_C1 = re.compile(rb"[\x80-\x9f]")
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f]")


def decode(content: bytes) -> str:
    """The text of a CSV file. Raises StatementUnreadable for what is no text, or text in no encoding that banks use."""
    try:
        text = content.decode(_encoding_of(content))
    except UnicodeDecodeError as error:
        raise StatementUnreadable(
            _("Some characters of this file cannot be read: export it again, as UTF-8.")
        ) from error
    text = text.removeprefix("\ufeff")
    if _CONTROL.search(text):
        raise StatementUnreadable(_("This file is neither XML nor CSV: export the statement as CAMT.053 or CSV."))
    return text


def _encoding_of(content: bytes) -> str:
    if content.startswith(codecs.BOM_UTF8):
        return "utf-8"
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    if (head := content[:200]).count(0) > len(head) / 3:
        return "utf-16-le" if head[1:2] == b"\0" else "utf-16-be"
    try:
        content.decode("utf-8")
    except UnicodeDecodeError as error:
        if error.end == len(content) and "end of data" in error.reason:
            raise StatementUnreadable(_("This file breaks off in the middle: export it again.")) from error
        return _one_byte(content)
    return "utf-8"


def _one_byte(content: bytes) -> str:
    """Mostly letters of UTF-8 with some broken ones is a damaged file, not one in another encoding."""
    beyond_ascii = len(content) - len(content.decode("ascii", "ignore"))
    if 2 * sum(len(letter) for letter in _UTF8_LETTER.findall(content)) > beyond_ascii:
        return "utf-8"  # which will say so
    return "iso-8859-15" if _LATIN_9.search(content) and not _C1.search(content) else "cp1252"
