"""The main pages of every role on the demo data: at a desk and on a phone, light and dark.

`make screenshots` takes the README's pictures on the way (option --screenshots).
"""

from collections.abc import Callable

from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from core.models import Letter
from events.enums import EventStatus, PlaceStatus
from events.links import offer_token
from events.models import Event, PitchCall, Place, Registration, Session, SurveyInvitation
from events.survey_links import survey_path
from events.tickets import ticket_code
from introductions.enums import IntroductionStatus
from introductions.models import Introduction
from members.models import Club, Organisation, Person
from memberships.models import Application
from offers.models import Offer
from tests.browser.door import open_door, read
from tests.browser.visitor import DESKTOP, PHONE, Visitor
from tests.demo import demo_person

CLUB = "hauts-de-seine"


# --- Things to look at ------------------------------------------------------------------------------------------------


def event_of_today(_person: Person | None) -> Event:
    return Event.objects.get(receptions__person=demo_person("accueil"))


def event_to_come(_person: Person | None) -> Event:
    """One that people of any side can still register for."""
    return Event.objects.filter(club__slug=CLUB, kind="open_map", starts_at__gt=timezone.now()).latest("starts_at")


def event_over(_person: Person | None) -> Event:
    """One whose survey has been closed."""
    return Event.objects.filter(club__slug=CLUB, survey__closed_at__isnull=False).latest("starts_at")


def event_by_invitation(_person: Person | None) -> Event:
    return Event.objects.filter(needs_approval=True).latest("starts_at")


def event_cancelled(_person: Person | None) -> Event:
    return Event.objects.filter(status=EventStatus.CANCELLED).latest("starts_at")


def event_in_series(_person: Person | None) -> Event:
    return Event.objects.filter(series__isnull=False).earliest("starts_at")


def call(_person: Person | None) -> PitchCall:
    return PitchCall.objects.filter(closes_at__gt=timezone.now()).latest("closes_at")


def pitches_of_today(person: Person | None) -> Session:
    return event_of_today(person).sessions.get(pitch_call__isnull=False)


def own_place(person: Person) -> Place:
    """One at an event to come, with a ticket and sessions to choose."""
    return event_to_come(None).places.holding_a_place().filter(email=person.email).get()


def own_registration(person: Person) -> Registration:
    return own_place(person).registration


def offer_by_letter(_person: Person | None) -> str:
    offered = Registration.objects.filter(places__status=PlaceStatus.OFFERED).earliest("pk")
    return reverse("events:answer_offer", args=[offer_token(offered)])


def survey_by_letter(_person: Person | None) -> str:
    unanswered = SurveyInvitation.objects.filter(survey__closed_at=None, has_answered=False).earliest("pk")
    return reverse("events:answer_survey", args=[survey_path(unanswered)])


def ticket_by_letter(_person: Person | None) -> str:
    return reverse("events:open_ticket", args=[ticket_code(own_place(demo_person("directrice")))])


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
        "offered": offer_by_letter,
        "survey": survey_by_letter,
        "ticket": ticket_by_letter,
    },
    "nouvelle": {"desk": "/desk/", "onboarding": "/members/welcome/", "describe": "/members/register/"},
    "directrice": {
        "desk": "/desk/",
        "event-page": page_of(event_to_come),
        "registration-form": page_of(event_to_come, "register/"),
        "registration": named("events:registration_page", own_registration),
        "registrations": "/events/registrations/",
        "place": named("events:change_place", own_place),
        "sessions": named("events:choose_sessions", own_place),
        "files": named("events:registration_answers", own_registration),
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
        "call": named("events:pitch_call", call),
        "proposals": "/events/proposals/",
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
        "questions": page_of(event_to_come, "questions/"),
        "pitches": page_of(event_to_come, "pitches/"),
        "timer": named("events:pitch_timer", pitches_of_today),
        "documents": page_of(event_to_come, "documents/"),
        "requests": page_of(event_by_invitation, "requests/"),
        "invitations": page_of(event_by_invitation, "invitations/"),
        "refunds": page_of(event_cancelled, "refunds/"),
        "series": page_of(event_in_series, "series/"),
        "letter-texts": "/events/letters/",
        "event-letters": page_of(event_of_today, "letters/"),
        "message": page_of(event_to_come, "write/"),
        "attendees": page_of(event_of_today, "registrations/"),
        "check-in": page_of(event_of_today, "check-in/"),
        "door": page_of(event_of_today, "door/"),
        "doors": page_of(event_of_today, "doors/"),
        "papers": page_of(event_of_today, "papers/"),
        "signing": page_of(event_of_today, "signing/"),
        "attendance": page_of(event_over, "attendance/"),
        "event-proposals": page_of(event_over, "proposals/"),
        "survey-results": page_of(event_over, "survey/"),
        "report": lambda _person: reverse("observatory:event_report", args=[event_over(None).slug]),
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
    ("directrice", "registrations"): "registrations-360",
    ("coordination", "door"): "door-360",
    ("coordination", "report"): "report-1280",
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
    if picture.startswith("door"):
        open_door(visitor.page, "Entrée")
        read(
            visitor.page, ticket_code(event_of_today(None).places.get(email=demo_person("directrice").email)), "let_in"
        )
        visitor.page.get_by_label("Nom ou organisation").fill("verdance")
        visitor.page.get_by_label("Nom ou organisation").blur()
        expect(visitor.page.locator("#door-state")).to_contain_text("À jour")
        visitor.page.evaluate("document.querySelector('#door-state').scrollIntoView()")
    elif picture.startswith("registrations"):
        visitor.main.locator("article", has_text="Répondre à la proposition").evaluate("card => card.scrollIntoView()")
    visitor.page.wait_for_load_state("networkidle")
    visitor.take_picture(picture)
