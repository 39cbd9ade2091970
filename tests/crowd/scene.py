"""Who there is in a round: events of several kinds, and organisations with a manager each."""

from dataclasses import dataclass
from datetime import timedelta

from events.models import Event
from members.models import Organisation
from tests.events.factories import BUYERS, STRUCTURES, EventFactory
from tests.events.priced import buyer, priced_event
from tests.events.programme import WorkshopFactory
from tests.factories import OrganisationFactory, member_of

COMPANIES, OTHERS = 10, 6


@dataclass(frozen=True)
class Scene:
    """The ids by which every process of the crowd finds the round's events and organisations."""

    events: list[int]
    organisations: list[int]

    @classmethod
    def found(cls) -> "Scene":
        """What is in the database."""
        events, organisations = (
            Event.objects.order_by("pk"),
            Organisation.objects.filter(roles__isnull=False).order_by("pk"),
        )
        return cls(list(events.values_list("pk", flat=True)), list(organisations.values_list("pk", flat=True)))


def set_up() -> None:
    """Free and paid ones, with quotas and without, one that the coordination approves, two with workshops; small, so that
    they are full."""
    _add_workshops(EventFactory(capacity=12, organisation_cap=8))
    _add_workshops(EventFactory(capacity=20, organisation_cap=6, quotas={BUYERS: 9, STRUCTURES: 8}))
    EventFactory(capacity=6, organisation_cap=4, needs_approval=True)
    priced_event(capacity=8, organisation_cap=6)
    priced_event(capacity=15, organisation_cap=8, quotas={STRUCTURES: 5})
    for _number in range(COMPANIES):
        buyer()
    for _number in range(OTHERS):
        member_of(OrganisationFactory(structure=True, street="2 rue du Port", post_code="92000", city="Nanterre"))


def _add_workshops(event: Event) -> None:
    """Two at the same hours and one after them, all smaller than the event."""
    for hour, seats in ((0, 3), (0, 2), (1, 4)):
        WorkshopFactory(event=event, starts_at=event.starts_at + timedelta(hours=hour), capacity=seats)
