"""How many offers, of which trades, where. Every figure is the length of a list that may be opened."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Exists, OuterRef

from members.models import Organisation, Sector, SectorGroup, Territory
from members.scope import Scope
from memberships.models import Term
from offers.enums import Provision
from offers.models import Offer, OfferQuerySet


@dataclass(frozen=True)
class OfferCounts:
    """Offers in all and by type of provision (types without an offer count 0), and how many structures make them."""

    total: int
    structures: int
    by_provision: dict[Provision, int]


@dataclass(frozen=True)
class SectorCount:
    """An offer of two sectors counts in both."""

    sector: Sector
    offers: int


@dataclass(frozen=True)
class GroupCount:
    group: SectorGroup
    offers: int


@dataclass(frozen=True)
class DepartmentCount:
    """Offers of structures seated in a département (None: their commune is not known)."""

    department: Territory | None
    offers: int


def offers_shown(scope: Scope, today: date) -> OfferQuerySet:
    """What stands in the showcase on the day `today`: of the scope's club, sector (the offer's own) and territory (the
    structure's seat). The scope's year is left aside.
    """
    return _within(Offer.objects.showcased(today, scope.club), scope)


def offers_published(scope: Scope) -> OfferQuerySet:
    """Offers first published in the scope's year by structures that were members of its club some time in that year;
    those withdrawn since count too.
    """
    offers = Offer.objects.filter(scope.within("published_at"), published_at__isnull=False)
    if scope.club is not None:
        terms = Term.objects.filter(organisation=OuterRef("organisation"), club=scope.club)
        if scope.starts_on is not None:
            terms = terms.overlapping(scope.starts_on, scope.ends_on)
        offers = offers.filter(Exists(terms))
    return _within(offers, scope)


def offer_counts(offers: OfferQuerySet) -> OfferCounts:
    """The counts of a set of offers, such as `offers_shown(…)`."""
    rows = dict(offers.order_by().values_list("provision").annotate(n=Count("pk", distinct=True)))
    by_provision = {provision: rows.get(provision.value, 0) for provision in Provision}
    structures = offers.order_by().values("organisation").distinct().count()
    return OfferCounts(sum(by_provision.values()), structures, by_provision)


def offers_by_sector(offers: OfferQuerySet) -> list[SectorCount]:
    """Sectors with at least one offer, the fullest first."""
    sectors = Sector.objects.filter(offers__in=offers.order_by()).annotate(n=Count("offers", distinct=True))
    ordered = sectors.select_related("group").order_by("-n", "group__name", "name")
    return [SectorCount(sector, sector.n) for sector in ordered]


def offers_by_sector_group(offers: OfferQuerySet) -> list[GroupCount]:
    """Groups of sectors with at least one offer, the fullest first. An offer of two groups counts in both."""
    groups = SectorGroup.objects.filter(sectors__offers__in=offers.order_by())
    return [
        GroupCount(group, group.n)
        for group in groups.annotate(n=Count("sectors__offers", distinct=True)).order_by("-n", "name")
    ]


def offers_by_department(offers: OfferQuerySet) -> list[DepartmentCount]:
    """Départements of the structures' seats with at least one offer, the fullest first."""
    rows = offers.order_by().values_list("organisation__commune__department").annotate(n=Count("pk", distinct=True))
    counts = dict(rows)
    departments = Territory.objects.in_bulk([pk for pk in counts if pk is not None])
    found = [DepartmentCount(departments.get(pk), n) for pk, n in counts.items()]
    return sorted(found, key=lambda count: (-count.offers, count.department.code if count.department else "~"))


def _within(offers: OfferQuerySet, scope: Scope) -> OfferQuerySet:
    if scope.sector is not None:
        offers = offers.filter(sectors=scope.sector)
    if scope.territory is not None:
        seated = Organisation.objects.in_territories([scope.territory])
        offers = offers.filter(organisation__in=seated)
    return offers
