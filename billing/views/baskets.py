"""The basket of the organisation one acts for: one for each club that sells."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from billing import actions, permissions
from billing.actions import QuotedLine
from billing.actions.invoices import billing_address_is_complete
from billing.enums import Method
from billing.forms import PlaceForm
from billing.models import Order, OrderLine
from billing.totals import Totals
from billing.views.paying import go_and_pay
from core.guards import require
from core.pages import act, attempt
from members.models import Organisation
from members.rights import rights_of

BY_MEMBERS = gettext_lazy("Only the organisation’s own people order in its name.")


@dataclass(frozen=True)
class Section:
    """One club's basket on the page."""

    basket: Order
    lines: list[QuotedLine]
    totals: Totals
    form: PlaceForm

    @property
    def is_refused(self) -> bool:
        """Something lies in it that can no longer be bought."""
        return any(line.refusal for line in self.lines)

    @property
    def has_no_way_to_pay(self) -> bool:
        return "method" in self.form.fields and not self.form.fields["method"].choices


def basket(request: HttpRequest) -> HttpResponse:
    """What lies in it, priced as of now; POST orders one club's."""
    if request.method == "POST":
        return _place(request)
    return _show(request)


@require_POST
def remove_from_basket(request: HttpRequest, pk: int) -> HttpResponse:
    lines = OrderLine.objects.filter(order__in=Order.objects.baskets().visible_to(request.user))
    line = get_object_or_404(lines.select_related("order__organisation", "order__club"), pk=pk)
    require(permissions.can_buy(request.user, line.order.organisation), BY_MEMBERS)
    done = _("Taken out of the basket: %(thing)s") % {"thing": line.label}
    return act(request, actions.remove_from_basket, line, by=request.user, done=done, to="billing:basket")


def _place(request: HttpRequest) -> HttpResponse:
    """Order what was shown. A second press of the button finds the order that the first one made."""
    pk = request.POST.get("order", "")
    orders = Order.objects.visible_to(request.user).select_related("club", "organisation")
    order = get_object_or_404(orders, pk=pk if pk.isdecimal() and len(pk) < 19 else None)
    require(permissions.can_buy(request.user, order.organisation), BY_MEMBERS)
    if not order.is_basket:
        return redirect(order)
    section = _section(order, request.POST)
    if section.form.is_valid():
        placed = attempt(section.form, actions.place_order, order, by=request.user, **section.form.values())
        if placed:
            is_online = placed.method in Method.by_provider()
            return go_and_pay(request, placed, placed.method) if is_online else redirect(placed)
    return _show(request, section)


def _show(request: HttpRequest, posted: Section | None = None) -> HttpResponse:
    organisation = Organisation.objects.of(request.user).filter(pk=rights_of(request.user).organisation_id).first()
    baskets = Order.objects.baskets().filter(organisation=organisation).select_related("club", "organisation")
    sections = [
        posted if posted and posted.basket == one else _section(one)
        for one in (baskets.order_by("club__name") if organisation else [])
    ]
    context = {
        "organisation": organisation,
        "sections": [section for section in sections if section.lines],
        "has_address": organisation is not None and billing_address_is_complete(organisation),
    }
    return render(request, "billing/basket.html", context)


def _section(order: Order, data=None) -> Section:
    lines = actions.quoted(order)
    totals = actions.quoted_totals(lines)
    form = PlaceForm(data, basket=order, gross=totals.gross, methods=actions.methods_for(order))
    return Section(order, lines, totals, form)
