"""Figures about events: read only, of a given set of places or events; no clock, no formatting."""

from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

from core.prepared import prepared
from events.enums import Attendance, PlaceStatus
from events.models import Event, Place
from events.models.registrations import PlaceQuerySet
from members.enums import Audience
from members.scope import Scope


@dataclass(frozen=True)
class AttendanceFigures:
    """People: who had a place and what became of it. `registered` counts walk-ins too.

    Who only holds a place, to be paid or answered, is counted apart as `held`, until seen at the door: who came, came.
    """

    registered: int = 0
    present: int = 0
    excused: int = 0
    absent: int = 0
    unknown: int = 0
    walk_ins: int = 0
    waiting: int = 0
    held: int = 0
    organisations: int = 0

    @property
    def expected(self) -> int:
        """Those who may still come, and those who are here."""
        return self.present + self.to_come

    @property
    def to_come(self) -> int:
        return self.unknown + self.held

    @property
    def ticked(self) -> int:
        """People of whom it was noted whether they came."""
        return self.present + self.excused + self.absent

    @property
    def no_show(self) -> float | None:
        """Share of those ticked off who stayed away without a word; None when nobody was ticked off."""
        return self.absent / self.ticked if self.ticked else None


_HELD = Q(status__in=PlaceStatus.kept())
_CONFIRMED = Q(status=PlaceStatus.CONFIRMED) | (_HELD & Q(attendance=Attendance.PRESENT))
_FIGURES = {
    "registered": Count("pk", filter=_CONFIRMED),
    "present": Count("pk", filter=_CONFIRMED & Q(attendance=Attendance.PRESENT)),
    "excused": Count("pk", filter=_CONFIRMED & Q(attendance=Attendance.EXCUSED)),
    "absent": Count("pk", filter=_CONFIRMED & Q(attendance=Attendance.ABSENT)),
    "unknown": Count("pk", filter=_CONFIRMED & Q(attendance=Attendance.UNKNOWN)),
    "walk_ins": Count("pk", filter=_CONFIRMED & Q(is_walk_in=True)),
    "waiting": Count("pk", filter=Q(status=PlaceStatus.WAITING)),
    "held": Count("pk", filter=_HELD & Q(attendance=Attendance.UNKNOWN)),
    "organisations": Count("registration__organisation", filter=_CONFIRMED, distinct=True),
}


_COUNTS = {name: figure for name, figure in _FIGURES.items() if name != "organisations"}


def events_held(scope: Scope, now) -> QuerySet[Event]:
    """Events that took place in the scope: published, over at `now`, begun in its year.

    An event belongs to a sector when it bears it, to a territory by its commune.
    """
    found = Event.objects.held(now).filter(scope.within("starts_at"))
    if scope.club is not None:
        found = found.filter(club=scope.club)
    if scope.sector is not None:
        found = found.filter(sectors=scope.sector)
    if scope.territory is not None:
        place = scope.territory
        found = found.filter(Q(commune__department=place) | Q(commune__department__region=place))
    return found


def places_held(scope: Scope, now) -> PlaceQuerySet:
    """Places at events that took place in the club and year of the scope, of its organisations.

    Sector and territory are those of the organisation that came, so that one half of an event may count.
    """
    events = Event.objects.held(now).filter(scope.within("starts_at"))
    if scope.club is not None:
        events = events.filter(club=scope.club)
    places = Place.objects.filter(event__in=events)
    if scope.is_about_some:
        places = places.filter(registration__organisation__in=scope.organisations().values("pk"))
    return places


def attendance_of(places: QuerySet[Place]) -> AttendanceFigures:
    """The figures of any set of places (one query)."""
    return AttendanceFigures(**places.order_by().aggregate(**_FIGURES))


def attendance_at(event: Event) -> AttendanceFigures:
    """The figures of one event without the organisations (one query): what its lists and its door show."""
    return AttendanceFigures(**(_at.first(event.pk) or {}))


def organisations_at(event: Event) -> int:
    """How many organisations have a place (one query, by far the dearest of the figures)."""
    return event.places.aggregate(n=_FIGURES["organisations"])["n"]


@prepared
def _at(event_id: int):
    return Place.objects.filter(event=event_id).order_by().values("event").annotate(**_COUNTS).values(*_COUNTS)


def attendance_by_event(places: QuerySet[Place]) -> dict[int, AttendanceFigures]:
    """The figures by event id (one query)."""
    return _figures_by(places, "event_id")


def attendance_by_audience(places: QuerySet[Place]) -> dict[str, AttendanceFigures]:
    """The figures by audience, each present even when nobody came (one query)."""
    found = _figures_by(places, "audience")
    return {audience: found.get(audience, AttendanceFigures()) for audience in Audience}


def attendance_by_organisation(places: PlaceQuerySet) -> dict[int, AttendanceFigures]:
    """The figures by organisation id, of those that have a place or wait for one (one query)."""
    return _figures_by(places.active(), "registration__organisation")


def attendance_by_kind(places: PlaceQuerySet) -> dict[str, AttendanceFigures]:
    """The figures by kind of organisation, of those that have a place or wait for one (one query)."""
    return _figures_by(places.active(), "registration__organisation__kind")


def _figures_by(places: QuerySet[Place], field: str) -> dict:
    rows = places.order_by().values(field).annotate(**_FIGURES).values_list(field, *_FIGURES)
    return {key: AttendanceFigures(**dict(zip(_FIGURES, figures, strict=True))) for key, *figures in rows}


def organisations_present(scope: Scope, now) -> QuerySet:
    """Ids of the organisations that came to an event of the scope: one of the signs of an active member."""
    came = places_held(scope, now).attended()
    return came.order_by().values_list("registration__organisation", flat=True).distinct()
