"""Paying an order: to the provider's page and back from it, or in another way."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from billing import actions, provider
from billing.models import Order
from core.errors import RuleBroken


def go_and_pay(request: HttpRequest, order: Order) -> HttpResponse:
    """To the provider's page, in the way that the order names; when it cannot be reached the order is kept."""
    try:
        payment = actions.pay_online(order, by=request.user, method=order.method)
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
