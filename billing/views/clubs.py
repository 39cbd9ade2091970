"""Which club's accounts are open, among those that one coordinates."""

from django.http import Http404, HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from billing import permissions
from core.guards import require
from members.clubs import current_club
from members.models import Club
from members.rights import rights_of

FOR_COORDINATORS = gettext_lazy("The accounts are kept by the club’s coordination.")


def accounts_club(request: HttpRequest) -> Club:
    """The current club if the person coordinates it, else the first one that she does. 403 for everybody else."""
    require(permissions.can_run_accounts(request.user), FOR_COORDINATORS)
    clubs = _clubs_of(request)
    if not clubs:
        raise Http404("no club yet")
    current = current_club(request)
    return current if current in clubs else clubs[0]


def asked_club(request: HttpRequest) -> Club | None:
    """The coordinated club that the address names; without a name, none for whoever has orders of their own."""
    rights = rights_of(request.user)
    if not rights.is_coordinator:
        return None
    slug, clubs = request.GET.get("club"), _clubs_of(request)
    named = next((club for club in clubs if club.slug == slug), None)
    if named is None and not rights.organisation_ids and clubs:
        return accounts_club(request)
    return named


def club_tabs(request: HttpRequest, name: str, club: Club | None, *, with_mine: bool = True) -> list[tuple]:
    """One's own organisations' page, and one for each coordinated club; nothing when there is but one."""
    address, tabs = reverse(f"billing:{name}"), []
    if with_mine and rights_of(request.user).organisation_ids:
        tabs.append((_("My organisation"), address, club is None))
    if rights_of(request.user).is_coordinator:
        tabs += [(one.name, f"{address}?club={one.slug}", one == club) for one in _clubs_of(request)]
    return tabs if len(tabs) > 1 else []


def _clubs_of(request: HttpRequest) -> list[Club]:
    """Read once for a request."""
    if not hasattr(request, "_coordinated_clubs"):
        request._coordinated_clubs = list(Club.objects.coordinated_by(request.user).order_by("name"))
    return request._coordinated_clubs
