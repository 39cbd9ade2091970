"""The public directory: who is a member today."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import conditional_page

from core.maps import MapPoint, points_response
from core.pages import page_of
from members.clubs import current_club
from members.models import Organisation
from memberships.forms import MemberFilter
from memberships.models import members_of


@login_not_required
def member_list(request: HttpRequest) -> HttpResponse:
    """Members of the current club (without one: of any club), as cards with a map beside them."""
    found = _filtered(request)
    context = {"form": found.form, "page": page_of(request, found.qs.for_list())}
    return render(request, "memberships/member_list.html", context)


@login_not_required
@conditional_page
def member_points(request: HttpRequest) -> HttpResponse:
    """The same members, those with a point, for the map."""
    organisations = _filtered(request).qs.filter(latitude__isnull=False).order_by("sort_name", "pk")
    return points_response(
        MapPoint(
            latitude=organisation.latitude,
            longitude=organisation.longitude,
            title=organisation.display_name,
            url=organisation.get_absolute_url(),
            text=organisation.kind_short,
            town=organisation.city,
        )
        for organisation in organisations.only("name", "trade_name", "kind", "city", "latitude", "longitude").iterator()
    )


def _filtered(request: HttpRequest) -> MemberFilter:
    visible = Organisation.objects.visible_to(request.user)
    members = members_of(current_club(request), timezone.localdate(), visible)
    return MemberFilter(request.GET or None, queryset=members)
