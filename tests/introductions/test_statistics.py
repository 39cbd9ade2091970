import datetime
from decimal import Decimal

import pytest
from django.utils import timezone

from introductions import actions
from introductions.enums import ContractKind, Origin, Stage
from introductions.models import Introduction
from introductions.statistics import (
    contract_figures,
    contracts_by_department,
    contracts_by_kind,
    contracts_by_sector,
    contracts_by_year,
    contracts_counted,
    introduction_figures,
    introductions_by_department,
    introductions_by_origin,
    introductions_by_sector,
    introductions_by_stage,
    introductions_by_year,
    introductions_counted,
)
from members.enums import TerritoryKind
from members.scope import Scope, scope_of
from tests.factories import CommuneFactory, SectorFactory, TerritoryFactory
from tests.introductions.factories import hiring, offer_of, pair_of, service


def seat(organisation, department):
    """Seat an organisation in a department."""
    organisation.commune = CommuneFactory(insee_code=f"{department.code}001", name="Ville", department=department)
    organisation.save()


def asked_on(introduction, *day) -> Introduction:
    """As if it had been asked, and answered two days later, at another time."""
    moment = timezone.make_aware(datetime.datetime(*day, 12))
    later = moment + datetime.timedelta(days=2)
    answers = {"asking_agreed_at": moment, "asked_agreed_at": later} if introduction.is_revealed else {}
    ended = {"closed_at": later} if introduction.closed_at else {}
    Introduction.objects.filter(pk=introduction.pk).update(asked_at=moment, **answers, **ended)
    return introduction


def test_introductions_are_counted_in_the_year_they_were_asked_on_the_sites_clock(pair):
    asked_on(pair.ask(subject="A"), 2025, 12, 31)
    new_year = Introduction.objects.filter(pk=pair.ask(subject="B").pk)
    new_year.update(
        asked_at=datetime.datetime(2025, 12, 31, 23, 30, tzinfo=datetime.UTC)
    )  # half past midnight in Paris
    assert introductions_counted(Scope(year=2025)).count() == 1
    assert list(introductions_counted(Scope(year=2026))) == list(new_year)
    assert [(share.key, share.count) for share in introductions_by_year(Scope())] == [(2025, 1), (2026, 1)]


def test_introductions_are_counted_by_club_sector_and_stage(pair):
    sector = SectorFactory()
    pair.ask(subject="A", sector=sector)
    pair.accepted(subject="B", offer=offer_of(pair.structure))
    pair.confirmed(introduction=pair.accepted(subject="C", sector=sector))
    pair_of().ask()
    scope = Scope(club=pair.club)
    assert introductions_counted(Scope()).count() == 4 and introductions_counted(scope).count() == 3
    assert introductions_counted(Scope(club=pair.club, sector=sector)).count() == 2
    stages = {share.key: share.count for share in introductions_by_stage(scope)}
    assert stages[Stage.ASKED] == stages[Stage.ACCEPTED] == stages[Stage.CONFIRMED] == 1
    assert set(stages) == set(Stage) and sum(stages.values()) == 3
    origins = {share.key: share.count for share in introductions_by_origin(scope)}
    assert origins == {Origin.OFFER: 1, Origin.DIRECTORY: 2, Origin.EVENT: 0, Origin.COORDINATOR: 0}
    assert [(share.key, share.count) for share in introductions_by_sector(scope)] == [(sector.pk, 2), (None, 1)]


def test_introduction_figures_tell_acceptance_conversion_and_time_to_answer(pair):
    asked_on(pair.confirmed(introduction=pair.accepted(subject="A")).introduction, 2026, 3, 1)
    asked_on(pair.accepted(subject="B"), 2026, 3, 5)
    asked_on(actions.decline_introduction(pair.ask(subject="C"), by=pair.manager), 2026, 4, 1)
    actions.withdraw_introduction(pair.ask(subject="D"), by=pair.buyer)
    pair.ask(subject="E")
    figures = introduction_figures(Scope())
    assert (figures.asked, figures.accepted, figures.declined) == (5, 2, 1)
    assert (figures.withdrawn, figures.waiting, figures.concluded) == (1, 1, 1)
    assert figures.mean_answer_time == datetime.timedelta(days=2)
    assert figures.acceptance == pytest.approx(2 / 3) and figures.conversion == pytest.approx(1 / 5)


def test_introduction_figures_of_nothing_are_empty_not_wrong(db):
    figures = introduction_figures(Scope(year=1999))
    assert figures.asked == 0
    assert figures.acceptance is figures.conversion is figures.mean_answer_time is None
    assert contract_figures(Scope(year=1999)).amount == Decimal(0)


def test_territory_is_that_of_the_structure_whoever_asked(pair):
    region = TerritoryFactory(kind=TerritoryKind.REGION, code="11", name="Île-de-France")
    hauts = TerritoryFactory(region=region)
    yvelines = TerritoryFactory(code="78", name="Yvelines", region=region)
    seat(pair.company, yvelines), seat(pair.structure, hauts)
    pair.ask(subject="A")
    actions.ask_introduction(pair.structure, pair.company, by=pair.manager, subject="B")
    pair.confirmed(introduction=pair.accepted(subject="C"))
    pair_of(pair.club).ask(subject="Sans adresse")
    assert introductions_counted(Scope(territory=hauts)).count() == 3
    assert introductions_counted(Scope(territory=yvelines)).count() == 0
    assert introductions_counted(Scope(territory=region)).count() == 3
    assert contracts_counted(Scope(territory=hauts)).count() == 1
    assert contracts_counted(Scope(territory=yvelines)).count() == 0
    shares = introductions_by_department(Scope())
    assert [(share.key, share.count) for share in shares] == [(hauts.pk, 3), (None, 1)]
    assert [(share.key, share.figures.count) for share in contracts_by_department(Scope())] == [(hauts.pk, 1)]


def test_contracts_count_only_when_confirmed_in_the_year_they_start(pair):
    sector = SectorFactory()
    introduction = pair.accepted(sector=sector)
    pair.stated(service(amount=Decimal(1)), introduction)
    actions.dispute_contract(pair.stated(service(amount=Decimal(2)), introduction), by=pair.manager, reason="Non")
    actions.withdraw_contract(pair.stated(service(amount=Decimal(4)), introduction), by=pair.buyer)
    pair.confirmed(service(amount=Decimal("1000.50"), hours_due=100, hours_done=40), introduction)
    pair.confirmed(hiring(jobs=3), pair.accepted(subject="Recruter"))
    pair.confirmed(service(starts_on=datetime.date(2025, 12, 31), amount=Decimal(7)), introduction)
    figures = contract_figures(Scope(club=pair.club, year=2026))
    assert (figures.count, figures.amount) == (2, Decimal("1000.50"))
    assert (figures.hours_due, figures.hours_done, figures.jobs) == (100, 40, 3)
    assert [(share.key, share.figures.count) for share in contracts_by_kind(Scope())] == [
        (ContractKind.SERVICE, 2), (ContractKind.CDI, 1),
    ]  # fmt: skip
    assert [(share.key, share.figures.amount) for share in contracts_by_sector(Scope())] == [
        (sector.pk, Decimal("1007.50")), (None, Decimal(0)),
    ]  # fmt: skip
    assert [(share.key, share.figures.count) for share in contracts_by_year(Scope())] == [(2025, 1), (2026, 2)]
    assert contract_figures(Scope(sector=sector)).count == 2
    assert contract_figures(Scope(club=pair_of().club)).count == 0


def test_scope_reads_back_what_it_names_and_leaves_out_what_is_unknown(pair):
    scope = Scope(club=pair.club, year=2026, sector=SectorFactory(), territory=TerritoryFactory())
    assert scope_of(scope.parameters()) == scope
    assert scope_of({"club": "nowhere", "year": "deux mille", "sector": "-1", "territory": "9" * 40}) == Scope()
    assert scope_of({"club": "a\0b", "year": "0", "sector": "²"}) == Scope()


def test_scope_year_has_its_bounds_and_the_year_before():
    scope = Scope(year=2026)
    assert (scope.starts_on, scope.ends_on) == (datetime.date(2026, 1, 1), datetime.date(2026, 12, 31))
    assert scope.ends_before - scope.starts_at == datetime.timedelta(days=365)
    assert scope.year_before == Scope(year=2025) and Scope().year_before == Scope()
    assert Scope().starts_on is Scope().ends_on is Scope().starts_at is Scope().ends_before is None
