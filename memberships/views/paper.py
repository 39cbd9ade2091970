"""A form that came on paper."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from billing.models import Seller
from core.guards import require
from core.pages import attempt
from memberships import actions, permissions
from memberships.forms import PaperEntryForm
from memberships.views.renewals import FOR_COORDINATORS, desk_club


def enter_paper(request: HttpRequest) -> HttpResponse:
    """Find or describe the organisation, make it a member or call for its dues, record what was paid."""
    require(permissions.can_run_desk(request.user), FOR_COORDINATORS)
    club = desk_club(request)
    require(permissions.can_enter_paper(request.user, club), FOR_COORDINATORS)
    takes_money = Seller.objects.filter(club=club).exists()
    form = PaperEntryForm(request.POST or None, club=club, takes_money=takes_money)
    if request.method == "POST" and form.is_valid():
        result = attempt(form, actions.enter_paper_form, club, form.paper, by=request.user)
        if result:
            return _go_on(request, result)
    return render(
        request, "memberships/paper_enter.html", {"form": form, "desk_club": club, "takes_money": takes_money}
    )


def _go_on(request: HttpRequest, result: actions.PaperResult) -> HttpResponse:
    if result.problem:
        messages.warning(request, result.problem)
    if result.term is not None:
        messages.success(request, _("%(organisation)s is now a member.") % {"organisation": result.organisation})
        return redirect(result.term)
    messages.success(request, _("The form is typed in; the dues are still to be paid."))
    return redirect(result.call)
