"""The structure's side: write an offer, show it, take it back. The coordination can withdraw one, with a reason."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core.guards import require
from core.pages import act, attempt, page_of
from members.models import Organisation
from members.rights import rights_of
from memberships.models import Term
from offers import actions
from offers.forms import OfferForm, PictureForm, WithdrawForm
from offers.models import Offer
from offers.permissions import can_create_offer, can_update_offer, can_withdraw_offer


@require_GET
def my_offers(request: HttpRequest) -> HttpResponse:
    """The offers of the organisation one acts for, whatever their state, with what to do next."""
    organisation = _organisation_acted_for(request)
    offers = Offer.objects.filter(organisation=organisation) if organisation else Offer.objects.none()
    context = {
        "organisation": organisation,
        "may_create": can_create_offer(request.user, organisation),
        "is_member": Term.objects.current(timezone.localdate()).filter(organisation=organisation).exists(),
        "page": page_of(request, offers.for_list().order_by("-updated_at", "-pk")),
    }
    return render(request, "offers/my_offers.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def create_offer(request: HttpRequest) -> HttpResponse:
    """Write a draft in the name of the structure one acts for; then come its pictures."""
    organisation = _organisation_acted_for(request)
    require(
        can_create_offer(request.user, organisation),
        _("Only structures of the social economy publish offers, and you act for none at present."),
    )
    form = OfferForm(request.POST or None, organisation=organisation)
    if form.is_valid():
        offer = attempt(form, actions.create_offer, organisation, by=request.user, **form.cleaned_data)
        if offer:
            messages.success(request, _("The draft is saved. Now add pictures, then publish it."))
            return redirect("offers:offer_pictures", offer.pk)
    return render(request, "offers/offer_form.html", {"form": form, "organisation": organisation, "offer": None})


@require_http_methods(["GET", "HEAD", "POST"])
def edit_offer(request: HttpRequest, pk: int) -> HttpResponse:
    offer = _writable_offer(request, pk)
    form = OfferForm(request.POST or None, organisation=offer.organisation, offer=offer)
    if form.is_valid() and attempt(form, actions.update_offer, offer, by=request.user, **form.cleaned_data):
        messages.success(request, _("The offer is saved."))
        return redirect(offer)
    return render(request, "offers/offer_form.html", {"form": form, "organisation": offer.organisation, "offer": offer})


@require_http_methods(["GET", "HEAD", "POST"])
def offer_pictures(request: HttpRequest, pk: int) -> HttpResponse:
    """The offer's pictures, and a form for one more."""
    offer = _writable_offer(request, pk)
    form = PictureForm(request.POST or None, request.FILES or None)
    if form.is_valid() and attempt(form, actions.add_picture, offer, by=request.user, **form.cleaned_data):
        messages.success(request, _("The picture is added."))
        return redirect("offers:offer_pictures", offer.pk)
    pictures = list(offer.pictures.all())
    context = {"offer": offer, "form": form, "pictures": pictures, "is_full": len(pictures) >= Offer.MAX_PICTURES}
    return render(request, "offers/offer_pictures.html", context)


@require_POST
def remove_picture(request: HttpRequest, pk: int, picture_pk: int) -> HttpResponse:
    offer = _writable_offer(request, pk)
    picture = get_object_or_404(offer.pictures, pk=picture_pk)
    pictures = redirect("offers:offer_pictures", offer.pk).url
    return act(
        request, actions.remove_picture, picture, by=request.user, done=_("The picture is removed."), to=pictures
    )


@require_POST
def publish_offer(request: HttpRequest, pk: int) -> HttpResponse:
    offer = _writable_offer(request, pk)
    done = _("The offer is published: everybody finds it in the showcase.")
    return act(request, actions.publish_offer, offer, by=request.user, done=done, to=offer)


@require_http_methods(["GET", "HEAD", "POST"])
def withdraw_offer(request: HttpRequest, pk: int) -> HttpResponse:
    """A page with a button; the coordination also says why."""
    offer = _visible_offer(request, pk)
    require(can_withdraw_offer(request.user, offer), _("Only its structure and the coordination withdraw an offer."))
    is_own = rights_of(request.user).belongs_to(offer.organisation_id)
    form = WithdrawForm(request.POST if request.method == "POST" else None)
    if is_own:
        del form.fields["reason"]
    if form.is_valid() and attempt(form, actions.withdraw_offer, offer, by=request.user, **form.cleaned_data):
        messages.success(request, _("The offer is withdrawn from the showcase."))
        return redirect(offer)
    return render(request, "offers/offer_withdraw.html", {"offer": offer, "form": form, "is_own": is_own})


@require_POST
def delete_offer(request: HttpRequest, pk: int) -> HttpResponse:
    offer = _writable_offer(request, pk)
    return act(
        request, actions.delete_offer, offer, by=request.user, done=_("The draft is deleted."), to="offers:my_offers"
    )


def _organisation_acted_for(request: HttpRequest) -> Organisation | None:
    organisations = Organisation.objects.of(request.user).select_related("commune__department")
    return organisations.filter(pk=rights_of(request.user).organisation_id).first()


def _visible_offer(request: HttpRequest, pk: int) -> Offer:
    offers = Offer.objects.visible_to(request.user, timezone.localdate())
    return get_object_or_404(offers.select_related("organisation__commune__department"), pk=pk)


def _writable_offer(request: HttpRequest, pk: int) -> Offer:
    """An offer one may write; one that is only seen answers 403, one that is hidden 404."""
    offer = _visible_offer(request, pk)
    require(can_update_offer(request.user, offer), _("Only the structure’s own people write its offers."))
    return offer
