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
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from core.text import folded
from events.actions.door_batches import Batch, Entry, come_in, is_open, read_once, seat, set_attendance, write
from events.actions.locking import lock_event
from events.enums import Attendance, EntryKind, PlaceStatus, Verdict
from events.models import Door, LooseWalkIn, Place, Registration, Scan
from events.tickets import BadTicket, Ticket, read_ticket
from members.models import Organisation

# How long a door counts as heard of before that is written down again; and how far clocks may differ unnoticed.
HEARD_OF = timedelta(seconds=10)
SAME_CLOCK = 5


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


@transaction.atomic
def _take(door: Door, entries: Sequence[Entry], *, ahead: timedelta, now: datetime, by) -> dict[UUID, Answer]:
    event = lock_event(door.event)
    batch = Batch(door, event, by, now)
    tickets = {entry.key: _ticket_in(entry) for entry in entries if entry.kind == EntryKind.SCAN}
    known = read_once(batch, entries, tickets)
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
    write(batch)
    return answers


def _ticket_in(entry: Entry) -> Ticket | None:
    try:
        return read_ticket(entry.code)
    except BadTicket:
        return None


def _known_answer(batch: Batch, scan: Scan) -> Answer:
    if scan.event_id != batch.event.pk:
        return Answer(scan.key, Verdict.REFUSED)
    verdict = Verdict(scan.verdict)
    if verdict == Verdict.ALREADY_IN and scan.place_id:
        return _answer_in(batch, scan, verdict, batch.places.get(scan.place_id))
    return Answer(scan.key, verdict, scan.place_id, other_event_id=scan.other_event_id)


# --- Judge ------------------------------------------------------------------------------------------------------------


def _judge(batch: Batch, entry: Entry, scan: Scan, ticket: Ticket | None) -> Answer:
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


def _answer_in(batch: Batch, scan: Scan, verdict: Verdict, place: Place | None) -> Answer:
    """Already in: where and when, if that was at a door; else when it was noted."""
    for before in batch.notes.get((scan.place_id or 0, scan.session_id), []):
        if before.verdict == Verdict.LET_IN:
            return Answer(scan.key, verdict, scan.place_id, batch.door_names[before.door_id], before.corrected_at)
    return Answer(scan.key, verdict, scan.place_id, at=place.attendance_at if place else None)


def _judge_scan(batch: Batch, entry: Entry, scan: Scan, ticket: Ticket | None) -> Verdict:
    if ticket is None:
        scan.read_digest = digest_of(entry.code)
        return Verdict.FORGED
    if ticket.event_id != batch.event.pk:
        scan.place, scan.other_event_id = None, ticket.event_id
        return Verdict.OTHER_EVENT
    place = scan.place
    if place is None or place.ticket_version != ticket.version or not place.is_active:
        return Verdict.REVOKED
    if not is_open(batch.event, scan.corrected_at):
        return Verdict.NOT_TODAY
    if not place.is_seated:
        return Verdict.WAITING
    return _let_in(batch, scan, place)


def _let_in(batch: Batch, scan: Scan, place: Place) -> Verdict:
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
    if not come_in(batch, place, at):
        return Verdict.NO_SEAT
    if is_in:  # read earlier than what was heard of first
        for note in notes:
            if note.verdict == Verdict.LET_IN:
                note.verdict = Verdict.ALREADY_IN
                batch.overtaken += [note.pk] if note.pk else []
    scan.attendance = Attendance.PRESENT
    return Verdict.LET_IN


def _judge_tick(batch: Batch, entry: Entry, scan: Scan, _ticket) -> Verdict:
    place, at = scan.place, scan.corrected_at
    if place is None or not place.is_active:
        return Verdict.REVOKED
    if not is_open(batch.event, at):
        return Verdict.NOT_TODAY
    if not place.is_seated:
        return Verdict.WAITING
    scan.attendance = entry.attendance
    notes = batch.notes.get((place.pk, scan.session_id), [])
    if notes and notes[-1].corrected_at > at and notes[-1].attendance != entry.attendance:
        return Verdict.OVERTAKEN
    if scan.session_id is not None:
        if entry.attendance == Attendance.PRESENT and not come_in(batch, place, at):
            return _without_note(scan, Verdict.NO_SEAT)
        return Verdict.NOTED
    if place.attendance_at and place.attendance_at > at and place.attendance != entry.attendance:
        return Verdict.OVERTAKEN
    if entry.attendance == Attendance.PRESENT:
        return Verdict.NOTED if come_in(batch, place, at) else _without_note(scan, Verdict.NO_SEAT)
    return Verdict.NOTED if set_attendance(batch, place, entry.attendance, at) else _without_note(scan, Verdict.NO_SEAT)


def _without_note(scan: Scan, verdict: Verdict) -> Verdict:
    scan.attendance = ""
    return verdict


def _judge_admission(batch: Batch, entry: Entry, scan: Scan, ticket: Ticket | None) -> Verdict:
    """Somebody from the waiting list is let in at the door."""
    place = scan.place
    if place is None or not place.is_active:
        return Verdict.REVOKED
    if not is_open(batch.event, scan.corrected_at):
        return Verdict.NOT_TODAY
    if not place.is_seated:
        if not seat(batch, place.audience, from_reserve=entry.from_reserve):
            return Verdict.NO_SEAT
        place.status, place.confirmed_at = PlaceStatus.CONFIRMED, batch.now
    come_in(batch, place, scan.corrected_at)
    scan.attendance = Attendance.PRESENT
    return Verdict.LET_IN


def _judge_walk_in(batch: Batch, entry: Entry, scan: Scan, _ticket) -> Verdict:
    """A confirmed place, present at once; without an organisation that is known, the desk settles it later."""
    scan.place = None
    if not is_open(batch.event, scan.corrected_at):
        return Verdict.NOT_TODAY
    organisation = batch.organisations.get(entry.organisation_id or 0)
    email, name = entry.email.lower(), folded(f"{entry.first_name} {entry.last_name}")
    name_key = (organisation.pk if organisation else None, name)
    if email in batch.emails or (not email and name_key in batch.names):
        return Verdict.KNOWN
    audience = organisation.audience if organisation else entry.audience
    has_seat = seat(batch, audience, from_reserve=entry.from_reserve)
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


def _newcomer(batch: Batch, entry: Entry, scan: Scan, organisation: Organisation) -> Place:
    registration = Registration(event=batch.event, organisation=organisation, by=batch.by)
    return Place(
        registration=registration, event=batch.event, audience=organisation.audience, first_name=entry.first_name,
        last_name=entry.last_name, email=entry.email, status=PlaceStatus.CONFIRMED, confirmed_at=batch.now,
        is_walk_in=True, attendance=Attendance.PRESENT, attendance_at=scan.corrected_at, attendance_by=batch.by,
    )  # fmt: skip
