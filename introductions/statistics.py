"""How many were introduced, what became of it, and what was signed. Read by the observatory.

Every figure is counted from one of two lists that may be opened with the same scope: `introductions_counted(scope)`
and `contracts_counted(scope)`. Introductions belong to the year they were asked in, contracts to the year they start
in; only contracts confirmed by both sides count. Sector and territory: see `IntroductionQuerySet.with_structure`.
"""

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from django.db.models import Avg, Count, DurationField, Exists, ExpressionWrapper, F, OuterRef, Q, Sum
from django.db.models.functions import Greatest

from introductions.enums import ContractKind, IntroductionStatus, Origin, Stage
from introductions.models import Contract, Introduction
from members.enums import TerritoryKind
from members.models import Sector, Territory
from members.scope import Scope


@dataclass(frozen=True)
class Share:
    """One line of a breakdown: `key` is what a list is filtered by (a value, or an id; None for « not said »)."""

    key: object
    label: str
    count: int


@dataclass(frozen=True)
class IntroductionFigures:
    """`answered` = `accepted` + `declined`; `concluded` are those with at least one confirmed contract."""

    asked: int
    accepted: int
    declined: int
    withdrawn: int
    waiting: int
    concluded: int
    mean_answer_time: timedelta | None

    @property
    def answered(self) -> int:
        return self.accepted + self.declined

    @property
    def acceptance(self) -> float | None:
        """Accepted ones among those answered, 0 to 1; None when nobody has answered."""
        return self.accepted / self.answered if self.answered else None

    @property
    def conversion(self) -> float | None:
        """Those with a confirmed contract among those asked, 0 to 1; None when none was asked."""
        return self.concluded / self.asked if self.asked else None


@dataclass(frozen=True)
class ContractFigures:
    """Confirmed contracts only."""

    count: int = 0
    amount: Decimal = Decimal(0)
    hours_due: int = 0
    hours_done: int = 0
    jobs: int = 0


@dataclass(frozen=True)
class ContractShare:
    """One line of a breakdown of contracts."""

    key: object
    label: str
    figures: ContractFigures


# --- Introductions ----------------------------------------------------------------------------------------------------


def introductions_counted(scope: Scope):
    """The introductions asked within the scope; a QuerySet, so that a list page may open it."""
    found = _of_territory(Introduction.objects.with_structure(), "structure_department_id", scope)
    found = found.filter(scope.within("asked_at"))
    if scope.club is not None:
        found = found.filter(club=scope.club)
    return found if scope.sector is None else found.filter(sector=scope.sector)


def introduction_figures(scope: Scope) -> IntroductionFigures:
    """All counts of a scope in one query, and the mean time from question to answer in a second one."""
    return figures_of_introductions(introductions_counted(scope))


def introductions_from(event):
    """The introductions that name this event as what they came out of; whenever they were asked."""
    return Introduction.objects.filter(event=event)


def figures_of_introductions(counted) -> IntroductionFigures:
    """As `introduction_figures`, of any introductions."""
    confirmed = Contract.objects.confirmed().filter(introduction=OuterRef("pk"))
    numbers = counted.annotate(is_concluded=Exists(confirmed)).aggregate(
        asked=Count("pk"),
        accepted=Count("pk", filter=Q(status__in=IntroductionStatus.revealing())),
        declined=Count("pk", filter=Q(status=IntroductionStatus.DECLINED)),
        withdrawn=Count("pk", filter=Q(status=IntroductionStatus.WITHDRAWN)),
        waiting=Count("pk", filter=Q(status=IntroductionStatus.ASKED)),
        concluded=Count("pk", filter=Q(is_concluded=True)),
    )
    return IntroductionFigures(**numbers, mean_answer_time=_mean_answer_time(counted))


def mean_answer_time(scope: Scope) -> timedelta | None:
    """From the question to the second agreement or to the refusal, on average; None when nobody has answered."""
    return _mean_answer_time(introductions_counted(scope))


def _mean_answer_time(counted) -> timedelta | None:
    accepted = counted.filter(status__in=IntroductionStatus.revealing()).aggregate(
        n=Count("pk"), mean=_mean(Greatest("asking_agreed_at", "asked_agreed_at"))
    )
    declined = counted.filter(status=IntroductionStatus.DECLINED).aggregate(n=Count("pk"), mean=_mean(F("closed_at")))
    n = accepted["n"] + declined["n"]
    if not n:
        return None
    total = sum((part["mean"] * part["n"] for part in (accepted, declined) if part["n"]), timedelta())
    return total / n


def introductions_by_stage(scope: Scope) -> list[Share]:
    """One line a stage, in the order of the board, zeros included. Key: a `Stage`."""
    rows = introductions_counted(scope).with_stage().order_by().values("stage").annotate(n=Count("pk"))
    found = {row["stage"]: row["n"] for row in rows}
    return [Share(stage, str(stage.label), found.get(stage, 0)) for stage in Stage]


def introductions_by_origin(scope: Scope) -> list[Share]:
    """One line an origin, zeros included. Key: an `Origin`."""
    found = _counts(introductions_counted(scope), "origin")
    return [Share(origin, str(origin.label), found.get(origin, 0)) for origin in Origin]


def introductions_by_sector(scope: Scope) -> list[Share]:
    """One line a sector that occurs, most frequent first. Key: a sector's id, None for those without."""
    found = _counts(introductions_counted(scope), "sector_id")
    names = dict(Sector.objects.filter(pk__in=[key for key in found if key]).values_list("pk", "name"))
    return _by_count([Share(key, names.get(key, ""), n) for key, n in found.items()])


def introductions_by_department(scope: Scope) -> list[Share]:
    """One line a department of the structure, most frequent first. Key: a territory's id, None without an address."""
    found = _counts(introductions_counted(scope), "structure_department_id")
    names = _department_names(found)
    return _by_count([Share(key, names.get(key, ""), n) for key, n in found.items()])


def introductions_by_year(scope: Scope) -> list[Share]:
    """One line a year in which any was asked, oldest first. Key: the year."""
    found = _counts(introductions_counted(scope), "asked_at__year")
    return [Share(year, str(year), n) for year, n in sorted(found.items())]


# --- Contracts --------------------------------------------------------------------------------------------------------


def contracts_counted(scope: Scope):
    """The contracts confirmed by both sides that start within the scope; a QuerySet, so that a list may open it."""
    return contracts_within(scope).confirmed()


def contracts_within(scope: Scope):
    """Contracts in any state that start within the scope."""
    within = introductions_counted(Scope(club=scope.club, sector=scope.sector, territory=scope.territory))
    found = Contract.objects.filter(scope.within_days("starts_on"))
    if scope.club is None and not scope.is_about_some:
        return found
    return found.filter(introduction__in=within.order_by().values("pk"))


def contract_figures(scope: Scope) -> ContractFigures:
    """Number, amount, hours and jobs of what was confirmed, in one query."""
    return figures_of_contracts(contracts_counted(scope))


def contracts_from(event):
    """The contracts confirmed by both sides that came of introductions from this event; whenever they start."""
    return Contract.objects.confirmed().filter(introduction__event=event)


def figures_of_contracts(counted) -> ContractFigures:
    """As `contract_figures`, of any contracts."""
    return _figures(counted.aggregate(**_sums()))


def contracts_by_kind(scope: Scope) -> list[ContractShare]:
    """One line a kind that occurs, in the order of the enum. Key: a `ContractKind`."""
    return kinds_of_contracts(contracts_counted(scope))


def kinds_of_contracts(counted) -> list[ContractShare]:
    """As `contracts_by_kind`, of any contracts."""
    rows = {row["kind"]: row for row in _grouped(counted, "kind")}
    return [ContractShare(kind, str(kind.label), _figures(rows[kind])) for kind in ContractKind if kind in rows]


def contracts_by_sector(scope: Scope) -> list[ContractShare]:
    """One line a sector of the introduction, largest number first. Key: a sector's id, None for those without."""
    rows = _grouped(contracts_counted(scope), "introduction__sector")
    keys = [row["introduction__sector"] for row in rows if row["introduction__sector"]]
    names = dict(Sector.objects.filter(pk__in=keys).values_list("pk", "name"))
    return _by_number(
        ContractShare(row["introduction__sector"], names.get(row["introduction__sector"], ""), _figures(row))
        for row in rows
    )


def contracts_by_department(scope: Scope) -> list[ContractShare]:
    """One line a department of the structure, largest number first. Key: a territory's id, None without an address."""
    departments = dict(
        Introduction.objects.with_structure()
        .filter(contracts__in=contracts_counted(scope))
        .order_by()
        .values_list("pk", "structure_department_id")
    )
    totals: dict[int | None, ContractFigures] = {}
    for row in _grouped(contracts_counted(scope), "introduction"):
        key = departments[row["introduction"]]
        totals[key] = _sum(totals.get(key, ContractFigures()), _figures(row))
    names = _department_names(totals)
    return _by_number(ContractShare(key, names.get(key, ""), figures) for key, figures in totals.items())


def contracts_by_year(scope: Scope) -> list[ContractShare]:
    """One line a year in which a confirmed contract starts, oldest first. Key: the year."""
    rows = _grouped(contracts_counted(scope), "starts_on__year")
    return [
        ContractShare(row["starts_on__year"], str(row["starts_on__year"]), _figures(row))
        for row in sorted(rows, key=lambda row: row["starts_on__year"])
    ]


# --- Arithmetic -------------------------------------------------------------------------------------------------------


def _of_territory(queryset, field: str, scope: Scope):
    territory = scope.territory
    if territory is None:
        return queryset
    if territory.kind == TerritoryKind.DEPARTMENT:
        return queryset.filter(**{field: territory.pk})
    return queryset.filter(**{f"{field}__in": Territory.objects.filter(region=territory).values("pk")})


def _mean(answered_at):
    return Avg(ExpressionWrapper(answered_at - F("asked_at"), output_field=DurationField()))


def _counts(queryset, field: str) -> dict:
    return {row[field]: row["n"] for row in queryset.order_by().values(field).annotate(n=Count("pk"))}


def _by_count(shares: list[Share]) -> list[Share]:
    return sorted(shares, key=lambda share: (-share.count, share.label))


def _by_number(shares) -> list[ContractShare]:
    return sorted(shares, key=lambda share: (-share.figures.count, share.label))


def _department_names(keys) -> dict[int | None, str]:
    return {place.pk: str(place) for place in Territory.objects.filter(pk__in=[key for key in keys if key])}


def _sums() -> dict:
    return {
        "n": Count("pk"),
        "all_amount": Sum("amount"),
        "all_due": Sum("hours_due"),
        "all_done": Sum("hours_done"),
        "all_jobs": Sum("jobs"),
    }


def _grouped(queryset, field: str) -> list[dict]:
    return list(queryset.order_by().values(field).annotate(**_sums()))


def _figures(row: dict) -> ContractFigures:
    return ContractFigures(
        count=row["n"],
        amount=row["all_amount"] or Decimal(0),
        hours_due=row["all_due"] or 0,
        hours_done=row["all_done"] or 0,
        jobs=row["all_jobs"] or 0,
    )


def _sum(one: ContractFigures, other: ContractFigures) -> ContractFigures:
    return ContractFigures(
        count=one.count + other.count,
        amount=one.amount + other.amount,
        hours_due=one.hours_due + other.hours_due,
        hours_done=one.hours_done + other.hours_done,
        jobs=one.jobs + other.jobs,
    )
