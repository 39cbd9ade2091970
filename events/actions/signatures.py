"""Attendance signed on the screen of the reception desk, for each half-day."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from core.errors import RuleBroken
from core.history import record
from events.actions.door import set_attendance
from events.actions.locking import lock_event
from events.enums import Attendance
from events.halves import HalfDay, find_half_day, half_days_of
from events.models import Event, Place, Signature, paper_settings_of


@transaction.atomic
def sign_half_day(place: Place, half: HalfDay, *, picture: bytes, by) -> Signature:
    """Keep the signature of a person for a half-day; whoever signs is present, so that is noted as well.

    `picture` comes from `core.drawings`. A half-day is signed once: to sign anew, clear it first. Raises RuleBroken where
    the event is not signed on screen, before and after the half-day, for a seat without a name, and for all that keeps
    `set_attendance` from letting somebody in.
    """
    event, now = lock_event(place.event), timezone.now()
    _check_signed_now(event, half, now)
    place = set_attendance(place, attendance=Attendance.PRESENT, by=by)
    if not place.is_named:
        raise RuleBroken(_("Say first who this is: a seat without a name is not signed for."))
    known = Signature.objects.filter(place=place, day=half.day, half=half.half)
    if known.of_holders().exists():
        raise RuleBroken(_("This person has already signed for this half-day."))
    known.delete()  # of whoever held the place before
    signature = Signature.objects.create(
        place=place,
        day=half.day,
        half=half.half,
        ticket_version=place.ticket_version,
        picture=picture,
        signed_at=now,
        by=by,
    )
    record("events.signature.made", gettext_noop("A person of %(organisation)s signed on screen: %(day)s"), by=by,
           about=[event, place.registration], organisation=place.registration.organisation, day=half.day)  # fmt: skip
    return signature


@transaction.atomic
def clear_signature(signature: Signature, *, by) -> Place:
    """Take back what was signed in the wrong row; possible on its day only: later, it is evidence. Repeat-safe."""
    place, event = signature.place, lock_event(signature.place.event)
    if timezone.localdate(timezone.now(), event.zone) > signature.day:
        raise RuleBroken(_("This day is over: what was signed stays."))
    if Signature.objects.filter(pk=signature.pk).delete()[0]:
        organisation = place.registration.organisation
        record("events.signature.cleared", gettext_noop("A signature of %(organisation)s was cleared: %(day)s"), by=by,
               about=[event, place.registration], organisation=organisation, day=signature.day)  # fmt: skip
    return place


def _check_signed_now(event: Event, half: HalfDay, now: datetime) -> None:
    if not paper_settings_of(event).signs_on_screen:
        raise RuleBroken(_("This event is signed on paper."))
    now_known = find_half_day(half_days_of(event), half.key)
    if now_known is None:
        raise RuleBroken(_("The event has no such half-day any more."))
    if not now_known.may_be_signed(now):
        raise RuleBroken(_("A half-day is signed from an hour before it begins until the end of its day."))
