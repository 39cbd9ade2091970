"""A bank's file, judged by its content: CAMT.053 or CSV, or what it is instead."""

import re
from pathlib import PurePath

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from billing.bank_files.camt import read_camt
from billing.bank_files.decoding import decode
from billing.bank_files.rows import read_table
from billing.bank_files.statement import Statement, StatementUnreadable

MOST_MEGABYTES = 5
_BLANK = b"\xef\xbb\xbf\xff\xfe\x00 \t\r\n"
_PICTURE = gettext_lazy("This file is a picture: export the statement as CAMT.053 or CSV.")
_OFX = gettext_lazy("This file is in the OFX format: export the statement as CAMT.053 or CSV.")
_SIGNATURES = (
    (rb"%PDF", gettext_lazy("This file is a PDF, made to be printed: export the statement as CAMT.053 or CSV.")),
    (rb"\x89PNG|\xff\xd8\xff|GIF8|RIFF", _PICTURE),
    (rb"\xd0\xcf\x11\xe0", gettext_lazy("This is a spreadsheet of the old kind (.xls): save it as CSV.")),
    (rb"PK[\x03\x05]", gettext_lazy("This is a ZIP archive: unpack it and choose the statement that it holds.")),
    (
        rb"\x1f\x8b|7z\xbc\xaf|Rar!",
        gettext_lazy("This is an archive: unpack it and choose the statement that it holds."),
    ),
    (rb"OFXHEADER|(?:<\?xml[^>]*>\s*)?<(?:\?OFX|OFX>)", _OFX),
    (rb"!Type:|!Account", gettext_lazy("This file is in the QIF format: export the statement as CAMT.053 or CSV.")),
    (
        rb"(?:\{1:[^}]*\}.{0,200}?)?:20:[^\n]*\n:(?:21|25)",
        gettext_lazy("This file is in the MT940 format: export the statement as CAMT.053 or CSV."),
    ),
    (
        rb"01[0-9]{5} {4}[0-9]{5}",
        gettext_lazy("This file is in the CFONB 120 format: export the statement as CAMT.053 or CSV."),
    ),
    (rb"<!doctype html|<html", gettext_lazy("This file is a web page: export the statement as CAMT.053 or CSV.")),
)


def read_statement(content: bytes, filename: str = "") -> Statement:
    """The statement that a file holds. Raises StatementUnreadable, with a sentence, for one that cannot be used at all.

    A statement with `faults` is not complete or not clear: nothing of it may be taken. The file's name judges nothing;
    it stands for the number of a statement that says none.
    """
    if len(content) > MOST_MEGABYTES * 1024 * 1024:
        raise StatementUnreadable(
            _("This file is larger than %(most)s MB: export a shorter period.") % {"most": MOST_MEGABYTES}
        )
    start = content.lstrip(_BLANK)
    if not start:
        raise StatementUnreadable(_("This file is empty."))
    _refuse_other_kinds(content)
    _refuse_other_kinds(start)
    if start.startswith(b"<"):
        return read_camt(content.lstrip(b" \t\r\n"))
    return read_table(decode(content), PurePath(filename).stem)


def _refuse_other_kinds(content: bytes) -> None:
    if content.startswith(b"PK") and b"xl/workbook.xml" in content:
        raise StatementUnreadable(_("This is an Excel workbook: save the sheet as CSV."))
    for signature, sentence in _SIGNATURES:
        if re.match(signature, content[:2000], re.IGNORECASE | re.DOTALL):
            raise StatementUnreadable(sentence)
