"""The club's figures: each a number, the same a year before, and the list of what it counts.

Nothing is stored: every figure is asked of the apps below, for a scope (club, year, sector, territory) and a moment.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cached_property

from django.db.models import Exists, OuterRef, Q, QuerySet, Sum
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from events.models import Place
from events.statistics import AttendanceFigures, attendance_of, events_held, places_held
from introductions.enums import IntroductionStatus
from introductions.models import Contract, Introduction
from introductions.statistics import (
    ContractFigures,
    IntroductionFigures,
    contract_figures,
    contracts_counted,
    introduction_figures,
    introductions_counted,
)
from members.enums import Audience
from members.models import Club, Organisation
from members.models.organisations import OrganisationQuerySet
from members.scope import Scope
from memberships.models import members_of
from memberships.statistics import MemberCounts, joined, left, member_counts
from observatory.enums import Group, Rows, Unit
from offers.models import Offer

Number = int | float | Decimal | None
ACTIVE_WITHIN = timedelta(days=365)


def day_of(scope: Scope, now: datetime) -> date:
    """The day on which members are counted: the last of the year, or today while the year runs (or without a year)."""
    today = timezone.localdate(now)
    return min(scope.ends_on, today) if scope.ends_on else today


def members_counted(scope: Scope, now: datetime) -> OrganisationQuerySet:
    return members_of(scope.club, day_of(scope, now), scope.organisations()).distinct()


def active_members(scope: Scope, now: datetime) -> QuerySet[Organisation]:
    """Members that did something in the twelve months up to the day: came to an event, published or changed an
    offer, asked for or agreed to an introduction, stated a contract.
    """
    day = day_of(scope, now)
    until = timezone.make_aware(datetime.combine(day + timedelta(days=1), datetime.min.time()))
    within = (until - ACTIVE_WITHIN, until)
    own = OuterRef("pk")
    came = Place.objects.attended().filter(registration__organisation=own, event__starts_at__range=within)
    offered = Offer.objects.filter(organisation=own).filter(
        Q(published_at__range=within) | Q(published_at__isnull=False, updated_at__range=within)
    )
    asked = Introduction.objects.filter(asking=own, asking_agreed_at__range=within)
    agreed = Introduction.objects.filter(asked=own, asked_agreed_at__range=within)
    stated = Contract.objects.filter(stated_for=own, stated_at__range=within)
    return members_counted(scope, now).filter(
        Exists(came) | Exists(offered) | Exists(asked) | Exists(agreed) | Exists(stated)
    )


class Measures:
    """What the figures of one scope are read from; each part is asked for once, when a figure needs it."""

    def __init__(self, scope: Scope, now: datetime):
        self.scope, self.now = scope, now

    @cached_property
    def members(self) -> MemberCounts:
        return member_counts(self.scope, day_of(self.scope, self.now))

    @cached_property
    def attendance(self) -> AttendanceFigures:
        return attendance_of(places_held(self.scope, self.now))

    @cached_property
    def introductions(self) -> IntroductionFigures:
        return introduction_figures(self.scope)

    @cached_property
    def contracts(self) -> ContractFigures:
        return contract_figures(self.scope)

    @property
    def presence(self) -> float | None:
        """Share of the people with a place who came; None when nobody was ticked off."""
        ticked = self.attendance.registered - self.attendance.unknown
        return self.attendance.present / ticked if ticked else None


@dataclass(frozen=True)
class Spec:
    """How a figure is read, and what it counts. `is_public`: its list shows nothing that visitors may not see."""

    code: str
    group: Group
    label: Promise
    unit: Unit
    value: Callable[[Measures], Number]
    rows: Rows
    counted: Callable[[Scope, datetime], QuerySet]
    is_public: bool = False
    is_of_year: bool = False  # means nothing without a year


def _joined(scope: Scope, now: datetime) -> QuerySet[Organisation]:
    return joined(scope, scope.starts_on or date.min + timedelta(days=1), day_of(scope, now)).distinct()


def _left(scope: Scope, now: datetime) -> QuerySet[Organisation]:
    return left(scope, scope.starts_on or date.min + timedelta(days=1), day_of(scope, now)).distinct()


def _introductions(scope: Scope, now: datetime) -> QuerySet[Introduction]:
    return introductions_counted(scope)


def _accepted(scope: Scope, now: datetime) -> QuerySet[Introduction]:
    return introductions_counted(scope).filter(status__in=IntroductionStatus.revealing())


def _answered(scope: Scope, now: datetime) -> QuerySet[Introduction]:
    answered = [*IntroductionStatus.revealing(), IntroductionStatus.DECLINED]
    return introductions_counted(scope).filter(status__in=answered)


def _concluded(scope: Scope, now: datetime) -> QuerySet[Introduction]:
    confirmed = Contract.objects.confirmed().filter(introduction=OuterRef("pk"))
    return introductions_counted(scope).filter(Exists(confirmed))


def _contracts(scope: Scope, now: datetime) -> QuerySet[Contract]:
    return contracts_counted(scope)


def _with_places(scope: Scope, now: datetime):
    """Events of the year at which somebody of the scope's organisations had a place."""
    held = places_held(scope, now).holding_a_place().order_by().values("event")
    events = events_held(replace(scope, sector=None, territory=None), now)
    return events.filter(pk__in=held)


def _audience(audience: Audience) -> Callable[[Scope, datetime], QuerySet[Organisation]]:
    return lambda scope, now: members_counted(scope, now).of_audience(audience)


_M, _E, _I, _C = Group.MEMBERS, Group.MEETINGS, Group.INTRODUCTIONS, Group.CONTRACTS
SPECS: list[Spec] = [
    Spec("members", _M, _("Members"), Unit.COUNT, lambda m: m.members.total, Rows.ORGANISATIONS, members_counted, True),
    Spec(
        "structures", _M, _("Structures among them"), Unit.COUNT,
        lambda m: m.members.by_audience[Audience.STRUCTURES], Rows.ORGANISATIONS, _audience(Audience.STRUCTURES), True,
    ),
    Spec(
        "buyers", _M, _("Companies and public buyers among them"), Unit.COUNT,
        lambda m: m.members.by_audience[Audience.BUYERS], Rows.ORGANISATIONS, _audience(Audience.BUYERS), True,
    ),
    Spec(
        "active_members", _M, _("Active members, last 12 months"), Unit.COUNT,
        lambda m: active_members(m.scope, m.now).count(), Rows.ORGANISATIONS, active_members,
    ),
    Spec(
        "joined", _M, _("Joined in the year"), Unit.COUNT,
        lambda m: _joined(m.scope, m.now).count(), Rows.ORGANISATIONS, _joined, is_of_year=True,
    ),
    Spec(
        "left", _M, _("Left in the year"), Unit.COUNT,
        lambda m: _left(m.scope, m.now).count(), Rows.ORGANISATIONS, _left, is_of_year=True,
    ),
    Spec(
        "events", _E, _("Events held"), Unit.COUNT, lambda m: events_held(m.scope, m.now).count(), Rows.EVENTS, events_held,
    ),
    Spec(
        "registered", _E, _("People with a place"), Unit.COUNT, lambda m: m.attendance.registered, Rows.EVENTS,
        _with_places,
    ),
    Spec(
        "present", _E, _("People present"), Unit.COUNT, lambda m: m.attendance.present, Rows.EVENTS,
        _with_places,
    ),
    Spec(
        "presence", _E, _("Present among those ticked off"), Unit.SHARE, lambda m: m.presence, Rows.EVENTS,
        _with_places,
    ),
    Spec(
        "introductions", _I, _("Introductions asked"), Unit.COUNT, lambda m: m.introductions.asked, Rows.INTRODUCTIONS,
        _introductions,
    ),
    Spec(
        "accepted", _I, _("Accepted by both sides"), Unit.COUNT, lambda m: m.introductions.accepted, Rows.INTRODUCTIONS,
        _accepted,
    ),
    Spec(
        "acceptance", _I, _("Accepted among those answered"), Unit.SHARE, lambda m: m.introductions.acceptance,
        Rows.INTRODUCTIONS, _answered,
    ),
    Spec(
        "concluded", _I, _("That led to a contract"), Unit.COUNT, lambda m: m.introductions.concluded, Rows.INTRODUCTIONS,
        _concluded,
    ),
    Spec("contracts", _C, _("Contracts"), Unit.COUNT, lambda m: m.contracts.count, Rows.CONTRACTS, _contracts),
    Spec("amount", _C, _("Amount excl. tax"), Unit.EUROS, lambda m: m.contracts.amount, Rows.CONTRACTS, _contracts),
    Spec("hours_due", _C, _("Insertion hours due"), Unit.HOURS, lambda m: m.contracts.hours_due, Rows.CONTRACTS, _contracts),
    Spec("hours_done", _C, _("Insertion hours done"), Unit.HOURS, lambda m: m.contracts.hours_done, Rows.CONTRACTS, _contracts),
    Spec("jobs", _C, _("Jobs"), Unit.COUNT, lambda m: m.contracts.jobs, Rows.CONTRACTS, _contracts),
]  # fmt: skip
SPEC_BY_CODE = {spec.code: spec for spec in SPECS}


@dataclass(frozen=True)
class Figure:
    """A figure of a scope. `previous` is None without a year; `objective` only stands beside all members of a club."""

    spec: Spec
    value: Number
    previous: Number = None
    objective: int | None = None


def figures_of(scope: Scope, now: datetime) -> list[Figure]:
    """All figures of `scope` at the moment `now`, in the order of the page."""
    this, before = Measures(scope, now), Measures(scope.year_before, now)
    objective = _objective(scope)
    return [
        Figure(
            spec,
            spec.value(this),
            spec.value(before) if scope.year else None,
            objective if spec.code == "members" else None,
        )
        for spec in SPECS
        if scope.year or not spec.is_of_year
    ]


def _objective(scope: Scope) -> int | None:
    if scope.is_about_some:
        return None
    if scope.club is not None:
        return scope.club.objective
    return Club.objects.aggregate(all=Sum("objective"))["all"]


def years_known(now: datetime) -> list[int]:
    """From the first year in which anything was asked, signed or joined to this one, newest first."""
    this = timezone.localdate(now).year
    firsts = [
        Introduction.objects.order_by("asked_at").values_list("asked_at__year", flat=True).first(),
        Club.objects.filter(founded_on__isnull=False)
        .order_by("founded_on")
        .values_list("founded_on__year", flat=True)
        .first(),
    ]
    first = min([year for year in firsts if year] or [this])
    return list(range(this, min(first, this) - 1, -1))
