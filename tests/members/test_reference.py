"""Communes, territories, sectors and occupations from the project's own files."""

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from members.models import Commune, Occupation, PostCode, Sector, SectorGroup, Territory
from members.models.places import TownFinder, department_codes, folded_town, full_post_code
from members.reference import load_reference

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def towns(django_db_setup, django_db_blocker):
    """The communes of a few departments, loaded once for the tests of this module."""
    with django_db_blocker.unblock():
        load_reference(departments=["01", "13", "2A", "2B", "60", "69", "75", "92", "93", "974", "988"])
    yield
    with django_db_blocker.unblock():
        for model in (PostCode, Commune, Occupation, Sector, SectorGroup):
            model.objects.all().delete()
        Territory.objects.exclude(region=None).delete()
        Territory.objects.all().delete()


def test_reference_holds_all_communes_and_loads_them_once():
    loaded = load_reference()
    assert (loaded.communes, loaded.territories, loaded.sectors, loaded.occupations) == (35_064, 128, 154, 532)
    assert Commune.objects.filter(latitude=None).exclude(insee_code__startswith="98").count() == 0
    assert load_reference().total == 0


def test_reference_mends_what_differs_and_takes_nothing_away():
    load_reference(departments=["60"])
    Commune.objects.filter(pk="60057").update(name="Bovais", latitude=0)
    own = Sector.objects.create(group=Sector.objects.first().group, name="Apiculture")
    assert load_reference(departments=["60"]).communes == 1
    assert Commune.objects.get(pk="60057").name == "Beauvais"
    assert Sector.objects.filter(pk=own.pk).exists()


def test_reference_departments_know_their_region():
    load_reference(departments=[])
    assert Territory.objects.get(kind="department", code="974").region.name == "La Réunion"
    assert not Commune.objects.exists()


def test_load_reference_command_says_what_it_loaded(capsys):
    call_command("load_reference", "--departments", "60", verbosity=1)
    assert "communes" in capsys.readouterr().out
    assert Commune.objects.filter(department__code="60").count() == Commune.objects.count() > 600


@pytest.mark.parametrize(
    ("post_code", "name", "insee_code"),
    [
        ("92000", "Nanterre", "92050"),
        ("92000", "NANTERRE", "92050"),
        ("92013", "Nanterre Cedex", "92050"),
        ("92600", "ASNIERES S/ SEINE", "92004"),
        ("92600", "Asnières-sur-Seine CEDEX 2", "92004"),
        ("93200", "ST DENIS", "93066"),
        ("93400", "Saint-Ouen-sur-Seine", "93070"),
        ("1500", "Ambérieu-en-Bugey", "01004"),
        ("1500", "Ambronay", "01007"),
        ("75008", "Paris 8e Arrondissement", "75056"),
        ("75020", "PARIS 20", "75056"),
        ("69003", "Lyon 3ème", "69123"),
        ("13016", "MARSEILLE", "13055"),
        ("20000", "Ajaccio", "2A004"),
        ("20200", "Bastia", "2B033"),
        ("97400", "St-Denis", "97411"),
        ("97480", "Saint Joseph", "97412"),
        ("98800", "Nouméa", "98818"),
        ("92 000", "nanterre", "92050"),
        ("60000", "Beauvais", "60057"),
    ],
)
def test_commune_is_found_by_post_code_and_name(towns, post_code, name, insee_code):
    assert [commune.pk for commune in Commune.objects.at(post_code, name)][:1] == [insee_code]


def test_commune_of_a_post_code_with_an_unknown_name_gives_all_its_towns(towns):
    found = {commune.name for commune in Commune.objects.at("01500", "Trifouillis-les-Oies")}
    assert {"Ambérieu-en-Bugey", "Ambronay"} <= found
    finder = TownFinder(Commune.objects.all(), [("01500", "Trifouillis-les-Oies")])
    assert finder.the_one("01500", "Trifouillis-les-Oies") is None
    assert not finder.knows_name("01500", "Trifouillis-les-Oies")


def test_commune_is_not_found_without_post_code_nor_at_an_unknown_one(towns):
    assert not Commune.objects.at("", "Nanterre").exists()
    assert not Commune.objects.at("99999", "Nanterre").exists()


def test_town_finder_needs_the_same_queries_for_one_pair_and_for_many(towns):
    counts = []
    for pairs in ([("92000", "Nanterre")], [("92000", "Nanterre"), ("60000", "Beauvais"), ("75001", "Paris")]):
        with CaptureQueriesContext(
            connection,
        ) as queries:
            TownFinder(Commune.objects.all(), pairs)
        counts.append(len(queries))
    assert counts == [3, 3]


def test_folded_town_forgets_what_is_not_the_name():
    assert folded_town("St-Étienne-du-Rouvray Cedex 09") == "saint etienne du rouvray"
    assert folded_town("Mureaux (Les)") == "les mureaux"


def test_post_codes_get_their_zero_back_and_know_their_departments():
    assert full_post_code(" 1 500") == "01500"
    assert [department_codes(code) for code in ("20137", "97410", "01500")] == [["2A", "2B"], ["974"], ["01"]]
