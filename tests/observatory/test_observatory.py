"""Figures: true to what was done, beside the year before, each with the list of what it counts."""

from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.utils import timezone

from introductions.actions import (
    Terms,
    accept_introduction,
    ask_introduction,
    confirm_contract,
    dispute_contract,
    state_contract,
)
from members.scope import Scope
from memberships.actions import end_term, enrol_organisation
from memberships.models import Term
from observatory.charts import CHARTS, svg_of, written
from observatory.statistics import SPEC_BY_CODE, active_members, figures_of, years_known
from tests.factories import (
    ClubFactory,
    CommuneFactory,
    OrganisationFactory,
    PersonFactory,
    SectorFactory,
    TerritoryFactory,
    coordinator_of,
    member_of,
    reader_of,
)

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 6, 15, 12, tzinfo=ZoneInfo("Europe/Paris"))


@pytest.fixture(autouse=True)
def _clock():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def club():
    return ClubFactory(objective=10)


def at(year: int, month: int = 3):
    return time_machine.travel(datetime(year, month, 10, 10, tzinfo=ZoneInfo("Europe/Paris")), tick=False)


def member(club, *, year: int = 2025, **fields):
    """A person of an organisation that has been a member since March of `year`."""
    with at(year):
        organisation = OrganisationFactory(**fields)
        enrol_organisation(organisation, club, by=coordinator_of(club))
    return member_of(organisation)


def contract(company, structure, *, year: int, answer=confirm_contract, **terms):
    """A contract stated by the company in `year`; answered by the structure."""
    with at(year, 5):
        introduction = ask_introduction(
            company.acting_for, structure.acting_for, by=company, subject=f"Sujet {timezone.now()} {terms}",
            sector=terms.pop("sector", None),
        )  # fmt: skip
        introduction = accept_introduction(introduction, by=structure)
        stated = state_contract(
            introduction, by=company,
            terms=Terms(**{"kind": "service", "starts_on": date(year, 5, 20), "amount": Decimal(1000), **terms}),
        )  # fmt: skip
        return answer(stated, by=structure) if answer else stated


def figures(**scope) -> dict:
    return {figure.spec.code: figure for figure in figures_of(Scope(**scope), NOW)}


def test_members_are_counted_at_the_end_of_the_year_or_today(club):
    member(club, year=2024, structure=True)
    member(club, year=2026)
    found = figures(club=club, year=2026)
    assert (found["members"].value, found["members"].previous, found["members"].objective) == (2, 1, 10)
    assert (found["structures"].value, found["buyers"].value, found["joined"].value) == (1, 1, 1)


def test_who_left_is_counted_in_the_year_they_left(club):
    person = member(club, year=2024)
    end_term(Term.objects.get(organisation=person.acting_for), by=person, ends_on=NOW.date())
    later = NOW.replace(year=2027)
    with time_machine.travel(later):
        found = {f.spec.code: f.value for f in figures_of(Scope(club=club, year=2026), later)}
    assert (found["members"], found["left"]) == (0, 1)


def test_only_contracts_confirmed_by_the_other_side_count(club):
    company, structure = member(club), member(club, structure=True)
    contract(company, structure, year=2026, amount=Decimal("1500.50"), hours_due=120, jobs=2)
    contract(company, structure, year=2026, amount=Decimal(9), answer=None)
    contract(
        company, structure, year=2026, amount=Decimal(7), answer=lambda c, by: dispute_contract(c, by=by, reason="Non")
    )
    contract(company, structure, year=2025, amount=Decimal(400))
    found = figures(club=club, year=2026)
    assert [found[code].value for code in ("contracts", "amount", "hours_due", "jobs")] == [
        1,
        Decimal("1500.50"),
        120,
        2,
    ]
    assert [found[code].previous for code in ("contracts", "amount")] == [1, Decimal(400)]


def test_sector_and_territory_narrow_the_figures(club):
    catering, cleaning = SectorFactory(name="Traiteur"), SectorFactory(name="Propreté")
    oise = CommuneFactory(
        insee_code="60057", name="Beauvais", folded_name="beauvais", department=TerritoryFactory(code="60", name="Oise"),
        codes=["60000"],
    )  # fmt: skip
    company, structure = member(club, commune=CommuneFactory()), member(club, structure=True, commune=oise)
    contract(company, structure, year=2026, sector=catering)
    assert figures(club=club, year=2026, sector=catering)["contracts"].value == 1
    assert figures(club=club, year=2026, sector=cleaning)["contracts"].value == 0
    assert figures(club=club, year=2026, territory=oise.department)["contracts"].value == 1
    assert figures(club=club, year=2026, territory=CommuneFactory().department)["contracts"].value == 0
    assert figures(club=club, year=2026, territory=oise.department)["members"].value == 1


def test_active_members_did_something_within_twelve_months(club):
    company, structure, silent = (
        member(club, year=2024),
        member(club, year=2024, structure=True),
        member(club, year=2024),
    )
    contract(company, structure, year=2026)
    active = set(active_members(Scope(club=club, year=2026), NOW))
    assert active == {company.acting_for, structure.acting_for} and silent.acting_for not in active
    assert not active_members(Scope(club=club, year=2024), NOW).exists()


def test_every_figure_counts_what_its_list_shows(club):
    company, structure = member(club), member(club, structure=True)
    contract(company, structure, year=2026)
    scope = Scope(club=club, year=2026)
    counted = {"members", "structures", "buyers", "active_members", "joined", "left", "events", "introductions", "accepted",
               "concluded", "contracts"}  # fmt: skip
    found = figures(club=club, year=2026)
    assert {code: found[code].value for code in counted} == {
        code: SPEC_BY_CODE[code].counted(scope, NOW).count() for code in counted
    }


def test_queries_do_not_grow_with_what_is_counted(client, club, django_assert_max_num_queries):
    company, structure = member(club), member(club, structure=True)
    contract(company, structure, year=2026)
    with django_assert_max_num_queries(80):
        client.get("/observatory/")
    for _ in range(3):
        contract(member(club), member(club, structure=True), year=2026)
    with django_assert_max_num_queries(80):
        assert client.get("/observatory/").status_code == 200


def test_lists_open_for_coordination_and_funders_only(client, club):
    company = member(club)
    address = f"/observatory/lists/contracts/?club={club.slug}"
    expected = {
        coordinator_of(club): 200, reader_of(club): 200, company: 403, PersonFactory(): 403,
        coordinator_of(ClubFactory()): 403,
    }  # fmt: skip
    for person, status in expected.items():
        client.force_login(person)
        assert client.get(address).status_code == status
    client.logout()
    assert client.get(address).url.startswith("/accounts/login/")
    assert client.get(f"/observatory/lists/members/?club={club.slug}").status_code == 200
    assert client.get("/observatory/lists/nothing/").status_code == 404


def test_reader_of_one_club_does_not_open_the_lists_of_all(client, club):
    ClubFactory()
    client.force_login(reader_of(club))
    assert client.get("/observatory/lists/contracts/").status_code == 403


def test_open_data_says_the_same_as_the_page(client, club):
    company, structure = member(club), member(club, structure=True)
    contract(company, structure, year=2026, amount=Decimal("1500.50"))
    lines = b"".join(client.get("/observatory/data.csv").streaming_content).decode("utf-8-sig").splitlines()
    rows = {line.split(";")[0]: line.split(";") for line in lines}
    assert rows["amount"][3:6] == ["2026", "1500,50", "0,00"]
    assert set(rows) == {"code", *SPEC_BY_CODE}


@pytest.mark.parametrize("code", CHARTS)
def test_chart_is_a_picture_without_script(client, club, code):
    contract(member(club), member(club, structure=True), year=2026)
    response = client.get(f"/observatory/charts/{code}.svg")
    assert response["Content-Type"] == "image/svg+xml"
    assert b"<svg" in response.content and b"<script" not in response.content
    chart = CHARTS[code](Scope(year=2026), NOW)
    assert len(chart.rows) == len(chart.categories) and not chart.is_empty
    assert svg_of(chart)


def test_chart_that_is_not_known_is_not_found(client):
    assert client.get("/observatory/charts/nothing.svg").status_code == 404


@pytest.mark.parametrize("query", ["year=abc", "year=99999", "club=nobody", "sector=x", "territory=-1", "year="])
def test_strange_scopes_are_left_out(client, query):
    assert client.get(f"/observatory/?{query}").status_code == 200


def test_years_begin_with_the_first_dealing(club):
    assert years_known(NOW) == [2026]
    club.founded_on = date(2024, 1, 26)
    club.save()
    assert years_known(NOW) == [2026, 2025, 2024]


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (None, "count", "–"),
        (0.784, "share", "78\u00a0%"),
        (Decimal(12500), "euros", "12\u00a0500\u00a0€"),
        (833, "hours", "833\u00a0h"),
    ],
)
def test_values_are_written_the_french_way(value, unit, text):
    assert written(value, unit).replace("\u202f", "\u00a0") == text
