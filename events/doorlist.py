"""The list of an event as a device at the door keeps it: who may come, by which code, and what changed since.

The list's version is a cursor: the last line of history about the event, and the last scan. Every verb that changes a
place writes both under the event's lock, so what comes later has a higher number, and what changed since is found by the
places of those lines' registrations and of those scans.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import timedelta

from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Exists, OuterRef, QuerySet, Subquery

from core.models import HistorySubject
from core.prepared import prepared
from events.actions.syncing import digest_of
from events.enums import Attendance, Verdict
from events.models import Door, Event, Place, Registration, Scan, SessionSeat
from events.models.doors import ScanQuerySet
from events.tickets import ticket_code
from members.models import Organisation

# A list is kept on a device as long as somebody may still look something up.
KEPT = timedelta(hours=48)
# Of a place, what a line of the list is made of.
NEEDED = (
    "event_id", "audience", "first_name", "last_name", "status", "attendance", "attendance_at", "is_walk_in",
    "ticket_version", "erased_at", "registration__organisation_id", "registration__organisation__name",
    "registration__organisation__trade_name",
)  # fmt: skip


@dataclass(frozen=True)
class Cursor:
    """How far a device knows the list; as text `<history>.<scan>`."""

    history: int = 0
    scan: int = 0

    def __str__(self):
        return f"{self.history}.{self.scan}"

    @classmethod
    def read(cls, text: str) -> "Cursor | None":
        history, dot, scan = text.partition(".")
        numbers_only = all(part.isascii() and part.isdigit() and len(part) < 19 for part in (history, scan))
        return cls(int(history), int(scan)) if dot and numbers_only else None


def kind_of(model: type[models.Model]) -> int:
    """By which number history knows things of that model."""
    return ContentType.objects.get_for_model(model).pk


def last_history(event_id, kind: int) -> Subquery:
    """The last line of history about an event (`kind_of(Event)`), for an annotation; `event_id` is an id or an OuterRef."""
    lines = HistorySubject.objects.filter(content_type=kind, object_id=event_id)
    return Subquery(lines.order_by("-entry_id").values("entry_id")[:1])


def last_scan(event_id) -> Subquery:
    """The last scan of an event, as `last_history`."""
    return Subquery(Scan.objects.filter(event=event_id).order_by("-pk").values("pk")[:1])


def cursor_of(event: Event) -> Cursor:
    """How far the list has come now. Read it before the list: what comes meanwhile is then sent once more."""
    found = Event.objects.filter(pk=event.pk).values_list(last_history(event.pk, kind_of(Event)), last_scan(event.pk))
    history, scan = found.get()
    return Cursor(history or 0, scan or 0)


def lines_since(history: int, kind: int) -> Exists:
    """Whether history says anything since about any registration (`kind_of(Registration)`), for an annotation: mostly not
    while people come in."""
    return Exists(HistorySubject.objects.filter(entry_id__gt=history, content_type=kind))


def changed_places(event: Event, since: Cursor) -> QuerySet[Place]:
    """Places about which something has happened since, also those that were given back."""
    lines = HistorySubject.objects.filter(content_type=kind_of(Event), object_id=event.pk, entry_id__gt=since.history)
    registrations = HistorySubject.objects.filter(content_type=kind_of(Registration), entry__in=lines.values("entry"))
    # One small set of ids, found by two indexes: no database then looks through all places of the event.
    of_lines = Place.objects.filter(registration_id__in=registrations.values("object_id")).order_by().values("pk")
    return event.places.filter(pk__in=of_lines.union(_scanned(event.pk, since.scan)))


def rows_of(event: Event, since: Cursor | None = None, *, scans_only: bool = False) -> list[dict]:
    """The lines of the list, or those that changed: names, and of the codes only what recognises them. Three queries.

    `scans_only`: there are no lines of history since (`lines_since`), as mostly at the door.
    """
    if since is None:
        places = _for_rows(event.places.active())
    else:
        places = _scanned_since(event.pk, since.scan) if scans_only else _for_rows(changed_places(event, since))
    found = list(places)
    if not found:
        return []
    some = None if since is None else [place.pk for place in found]
    scans = _noted(event.scans.filter(place__isnull=False)) if some is None else _noted_of(some)
    doors, came_to = _noted_at(scans)
    signed_up = sessions_signed_up(event, some) if any(place.has_chosen for place in found) else {}
    return [_row(place, doors.get(place.pk), signed_up.get(place.pk, []), came_to.get(place.pk, [])) for place in found]


def _for_rows(places: QuerySet[Place]) -> QuerySet[Place]:
    chosen = Exists(SessionSeat.objects.filter(place=OuterRef("pk")).order_by())
    places = places.select_related("registration__organisation").only(*NEEDED).annotate(has_chosen=chosen)
    return places.order_by("last_name", "first_name", "pk")


@prepared
def _scanned_since(event_id: int, scan: int):
    return _for_rows(Place.objects.filter(pk__in=_scanned(event_id, scan)))


def _scanned(event_id: int, since: int) -> QuerySet:
    return Scan.objects.filter(event_id=event_id, pk__gt=since, place__isnull=False).order_by().values("place")


def _noted(scans: ScanQuerySet) -> QuerySet:
    noted = scans.counting().order_by("corrected_at", "pk")
    return noted.values_list("place_id", "session_id", "door_id", "verdict", "attendance")


@prepared
def _noted_of(place_ids: Collection[int]):
    return _noted(Scan.objects.of(place_ids))


def _noted_at(noted: Iterable[tuple]) -> tuple[dict[int, int], dict[int, list[int]]]:
    """By which door each person came in, and to which sessions each came, of what `_noted` found."""
    doors: dict[int, int] = {}
    last: dict[tuple[int, int], str] = {}
    entering = set(Verdict.entering())
    for place, session, door, verdict, attendance in noted:
        if session is not None:
            last[place, session] = attendance
        elif verdict in entering:
            doors.setdefault(place, door)
    came_to: dict[int, list[int]] = {}
    for (place, session), attendance in last.items():
        if attendance == Attendance.PRESENT:
            came_to.setdefault(place, []).append(session)
    return doors, came_to


def _row(place: Place, door_id: int | None, sessions: list[int], came_to: list[int]) -> dict:
    return {
        "id": place.pk,
        "name": place.sorted_name,
        "organisation": str(place.registration.organisation),
        "audience": place.audience,
        "status": _standing(place),
        "code": digest_of(ticket_code(place)),
        "attendance": place.attendance,
        "at": place.attendance_at.isoformat() if place.attendance_at else None,
        "walkIn": place.is_walk_in,
        "door": door_id,
        "sessions": sessions,
        "cameTo": came_to,
    }


def _standing(place: Place) -> str:
    """What the door makes of a place: confirmed, unpaid, waiting, gone."""
    if place.is_confirmed:
        return "confirmed"
    if place.is_seated:
        return "unpaid"
    return "waiting" if place.is_active else "gone"


def sessions_signed_up(event: Event, places: Collection[int] | None) -> dict[int, list[int]]:
    """Place → ids of the sessions it is signed up for, at all places of the event or some (one query)."""
    seats = SessionSeat.objects.taken().filter(session__event=event)
    if places is not None:
        seats = seats.filter(place__in=places)
    found: dict[int, list[int]] = {}
    for place, session in seats.values_list("place", "session").order_by("place", "session"):
        found.setdefault(place, []).append(session)
    return found


def organisations_of(event: Event) -> list[dict]:
    """Whose people are at the event, for who comes unannounced with a colleague."""
    found = Organisation.objects.filter(registrations__event=event).distinct().order_by("sort_name", "pk")
    return [{"id": one.pk, "name": str(one), "audience": one.audience} for one in found]


def reserve_of(door: Door) -> list[dict]:
    """Seats that the door may give while it is offline."""
    return [{"id": one.pk, "audience": one.audience, "left": one.left} for one in door.allotments.open() if one.left]
