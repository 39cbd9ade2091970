"""The pages: who may open them, what they keep of bad input, how many queries they make."""

import json
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from members.enums import OrganisationKind, RoleLevel
from offers.enums import OfferStatus, Provision, Range
from offers.models import Offer
from tests.factories import (
    ClubFactory,
    CommuneFactory,
    OrganisationFactory,
    PersonFactory,
    SectorFactory,
    TerritoryFactory,
    administrator,
    coordinator_of,
    member_of,
    reader_of,
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


def url(name, *args):
    return reverse(f"offers:{name}", args=args)


def typed(**changes):
    """What a browser sends for a good offer."""
    return {
        "title": "Espaces verts", "description": "Tonte et taille", "provision": "service",
        "sectors": [SectorFactory(name="Paysage").pk], "range": "around", "range_km": "20", "references": "Mairie",
    } | changes  # fmt: skip


def errors(response):
    return {name: [str(error) for error in found] for name, found in response.context["form"].errors.items()}


# --- The path: a structure publishes an offer, a visitor finds it -----------------------------------------------------


def test_offer_goes_from_the_form_to_the_showcase(client, structure, manager):
    TermFactory(organisation=structure)
    client.force_login(manager)
    response = client.post(url("create_offer"), typed())
    offer = Offer.objects.get()
    assert response["Location"] == url("offer_pictures", offer.pk)
    response = client.post(response["Location"], {"image": upload(), "caption": "Une haie taillée"})
    assert response["Location"] == url("offer_pictures", offer.pk)
    assert "Une haie taillée" in client.get(offer.get_absolute_url()).content.decode()
    client.post(url("publish_offer", offer.pk))
    client.logout()
    page = client.get(url("offer_list"), {"q": "paysages"}).content.decode()
    assert "Espaces verts" in page and 'alt="Une haie taillée"' in page
    page = client.get(offer.get_absolute_url()).content.decode()
    assert "Tonte et taille" in page and str(structure) in page


def test_offer_page_keeps_contact_details_to_itself(client):
    offer = OfferFactory(organisation__email="contact@structure.example", organisation__phone="+33147250001")
    for person in (None, member_of(OrganisationFactory()), member_of(offer.organisation)):
        if person:
            client.force_login(person)
        page = client.get(offer.get_absolute_url()).content.decode()
        assert "contact@structure.example" not in page and "47" + "\u00a0" + "25" not in page


def test_offer_page_names_itself_to_search_engines(client):
    offer = OfferFactory(description="Des jardins sans pesticides.")
    page = client.get(offer.get_absolute_url()).content.decode()
    assert f'rel="canonical" href="http://localhost:8000{offer.get_absolute_url()}"' in page
    assert 'name="description" content="Des jardins sans pesticides."' in page and "noindex" not in page
    Offer.objects.update(status=OfferStatus.WITHDRAWN)
    client.force_login(member_of(offer.organisation))
    assert "noindex" in client.get(offer.get_absolute_url()).content.decode()


def test_history_is_read_by_its_people_and_coordinators(client):
    club = ClubFactory()
    offer = OfferFactory(club=club)
    readers = {
        member_of(offer.organisation): True, coordinator_of(club): True, member_of(OrganisationFactory()): False,
        coordinator_of(ClubFactory()): False,
    }  # fmt: skip
    for person, may in readers.items():
        client.force_login(person)
        assert (client.get(offer.get_absolute_url()).context["history"] is not None) == may


# --- Who may open what ------------------------------------------------------------------------------------------------

GET_PAGES = ["offer_page", "edit_offer", "offer_pictures", "withdraw_offer"]


@pytest.mark.parametrize(
    ("role", "expected"),
    [
        ("visitor", [200, 302, 302, 302]),
        ("stranger", [200, 403, 403, 403]),
        ("contributor", [200, 200, 200, 200]),
        ("manager", [200, 200, 200, 200]),
        ("coordinator", [200, 403, 403, 200]),
        ("other coordinator", [200, 403, 403, 403]),
        ("reader", [200, 403, 403, 403]),
        ("administrator", [200, 200, 200, 200]),
    ],
)
def test_published_offer_opens_for(client, role, expected):
    club = ClubFactory()
    offer = OfferFactory(club=club)
    person = person_in(role, offer, club)
    if person:
        client.force_login(person)
    assert [client.get(url(name, offer.pk)).status_code for name in GET_PAGES] == expected


@pytest.mark.parametrize(
    ("role", "expected"),
    [
        ("visitor", [404, 302, 302, 302]),
        ("stranger", [404, 404, 404, 404]),
        ("contributor", [200, 200, 200, 200]),
        ("coordinator", [200, 403, 403, 200]),
        ("other coordinator", [404, 404, 404, 404]),
        ("reader", [404, 404, 404, 404]),
    ],
)
def test_draft_is_hidden_from(client, role, expected):
    club = ClubFactory()
    offer = OfferFactory(club=club, draft=True)
    person = person_in(role, offer, club)
    if person:
        client.force_login(person)
    assert [client.get(url(name, offer.pk)).status_code for name in GET_PAGES] == expected


@pytest.mark.parametrize(
    ("role", "expected"),
    [("stranger", 404), ("coordinator", 403), ("other coordinator", 404), ("contributor", 302)],
)
def test_posts_on_a_draft_ask_the_same_rights(client, role, expected):
    club = ClubFactory()
    picture = PictureFactory(offer=OfferFactory(club=club, draft=True))
    offer = picture.offer
    client.force_login(person_in(role, offer, club))
    posts = [
        (url("remove_picture", offer.pk, picture.pk), {}),
        (url("publish_offer", offer.pk), {}),
        (url("edit_offer", offer.pk), typed()),
    ]
    assert [client.post(path, data).status_code for path, data in posts] == [expected] * 3
    draft = OfferFactory(club=club, draft=True, organisation=offer.organisation)
    assert client.post(url("delete_offer", draft.pk)).status_code == expected


def person_in(role, offer, club):
    return {
        "visitor": lambda: None,
        "stranger": lambda: member_of(OrganisationFactory()),
        "contributor": lambda: member_of(offer.organisation, level=RoleLevel.CONTRIBUTOR),
        "manager": lambda: member_of(offer.organisation),
        "coordinator": lambda: coordinator_of(club),
        "other coordinator": lambda: coordinator_of(ClubFactory()),
        "reader": lambda: reader_of(club),
        "administrator": administrator,
    }[role]()


@pytest.mark.parametrize(
    "name", ["publish_offer", "delete_offer"]
)  # the form pages answer a GET with the page; these two never change anything by a link
def test_a_link_never_acts(client, manager, structure, name):
    offer = OfferFactory(organisation=structure, draft=True)
    client.force_login(manager)
    assert client.get(url(name, offer.pk)).status_code == 405


def test_picture_of_another_offer_is_not_found(client, manager, structure):
    own, other = OfferFactory(organisation=structure), PictureFactory()
    client.force_login(manager)
    assert client.post(url("remove_picture", own.pk, other.pk)).status_code == 404
    assert client.post(url("remove_picture", other.offer_id, other.pk)).status_code == 403
    assert other.offer.pictures.count() == 1


@pytest.mark.parametrize("kind", [OrganisationKind.COMPANY, OrganisationKind.FUNDER])
def test_new_offer_is_for_structures(client, kind):
    client.force_login(member_of(OrganisationFactory(kind=kind)))
    assert client.get(url("create_offer")).status_code == 403
    assert client.post(url("create_offer"), typed()).status_code == 403
    client.force_login(PersonFactory())
    assert client.get(url("create_offer")).status_code == 403
    assert not Offer.objects.exists()


def test_new_offer_is_made_in_the_name_of_the_structure_one_acts_for(client, manager, structure):
    other = OrganisationFactory(structure=True)
    client.force_login(manager)
    client.post(url("create_offer"), typed(organisation=other.pk))
    assert Offer.objects.get().organisation == structure


# --- Bad input --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"sectors": []}, "sectors"),
        ({"sectors": ["999999"]}, "sectors"),
        ({"sectors": ["abc"]}, "sectors"),
        ({"title": ""}, "title"),
        ({"title": "x" * 121}, "title"),
        ({"description": "  "}, "description"),
        ({"provision": "magic"}, "provision"),
        ({"provision": ""}, "provision"),
        ({"range": "galaxy"}, "range"),
        ({"range_km": ""}, "range_km"),
        ({"range_km": "-5"}, "range_km"),
        ({"range_km": "9999"}, "range_km"),
        ({"range_km": "loin"}, "range_km"),
        ({"range": "territories"}, "territories"),
        ({"range": "territories", "territories": ["999999"]}, "territories"),
        ({"labels": ["999999"]}, "labels"),
    ],
)
def test_bad_offer_is_refused_at_its_field_and_keeps_what_was_typed(client, manager, changes, field):
    client.force_login(manager)
    sent = typed(references="Ville de Nanterre, douze parcs", **changes)
    response = client.post(url("create_offer"), sent)
    assert response.status_code == 200
    assert list(errors(response)) == [field]
    page = response.content.decode()
    assert "Ville de Nanterre, douze parcs" in page and errors(response)[field][0].replace("'", "&#x27;") in page
    assert not Offer.objects.exists()


def test_several_faults_are_told_at_once(client, manager):
    client.force_login(manager)
    response = client.post(url("create_offer"), typed(sectors=[], range_km="", title=""))
    assert set(errors(response)) == {"sectors", "range_km", "title"}


def test_what_is_ticked_stays_ticked(client, manager):
    sector, label, territory = SectorFactory(name="Paysage"), LabelFactory(), TerritoryFactory()
    territory.region = TerritoryFactory(kind="region", code="11", name="Île-de-France")
    territory.save()
    client.force_login(manager)
    response = client.post(
        url("create_offer"),
        typed(title="", range="territories", territories=[territory.pk], labels=[label.pk], range_km="12"),
    )
    form = response.context["form"]
    ticked = [c.value for g in [*form.sector_groups(), *form.territory_groups()] for c in g.choices if c.is_ticked]
    assert ticked == [str(sector.pk), str(territory.pk)]
    page = response.content.decode()
    assert 'value="12"' in page
    boxes = [box for box in re.findall(r"<input[^>]*>", page) if 'name="labels"' in box and "checked" in box]
    assert len(boxes) == 1 and f'value="{label.pk}"' in boxes[0]


def test_kilometres_do_not_matter_for_the_whole_country(client, manager):
    client.force_login(manager)
    client.post(url("create_offer"), typed(range="country", range_km="loin"))
    assert Offer.objects.get().range == Range.COUNTRY


def test_same_title_is_refused_at_the_title(client, manager, structure):
    OfferFactory(organisation=structure, title="Espaces verts")
    client.force_login(manager)
    response = client.post(url("create_offer"), typed())
    assert list(errors(response)) == ["title"]
    assert Offer.objects.count() == 1


def test_change_starts_from_the_offer_and_keeps_it_on_a_fault(client, manager, structure):
    offer = OfferFactory(organisation=structure, provision=Provision.GOODS, references="Une mairie")
    client.force_login(manager)
    page = client.get(url("edit_offer", offer.pk)).content.decode()
    assert offer.title in page and "Une mairie" in page and 'value="30"' in page
    response = client.post(url("edit_offer", offer.pk), typed(title="Jardins", sectors=[]))
    offer.refresh_from_db()
    assert list(errors(response)) == ["sectors"] and offer.title != "Jardins"
    client.post(url("edit_offer", offer.pk), typed(title="Jardins"))
    offer.refresh_from_db()
    assert (offer.title, offer.status) == ("Jardins", OfferStatus.PUBLISHED)


def test_new_offer_starts_from_what_the_structure_said_of_itself(client, manager, structure):
    sector, label = SectorFactory(), LabelFactory()
    structure.sectors.add(sector)
    structure.labels.add(label)
    client.force_login(manager)
    form = client.get(url("create_offer")).context["form"]
    assert form.sector_groups()[0].ticked == 1 and form["labels"].value() == [label.pk]


@pytest.mark.parametrize(
    ("file", "message"),
    [
        (SimpleUploadedFile("gros.jpg", b"\xff\xd8" + b"0" * 20 * 1024 * 1024, "image/jpeg"), "5\u00a0Mo"),
        (SimpleUploadedFile("photo.png", b"<?php echo 1;", "image/png"), "n’est pas une image"),
        (SimpleUploadedFile("vide.png", b"", "image/png"), "vide"),
        (None, "obligatoire"),
    ],
)
def test_bad_picture_is_refused_and_keeps_the_caption(client, manager, structure, file, message):
    offer = OfferFactory(organisation=structure)
    client.force_login(manager)
    data = {"caption": "Une haie taillée"} | ({"image": file} if file else {})
    if file:
        file.seek(0)
    response = client.post(url("offer_pictures", offer.pk), data)
    assert list(errors(response)) == ["image"]
    assert 'value="Une haie taillée"' in response.content.decode()
    assert not offer.pictures.exists()


def test_picture_without_caption_is_refused(client, manager, structure):
    offer = OfferFactory(organisation=structure)
    client.force_login(manager)
    response = client.post(url("offer_pictures", offer.pk), {"image": upload(), "caption": ""})
    assert list(errors(response)) == ["caption"]
    assert not offer.pictures.exists()


def test_publish_that_cannot_be_done_says_why(client, manager, structure):
    offer = OfferFactory(organisation=structure, draft=True, member=False)
    client.force_login(manager)
    response = client.post(url("publish_offer", offer.pk), follow=True)
    assert "n’est pas adhérente" in str(list(response.context["messages"])[0])
    offer.refresh_from_db()
    assert offer.is_draft


def test_coordination_says_why_it_withdraws(client):
    club = ClubFactory()
    offer = OfferFactory(club=club)
    client.force_login(coordinator_of(club))
    assert "reason" in client.get(url("withdraw_offer", offer.pk)).context["form"].fields
    response = client.post(url("withdraw_offer", offer.pk), {"reason": " "})
    assert list(errors(response)) == ["reason"]
    client.post(url("withdraw_offer", offer.pk), {"reason": "Le texte promet trop."})
    offer.refresh_from_db()
    assert offer.status == OfferStatus.WITHDRAWN
    client.force_login(member_of(offer.organisation))
    for path in (offer.get_absolute_url(), url("my_offers")):
        assert "Le texte promet trop." in client.get(path).content.decode()


def test_structure_withdraws_without_saying_why(client, manager, structure):
    offer = OfferFactory(organisation=structure)
    client.force_login(manager)
    assert not client.get(url("withdraw_offer", offer.pk)).context["form"].fields
    assert client.post(url("withdraw_offer", offer.pk)).status_code == 302
    offer.refresh_from_db()
    assert offer.status == OfferStatus.WITHDRAWN


# --- Lists ------------------------------------------------------------------------------------------------------------


def test_showcase_filters_by_structure_and_hides_hidden_ones(client):
    offer = OfferFactory()
    OfferFactory()
    page = client.get(url("offer_list"), {"organisation": offer.organisation_id})
    assert [one.pk for one in page.context["page"]] == [offer.pk]
    hidden = OrganisationFactory(structure=True, is_listed=False)
    for wrong in (hidden.pk, 999999, "x", "1" * 40):
        assert client.get(url("offer_list"), {"organisation": wrong}).status_code == 404


def test_showcase_follows_the_club_one_looks_at_and_the_address_overrules_it(client):
    one, other = ClubFactory(slug="un"), ClubFactory(slug="deux")
    offers = {"un": OfferFactory(club=one), "deux": OfferFactory(club=other)}
    session = client.session
    session["club"] = "un"
    session.save()

    def shown(**query):
        return {offer.pk for offer in client.get(url("offer_list"), query).context["page"]}

    assert shown() == {offers["un"].pk}
    assert shown(club="deux") == {offers["deux"].pk}
    assert shown(club="all") == {offer.pk for offer in offers.values()}


def test_points_are_the_structures_of_the_offers_found(client):
    offer = OfferFactory(title="Menuiserie")
    OfferFactory(title="Ébénisterie", organisation=offer.organisation)
    OfferFactory(title="Menuiserie", organisation=OrganisationFactory(structure=True))
    features = json.loads(client.get(url("offer_points")).content)["features"]
    assert [f["properties"]["text"] for f in features] == ["Ébénisterie · Menuiserie"]
    assert features[0]["properties"]["url"] == f"/offers/?organisation={offer.organisation_id}"
    [feature] = json.loads(client.get(url("offer_points"), {"q": "menuiserie"}).content)["features"]
    assert feature["properties"]["url"] == offer.get_absolute_url()
    assert feature["geometry"]["coordinates"] == [2.2066, 48.896]


def test_place_suggestions_are_options(client):
    CommuneFactory()
    assert '<option value="Nanterre (92)">' in client.get(url("place_suggestions"), {"place": "nant"}).content.decode()
    assert client.get(url("place_suggestions")).content.strip() == b""


def test_empty_showcase_tells_what_to_do(client, manager):
    assert client.get(url("offer_list")).status_code == 200
    client.force_login(manager)
    assert url("create_offer") in client.get(url("offer_list")).content.decode()


@pytest.mark.parametrize(
    ("organisation", "link"),
    [(None, "members:onboarding_page"), ("company", "offers:offer_list"), ("structure", "offers:create_offer")],
)
def test_my_offers_says_what_to_do_first(client, organisation, link):
    made = {"company": OrganisationFactory, "structure": lambda: OrganisationFactory(structure=True)}.get(organisation)
    client.force_login(member_of(made()) if made else PersonFactory())
    response = client.get(url("my_offers"))
    assert reverse(link) in response.content.decode()


@pytest.mark.parametrize("query", ["", "?q=offre&place=92000&kind=EI&provision=service"])
@pytest.mark.parametrize("name", ["offer_list", "offer_points"])
def test_lists_make_as_many_queries_for_three_offers_as_for_one(client, name, query, django_assert_num_queries):
    commune = CommuneFactory()
    path = url(name) + query
    full_offer(commune)
    client.get(path)  # caches of content types and clubs are filled
    with CaptureQueriesContext(connection) as for_one:
        assert client.get(path).status_code == 200
    full_offer(commune)
    full_offer(commune)
    with django_assert_num_queries(len(for_one)):
        assert client.get(path).status_code == 200


def test_my_offers_make_as_many_queries_for_three_offers_as_for_one(
    client, manager, structure, django_assert_num_queries
):
    client.force_login(manager)
    PictureFactory(offer=OfferFactory(organisation=structure))
    client.get(url("my_offers"))
    with CaptureQueriesContext(connection) as for_one:
        client.get(url("my_offers"))
    for _number in range(2):
        PictureFactory(offer=OfferFactory(organisation=structure, draft=True, territories=[TerritoryFactory()]))
    with django_assert_num_queries(len(for_one)):
        client.get(url("my_offers"))


def full_offer(commune):
    structure = OrganisationFactory(structure=True, commune=commune, latitude=48.9, longitude=2.2)
    offer = OfferFactory(organisation=structure, labels=[LabelFactory()], sectors=[SectorFactory(), SectorFactory()])
    PictureFactory(offer=offer)
    return offer


def test_ids_in_links_carry_no_thousands_separator(client):
    offer = OfferFactory(pk=1234, organisation__pk=5678)
    assert "?offer=1234" in client.get(offer.get_absolute_url()).content.decode()
    page = client.get(url("offer_list"), {"organisation": 5678}).content.decode()
    assert 'name="organisation" value="5678"' in page
