"""The showcase: what everybody sees of the offers."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import conditional_page, require_safe

from core.letters import link_to
from core.maps import MapPoint, points_response
from core.pages import history_of, page_of
from members.clubs import current_club, known_clubs
from members.models import Organisation
from offers.forms import ShowcaseForm
from offers.models import Offer
from offers.permissions import can_create_offer, can_see_offer_history, can_update_offer, can_withdraw_offer
from offers.places import find_places

PAGE_SIZE = 12
OTHER_OFFERS = 4
MOST_TITLES = 3  # on a point of the map


@login_not_required
@require_safe
def offer_list(request: HttpRequest) -> HttpResponse:
    """The offers that fit what is asked, as cards and on a map."""
    form = _showcase_form(request)
    page = page_of(request, form.found().for_cards(), PAGE_SIZE)
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
@conditional_page
def offer_points(request: HttpRequest) -> HttpResponse:
    """The structures behind the offers that fit, for the map: one point each, with the titles of its offers."""
    found = _showcase_form(request).found().filter(organisation__latitude__isnull=False)
    by_structure: dict[int, list[Offer]] = {}
    for offer in found.select_related("organisation"):
        by_structure.setdefault(offer.organisation_id, []).append(offer)
    return points_response(_point(offers) for offers in by_structure.values())


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
    clubs = known_clubs(request)
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


def _point(offers: list[Offer]) -> MapPoint:
    """A structure's point: it leads to its offer, or to the list of its offers."""
    structure = offers[0].organisation
    several = f"{reverse('offers:offer_list')}?organisation={structure.pk}"
    return MapPoint(
        latitude=structure.latitude,
        longitude=structure.longitude,
        title=f"{structure} ({structure.kind_short})",
        url=offers[0].get_absolute_url() if len(offers) == 1 else several,
        text=" · ".join(offer.title for offer in offers[:MOST_TITLES]),
        town=structure.city,
    )
