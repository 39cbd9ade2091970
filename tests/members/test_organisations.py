import pytest
from django.core.files.base import ContentFile

from core.errors import RuleBroken
from core.models import HistoryEntry
from core.pages import history_of
from members.actions.organisations import act_for, register_organisation, update_organisation
from members.enums import PointSource, RoleLevel
from members.models import Organisation
from members.rights import rights_of
from tests.factories import CommuneFactory, OrganisationFactory, PersonFactory, SectorFactory, member_of, siret

pytestmark = pytest.mark.django_db


def register(by, **changes):
    values = {"kind": "company", "siret": siret(1), "name": "Ateliers du Lac", "street": "1 rue du Lac",
              "post_code": "92000", "city": "Nanterre", **changes}  # fmt: skip
    return register_organisation(by=by, **values)


def test_organisation_registered_makes_its_author_manager_acting_for_it():
    person, sector = PersonFactory(), SectorFactory()
    organisation = register(person, sectors=[sector], phone="+33140000000")
    role = organisation.roles.get()
    assert (role.person, role.level) == (person, RoleLevel.MANAGER)
    assert rights_of(person).organisation_id == organisation.pk
    assert list(organisation.sectors.all()) == [sector]
    assert not organisation.is_listed
    assert history_of(organisation)[0].code == "members.organisation.registered"


def test_organisation_registered_gets_the_point_of_its_commune_without_any_network():
    commune = CommuneFactory()
    organisation = register(PersonFactory())
    assert organisation.commune == commune
    assert (organisation.latitude, organisation.longitude) == (commune.latitude, commune.longitude)
    assert organisation.point_source == PointSource.COMMUNE
    assert organisation.refine_after is not None


def test_organisation_in_an_unknown_town_has_no_point():
    organisation = register(PersonFactory(), post_code="99999", city="Nowhere")
    assert organisation.commune is None and not organisation.has_point
    assert organisation.point_source == PointSource.NONE


def test_organisation_registered_twice_under_one_kind_is_refused_at_the_siret():
    OrganisationFactory(siret=siret(1), kind="company")
    with pytest.raises(RuleBroken) as broken:
        register(PersonFactory())
    assert broken.value.field == "siret"
    assert Organisation.objects.count() == 1
    assert not HistoryEntry.objects.exists()


def test_organisation_registered_under_another_kind_may_share_its_siret():
    OrganisationFactory(siret=siret(1), kind="ACI")
    assert register(PersonFactory(), kind="EI").pk


def test_organisation_update_marks_just_the_fields_that_changed_as_edited():
    organisation = OrganisationFactory(city="Nanterre", phone="")
    person = member_of(organisation)
    updated = update_organisation(
        organisation, by=person, city="Nanterre", phone="+33140000000", name=organisation.name
    )
    assert updated.edited_fields == ["phone"]
    assert history_of(organisation)[0].values["fields"] == "phone"


def test_organisation_update_without_any_change_writes_nothing():
    organisation = OrganisationFactory()
    update_organisation(organisation, by=member_of(organisation), name=organisation.name, sectors=[])
    assert not HistoryEntry.objects.exists()
    organisation.refresh_from_db()
    assert organisation.edited_fields == []


def test_organisation_that_moves_gets_the_point_of_its_new_commune():
    CommuneFactory()
    new = CommuneFactory(
        insee_code="78646", name="Versailles", folded_name="versailles", latitude=48.8, longitude=2.13, codes=["78000"]
    )
    organisation = OrganisationFactory(latitude=48.9, longitude=2.2, point_source=PointSource.ADDRESS)
    moved = update_organisation(organisation, by=member_of(organisation), post_code="78000", city="Versailles")
    assert (moved.commune, moved.latitude, moved.point_source) == (new, 48.8, PointSource.COMMUNE)


def test_organisation_keeps_its_fine_point_when_its_address_stays():
    organisation = OrganisationFactory(latitude=48.9, longitude=2.2, point_source=PointSource.ADDRESS)
    updated = update_organisation(organisation, by=member_of(organisation), phone="+33140000000")
    assert (updated.latitude, updated.point_source) == (48.9, PointSource.ADDRESS)


def test_organisation_logo_replaced_leaves_no_file_behind(django_capture_on_commit_callbacks):
    organisation = OrganisationFactory()
    person = member_of(organisation)
    first = update_organisation(organisation, by=person, logo=ContentFile(b"one", "a.webp")).logo
    storage, name = first.storage, first.name
    assert storage.exists(name)
    with django_capture_on_commit_callbacks(execute=True):
        second = update_organisation(organisation, by=person, logo=ContentFile(b"two", "b.webp"))
    assert not storage.exists(name) and storage.exists(second.logo.name)
    with django_capture_on_commit_callbacks(execute=True):
        assert not update_organisation(organisation, by=person, logo=False).logo


def test_act_for_is_refused_for_an_organisation_one_does_not_belong_to():
    person, other = member_of(OrganisationFactory()), OrganisationFactory()
    with pytest.raises(RuleBroken):
        act_for(other, by=person)


def test_organisation_visible_only_when_listed_mine_or_to_a_coordinator():
    hidden, listed = OrganisationFactory(is_listed=False), OrganisationFactory()
    outsider, insider = PersonFactory(), member_of(hidden)
    assert list(Organisation.objects.visible_to(outsider)) == [listed]
    assert set(Organisation.objects.visible_to(insider)) == {hidden, listed}


def test_orphans_are_organisations_without_a_manager():
    orphan, managed = OrganisationFactory(), OrganisationFactory()
    member_of(orphan, level=RoleLevel.CONTRIBUTOR)
    member_of(managed)
    assert list(Organisation.objects.orphans()) == [orphan]
