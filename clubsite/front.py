"""What the front page says of a club, or of all of them together."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db.models import Count, Q, Sum
from django.utils import timezone

from events.enums import EventStatus
from events.models import Event
from introductions.models import Contract
from members.enums import OrganisationKind
from members.models import Club, Organisation
from memberships.models import members_of
from offers.models import Offer

EVENTS, OFFERS, MEMBERS = 3, 3, 12


@dataclass(frozen=True)
class Outcome:
    """Confirmed contracts only: stated by one side and confirmed by the other."""

    contracts: int
    amount: Decimal
    hours: int
    jobs: int


@dataclass(frozen=True)
class Front:
    club: Club | None
    events: list[Event]
    offers: list[Offer]
    members: list[Organisation]
    member_count: int
    structure_count: int
    buyer_count: int
    objective: int
    outcome: Outcome


def front_of(club: Club | None, person, now: datetime) -> Front:
    """Gather the front page of `club` (None: all clubs) as `person` may see it at `now`."""
    today = timezone.localdate(now)
    members = members_of(club, today)
    counts = members.aggregate(
        all=Count("pk"),
        structures=Count("pk", filter=Q(kind__in=OrganisationKind.structures())),
        buyers=Count("pk", filter=Q(kind__in=OrganisationKind.buyers())),
    )
    events = Event.objects.visible_to(person, today).filter(status=EventStatus.PUBLISHED).upcoming(now).for_list()
    contracts = Contract.objects.confirmed()
    if club is not None:
        events, contracts = events.filter(club=club), contracts.filter(introduction__club=club)
    clubs = [club] if club is not None else list(Club.objects.all())
    return Front(
        club=club,
        events=list(events[:EVENTS]),
        offers=list(Offer.objects.showcased(today, club).for_list()[:OFFERS]),
        members=list(members.listed().for_list().order_by("-created_at", "pk")[:MEMBERS]),
        member_count=counts["all"],
        structure_count=counts["structures"],
        buyer_count=counts["buyers"],
        objective=sum(c.objective for c in clubs),
        outcome=_outcome(contracts),
    )


def _outcome(contracts) -> Outcome:
    sums = contracts.aggregate(n=Count("pk"), amount=Sum("amount"), hours=Sum("hours_due"), jobs=Sum("jobs"))
    return Outcome(sums["n"], sums["amount"] or Decimal(0), sums["hours"] or 0, sums["jobs"] or 0)
