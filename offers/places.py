"""Where the work is: a town, a post code, a département or a region, as a buyer types it."""

import math
import re
from dataclasses import dataclass

from django.db.models import Max, Min

from core.text import folded
from members.enums import TerritoryKind
from members.models import Commune, Territory
from members.models.places import folded_town

KM_PER_DEGREE = 111.195
# A name borne by more towns than this is told apart by its département or post code.
MOST_CHOICES = 8

_POST_CODE = re.compile(r"^(\d{5})\b\s*(.*)$")
_DEPARTMENT_CODE = re.compile(r"^(\d{2,3}|2[ab])$", re.IGNORECASE)
_NAME_AND_CODE = re.compile(r"^(.+?)[\s,]*\(?\b(\d{5}|\d{2,3}|2[ab])\)?$", re.IGNORECASE)


@dataclass(frozen=True)
class Bounds:
    """The least box, in degrees, that holds every commune's centre."""

    south: float
    north: float
    west: float
    east: float


@dataclass(frozen=True)
class Place:
    """A point (a commune's centre) or a territory. `territory_ids` are those that hold it, it itself, and those in it."""

    name: str
    latitude: float
    longitude: float
    is_point: bool
    territory_ids: tuple[int, ...]
    department_ids: tuple[int, ...]
    bounds: Bounds

    km_per_latitude = KM_PER_DEGREE

    @property
    def km_per_longitude(self) -> float:
        return KM_PER_DEGREE * math.cos(math.radians(self.latitude))


def find_places(text: str) -> list[Place]:
    """The places a text may mean, likeliest first, at most eight; empty when none is known.

    Understands `92000`, `92000 Nanterre`, `Nanterre`, `Nanterre (92)`, `92`, `Hauts-de-Seine` and `Île-de-France`,
    with or without accents; a town's name need not be finished.
    """
    text = " ".join(text.split())
    if not folded(text):
        return []
    communes = _communes(text)
    exact = [commune for commune in communes if commune.folded_name == folded_town(_name_in(text))]
    territories = _territories(text)
    if exact or not territories:
        return [_of_commune(commune) for commune in communes] + territories
    return territories + [_of_commune(commune) for commune in communes]


def _name_in(text: str) -> str:
    """The name in `92000 Nanterre` or `Nanterre (92)`; a text without code is a name."""
    if match := _POST_CODE.match(text):
        return match[2]
    if match := _NAME_AND_CODE.match(text):
        return match[1]
    return text


def _communes(text: str) -> list[Commune]:
    known = Commune.objects.select_related("department__region")
    if match := _POST_CODE.match(text):
        return list(
            known.filter(pk__in=Commune.objects.at(match[1], match[2]).values("pk")).order_by("name")[:MOST_CHOICES]
        )
    if _DEPARTMENT_CODE.match(text):
        return []
    if match := _NAME_AND_CODE.match(text):
        code = match[2].upper()
        where = {"post_codes__code": code} if len(code) == 5 else {"department__code": code}
        known = known.filter(**where)
    name = folded_town(_name_in(text))
    if not name:
        return []
    found = list(known.filter(folded_name=name).order_by("insee_code")[:MOST_CHOICES])
    begun = known.filter(folded_name__startswith=name).exclude(folded_name=name) if len(name) >= 3 else known.none()
    return found + list(begun.order_by("folded_name", "insee_code")[: MOST_CHOICES - len(found)])


def _territories(text: str) -> list[Place]:
    """Départements by code or name, regions by name (a handful of rows, compared here because names bear accents)."""
    code = text.upper() if _DEPARTMENT_CODE.match(text) else None
    match = _NAME_AND_CODE.match(text)
    name = folded(match[1] if match else text)
    found = []
    for territory in Territory.objects.select_related("region").order_by("kind", "code"):
        is_department = territory.kind == TerritoryKind.DEPARTMENT
        if code:
            fits = is_department and territory.code == code
        else:
            fits = folded(territory.name) == name and (not match or territory.code == match[2].upper())
        if fits:
            found.append(_of_territory(territory))
    return found


def _of_commune(commune: Commune) -> Place:
    department = commune.department
    holding = [department.pk] + ([department.region_id] if department.region_id else [])
    return Place(
        name=f"{commune.name} ({department.code})",
        latitude=commune.latitude,
        longitude=commune.longitude,
        is_point=True,
        territory_ids=tuple(holding),
        department_ids=(department.pk,),
        bounds=Bounds(commune.latitude, commune.latitude, commune.longitude, commune.longitude),
    )


def _of_territory(territory: Territory) -> Place:
    if territory.kind == TerritoryKind.DEPARTMENT:
        departments = [territory.pk]
        related = [territory.pk] + ([territory.region_id] if territory.region_id else [])
    else:
        departments = list(territory.departments.order_by("pk").values_list("pk", flat=True))
        related = [territory.pk, *departments]
    box = Commune.objects.filter(department__in=departments).aggregate(
        south=Min("latitude"), north=Max("latitude"), west=Min("longitude"), east=Max("longitude")
    )
    bounds = Bounds(**{side: degrees or 0.0 for side, degrees in box.items()})
    return Place(
        name=str(territory),
        latitude=(bounds.south + bounds.north) / 2,
        longitude=(bounds.west + bounds.east) / 2,
        is_point=False,
        territory_ids=tuple(related),
        department_ids=tuple(departments),
        bounds=bounds,
    )
