"""What pages show of prices and payments: nothing at all where an event is free."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from billing.models import Order
from events.enums import Settlement
from events.models import Charge, Event, Place, PriceList, Registration, Standing, charge_for, standings_of
from members.enums import Audience
from members.models import Organisation


@dataclass(frozen=True)
class PriceLine:
    """What one audience pays; `label` is empty where all pay the same."""

    label: str
    members: Decimal
    others: Decimal


def price_lines(prices: PriceList) -> list[PriceLine]:
    """The prices as visitors read them; none for a free event."""
    if not prices:
        return []
    lines = [
        PriceLine(str(label), *(prices.amount(audience, is_member=side) for side in (True, False)))
        for audience, label in Audience.choices
    ]
    if len({(line.members, line.others) for line in lines}) == 1:
        return [PriceLine("", lines[0].members, lines[0].others)]
    return lines


def charge_of(event: Event, organisation: Organisation, prices: PriceList) -> Charge:
    """What a place costs the organisation now, given what lies in its basket (no query where all is free)."""
    return charge_for(event, organisation, basket=basket_of(event, organisation) if prices else None, prices=prices)


def basket_of(event: Event, organisation: Organisation) -> Order | None:
    """The organisation's basket with the event's club: a membership in it makes the price a member's."""
    return Order.objects.baskets().filter(club=event.club_id, organisation=organisation).first()


@dataclass(frozen=True)
class Owed:
    """How a registration with seats that cost something stands: in a word, until when, and where to pay."""

    settlement: Settlement
    held_until: datetime | None
    standing: Standing | None

    @property
    def can_be_paid(self) -> bool:
        """By the « Pay » button: in the basket, or on the order's own page."""
        return self.settlement in (Settlement.TO_PAY, Settlement.ORDERED, Settlement.WITHDRAWN)

    @property
    def answer_by(self):
        return self.standing.answer_by if self.standing else None


def owed_by(places: Iterable[Place]) -> dict[int, Owed]:
    """By registration id, for those of `places` that cost something (three queries, one where none does)."""
    registrations = {place.registration_id: place.registration for place in places}
    held = {place.registration_id for place in places if place.is_held}
    return _owed(registrations, held, standings_of(registrations.keys()))


def owed_at(event: Event) -> dict[int, Owed]:
    """The same for all registrations of an event (five queries, two where nothing costs anything)."""
    held = set(event.places.held().values_list("registration_id", flat=True))
    standings = standings_of(event.registrations.values("pk"))
    ids = held | standings.keys()
    return _owed(event.registrations.in_bulk(ids), held, standings) if ids else {}


def _owed(registrations: dict[int, Registration], held: set[int], standings: dict[int, Standing]) -> dict[int, Owed]:
    return {
        pk: Owed(
            standings[pk].settlement if pk in standings else Settlement.TO_PAY,
            registration.held_until if pk in held else None,
            standings.get(pk),
        )
        for pk, registration in registrations.items()
        if pk in held or (pk in standings and standings[pk].line.net)
    }
