"""When an organisation is a member: terms that start, renew themselves, end, and never overlap."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from core.errors import RuleBroken
from core.models import HistoryEntry, Letter
from memberships.actions import (
    end_term,
    enrol_organisation,
    enrol_organisations,
    renew_due_terms,
    renew_term,
    start_term,
)
from memberships.enums import ApplicationStatus, Period, TermState
from memberships.models import Term, members_of
from tests.factories import OrganisationFactory, coordinator_of, member_of
from tests.memberships.factories import ApplicationFactory, PlanFactory, TermFactory

pytestmark = pytest.mark.django_db
YEAR, TWELVE, OPEN = Period.CALENDAR_YEAR, Period.TWELVE_MONTHS, Period.OPEN_ENDED


@pytest.fixture
def today():
    return timezone.localdate()


@pytest.fixture
def plan():
    return PlanFactory()


@pytest.fixture
def coordinator(plan):
    return coordinator_of(plan.club)


@pytest.mark.parametrize(
    ("period", "starts_on", "ends_on"),
    [
        (YEAR, date(2026, 1, 1), date(2026, 12, 31)),
        (YEAR, date(2026, 11, 22), date(2026, 12, 31)),
        (TWELVE, date(2026, 11, 22), date(2027, 11, 21)),
        (TWELVE, date(2028, 2, 29), date(2029, 2, 28)),
        (TWELVE, date(2027, 3, 1), date(2028, 2, 29)),
        (OPEN, date(2026, 11, 22), None),
    ],
)
def test_term_runs_as_long_as_its_plan_says(coordinator, period, starts_on, ends_on):
    term = start_term(OrganisationFactory(), PlanFactory(period=period), by=coordinator, starts_on=starts_on)
    assert (term.starts_on, term.ends_on) == (starts_on, ends_on)


@pytest.mark.parametrize("starts_on", [date(2020, 1, 1), date(2024, 6, 1), date(2019, 3, 1)])
def test_terms_never_overlap(plan, coordinator, starts_on):
    """Whether the new term would start with, within or before an open one."""
    organisation = TermFactory(club=plan.club, plan=plan, starts_on=date(2020, 1, 1)).organisation
    with pytest.raises(RuleBroken):
        start_term(organisation, plan, by=coordinator, starts_on=starts_on)
    assert Term.objects.count() == 1


def test_terms_of_two_clubs_may_overlap(plan, coordinator):
    organisation = TermFactory().organisation
    assert start_term(organisation, plan, by=coordinator).club == plan.club


def test_term_follows_another_from_the_next_day(plan, coordinator):
    before = TermFactory(club=plan.club, plan=plan, ends_on=date(2025, 12, 31))
    with pytest.raises(RuleBroken):
        start_term(before.organisation, plan, by=coordinator, starts_on=date(2025, 12, 31))
    assert start_term(before.organisation, plan, by=coordinator, starts_on=date(2026, 1, 1)).pk


def test_renewal_follows_without_a_gap_and_once(plan):
    plan.period = YEAR
    plan.save()
    term = TermFactory(club=plan.club, plan=plan, starts_on=date(2026, 3, 1), ends_on=date(2026, 12, 31))
    assert renew_due_terms(date(2026, 11, 30)) == 0
    assert renew_due_terms(date(2026, 12, 2)) == 1
    assert renew_due_terms(date(2026, 12, 2)) == 0
    follower = Term.objects.exclude(pk=term.pk).get()
    assert (follower.starts_on, follower.ends_on) == (date(2027, 1, 1), date(2027, 12, 31))
    assert HistoryEntry.objects.filter(code="memberships.term.renewed", by=None).count() == 1
    assert renew_term(term) == follower


def test_renewal_catches_up_with_years_without_a_daily_run(plan):
    plan.period = YEAR
    plan.save()
    TermFactory(club=plan.club, plan=plan, starts_on=date(2023, 5, 1), ends_on=date(2023, 12, 31))
    assert renew_due_terms(date(2026, 6, 1)) == 3
    assert list(members_of(plan.club, date(2025, 1, 1)))


def test_renewal_leaves_open_and_ended_terms_alone(plan, coordinator, today):
    open_ended = TermFactory(club=plan.club, plan=plan)
    ended = TermFactory(club=plan.club, plan=plan, ends_on=today + timedelta(days=5))
    end_term(ended, by=coordinator, ends_on=today, reason="Cessation d’activité")
    assert renew_due_terms(today + timedelta(days=400)) == 0
    for term in (open_ended, ended):
        with pytest.raises(RuleBroken):
            renew_term(Term.objects.get(pk=term.pk))


def test_resignation_drops_the_term_that_would_have_followed(plan, today):
    plan.period = TWELVE
    plan.save()
    term = TermFactory(
        club=plan.club, plan=plan, starts_on=today - timedelta(days=350), ends_on=today + timedelta(days=10)
    )
    manager, coordinator = member_of(term.organisation), coordinator_of(plan.club)
    renew_term(term)
    ended = end_term(term, by=manager, ends_on=today + timedelta(days=10))
    assert Term.objects.get() == ended
    assert ended.state(today) == TermState.ENDING
    assert {letter.person for letter in Letter.objects.filter(code="memberships.term.ended")} == {manager, coordinator}
    assert renew_due_terms(today) == 0


def test_resignation_names_no_past_day(plan, today):
    term = TermFactory(club=plan.club, plan=plan)
    manager = member_of(term.organisation)
    with pytest.raises(RuleBroken) as broken:
        end_term(term, by=manager, ends_on=today - timedelta(days=1))
    assert broken.value.field == "ends_on"
    assert end_term(term, by=manager, ends_on=today).ends_on == today


def test_ending_by_a_coordinator_needs_a_reason_and_may_lie_in_the_past(plan, coordinator, today):
    term = TermFactory(club=plan.club, plan=plan)
    manager = member_of(term.organisation)
    with pytest.raises(RuleBroken) as broken:
        end_term(term, by=coordinator, ends_on=today)
    assert broken.value.field == "reason"
    end_term(term, by=coordinator, ends_on=today - timedelta(days=30), reason="Liquidation")
    letter = Letter.objects.get(code="memberships.term.ended")
    assert letter.person == manager
    assert "Liquidation" in letter.text


@pytest.mark.parametrize(("days", "field"), [(-4000, "ends_on"), (31, "ends_on")])
def test_ending_lies_within_the_term(plan, coordinator, today, days, field):
    term = TermFactory(club=plan.club, plan=plan, ends_on=today + timedelta(days=30))
    with pytest.raises(RuleBroken) as broken:
        end_term(term, by=coordinator, ends_on=today + timedelta(days=days), reason="Erreur")
    assert broken.value.field == field
    term.refresh_from_db()
    assert not term.is_ended


def test_ending_twice_is_refused(plan, coordinator, today):
    term = TermFactory(club=plan.club, plan=plan)
    end_term(term, by=coordinator, ends_on=today, reason="Départ")
    with pytest.raises(RuleBroken):
        end_term(term, by=coordinator, ends_on=today, reason="Départ")
    assert HistoryEntry.objects.filter(code="memberships.term.ended").count() == 1


def test_enrolment_makes_a_directory_organisation_a_member(plan, coordinator):
    organisation = OrganisationFactory(structure=True, is_listed=False)
    term = enrol_organisation(organisation, plan.club, by=coordinator)
    organisation.refresh_from_db()
    assert organisation.is_listed
    assert list(members_of(plan.club, timezone.localdate())) == [organisation]
    assert term.plan == plan
    assert not Letter.objects.exists()  # nobody manages it yet


def test_enrolment_writes_to_the_managers(plan, coordinator):
    organisation = OrganisationFactory()
    manager = member_of(organisation)
    enrol_organisation(organisation, plan.club, by=coordinator)
    assert Letter.objects.get().person == manager


def test_enrolment_answers_the_application_that_waits(plan, coordinator):
    application = ApplicationFactory(plan=plan)
    term = enrol_organisation(application.organisation, plan.club, by=coordinator)
    application.refresh_from_db()
    assert (application.status, term.application) == (ApplicationStatus.ACCEPTED, application)


def test_enrolment_from_a_past_day_brings_the_terms_since(plan, coordinator, today):
    plan.period = YEAR
    plan.save()
    organisation = OrganisationFactory()
    latest = enrol_organisation(organisation, plan.club, by=coordinator, starts_on=date(today.year - 2, 4, 1))
    assert latest.starts_on == date(today.year, 1, 1)
    assert organisation.terms.count() == 3


def test_enrolment_of_many_says_what_became_of_each(plan, coordinator):
    member = TermFactory(club=plan.club, plan=plan).organisation
    new = OrganisationFactory()
    done = enrol_organisations([member, new], plan.club, by=coordinator)
    assert [(result.organisation, result.term is not None, bool(result.refusal)) for result in done] == [
        (member, False, True),
        (new, True, False),
    ]
