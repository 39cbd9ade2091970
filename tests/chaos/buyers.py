"""What the people of an organisation do: baskets, orders, payment pages. Each is one request, or a few in a row.

A step takes its turn, looks at what there is, says what it is about to do, and does it. NothingToDo before that.
"""

from decimal import Decimal

from django.db.models import Q

from billing.actions import (
    choose_method,
    due_of,
    methods_for,
    pay_online,
    place_order,
    quoted,
    quoted_totals,
    remove_from_basket,
    sync_payment,
)
from billing.enums import Method, OrderStatus
from billing.models import Order, OrderLine, Payment
from billing.provider import ProviderRefused, ProviderUnreachable
from members.models import Organisation
from tests.chaos.scene import Turn
from tests.chaos.shelf import KINDS


def fill_basket(turn: Turn) -> None:
    _fill(turn, *turn.buyer())


def buy(turn: Turn) -> None:
    """From the shelf to the payment page without a pause."""
    organisation, by = turn.buyer()
    _fill(turn, organisation, by)
    _place(turn, turn.one_of(organisation.orders.baskets().filter(lines__isnull=False).distinct()), by)


def _fill(turn: Turn, organisation: Organisation, by) -> None:
    [kind] = turn.dice.choices(list(KINDS), list(KINDS.values()))
    chosen = kind.choose(turn.dice, organisation)
    turn.about_to(f"{organisation} puts {kind.code} {chosen} into its basket")
    kind.put_into_basket(turn.scene.club, organisation, chosen, by=by)


def take_out(turn: Turn) -> None:
    line = turn.one_of(OrderLine.objects.filter(order__status=OrderStatus.BASKET).order_by("pk"))
    by = turn.person_of(line.order.organisation_id)
    turn.about_to(f"takes {line} out of the basket {line.order.reference}")
    remove_from_basket(line, by=by)


def place(turn: Turn) -> None:
    """Order what lies in the basket and, to pay online, go to the payment page at once, as the button does."""
    basket = turn.one_of(Order.objects.baskets().filter(lines__isnull=False).distinct().order_by("pk"))
    _place(turn, basket, turn.person_of(basket.organisation_id))


def _place(turn: Turn, basket: Order, by) -> None:
    method = _way(turn, basket)
    gross = quoted_totals(quoted(basket)).gross
    turn.about_to(f"orders {basket.reference} for {gross} by {method}")
    number = "BC-2027-1" if method == Method.PURCHASE_ORDER else ""
    order = place_order(basket, by=by, method=method, expected=gross, purchase_order=number, service_code=method)
    if order.method in Method.by_provider() and order.is_placed:
        _open_page(order, by, order.method)


def _way(turn: Turn, basket: Order) -> str:
    """Online more often than not: there most can happen."""
    offered = methods_for(basket)
    return turn.dice.choices(offered, [4 if method in Method.by_provider() else 1 for method in offered])[0]


def was_ordered_by_hand(order: Order) -> bool:
    """How it was ordered stands in a field that nothing else here uses: later it may be paid in another way."""
    return order.service_code in Method.by_hand() and any(line.net for line in order.lines.all())


def open_page(turn: Turn) -> None:
    order, due = _unpaid(turn)
    method = turn.dice.choice(Method.by_provider())
    by = turn.person_of(order.organisation_id)
    turn.about_to(f"opens the payment page of {order.reference} ({due} due) by {method}")
    _open_page(order, by, method)


def pay_otherwise(turn: Turn) -> None:
    order, due = _unpaid(turn)
    method = turn.dice.choice(Method.by_hand())
    by = turn.person_of(order.organisation_id)
    turn.about_to(f"will pay {order.reference} ({due} due) by {method}")
    choose_method(order, by=by, method=method)


def look_at_payment(turn: Turn) -> None:
    """The button « ask the provider now »."""
    order = turn.one_of(Order.objects.filter(payments__in=_open_payments()).order_by("pk"))
    turn.about_to(f"asks how the payment of {order.reference} stands")
    sync_payment(order.payments.open().by_provider().get())


def _open_payments():
    return Payment.objects.open().by_provider().exclude(Q(session_id=None) & Q(intent_id=None))


def _unpaid(turn: Turn) -> tuple[Order, Decimal]:
    orders = Order.objects.filter(status__in=[OrderStatus.PLACED, OrderStatus.FIRM]).order_by("pk")
    return turn.one_of([(order, due) for order in orders if (due := due_of(order)) > 0])


def _open_page(order: Order, by, method: str) -> None:
    try:
        pay_online(order, by=by, method=method)
    except (ProviderUnreachable, ProviderRefused):
        pass  # the page says: your order is kept, try again later


STEPS = {fill_basket: 1.5, take_out: 0.3, buy: 7, place: 8, open_page: 3, pay_otherwise: 0.7, look_at_payment: 1.5}
