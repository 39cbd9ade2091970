"""What membership costs: the page for everybody, and the coordination's table of fees."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from core.guards import require
from core.pages import attempt
from members.clubs import current_club
from memberships import actions, permissions
from memberships.fees import costs_something
from memberships.forms import FeeFormSet, PricesForm, fee_rows_of
from memberships.models import Plan
from memberships.views.plans import BY_COORDINATORS


@login_not_required
def join_page(request: HttpRequest) -> HttpResponse:
    """The plans on which one can become a member, of the current club or of all, with their prices."""
    plans = Plan.objects.open().for_list()
    club = current_club(request)
    if club is not None:
        plans = plans.filter(club=club)
    offers = [(plan, costs_something(plan)) for plan in plans]
    context = {"offers": offers, "is_free": not any(costs for _plan, costs in offers), "club": club}
    return render(request, "memberships/join_page.html", context)


def set_prices(request: HttpRequest, pk: int) -> HttpResponse:
    plan = get_object_or_404(Plan.objects.visible_to(request.user).for_list(), pk=pk)
    require(permissions.can_administer_plan(request.user, plan), BY_COORDINATORS)
    form = PricesForm(request.POST or None, instance=Plan.objects.select_related("club").get(pk=pk))
    rows = FeeFormSet(request.POST or None, initial=fee_rows_of(plan), prefix="fees")
    if request.method == "POST" and form.is_valid() and rows.is_valid():
        fees = [row.row for row in rows.forms if row.row is not None]
        if attempt(form, actions.set_prices, plan, by=request.user, fees=fees, **form.cleaned_data):
            messages.success(request, _("What the plan costs is changed."))
            return redirect("memberships:plan_list")
    return render(request, "memberships/plan_prices.html", {"form": form, "rows": rows, "plan": plan})
