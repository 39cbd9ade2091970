"""Serving the waiting list, under the event's lock."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_noop

from core.history import record
from events.actions.locking import lock_event
from events.enums import PlaceStatus
from events.letters import write_promoted, write_to_pay
from events.models import Event, Group, Place, Registration, payers_among, seats_of, served, waiting_groups

# How long seats are kept for who did not ask for them at this moment, and learns of it by a letter.
PAY_LATER = timedelta(hours=48)


@transaction.atomic
def promote_waiting(event: Event, *, by=None) -> list[Place]:
    """Give free seats to the waiting list (the rule is `served`'s) and return the places confirmed or held.

    After the event has begun, or when it is no longer published, nobody is promoted: the reception desk decides then.
    """
    return promote_under_lock(lock_event(event), by=by, now=timezone.now())


def promote_under_lock(event: Event, *, by, now: datetime) -> list[Place]:
    """As `promote_waiting`, for actions that already hold the event's lock.

    Who has something to pay gets the seats held until `pay_by` and a letter; once registration is closed it is too late
    for that, and those groups then hold up nobody.
    """
    if not event.is_published or event.has_begun(now):
        return []
    payers, groups = _who_has_to_pay(event), waiting_groups(event)
    if pay_by(event, now) is None:
        groups = [group for group in groups if group.registration_id not in payers]
    promoted = []
    for group in served(seats_of(event), groups):
        promoted += _promote(event, group, has_to_pay=group.registration_id in payers, by=by, now=now)
    return promoted


def pay_by(event: Event, now: datetime) -> datetime | None:
    """Until when somebody who is offered seats now may pay: never after registration closes. None: too late."""
    return min(now + PAY_LATER, event.closes_at) if now < event.closes_at else None


def _who_has_to_pay(event: Event) -> set[int]:
    """Ids of the waiting registrations for which a place costs something."""
    waiting = Registration.objects.filter(event=event, places__status=PlaceStatus.WAITING).distinct()
    organisations = {one.pk: one.organisation for one in waiting.select_related("organisation")}
    payers = payers_among(event, organisations.values()) if organisations else set()
    return {pk for pk, organisation in organisations.items() if organisation.pk in payers}


def _promote(event: Event, group: Group, *, has_to_pay: bool, by, now: datetime) -> list[Place]:
    places = list(
        event.places.waiting()
        .filter(registration=group.registration_id)
        .select_related("registration__organisation", "registration__by", "person")
    )
    registration = places[0].registration
    registration.event = event
    for place in places:
        place.event = event
        place.status = PlaceStatus.HELD if has_to_pay else PlaceStatus.CONFIRMED
        place.confirmed_at = None if has_to_pay else now
        place.save(update_fields=["status", "confirmed_at"])
        if not has_to_pay:
            write_promoted(place, now=now)
    if has_to_pay:
        registration.held_until = pay_by(event, now)
        registration.save(update_fields=["held_until"])
        write_to_pay(registration, places, came_free=True)
    sentence = (
        gettext_noop("Seats became free for %(organisation)s, held until they are paid for; people: %(people)s")
        if has_to_pay
        else gettext_noop("%(organisation)s came off the waiting list; people: %(people)s")
    )
    record(
        "events.registration.promoted", sentence, by=by, about=[event, registration, registration.organisation],
        organisation=registration.organisation, people=len(places),
    )  # fmt: skip
    return places
