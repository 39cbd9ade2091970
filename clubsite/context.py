from django.conf import settings
from django.utils.functional import SimpleLazyObject

from clubsite.demo import content as demo
from core.shared_pages import token_for
from members.clubs import current_club, known_clubs
from members.rights import rights_of

# Parts of the frame that only differ by what their `cache` tag names are drawn once and kept by each process.
KEPT_LONG = 3600
# Pages and apps that have an entry in the main navigation.
ENTRIES = {name: name for name in ("desk", "coordination", "events", "offers", "introductions", "observatory")}
ENTRIES |= {"memberships": "members", "members:organisation_page": "members"}


def site(request) -> dict:
    """What every page's frame needs; nothing here queries before it is used."""
    return {
        "rights": SimpleLazyObject(lambda: rights_of(request.user)),
        "club": SimpleLazyObject(lambda: current_club(request)),
        "clubs": SimpleLazyObject(lambda: known_clubs(request)),
        "kept_long": KEPT_LONG,
        "site_area": _site_area(request),
        "club_words": SimpleLazyObject(lambda: _words_of(current_club(request))),
        "is_demo_site": settings.IS_DEMO,
        "tile_url": settings.TILE_URL,
        "demo_accounts": demo.ACCOUNTS if settings.IS_DEMO else (),
        "demo_password": demo.PASSWORD if settings.IS_DEMO else "",
        **token_for(request),
    }


def _words_of(club) -> tuple:
    """What the frame says of a club."""
    return (club.name, club.lead, club.email) if club else ()


def _site_area(request) -> str:
    """Which entry of the main navigation the page belongs to, "" for none: few words, so that few navigations are kept."""
    here = request.resolver_match
    if here is None:  # a page that does not exist
        return ""
    return ENTRIES.get(here.view_name) or ENTRIES.get(here.app_name, "")
