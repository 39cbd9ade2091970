"""Ordering one call for dues by itself, in the organisation's name: whatever else lies in its basket stays there."""

from django.db import transaction
from django.utils import timezone

from billing.actions import add_to_basket, place_order, quoted, quoted_totals
from billing.actions.baskets import lock_basket
from billing.models import Order
from core.errors import RuleBroken
from memberships.models import DUES, DuesCall


@transaction.atomic
def order_alone(call: DuesCall, *, by, method: str, on_account: bool = False) -> Order:
    """An order of this call and nothing else, at the price of now. Call it before any lock but an order's.

    `on_account`: what it is for is given at once and owed.

    Raises RuleBroken as `add_to_basket` and `place_order` do: nothing to sell, ordered already, no address, a way to pay
    that the club does not offer.
    """
    line = add_to_basket(call.club, call.organisation, code=DUES, target_id=call.pk, by=by)
    basket = line.order
    others = list(basket.lines.live().exclude(pk=line.pk).values_list("pk", flat=True))
    # While the order is placed the rest of the basket is set aside; then it lies in a new basket.
    basket.lines.filter(pk__in=others).update(released_at=timezone.now())
    lines = quoted(basket)
    if any(one.refusal for one in lines):
        raise RuleBroken(lines[0].refusal)
    expected = quoted_totals(lines).gross
    order = place_order(basket, by=by, method=method, expected=expected, on_account=on_account)
    if others:
        rest = lock_basket(call.club, call.organisation, by=basket.by)
        order.lines.filter(pk__in=others).update(order=rest, released_at=None)
    return order
