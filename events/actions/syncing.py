"""What a device noted at a door becomes facts: one transaction a batch, the event locked once, the same batch twice is once.

Every entry gets a verdict. The device's clock may be wrong: it sends its own “now” along, and the difference to ours
corrects every time in the batch. Entries are taken in the order of their corrected times; the rules:

- The first code read lets its person in, whichever device is heard first: an earlier one that arrives later takes over.
- A code that was read proves that its person came. Only a later clearing of the tick undoes it.
- Of two ticks by hand the later one stands.
- Who comes unannounced sits on a seat reserved for that door, or on one that is free; never on somebody else's.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_noop

from core.history import record
from core.text import folded
from events.actions.locking import lock_event
from events.actions.registrations import accounts_by_email
from events.enums import Attendance, EntryKind, PlaceStatus, Verdict
from events.models import Allotment, Door, Event, LooseWalkIn, Place, Registration, Scan, Seats, seats_of
from events.tickets import BadTicket, Ticket, read_ticket
from members.models import Organisation

# How long a door counts as heard of before that is written down again; and how far clocks may differ unnoticed.
HEARD_OF = timedelta(seconds=10)
SAME_CLOCK = 5


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


@dataclass(frozen=True)
class Answer:
    """What the door is told. `door` and `at` say where and when the person had come in before."""

    key: UUID
    verdict: Verdict
    place_id: int | None = None
    door: str = ""
    at: datetime | None = None
    other_event_id: int | None = None


def digest_of(code: str) -> str:
    """How a code is known without being kept: nobody can make a ticket of it."""
    return hashlib.sha256(code.strip().upper().encode()).hexdigest()


def sync_door(door: Door, *, device_now: datetime, entries: Sequence[Entry], to_send: int, by) -> list[Answer]:
    """Take a batch from the device at `door` and answer each entry, in the order given.

    Safe to call again with the same entries: what is known is answered as before and changes nothing.
    """
    now = timezone.now()
    ahead = device_now - now
    answers: dict[UUID, Answer] = _take(door, entries, ahead=ahead, now=now, by=by) if entries else {}
    _note_heard(door, ahead=ahead, to_send=to_send, now=now)
    return [answers[entry.key] for entry in entries]


def _note_heard(door: Door, *, ahead: timedelta, to_send: int, now: datetime) -> None:
    seconds = max(-(2**31), min(2**31 - 1, round(ahead.total_seconds())))
    is_news = door.last_sync_at is None or now - door.last_sync_at >= HEARD_OF
    if is_news or door.to_send != to_send or abs(door.clock_ahead - seconds) > SAME_CLOCK:
        Door.objects.filter(pk=door.pk).update(last_sync_at=now, to_send=to_send, clock_ahead=seconds)


@dataclass
class _Batch:
    """A batch while it is worked through, under the event's lock: what was read once, what is to be written at the end."""

    door: Door
    event: Event
    by: object
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


@transaction.atomic
def _take(door: Door, entries: Sequence[Entry], *, ahead: timedelta, now: datetime, by) -> dict[UUID, Answer]:
    event = lock_event(door.event)
    batch = _Batch(door, event, by, now)
    tickets = {entry.key: _ticket_in(entry) for entry in entries if entry.kind == EntryKind.SCAN}
    known = _read_once(batch, entries, tickets)
    answers = {key: _known_answer(batch, scan) for key, scan in known.items()}
    fresh: dict[UUID, Entry] = {}
    for entry in entries:
        if entry.key not in known:
            fresh.setdefault(entry.key, entry)
    times = {key: min(entry.at - ahead, now) for key, entry in fresh.items()}
    for entry in sorted(fresh.values(), key=lambda entry: times[entry.key]):
        scan = Scan(
            key=entry.key, event=event, door=door, session_id=entry.session_id, kind=entry.kind, device_at=entry.at,
            corrected_at=times[entry.key], received_at=now, by=by,
        )  # fmt: skip
        answers[entry.key] = _judge(batch, entry, scan, tickets.get(entry.key))
    _write(batch)
    return answers


def _ticket_in(entry: Entry) -> Ticket | None:
    try:
        return read_ticket(entry.code)
    except BadTicket:
        return None


# --- Read once --------------------------------------------------------------------------------------------------------


def _read_once(batch: _Batch, entries: Sequence[Entry], tickets: dict[UUID, Ticket | None]) -> dict[UUID, Scan]:
    """Fill the batch with all that its entries need, whatever their number; the scans that are known already."""
    event = batch.event
    wanted = {entry.place_id for entry in entries if entry.place_id}
    wanted |= {ticket.place_id for ticket in tickets.values() if ticket and ticket.event_id == event.pk}
    places = event.places.filter(pk__in=wanted)
    batch.places = {place.pk: place for place in places}
    keys = {entry.key for entry in entries}
    known: dict[UUID, Scan] = {}
    noted = Scan.objects.filter(key__in=keys) | Scan.objects.filter(place_id__in=batch.places)
    for scan in noted.select_related("door").order_by("corrected_at", "pk"):
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


def _read_people(batch: _Batch, walk_ins: Sequence[Entry]) -> None:
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


def _known_answer(batch: _Batch, scan: Scan) -> Answer:
    if scan.event_id != batch.event.pk:
        return Answer(scan.key, Verdict.REFUSED)
    verdict = Verdict(scan.verdict)
    if verdict == Verdict.ALREADY_IN and scan.place_id:
        return _answer_in(batch, scan, verdict, batch.places.get(scan.place_id))
    return Answer(scan.key, verdict, scan.place_id, other_event_id=scan.other_event_id)


# --- Judge ------------------------------------------------------------------------------------------------------------


def _judge(batch: _Batch, entry: Entry, scan: Scan, ticket: Ticket | None) -> Answer:
    if entry.session_id and entry.session_id not in batch.session_ids:
        return Answer(entry.key, Verdict.REFUSED)  # no such session any more: nothing that could be kept
    judge = {
        EntryKind.SCAN: _judge_scan, EntryKind.TICK: _judge_tick, EntryKind.ADMISSION: _judge_admission,
        EntryKind.WALK_IN: _judge_walk_in,
    }[entry.kind]  # fmt: skip
    scan.place = batch.places.get(ticket.place_id if ticket else entry.place_id or 0)
    verdict = judge(batch, entry, scan, ticket)
    scan.verdict = verdict
    answer = Answer(entry.key, verdict, scan.place_id, other_event_id=scan.other_event_id)
    if verdict == Verdict.ALREADY_IN:
        answer = _answer_in(batch, scan, verdict, scan.place)
    batch.scans.append(scan)
    if scan.place and scan.attendance and verdict != Verdict.OVERTAKEN:
        notes = batch.notes.setdefault((scan.place.pk, scan.session_id), [])
        notes.append(scan)
        notes.sort(key=lambda one: one.corrected_at)
    return answer


def _answer_in(batch: _Batch, scan: Scan, verdict: Verdict, place: Place | None) -> Answer:
    """Already in: where and when, if that was at a door; else when it was noted."""
    for before in batch.notes.get((scan.place_id or 0, scan.session_id), []):
        if before.verdict == Verdict.LET_IN:
            return Answer(scan.key, verdict, scan.place_id, before.door.name, before.corrected_at)
    return Answer(scan.key, verdict, scan.place_id, at=place.attendance_at if place else None)


def _judge_scan(batch: _Batch, entry: Entry, scan: Scan, ticket: Ticket | None) -> Verdict:
    if ticket is None:
        scan.read_digest = digest_of(entry.code)
        return Verdict.FORGED
    if ticket.event_id != batch.event.pk:
        scan.place, scan.other_event_id = None, ticket.event_id
        return Verdict.OTHER_EVENT
    place = scan.place
    if place is None or place.ticket_version != ticket.version or not place.is_active:
        return Verdict.REVOKED
    if not _is_open(batch.event, scan.corrected_at):
        return Verdict.NOT_TODAY
    if not place.is_seated:
        return Verdict.WAITING
    return _let_in(batch, scan, place)


def _let_in(batch: _Batch, scan: Scan, place: Place) -> Verdict:
    """A true code of a seated place: in, once, at the earliest time that it was read."""
    at = scan.corrected_at
    notes = batch.notes.get((place.pk, scan.session_id), [])
    last = notes[-1] if notes else None
    was_in = place.attendance == Attendance.PRESENT
    is_in = was_in if scan.session_id is None else bool(last and last.attendance == Attendance.PRESENT)
    since = (place.attendance_at or at) if scan.session_id is None else next(
        (note.corrected_at for note in notes if note.verdict == Verdict.LET_IN), at
    )  # fmt: skip
    if is_in and at >= since:
        scan.attendance = Attendance.PRESENT
        return Verdict.ALREADY_IN
    if not is_in and not was_in and place.is_held:
        return Verdict.UNPAID
    if not is_in and last and last.attendance == Attendance.UNKNOWN and last.corrected_at > at:
        return Verdict.OVERTAKEN
    if not _come_in(batch, place, at):
        return Verdict.NO_SEAT
    if is_in:  # read earlier than what was heard of first
        for note in notes:
            if note.verdict == Verdict.LET_IN:
                note.verdict = Verdict.ALREADY_IN
                batch.overtaken += [note.pk] if note.pk else []
    scan.attendance = Attendance.PRESENT
    return Verdict.LET_IN


def _judge_tick(batch: _Batch, entry: Entry, scan: Scan, _ticket) -> Verdict:
    place, at = scan.place, scan.corrected_at
    if place is None or not place.is_active:
        return Verdict.REVOKED
    if not _is_open(batch.event, at):
        return Verdict.NOT_TODAY
    if not place.is_seated:
        return Verdict.WAITING
    scan.attendance = entry.attendance
    notes = batch.notes.get((place.pk, scan.session_id), [])
    if notes and notes[-1].corrected_at > at and notes[-1].attendance != entry.attendance:
        return Verdict.OVERTAKEN
    if scan.session_id is not None:
        if entry.attendance == Attendance.PRESENT and not _come_in(batch, place, at):
            return _without_note(scan, Verdict.NO_SEAT)
        return Verdict.NOTED
    if place.attendance_at and place.attendance_at > at and place.attendance != entry.attendance:
        return Verdict.OVERTAKEN
    if entry.attendance == Attendance.PRESENT:
        return Verdict.NOTED if _come_in(batch, place, at) else _without_note(scan, Verdict.NO_SEAT)
    return Verdict.NOTED if _set(batch, place, entry.attendance, at) else _without_note(scan, Verdict.NO_SEAT)


def _without_note(scan: Scan, verdict: Verdict) -> Verdict:
    scan.attendance = ""
    return verdict


def _judge_admission(batch: _Batch, entry: Entry, scan: Scan, ticket: Ticket | None) -> Verdict:
    """Somebody from the waiting list is let in at the door."""
    place = scan.place
    if place is None or not place.is_active:
        return Verdict.REVOKED
    if not _is_open(batch.event, scan.corrected_at):
        return Verdict.NOT_TODAY
    if not place.is_seated:
        if not _seat(batch, place.audience, from_reserve=entry.from_reserve):
            return Verdict.NO_SEAT
        place.status, place.confirmed_at = PlaceStatus.CONFIRMED, batch.now
    _come_in(batch, place, scan.corrected_at)
    scan.attendance = Attendance.PRESENT
    return Verdict.LET_IN


def _judge_walk_in(batch: _Batch, entry: Entry, scan: Scan, _ticket) -> Verdict:
    """A confirmed place, present at once; without an organisation that is known, the desk settles it later."""
    scan.place = None
    if not _is_open(batch.event, scan.corrected_at):
        return Verdict.NOT_TODAY
    organisation = batch.organisations.get(entry.organisation_id or 0)
    email, name = entry.email.lower(), folded(f"{entry.first_name} {entry.last_name}")
    name_key = (organisation.pk if organisation else None, name)
    if email in batch.emails or (not email and name_key in batch.names):
        return Verdict.KNOWN
    audience = organisation.audience if organisation else entry.audience
    has_seat = _seat(batch, audience, from_reserve=entry.from_reserve)
    if not has_seat and not entry.from_reserve:
        return Verdict.NO_SEAT  # the network was there: nobody has been let in
    batch.emails |= {email} - {""}
    batch.names.add(name_key)
    if organisation and has_seat:
        batch.newcomers.append((scan, _newcomer(batch, entry, scan, organisation)))
        return Verdict.WALKED_IN
    if has_seat:  # until it is settled, this seat has no place that counts
        batch.seats = batch.seats.with_taken(audience, -1).with_kept(audience, 1)
    batch.loose.append(
        LooseWalkIn(
            event=batch.event, scan=scan, first_name=entry.first_name, last_name=entry.last_name, email=email,
            organisation_name=str(organisation) if organisation else entry.organisation_name, audience=audience,
            has_seat=has_seat,
        )
    )  # fmt: skip
    return Verdict.TO_SETTLE if has_seat else Verdict.NO_SEAT


def _newcomer(batch: _Batch, entry: Entry, scan: Scan, organisation: Organisation) -> Place:
    registration = Registration(event=batch.event, organisation=organisation, by=batch.by)
    return Place(
        registration=registration, event=batch.event, audience=organisation.audience, first_name=entry.first_name,
        last_name=entry.last_name, email=entry.email, status=PlaceStatus.CONFIRMED, confirmed_at=batch.now,
        is_walk_in=True, attendance=Attendance.PRESENT, attendance_at=scan.corrected_at, attendance_by=batch.by,
    )  # fmt: skip


# --- Seats and ticks --------------------------------------------------------------------------------------------------


def _is_open(event: Event, at: datetime) -> bool:
    return event.is_published and event.is_its_day(at)


def _come_in(batch: _Batch, place: Place, at: datetime) -> bool:
    """Present from `at` on, or from an earlier moment that is known. False: the seat was freed and is gone."""
    if place.attendance == Attendance.PRESENT and place.attendance_at and place.attendance_at <= at:
        return True
    return _set(batch, place, Attendance.PRESENT, at)


def _set(batch: _Batch, place: Place, attendance: str, at: datetime) -> bool:
    """Note it on the place; False when that takes back a seat that is no longer free."""
    was_free, is_free = (one in Attendance.freeing() for one in (place.attendance, attendance))
    if was_free and not is_free and not _seat(batch, place.audience):
        return False
    if is_free and not was_free:
        batch.seats = batch.seats.with_taken(place.audience, -1)
    elif was_free == is_free and place.attendance == attendance and attendance != Attendance.PRESENT:
        return True
    place.attendance, place.attendance_by = attendance, batch.by
    place.attendance_at = None if attendance == Attendance.UNKNOWN else at
    batch.changed[place.pk] = place
    return True


def _seat(batch: _Batch, audience: str, *, from_reserve: bool = False) -> bool:
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


def _write(batch: _Batch) -> None:
    """All that the batch found, in as many statements for one entry as for five hundred; one line of history."""
    _write_newcomers(batch)
    Scan.objects.bulk_create(batch.scans)
    LooseWalkIn.objects.bulk_create(batch.loose)
    if batch.overtaken:
        Scan.objects.filter(pk__in=batch.overtaken).update(verdict=Verdict.ALREADY_IN)
    if batch.changed:
        fields = ["status", "confirmed_at"] if any(scan.kind == EntryKind.ADMISSION for scan in batch.scans) else []
        fields += ["attendance", "attendance_at", "attendance_by"]
        Place.objects.bulk_update(batch.changed.values(), fields)
    if used := [one for one in batch.reserves if one.used]:
        Allotment.objects.bulk_update(used, ["used"])
    came_new = len(batch.newcomers) + len(batch.loose)
    if batch.changed or came_new:
        record(
            "events.door.noted", gettext_noop("Noted at the doors; people: %(people)s, of them unannounced: %(new)s"),
            by=batch.by, about=[batch.event], people=len(batch.changed) + came_new, new=came_new,
        )  # fmt: skip


def _write_newcomers(batch: _Batch) -> None:
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
