"""Places at an event as billing sells them: a registration, at so much a person."""

from datetime import datetime

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from billing.enums import Account
from billing.models import Order, OrderLine
from billing.payables import Quote
from core.errors import RuleBroken
from events.actions.holding import give_places, hold_again, keep_until, release_places
from events.models import PAYABLE, Event, Registration, charge_for, key_of


def _label(event: Event) -> str:
    """What stands on the invoice: also the day, where it is known."""
    return event.title if event.is_postponed else f"{event.title}, {date_format(event.day, 'DATE_FORMAT')}"


class RegistrationPayable:
    """See `billing.payables.Payable`; the target is a registration, the quantity its held people."""

    code = PAYABLE

    def quote(self, target_id: int, basket: Order) -> Quote:
        registrations = Registration.objects.filter(pk=target_id, organisation=basket.organisation_id)
        registration = registrations.select_related("event__club", "organisation").first()
        if registration is None or registration.event.club_id != basket.club_id:
            raise RuleBroken(_("This registration does not exist."))
        event = registration.event
        if event.is_cancelled:
            raise RuleBroken(_("This event has been cancelled."))
        people = registration.places.held().count()
        if not people:
            raise RuleBroken(_("Nothing is held for this registration any more."))
        charge = charge_for(event, registration.organisation, basket=basket)
        return Quote(
            key=key_of(registration.pk), label=_label(event),
            unit_price=charge.amount, regime=event.vat, account=Account.EVENTS, quantity=people, reason=charge.reason,
        )  # fmt: skip

    def hold(self, line: OrderLine, *, until: datetime | None) -> None:
        keep_until(line, until)

    def grant(self, line: OrderLine, *, by) -> None:
        give_places(line, by=by)

    def withhold(self, line: OrderLine) -> None:
        hold_again(line)

    def release(self, line: OrderLine, *, by, reason: str) -> None:
        release_places(line, by=by, reason=reason)
