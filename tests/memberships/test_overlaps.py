"""Two terms of an organisation in a club never have a day in common: the database itself refuses it."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from core.errors import RuleBroken
from memberships.actions import start_term
from memberships.enums import Period
from memberships.models import Term
from tests.factories import OrganisationFactory, coordinator_of
from tests.memberships.factories import PlanFactory, TermFactory
from tests.racing import at_once

INSERT = (
    "INSERT INTO memberships_term (organisation_id, club_id, plan_id, starts_on, ends_on, end_reason, suspend_reason,"
    " sponsored_amount) VALUES (%s, %s, %s, %s, %s, '', '', 0)"
)


def insert(term: Term, starts_on, ends_on) -> None:
    """As somebody would who knows nothing of the actions."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(INSERT, [term.organisation_id, term.club_id, term.plan_id, starts_on, ends_on])


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("starts_on", "ends_on"),
    [
        (date(2026, 1, 1), date(2026, 12, 31)), (date(2026, 12, 31), date(2027, 5, 1)), (date(2025, 1, 1), date(2026, 1, 1)),
        (date(2025, 1, 1), None), (date(2026, 5, 1), None), (date(2026, 3, 1), date(2026, 3, 1)),
    ],
)  # fmt: skip
def test_overlapping_row_is_refused(starts_on, ends_on):
    term = TermFactory(starts_on=date(2026, 1, 1), ends_on=date(2026, 12, 31))
    with pytest.raises(IntegrityError):
        insert(term, starts_on, ends_on)
    assert Term.objects.count() == 1


@pytest.mark.django_db
def test_rows_that_follow_one_another_are_kept():
    term = TermFactory(starts_on=date(2026, 1, 1), ends_on=date(2026, 12, 31))
    insert(term, date(2027, 1, 1), None)
    insert(term, date(2025, 1, 1), date(2025, 12, 31))
    assert Term.objects.count() == 3


@pytest.mark.django_db
def test_row_that_is_stretched_over_another_is_refused():
    term = TermFactory(starts_on=date(2026, 1, 1), ends_on=date(2026, 12, 31))
    insert(term, date(2027, 1, 1), date(2027, 12, 31))
    for change in ({"ends_on": date(2027, 1, 1)}, {"ends_on": None}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Term.objects.filter(pk=term.pk).update(**change)
    Term.objects.filter(pk=term.pk).update(ends_on=date(2026, 6, 30))  # a shorter one may be


@pytest.mark.django_db
def test_rows_of_other_clubs_and_organisations_are_no_matter():
    term = TermFactory()
    TermFactory(organisation=term.organisation)
    TermFactory(club=term.club, plan=term.plan)
    assert Term.objects.count() == 3


days = st.dates(date(2026, 1, 1), date(2026, 3, 1))
spans = st.tuples(days, st.none() | st.integers(0, 40))


class TestOverlap(TestCase):
    @given(st.lists(spans, min_size=2, max_size=6))
    def test_whatever_is_inserted_no_day_is_covered_twice(self, rows):
        term = TermFactory(starts_on=date(2020, 1, 1), ends_on=date(2020, 12, 31))
        for starts_on, length in rows:
            try:
                insert(term, starts_on, None if length is None else starts_on + timedelta(days=length))
            except IntegrityError:
                continue
        terms = list(Term.objects.filter(organisation=term.organisation_id).order_by("starts_on"))
        assert len(terms) >= 2
        for earlier, later in zip(terms, terms[1:], strict=False):
            assert earlier.ends_on is not None and earlier.ends_on < later.starts_on


@pytest.mark.django_db(transaction=True)
def test_racing_starts_leave_one_term():
    plan, organisation = PlanFactory(period=Period.TWELVE_MONTHS), OrganisationFactory()
    by = coordinator_of(plan.club)
    day = date(2026, 5, 1)
    results = at_once(
        *(lambda n=n: start_term(organisation, plan, by=by, starts_on=day + timedelta(days=n)) for n in range(4))
    )
    assert sum(isinstance(result, Term) for result in results) == 1, results
    assert sum(isinstance(result, RuleBroken) for result in results) == 3, results


@pytest.mark.django_db(transaction=True)
def test_racing_rows_leave_one_term():
    """Without the actions and their lock: the database alone."""
    term = TermFactory(starts_on=date(2020, 1, 1), ends_on=date(2020, 12, 31))
    jobs = [lambda n=n: insert(term, date(2026, 1, 1) + timedelta(days=n), None) for n in range(4)]
    results = at_once(*jobs)
    assert sum(result is None for result in results) == 1, results
    assert Term.objects.count() == 2
