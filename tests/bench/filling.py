"""The world that is measured: quickly made, in bulk, as the actions would have left it."""

import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from importlib import import_module

from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.models import Session as StoredSession
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from core.models import HistoryEntry, HistorySubject, subject_keys
from core.text import folded
from events.enums import Admission, EventStatus, PlaceStatus, SessionKind
from events.models import CalendarFeed, Event, Place, Quota, Registration, Session
from members.enums import Audience, ClubRoleKind, OrganisationKind, RoleLevel
from members.models import Club, ClubRole, Organisation, Person, Role
from tests.factories import siret

REGISTRATIONS, EVENTS, PEOPLE = 10_000, 50, 1_000
RUNNERS, SEATS = 200, 50
AT_THE_DOOR = 1_200
NAMES = (
    "Martin Bernard Thomas Petit Robert Richard Durand Dubois Moreau Laurent Simon Michel Lefebvre Leroy Roux".split()
)


@dataclass(frozen=True)
class Visitor:
    """Somebody who has signed in: the value of their session cookie."""

    session: str
    organisation_id: int | None = None


@dataclass(frozen=True)
class World:
    event: Event  # one of the fifty, with a programme, quotas and people
    big: Event  # 10,000 registrations
    open: Event  # registration is open and there is room
    scarce: Event  # fifty seats
    today: Event  # the door is open
    feed: str  # the secret address of a calendar of fifty events
    members: list[Visitor]
    coordinator: Visitor
    expected: list[int]  # ids of the places at the door


def fill() -> World:
    call_command("migrate", verbosity=0)
    club = Club.objects.create(name="Club de mesure", slug="mesure", email="club@example.org", lead="Se rencontrer.")
    organisations = _organisations()
    people = _people(organisations)
    coordinator = _accounts([Person(email="coordination@example.org", first_name="Camille", last_name="Fontanel")])[0]
    ClubRole.objects.create(person=coordinator, club=club, kind=ClubRoleKind.COORDINATOR)
    now = timezone.now()
    fifty = [_event(club, f"Rencontre {n}", now + timedelta(days=20 + n)) for n in range(EVENTS)]
    big = _event(club, "Grande journée", now + timedelta(days=90), capacity=REGISTRATIONS + 2_000)
    # Beyond the first page of the list, so that what happens there changes nothing that is measured elsewhere.
    wide = _event(club, "Ouverte", now + timedelta(days=95), capacity=20_000)
    scarce = _event(club, "Peu de places", now + timedelta(days=96), capacity=SEATS, quotas=False)
    today = _event(club, "Aujourd’hui", now - timedelta(minutes=10), capacity=AT_THE_DOOR + 100)
    for event in fifty:
        _register(event, organisations[:40])
    _register(big, [organisations[n % len(organisations)] for n in range(REGISTRATIONS)])
    expected = _register(today, [organisations[n % len(organisations)] for n in range(AT_THE_DOOR)])
    for event in fifty:  # one person who comes to all of them
        Place.objects.filter(pk=event.places.values("pk")[:1]).update(person=people[0])
    feed = CalendarFeed.objects.create(person=people[0])
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    sessions = _sessions([coordinator, *people])
    members = [Visitor(session, person.acting_for_id) for session, person in zip(sessions[1:], people, strict=True)]
    return World(
        fifty[3], big, wide, scarce, today, feed.token, members, Visitor(sessions[0]), [place.pk for place in expected]
    )


def _organisations() -> list[Organisation]:
    made = [
        Organisation(
            kind=OrganisationKind.COMPANY if n % 2 else OrganisationKind.EI, name=f"Organisation {n}", siret=siret(n),
            post_code="92000", city="Nanterre", is_listed=True, search_text=f"organisation {n} nanterre",
            sort_name=f"organisation {n:05}",
        )
        for n in range(2_000)
    ]  # fmt: skip
    return Organisation.objects.bulk_create(made)


def _people(organisations: list[Organisation]) -> list[Person]:
    """One account each for the first organisations; they act for theirs."""
    firms = organisations[:PEOPLE]
    people = _accounts(
        Person(
            email=f"membre{n}@example.org", first_name="Anne", last_name=f"{NAMES[n % len(NAMES)]}{n}", acting_for=firm
        )
        for n, firm in enumerate(firms)
    )
    Role.objects.bulk_create(
        Role(person=person, organisation=firm, level=RoleLevel.MANAGER)
        for person, firm in zip(people, firms, strict=True)
    )
    return people


def _accounts(people) -> list[Person]:
    people = list(people)
    for person in people:
        person.set_unusable_password()
    people = Person.objects.bulk_create(people)
    EmailAddress.objects.bulk_create(
        EmailAddress(user=person, email=person.email, verified=True, primary=True) for person in people
    )
    return people


def _sessions(people: list[Person]) -> list[str]:
    """The session keys of people who have signed in: no password is checked here, which is slow on purpose."""
    store = import_module(settings.SESSION_ENGINE).SessionStore()
    expires, keys = timezone.now() + timedelta(days=1), []
    rows = []
    for person in people:
        keys.append(secrets.token_hex(16))
        values = {
            SESSION_KEY: str(person.pk), BACKEND_SESSION_KEY: settings.AUTHENTICATION_BACKENDS[0],
            HASH_SESSION_KEY: person.get_session_auth_hash(),
        }  # fmt: skip
        rows.append(StoredSession(session_key=keys[-1], session_data=store.encode(values), expire_date=expires))
    StoredSession.objects.bulk_create(rows)
    return keys


def _event(club: Club, title: str, starts_at, *, capacity: int = 120, quotas: bool = True) -> Event:
    event = Event.objects.create(
        club=club, title=title, slug=folded(title).replace(" ", "-").replace("’", "-"), starts_at=starts_at,
        ends_at=starts_at + timedelta(hours=4), summary="Entreprises et structures se rencontrent.",
        description="Une matinée pour se connaître.\n\n" * 5, venue="La Ressourcerie", street="3 rue du Moulin",
        post_code="92000", city="Nanterre", access="Métro ligne 1.", latitude=48.89, longitude=2.2, capacity=capacity,
        organisation_cap=20, status=EventStatus.PUBLISHED, admission=Admission.ANY,
    )  # fmt: skip
    if quotas:
        Quota.objects.bulk_create(
            Quota(event=event, audience=audience, places=capacity)
            for audience in (Audience.BUYERS, Audience.STRUCTURES)
        )
    Session.objects.bulk_create(
        Session(
            event=event, kind=SessionKind.PLENARY, title=f"Séance {n}", room="Grande salle", speakers="Une intervenante",
            starts_at=starts_at + timedelta(minutes=30 * n), ends_at=starts_at + timedelta(minutes=30 * n + 30),
        )
        for n in range(6)
    )  # fmt: skip
    return event


def _register(event: Event, organisations: list[Organisation]) -> list[Place]:
    """One person of each, with the history line of each registration."""
    now = timezone.now()
    made = Registration.objects.bulk_create(Registration(event=event, organisation=firm) for firm in organisations)
    places = Place.objects.bulk_create(_places(event, made, now), batch_size=2_000)
    entries = HistoryEntry.objects.bulk_create(
        HistoryEntry(
            code="events.registration.made", message="%(organisation)s registered; people: %(people)s",
            values={"organisation": firm.name, "people": "1"},
        )
        for firm in organisations
    )  # fmt: skip
    [(content_type, pk)] = subject_keys([event])
    HistorySubject.objects.bulk_create(
        HistorySubject(entry=entry, content_type_id=content_type, object_id=pk) for entry in entries
    )
    return places


def _places(event: Event, registrations: list[Registration], now) -> Iterator[Place]:
    for n, registration in enumerate(registrations):
        first, last = f"Anne{n % 50}", NAMES[n % len(NAMES)]
        email = f"{last.lower()}{n}@entreprise{n % 300}.example"
        yield Place(
            registration=registration, event=event, audience=registration.organisation.audience, first_name=first,
            last_name=last, email=email, job_title="Responsable des achats", status=PlaceStatus.CONFIRMED,
            confirmed_at=now, is_listed=bool(n % 3), consented_at=now,
            search_text=folded(f"{first} {last} {email} {registration.organisation.name}"),
        )  # fmt: skip
