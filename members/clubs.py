"""Which club a page speaks of. With a single club nobody is ever asked."""

from core.shared_pages import shared
from members.models import Club

SESSION_KEY = "club"


def known_clubs(request) -> list[Club]:
    """All clubs of this installation, by name (a handful), read once per request."""
    if not hasattr(request, "_known_clubs"):
        request._known_clubs = shared(request, "clubs", lambda: list(Club.objects.order_by("name")))
    return request._known_clubs


def current_club(request) -> Club | None:
    """The club named in the query string (`?club=slug`), else the one chosen before, else the only one, else None."""
    clubs = {club.slug: club for club in known_clubs(request)}
    for slug in (request.GET.get("club"), request.session.get(SESSION_KEY)):
        if slug in clubs:
            return clubs[slug]
    return next(iter(clubs.values())) if len(clubs) == 1 else None
