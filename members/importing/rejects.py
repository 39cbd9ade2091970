"""The refused rows, as a file to mend and import again: the same columns, and one that says why."""

import csv
import re

from django.utils.translation import gettext as _

from members.importing.findings import Finding

_NUMBER = re.compile(r"^[+-]?\d+([.,]\d+)?$")


class RejectsWriter:
    """Writes refused rows as CSV to a text stream (open it as `utf-8-sig`, so that spreadsheets know the letters)."""

    def __init__(self, stream, header: list[str], separator: str = ";"):
        self._rows = csv.writer(stream, delimiter=separator, lineterminator="\r\n")
        self._width = len(header)
        self._rows.writerow([guarded(name) for name in header] + [_("Reason for refusal")])

    def write(self, cells: list[str], findings: list[Finding]) -> None:
        reasons = " ".join(found.sentence for found in findings if found.is_refusal)
        cells = [*cells, *[""] * self._width][: self._width]
        self._rows.writerow([guarded(cell) for cell in [*cells, reasons]])


def guarded(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula: an apostrophe goes before =, +, -, @ (numbers stay as they are)."""
    if cell.lstrip().startswith(("=", "+", "-", "@")) and not _NUMBER.match(cell.strip()):
        return f"'{cell}"
    return f"'{cell}" if cell.startswith(("\t", "\r")) else cell
