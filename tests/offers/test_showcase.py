"""What the showcase finds: by words, by place of work, by the rest; who sees what."""

import pytest
from django.http import QueryDict

from members.enums import OrganisationKind, TerritoryKind
from members.models import Territory
from offers.enums import Provision, Range
from offers.forms import ShowcaseForm
from offers.models import Offer
from offers.places import find_places
from tests.factories import (
    ClubFactory,
    CommuneFactory,
    OrganisationFactory,
    SectorFactory,
    TerritoryFactory,
    administrator,
    coordinator_of,
    member_of,
)
from tests.offers.factories import LabelFactory, OfferFactory

pytestmark = pytest.mark.django_db

NANTERRE, VERSAILLES, LYON = (48.896, 2.2066), (48.8047, 2.1204), (45.758, 4.8351)  # 12 km, 390 km from Nanterre


@pytest.fixture
def towns():
    """Nanterre (92) and Versailles (78) in Île-de-France, Lyon (69) in another region; regions by name."""
    ile = Territory.objects.create(kind=TerritoryKind.REGION, code="11", name="Île-de-France")
    rhone = Territory.objects.create(kind=TerritoryKind.REGION, code="84", name="Auvergne-Rhône-Alpes")
    found = {}
    for insee, name, code, department, region, point in [
        ("92050", "Nanterre", "92000", ("92", "Hauts-de-Seine"), ile, NANTERRE),
        ("78646", "Versailles", "78000", ("78", "Yvelines"), ile, VERSAILLES),
        ("69123", "Lyon", "69001", ("69", "Rhône"), rhone, LYON),
    ]:
        territory = TerritoryFactory(code=department[0], name=department[1], region=region)
        found[name] = CommuneFactory(
            insee_code=insee, name=name, folded_name=name.lower(), department=territory, latitude=point[0],
            longitude=point[1], codes=[code],
        )  # fmt: skip
    return found


def at(point, **fields):
    return OrganisationFactory(structure=True, latitude=point[0], longitude=point[1], **fields)


def show(query, today, **options):
    options = {"clubs": [], "club": None, "organisation": None} | options
    return ShowcaseForm(QueryDict(query), today=today, **options)


def found(query, today, **options):
    return list(show(query, today, **options).found())


# --- Words ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "words",
    [
        "espaces verts", "espace vert", "ESPACES", "entretien des espaces", "élagage", "elagage", "elag",
        "paysagisme", "rsei", "mairie de nanterre", "Jardins d’avenir", "l'élagage à Suresnes",
    ],
)  # fmt: skip
def test_words_are_found_whatever_the_accents_and_endings(words, today):
    offer = OfferFactory(
        title="Entretien d’espaces verts", description="Tonte, élagage", references="Mairie de Nanterre",
        sectors=[SectorFactory(name="Paysagisme")], labels=[LabelFactory(name="RSEi")],
        organisation=OrganisationFactory(structure=True, trade_name="Les Jardins d’avenir", city="Suresnes"),
    )  # fmt: skip
    OfferFactory(title="Blanchisserie")
    assert list(Offer.objects.showcased(today).matching(words)) == [offer]


@pytest.mark.parametrize("words", ["ret", "lagage", "espaces verts blanchisserie", "tonnerre"])
def test_words_that_stand_nowhere_find_nothing(words, today):
    OfferFactory(title="Entretien d’espaces verts", description="Tonte, élagage")
    assert not Offer.objects.showcased(today).matching(words).exists()


def test_a_stem_finds_no_other_word_that_begins_alike(today):
    OfferFactory(title="Réparation de vélos")
    assert not Offer.objects.matching("repas").exists()
    assert Offer.objects.matching("vélo").exists() and Offer.objects.matching("velos").exists()


def test_words_that_say_nothing_change_nothing():
    OfferFactory()
    assert Offer.objects.matching("le de la à …").count() == 1


# --- Places -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "name", "is_point"),
    [
        ("92000", "Nanterre (92)", True),
        ("92000 Nanterre", "Nanterre (92)", True),
        ("92000 NANTERRE CEDEX", "Nanterre (92)", True),
        ("nanterre", "Nanterre (92)", True),
        ("Nanter", "Nanterre (92)", True),
        ("Nanterre (92)", "Nanterre (92)", True),
        ("Nanterre 92000", "Nanterre (92)", True),
        (" 92 ", "Hauts-de-Seine (92)", False),
        ("hauts de seine", "Hauts-de-Seine (92)", False),
        ("Hauts-de-Seine (92)", "Hauts-de-Seine (92)", False),
        ("ile de france", "Île-de-France", False),
    ],
)
def test_place_is_understood_as_people_write_it(towns, text, name, is_point):
    place = find_places(text)[0]
    assert (place.name, place.is_point) == (name, is_point)


@pytest.mark.parametrize("text", ["", "  ", "!?", "Atlantide", "99999", "95", "Nanterre (69)", "9", "x" * 80, "(92)"])
def test_unknown_place_is_no_place(towns, text):
    assert find_places(text) == []


def test_name_of_several_towns_gives_them_all(towns):
    other = TerritoryFactory(code="42", name="Loire")
    CommuneFactory(insee_code="42999", name="Nanterre", folded_name="nanterre", department=other, codes=["42999"])
    assert [place.name for place in find_places("Nanterre")] == ["Nanterre (42)", "Nanterre (92)"]
    assert [place.name for place in find_places("Nanterre (92)")] == ["Nanterre (92)"]


def test_around_serves_as_far_as_it_says(towns, today):
    near = OfferFactory(organisation=at(VERSAILLES), range_km=13)
    OfferFactory(organisation=at(VERSAILLES), range_km=11)
    OfferFactory(organisation=OrganisationFactory(structure=True), range_km=500)  # no point: nobody knows
    assert found("place=Nanterre", today) == [near]
    assert 11.5 < near.__class__.objects.with_distance_to(*NANTERRE).get(pk=near.pk).distance_km < 12.5


def test_territories_serve_what_lies_in_them(towns, today):
    departments = {name: town.department for name, town in towns.items()}
    own = OfferFactory(range=Range.TERRITORIES, territories=[departments["Nanterre"]])
    region = OfferFactory(range=Range.TERRITORIES, territories=[departments["Nanterre"].region])
    OfferFactory(range=Range.TERRITORIES, territories=[departments["Lyon"]])
    assert set(found("place=Nanterre", today)) == {own, region}
    assert set(found("place=92", today)) == {own, region}
    assert found("place=Versailles", today) == [region]
    assert set(found("place=ile-de-france", today)) == {own, region}


def test_country_serves_everywhere(towns, today):
    offer = OfferFactory(range=Range.COUNTRY, organisation=at(LYON))
    for place in ("Nanterre", "78", "Île-de-France", "Lyon"):
        assert found(f"place={place}", today) == [offer]


def test_around_serves_a_department_it_is_seated_in_or_reaches(towns, today):
    seated = OfferFactory(organisation=at(VERSAILLES, commune=towns["Versailles"]), range_km=5)
    reaching = OfferFactory(organisation=at(NANTERRE, commune=towns["Nanterre"]), range_km=13)
    OfferFactory(organisation=at(NANTERRE, commune=towns["Nanterre"]), range_km=11)
    assert set(found("place=78", today)) == {seated, reaching}


def test_nearest_come_first_and_newest_when_asked(towns, today):
    far = OfferFactory(organisation=at(LYON), range=Range.COUNTRY)
    near = OfferFactory(organisation=at(VERSAILLES), range=Range.COUNTRY)
    nowhere = OfferFactory(organisation=OrganisationFactory(structure=True), range=Range.COUNTRY)
    assert found("place=Nanterre", today) == [near, far, nowhere]
    assert found("place=Nanterre&sort=newest", today) == [nowhere, near, far]


def test_unknown_place_shows_nothing_and_says_so(today):
    OfferFactory(range=Range.COUNTRY)
    form = show("place=Atlantide", today)
    assert form.is_place_unknown and not form.found().exists()


def test_range_is_told_in_words(towns):
    structure = OrganisationFactory(structure=True, city="Nanterre")
    offers = [
        OfferFactory(organisation=structure, range_km=20),
        OfferFactory(organisation=structure, range=Range.COUNTRY),
        OfferFactory(organisation=structure, range=Range.TERRITORIES, territories=[towns["Nanterre"].department]),
        OfferFactory(organisation=OrganisationFactory(structure=True, city=""), range_km=20),
    ]
    assert [offer.range_in_words() for offer in offers] == [
        "20 km autour de Nanterre", "Toute la France", "Hauts-de-Seine (92)", "20 km autour de son adresse",
    ]  # fmt: skip


# --- The other filters ------------------------------------------------------------------------------------------------


def test_filters_add_up_and_values_of_one_filter_do_not(today):
    green, blue = SectorFactory(name="Vert"), SectorFactory(name="Bleu")
    label = LabelFactory()
    one = OfferFactory(sectors=[green, blue], provision=Provision.GOODS, labels=[label])
    two = OfferFactory(sectors=[blue], organisation__kind=OrganisationKind.ESAT)
    three = OfferFactory()
    assert set(found(f"sector={green.pk}&sector={blue.pk}", today)) == {one, two}
    assert found(f"sector={blue.pk}&provision=goods", today) == [one]
    assert found("kind=ESAT&kind=EA", today) == [two]
    assert found(f"label={label.pk}", today) == [one]
    assert found(f"organisation={three.organisation_id}", today, organisation=three.organisation) == [three]


def test_wrong_values_are_left_out(today):
    offer = OfferFactory()
    query = "sector=x&sector=999999&kind=company&label=&provision=magic&sort=up&q=%00&club=nowhere&page=-3"
    assert found(query, today) == [offer]


def test_only_choices_that_lead_somewhere_are_offered(today):
    SectorFactory(name="Sans offre")
    used = SectorFactory(name="Avec offre")
    OfferFactory(sectors=[used])
    OfferFactory(sectors=[SectorFactory(name="Brouillon")], draft=True)
    form = show(f"sector={used.pk}", today)
    [group] = form.sector_groups()
    assert [(choice.label, choice.count, choice.is_ticked) for choice in group.choices] == [("Avec offre", 1, True)]
    assert [value for value, _label in form.fields["kind"].choices] == ["EI"]


def test_filters_that_are_on_can_be_dropped_one_by_one(towns, today):
    green, blue = SectorFactory(name="Vert"), SectorFactory(name="Bleu")
    OfferFactory(sectors=[green, blue])
    form = show(f"q=tonte&place=nanterre&sector={green.pk}&sector={blue.pk}&page=2", today)
    active = {one.label: QueryDict(one.query[1:]) for one in form.active()}
    assert list(active) == ["«\u00a0tonte\u00a0»", "prestation à Nanterre (92)", "Vert", "Bleu"]
    assert active["Vert"].getlist("sector") == [str(blue.pk)]
    assert "q" not in active["«\u00a0tonte\u00a0»"] and "page" not in active["Vert"]


def test_nothing_found_says_which_filter_to_drop(today):
    OfferFactory(title="Blanchisserie", sectors=[SectorFactory(name="Linge")])
    other = OfferFactory(title="Menuiserie")
    form = show(f"q=menuiserie&provision=service&organisation={other.organisation_id}", today)
    assert form.found().count() == 1
    form = show("q=piscine&provision=service", today)
    assert [(way.query, count) for way, count in form.ways_out()] == [("?provision=service", 2)]


def test_showcase_of_a_club_holds_its_members_and_names_the_club(today):
    one, other = ClubFactory(), ClubFactory()
    offer = OfferFactory(club=one)
    elsewhere = OfferFactory(club=other)
    form = show("q=offre", today, clubs=[one, other], club=one)
    assert list(form.found()) == [offer]
    assert f"club={one.slug}" in form.active()[0].query
    assert set(found("", today, clubs=[one, other])) == {offer, elsewhere}
    form = show("kind=EI&q=" + elsewhere.title.split()[1], today, clubs=[one, other], club=one)
    assert ("?kind=EI&q=" + elsewhere.title.split()[1] + "&club=all", 1) in [(w.query, n) for w, n in form.ways_out()]


# --- Who sees what ----------------------------------------------------------------------------------------------------


def test_offers_are_visible_to_everybody_once_shown_and_to_their_own_before(today):
    club = ClubFactory()
    shown, draft = OfferFactory(club=club), OfferFactory(club=club, draft=True)
    lapsed = OfferFactory(member=False)
    stranger, own = member_of(OrganisationFactory()), member_of(draft.organisation)
    assert set(Offer.objects.visible_to(stranger, today)) == {shown}
    assert set(Offer.objects.visible_to(own, today)) == {shown, draft}
    assert set(Offer.objects.visible_to(coordinator_of(club), today)) == {shown, draft}
    assert set(Offer.objects.visible_to(coordinator_of(ClubFactory()), today)) == {shown}
    assert set(Offer.objects.visible_to(administrator(), today)) == {shown, draft, lapsed}
