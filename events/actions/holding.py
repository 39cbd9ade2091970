"""Seats held while somebody pays, or offered until somebody answers: kept, given, held again, given up.

What expires is a registration as a whole. A held seat counts as taken until the hold has been *given up* here, under the
lock of its order and then of its event; nothing else frees it, so a payment that arrives at the same moment either finds
the seats still held or finds them gone, never sold twice. `expire_holds` runs every few minutes, in the daily run, and
right before somebody registers.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from billing.actions import add_to_basket, give_up_unpaid_orders, remove_from_basket
from billing.actions.baskets import lock_basket
from billing.models import OrderLine
from core.errors import RuleBroken
from core.history import record
from core.prepared import prepared
from events.actions.freeing import NOT_ANSWERED, NOT_PAID, free_places, is_as_locked, lock_line
from events.actions.locking import lock_event
from events.actions.promotion import note_passed
from events.enums import PlaceStatus
from events.letters import write_confirmed, write_not_paid, write_summary
from events.models import PAYABLE, Event, Group, Place, Registration, live_line, next_round, seats_of, waiting_groups

# How long seats are kept for somebody who has just chosen them and is on the way to pay.
PAY_NOW = timedelta(minutes=40)


@transaction.atomic
def put_into_basket(registration: Registration, *, by) -> OrderLine:
    """Put held places into the organisation's basket; the line that stands already is returned.

    A hold whose time is over may still be paid as long as nobody has given it up. Raises RuleBroken when it was.
    """
    basket = lock_basket(registration.event.club, registration.organisation, by=by)
    line = live_line(registration.pk)
    if line is not None and line.order_id != basket.pk:
        return line
    lock_event(registration.event)
    if not registration.places.held().exists():
        raise RuleBroken(_("Nothing is held for this registration any more."))
    return add_to_basket(basket.club, basket.organisation, code=PAYABLE, target_id=registration.pk, by=by)


# --- What billing asks for, under the order's lock --------------------------------------------------------------------


def keep_until(line: OrderLine, until: datetime | None) -> None:
    """Keep held places until then; None: as long as the payment is under way.

    Places that were paid before are kept anyway while they are paid for again.
    """
    if line.granted_at is None:
        Registration.objects.filter(pk=line.target_id).update(held_until=until)


def give_places(line: OrderLine, *, by) -> None:
    """Held places are confirmed, with their letters. Twice is once.

    Places that were given up for want of payment are taken again if a newcomer would get them now. Raises RuleBroken
    when they cannot be given any more.
    """
    registration, event, places = _locked(line)
    now = timezone.now()
    if event.is_cancelled:
        raise RuleBroken(_("This event has been cancelled."))
    if any(place.is_confirmed for place in places) and not any(place.is_held for place in places):
        return
    held = [place for place in places if place.is_held] or _taken_again(event, registration, places, now)
    for place in held:
        if not place.is_held:  # taken back in calendars meanwhile: its number grows beyond that (see events.calendars)
            place.ticket_version += 1
        place.status, place.confirmed_at = PlaceStatus.CONFIRMED, now
        place.save(update_fields=["status", "confirmed_at", "ticket_version"])
    registration.held_until = None
    registration.save(update_fields=["held_until"])
    record(
        "events.registration.paid", gettext_noop("The places of %(organisation)s are paid for; people: %(people)s"),
        by=by, about=[event, registration, registration.organisation], organisation=registration.organisation,
        people=len(held),
    )  # fmt: skip
    if not event.has_begun(now):
        for place in held:
            write_confirmed(place, now=now)
        write_summary(registration, held, is_waiting=False)


def hold_again(line: OrderLine) -> None:
    """The money went back: places are held, without an end, until it is paid again. Who came, came."""
    registration, event, places = _locked(line)
    confirmed = [place for place in places if place.is_confirmed]
    if not confirmed or event.is_cancelled or event.has_begun(timezone.now()):
        return
    for place in confirmed:
        place.status = PlaceStatus.HELD
        place.save(update_fields=["status"])
    registration.held_until = None
    registration.save(update_fields=["held_until"])
    record(
        "events.registration.held_again",
        gettext_noop("The payment of %(organisation)s was taken back: its places are held; people: %(people)s"),
        by=None, about=[event, registration, registration.organisation], organisation=registration.organisation,
        people=len(confirmed),
    )  # fmt: skip


def release_places(line: OrderLine, *, by, reason: str) -> None:
    """Not bought, or no longer: the places are free again. Once the event has begun, or is off, they stay as they were:
    who came, and who was to come, is part of the story.
    """
    registration, event, places = _locked(line)
    now = timezone.now()
    if not event.is_cancelled and not event.has_begun(now):
        free_places(event, registration, places, by=by, now=now, reason=reason or ("" if by else NOT_PAID))


def _locked(line: OrderLine) -> tuple[Registration, Event, list[Place]]:
    """The line's registration with its event locked, then its places."""
    # No get(): what is granted and then released looks it up twice within one request, each time as it is then.
    registration = Registration.objects.select_related("organisation", "by").filter(pk=line.target_id)[0]
    event = registration.event = lock_event(registration.event)
    places = list(registration.places.select_related("registration__organisation", "person"))
    for place in places:
        place.event, place.registration = event, registration
    return registration, event, places


def _taken_again(
    event: Event, registration: Registration, places: Sequence[Place], now: datetime
) -> list[Place]:  # fmt: skip
    """The places that were given up together when the time to pay was over, if they can be had again."""
    gone = [place for place in places if not place.is_erased]
    last = max((place.cancelled_at for place in gone if place.cancelled_at), default=None)
    was_given_up = last is not None and registration.held_until is not None and registration.held_until < last
    if not was_given_up:
        raise RuleBroken(_("These places have been given back."))
    group = [place for place in gone if place.cancelled_at == last]
    emails = [place.email for place in group if place.email]
    if event.has_begun(now) or event.places.active().filter(email__in=emails).exists():
        raise RuleBroken(_("These places were given up, and can no longer be taken again."))
    wanted = Group(None, registration.organisation.audience, len(group))
    done = next_round(seats_of(event), [*waiting_groups(event), wanted])
    if wanted not in done.served:
        raise RuleBroken(_("These places were not paid in time, and have gone to others."))
    note_passed(done)
    return group


# --- Given up ---------------------------------------------------------------------------------------------------------


def expire_holds(now: datetime, event: Event | None = None) -> int:
    """Give up what was not paid, or not answered, in time, at all events or at one. Returns how many registrations.

    Each in a transaction of its own; call it outside of one. Orders that were placed are given up by billing, which
    knows whether a payment is under way; they are only looked at when a hold of theirs is over.
    """
    everywhere = Registration.objects.held_too_long(now).order_by("pk").values_list("pk", flat=True)
    pks = list(everywhere if event is None else _held_too_long_at(now, event.pk))
    if pks and OrderLine.objects.live().filter(payable=PAYABLE, target_id__in=pks, order__pay_until__lt=now).exists():
        give_up_unpaid_orders(now)
    return sum(_give_up(pk, now) for pk in pks)


@prepared
def _held_too_long_at(now: datetime, event_id: int):
    return Registration.objects.held_too_long(now).filter(event=event_id).order_by("pk").values_list("pk", flat=True)


@transaction.atomic
def _give_up(pk: int, now: datetime) -> bool:
    line = lock_line(pk)
    if line is not None and not line.order.is_basket:
        return False  # ordered: its payment decides
    registration = Registration.objects.select_related("organisation", "by").get(pk=pk)
    event = registration.event = lock_event(registration.event)
    if not is_as_locked(pk, line) or not Registration.objects.held_too_long(now).filter(pk=pk).exists():
        return False
    places = list(registration.places.kept().select_related("registration__organisation", "person"))
    for place in places:
        place.event = event
    was_offered = any(place.is_offered for place in places)
    reason = NOT_ANSWERED if was_offered else NOT_PAID
    people = free_places(event, registration, places, by=None, now=now, reason=reason)
    if line is not None:
        remove_from_basket(line, by=None)
    if event.is_announced and not event.has_begun(now) and not was_offered:
        write_not_paid(registration, people)
    return True
