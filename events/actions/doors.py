"""Doors are opened by devices; seats are reserved for them and given back; loose walk-ins are settled by the desk."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from core.errors import RuleBroken
from core.history import record
from events.actions.locking import lock_event
from events.actions.promotion import promote_under_lock
from events.actions.registrations import Attendee, accounts_by_email, check_people
from events.enums import Attendance, PlaceStatus
from events.models import Allotment, Door, Event, LooseWalkIn, Place, Registration, Scan, Session, seats_of
from members.enums import Audience
from members.models import Organisation


@transaction.atomic
def open_door(event: Event, *, name: str, device: UUID, session: Session | None = None, by) -> Door:
    """Let a device stand at the door of that name, for the whole event or for one session; repeat-safe.

    A door that is free is taken, a new name makes a new door. A device that stood at another door leaves it. Raises
    RuleBroken when another device stands there: two phones at one door would give the same reserved seats twice.
    """
    event, now = lock_event(event), timezone.now()
    _check_runs(event)
    doors = {door.name.casefold(): door for door in event.doors.all()}
    door = doors.get(name.casefold()) or Door(event=event, name=name)
    if door.device not in (None, device):
        raise RuleBroken(_("Another phone stands at this door: choose another name, or free the door first."), "name")
    if door.device == device and door.session == session:
        return door
    for other in doors.values():
        if other.device == device and other != door:
            other.device = None
            other.save(update_fields=["device"])
    is_new = door.device is None
    door.device, door.session, door.opened_by = device, session, by
    door.opened_at = now if is_new else door.opened_at
    door.save()
    record("events.door.opened", gettext_noop("A phone was set up at a door"), by=by, about=[event])
    return door


@transaction.atomic
def free_door(door: Door, *, by) -> Door:
    """Let another device stand at this door (the phone was lost or broke); repeat-safe.

    What the phone has noted and not sent is still taken when it is heard of again, at a door that it opens then.
    """
    event = lock_event(door.event)
    door = event.doors.get(pk=door.pk)
    if door.device is not None:
        door.device = None
        door.save(update_fields=["device"])
        record("events.door.freed", gettext_noop("A door was freed of its phone"), by=by, about=[event])
    return door


@transaction.atomic
def reserve_seats(event: Event, *, door_name: str, seats: int, audience: str = "", by) -> Allotment:
    """Keep seats for the walk-ins of one door, so that it may give them while it is offline; they count as taken.

    For no `audience` they must be free in every quota, as nobody knows who will come. Raises RuleBroken when fewer are
    left, or the event is over.
    """
    event, now = lock_event(event), timezone.now()
    _check_runs(event)
    if event.is_over(now):
        raise RuleBroken(_("This event is over."))
    free = seats_of(event)
    left = free.left(audience) if audience else free.left_for_anyone
    if seats > left:
        sentence = _("Only %(left)s seats are free for that.") if left else _("No seat is free for that.")
        raise RuleBroken(sentence % {"left": left} if left else sentence, "seats")
    doors = {door.name.casefold(): door for door in event.doors.all()}
    door = doors.get(door_name.casefold()) or Door.objects.create(event=event, name=door_name)
    allotment = Allotment.objects.create(event=event, door=door, audience=audience, seats=seats, reserved_at=now, by=by)
    record("events.allotment.reserved", gettext_noop("Seats were reserved for a door: %(seats)s"), by=by,
           about=[event], seats=seats)  # fmt: skip
    return allotment


@transaction.atomic
def release_seats(allotment: Allotment, *, by) -> Allotment:
    """Give the unused seats back to everybody, the waiting list first before the event begins; repeat-safe.

    Somebody whom the door has let in by them and who is not yet known here then needs a free seat, or is shown to the
    desk as standing.
    """
    event = lock_event(allotment.event)
    allotment = event.allotments.select_related("door").get(pk=allotment.pk)
    if allotment.released_at is None:
        now = timezone.now()
        _release(event, [allotment], by=by, now=now)
        promote_under_lock(event, by=by, now=now)
    return allotment


def release_ended_allotments(now: datetime) -> int:
    """Give back what doors have not used of events that are over. Returns how many allotments."""
    found = Event.objects.filter(ends_at__lt=now, allotments__released_at=None, allotments__isnull=False).distinct()
    return sum(_release_ended(event, now) for event in found.order_by("pk"))


@transaction.atomic
def _release_ended(event: Event, now: datetime) -> int:
    event = lock_event(event)
    return _release(event, list(event.allotments.open()), by=None, now=now)


def _release(event: Event, allotments: list[Allotment], *, by, now: datetime) -> int:
    for allotment in allotments:
        allotment.released_at = now
        allotment.save(update_fields=["released_at"])
    if allotments:
        seats = sum(allotment.seats - allotment.used for allotment in allotments)
        record("events.allotment.released", gettext_noop("Reserved seats of doors were given back: %(seats)s"), by=by,
               about=[event], seats=seats)  # fmt: skip
    return len(allotments)


@transaction.atomic
def settle_walk_in(walk_in: LooseWalkIn, *, organisation: Organisation, attendee: Attendee, by) -> Place:
    """Make a place of somebody whose organisation has been found: confirmed, and present since they came.

    They keep their seat; without one, or when the organisation is of another audience than was thought, one must be
    free. Raises RuleBroken when none is, PersonRefused when that person is registered.
    """
    event, now = lock_event(walk_in.event), timezone.now()
    walk_in = _still_loose(event, walk_in)
    check_people(event, organisation, [attendee])
    seats, audience = seats_of(event), organisation.audience
    if walk_in.has_seat:
        seats = seats.with_kept(walk_in.audience, -1)
    if not seats.left(audience):
        sentence = _("All places for “%(audience)s” are taken. Note who is absent to free theirs.")
        raise RuleBroken(sentence % {"audience": Audience(audience).label})
    scan = walk_in.scan
    registration = Registration.objects.create(event=event, organisation=organisation, by=by)
    place = Place.objects.create(
        registration=registration, event=event, audience=audience, first_name=attendee.first_name,
        last_name=attendee.last_name, email=attendee.email, job_title=attendee.job_title,
        person=accounts_by_email({attendee.email.lower()}).get(attendee.email.lower()),
        is_listed=attendee.is_listed, consented_at=now if attendee.is_listed else None,
        status=PlaceStatus.CONFIRMED, confirmed_at=now, is_walk_in=True,
        attendance=Attendance.PRESENT, attendance_at=scan.corrected_at, attendance_by=scan.by,
    )  # fmt: skip
    Scan.objects.filter(pk=scan.pk).update(place=place, attendance=Attendance.PRESENT)
    walk_in.delete()
    record("events.place.walked_in", gettext_noop("A person of %(organisation)s came unannounced"), by=by,
           about=[event, registration, organisation], organisation=organisation)  # fmt: skip
    return place


@transaction.atomic
def dismiss_walk_in(walk_in: LooseWalkIn, *, by) -> Event:
    """Forget somebody who was noted by mistake, or who did not stay; the seat is free again. Repeat-safe."""
    event = lock_event(walk_in.event)
    if LooseWalkIn.objects.filter(pk=walk_in.pk).delete()[0]:
        record("events.walk_in.dismissed", gettext_noop("A person who came unannounced was taken off again"), by=by,
               about=[event])  # fmt: skip
        promote_under_lock(event, by=by, now=timezone.now())
    return event


def _still_loose(event: Event, walk_in: LooseWalkIn) -> LooseWalkIn:
    found = event.loose_walk_ins.select_related("scan__by").filter(pk=walk_in.pk).first()
    if found is None:
        raise RuleBroken(_("This person has been settled already."))
    return found


def _check_runs(event: Event) -> None:
    if event.is_draft:
        raise RuleBroken(_("This event is not published yet."))
    if event.is_cancelled:
        raise RuleBroken(_("This event has been cancelled."))
