"""From the basket to an order that is firm, or given up. All under the order's lock."""

from datetime import datetime, timedelta
from decimal import Decimal

from django.conf import settings
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from billing import letters, provider
from billing.actions import invoices
from billing.actions.baskets import fill, seller_of
from billing.actions.locking import due_of, live_lines, lock_order, on_its_way_back
from billing.enums import Method, OrderStatus
from billing.models import Order, OrderLine, Seller
from billing.payables import payable_of
from billing.totals import totals_of
from core.errors import RuleBroken
from core.history import record
from members.enums import OrganisationKind

# How long a thing is kept for somebody who goes to the provider's page, and after a payment that failed.
PAGE_IS_KEPT = timedelta(seconds=provider.SESSION_LASTS) + timedelta(minutes=20)
KEPT_AFTER_FAILURE = timedelta(days=3)
# A transfer made on the last day takes some days to show on a statement.
TRANSFER_TAKES = timedelta(days=5)


def methods_for(order: Order) -> list[Method]:
    """The ways in which this order may be paid now, by what the club has set up. A purchase order is a way to order,
    not to pay later.
    """
    seller = Seller.objects.filter(club=order.club_id).first()
    if seller is None:
        return []
    online = seller.takes_online and provider.account_of(order.club) is not None
    is_public = order.organisation.kind == OrganisationKind.PUBLIC_BUYER
    offered = {
        Method.CARD: online,
        Method.SEPA_DEBIT: online,
        Method.TRANSFER: seller.takes_transfers,
        Method.CHEQUE: seller.takes_cheques,
        Method.CASH: seller.takes_cash,
        Method.PURCHASE_ORDER: seller.takes_purchase_orders and is_public and order.is_basket,
    }
    return [method for method, is_offered in offered.items() if is_offered]


@transaction.atomic
def place_order(
    order: Order, *, by, method: str, expected: Decimal, purchase_order: str = "", engagement: str = "",
    service_code: str = "", on_account: bool = False,
) -> Order:  # fmt: skip
    """Order what lies in the basket, at the prices of now. `expected` is the total that was shown, VAT included.

    Placing twice gives the same order. Nothing to pay, and what goes on account (a public buyer's purchase order, or
    what an app decides to give before it is paid), make it firm at once; the other ways wait for the money
    (`billing.actions.paying` goes on). Raises RuleBroken for an empty basket, a price
    that has changed, a thing that can no longer be bought, an incomplete address and a way to pay that is not offered.
    """
    order = lock_order(order)
    if not order.is_basket:
        return order
    _check_buyer(order)
    lines = live_lines(order)
    if not lines:
        raise RuleBroken(_("The basket is empty."))
    for line in lines:
        _freeze(line, order)
    gross = _gross(lines)
    if gross != expected:
        raise RuleBroken(_("A price has changed meanwhile: please look at the basket once more."))
    order.by, order.placed_at = by, timezone.now()
    order.purchase_order, order.engagement, order.service_code = purchase_order, engagement, service_code
    if gross:
        set_method(order, method)
    order.is_on_account = on_account or order.method == Method.PURCHASE_ORDER
    order.status = OrderStatus.PLACED
    order.save()
    record(
        "billing.order.placed", gettext_noop("%(organisation)s ordered for %(amount)s € (%(order)s)"), by=by,
        about=[order, order.organisation, order.club], organisation=order.organisation, amount=gross,
        order=order.reference,
    )  # fmt: skip
    if not gross or order.is_on_account:
        make_firm(order, by=by)
    elif order.method in Method.by_hand():
        letters.order_placed(order, gross)
    return order


def _check_buyer(order: Order) -> None:
    seller_of(order.club)
    if not invoices.billing_address_is_complete(order.organisation):
        raise RuleBroken(_("An invoice needs your organisation’s street, post code and town: complete its page first."))


def _gross(lines: list[OrderLine]) -> Decimal:
    return totals_of((line.regime, line.net) for line in lines).gross


def _freeze(line: OrderLine, basket: Order) -> None:
    with translation.override(settings.LANGUAGE_CODE):  # the words of an invoice are the club's
        fill(line, payable_of(line).quote(line.target_id, basket))
    line.save()


def set_method(order: Order, method: str) -> None:
    """Note how the order is to be paid, until when, and keep its things until then. The caller saves.

    What is firm stays as it was agreed: only the payment itself goes another way.
    """
    if method not in methods_for(order):
        raise RuleBroken(_("This way to pay is not offered here."), field="method")
    if order.is_firm:
        return
    if method == Method.PURCHASE_ORDER and not order.purchase_order and not order.engagement:
        raise RuleBroken(_("Give the number of your purchase order or of the commitment."), field="purchase_order")
    now = timezone.now()
    order.method = method
    if method in Method.by_provider():
        order.due_on, order.pay_until = timezone.localdate(now), now + PAGE_IS_KEPT
    else:
        order.due_on = timezone.localdate(now) + timedelta(days=seller_of(order.club).payment_days)
        order.pay_until = _end_of(order.due_on) + TRANSFER_TAKES
    if method != Method.PURCHASE_ORDER:
        hold_lines(order, until=order.pay_until)


def _end_of(day) -> datetime:
    return timezone.make_aware(datetime.combine(day, datetime.max.time()))


def hold_lines(order: Order, *, until: datetime | None) -> None:
    for line in live_lines(order):
        payable_of(line).hold(line, until=until)


# --- Firm -------------------------------------------------------------------------------------------------------------


def follow_money(order: Order, *, by) -> Order:
    """After money came or went, under the order's lock: give what is paid for, hold back what no longer is."""
    due = due_of(order) + on_its_way_back(order)
    if order.is_placed and due <= 0:
        return make_firm(order, by=by)
    if order.is_firm and not order.is_on_account:
        grant_lines(order, by=by) if due <= 0 else withhold_lines(order)
    return order


def make_firm(order: Order, *, by) -> Order:
    """Give everything, book the sale, issue the invoice and send it.

    What can no longer be given (it was kept until the payment was late) is released: its money is owed to the payer.
    """
    order.status, order.firm_at = OrderStatus.FIRM, timezone.now()
    order.save(update_fields=["status", "firm_at"])
    grant_lines(order, by=by)
    lines = live_lines(order)
    if not lines:
        give_back(order, by=by, reason=gettext_noop("It could no longer be given."))
        return order
    record(
        "billing.order.made_firm", gettext_noop("Order %(order)s of %(organisation)s is firm"), by=by,
        about=[order, order.organisation, order.club], order=order.reference, organisation=order.organisation,
    )  # fmt: skip
    if _gross(lines):
        invoice = invoices.issue_invoice(order, lines)
        letters.order_firm(order, invoice)
    return order


def grant_lines(order: Order, *, by) -> None:
    for line in live_lines(order):
        if line.is_granted:
            continue
        try:
            with transaction.atomic():
                payable_of(line).grant(line, by=by)
        except RuleBroken as broken:
            _cannot_give(order, line, broken, by=by)
        else:
            line.granted_at, line.withheld_at = line.granted_at or timezone.now(), None
            line.save(update_fields=["granted_at", "withheld_at"])


def _cannot_give(order: Order, line: OrderLine, broken: RuleBroken, *, by) -> None:
    release_line(line, by=by, reason=str(broken.message))
    left = invoices.uncredited(line)
    if line.granted_at is not None and left > 0:  # it was on an invoice: take it back there
        invoices.issue_credit_note(order, [(line, left)], refund=None)
    record(
        "billing.line.not_given", gettext_noop("Paid, but it could no longer be given: %(thing)s. %(reason)s"), by=by,
        about=[order, order.organisation, order.club], thing=line.label, reason=broken.message,
    )  # fmt: skip
    letters.line_not_given(line, str(broken.message))


def withhold_lines(order: Order) -> None:
    now = timezone.now()
    for line in live_lines(order):
        if line.is_granted:
            payable_of(line).withhold(line)
            line.withheld_at = now
            line.save(update_fields=["withheld_at"])


# --- Not bought after all ---------------------------------------------------------------------------------------------


def give_back(order: Order, *, by, reason: str) -> None:
    """Take an order back, under its lock (`billing.actions.paying.cancel_order` asks whether that may be).

    One that is firm gets a credit note over all that is left of it; money that had come is then owed to the payer.
    """
    was_firm = order.is_firm
    order.status, order.cancelled_at = OrderStatus.CANCELLED, timezone.now()
    order.save(update_fields=["status", "cancelled_at"])
    lines = live_lines(order)
    for line in lines:
        release_line(line, by=by, reason=reason)
    shares = [(line, left) for line in lines if (left := invoices.uncredited(line)) > 0] if was_firm else []
    if shares:
        invoices.issue_credit_note(order, shares, refund=None)
    record(
        "billing.order.cancelled", gettext_noop("Order %(order)s of %(organisation)s is cancelled"), by=by,
        about=[order, order.organisation, order.club], order=order.reference, organisation=order.organisation,
        reason=reason,
    )  # fmt: skip


def release_line(line: OrderLine, *, by, reason: str) -> None:
    payable_of(line).release(line, by=by, reason=reason)
    line.released_at = timezone.now()
    line.save(update_fields=["released_at"])


def give_up_unpaid_orders(now: datetime) -> int:
    """Cancel orders whose time to pay is over and for which nothing is under way. Returns how many."""
    given_up = 0
    for pk in list(Order.objects.to_give_up(now).values_list("pk", flat=True)):
        with transaction.atomic():
            order = Order.objects.to_give_up(now).filter(pk=lock_order(Order(pk=pk)).pk).first()
            if order is None or due_of(order) <= 0:
                continue
            give_back(order, by=None, reason="")
            letters.order_given_up(order)
            given_up += 1
    return given_up
