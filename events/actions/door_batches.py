"""A batch of entries from a door while it is worked through, under the event's lock: read once, written once.

However many entries there are, the number of queries is the same. What an entry means is for `syncing` to judge.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext_noop

from core.history import record
from core.prepared import prepared
from core.text import folded
from events.actions.registrations import accounts_by_email
from events.enums import Attendance, EntryKind, PlaceStatus, Verdict
from events.models import Allotment, Door, Event, LooseWalkIn, Place, Registration, Scan, Seats, seats_of
from events.tickets import Ticket
from members.models import Organisation, Person


@dataclass(frozen=True)
class Entry:
    """One thing noted on a device. Which of the fields count depends on `kind`."""

    key: UUID
    kind: EntryKind
    at: datetime  # by the device's clock
    session_id: int | None = None
    code: str = ""
    place_id: int | None = None
    attendance: str = ""
    first_name: str = ""
    last_name: str = ""
    email: str = ""
    organisation_id: int | None = None
    organisation_name: str = ""
    audience: str = ""
    from_reserve: bool = False  # the device took one of its reserved seats


@dataclass
class Batch:
    """A batch while it is worked through, under the event's lock: what was read once, what is to be written at the end."""

    door: Door
    event: Event
    by: Person | None
    now: datetime
    places: dict[int, Place] = field(default_factory=dict)
    notes: dict[tuple[int, int | None], list[Scan]] = field(default_factory=dict)  # (place, session) → by time
    session_ids: set[int] = field(default_factory=set)
    seats: Seats = field(default_factory=lambda: Seats(0, {}, {}))  # none to give until they are read
    reserves: list[Allotment] = field(default_factory=list)
    organisations: dict[int, Organisation] = field(default_factory=dict)
    emails: set[str] = field(default_factory=set)
    names: set[tuple[int | None, str]] = field(default_factory=set)
    scans: list[Scan] = field(default_factory=list)
    changed: dict[int, Place] = field(default_factory=dict)
    overtaken: list[int] = field(default_factory=list)
    newcomers: list[tuple[Scan, Place]] = field(default_factory=list)
    loose: list[LooseWalkIn] = field(default_factory=list)

    @cached_property
    def door_names(self) -> dict[int, str]:
        """Only read when somebody is in already."""
        return dict(self.event.doors.order_by().values_list("pk", "name"))


# --- Read once --------------------------------------------------------------------------------------------------------


def read_once(batch: Batch, entries: Sequence[Entry], tickets: dict[UUID, Ticket | None]) -> dict[UUID, Scan]:
    """Fill the batch with all that its entries need, whatever their number; the scans that are known already."""
    event = batch.event
    wanted = {entry.place_id for entry in entries if entry.place_id}
    wanted |= {ticket.place_id for ticket in tickets.values() if ticket and ticket.event_id == event.pk}
    batch.places = {place.pk: place for place in _places(event.pk, wanted)}
    keys = {entry.key for entry in entries}
    known: dict[UUID, Scan] = {}
    for scan in _noted(keys, batch.places):
        if scan.key in keys:
            known[scan.key] = scan
        if scan.place_id in batch.places and scan.attendance and scan.verdict != Verdict.OVERTAKEN:
            batch.notes.setdefault((scan.place_id, scan.session_id), []).append(scan)
    if any(entry.session_id for entry in entries):
        batch.session_ids = set(event.sessions.values_list("pk", flat=True))
    comes_new = [entry for entry in entries if entry.kind in (EntryKind.WALK_IN, EntryKind.ADMISSION)]
    noted_attendance = {entry.attendance for entry in entries} | {one.attendance for one in batch.places.values()}
    if comes_new or noted_attendance & {*Attendance.freeing()}:
        batch.seats = seats_of(event)
    if comes_new:
        batch.reserves = list(batch.door.allotments.open().order_by("-audience", "pk"))
    walk_ins = [entry for entry in comes_new if entry.kind == EntryKind.WALK_IN]
    if walk_ins:
        _read_people(batch, walk_ins)
    return known


@prepared
def _places(event_id: int, pks: Collection[int]):
    return Place.objects.filter(event=event_id, pk__in=pks)


@prepared
def _noted(keys: Collection[UUID], place_ids: Collection[int]):
    return Scan.objects.filter(Q(key__in=keys) | Q(place_id__in=place_ids)).order_by("corrected_at", "pk")


def _read_people(batch: Batch, walk_ins: Sequence[Entry]) -> None:
    """The organisations of walk-ins, and who is registered already: by e-mail, or by name within the organisation."""
    ids = {entry.organisation_id for entry in walk_ins if entry.organisation_id}
    found = Organisation.objects.filter(pk__in=ids)
    batch.organisations = {
        one.pk: one for one in found.visible_to(batch.by) | found.filter(registrations__event=batch.event)
    }
    emails = {entry.email.lower() for entry in walk_ins if entry.email}
    active = batch.event.places.active()
    batch.emails = set(active.filter(email__in=emails).values_list("email", flat=True))
    unaddressed = active.filter(email="", registration__organisation__in=ids)
    batch.names = {
        (organisation_id, folded(f"{first} {last}"))
        for organisation_id, first, last in unaddressed.values_list(
            "registration__organisation", "first_name", "last_name"
        )
    }
    for loose in batch.event.loose_walk_ins.all():
        batch.emails.add(loose.email)
        batch.names.add((None, folded(loose.full_name)))
    batch.emails.discard("")


# --- Seats and ticks --------------------------------------------------------------------------------------------------


def is_open(event: Event, at: datetime) -> bool:
    return event.is_published and event.is_its_day(at)


def come_in(batch: Batch, place: Place, at: datetime) -> bool:
    """Present from `at` on, or from an earlier moment that is known. False: the seat was freed and is gone."""
    if place.attendance == Attendance.PRESENT and place.attendance_at and place.attendance_at <= at:
        return True
    return set_attendance(batch, place, Attendance.PRESENT, at)


def set_attendance(batch: Batch, place: Place, attendance: str, at: datetime) -> bool:
    """Note it on the place; False when that takes back a seat that is no longer free."""
    was_free, is_free = (one in Attendance.freeing() for one in (place.attendance, attendance))
    if was_free and not is_free and not seat(batch, place.audience):
        return False
    if is_free and not was_free:
        batch.seats = batch.seats.with_taken(place.audience, -1)
    elif was_free == is_free and place.attendance == attendance and attendance != Attendance.PRESENT:
        return True
    if place.is_offered and attendance == Attendance.PRESENT:  # who comes says yes
        place.status, place.confirmed_at = PlaceStatus.CONFIRMED, batch.now
    place.attendance, place.attendance_by = attendance, batch.by
    place.attendance_at = None if attendance == Attendance.UNKNOWN else at
    batch.changed[place.pk] = place
    return True


def seat(batch: Batch, audience: str, *, from_reserve: bool = False) -> bool:
    """Take one seat: out of the door's reserve if it was promised there, else one that is free."""
    reserve = next((one for one in batch.reserves if one.takes(audience)), None) if from_reserve else None
    if reserve is not None:
        reserve.used += 1
        batch.seats = batch.seats.with_kept(reserve.audience, -1)
    elif not batch.seats.left(audience):
        return False
    batch.seats = batch.seats.with_taken(audience, 1)
    return True


# --- Write ------------------------------------------------------------------------------------------------------------


def write(batch: Batch) -> None:
    """All that the batch found, in as many statements for one entry as for five hundred; one line of history."""
    _write_newcomers(batch)
    Scan.objects.bulk_create(batch.scans)
    LooseWalkIn.objects.bulk_create(batch.loose)
    if batch.overtaken:
        Scan.objects.filter(pk__in=batch.overtaken).update(verdict=Verdict.ALREADY_IN)
    if batch.changed:
        _write_places(batch, [*batch.changed.values()])
    if used := [one for one in batch.reserves if one.used]:
        Allotment.objects.bulk_update(used, ["used"])
    came_new = len(batch.newcomers) + len(batch.loose)
    if batch.changed or came_new:
        record(
            "events.door.noted", gettext_noop("Noted at the doors; people: %(people)s, of them unannounced: %(new)s"),
            by=batch.by, about=[batch.event], people=len(batch.changed) + came_new, new=came_new,
        )  # fmt: skip


def _write_places(batch: Batch, places: list[Place]) -> None:
    """One statement; for a single place, as with every ticket read while there is a network, the plain and quick one."""
    fields = ["attendance", "attendance_at", "attendance_by"]
    if any(place.confirmed_at == batch.now for place in places):
        fields += ["status", "confirmed_at"]
    if len(places) == 1:
        Place.objects.filter(pk=places[0].pk).update(**{name: getattr(places[0], name) for name in fields})
    else:
        Place.objects.bulk_update(places, fields)


def _write_newcomers(batch: Batch) -> None:
    if not batch.newcomers:
        return
    places = [place for _scan, place in batch.newcomers]
    Registration.objects.bulk_create(place.registration for place in places)
    accounts = accounts_by_email({place.email.lower() for place in places if place.email})
    for place in places:
        place.registration = place.registration  # now that it has an id
        place.fill_search_text()
        place.person = accounts.get(place.email)
    Place.objects.bulk_create(places)
    for scan, place in batch.newcomers:
        scan.place, scan.attendance = place, Attendance.PRESENT
