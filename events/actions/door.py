"""On the day: who came, who excused themselves, who came unannounced; and who may note it."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from core.errors import RuleBroken
from core.history import record
from events.actions.locking import lock_event
from events.actions.places import fresh
from events.actions.registrations import Attendee, accounts_by_email, check_people
from events.enums import Attendance, PlaceStatus
from events.models import Event, Place, Reception, Registration, seats_of
from members.enums import Audience
from members.models import Organisation, Person


@transaction.atomic
def set_attendance(place: Place, *, attendance: str, by) -> Place:
    """Tick a person off as present, excused or absent, or take the tick back.

    Excused and absent people's seats are free for walk-ins; so a person who comes late after all is let in as long as
    seats are left. A held place is ticked like any other: its order is to be paid as before, and whoever was seen
    keeps it. Raises RuleBroken before the day of the event, and for who holds no place.
    """
    event = lock_event(place.event)
    place, now = fresh(place, event), timezone.now()
    _check_door(event, now)
    if not place.is_seated:
        raise RuleBroken(_("This person holds no place."))
    if place.attendance == attendance:
        return place
    if place.attendance in Attendance.freeing() and attendance not in Attendance.freeing():
        _check_seat(event, place.audience)
    if place.is_offered and attendance == Attendance.PRESENT:  # who comes says yes
        place.status, place.confirmed_at = PlaceStatus.CONFIRMED, now
    place.attendance, place.attendance_by = attendance, by
    place.attendance_at = None if attendance == Attendance.UNKNOWN else now
    place.save(update_fields=["status", "confirmed_at", "attendance", "attendance_at", "attendance_by"])
    sentence = {
        Attendance.PRESENT: gettext_noop("A person of %(organisation)s was noted as present"),
        Attendance.EXCUSED: gettext_noop("A person of %(organisation)s was noted as excused"),
        Attendance.ABSENT: gettext_noop("A person of %(organisation)s was noted as absent"),
        Attendance.UNKNOWN: gettext_noop("The attendance of a person of %(organisation)s was cleared"),
    }[Attendance(attendance)]
    record("events.place.ticked", sentence, by=by, about=[event, place.registration],
           organisation=place.registration.organisation)  # fmt: skip
    return place


@transaction.atomic
def add_walk_in(event: Event, *, organisation: Organisation, attendee: Attendee, by) -> Place:
    """Let in somebody who comes unannounced: a confirmed place, present at once.

    Capacity and quotas hold at the door too; seats of people noted as excused or absent are free. Membership, the
    organisation's share and the price are not asked about: that is for the desk to judge. Raises RuleBroken before the
    day and when no seat is left, PersonRefused when that person is registered.
    """
    event = lock_event(event)
    now = timezone.now()
    _check_door(event, now)
    check_people(event, organisation, [attendee])
    _check_seat(event, organisation.audience)
    registration = Registration.objects.create(event=event, organisation=organisation, by=by)
    place = Place.objects.create(
        registration=registration, event=event, audience=organisation.audience,
        person=accounts_by_email({attendee.email.lower()}).get(attendee.email.lower()),
        first_name=attendee.first_name, last_name=attendee.last_name, email=attendee.email, job_title=attendee.job_title,
        status=PlaceStatus.CONFIRMED, confirmed_at=now, is_walk_in=True,
        is_listed=attendee.is_listed, consented_at=now if attendee.is_listed else None,
        attendance=Attendance.PRESENT, attendance_at=now, attendance_by=by,
    )  # fmt: skip
    record("events.place.walked_in", gettext_noop("A person of %(organisation)s came unannounced"), by=by,
           about=[event, registration, organisation], organisation=organisation)  # fmt: skip
    return place


@transaction.atomic
def admit_waiting(place: Place, *, by) -> Place:
    """On the day, let in somebody who waits, or has asked, and stands at the door: confirmed, and present at once.

    Raises RuleBroken when no seat is left. The desk may choose whom: the others may not have come.
    """
    event = lock_event(place.event)
    place, now = fresh(place, event), timezone.now()
    _check_door(event, now)
    if place.is_seated:
        return place
    if not place.is_active:
        raise RuleBroken(_("This place has been given back."))
    _check_seat(event, place.audience)
    place.status, place.confirmed_at = PlaceStatus.CONFIRMED, now
    place.attendance, place.attendance_at, place.attendance_by = Attendance.PRESENT, now, by
    place.save()
    record("events.place.admitted", gettext_noop("A person of %(organisation)s was let in from the waiting list"),
           by=by, about=[event, place.registration], organisation=place.registration.organisation)  # fmt: skip
    return place


@transaction.atomic
def add_reception(event: Event, *, person: Person, by) -> Reception:
    """Put a person at the reception desk of this event; repeat-safe."""
    reception, is_new = Reception.objects.get_or_create(event=event, person=person)
    if is_new:
        record("events.reception.added", gettext_noop("A person was put at the reception desk"), by=by, about=[event])
    return reception


@transaction.atomic
def remove_reception(reception: Reception, *, by) -> Event:
    """Take a person off the reception desk."""
    event = reception.event
    if Reception.objects.filter(pk=reception.pk).delete()[0]:
        record("events.reception.removed", gettext_noop("A person left the reception desk"), by=by, about=[event])
    return event


def _check_door(event: Event, now: datetime) -> None:
    if event.is_draft:
        raise RuleBroken(_("This event is not published yet."))
    if event.is_cancelled:
        raise RuleBroken(_("This event has been cancelled."))
    if event.is_postponed:
        raise RuleBroken(_("This event is postponed: its new date is still open."))
    if not event.is_its_day(now):
        raise RuleBroken(_("Attendance is noted from the day of the event on."))


def _check_seat(event: Event, audience: str) -> None:
    seats = seats_of(event)
    if not seats.total_left:
        raise RuleBroken(
            _("All %(places)s places are taken. Note who is absent to free theirs.") % {"places": event.capacity}
        )
    if not seats.left(audience):
        sentence = _("All places for “%(audience)s” are taken. Note who is absent to free theirs.")
        raise RuleBroken(sentence % {"audience": Audience(audience).label})
