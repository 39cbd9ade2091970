"""Two people at the same moment, with real threads and connections."""

import pytest
from django.utils import timezone

from billing.actions import due_of, surplus_of
from billing.models import Order
from core.errors import RuleBroken
from core.models import Letter
from memberships.actions import (
    accept_application,
    begin_owed_terms,
    call_due_renewals,
    call_renewal,
    end_term,
    enrol_organisation,
    submit_application,
    withdraw_call,
    write_due_reminders,
)
from memberships.models import Application, DuesCall, Term
from tests.factories import OrganisationFactory, coordinator_of, member_of
from tests.memberships.dues import charging, order_dues, pay_order
from tests.memberships.factories import ApplicationFactory, PlanFactory
from tests.racing import at_once


@pytest.mark.django_db(transaction=True)
def test_two_coordinators_accept_at_once_and_one_term_starts():
    plan = PlanFactory()
    organisation = OrganisationFactory(is_listed=False)
    application = ApplicationFactory(plan=plan, organisation=organisation, by=member_of(organisation))
    people = [coordinator_of(plan.club) for _ in range(4)]
    results = at_once(*(lambda by=by: accept_application(application, by=by) for by in people))
    assert all(isinstance(result, Application) for result in results), results
    assert Term.objects.count() == 1
    assert Letter.objects.filter(code="memberships.application.accepted").count() == 1


@pytest.mark.django_db(transaction=True)
def test_accepting_and_enrolling_at_once_starts_one_term():
    application = ApplicationFactory()
    by, club = coordinator_of(application.club), application.club
    results = at_once(
        lambda: accept_application(application, by=by),
        lambda: enrol_organisation(application.organisation, club, by=by),
        lambda: enrol_organisation(application.organisation, club, by=by),
    )
    assert all(isinstance(result, Application | Term | RuleBroken) for result in results), results
    assert Term.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_managers_apply_at_once_and_one_application_stands():
    plan, organisation = PlanFactory(), OrganisationFactory()
    people = [member_of(organisation) for _ in range(4)]
    results = at_once(*(lambda by=by: submit_application(organisation, plan.club, by=by) for by in people))
    assert sum(isinstance(result, Application) for result in results) == 1, results
    assert sum(isinstance(result, RuleBroken) for result in results) == 3, results


@pytest.mark.django_db(transaction=True)
def test_accepting_at_once_on_a_plan_that_costs_calls_for_dues_once():
    shop = charging()
    application = submit_application(shop.organisation, shop.club, by=shop.manager, plan=shop.plan)
    people = [coordinator_of(shop.club) for _ in range(4)]
    results = at_once(*(lambda by=by: accept_application(application, by=by) for by in people))
    assert all(isinstance(result, Application) for result in results), results
    assert DuesCall.objects.count() == 1
    assert Letter.objects.filter(code="memberships.dues.called").count() == 1


@pytest.mark.django_db(transaction=True)
def test_dues_paid_at_once_by_two_start_one_term():
    shop = charging()
    call = enrol_organisation(shop.organisation, shop.club, by=shop.coordinator, plan=shop.plan)
    order = order_dues(call, shop.manager)
    results = at_once(*[lambda: pay_order(order, shop.coordinator)] * 3)
    assert sum(isinstance(result, RuleBroken) for result in results) == 2, results
    assert Term.objects.count() == 1
    assert due_of(order) == 0


@pytest.mark.django_db(transaction=True)
def test_dues_paid_while_they_are_withdrawn_are_given_or_owed_back():
    shop = charging()
    call = enrol_organisation(shop.organisation, shop.club, by=shop.coordinator, plan=shop.plan)
    order = order_dues(call, shop.manager)
    results = at_once(
        lambda: pay_order(order, shop.coordinator),
        lambda: withdraw_call(call, by=shop.coordinator, reason="Erreur"),
    )
    assert all(isinstance(result, Order | DuesCall | RuleBroken) for result in results), results
    call.refresh_from_db()
    order.refresh_from_db()
    assert (call.withdrawn_at is None) == Term.objects.exists()
    assert Term.objects.exists() or surplus_of(order) == 120


@pytest.mark.django_db(transaction=True)
def test_daily_runs_at_once_call_and_write_once():
    shop = charging()
    for _ in range(3):
        shop.member(ends_in=50)
    today = timezone.localdate()

    def run():
        call_due_renewals(today)
        write_due_reminders(today)

    results = at_once(run, run, run)
    assert results == [None, None, None]
    assert DuesCall.objects.count() == 3
    assert Letter.objects.filter(code="memberships.dues.reminded").count() == 3


@pytest.mark.django_db(transaction=True)
def test_resigning_while_the_next_term_becomes_owed_leaves_one_answer():
    shop = charging(120, is_owed=True)
    term = shop.member(ends_in=-1)
    call = call_renewal(term)
    today = timezone.localdate()
    results = at_once(
        lambda: begin_owed_terms(today),
        lambda: end_term(term, by=shop.coordinator, ends_on=term.ends_on, reason="Parti"),
    )
    assert not any(isinstance(result, Exception) and not isinstance(result, RuleBroken) for result in results), results
    call.refresh_from_db()
    if call.withdrawn_at is not None and Term.objects.count() == 1:
        assert isinstance(results[1], Term)
    else:
        assert results[0] == 1


@pytest.mark.django_db(transaction=True)
def test_daily_runs_at_once_begin_an_owed_term_once():
    shop = charging(120, is_owed=True)
    call = call_renewal(shop.member(ends_in=-1))
    today = timezone.localdate()
    results = at_once(*[lambda: begin_owed_terms(today)] * 3)
    assert sorted(results) == [0, 0, 1], results
    assert Order.objects.count() == 1
    assert Term.objects.filter(organisation=call.organisation).count() == 2
