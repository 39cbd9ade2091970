"""Events and people at them, on top of the shared members."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from events.actions import Attendee, register_people
from events.enums import Admission, EventStatus, PlaceStatus
from events.models import Event, Place, Quota, Registration, Session
from members.enums import Audience
from members.models import Organisation
from tests.factories import ClubFactory, OrganisationFactory

PARIS = ZoneInfo("Europe/Paris")


def in_days(days: int, hour: int = 9, zone: ZoneInfo = PARIS) -> datetime:
    """A moment `days` from today, by the clock of a place."""
    day = timezone.localdate() + timedelta(days=days)
    return datetime(day.year, day.month, day.day, hour, tzinfo=zone)


class EventFactory(DjangoModelFactory):
    """A published event in a month, open to any organisation; ten places, no quota."""

    class Meta:
        model = Event
        skip_postgeneration_save = True

    class Params:
        draft = factory.Trait(status=EventStatus.DRAFT)
        past = factory.Trait(starts_at=factory.LazyFunction(lambda: in_days(-30)))
        today = factory.Trait(starts_at=factory.LazyFunction(lambda: timezone.now() - timedelta(minutes=5)))

    club = factory.SubFactory(ClubFactory)
    title = factory.Sequence(lambda n: f"Rencontre {n}")
    slug = factory.Sequence(lambda n: f"rencontre-{n}")
    starts_at = factory.LazyFunction(lambda: in_days(30))
    ends_at = factory.LazyAttribute(lambda event: event.starts_at + timedelta(hours=3))
    venue = "La Ressourcerie"
    street = "3 rue du Moulin"
    post_code = "92000"
    city = "Nanterre"
    capacity = 10
    organisation_cap = 5
    status = EventStatus.PUBLISHED
    admission = Admission.ANY

    @factory.post_generation
    def quotas(self, create, extracted, **kwargs):
        for audience, places in (extracted or {}).items():
            Quota.objects.create(event=self, audience=audience, places=places)


class SessionFactory(DjangoModelFactory):
    class Meta:
        model = Session

    event = factory.SubFactory(EventFactory)
    kind = "plenary"
    title = factory.Sequence(lambda n: f"Séance {n}")
    starts_at = factory.LazyAttribute(lambda session: session.event.starts_at)
    ends_at = factory.LazyAttribute(lambda session: session.starts_at + timedelta(minutes=30))


class RegistrationFactory(DjangoModelFactory):
    class Meta:
        model = Registration

    event = factory.SubFactory(EventFactory)
    organisation = factory.SubFactory(OrganisationFactory)


class PlaceFactory(DjangoModelFactory):
    """A confirmed place, whatever the event's capacity. `waiting=True` puts it on the waiting list."""

    class Meta:
        model = Place

    class Params:
        waiting = factory.Trait(
            status=PlaceStatus.WAITING, waiting_since=factory.LazyFunction(timezone.now), confirmed_at=None
        )
        listed = factory.Trait(is_listed=True, consented_at=factory.LazyFunction(timezone.now))

    registration = factory.SubFactory(RegistrationFactory)
    event = factory.SelfAttribute("registration.event")
    audience = factory.LazyAttribute(lambda place: place.registration.organisation.audience)
    first_name = factory.Sequence(lambda n: f"Prénom{n}")
    last_name = factory.Sequence(lambda n: f"Nom{n}")
    email = factory.Sequence(lambda n: f"participant{n}@example.org")
    status = PlaceStatus.CONFIRMED
    confirmed_at = factory.LazyFunction(timezone.now)


def place_at(event: Event, organisation: Organisation | None = None, **fields) -> Place:
    """A place at `event` for a person of `organisation` (a new one by default)."""
    values = {"event": event, **({"organisation": organisation} if organisation else {})}
    return PlaceFactory(registration=RegistrationFactory(**values), **fields)


_numbers = iter(range(1, 10**9))


def person_named(name: str = "", **fields) -> Attendee:
    number = next(_numbers)
    name = name or f"Personne{number}"
    values = {"first_name": "Anne", "last_name": name, "email": f"{name.lower()}@example.org", **fields}
    return Attendee(**values)


def people(count: int) -> list[Attendee]:
    return [person_named() for _ in range(count)]


def register(event: Event, count: int = 1, organisation: Organisation | None = None, by=None) -> Registration:
    """Register `count` made-up people of `organisation` (a new company by default) through the action."""
    return register_people(event, organisation=organisation or OrganisationFactory(), people=people(count), by=by)


def statuses(registration: Registration) -> set[str]:
    return set(registration.places.values_list("status", flat=True))


BUYERS, STRUCTURES = Audience.BUYERS, Audience.STRUCTURES
