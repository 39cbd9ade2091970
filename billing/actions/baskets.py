"""The basket: one for each organisation and club. Its prices are quotes; placing the order freezes them."""

from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from billing.actions.locking import live_lines, lock_order
from billing.models import Order, OrderLine, Seller
from billing.payables import Quote, payable, payable_of
from billing.totals import Totals, totals_of
from core.errors import RuleBroken
from core.history import record
from core.locks import lock_row
from members.models import Club, Organisation


@dataclass(frozen=True)
class QuotedLine:
    """A line of a basket as it is priced now; `refusal` says why it cannot be bought (any more)."""

    line: OrderLine
    quote: Quote | None
    refusal: str = ""


def seller_of(club: Club) -> Seller:
    """Raises RuleBroken for a club that has not said in whose name it sells."""
    seller = Seller.objects.filter(club=club).first()
    if seller is None:
        raise RuleBroken(
            _("%(club)s does not sell anything: its coordination has not set up payments.") % {"club": club}
        )
    return seller


def lock_basket(club: Club, organisation: Organisation, *, by) -> Order:
    """The basket, locked until the transaction ends; made if there is none. Call it before any other lock."""
    baskets = Order.objects.baskets().filter(club=club, organisation=organisation)
    found = baskets.first()
    if found is None:
        try:
            with transaction.atomic():
                found = Order.objects.create(club=club, organisation=organisation, by=by)
        except IntegrityError:  # a colleague made it at this very moment
            found = baskets.get()
    basket = lock_row(Order.objects.all(), found.pk)
    return basket if basket.is_basket else lock_basket(club, organisation, by=by)


@transaction.atomic
def add_to_basket(club: Club, organisation: Organisation, *, code: str, target_id: int, by) -> OrderLine:
    """Put a thing into the basket; twice is once. Raises RuleBroken when it cannot be bought, or is bought already."""
    seller_of(club)
    basket = lock_basket(club, organisation, by=by)
    quote = payable(code).quote(target_id, basket)
    taken = OrderLine.objects.live().filter(key=quote.key).select_related("order").first()
    if taken is not None and taken.order_id != basket.pk:
        raise RuleBroken(already_bought(taken))
    line = taken or OrderLine(order=basket, payable=code, target_id=target_id)
    fill(line, quote)
    try:
        with transaction.atomic():
            line.save()
    except IntegrityError as error:
        raise RuleBroken(_("This is already in a basket or on an order.")) from error
    if taken is None:
        record(
            "billing.line.added", gettext_noop("Put into the basket: %(thing)s"), by=by, about=[basket, organisation],
            thing=line.label,
        )  # fmt: skip
    return line


@transaction.atomic
def remove_from_basket(line: OrderLine, *, by) -> Order:
    """Take a thing out of the basket; what was kept for it is free again. Raises RuleBroken once it is ordered."""
    basket = lock_order(line.order)
    if not OrderLine.objects.filter(pk=line.pk, order=basket).exists():
        return basket
    if not basket.is_basket:
        raise RuleBroken(_("This is ordered already: cancel the order instead."))
    line = OrderLine.objects.get(pk=line.pk)
    line.order = basket
    payable_of(line).release(line, by=by, reason="")
    line.delete()
    record(
        "billing.line.removed", gettext_noop("Taken out of the basket: %(thing)s"), by=by,
        about=[basket, basket.organisation], thing=line.label,
    )  # fmt: skip
    return basket


def quoted(basket: Order) -> list[QuotedLine]:
    """Every line as it is priced now. Reads only."""
    found = []
    for line in live_lines(basket):
        try:
            quote = payable_of(line).quote(line.target_id, basket)
        except RuleBroken as broken:
            found.append(QuotedLine(line, None, str(broken.message)))
        else:
            fill(line, quote)
            found.append(QuotedLine(line, quote))
    return found


def quoted_totals(lines: list[QuotedLine]) -> Totals:
    """What those lines come to that can be bought."""
    return totals_of((one.line.regime, one.line.net) for one in lines if one.quote)


def fill(line: OrderLine, quote: Quote) -> None:
    for name in ("key", "label", "reason", "quantity", "unit_price", "regime", "account", "starts_on", "ends_on"):
        setattr(line, name, getattr(quote, name))
    line.label, line.reason = str(quote.label)[:250], str(quote.reason)[:250]


def already_bought(line: OrderLine):
    if line.order.is_basket:
        return _("This is already in your organisation’s basket.")
    if line.order.is_placed:
        return _("This is already ordered (%(order)s), and its payment is awaited: there is no need to pay twice.") % {
            "order": line.order.reference
        }
    return _("This is already paid for (%(order)s).") % {"order": line.order.reference}
