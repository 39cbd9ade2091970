"""A row of text becomes an entry: clean values, a point, sectors, and everything there is to say of it.

Nothing here asks the database, so that the preview and the import judge alike.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from core.text import folded
from members.enums import OrganisationKind
from members.importing import values as clean
from members.importing.findings import Finding, finding
from members.importing.reading import Row, Table
from members.importing.values import Doubt, Point
from members.models import Organisation

_LIMITS = {
    f.name: f.max_length
    for f in Organisation._meta.get_fields()
    if getattr(f, "max_length", None) and f.name != "siret"
}
_LIMITS["description"] = 5_000
_KINDS = OrganisationKind.values
SHOWN = {"name": 160, "siret": 40, "kind": 40, "city": 80}
_BETWEEN_PHONES = r"[/;\n]|,|\bou\b|\s{3,}"
_BETWEEN_ADDRESSES = r"[;,\s/]+(?=\S+@)|;|,"
_BETWEEN_SITES = r"[;,\s]+"


@dataclass
class Entry:
    """What a row says. `sectors` holds ids; `values` only what the file really gives."""

    number: int
    cells: list[str]
    shown: dict[str, str] = field(default_factory=dict)  # who the row is about, as written
    siret: str = ""
    kind: str = ""
    values: dict[str, str] = field(default_factory=dict)
    point: Point | None = None
    sectors: list[int] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    @property
    def is_refused(self) -> bool:
        return any(found.is_refusal for found in self.findings)

    @property
    def key(self) -> tuple[str, str]:
        return self.siret, self.kind


class Judge:
    """Judges the rows of one file, one after the other: it remembers which organisations it has already met."""

    def __init__(self, table: Table, sectors: Mapping[str, int]):
        """`sectors` gives the id of a sector by its folded name."""
        self._columns = table.columns
        self._sectors = sectors
        self._lines: dict[int, int] = {}  # whole numbers, as there may be a hundred thousand of them

    def judge(self, row: Row) -> Entry:
        entry = Entry(row.number, row.cells)
        cells = {name: row.cells[index] if index < len(row.cells) else "" for name, index in self._columns.items()}
        entry.shown = {name: clean.clean_text(cells.get(name, ""))[:limit] for name, limit in SHOWN.items()}
        if row.fault:
            entry.findings.append(row.fault)
            return entry
        self._read_identity(entry, cells)
        if entry.is_refused:
            return entry
        first = self._lines.setdefault(int(entry.siret) * len(_KINDS) + _KINDS.index(entry.kind), row.number)
        if first != row.number:
            entry.findings.append(finding("duplicate", line=first))
            return entry
        self._read_texts(entry, cells)
        self._read_contacts(entry, cells)
        self._read_place(entry, cells)
        self._read_sectors(entry, cells)
        return entry

    def _read_identity(self, entry: Entry, cells: dict[str, str]) -> None:
        name = clean.clean_text(cells["name"]) or clean.clean_text(cells.get("trade_name", ""))
        entry.values["name"] = name
        if not folded(name) or clean.is_error_cell(name):
            entry.findings.append(finding("no_name"))
        elif len(name) > _LIMITS["name"]:
            entry.findings.append(finding("name_too_long", limit=_LIMITS["name"]))
        try:
            entry.siret, note = clean.clean_siret_cell(cells["siret"])
            if note:
                entry.findings.append(note)
        except Doubt as doubt:
            entry.findings.append(doubt.finding)
        kind = clean.clean_text(cells["kind"])
        if clean.is_nothing(kind):
            entry.findings.append(finding("no_kind"))
            return
        try:
            entry.kind = clean.clean_kind_cell(kind)
        except Doubt as doubt:
            entry.findings.append(doubt.finding)

    def _read_texts(self, entry: Entry, cells: dict[str, str]) -> None:
        self._take(entry, cells, "trade_name")
        self._take(entry, cells, "naf", clean.clean_naf_cell)
        self._take(entry, cells, "street")
        self._take(entry, cells, "city")
        self._take(entry, cells, "post_code", clean.clean_post_code_cell)
        self._take(entry, cells, "headcount")
        if block := clean.clean_block(cells.get("description", "")):
            self._keep(entry, "description", block)
        if "naf" not in entry.values and not any(f.code == "bad_naf" for f in entry.findings):
            entry.findings.append(finding("no_naf"))

    def _read_contacts(self, entry: Entry, cells: dict[str, str]) -> None:
        post_code = entry.values.get("post_code", "")
        self._take(entry, cells, "phone", lambda text: clean.clean_phone_cell(text, post_code), _BETWEEN_PHONES)
        self._take(entry, cells, "email", clean.clean_email_cell, _BETWEEN_ADDRESSES)
        self._take(entry, cells, "website", clean.clean_website_cell, _BETWEEN_SITES)

    def _read_place(self, entry: Entry, cells: dict[str, str]) -> None:
        if re.search(r"\bcedex\b", f"{entry.values.get('city', '')} {entry.values.get('street', '')}", re.IGNORECASE):
            entry.findings.append(finding("cedex"))
        try:
            latitude, longitude = (clean.clean_text(cells.get(name, "")) for name in ("latitude", "longitude"))
            entry.point = clean.clean_point(latitude, longitude)
        except Doubt as doubt:
            entry.findings.append(doubt.finding)

    def _read_sectors(self, entry: Entry, cells: dict[str, str]) -> None:
        text = clean.clean_text(cells.get("sectors", "").replace("\n", ";"))
        if clean.is_nothing(text):
            return
        for name in self._sector_names(text):
            if pk := self._sectors.get(folded(name)):
                if pk not in entry.sectors:
                    entry.sectors.append(pk)
            else:
                entry.findings.append(finding("unknown_sector", value=name))

    def _sector_names(self, text: str) -> list[str]:
        """Names between ; or |. A comma parts them only where the whole is not a name itself: some names hold one."""
        names = []
        for part in re.split(r"[;|]", text):
            part = part.strip()
            if part and folded(part) not in self._sectors and "," in part:
                names += self._parted_by_commas([piece.strip() for piece in part.split(",")])
            elif part:
                names.append(part)
        return names

    def _parted_by_commas(self, pieces: list[str]) -> list[str]:
        names = []
        while pieces:
            for length in range(len(pieces), 0, -1):
                name = ", ".join(pieces[:length])
                if length == 1 or folded(name) in self._sectors:
                    names.append(name)
                    pieces = pieces[length:]
                    break
        return [name for name in names if name]

    def _take(self, entry: Entry, cells: dict[str, str], name: str, cleaner: Callable | None = None, between: str = ""):
        text = clean.clean_text(cells.get(name, "").replace("\n", ";" if between else " "))
        if clean.is_error_cell(text):
            entry.findings.append(finding("error_cell", field=name))
            return
        if clean.is_nothing(text):
            return
        if between:
            text, has_more = clean.first_of_several(text, between)
            if has_more:
                entry.findings.append(finding("several_values", field=name))
        try:
            self._keep(entry, name, cleaner(text) if cleaner else text)
        except Doubt as doubt:
            entry.findings.append(doubt.finding)

    def _keep(self, entry: Entry, name: str, value: str) -> None:
        if len(value) > _LIMITS.get(name, len(value)):
            entry.findings.append(finding("too_long", field=name))
        elif value:
            entry.values[name] = value
