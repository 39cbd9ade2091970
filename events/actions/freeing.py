"""Places that are given back or given up, and the order by which they are bought.

Locks are taken in billing's order: the order first (`lock_line`), then the event. So whoever pays and whoever gives back
at the same moment come one after the other.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from billing.actions import cancel_order, remove_from_basket
from billing.actions.ledger import receivable_of
from billing.actions.locking import live_lines, lock_order
from billing.actions.orders import follow_money, release_line
from billing.models import Order, OrderLine
from core.errors import RuleBroken
from core.history import record
from events.actions.promotion import promote_under_lock
from events.enums import PlaceStatus
from events.letters import write_paid_given_back, write_place_cancelled
from events.models import Event, Place, Registration, live_line

NOT_PAID = gettext_noop("Not paid in time.")
NOT_ANSWERED = gettext_noop("Not answered in time.")
REFUSED = gettext_noop("The offer was refused.")
FREED = {
    "": gettext_noop("%(organisation)s gave back places: %(people)s"),
    NOT_PAID: gettext_noop("%(organisation)s did not pay in time; places given up: %(people)s"),
    NOT_ANSWERED: gettext_noop("%(organisation)s did not answer in time; places given up: %(people)s"),
    REFUSED: gettext_noop("%(organisation)s refused the places offered: %(people)s"),
}
FREED_WHY = gettext_noop("%(organisation)s no longer has these places: %(people)s. %(reason)s")


def lock_line(registration_id: int) -> OrderLine | None:
    """The line by which the registration is bought, its order locked: call it before the event's lock."""
    line = live_line(registration_id)
    if line is None:
        return None
    order = lock_order(line.order)
    line = OrderLine.objects.live().filter(pk=line.pk).first()
    if line is not None:
        line.order = order
    return line


def lock_lines(registration_ids: Iterable[int]) -> None:
    """Lock the orders of several registrations, in the order of their ids, before any event's lock."""
    lines = [line for pk in sorted(set(registration_ids)) if (line := live_line(pk))]
    for line in sorted(lines, key=lambda line: line.order_id):
        lock_order(line.order)


def is_as_locked(registration_id: int, line: OrderLine | None) -> bool:
    """Under the event's lock: nobody has put the registration into a basket since `lock_line` found none."""
    return line is not None or live_line(registration_id) is None


def check_as_locked(registration_id: int, line: OrderLine | None) -> None:
    if not is_as_locked(registration_id, line):
        raise RuleBroken(_("These places are being paid for at this very moment: please try again."))


def free_places(
    event: Event, registration: Registration, places: Sequence[Place], *, by, now: datetime, reason: str = ""
) -> int:
    """Cancel those of `places` that are active, as one line of history; then serve the waiting list. Returns how many.

    Under the event's lock. Whoever never heard of a place that was only held for them hears nothing of its end either.
    """
    places = [place for place in places if place.is_active]
    if not places:
        return 0
    for place in places:
        is_known, was_in_calendar = place.is_known, place.is_in_calendar
        place.status, place.cancelled_at = PlaceStatus.CANCELLED, now
        place.save(update_fields=["status", "cancelled_at"])
        if event.is_announced and is_known:
            write_place_cancelled(place, was_confirmed=was_in_calendar, now=now, reason=reason)
    record(
        "events.place.cancelled", FREED.get(reason, FREED_WHY), by=by, about=[event, registration, registration.organisation],
        organisation=registration.organisation, people=len(places), reason=reason,
    )  # fmt: skip
    promote_under_lock(event, by=by, now=now)
    return len(places)


def follow_places(
    line: OrderLine | None, registration: Registration, places: Sequence[Place], *, by, now: datetime
) -> None:
    """After `places` were given back: bring the order down to the people who are left, under its lock.

    A basket counts anew by itself; an order that is not paid and not being paid asks for less. Where money has come or is
    coming, the order stays as it is: what to pay back is for the coordination to decide, and it is told; it is noted on the
    places if their money was promised.
    """
    if line is None or not line.is_live:
        return
    people = registration.places.seated().count()
    if line.order.is_basket:
        if not people:
            remove_from_basket(line, by=by)
    elif people < line.quantity:
        if _is_untouched(line.order):
            _ask_for_less(line, people, by=by)
        elif line.net:
            _note_money_due(registration, places, now)
            record(
                "events.registration.paid_given_back",
                gettext_noop("Paid place given back: refund? %(organisation)s, people left: %(people)s"), by=by,
                about=[registration.event, registration, registration.organisation],
                organisation=registration.organisation, people=people,
            )  # fmt: skip
            write_paid_given_back(registration, line, in_time=registration.event.gives_money_back(now))


def _note_money_due(registration: Registration, places: Sequence[Place], now: datetime) -> None:
    if registration.event.gives_money_back(now):
        given_back = registration.places.filter(pk__in=[place.pk for place in places], cancelled_at=now)
        given_back.update(is_money_due=True)


def _is_untouched(order: Order) -> bool:
    """To be paid, no money has come, and nobody is paying."""
    return order.is_placed and not order.payments.open().exists() and not receivable_of(order)


def _ask_for_less(line: OrderLine, people: int, *, by) -> None:
    order, reason = line.order, _("The places were given back.")
    if people:
        line.quantity = people
        line.save(update_fields=["quantity"])
    elif len(live_lines(order)) == 1:
        cancel_order(order, by=by, reason=reason)
        return
    else:
        release_line(line, by=by, reason=reason)
    follow_money(order, by=by)
