"""From joining to a confirmed contract that the observatory counts: one story in three roles, by HTTP, in French."""

import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import icalendar
import pytest
import time_machine
from django.core import mail
from django.test import Client
from django.utils import timezone

from core.models import HistoryEntry, Letter
from events.models import CalendarFeed, Event, Place
from introductions.models import Contract, Introduction
from members.models import Organisation, Person
from memberships.models import Application, Term
from offers.models import Offer
from tests.factories import PASSWORD, ClubFactory, CommuneFactory, SectorFactory, coordinator_of, siret
from tests.journeys.visitor import Visitor, letters_to, link_in

DIRECTOR, COLLEAGUE, MAKER = "claire@company.example", "sonia@company.example", "idriss@structure.example"


@pytest.fixture
def world(transactional_db):
    CommuneFactory()
    club = ClubFactory(name="Club des Hauts-de-Seine", slug="hauts-de-seine")
    catering = SectorFactory(name="Traiteur")
    coordinator_of(club, email="camille@club.example", first_name="Camille", last_name="Fontanel")
    return club, catering


def sign_up(email: str, first_name: str, last_name: str) -> Visitor:
    """Create an account; the link in the letter confirms the address."""
    visitor = Visitor().open("/accounts/signup/")
    visitor.submit(
        "password1", email=email, password1=PASSWORD, first_name=first_name, last_name=last_name, consent="on"
    )
    visitor.open(link_in(letters_to(email)[-1]))
    visitor.submit("confirm-email")
    assert Person.objects.get(email=email).emailaddress_set.get().verified
    return visitor


def sign_in(email: str) -> Visitor:
    return Visitor().open("/accounts/login/").submit("password", login=email, password=PASSWORD)


def describe(visitor: Visitor, *, kind: str, number: int, name: str, sector) -> Organisation:
    visitor.open("/members/register/")
    visitor.submit("siret", kind=kind, siret="123 456 789 00012", name=name, post_code="92000", city="Nanterre")
    visitor.says("SIRET")
    assert not Organisation.objects.filter(name=name).exists()
    assert visitor.form("siret")["fields"]["name"] == [name]
    visitor.submit("siret", siret=siret(number), street="1 rue de la Paix", sectors=str(sector.pk))
    organisation = Organisation.objects.get(name=name)
    assert organisation.has_point and organisation.commune.name == "Nanterre"
    return organisation


def apply_to_the_club(visitor: Visitor, coordinator: Visitor, organisation: Organisation) -> None:
    visitor.open("/members/applications/new/").submit("message", message="Nous voulons acheter autrement.")
    application = Application.objects.get(organisation=organisation)
    coordinator.open("/coordination/").says("1 demande d’adhésion à traiter")
    coordinator.open(application.get_absolute_url()).submit("accept")
    assert Term.objects.current(timezone.localdate()).filter(organisation=organisation).exists()


def test_the_whole_path(world):
    club, catering = world
    coordinator = sign_in("camille@club.example")

    # 1. A company's director joins the club.
    director = sign_up(DIRECTOR, "Claire", "Desmoulins")
    company = describe(director, kind="company", number=501, name="Laboratoires Verdance", sector=catering)
    apply_to_the_club(director, coordinator, company)
    assert "Club des Hauts-de-Seine" in letters_to(DIRECTOR)[-1].subject + letters_to(DIRECTOR)[-1].body

    # 2. A structure's manager does the same and publishes an offer.
    maker = sign_up(MAKER, "Idriss", "Cazenave")
    structure = describe(maker, kind="EI", number=502, name="La Table Ronde", sector=catering)
    apply_to_the_club(maker, coordinator, structure)
    offer = publish_offer(maker, catering)
    Visitor().open("/offers/?q=buffet").says("Buffets de saison", "La Table Ronde")

    # 3. The coordinator creates and publishes an event; people register; the last one waits and is promoted.
    event = create_event(coordinator, club)
    register_everybody(director, maker, event)

    # 4. On the day: present, excused, a walk-in.
    with time_machine.travel(event.starts_at - timedelta(minutes=20), tick=True):
        check_in(event)

    # 5. From the offer, an introduction is asked for and accepted: contacts show only then.
    introduction = introduce(director, maker, coordinator, offer)

    # 6. One side states a contract, the other confirms; only then it counts.
    conclude(director, maker, coordinator, introduction)
    assert not Letter.objects.exclude(status="sent").exists()
    told = set(HistoryEntry.objects.values_list("code", flat=True))
    assert {"events.registration.made", "introductions.introduction.asked", "introductions.contract.confirmed"} <= told


def publish_offer(maker: Visitor, sector) -> Offer:
    maker.open("/offers/new/")
    maker.submit(
        "title", title="Buffets de saison", description="Des buffets pour vos équipes.", provision="service", sectors=[]
    )
    maker.says("Cochez au moins un secteur")
    assert not Offer.objects.exists()
    maker.submit("title", provision="service", sectors=str(sector.pk), range="around", range_km="40")
    offer = Offer.objects.get()
    maker.open(f"/offers/{offer.pk}/").submit("publish")
    offer.refresh_from_db()
    assert offer.is_published
    return offer


def create_event(coordinator: Visitor, club) -> Event:
    coordinator.open("/events/create/?kind=open_map")
    fields = coordinator.form("title")["fields"]
    assert (fields["capacity"], fields["quota_buyers"], fields["quota_structures"]) == (["120"], ["60"], ["60"])
    day = (timezone.localdate() + timedelta(days=10)).isoformat()
    coordinator.submit(
        "title", title="Open Map ESS – traiteurs", starts_at=f"{day}T08:45", ends_at=f"{day}T12:30", venue="La Halle",
        street="18 quai du Moulin", post_code="92000", city="Nanterre", capacity="3", quota_buyers="2", quota_structures="2",
        with_programme="on",
    )  # fmt: skip
    event = Event.objects.get()
    assert event.starts_at == datetime.fromisoformat(f"{day}T08:45").replace(tzinfo=ZoneInfo("Europe/Paris"))
    assert [s.kind for s in event.sessions.all()][:2] == ["welcome", "plenary"] and event.has_point
    Visitor().open(event.get_absolute_url(), status=404)
    coordinator.open(event.get_absolute_url()).submit("publish")
    Visitor().open(event.get_absolute_url()).says("Open Map ESS – traiteurs", "08:45")
    return event


def register_everybody(director: Visitor, maker: Visitor, event: Event) -> None:
    mail.outbox.clear()
    director.open(f"{event.get_absolute_url()}register/")
    director.submit(
        "form-0-first_name", form__0__first_name="Claire", form__0__last_name="Desmoulins", form__0__email=DIRECTOR,
        form__0__is_listed="on", form__1__first_name="Sonia", form__1__last_name="Perez", form__1__email=COLLEAGUE,
    )  # fmt: skip
    assert Place.objects.holding_a_place().count() == 2
    check_calendars(director, event)
    # One place is left for structures; the second person of the structure has to wait.
    maker.open(f"{event.get_absolute_url()}register/")
    maker.submit("form-0-first_name", form__0__is_listed="on")
    maker.open(f"{event.get_absolute_url()}register/")
    maker.submit(
        "form-0-first_name",
        form__0__first_name="Nour",
        form__0__last_name="Haddad",
        form__0__email="nour@structure.example",
    )
    waiting = Place.objects.get(email="nour@structure.example")
    assert waiting.status == "waiting"
    director.open("/events/registrations/")
    director.client.post(f"/events/places/{Place.objects.get(email=COLLEAGUE).pk}/cancel/")
    waiting.refresh_from_db()
    assert waiting.status == "offered"
    (offer,) = [letter for letter in letters_to(MAKER) if "/events/offers/" in letter.body]
    link = re.search(r"http://\S+(/events/offers/\S+)", offer.body)[1]
    Client().post(link, {"answer": "yes"})
    waiting.refresh_from_db()
    assert waiting.status == "confirmed"
    assert letters_to("nour@structure.example")[-1].attachments


def check_calendars(director: Visitor, event: Event) -> None:
    letter = next(letter for letter in letters_to(DIRECTOR) if letter.attachments)
    entry = icalendar.Calendar.from_ical(letter.attachments[0].content).walk("VEVENT")[0]
    assert entry.decoded("dtstart") == event.starts_at and "La Halle" in entry["location"]
    director.open("/events/registrations/").submit("feed/renew")
    token = CalendarFeed.objects.get(person__email=DIRECTOR).token
    feed = icalendar.Calendar.from_ical(Visitor().client.get(f"/events/feed/{token}.ics").content)
    assert [str(e["summary"]) for e in feed.walk("VEVENT")] == ["Open Map ESS – traiteurs"]
    assert Visitor().client.get("/events/feed/wrong-token.ics").status_code == 404


def check_in(event: Event) -> None:
    desk = sign_in("camille@club.example").open("/desk/").says("Aujourd’hui")
    desk.open(f"{event.get_absolute_url()}check-in/")
    for email, attendance in ((DIRECTOR, "present"), (MAKER, "present"), ("nour@structure.example", "excused")):
        place = Place.objects.get(event=event, email=email)
        assert desk.client.post(f"/events/places/{place.pk}/attendance/", {"attendance": attendance}).status_code == 302
    desk.open(f"{event.get_absolute_url()}check-in/")
    desk.submit("organisation", first_name="Lou", last_name="Martel", organisation="Laboratoires Verdance")
    assert Place.objects.get(last_name="Martel").is_walk_in
    assert Place.objects.attended().count() == 3


def introduce(director: Visitor, maker: Visitor, coordinator: Visitor, offer: Offer) -> Introduction:
    director.open(offer.get_absolute_url()).says_not(MAKER)
    director.open(f"/introductions/ask/?offer={offer.pk}")
    director.submit("subject", message="Un buffet pour 80 personnes en janvier.")
    introduction = Introduction.objects.get()
    director.open(introduction.get_absolute_url()).says_not(MAKER)
    maker.open("/desk/").says("Répondre à Laboratoires Verdance")
    maker.open(introduction.get_absolute_url()).says("Un buffet pour 80 personnes").says_not(DIRECTOR)
    maker.submit("accept")
    maker.open(introduction.get_absolute_url()).says(DIRECTOR)
    director.open(introduction.get_absolute_url()).says(MAKER)
    director.submit("text", text="Rendez-vous pris pour lundi.")
    maker.open(introduction.get_absolute_url()).says("Rendez-vous pris pour lundi.")
    for view in ("board", "table"):
        coordinator.open(f"/introductions/{view}/").says("Buffets de saison", "La Table Ronde")
    return introduction


def conclude(director: Visitor, maker: Visitor, coordinator: Visitor, introduction: Introduction) -> None:
    today = timezone.localdate()
    director.open(f"{introduction.get_absolute_url()}contracts/state/")
    stated = {"kind": "service", "starts_on": today.isoformat(), "amount": "12500", "hours_due": "120", "jobs": "1"}
    director.submit("kind", **stated, ends_on=(today - timedelta(days=1)).isoformat())
    director.says("se termine")
    assert not Contract.objects.exists()
    director.submit("kind", **stated, ends_on=(today + timedelta(days=90)).isoformat())
    contract = Contract.objects.get()
    assert count_of(coordinator, "contracts") == "0"
    refused = director.client.post(f"/introductions/contracts/{contract.pk}/confirm/")
    assert refused.status_code == 403
    maker.open(introduction.get_absolute_url()).submit(f"contracts/{contract.pk}/confirm")
    contract.refresh_from_db()
    assert contract.status == "confirmed"
    assert [count_of(coordinator, code) for code in ("contracts", "amount", "hours_due", "jobs")] == [
        "1",
        "12500,00",
        "120",
        "1",
    ]
    coordinator.open("/observatory/lists/contracts/").says("Laboratoires Verdance", "12 500 €")
    Visitor().open("/observatory/lists/contracts/", status=200).says("Se connecter")


def count_of(visitor: Visitor, code: str) -> str:
    """A figure of this year in the open data."""
    lines = b"".join(visitor.client.get("/observatory/data.csv").streaming_content).decode().splitlines()
    return next(re.split(";", line)[4] for line in lines if line.startswith(f"{code};"))
