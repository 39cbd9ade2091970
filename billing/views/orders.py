"""Orders: one's own, those of the clubs one coordinates, and where each stands."""

from django.contrib import messages
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from billing import actions, permissions, provider
from billing.enums import Journal, Method, Standing
from billing.forms import OrderFilter, PayForm, ReasonForm
from billing.models import Entry, Invoice, Order, Seller
from billing.views.clubs import asked_club, club_tabs
from billing.views.standing import OrderRow, open_payment, standing_of
from core.guards import require
from core.money import ZERO
from core.pages import attempt, history_of, letters_of, page_of
from members.rights import rights_of

TAKE_BACK = gettext_lazy("This order is firm: only the club’s coordination can take it back. Write to it.")
TO_BE_PAID = {Standing.TO_PAY, Standing.WITHDRAWN, Standing.ON_PAGE}


def order_list(request: HttpRequest) -> HttpResponse:
    """Those of one's organisations; with a club named, those of the club, for its coordination."""
    rights, club = rights_of(request.user), asked_club(request)
    orders = Order.objects.placed().visible_to(request.user)
    form = OrderFilter(request.GET)
    if club is None:
        found = orders.filter(organisation__in=rights.organisation_ids).with_sums()
    else:
        found = form.apply(orders.filter(club=club).with_sums(), timezone.localdate())
    page = page_of(request, found.for_list())
    page.object_list = [OrderRow(order) for order in page.object_list]
    context = {
        "club_of_list": club,
        "tabs": club_tabs(request, "order_list", club),
        "form": form,
        "page": page,
        "shows_organisation": club is not None or len(rights.organisation_ids) > 1,
    }
    return render(request, "billing/order_list.html", context)


def order_page(request: HttpRequest, pk: int) -> HttpResponse:
    order = find_order(request, pk)
    return redirect("billing:basket") if order.is_basket else show_order(request, order)


def show_order(request: HttpRequest, order: Order, pay_form: PayForm | None = None) -> HttpResponse:
    """The order's page; a form that was refused keeps what was chosen."""
    due, totals = actions.due_of(order), actions.totals(order)
    payments = list(order.payments.prefetch_related("refunds", "disputes", _deposits()))
    standing = standing_of(order, due=due, gross=totals.gross, payments=payments)
    can_pay = permissions.can_pay_order(request.user, order)
    keeps_accounts = permissions.can_keep_accounts(request.user, order.club)
    is_payable = can_pay and standing in TO_BE_PAID
    if pay_form is None and is_payable:
        pay_form = PayForm(methods=payable_ways(order))
    context = {
        "order": order,
        "lines": order.lines.all(),
        "totals": totals,
        "due": due,
        "owed": -due,
        "refunded": sum((one.amount for payment in payments for one in payment.refunds.all() if one.is_counting), ZERO),
        "standing": standing,
        "payments": payments,
        "underway": open_payment(payments),
        "last_failed": payments[-1] if payments and payments[-1].is_failed else None,
        "waits_for_bank": due > 0 and order.method in (Method.TRANSFER, Method.PURCHASE_ORDER),
        "is_told_how": standing == Standing.TO_PAY and order.method not in Method.by_provider(),
        "seller": Seller.objects.filter(club=order.club).first(),
        "invoices": Invoice.objects.filter(order=order).for_list(),
        "pay_form": pay_form if is_payable else None,
        "can_pay": can_pay,
        "keeps_accounts": keeps_accounts,
        "can_cancel": permissions.can_cancel_order(request.user, order)
        and not order.is_cancelled
        and standing != Standing.UNDER_WAY,
        "history": history_of(order),
        "letters": letters_of(order) if keeps_accounts else [],
    }
    return render(request, "billing/order_page.html", context)


def cancel_order(request: HttpRequest, pk: int) -> HttpResponse:
    """A page that asks, and takes a reason."""
    order = find_order(request, pk)
    require(permissions.can_cancel_order(request.user, order), TAKE_BACK)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            if attempt(form, actions.cancel_order, order, by=request.user, **form.cleaned_data):
                messages.success(request, _("The order is cancelled."))
                return redirect(order)
        except (provider.ProviderUnreachable, provider.ProviderRefused):
            form.add_error(None, _("The payment provider cannot be reached now: try again later."))
    context = {"form": form, "order": order, "received": order.payments.settled().exists()}
    return render(request, "billing/order_cancel.html", context)


def payable_ways(order: Order) -> list[Method]:
    """The ways offered on the order's page: by hand only another one than was said, online the same once more."""
    offered = actions.methods_for(order)
    return [method for method in offered if method != order.method or method in Method.by_provider()]


def find_order(request: HttpRequest, pk: int) -> Order:
    visible = Order.objects.visible_to(request.user)
    return get_object_or_404(visible.select_related("club", "organisation"), pk=pk)


def _deposits() -> Prefetch:
    """The entries by which cheques were taken to the bank, as `deposits` of their payments."""
    deposits = Entry.objects.filter(journal=Journal.BANK, key__startswith="deposit:")
    return Prefetch("entries", queryset=deposits, to_attr="deposits")
