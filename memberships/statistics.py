"""How many members, of which kinds, against which objective; who joined and who left. Read by the observatory.

Every figure is the length of a list that may be opened: `members_of(…)`, `joined(…)`, `left(…)`.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

from django.db.models import Count, Min, Sum

from core.money import ZERO, MoneyField
from members.enums import Audience, OrganisationKind
from members.models import Club
from members.scope import Scope
from memberships.models import Term, members_of


@dataclass(frozen=True)
class MemberCounts:
    """Members on a day, in all and by kind and audience (kinds without a member are left out)."""

    total: int
    by_kind: dict[OrganisationKind, int]
    by_audience: dict[Audience, int]


@dataclass(frozen=True)
class ObjectiveFigure:
    """A club's members on a day beside what it aims at."""

    club: Club
    members: int
    objective: int
    stretch_objective: int

    @property
    def share(self) -> float:
        """1.0 when the objective is reached."""
        return self.members / self.objective if self.objective else 0.0


@dataclass(frozen=True)
class Movements:
    """From one day to another: `before` + `joined` − `left` = `after`."""

    before: int
    joined: int
    left: int
    after: int


@dataclass(frozen=True)
class Pace:
    """How fast a club grows, and how fast it has to, to reach its objective by the end of the year.

    `joined_per_month` is what was reached so far: the members of the day over the months since the club began.
    `needed_per_month` is what is left over the months left, the one that runs included; nothing once it is reached.
    """

    members: int
    objective: int
    months: int
    joined_per_month: Decimal
    months_left: int
    needed_per_month: Decimal

    @property
    def missing(self) -> int:
        return max(self.objective - self.members, 0)

    @property
    def is_enough(self) -> bool:
        return self.joined_per_month >= self.needed_per_month


def pace_of(club: Club, on: date) -> Pace:
    """The club's members on the day `on` against its objective. It began when it was founded, else with its first term."""
    members = Term.objects.current(on).filter(club=club).values("organisation").distinct().count()
    first = Term.objects.filter(club=club).aggregate(day=Min("starts_on"))["day"]
    began = min(club.founded_on or first or on, on)
    months = max((on.year - began.year) * 12 + on.month - began.month + 1, 1)
    months_left = 13 - on.month
    return Pace(
        members=members, objective=club.objective, months=months, joined_per_month=_tenth(Decimal(members) / months),
        months_left=months_left, needed_per_month=_tenth(Decimal(max(club.objective - members, 0)) / months_left),
    )  # fmt: skip


def _tenth(value: Decimal) -> Decimal:
    return value.quantize(Decimal("0.1"), rounding=ROUND_HALF_UP)


def sponsored_between(scope: Scope, starts_on: date, ends_on: date) -> Decimal:
    """What sponsors bore of the fees of terms that began within these days (both included)."""
    terms = Term.objects.filter(starts_on__range=(starts_on, ends_on), organisation__in=scope.organisations())
    if scope.club is not None:
        terms = terms.filter(club=scope.club)
    return terms.aggregate(total=Sum("sponsored_amount", output_field=MoneyField()))["total"] or ZERO


def member_counts(scope: Scope, on: date) -> MemberCounts:
    """Members of the scope's club (of any club: each organisation once) on the day `on`. Its year is left aside."""
    rows = (
        members_of(scope.club, on, scope.organisations())
        .order_by()
        .values("kind")
        .annotate(n=Count("pk", distinct=True))
    )
    by_kind = {OrganisationKind(row["kind"]): row["n"] for row in rows}
    by_audience = dict.fromkeys(Audience, 0)
    for kind, n in by_kind.items():
        by_audience[Audience(kind.audience)] += n
    in_order = {kind: by_kind[kind] for kind in OrganisationKind if kind in by_kind}
    return MemberCounts(sum(by_kind.values()), in_order, by_audience)


def members_against_objective(on: date, clubs) -> list[ObjectiveFigure]:
    """One figure per club of `clubs` (a QuerySet), by name."""
    terms = Term.objects.current(on).order_by().values("club").annotate(n=Count("organisation", distinct=True))
    members = {row["club"]: row["n"] for row in terms}
    return [
        ObjectiveFigure(club, members.get(club.pk, 0), club.objective, club.stretch_objective)
        for club in clubs.order_by("name")
    ]


def joined(scope: Scope, starts_on: date, ends_on: date):
    """Organisations that are members on the day `ends_on` and were not on the eve of `starts_on`."""
    eve = members_of(scope.club, starts_on - timedelta(days=1))
    return members_of(scope.club, ends_on, scope.organisations()).exclude(pk__in=eve.order_by().values("pk"))


def left(scope: Scope, starts_on: date, ends_on: date):
    """Organisations that were members on the eve of `starts_on` and are no longer on the day `ends_on`."""
    now = members_of(scope.club, ends_on)
    eve = starts_on - timedelta(days=1)
    return members_of(scope.club, eve, scope.organisations()).exclude(pk__in=now.order_by().values("pk"))


def movements(scope: Scope, starts_on: date, ends_on: date) -> Movements:
    """Who came and went from `starts_on` to `ends_on` (both included). A renewal is neither; whoever joined and left
    again within the period counts as neither, so that the four numbers add up.
    """
    organisations = scope.organisations()
    return Movements(
        before=_count(members_of(scope.club, starts_on - timedelta(days=1), organisations)),
        joined=_count(joined(scope, starts_on, ends_on)),
        left=_count(left(scope, starts_on, ends_on)),
        after=_count(members_of(scope.club, ends_on, organisations)),
    )


def _count(organisations) -> int:
    return organisations.order_by().values("pk").distinct().count()
