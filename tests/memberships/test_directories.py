"""The public directory with its map, and the club's whole directory: who sees what, filters, enrolment, export."""

import csv
import json
from io import BytesIO, StringIO

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from members.enums import OrganisationKind
from memberships.models import Term
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
)
from tests.memberships.factories import PlanFactory, TermFactory

pytestmark = pytest.mark.django_db
MEMBERS = reverse("memberships:member_list")
POINTS = reverse("memberships:member_points")
CONTACTS = reverse("memberships:contact_list")
ENROL = reverse("memberships:enrol_organisations")
EXPORT = reverse("memberships:export_contacts")


@pytest.fixture
def plan():
    return PlanFactory()


@pytest.fixture
def club(plan):
    return plan.club


def known_to(club, **fields):
    """An organisation of the club's directory that is no member."""
    organisation = OrganisationFactory(**fields)
    organisation.clubs.add(club)
    return organisation


def member(club, **fields):
    return TermFactory(club=club, organisation=OrganisationFactory(**fields)).organisation


def queries_of(client, url):
    with CaptureQueriesContext(
        connection,
    ) as captured:
        assert client.get(url).status_code == 200
    return len(captured)


# --- The public directory ---------------------------------------------------------------------------------------------


def test_directory_shows_visitors_the_members_of_today_only(client, club):
    shown = member(club, name="Atelier Membre")
    known_to(club, name="Atelier Connu")
    TermFactory(club=club, organisation=OrganisationFactory(name="Atelier Parti"), ends_on="2021-01-01")
    member(club, name="Atelier Caché", is_listed=False)
    page = client.get(MEMBERS)
    assert list(page.context["page"]) == [shown]
    assert "default-src 'none'" in page.headers["Content-Security-Policy"]


def test_directory_of_a_club_shows_its_members(client, club):
    own, other = member(club), member(ClubFactory())
    assert list(client.get(MEMBERS, {"club": club.slug}).context["page"]) == [own]
    assert set(client.get(MEMBERS).context["page"]) == {own, other}


def test_directory_is_searched_and_filtered(client, club):
    sector = SectorFactory()
    laundry = member(club, structure=True, name="Blanchisserie du Canal", commune=CommuneFactory())
    laundry.sectors.add(sector)
    member(club, name="Banque du Nord")
    for query in (
        {"q": "blanchisserie"},
        {"audience": "structures"},
        {"kind": OrganisationKind.EI},
        {"sector": sector.pk},
        {"department": laundry.commune.department.pk},
    ):
        assert list(client.get(MEMBERS, query).context["page"]) == [laundry], query


@pytest.mark.parametrize(
    "query",
    [{"kind": "zebra"}, {"sector": "x"}, {"department": "999999999999999999999"}, {"page": "-3"}, {"q": "x" * 500}],
)
def test_directory_stands_wrong_addresses(client, club, query):
    member(club)
    assert client.get(MEMBERS, query).status_code == 200
    assert client.get(POINTS, query).status_code == 200


def test_directory_runs_a_constant_number_of_queries(client, club):
    for _ in range(2):  # the first request also fills caches
        member(club, commune=CommuneFactory()).sectors.add(SectorFactory())
        one = queries_of(client, MEMBERS)
    for _ in range(3):
        member(club, commune=CommuneFactory()).sectors.add(SectorFactory())
    assert queries_of(client, MEMBERS) == one


def test_points_are_those_of_the_list(client, club):
    placed = member(club, name="Régie", latitude=48.9, longitude=2.2, city="Nanterre")
    member(club, name="Sans point")
    answer = client.get(POINTS, {"q": "r"})
    features = json.loads(answer.content)["features"]
    assert [feature["properties"]["title"] for feature in features] == [placed.name]
    assert features[0]["properties"]["url"] == placed.get_absolute_url()
    again = client.get(POINTS, {"q": "r"}, headers={"If-None-Match": answer["ETag"]})
    assert again.status_code == 304


# --- The club's whole directory ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("url", [CONTACTS, EXPORT])
def test_contacts_are_for_coordinators(client, club, url):
    assert client.get(url).status_code == 302  # a visitor signs in
    for person in (PersonFactory(), member_of(OrganisationFactory()), reader_of(club)):
        client.force_login(person)
        assert client.get(url).status_code == 403
    for person in (coordinator_of(club), administrator()):
        client.force_login(person)
        assert client.get(url).status_code == 200


def test_contacts_are_those_of_the_club_one_coordinates(client, club):
    own = known_to(club)
    foreign = known_to(ClubFactory(slug="autre"))
    client.force_login(coordinator_of(club))
    assert list(client.get(CONTACTS).context["page"]) == [own]
    assert list(client.get(CONTACTS, {"club": "autre"}).context["page"]) == [own]
    assert set(client.get(CONTACTS, {"directory": "all"}).context["page"]) == {own, foreign}


def test_contacts_tell_members_from_others(client, club):
    inside, outside = member(club), known_to(club)
    client.force_login(coordinator_of(club))
    assert list(client.get(CONTACTS, {"membership": "members"}).context["page"]) == [inside]
    assert list(client.get(CONTACTS, {"membership": "others"}).context["page"]) == [outside]
    assert client.get(CONTACTS).context["others"] == 1


def test_contacts_run_a_constant_number_of_queries(client, club):
    client.force_login(coordinator_of(club))
    member(club)
    known_to(club)
    queries_of(client, CONTACTS)
    one = queries_of(client, CONTACTS)
    for _ in range(3):
        member_of(member(club))
        known_to(club)
    assert queries_of(client, CONTACTS) == one


def test_contacts_before_there_is_a_club(client):
    client.force_login(administrator())
    assert client.get(CONTACTS).status_code == 404


def enrol(client, **values):
    return client.post(ENROL, {"starts_on": timezone.localdate().isoformat(), **values})


def test_enrolment_of_the_ticked_ones(client, club):
    first, second = known_to(club), known_to(club)
    client.force_login(coordinator_of(club))
    page = enrol(client, organisations=[first.pk])
    assert [result.organisation for result in page.context["enrolled"]] == [first]
    assert not Term.objects.filter(organisation=second).exists()


def test_enrolment_of_all_that_the_filter_leaves(client, club, plan):
    wanted, other, inside = known_to(club, structure=True), known_to(club), member(club, structure=True)
    client.force_login(coordinator_of(club))
    values = {"starts_on": timezone.localdate().isoformat(), "plan": plan.pk, "all": "1"}
    page = client.post(f"{ENROL}?audience=structures", values)
    assert [result.organisation for result in page.context["enrolled"]] == [wanted]
    assert page.context["refused"] == []
    assert not Term.objects.filter(organisation=other).exists()
    assert inside.terms.count() == 1


def test_enrolment_twice_says_why_not(client, club):
    organisation = known_to(club)
    client.force_login(coordinator_of(club))
    enrol(client, organisations=[organisation.pk])
    page = enrol(client, organisations=[organisation.pk])
    assert page.context["enrolled"] == []
    assert "déjà membre" in page.content.decode()
    assert organisation.terms.count() == 1


@pytest.mark.parametrize(
    "values", [{"organisations": []}, {"starts_on": "yesterday"}, {"organisations": ["x", "999999"]}]
)
def test_enrolment_with_bad_input_keeps_what_was_ticked(client, club, values):
    organisation = known_to(club)
    client.force_login(coordinator_of(club))
    page = enrol(client, **{"organisations": [organisation.pk], **values})
    assert page.status_code == 200
    assert page.context["enrolment_form"].errors
    assert not Term.objects.exists()
    if "starts_on" in values:
        assert f'value="{organisation.pk}" checked' in page.content.decode()
        assert "yesterday" in page.content.decode()


def test_enrolment_when_all_plans_are_closed(client, club, plan):
    plan.is_open = False
    plan.save()
    organisation = known_to(club)
    client.force_login(coordinator_of(club))
    page = enrol(client, organisations=[organisation.pk])
    assert "ne prend pas de nouvelle adhésion" in page.content.decode()
    assert not Term.objects.exists()


def test_enrolment_is_for_coordinators_and_posts(client, club):
    organisation = known_to(club)
    client.force_login(member_of(organisation))
    assert enrol(client, organisations=[organisation.pk]).status_code == 403
    client.force_login(coordinator_of(club))
    assert client.get(ENROL).status_code == 405
    assert not Term.objects.exists()


def test_export_holds_what_the_filters_leave_and_runs_nothing(client, club):
    sector = SectorFactory(name="Blanchisserie")
    known_to(club, name="=cmd|calc", structure=True, phone="+33140000000", commune=CommuneFactory()).sectors.add(sector)
    known_to(club, name="Banque")
    client.force_login(coordinator_of(club))
    answer = client.get(EXPORT, {"audience": "structures", "format": "csv"})
    assert f"annuaire-{club.slug}-" in answer["Content-Disposition"]
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    header, row = csv.reader(StringIO(text), delimiter=";")
    values = dict(zip(header, row, strict=True))
    assert values["Raison sociale"] == "'=cmd|calc"
    assert (values["Type"], values["Département"], values["Secteurs"]) == ("EI", "92", "Blanchisserie")
    assert len(values["SIRET"]) == 14
    book = load_workbook(BytesIO(b"".join(client.get(EXPORT, {"format": "xlsx"}).streaming_content)))
    assert {cell.value for cell in book.active["A"]} == {"Raison sociale", "=cmd|calc", "Banque"}
    assert {cell.data_type for cell in book.active["A"]} == {"s"}
