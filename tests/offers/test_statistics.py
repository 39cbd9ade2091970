from datetime import UTC, date, datetime

import pytest

from members.scope import Scope
from offers.enums import OfferStatus, Provision
from offers.statistics import (
    offer_counts,
    offers_by_department,
    offers_by_sector,
    offers_by_sector_group,
    offers_published,
    offers_shown,
)
from tests.factories import ClubFactory, CommuneFactory, OrganisationFactory, SectorFactory
from tests.memberships.factories import TermFactory
from tests.offers.factories import OfferFactory

pytestmark = pytest.mark.django_db


def test_shown_offers_are_counted_by_provision_sector_and_department(today):
    club, commune = ClubFactory(), CommuneFactory()
    green, blue = SectorFactory(name="Vert"), SectorFactory(name="Bleu")
    structure = OrganisationFactory(structure=True, commune=commune)
    one = OfferFactory(organisation=structure, club=club, sectors=[green, blue], provision=Provision.GOODS)
    OfferFactory(organisation=structure, sectors=[green])
    OfferFactory(sectors=[blue])
    OfferFactory(draft=True)
    everything = offers_shown(Scope(), today)
    counts = offer_counts(everything)
    assert (counts.total, counts.structures) == (3, 2)
    assert counts.by_provision == {Provision.STAFFING: 0, Provision.SERVICE: 2, Provision.GOODS: 1}
    assert [(row.sector.name, row.offers) for row in offers_by_sector(everything)] == [("Bleu", 2), ("Vert", 2)]
    assert [row.offers for row in offers_by_sector_group(everything)] == [3]
    assert [(row.department, row.offers) for row in offers_by_department(everything)] == [
        (commune.department, 2), (None, 1),
    ]  # fmt: skip
    assert offer_counts(offers_shown(Scope(club=club), today)).total == 2
    assert list(offers_shown(Scope(sector=blue, territory=commune.department), today)) == [one]


def test_published_offers_of_a_year_count_though_withdrawn_since():
    club = ClubFactory()
    old = OfferFactory(club=club, published_at=datetime(2025, 6, 1, tzinfo=UTC), status=OfferStatus.WITHDRAWN)
    new = OfferFactory(club=club)
    OfferFactory(draft=True)
    assert list(offers_published(Scope(year=2025))) == [old]
    assert list(offers_published(Scope(year=2026, club=club))) == [new]
    assert set(offers_published(Scope())) == {old, new}


def test_published_offers_of_a_club_are_of_its_members_of_that_year():
    club = ClubFactory()
    offer = OfferFactory(member=False)
    TermFactory(organisation=offer.organisation, club=club, starts_on=date(2024, 1, 1), ends_on=date(2025, 12, 31))
    assert not offers_published(Scope(year=2026, club=club)).exists()
    assert offers_published(Scope(club=club)).get() == offer
