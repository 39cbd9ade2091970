"""Where the event asks for it: the coordination says yes or no to each registration."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from billing.actions.baskets import lock_basket
from core.errors import RuleBroken
from core.history import record
from events.actions.locking import lock_event
from events.actions.registrations import check_open, give_status, seat_or_wait
from events.enums import PlaceStatus
from events.letters import write_request_refused
from events.models import Place, Registration, charge_for, seats_of


@transaction.atomic
def approve_request(registration: Registration, *, by) -> Registration:
    """Say yes: the group gets its seats, held where they cost something, or stands on the waiting list from now on.

    Repeat-safe. Raises RuleBroken when registration is closed or the event is off.
    """
    event, organisation = registration.event, registration.organisation
    costs = bool(charge_for(event, organisation).amount)
    if costs:  # before the event's lock: see billing's order of locks
        lock_basket(event.club, organisation, by=by)
    event = registration.event = lock_event(event)
    now = timezone.now()
    places = _requested(registration)
    if not places:
        _check_standing(registration)
        return registration
    check_open(event, now)
    if bool(charge_for(event, organisation).amount) != costs:
        raise RuleBroken(_("The price has changed meanwhile: please look at it once more."))
    status = seat_or_wait(event, organisation, len(places), costs=costs, seats=seats_of(event))
    for place in places:
        place.status = status
        place.waiting_since = now if status == PlaceStatus.WAITING else None
        place.confirmed_at = now if status == PlaceStatus.CONFIRMED else None
        place.save(update_fields=["status", "waiting_since", "confirmed_at"])
    record(
        "events.registration.approved", gettext_noop("The registration of %(organisation)s was approved; people: %(people)s"),
        by=by, about=[event, registration, organisation], organisation=organisation, people=len(places),
    )  # fmt: skip
    give_status(registration, places, status, by=by, now=now)
    return registration


@transaction.atomic
def refuse_request(registration: Registration, *, by, reason: str = "") -> Registration:
    """Say no, with the reason that stands in the letter. Repeat-safe."""
    event = registration.event = lock_event(registration.event)
    now, places = timezone.now(), _requested(registration)
    for place in places:
        place.status, place.cancelled_at = PlaceStatus.CANCELLED, now
        place.save(update_fields=["status", "cancelled_at"])
        write_request_refused(place, reason=reason)
    if places:
        record("events.registration.refused", gettext_noop("The registration of %(organisation)s was refused"), by=by,
               about=[event, registration, registration.organisation], organisation=registration.organisation)  # fmt: skip
    return registration


def _requested(registration: Registration) -> list[Place]:
    places = list(registration.places.requested().select_related("registration__organisation", "person"))
    for place in places:
        place.event, place.registration = registration.event, registration
    return places


def _check_standing(registration: Registration) -> None:
    if not registration.places.active().exists():
        raise RuleBroken(_("This registration has been withdrawn or refused."))
