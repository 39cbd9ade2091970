"""Serving the waiting list, under the event's lock: seats that are free are offered, each offer until a certain moment."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext_noop

from core.history import record
from events.actions.locking import lock_event
from events.enums import PlaceStatus
from events.letters import write_offered, write_to_pay
from events.models import (
    Event,
    Group,
    Place,
    Registration,
    Round,
    next_round,
    payers_among,
    seats_of,
    waiting_groups,
)

# How long seats are kept for who did not ask for them at this moment, and learns of it by a letter.
ANSWER_LATER = timedelta(hours=48)
# When registration closes soon, an offer takes half of the time that is left, so that somebody else may still get one…
SHARE = 2
# …but never less than this, as far as there is so much.
AT_LEAST = timedelta(hours=2)


@transaction.atomic
def promote_waiting(event: Event, *, by=None) -> list[Place]:
    """Offer free seats to the waiting list (the rule is `next_round`'s) and return the places offered or held.

    When registration is closed, or the event no longer published, nobody is offered anything: the reception desk decides.
    """
    return promote_under_lock(lock_event(event), by=by, now=timezone.now())


def promote_under_lock(event: Event, *, by, now: datetime) -> list[Place]:
    """As `promote_waiting`, for actions that already hold the event's lock.

    Who has something to pay gets the seats held, the others get them offered; both until `answer_by`, and by a letter.
    """
    if not event.is_published or answer_by(event, now) is None:
        return []
    payers, promoted = _who_has_to_pay(event), []
    while (done := next_round(seats_of(event), waiting_groups(event))).served:
        note_passed(done)
        for group in done.served:
            promoted += _promote(event, group, has_to_pay=group.registration_id in payers, by=by, now=now)
    return promoted


def answer_by(event: Event, now: datetime) -> datetime | None:
    """Until when somebody who is offered seats now may answer or pay: before registration closes. None: too late."""
    left = event.closes_at - now
    if left <= timedelta(0) or event.has_begun(now):
        return None
    return now + min(ANSWER_LATER, max(left / SHARE, min(left, AT_LEAST)))


def note_passed(done: Round) -> None:
    """Keep in mind whom later groups went before in this round: it is their patience (see `next_round`)."""
    ids = [group.registration_id for group in done.passed if group.registration_id is not None]
    if ids:
        Registration.objects.filter(pk__in=ids).update(passed_over=F("passed_over") + 1)


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
    registration.event, registration.held_until = event, answer_by(event, now)
    registration.save(update_fields=["held_until"])
    for place in places:
        place.event = event
        place.status = PlaceStatus.HELD if has_to_pay else PlaceStatus.OFFERED
        place.save(update_fields=["status"])
    if has_to_pay:
        write_to_pay(registration, places, came_free=True)
    else:
        write_offered(registration, places)
    sentence = (
        gettext_noop("Seats became free for %(organisation)s, held until they are paid for; people: %(people)s")
        if has_to_pay
        else gettext_noop("Seats became free and were offered to %(organisation)s; people: %(people)s")
    )
    record(
        "events.registration.promoted", sentence, by=by, about=[event, registration, registration.organisation],
        organisation=registration.organisation, people=len(places),
    )  # fmt: skip
    return places
