"""Two members of a club who may be introduced, and introductions in every state, made by the actions themselves."""

import datetime
from dataclasses import dataclass
from decimal import Decimal

from django.utils import timezone

from events.enums import EventKind, EventStatus, PlaceStatus
from events.models import Event, Place, Registration
from introductions import actions
from introductions.actions import Terms
from introductions.enums import ContractKind
from introductions.models import Contract, Introduction
from members.models import Club, Organisation, Person
from memberships.models import Term
from offers.enums import OfferStatus, Provision
from offers.models import Offer
from tests.factories import ClubFactory, OrganisationFactory, coordinator_of, member_of
from tests.memberships.factories import TermFactory


def service(**changes) -> Terms:
    """A service contract of 12,000 €."""
    values = {
        "kind": ContractKind.SERVICE,
        "starts_on": datetime.date(2026, 3, 1),
        "ends_on": datetime.date(2026, 12, 31),
        "amount": Decimal("12000.00"),
    }
    return Terms(**{**values, **changes})


def hiring(**changes) -> Terms:
    """Two permanent work contracts."""
    return Terms(**{"kind": ContractKind.CDI, "starts_on": datetime.date(2026, 4, 1), "jobs": 2, **changes})


@dataclass
class Pair:
    """A company and a structure in one club, a person in each, and the club's coordinator."""

    club: Club
    company: Organisation
    structure: Organisation
    buyer: Person
    manager: Person
    coordinator: Person

    def ask(self, **values) -> Introduction:
        values = {"subject": "Entretien des espaces verts", **values}
        return actions.ask_introduction(self.company, self.structure, by=fresh(self.buyer), **values)

    def propose(self, **values) -> Introduction:
        values = {"subject": "Faire connaissance", **values}
        return actions.propose_introduction(
            self.club, self.company, self.structure, by=fresh(self.coordinator), **values
        )

    def accepted(self, **values) -> Introduction:
        return actions.accept_introduction(self.ask(**values), by=fresh(self.manager))

    def stated(self, terms: Terms | None = None, introduction: Introduction | None = None) -> Contract:
        """Stated by the company; the structure has to confirm."""
        introduction = introduction or self.accepted()
        return actions.state_contract(introduction, by=fresh(self.buyer), terms=terms or service())

    def confirmed(self, terms: Terms | None = None, introduction: Introduction | None = None) -> Contract:
        return actions.confirm_contract(self.stated(terms, introduction), by=fresh(self.manager))


def fresh(person: Person) -> Person:
    """The person as another request would read it."""
    return Person.objects.get(pk=person.pk)


def pair_of(club: Club | None = None) -> Pair:
    club = club or ClubFactory()
    company, structure = OrganisationFactory(), OrganisationFactory(structure=True)
    for organisation in (company, structure):
        TermFactory(club=club, organisation=organisation)
    buyer = member_of(company, phone="+33611111111", job_title="Acheteuse")
    manager = member_of(structure, phone="+33622222222", job_title="Directeur")
    return Pair(club, company, structure, buyer, manager, coordinator_of(club))


def join(organisation: Organisation, club: Club) -> Term:
    return TermFactory(club=club, organisation=organisation)


def offer_of(structure: Organisation, *sectors, **fields) -> Offer:
    """A published offer."""
    values = {
        "title": "Tonte et taille", "description": "Par des équipes encadrées.", "provision": Provision.SERVICE,
        "range_km": 20, "status": OfferStatus.PUBLISHED, "published_at": timezone.now(),
    }  # fmt: skip
    offer = Offer.objects.create(organisation=structure, **{**values, **fields})
    offer.sectors.set(sectors)
    return offer


def event_of(club: Club, **fields) -> Event:
    """A published event of yesterday."""
    starts_at = timezone.now() - datetime.timedelta(days=1)
    values = {
        "title": "Open Map", "slug": f"open-map-{Event.objects.count()}", "kind": EventKind.OPEN_MAP, "capacity": 50,
        "status": EventStatus.PUBLISHED, "starts_at": starts_at, "ends_at": starts_at + datetime.timedelta(hours=4),
    }  # fmt: skip
    return Event.objects.create(club=club, **{**values, **fields})


def place_of(
    event: Event, organisation: Organisation, *, is_listed: bool = True, status=PlaceStatus.CONFIRMED
) -> Place:
    registration = Registration.objects.create(event=event, organisation=organisation)
    now = timezone.now()
    return Place.objects.create(
        registration=registration, event=event, audience=organisation.audience, first_name="A", last_name="B",
        status=status, confirmed_at=now, waiting_since=now, is_listed=is_listed,
        consented_at=now if is_listed else None,
    )  # fmt: skip
