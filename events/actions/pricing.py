"""What places at an event cost. A change of price is for those who register from now on; what is ordered keeps its own."""

from collections.abc import Mapping
from decimal import Decimal

from django.utils.translation import gettext as _

from billing.models import Seller
from core.errors import RuleBroken
from core.money import MOST
from events.enums import Admission, Visibility
from events.models import Event, Price, PriceList, prices_of
from members.enums import Audience

# (audience or "" for all, for members?) → amount; None takes the price away.
Prices = Mapping[tuple[str, bool], Decimal | None]


def price_field(audience: str, is_for_members: bool) -> str:
    """What a form calls this price."""
    return f"price_{audience or 'all'}_{'members' if is_for_members else 'others'}"


def set_prices(event: Event, prices: Prices) -> None:
    """Set the prices that are given; the others stay. Under the event's lock.

    Raises RuleBroken at `price_<audience>_<side>`: below nothing; in a club that sells nothing; and where others would
    pay less than members, which is always a cell forgotten.
    """
    for (audience, is_for_members), amount in prices.items():
        if amount is not None and not 0 <= amount <= MOST:
            raise RuleBroken(_("A price is zero or more."), field=price_field(audience, is_for_members))
    gone = [row for row, amount in prices.items() if amount is None]
    for audience, is_for_members in gone:
        event.prices.filter(audience=audience, is_for_members=is_for_members).delete()
    Price.objects.bulk_create(
        [
            Price(event=event, audience=audience, is_for_members=is_for_members, amount=amount)  # type: ignore[misc]
            for (audience, is_for_members), amount in prices.items()
            if amount is not None
        ],
        update_conflicts=True, unique_fields=["event", "audience", "is_for_members"], update_fields=["amount"],
    )  # fmt: skip
    _check(event, prices_of(event))


def _check(event: Event, prices: PriceList) -> None:
    paid = [row for row, amount in prices.amounts.items() if amount]
    if not paid:
        return
    if not Seller.objects.filter(club=event.club_id).exists():
        sentence = _("%(club)s cannot take money yet: say first in whose name it sells, in its payment settings.")
        raise RuleBroken(sentence % {"club": event.club}, field=price_field(*paid[0]))
    if Admission.MEMBERS == event.admission or Visibility.MEMBERS == event.visibility:
        return
    for audience in ["", *Audience.values]:
        if prices.amount(audience, is_member=False) < prices.amount(audience, is_member=True):
            sentence = _("Others would pay less than members: give their price as well.")
            raise RuleBroken(sentence, field=price_field(audience, False))
