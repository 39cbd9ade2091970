"""What a membership costs: which line of the table, which share of the year, which difference."""

from datetime import date, timedelta
from decimal import Decimal
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import RuleBroken
from members.enums import Audience, OrganisationKind
from memberships.enums import Period, Prorata, Seniority
from memberships.fees import (
    Payer,
    asks_headcount,
    choose_fee,
    costs_something,
    difference,
    headcount_of,
    price_of_term,
    prorated,
    remaining_months,
)
from memberships.models import Fee, Plan
from tests.memberships.dues import charging, priced
from tests.memberships.factories import PlanFactory

COMPANY = Payer(OrganisationKind.COMPANY, 60, True)
amounts = st.integers(0, 1_000_000).map(lambda cents: Decimal(cents).scaleb(-2))
days = st.dates(date(2020, 1, 1), date(2040, 12, 31))


def fee(amount, **fields) -> Fee:
    return Fee(amount=Decimal(amount), **fields)


@st.composite
def fees(draw):
    least = draw(st.integers(0, 300))
    most = draw(st.none() | st.integers(least, 600))
    who = draw(st.sampled_from(["", "kind", "audience"]))
    return fee(
        draw(amounts), headcount_from=least if draw(st.booleans()) else 0, headcount_to=most,
        kind=draw(st.sampled_from(OrganisationKind.values)) if who == "kind" else "",
        audience=draw(st.sampled_from(Audience.values)) if who == "audience" else "",
        seniority=draw(st.sampled_from(Seniority.values)),
    )  # fmt: skip


payers = st.builds(
    Payer, st.sampled_from(OrganisationKind.values), st.none() | st.integers(0, 700), st.booleans()
)  # fmt: skip


# --- Reading a headcount ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("250 à 499 salariés", 250), ("20 à 49", 20), ("1 200", 1200), ("1 200 à 1 999", 1200), ("10.000+", 10_000),
        ("0 salarié", 0), ("moins de 10", 0), ("Moins de 10 salariés", 0), ("< 20", 0), ("plus de 500", 500), ("", None),
        ("PME", None), ("500 ou plus", 500), ("99999999999999999999", 10_000_000), ("6 à 9 (ETP)", 6), ("jusqu’à 5", 0),
    ],
)  # fmt: skip
def test_headcount_is_the_smallest_number_named(text, number):
    assert headcount_of(text) == number


@given(st.text(max_size=60))
def test_headcount_stands_any_text(text):
    number = headcount_of(text)
    assert number is None or 0 <= number <= 10_000_000


# --- The line of the table --------------------------------------------------------------------------------------------


ANYBODY, BUYERS = fee(10), fee(20, audience=Audience.BUYERS)
COMPANIES, BAND = fee(30, kind=OrganisationKind.COMPANY), fee(40, headcount_from=50, headcount_to=99)
WIDE, FIRST = fee(45, headcount_from=50), fee(5, seniority=Seniority.FIRST_YEAR)
OTHERS = fee(60, kind=OrganisationKind.ESAT)


@pytest.mark.parametrize(
    ("table", "chosen"),
    [
        ([ANYBODY], ANYBODY), ([ANYBODY, BUYERS], BUYERS), ([ANYBODY, BUYERS, COMPANIES], COMPANIES),
        ([ANYBODY, BAND], BAND), ([BAND, WIDE], BAND), ([COMPANIES, BAND], COMPANIES), ([ANYBODY, FIRST], FIRST),
        ([BAND, FIRST], BAND), ([ANYBODY, OTHERS], ANYBODY), ([OTHERS], None), ([], None),
    ],
)  # fmt: skip
def test_fee_is_the_most_specific_line_whatever_the_order(table, chosen):
    assert all(choose_fee(order, COMPANY) is chosen for order in permutations(table))


def test_fee_of_two_alike_is_the_smaller_one():
    assert (
        choose_fee(
            [fee(9, headcount_from=50, headcount_to=70), fee(8, headcount_from=40, headcount_to=60)], COMPANY
        ).amount
        == 8
    )


@given(st.lists(fees(), max_size=8), payers, st.randoms())
def test_fee_does_not_depend_on_the_order_of_the_lines(table, payer, chance):
    first = choose_fee(table, payer)
    shuffled = list(table)
    chance.shuffle(shuffled)
    second = choose_fee(shuffled, payer)
    assert (first is None) == (second is None)
    if first is not None:
        assert first.amount == second.amount
        assert first.kind in ("", payer.kind) and first.audience in ("", payer.audience)
        assert first.seniority != (Seniority.LATER if payer.is_first else Seniority.FIRST_YEAR)


@given(st.lists(fees(), max_size=8), payers)
def test_fee_of_a_known_size_is_never_asked_for(table, payer):
    if payer.headcount is not None:
        assert not asks_headcount(table, payer)


@pytest.mark.django_db
def test_fee_that_depends_on_the_size_asks_for_it():
    plan = charging(ANYBODY.amount, *[]).plan
    plan.fees.create(amount=Decimal(40), headcount_from=50)
    with pytest.raises(RuleBroken) as broken:
        price_of_term(plan, Payer(OrganisationKind.COMPANY, None, True), date(2026, 1, 1))
    assert broken.value.field == "headcount"


@pytest.mark.django_db
def test_table_without_a_fitting_line_takes_nobody():
    plan = charging().plan
    plan.fees.update(kind=OrganisationKind.ESAT)
    with pytest.raises(RuleBroken, match="type et de cette taille|kind and size"):
        price_of_term(plan, COMPANY, date(2026, 1, 1))


@pytest.mark.django_db
def test_plan_without_a_table_is_free():
    plan = PlanFactory(period=Period.CALENDAR_YEAR)
    assert price_of_term(plan, COMPANY, date(2026, 5, 1)).is_free
    assert not costs_something(plan)


# --- Shares and differences -------------------------------------------------------------------------------------------


def year_plan(prorata):
    return Plan(period=Period.CALENDAR_YEAR, prorata=prorata)


@pytest.mark.parametrize(
    ("prorata", "day", "due"),
    [
        (Prorata.MONTHS, date(2026, 1, 1), 120), (Prorata.MONTHS, date(2026, 11, 15), 20),
        (Prorata.MONTHS, date(2026, 12, 31), 10), (Prorata.HALF_YEARS, date(2026, 6, 30), 120),
        (Prorata.HALF_YEARS, date(2026, 7, 1), 60), (Prorata.NONE, date(2026, 12, 31), 120),
    ],
)  # fmt: skip
def test_share_of_the_year_is_what_the_plan_says(prorata, day, due):
    assert prorated(Decimal(120), year_plan(prorata), day)[0] == due


def test_share_concerns_calendar_years_only():
    plan = Plan(period=Period.TWELVE_MONTHS, prorata=Prorata.MONTHS)
    assert prorated(Decimal(120), plan, date(2026, 12, 31)) == (Decimal(120), "")


@given(amounts, days, st.sampled_from(Prorata.values))
def test_share_is_never_more_than_the_whole_and_whole_cents(amount, day, prorata):
    due, words = prorated(amount, year_plan(prorata), day)
    assert 0 <= due <= amount and due == due.quantize(Decimal("0.01"))
    assert bool(words) or due == amount


@given(amounts, days)
def test_share_by_month_never_grows_with_the_year(amount, day):
    plan, later = year_plan(Prorata.MONTHS), day + timedelta(days=20)
    if later.year == day.year:
        assert prorated(amount, plan, later)[0] <= prorated(amount, plan, day)[0]


@pytest.mark.parametrize(
    ("today", "ends_on", "months"),
    [
        (date(2026, 7, 1), date(2026, 12, 31), 6), (date(2026, 7, 2), date(2026, 12, 31), 5),
        (date(2026, 1, 1), date(2026, 12, 31), 12), (date(2026, 12, 2), date(2026, 12, 31), 0),
        (date(2027, 1, 1), date(2026, 12, 31), 0), (date(2026, 5, 15), date(2027, 3, 14), 10),
        (date(2026, 1, 31), date(2026, 2, 28), 1),
    ],
)  # fmt: skip
def test_remaining_months_are_whole(today, ends_on, months):
    assert remaining_months(today, ends_on) == months


@given(amounts, amounts, days, st.integers(-10, 364))
def test_difference_is_paid_one_way_only(old, new, today, left):
    months = remaining_months(today, today + timedelta(days=left))
    assert 0 <= months <= 12
    up, down = difference(old, new, months), difference(new, old, months)
    assert up >= 0 and down >= 0 and (up == 0 or down == 0)
    assert up <= max(new - old, Decimal(0))


@pytest.mark.django_db
def test_price_says_why_in_words():
    shop = charging(100, period=Period.CALENDAR_YEAR, prorata=Prorata.MONTHS, joining_fee=Decimal(30),
                    price_per_person=Decimal(10), people_included=2)  # fmt: skip
    plan = shop.plan
    plan.fees.update(kind=OrganisationKind.COMPANY, headcount_from=50, headcount_to=99, seniority=Seniority.FIRST_YEAR)
    price = price_of_term(plan, COMPANY, date(2026, 10, 12), people=2)
    assert price.amount == Decimal("60.00")  # (100 + 2 × 10) × 3/12 + 30
    for words in ("50", "99", "3", "30"):
        assert words in price.reason


@pytest.mark.django_db
def test_sponsored_plan_costs_the_member_nothing_and_says_who_pays():
    shop = charging(100, is_sponsored=True, sponsor_name="Département des Hauts-de-Seine")
    price = price_of_term(shop.plan, COMPANY, date(2026, 1, 1))
    assert (price.amount, price.sponsored) == (0, 100)
    assert "Département des Hauts-de-Seine" in price.reason
    assert not costs_something(shop.plan)


# --- Saying what a plan costs -----------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_plan_until_resigned_cannot_cost_something():
    shop = charging()
    with pytest.raises(RuleBroken):
        priced(PlanFactory(club=shop.club), 10, by=shop.coordinator)
    with pytest.raises(RuleBroken):
        priced(PlanFactory(club=shop.club), by=shop.coordinator, joining_fee=Decimal(5))


@pytest.mark.django_db
def test_plan_of_a_club_that_sells_nothing_is_free():
    plan = PlanFactory(period=Period.CALENDAR_YEAR)
    with pytest.raises(RuleBroken):
        priced(plan, 10, by=None)
    assert not plan.fees.exists()
    assert priced(plan, 10, by=None, is_sponsored=True).fees.count() == 1


@pytest.mark.django_db
def test_table_names_nobody_twice():
    shop = charging()
    with pytest.raises(RuleBroken):
        priced(shop.plan, 10, 20, by=shop.coordinator)
    assert [fee.amount for fee in shop.plan.fees.all()] == [120]
