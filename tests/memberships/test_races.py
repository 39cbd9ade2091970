"""Two people at the same moment, with real threads and connections."""

import threading

import pytest
from django.db import connection

from core.errors import RuleBroken
from core.models import Letter
from memberships.actions import accept_application, enrol_organisation, submit_application
from memberships.models import Application, Term
from tests.factories import OrganisationFactory, coordinator_of, member_of
from tests.memberships.factories import ApplicationFactory, PlanFactory


def at_once(*jobs):
    """Run `jobs` in threads that start together; returns what each returned or raised, in order."""
    start, results = threading.Barrier(len(jobs)), [None] * len(jobs)

    def run(number, job):
        try:
            start.wait()
            results[number] = job()
        except Exception as error:  # noqa: BLE001 - the test looks at what came
            results[number] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(jobs)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


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
