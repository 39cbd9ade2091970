"""Letters about places that cost something."""

from collections.abc import Sequence

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from billing.letters import coordinators_of
from billing.models import OrderLine
from core.letters import Recipient, writing_to
from events.enums import Settlement
from events.letter_kinds import wording
from events.letters.parts import facts_of, moment_at, price_in_words, queue_about, queue_about_place
from events.letters.readers import payers_of
from events.letters.registration import names_of
from events.models import Event, Place, Registration, Standing, charge_for


def write_to_pay(registration: Registration, places: Sequence[Place], *, came_free: bool) -> None:
    """Seats are held for the organisation: to whoever can pay for them, with a button."""
    event, charge = registration.event, charge_for(registration.event, registration.organisation)
    code = "events.seats_came_free" if came_free else "events.registration_to_pay"
    for to in payers_of(registration):
        with writing_to(to):
            subject, opening = wording(code, to, event, until=moment_at(event, registration.held_until))
            queue_about_place(
                places[0], to, code, subject, [*opening, names_of(places)],
                facts=[*facts_of(event), (_("Price per person"), price_in_words(charge.amount, event))],
                path=reverse("events:pay_registration", args=[registration.pk]),
            )  # fmt: skip


def write_not_paid(registration: Registration, people: int) -> None:
    """The time to pay is over: the seats are free again."""
    event, code = registration.event, "events.registration_not_paid"
    for to in payers_of(registration):
        with writing_to(to):
            seats = ngettext("one seat", "%(count)s seats", people) % {"count": people}
            subject, opening = wording(code, to, event, seats=seats)
            queue_about(event, [registration], to, code, subject, opening)


def write_paid_given_back(registration: Registration, line: OrderLine, *, in_time: bool) -> None:
    """To the coordination: a paid place was given back; is its money due (`in_time`), or for the coordination to decide?"""
    event, order, code = registration.event, line.order, "events.paid_given_back"
    for person in coordinators_of(order):
        with writing_to(to := Recipient.of(person)):
            names = {"organisation": str(registration.organisation), "order": order.reference}
            subject, opening = wording(code, to, event, **names)
            paragraphs = [*opening, _promise(event, in_time=in_time)]
            queue_about(event, [registration], to, code, subject, paragraphs, path=order.get_absolute_url())


def _promise(event: Event, *, in_time: bool) -> str:
    """What was promised when the event was postponed, if it was."""
    if in_time:
        return _("They were given back by the day that was promised when the event was postponed: their money is due.")
    if event.refund_days is not None:
        return _("They were given back after the day that was promised when the event was postponed: you decide.")
    return ""


def about_the_money(standing: Standing | None, *, refunds_all: bool) -> str:
    """What becomes, when an event is called off, of what was paid or was to be paid; nothing where a place cost nothing."""
    if standing is None or not standing.line.net:
        return ""
    if standing.settlement in (Settlement.TO_PAY, Settlement.ORDERED):
        return _("Nothing is to be paid any more: the order for these places is cancelled.")
    if not refunds_all:
        return _(
            "What was paid for these places: the club’s coordination decides about a refund, and writes to whoever paid."
        )
    if standing.settlement == Settlement.UNDER_WAY:
        return _(
            "The debit for these places is under way: once it has arrived it is refunded, and whoever paid gets a letter."
        )
    if standing.settlement == Settlement.PAID:
        return _("What was paid for these places is refunded, and whoever paid gets a letter with the credit note.")
    return _("The invoice for these places is taken back as far as it is not paid; the club’s coordination sees to it.")
