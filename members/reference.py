"""The public facts the shared member model stands on: territories, communes, sectors, occupations.

They lie in `members/data/` in a compact form (communes and territories after INSEE's official geographic code, points
of communes in WGS 84, occupations after the ROME). Loading is idempotent: it adds what is missing, mends what differs
and takes nothing away, so that it may run at every start.
"""

import csv
import io
import lzma
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from django.db import models, transaction

from members.enums import TerritoryKind
from members.labels import load_labels
from members.models import Commune, Occupation, PostCode, Sector, SectorGroup, Territory
from members.models.places import folded_town

DATA = Path(__file__).resolve().parent / "data"
STRUCTURES_FILE = DATA / "structures.csv"  # real structures in the columns of a directory import
BATCH = 2_000


@dataclass(frozen=True)
class Loaded:
    """How many rows were added or mended."""

    territories: int = 0
    communes: int = 0
    post_codes: int = 0
    sectors: int = 0
    occupations: int = 0
    labels: int = 0

    @property
    def total(self) -> int:
        return sum(vars(self).values())


@transaction.atomic
def load_reference(*, departments: Iterable[str] | None = None) -> Loaded:
    """Bring the reference tables up to the files; `departments` limits the communes to some department codes."""
    territories = _load_territories()
    communes, post_codes = _load_communes(set(departments) if departments is not None else None)
    return Loaded(territories, communes, post_codes, _load_sectors(), _load_occupations(), load_labels())


def _rows(name: str) -> Iterator[dict[str, str]]:
    path = DATA / name
    content = lzma.decompress(path.read_bytes()) if path.suffix == ".xz" else path.read_bytes()
    return csv.DictReader(io.StringIO(content.decode(), newline=""))


def _bring_up(model: type[models.Model], wanted: dict, fields: tuple[str, ...]) -> int:
    """Make the rows of `model` (by primary key) equal to `wanted`: {pk: values in the order of `fields`}."""
    known = {row[0]: row[1:] for row in model.objects.values_list("pk", *fields)}
    missing = [
        model(pk=pk, **dict(zip(fields, values, strict=True))) for pk, values in wanted.items() if pk not in known
    ]
    differing = [
        model(pk=pk, **dict(zip(fields, values, strict=True)))
        for pk, values in wanted.items()
        if pk in known and known[pk] != values
    ]
    model.objects.bulk_create(missing, batch_size=BATCH)
    model.objects.bulk_update(differing, fields, batch_size=500)
    return len(missing) + len(differing)


def _load_territories() -> int:
    rows = list(_rows("territories.csv"))
    regions = [row for row in rows if row["kind"] == TerritoryKind.REGION]
    return _bring_up_territories(regions, {}) + _bring_up_territories(
        [row for row in rows if row["kind"] == TerritoryKind.DEPARTMENT],
        dict(Territory.objects.filter(kind=TerritoryKind.REGION).values_list("code", "pk")),
    )


def _bring_up_territories(rows: list[dict[str, str]], region_ids: dict[str, int]) -> int:
    known = {(territory.kind, territory.code): territory for territory in Territory.objects.all()}
    missing, differing = [], []
    for row in rows:
        values = {"name": row["name"], "region_id": region_ids.get(row["region_code"])}
        territory = known.get((row["kind"], row["code"]))
        if territory is None:
            missing.append(Territory(kind=row["kind"], code=row["code"], **values))
        elif any(getattr(territory, field) != value for field, value in values.items()):
            for field, value in values.items():
                setattr(territory, field, value)
            differing.append(territory)
    Territory.objects.bulk_create(missing)
    Territory.objects.bulk_update(differing, ["name", "region_id"])
    return len(missing) + len(differing)


def _load_communes(departments: set[str] | None) -> tuple[int, int]:
    ids = dict(Territory.objects.filter(kind=TerritoryKind.DEPARTMENT).values_list("code", "pk"))
    wanted, codes = {}, set()
    for row in _rows("communes.csv.xz"):
        if departments is not None and row["department"] not in departments:
            continue
        pk, name = row["insee_code"], row["name"]
        point = (float(row["latitude"]), float(row["longitude"])) if row["latitude"] else (None, None)
        wanted[pk] = (name, folded_town(name), ids[row["department"]], *point)
        codes.update((pk, code) for code in row["post_codes"].split())
    changed = _bring_up(Commune, wanted, ("name", "folded_name", "department_id", "latitude", "longitude"))
    known = set(PostCode.objects.values_list("commune_id", "code"))
    missing = [PostCode(commune_id=pk, code=code) for pk, code in sorted(codes - known)]
    PostCode.objects.bulk_create(missing, batch_size=BATCH)
    return changed, len(missing)


def _load_sectors() -> int:
    rows = list(_rows("sectors.csv"))
    names = dict.fromkeys(row["group"] for row in rows)
    SectorGroup.objects.bulk_create((SectorGroup(name=name) for name in names), ignore_conflicts=True)
    groups = dict(SectorGroup.objects.values_list("name", "pk"))
    known = set(Sector.objects.values_list("group_id", "name"))
    wanted = [(groups[row["group"]], row["sector"]) for row in rows]
    missing = [Sector(group_id=group, name=name) for group, name in wanted if (group, name) not in known]
    Sector.objects.bulk_create(missing)
    return len(missing)


def _load_occupations() -> int:
    return _bring_up(Occupation, {row["code"]: (row["name"],) for row in _rows("occupations.csv")}, ("name",))
