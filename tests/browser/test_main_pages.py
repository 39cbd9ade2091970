"""The main pages of every role on the demo data: at a desk and on a phone, light and dark.

`make screenshots` takes the README's pictures on the way (option --screenshots).
"""

from collections.abc import Callable

from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from core.models import Letter
from events.models import Event
from introductions.enums import IntroductionStatus
from introductions.models import Introduction
from members.models import Club, Organisation, Person
from memberships.models import Application
from offers.models import Offer
from tests.browser.visitor import DESKTOP, PHONE, Visitor
from tests.demo import demo_person

CLUB = "hauts-de-seine"


# --- Things to look at ------------------------------------------------------------------------------------------------


def event_of_today(_person: Person | None) -> Event:
    return Event.objects.get(receptions__person=demo_person("accueil"))


def event_to_come(_person: Person | None) -> Event:
    """One that people of any side can still register for."""
    return Event.objects.filter(club__slug=CLUB, kind="open_map", starts_at__gt=timezone.now()).latest("starts_at")


def own_organisation(person: Person) -> Organisation:
    return Organisation.objects.get(roles__person=person)


def introduction_in_talks(_person: Person | None = None) -> Introduction:
    """One whose contact details are shown, and from which a contract may come."""
    return Introduction.objects.filter(status=IntroductionStatus.IN_TALKS, club__slug=CLUB).latest("asked_at")


def offer(_person: Person | None) -> Offer:
    return Offer.objects.published().latest("published_at")


def application(_person: Person | None) -> Application:
    return Application.objects.filter(club__slug=CLUB).latest("submitted_at")


def own_draft(person: Person) -> Offer:
    return Offer.objects.filter(organisation=own_organisation(person)).latest("pk")


def letter(_person: Person | None) -> Letter:
    club = Club.objects.get(slug=CLUB)
    return Letter.objects.filter(subjects__content_type__model="club", subjects__object_id=club.pk).latest("pk")


def page_of(find: Callable, below: str = "") -> Callable[[Person | None], str]:
    """The page of the thing that `find` finds for somebody, or one below it."""
    return lambda person: find(person).get_absolute_url() + below


def named(name: str, find: Callable) -> Callable[[Person | None], str]:
    """The page called `name` of the thing that `find` finds."""
    return lambda person: reverse(name, args=[find(person).pk])


# --- Who looks at what ------------------------------------------------------------------------------------------------

# Role → name of the page → its address, or how to find it.
PAGES: dict[str, dict[str, str | Callable]] = {
    "visitor": {
        "front-page": f"/?club={CLUB}",
        "events": "/events/",
        "event-page": page_of(event_to_come),
        "offers": "/offers/",
        "offer-page": page_of(offer),
        "members": "/members/",
        "organisation-page": lambda _person: offer(None).organisation.get_absolute_url(),
        "observatory": f"/observatory/?club={CLUB}",
        "privacy": "/members/privacy/",
    },
    "nouvelle": {"desk": "/desk/", "onboarding": "/members/welcome/", "describe": "/members/register/"},
    "directrice": {
        "desk": "/desk/",
        "event-page": page_of(event_to_come),
        "registration-form": page_of(event_to_come, "register/"),
        "registrations": "/events/registrations/",
        "ask": lambda _person: f"/introductions/ask/?offer={offer(None).pk}",
        "introductions": "/introductions/",
        "team-page": page_of(own_organisation, "team/"),
        "own-page": page_of(own_organisation),
        "profile": "/members/profile/",
        "memberships": "/members/memberships/",
        "application": "/members/applications/new/",
    },
    "party": {
        "introduction-page": page_of(introduction_in_talks),
        "contract": named("introductions:state_contract", introduction_in_talks),
    },
    "structure": {
        "desk": "/desk/",
        "my-offers": "/offers/mine/",
        "offer-form": "/offers/new/",
        "pictures": named("offers:offer_pictures", own_draft),
    },
    "coordination": {
        "coordination": "/coordination/",
        "board": "/introductions/board/",
        "table": "/introductions/table/",
        "contracts": "/introductions/contracts/",
        "propose": "/introductions/propose/",
        "applications": "/members/applications/",
        "application-page": page_of(application),
        "contacts": "/members/contacts/",
        "imports": "/members/imports/",
        "differences": "/members/differences/",
        "letters": "/coordination/letters/",
        "letter-page": named("letter_page", letter),
        "event-form": "/events/create/?kind=open_map",
        "programme": page_of(event_to_come, "programme/"),
        "attendees": page_of(event_of_today, "registrations/"),
        "check-in": page_of(event_of_today, "check-in/"),
    },
    "accueil": {"desk": "/desk/", "check-in": page_of(event_of_today, "check-in/")},
    "financeur": {"desk": "/desk/", "observatory": "/observatory/", "figure": "/observatory/lists/contracts/"},
    "admin": {"desk": "/desk/"},
}
PICTURES = {
    ("visitor", "front-page"): "front-page-1280",
    ("visitor", "offers"): "offers-1280",
    ("visitor", "observatory"): "observatory-1280",
    ("directrice", "event-page"): "event-page-360",
    ("coordination", "coordination"): "coordination-1280",
    ("coordination", "board"): "board-1280",
    ("accueil", "check-in"): "check-in-360",
}


def test_main_pages_are_accessible_and_fit(live_server, open_browser, request, subtests):
    """One test, so that the demo is loaded once; each page is a test of its own within it."""
    call_command("load_demo", verbosity=0)
    takes_pictures = request.config.getoption("--screenshots")
    for role, pages in PAGES.items():
        person = person_of(role)
        visitor = open_browser(live_server.url)
        if person:
            visitor.sign_in(person)
        for name, find in pages.items():
            with subtests.test(role=role, page=name):
                look_at(visitor, find if isinstance(find, str) else find(person))
                if takes_pictures and (role, name) in PICTURES:
                    take_picture(visitor, PICTURES[role, name])


def person_of(role: str) -> Person | None:
    """Who plays this role; None for the visitor. The party is one of an introduction's two."""
    if role == "visitor":
        return None
    return introduction_in_talks().asking_contact if role == "party" else demo_person(role)


def look_at(visitor: Visitor, path: str) -> None:
    visitor.page.set_viewport_size(DESKTOP)
    visitor.open(path).looks_well_in_the_dark()
    visitor.page.set_viewport_size(PHONE)
    visitor.look().looks_well_in_the_dark()


def take_picture(visitor: Visitor, picture: str) -> None:
    visitor.page.set_viewport_size(PHONE if picture.endswith("-360") else DESKTOP)
    if picture.startswith("check-in"):
        for row, word in enumerate(["Présent", "Présent", "Excusé"]):
            button = visitor.main.locator(".door-row").nth(row).get_by_role("button", name=word)
            button.click()
            expect(button).to_have_attribute("aria-pressed", "true")
        visitor.page.evaluate("document.querySelector('#door-list').scrollIntoView()")
    visitor.page.wait_for_load_state("networkidle")
    visitor.take_picture(picture)
