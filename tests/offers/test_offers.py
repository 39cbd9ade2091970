"""Writing, publishing, withdrawing: what the actions do and refuse."""

import pytest
from django.db import IntegrityError, transaction

from core.errors import RuleBroken
from core.models import HistoryEntry, Letter
from core.uploads import clean_picture
from members.enums import OrganisationKind, RoleLevel
from offers import actions
from offers.enums import OfferStatus, Provision, Range
from offers.models import Offer, Picture
from tests.factories import (
    ClubFactory,
    OrganisationFactory,
    SectorFactory,
    TerritoryFactory,
    administrator,
    coordinator_of,
    member_of,
)
from tests.memberships.factories import TermFactory
from tests.offers.factories import LabelFactory, OfferFactory, PictureFactory, upload

pytestmark = pytest.mark.django_db


@pytest.fixture
def structure():
    return OrganisationFactory(structure=True)


@pytest.fixture
def manager(structure):
    return member_of(structure)


def fields(**changes):
    return {
        "title": "Espaces verts", "description": "Tonte et taille", "provision": Provision.SERVICE,
        "sectors": [SectorFactory(name="Paysage")], "range": Range.AROUND, "range_km": 20,
    } | changes  # fmt: skip


def codes(thing):
    return [entry.code for entry in HistoryEntry.objects.about(thing).order_by("pk")]


# --- Writing ----------------------------------------------------------------------------------------------------------


def test_offer_is_drafted_with_all_it_says(structure, manager):
    label, sector = LabelFactory(), SectorFactory(name="Paysage")
    offer = actions.create_offer(
        structure, by=manager, **fields(title="  Espaces verts ", labels=[label], references="Ville de Nanterre")
    )
    offer.refresh_from_db()
    assert (offer.title, offer.status, offer.published_at) == ("Espaces verts", OfferStatus.DRAFT, None)
    assert (list(offer.sectors.all()), list(offer.labels.all())) == ([sector], [label])
    assert codes(offer) == codes(structure) == ["offers.offer.created"]


@pytest.mark.parametrize("kind", [OrganisationKind.COMPANY, OrganisationKind.PUBLIC_BUYER, OrganisationKind.NETWORK])
def test_offer_of_another_kind_is_refused(kind):
    organisation = OrganisationFactory(kind=kind)
    with pytest.raises(RuleBroken):
        actions.create_offer(organisation, by=member_of(organisation), **fields())
    assert not Offer.objects.exists()


def test_offer_with_a_title_of_the_same_structure_is_refused(structure, manager):
    actions.create_offer(structure, by=manager, **fields())
    with pytest.raises(RuleBroken) as broken:
        actions.create_offer(structure, by=manager, **fields(title="espaces VERTS"))
    assert broken.value.field == "title"
    assert Offer.objects.count() == 1
    other = OrganisationFactory(structure=True)
    assert actions.create_offer(other, by=member_of(other), **fields()).pk


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"range_km": None}, "range_km"),
        ({"range_km": 0}, "range_km"),
        ({"range_km": 501}, "range_km"),
        ({"range": Range.TERRITORIES, "territories": []}, "territories"),
    ],
)
def test_offer_with_half_a_range_is_refused(structure, manager, changes, field):
    with pytest.raises(RuleBroken) as broken:
        actions.create_offer(structure, by=manager, **fields(**changes))
    assert broken.value.field == field
    assert not Offer.objects.exists()


def test_range_keeps_only_the_detail_of_what_was_chosen(structure, manager):
    territory = TerritoryFactory()
    offer = actions.create_offer(structure, by=manager, **fields(range=Range.COUNTRY, territories=[territory]))
    assert (offer.range_km, offer.territories.count()) == (None, 0)
    offer = actions.update_offer(offer, by=manager, range=Range.TERRITORIES, range_km=30, territories=[territory])
    assert (offer.range_km, list(offer.territories.all())) == (None, [territory])


def test_update_changes_only_what_is_given(structure, manager):
    offer = actions.create_offer(structure, by=manager, **fields())
    offer = actions.update_offer(offer, by=manager, title="Jardins")
    offer.refresh_from_db()
    assert (offer.title, offer.range_km, offer.sectors.count()) == ("Jardins", 20, 1)
    assert " jardins " in offer.search_text
    assert codes(offer)[-1] == "offers.offer.updated"


def test_update_of_a_published_offer_keeps_it_complete():
    offer = OfferFactory()
    with pytest.raises(RuleBroken) as broken:
        actions.update_offer(offer, by=None, title="Sans secteur", sectors=[])
    offer.refresh_from_db()
    assert (broken.value.field, offer.sectors.count()) == ("sectors", 1)
    assert offer.title != "Sans secteur"


def test_database_refuses_what_the_actions_refuse():
    offer = OfferFactory()
    with pytest.raises(IntegrityError), transaction.atomic():
        Offer.objects.filter(pk=offer.pk).update(range_km=None)
    with pytest.raises(IntegrityError), transaction.atomic():
        Offer.objects.filter(pk=offer.pk).update(published_at=None)
    with pytest.raises(IntegrityError), transaction.atomic():
        OfferFactory(organisation=offer.organisation, title=offer.title.upper())


# --- Publishing -------------------------------------------------------------------------------------------------------


def test_publish_puts_the_offer_in_the_showcase_and_tells_coordinators_once(structure, manager, today):
    club = ClubFactory()
    coordinator = coordinator_of(club)
    coordinator_of(ClubFactory())
    TermFactory(organisation=structure, club=club)
    first = actions.create_offer(structure, by=manager, **fields())
    assert not Offer.objects.showcased(today).exists()
    first = actions.publish_offer(first, by=manager)
    assert list(Offer.objects.showcased(today, club)) == [first]
    assert codes(first) == ["offers.offer.created", "offers.offer.published"]
    second = actions.create_offer(structure, by=manager, **fields(title="Deuxième"))
    actions.publish_offer(second, by=manager)
    letter = Letter.objects.get()
    assert (letter.code, letter.person) == ("offers.offer.published", coordinator)
    assert f"/offers/{first.pk}/" in letter.text


def test_publish_twice_gives_the_same_offer(structure, manager):
    TermFactory(organisation=structure)
    offer = actions.publish_offer(actions.create_offer(structure, by=manager, **fields()), by=manager)
    again = actions.publish_offer(offer, by=manager)
    assert again.published_at == offer.published_at
    assert codes(offer).count("offers.offer.published") == 1


def test_publish_of_a_structure_that_is_no_member_is_refused(structure, manager, today):
    TermFactory(organisation=structure, starts_on=today.replace(year=2020), ends_on=today.replace(year=2021))
    offer = actions.create_offer(structure, by=manager, **fields())
    with pytest.raises(RuleBroken):
        actions.publish_offer(offer, by=manager)
    offer.refresh_from_db()
    assert (offer.status, offer.published_at) == (OfferStatus.DRAFT, None)
    assert codes(offer) == ["offers.offer.created"]


@pytest.mark.parametrize(
    ("lack", "field"), [({"sectors": []}, "sectors"), ({"description": " "}, "description"), ({"title": ""}, "title")]
)
def test_publish_of_an_incomplete_draft_is_refused(structure, manager, lack, field):
    TermFactory(organisation=structure)
    offer = actions.create_offer(structure, by=manager, **fields(**lack))
    with pytest.raises(RuleBroken) as broken:
        actions.publish_offer(offer, by=manager)
    assert broken.value.field == field
    assert not Letter.objects.exists()


def test_offer_leaves_the_showcase_with_the_membership(today):
    offer = OfferFactory()
    assert offer in Offer.objects.showcased(today)
    offer.organisation.terms.update(ends_on=today.replace(year=2025))
    assert offer not in Offer.objects.showcased(today)


# --- Withdrawing ------------------------------------------------------------------------------------------------------


def test_withdrawn_by_its_people_needs_no_reason_and_no_letter(today):
    offer = OfferFactory()
    person = member_of(offer.organisation, level=RoleLevel.CONTRIBUTOR)
    published_at = offer.published_at
    offer = actions.withdraw_offer(offer, by=person)
    assert not Offer.objects.showcased(today).exists()
    offer = actions.publish_offer(actions.withdraw_offer(offer, by=person), by=person)
    assert (offer.status, offer.published_at) == (OfferStatus.PUBLISHED, published_at)
    assert not Letter.objects.exists()


def test_withdrawn_by_the_coordination_needs_a_reason():
    club = ClubFactory()
    offer = OfferFactory(club=club)
    with pytest.raises(RuleBroken) as broken:
        actions.withdraw_offer(offer, by=coordinator_of(club), reason=" ")
    offer.refresh_from_db()
    assert (broken.value.field, offer.status) == ("reason", OfferStatus.PUBLISHED)


def test_withdrawn_by_the_coordination_tells_the_managers_why_and_the_coordination_of_its_return():
    club = ClubFactory(name="Club des Hauts")
    coordinator = coordinator_of(club)
    offer = OfferFactory(club=club)
    manager = member_of(offer.organisation)
    member_of(offer.organisation, level=RoleLevel.CONTRIBUTOR)
    offer = actions.withdraw_offer(offer, by=coordinator, reason="Le texte promet trop.")
    letter = Letter.objects.get()
    assert (letter.person, letter.sender_name, letter.reply_to) == (manager, "Club des Hauts", club.email)
    assert "Le texte promet trop." in letter.text and f"/offers/{offer.pk}/edit/" in letter.text
    assert offer.withdrawal_reason == "Le texte promet trop."
    offer = actions.publish_offer(offer, by=manager)
    assert offer.withdrawal_reason == ""
    assert Letter.objects.filter(person=coordinator, code="offers.offer.published").count() == 1


def test_withdrawn_by_an_administrator_is_signed_by_no_club():
    offer = OfferFactory()
    member_of(offer.organisation)
    actions.withdraw_offer(offer, by=administrator(), reason="Doublon.")
    assert Letter.objects.get().sender_name == ""


def test_withdrawing_a_draft_is_refused():
    offer = OfferFactory(draft=True)
    with pytest.raises(RuleBroken):
        actions.withdraw_offer(offer, by=member_of(offer.organisation))


# --- Deleting and pictures --------------------------------------------------------------------------------------------


def test_draft_is_deleted_with_its_files(django_capture_on_commit_callbacks):
    picture = PictureFactory(offer=OfferFactory(draft=True))
    offer, file = picture.offer, picture.image
    storage, name = file.storage, file.name
    assert storage.exists(name)
    with django_capture_on_commit_callbacks(execute=True):
        actions.delete_offer(offer, by=None)
    assert not storage.exists(name)
    assert not Offer.objects.exists() and not Picture.objects.exists()
    assert codes(picture.offer.organisation) == ["offers.offer.deleted"]


@pytest.mark.parametrize("state", [{}, {"withdrawn": True}])
def test_offer_that_has_been_public_is_not_deleted(state):
    offer = OfferFactory(**state)
    with pytest.raises(RuleBroken):
        actions.delete_offer(offer, by=None)
    assert Offer.objects.filter(pk=offer.pk).exists()


def test_picture_is_kept_as_webp_with_its_caption():
    offer = OfferFactory()
    picture = actions.add_picture(offer, by=None, image=clean_picture(upload("../../etc.jpg")), caption=" Une  haie ")
    assert picture.image.name.startswith("offers/") and picture.image.name.endswith(".webp")
    assert picture.caption == "Une haie"
    assert codes(offer) == ["offers.picture.added"]


def test_picture_without_caption_or_beyond_six_is_refused():
    offer = OfferFactory()
    with pytest.raises(RuleBroken) as broken:
        actions.add_picture(offer, by=None, image=clean_picture(upload()), caption=" ")
    assert broken.value.field == "caption"
    for number in range(6):
        actions.add_picture(offer, by=None, image=clean_picture(upload()), caption=f"Photo {number}")
    with pytest.raises(RuleBroken) as broken:
        actions.add_picture(offer, by=None, image=clean_picture(upload()), caption="Une de trop")
    assert (broken.value.field, offer.pictures.count()) == ("image", 6)


def test_removed_picture_loses_its_file_and_may_be_removed_twice(django_capture_on_commit_callbacks):
    picture = PictureFactory()
    storage, name = picture.image.storage, picture.image.name
    with django_capture_on_commit_callbacks(execute=True):
        actions.remove_picture(picture, by=None)
        actions.remove_picture(picture, by=None)
    assert not storage.exists(name)
    assert codes(picture.offer) == ["offers.picture.removed"]
