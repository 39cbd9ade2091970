"""The showcase: what everybody sees of the offers."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from core.letters import link_to
from core.pages import history_of, page_of
from members.clubs import current_club, known_clubs
from members.models import Organisation
from offers.forms import ShowcaseForm
from offers.models import Offer
from offers.permissions import can_create_offer, can_see_offer_history, can_update_offer, can_withdraw_offer
from offers.places import find_places

OTHER_OFFERS = 4
MOST_POINTS = 2000


@login_not_required
@require_safe
def offer_list(request: HttpRequest) -> HttpResponse:
    """The offers that fit what is asked, as cards and on a map."""
    form = _showcase_form(request)
    page = page_of(request, form.found().for_cards())
    context = {
        "form": form,
        "page": page,
        "active_filters": form.active(),
        "ways_out": [] if page.paginator.count else form.ways_out(),
        "canonical_url": link_to(request.path),
        "may_create": can_create_offer(request.user, _acting_for(request)),
    }
    return render(request, "offers/offer_list.html", context)


@login_not_required
@require_safe
def offer_points(request: HttpRequest) -> HttpResponse:
    """The structures behind the offers that fit, as GeoJSON: one point each, with its offers."""
    offers = _showcase_form(request).found().filter(organisation__latitude__isnull=False).select_related("organisation")
    features: dict[int, dict] = {}
    for offer in offers[:MOST_POINTS]:
        structure = offer.organisation
        feature = features.setdefault(structure.pk, _feature(structure))
        feature["properties"]["links"].append({"label": offer.title, "url": offer.get_absolute_url()})
    return JsonResponse({"type": "FeatureCollection", "features": list(features.values())})


@login_not_required
@require_safe
def place_suggestions(request: HttpRequest) -> HttpResponse:
    """The places a half-typed text may mean, as options of a list."""
    return render(request, "offers/_places.html", {"places": find_places(request.GET.get("place", "")[:80])})


@login_not_required
@require_safe
def offer_page(request: HttpRequest, pk: int) -> HttpResponse:
    """One offer; a draft or a withdrawn one is seen by its structure and its clubs' coordinators only."""
    today = timezone.localdate()
    offer = get_object_or_404(Offer.objects.visible_to(request.user, today).for_page(), pk=pk)
    showcase = Offer.objects.showcased(today)
    others = showcase.filter(organisation=offer.organisation_id).exclude(pk=offer.pk)
    may_update = can_update_offer(request.user, offer)
    context = {
        "offer": offer,
        "pictures": list(offer.pictures.all()),
        "canonical_url": link_to(offer.get_absolute_url()),
        "is_showcased": showcase.filter(pk=offer.pk).exists(),
        "others": others.for_list()[:OTHER_OFFERS],
        "may_update": may_update,
        "may_withdraw": offer.is_published and can_withdraw_offer(request.user, offer),
        "history": history_of(offer) if can_see_offer_history(request.user, offer) else None,
    }
    return render(request, "offers/offer_page.html", context)


def _showcase_form(request: HttpRequest) -> ShowcaseForm:
    """The filters over the showcase of the club one looks at. An organisation that is not seen answers 404."""
    clubs = known_clubs()
    if "club" in request.GET:
        club = next((one for one in clubs if one.slug == request.GET["club"]), None)
    else:
        club = current_club(request)
    organisation = None
    if number := request.GET.get("organisation"):
        number = number if number.isascii() and number.isdigit() and len(number) < 10 else "0"
        organisation = get_object_or_404(Organisation.objects.visible_to(request.user), pk=number)
    return ShowcaseForm(request.GET, today=timezone.localdate(), clubs=clubs, club=club, organisation=organisation)


def _acting_for(request: HttpRequest) -> Organisation | None:
    return request.user.acting_for if request.user.is_authenticated else None


def _feature(structure: Organisation) -> dict:
    return {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": [structure.longitude, structure.latitude]},
        "properties": {
            "name": structure.display_name,
            "kind": structure.kind_short,
            "town": structure.city,
            "url": structure.get_absolute_url(),
            "links": [],
        },
    }
