"""The answer to an offer off the waiting list: yes, no, or nothing until it was too late (see `holding.expire_holds`)."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from core.errors import RuleBroken
from core.history import record
from events.actions.freeing import REFUSED, free_places
from events.actions.locking import lock_event
from events.enums import PlaceStatus
from events.letters import write_confirmed, write_summary
from events.models import Event, Place, Registration


@transaction.atomic
def accept_offer(registration: Registration, *, by) -> Registration:
    """Say yes: the offered places are confirmed, with their letters. Repeat-safe.

    An offer whose time is over may still be taken as long as nobody has given it up. Raises RuleBroken when it was, when
    the event is off, and once it has begun.
    """
    event, places = _locked(registration)
    now = timezone.now()
    offered = [place for place in places if place.is_offered]
    if not offered and any(place.is_confirmed for place in places):
        return registration
    _check_open(event, offered, now)
    for place in offered:
        confirm(place, now=now)
    _end_offer(registration)
    write_summary(registration, offered, is_waiting=False)
    record(
        "events.registration.accepted", gettext_noop("%(organisation)s took the places offered; people: %(people)s"), by=by,
        about=[event, registration, registration.organisation], organisation=registration.organisation, people=len(offered),
    )  # fmt: skip
    return registration


@transaction.atomic
def refuse_offer(registration: Registration, *, by) -> Registration:
    """Say no: the seats go to the next in turn, and the group leaves the waiting list. Repeat-safe."""
    event, places = _locked(registration)
    offered = [place for place in places if place.is_offered]
    if offered:
        _end_offer(registration)
        free_places(event, registration, offered, by=by, now=timezone.now(), reason=REFUSED)
    elif any(place.is_confirmed for place in places):
        raise RuleBroken(_("You have taken these places: give them back in your registrations."))
    return registration


def confirm(place: Place, *, now: datetime) -> None:
    """Give a seat that is kept for this place: it is the person's from now on."""
    place.status, place.confirmed_at = PlaceStatus.CONFIRMED, now
    place.save(update_fields=["status", "confirmed_at"])
    write_confirmed(place, now=now)


def _locked(registration: Registration) -> tuple[Event, list[Place]]:
    event = registration.event = lock_event(registration.event)
    places = list(registration.places.select_related("registration__organisation", "registration__by", "person"))
    for place in places:
        place.event = event
    return event, places


def _end_offer(registration: Registration) -> None:
    registration.held_until = None
    registration.save(update_fields=["held_until"])


def _check_open(event: Event, offered: list[Place], now: datetime) -> None:
    if event.is_cancelled:
        raise RuleBroken(_("This event has been cancelled."))
    if event.has_begun(now):
        raise RuleBroken(_("This event has begun: please ask at the reception desk."))
    if not offered:
        raise RuleBroken(_("This offer is over: the places have gone to others."))
