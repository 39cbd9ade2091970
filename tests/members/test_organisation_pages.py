import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from core.models import HistoryEntry
from members.models import Organisation, Role, SectorGroup
from tests.factories import (
    ClubFactory,
    CommuneFactory,
    OrganisationFactory,
    PersonFactory,
    SectorFactory,
    administrator,
    coordinator_of,
    member_of,
    reader_of,
    siret,
)
from tests.members.factories import description_of, invitation, join_request, picture, signed_in

pytestmark = pytest.mark.django_db

REGISTER = "/members/register/"


def page_of(client, organisation):
    return client.get(reverse("members:organisation_page", args=[organisation.pk]))


# --- Describing


def test_newcomer_describes_her_organisation(client):
    person, sector = PersonFactory(), SectorFactory()
    CommuneFactory()
    response = signed_in(client, person).post(REGISTER, description_of(sectors=[sector.pk]))
    organisation = Organisation.objects.get()
    assert response.url == organisation.get_absolute_url()
    assert organisation.siret == "73282932000074"
    assert organisation.phone == "+33140000000"
    assert organisation.website == "https://ateliers.example.org"
    assert organisation.has_point
    assert client.get(response.url).status_code == 200


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"siret": "732 829 320 00075"}, "siret"),
        ({"siret": "8,07469E+13"}, "siret"),
        ({"siret": ""}, "siret"),
        ({"kind": ""}, "kind"),
        ({"kind": "bank"}, "kind"),
        ({"name": " "}, "name"),
        ({"post_code": "920000"}, "post_code"),
        ({"phone": "call me"}, "phone"),
        ({"website": "not an address"}, "website"),
        ({"sectors": ["0"]}, "sectors"),
    ],
)
def test_description_with_bad_input_says_so_at_the_field_and_keeps_what_was_typed(client, changes, field):
    response = signed_in(client, PersonFactory()).post(REGISTER, description_of(**changes))
    form = response.context["form"]
    assert list(form.errors) == [field]
    assert form["city"].value() == "Nanterre"
    for name, value in changes.items():
        assert form[name].value() == value
    assert not Organisation.objects.exists() and not HistoryEntry.objects.exists()


def test_description_of_a_known_siret_offers_to_join(client):
    known = OrganisationFactory(siret="73282932000074", kind="company", is_listed=False)
    response = signed_in(client, PersonFactory()).post(REGISTER, description_of())
    assert list(response.context["form"].errors) == ["siret"]
    join = reverse("members:ask_to_join", args=[known.siret, known.kind])
    assert join in response.content.decode()
    assert client.get(join).status_code == 200


def test_description_page_asks_for_sectors_in_a_constant_number_of_queries(client, django_assert_max_num_queries):
    signed_in(client, PersonFactory())
    client.get(REGISTER)
    counts = []
    for _ in range(2):
        SectorFactory.create_batch(3)
        with django_assert_max_num_queries(20) as seen:
            client.get(REGISTER)
        counts.append(len(seen))
    assert counts[0] == counts[1]


# --- Finding


def test_find_by_siret_finds_even_what_is_not_listed_yet_and_by_name_only_what_is(client):
    hidden = OrganisationFactory(name="Caché", is_listed=False, siret=siret(7))
    listed = OrganisationFactory(name="Montré")
    signed_in(client, PersonFactory())
    found = client.get("/members/find/", {"q": hidden.siret_spaced}).context["page"]
    assert list(found) == [hidden]
    assert not list(client.get("/members/find/", {"q": "cache"}).context["page"])
    assert list(client.get("/members/find/", {"q": "MONTRE"}).context["page"]) == [listed]
    assert client.get("/members/find/").status_code == 200


def test_find_has_the_same_query_count_for_one_and_three(client, django_assert_max_num_queries):
    signed_in(client, PersonFactory())
    counts = []
    for _ in range(2):
        OrganisationFactory.create_batch(1 if not counts else 2, name="Ateliers")
        with django_assert_max_num_queries(30) as seen:
            client.get("/members/find/", {"q": "ateliers"})
        counts.append(len(seen))
    assert counts[0] == counts[1]


def test_onboarding_shows_invitations_and_requests(client):
    person, organisation = PersonFactory(), OrganisationFactory()
    sent = invitation(organisation, person.email)
    asked = join_request(person, OrganisationFactory())
    context = signed_in(client, person).get("/members/welcome/").context
    assert list(context["invitations"]) == [sent]
    assert list(context["requests"]) == [asked]


# --- The public page


def test_organisation_page_is_public_once_listed_and_hides_contact_details(client):
    listed = OrganisationFactory(email="hello@example.org", phone="+33140000000")
    html = page_of(client, listed).content.decode()
    assert "hello@example.org" not in html and "40" + "\u00a0" + "00" not in html
    assert page_of(client, OrganisationFactory(is_listed=False)).status_code == 404


@pytest.mark.parametrize("role", ["insider", "coordinator", "administrator"])
def test_organisation_page_shows_contact_details_to_those_who_may_know(client, role):
    organisation = OrganisationFactory(email="hello@example.org", is_listed=False)
    club = ClubFactory()
    organisation.clubs.add(club)
    person = {"insider": member_of(organisation), "coordinator": coordinator_of(club), "administrator": administrator()}
    assert "hello@example.org" in page_of(signed_in(client, person[role]), organisation).content.decode()


def test_organisation_page_hides_contact_details_from_members_readers_and_other_clubs(client):
    organisation = OrganisationFactory(email="hello@example.org")
    for person in (member_of(OrganisationFactory()), reader_of(ClubFactory()), coordinator_of(ClubFactory())):
        assert "hello@example.org" not in page_of(signed_in(client, person), organisation).content.decode()


def test_organisation_page_has_a_constant_number_of_queries(client, django_assert_max_num_queries):
    organisation = OrganisationFactory()
    counts = []
    for _ in range(2):
        organisation.sectors.add(*SectorFactory.create_batch(2))
        organisation.clubs.add(ClubFactory())
        with django_assert_max_num_queries(20) as seen:
            page_of(client, organisation)
        counts.append(len(seen))
    assert counts[0] == counts[1]


# --- Changing


def edit(client, organisation, **changes):
    values = {"name": organisation.name, "post_code": "92000", "city": "Nanterre", **changes}
    return client.post(reverse("members:update_organisation", args=[organisation.pk]), values)


def test_organisation_is_changed_by_its_people_and_its_clubs_coordinators(client):
    organisation, club = OrganisationFactory(), ClubFactory()
    organisation.clubs.add(club)
    contributor, coordinator = member_of(organisation, level="contributor"), coordinator_of(club)
    for person, name in ((contributor, "One"), (coordinator, "Two"), (administrator(), "Three")):
        assert edit(signed_in(client, person), organisation, name=name).status_code == 302
        organisation.refresh_from_db()
        assert organisation.name == name
    assert "name" in organisation.edited_fields


def test_organisation_is_not_changed_by_others(client):
    organisation, hidden = OrganisationFactory(), OrganisationFactory(is_listed=False)
    outsider, elsewhere = member_of(OrganisationFactory()), coordinator_of(ClubFactory())
    assert edit(signed_in(client, outsider), organisation, name="Mine").status_code == 403
    assert edit(client, hidden, name="Mine").status_code == 404
    assert edit(signed_in(client, elsewhere), organisation, name="Mine").status_code == 403
    client.logout()
    assert edit(client, organisation, name="Mine").status_code == 302  # to the sign-in page
    organisation.refresh_from_db()
    assert organisation.name != "Mine"


def test_kind_and_siret_are_not_changed_by_members(client):
    organisation = OrganisationFactory(siret=siret(1), kind="company")
    edit(signed_in(client, member_of(organisation)), organisation, siret=siret(2), kind="EI")
    organisation.refresh_from_db()
    assert (organisation.siret, organisation.kind) == (siret(1), "company")


def test_logo_is_reencoded_under_a_name_nobody_can_guess(client):
    organisation = OrganisationFactory()
    signed_in(client, member_of(organisation))
    assert edit(client, organisation, logo=picture("my-face.png")).status_code == 302
    organisation.refresh_from_db()
    assert organisation.logo.name.endswith(".webp") and "my-face" not in organisation.logo.name
    edit(client, organisation)  # nothing chosen: it stays
    organisation.refresh_from_db()
    assert organisation.logo
    edit(client, organisation, **{"logo-clear": "on"})
    organisation.refresh_from_db()
    assert not organisation.logo


@pytest.mark.parametrize(
    "upload",
    [
        SimpleUploadedFile("big.jpg", b"\xff\xd8" + b"0" * 20_000_000, "image/jpeg"),
        SimpleUploadedFile("logo.png", b"I am a text", "image/png"),
        SimpleUploadedFile("logo.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>", "image/svg+xml"),
        SimpleUploadedFile("empty.png", b"", "image/png"),
    ],
    ids=["20 MB", "text", "svg", "empty"],
)
def test_logo_that_is_none_is_refused_at_its_field_and_the_rest_is_kept(client, upload):
    organisation = OrganisationFactory(name="Before")
    upload.seek(0)
    response = edit(signed_in(client, member_of(organisation)), organisation, name="After", logo=upload)
    assert list(response.context["form"].errors) == ["logo"]
    assert response.context["form"]["name"].value() == "After"
    assert "Before" in response.content.decode()
    organisation.refresh_from_db()
    assert organisation.name == "Before" and not organisation.logo


def test_logo_that_unpacks_too_large_is_refused(client):
    out = io.BytesIO()
    Image.new("1", (9000, 9000)).save(out, "PNG")
    upload = SimpleUploadedFile("bomb.png", out.getvalue(), "image/png")
    organisation = OrganisationFactory()
    response = edit(signed_in(client, member_of(organisation)), organisation, logo=upload)
    assert list(response.context["form"].errors) == ["logo"]


# --- Choosing


def test_choose_organisation_among_ones_own_only(client):
    mine, second, other = OrganisationFactory.create_batch(3)
    person = member_of(mine)
    Role.objects.create(person=person, organisation=second)
    signed_in(client, person)
    assert client.post("/members/choose-organisation/", {"organisation": second.pk}).status_code == 302
    person.refresh_from_db()
    assert person.acting_for == second
    for wrong in (other.pk, "", "x", "9" * 30):
        assert client.post("/members/choose-organisation/", {"organisation": wrong}).status_code == 404
    assert client.get("/members/choose-organisation/").status_code == 405


@pytest.mark.parametrize("field", ["next", "referer"])
def test_choosing_never_leads_to_another_site(client, field):
    ClubFactory(slug="oise")
    for wrong in (
        "https://evil.example/",
        "//evil.example/",
        "javascript:alert(1)",
        "https:evil.example",
        "/\\evil.example",
    ):
        data = {"club": "oise", "next": wrong} if field == "next" else {"club": "oise"}
        headers = {"Referer": wrong} if field == "referer" else {}
        assert client.post("/members/choose-club/", data, headers=headers).url == "/"


def test_choose_club_is_kept_and_overrules_the_one_in_the_address(client):
    ClubFactory.create_batch(2)
    ClubFactory(slug="oise")
    response = client.post("/members/choose-club/", {"club": "oise", "next": "/events/?club=club-1&page=2"})
    assert response.url == "/events/?page=2"
    assert client.session["club"] == "oise"
    client.post("/members/choose-club/", {"club": ""})
    assert "club" not in client.session
    assert client.post("/members/choose-club/", {"club": "unknown"}).status_code == 404
    assert client.get("/members/choose-club/").status_code == 405


def test_edit_page_opens_the_groups_with_a_tick_and_reads_numbers_as_they_are_written(client):
    ticked, other = (
        SectorFactory(name="Bois"),
        SectorFactory(group=SectorGroup.objects.create(name="Autres"), name="Lin"),
    )
    organisation = OrganisationFactory(phone="+33140000000")
    organisation.sectors.add(ticked)
    page = signed_in(client, member_of(organisation)).get(
        reverse("members:update_organisation", args=[organisation.pk])
    )
    html = page.content.decode()
    assert html.count('<details class="fold" open>') == 1 and html.count('<details class="fold">') == 1
    assert f'value="{ticked.pk}" id="id_sectors_{ticked.pk}" checked' in html
    assert f'value="{other.pk}" id="id_sectors_{other.pk}">' in html
    assert 'value="01 40 00 00 00"' in html
