"""Paying an order: to the provider's page and back from it, or in another way."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from billing import actions, permissions, provider
from billing.enums import Method
from billing.forms import PayForm
from billing.models import Order
from billing.views.orders import find_order, payable_ways, show_order
from core.errors import RuleBroken
from core.guards import require
from core.pages import attempt

BY_BUYERS = gettext_lazy("Only the people of the organisation that ordered pay its order.")
# How often the page after a payment looks for the provider's news by itself, every few seconds.
MOST_LOOKS = 20


@require_POST
def pay_order(request: HttpRequest, pk: int) -> HttpResponse:
    """Pay what is due now, or say that it will be paid in another way."""
    order = find_order(request, pk)
    require(permissions.can_pay_order(request.user, order), BY_BUYERS)
    form = PayForm(request.POST, methods=payable_ways(order))
    if not form.is_valid():
        return show_order(request, order, form)
    method = form.cleaned_data["method"]
    if method in Method.by_provider():
        return go_and_pay(request, order, method)
    try:
        if attempt(form, actions.choose_method, order, by=request.user, method=method):
            messages.success(request, _("Noted. How to pay stands here, and in the letter that you receive."))
            return redirect(order)
    except (provider.ProviderUnreachable, provider.ProviderRefused):
        form.add_error(None, _("The payment provider cannot be reached now: try again later."))
    return show_order(request, order, form)


def payment_return(request: HttpRequest, pk: int) -> HttpResponse:
    """Where the provider's page sends people back to. What became of the payment, the provider itself tells us: this
    page only looks, now and then, whether it has.
    """
    order = find_order(request, pk)
    payment = order.payments.by_provider().last()
    looks = request.GET.get("looks", "")
    looks = int(looks) if looks.isascii() and looks.isdigit() and len(looks) < 4 else 0
    context = {
        "order": order,
        "payment": payment,
        "next_look": looks + 1 if payment and payment.is_started and looks < MOST_LOOKS else None,
    }
    return render(request, "billing/payment_return.html", context)


@require_POST
def check_payment(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask the provider now how the open payment stands."""
    order = find_order(request, pk)
    allowed = permissions.can_pay_order(request.user, order) or permissions.can_keep_accounts(request.user, order.club)
    require(allowed, BY_BUYERS)
    payment = order.payments.open().by_provider().first()
    if payment is not None:
        try:
            payment = actions.sync_payment(payment)
        except (provider.ProviderUnreachable, provider.ProviderRefused):
            messages.error(request, _("The payment provider cannot be reached now: try again later."))
            return redirect(order)
        if payment.is_open:
            messages.info(request, _("The payment provider has no answer yet."))
    return redirect(order)


def go_and_pay(request: HttpRequest, order: Order, method: str) -> HttpResponse:
    """To the provider's page; when it cannot be reached the order is kept."""
    try:
        payment = actions.pay_online(order, by=request.user, method=method)
    except RuleBroken as broken:
        messages.error(request, str(broken.message))
    except (provider.ProviderUnreachable, provider.ProviderRefused):
        messages.error(
            request,
            _("The payment page cannot be reached now. Your order is kept: try again later, or pay in another way."),
        )
    else:
        return redirect(payment.session_url)
    return redirect(order)
