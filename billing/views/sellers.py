"""In whose name a club sells, and how one may pay."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from billing import permissions, provider
from billing.actions.sellers import edit_seller as change
from billing.forms import SellerForm
from billing.models import Seller
from billing.views.clubs import FOR_COORDINATORS
from core.guards import require
from core.pages import attempt, history_of
from members.models import Club


def edit_seller(request: HttpRequest, slug: str) -> HttpResponse:
    club = get_object_or_404(Club, slug=slug)
    require(permissions.can_keep_accounts(request.user, club), FOR_COORDINATORS)
    known = Seller.objects.filter(club=club).first()
    form = SellerForm(request.POST if request.method == "POST" else None, instance=known or Seller(club=club))
    if request.method == "POST" and form.is_valid():
        if attempt(form, change, club, by=request.user, **form.cleaned_data):
            messages.success(request, _("What stands on the club’s invoices is up to date."))
            return redirect("billing:edit_seller", slug)
    context = {
        "form": form,
        "sold_by": club,
        "is_new": known is None,
        "has_provider": provider.account_of(club) is not None,
        "history": history_of(club, limit=20),
    }
    return render(request, "billing/seller_edit.html", context)
