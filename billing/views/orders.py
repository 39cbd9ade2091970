"""Orders: one's own, those of the clubs one coordinates, and where each stands."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from billing import actions
from billing.models import Order


def order_page(request: HttpRequest, pk: int) -> HttpResponse:
    order = find_order(request, pk)
    if order.is_basket:
        return redirect("billing:basket")
    context = {"order": order, "totals": actions.totals(order), "due": actions.due_of(order)}
    return render(request, "billing/order_page.html", context)


def find_order(request: HttpRequest, pk: int) -> Order:
    visible = Order.objects.visible_to(request.user)
    return get_object_or_404(visible.select_related("club", "organisation"), pk=pk)
