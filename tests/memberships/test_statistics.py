"""Figures of membership: on a day, against the objective, who came and who went."""

from datetime import date

import pytest

from members.enums import Audience, OrganisationKind
from members.models import Club
from members.scope import Scope
from memberships.statistics import joined, left, member_counts, members_against_objective, movements
from tests.factories import ClubFactory, CommuneFactory, OrganisationFactory, SectorFactory
from tests.memberships.factories import TermFactory

pytestmark = pytest.mark.django_db
DAY = date(2026, 6, 30)
YEAR = (date(2026, 1, 1), date(2026, 12, 31))


@pytest.fixture
def club():
    return ClubFactory(name="A", objective=4, stretch_objective=8)


def term(club, starts_on, ends_on=None, organisation=None, **fields):
    organisation = organisation or OrganisationFactory(**fields)
    return TermFactory(club=club, organisation=organisation, starts_on=starts_on, ends_on=ends_on).organisation


def test_members_are_counted_by_kind_and_audience(club):
    term(club, date(2026, 1, 1))
    term(club, date(2026, 1, 1), structure=True)
    term(club, date(2026, 6, 30), kind=OrganisationKind.ACI)
    term(club, date(2026, 7, 1))
    term(club, date(2025, 1, 1), date(2026, 6, 29))
    counts = member_counts(Scope(club=club), DAY)
    assert counts.total == 3
    assert counts.by_kind == {OrganisationKind.COMPANY: 1, OrganisationKind.EI: 1, OrganisationKind.ACI: 1}
    assert counts.by_audience == {Audience.BUYERS: 1, Audience.STRUCTURES: 2, Audience.PARTNERS: 0}


def test_member_of_two_clubs_counts_once_over_all(club):
    organisation = term(club, date(2026, 1, 1))
    term(ClubFactory(), date(2026, 1, 1), organisation=organisation)
    assert member_counts(Scope(), DAY).total == 1


def test_members_of_a_sector_and_a_territory(club):
    commune, sector = CommuneFactory(), SectorFactory()
    inside = term(club, date(2026, 1, 1), commune=commune)
    inside.sectors.add(sector)
    inside.sectors.add(SectorFactory())
    term(club, date(2026, 1, 1))
    assert member_counts(Scope(sector=sector), DAY).total == 1
    assert member_counts(Scope(club=club, territory=commune.department), DAY).total == 1


def test_members_stand_beside_the_objective(club):
    term(club, date(2026, 1, 1))
    ClubFactory(name="B", objective=50)
    figures = members_against_objective(DAY, Club.objects.all())
    assert [(f.club.name, f.members, f.objective, f.share) for f in figures] == [("A", 1, 4, 0.25), ("B", 0, 50, 0.0)]


def test_movements_add_up_and_ignore_renewals(club):
    scope = Scope(club=club)
    renewed = term(club, date(2025, 1, 1), date(2025, 12, 31))
    term(club, date(2026, 1, 1), date(2026, 12, 31), organisation=renewed)
    gone = term(club, date(2025, 1, 1), date(2026, 3, 31))
    come = term(club, date(2026, 2, 1))
    term(club, date(2026, 2, 1), date(2026, 5, 1))  # came and went
    term(ClubFactory(), date(2026, 2, 1))  # another club
    assert list(joined(scope, *YEAR)) == [come]
    assert list(left(scope, *YEAR)) == [gone]
    figures = movements(scope, *YEAR)
    assert (figures.before, figures.joined, figures.left, figures.after) == (2, 1, 1, 2)
    assert figures.before + figures.joined - figures.left == figures.after
