"""How registrations stand with money. Nothing of it is kept here: it is read from the lines of orders that name them."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, ExpressionWrapper, F, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from billing.enums import PaymentStatus
from billing.models import Credit, Order, OrderLine, Payment
from core.money import MoneyField
from events.enums import PlaceStatus, Settlement
from events.models.events import Event
from events.models.registrations import Place, Registration

PAYABLE = "events.registration"


def key_of(registration_id: int) -> str:
    """Names the registration among all that can be bought: it is bought once."""
    return f"{PAYABLE}:{registration_id}"


def live_line(registration_id: int) -> OrderLine | None:
    """The line of a basket or order by which the registration is bought (one query)."""
    return OrderLine.objects.live().filter(key=key_of(registration_id)).select_related("order").first()


@dataclass(frozen=True)
class Standing:
    """A registration's line, what it means, and by which day a debit under way is answered."""

    line: OrderLine
    settlement: Settlement
    answer_by: date | None = None

    @property
    def is_in_basket(self) -> bool:
        return self.line.order.is_basket


def standings_of(registration_ids: Collection[int] | QuerySet) -> dict[int, Standing]:
    """The standing of those registrations that are in a basket or ordered (three queries, one where none is)."""
    lines = list(OrderLine.objects.live().filter(payable=PAYABLE, target_id__in=registration_ids))
    if not lines:
        return {}
    orders = Order.objects.with_sums().in_bulk({line.order_id for line in lines})
    pending = {
        payment.order_id: payment
        for payment in Payment.objects.filter(order__in=orders.keys(), status=PaymentStatus.PENDING)
    }
    found = {}
    for line in lines:
        line.order = orders[line.order_id]
        debit = pending.get(line.order_id)
        found[line.target_id] = Standing(line, _settlement(line, debit), debit.answer_by if debit else None)
    return found


def _settlement(line: OrderLine, debit: Payment | None) -> Settlement:
    order = line.order
    if debit is not None:
        return Settlement.UNDER_WAY
    if order.is_basket:
        return Settlement.TO_PAY
    if order.is_placed:
        return Settlement.ORDERED
    if order.receivable <= 0:
        return Settlement.PAID
    return Settlement.INVOICED if order.is_on_account else Settlement.WITHDRAWN


def has_orders(event: Event) -> bool:
    """Something was ordered for it that costs, and may have been paid."""
    ids = Registration.objects.filter(event=event).values("pk")
    lines = OrderLine.objects.live().filter(payable=PAYABLE, target_id__in=ids, unit_price__gt=0)
    return lines.filter(order__in=Order.objects.placed()).exists()


def _price_of(people) -> ExpressionWrapper:
    return ExpressionWrapper(F("unit_price") * people, output_field=MoneyField())


def lines_to_refund(event: Event):
    """Lines of orders that ask for more than is given: of an event that is off, or with fewer people than were bought, as
    far as no credit note has taken that back.

    For the coordination to decide: refund, or cancel the order. One query, annotated `people` and `due`: the part (excl.
    VAT) that is not for it to decide, as places were given back in time.
    """
    places = Place.objects.filter(registration=OuterRef("target_id")).order_by().values("registration")
    people = places.filter(status__in=PlaceStatus.seated()).annotate(number=Count("pk")).values("number")
    in_time = places.filter(status=PlaceStatus.CANCELLED, is_money_due=True).annotate(number=Count("pk"))
    credits = Credit.objects.filter(line=OuterRef("pk")).order_by().values("line")
    credited = credits.annotate(sum=Sum("net", output_field=MoneyField())).values("sum")
    ids = Registration.objects.filter(event=event).values("pk")
    lines = (
        OrderLine.objects.live()
        .filter(payable=PAYABLE, target_id__in=ids, unit_price__gt=0)
        .filter(order__in=Order.objects.placed())
        .annotate(
            people=Coalesce(Subquery(people), 0), credited=Coalesce(Subquery(credited), 0, output_field=MoneyField())
        )
        .annotate(
            given_back=_price_of(F("quantity") - F("people")),
            due=ExpressionWrapper(
                _price_of(Coalesce(Subquery(in_time.values("number")), 0)) - F("credited"), MoneyField()
            ),
        )
    )
    wanted = Q() if event.is_cancelled else Q(people__lt=F("quantity"), credited__lt=F("given_back"))
    return lines.filter(wanted).select_related("order__organisation").order_by("order", "pk")
