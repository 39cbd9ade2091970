"""Asking to become a member, and the answer."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from core.errors import RuleBroken
from core.models import HistoryEntry, Letter
from memberships.actions import (
    accept_application,
    close_plan,
    refuse_application,
    submit_application,
    withdraw_application,
)
from memberships.enums import ApplicationStatus, Period
from memberships.models import Application, Term, clubs_open_to
from tests.factories import ClubFactory, OrganisationFactory, coordinator_of, member_of
from tests.memberships.factories import ApplicationFactory, PlanFactory, TermFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def plan():
    return PlanFactory()


@pytest.fixture
def coordinator(plan):
    return coordinator_of(plan.club, language="fr")


@pytest.fixture
def organisation():
    return OrganisationFactory(is_listed=False)


@pytest.fixture
def manager(organisation):
    return member_of(organisation)


def letters_to(person):
    return list(Letter.objects.filter(person=person).order_by("pk").values_list("code", flat=True))


def test_application_tells_coordinators_and_gives_a_receipt(plan, coordinator, organisation, manager):
    application = submit_application(organisation, plan.club, by=manager, message="Bonjour")
    assert (application.status, application.plan, application.by) == (ApplicationStatus.SUBMITTED, plan, manager)
    assert letters_to(coordinator) == ["memberships.application.received"]
    assert letters_to(manager) == ["memberships.application.acknowledged"]
    assert "Bonjour" in Letter.objects.get(person=coordinator).text
    assert HistoryEntry.objects.about(application).get().code == "memberships.application.submitted"


def test_application_twice_is_refused_and_changes_nothing(plan, coordinator, organisation, manager):
    submit_application(organisation, plan.club, by=manager)
    with pytest.raises(RuleBroken, match="déjà déposé une demande") as broken:
        submit_application(organisation, plan.club, by=manager)
    assert broken.value.field == "club"
    assert Application.objects.count() == 1
    assert letters_to(coordinator) == ["memberships.application.received"]


def test_application_one_pending_is_held_by_the_database(plan, organisation):
    ApplicationFactory(plan=plan, organisation=organisation)
    with pytest.raises(IntegrityError), transaction.atomic():
        ApplicationFactory(plan=plan, organisation=organisation)


def test_application_of_a_member_is_refused(plan, organisation, manager):
    TermFactory(organisation=organisation, club=plan.club, plan=plan)
    with pytest.raises(RuleBroken) as broken:
        submit_application(organisation, plan.club, by=manager)
    assert broken.value.field == "club"
    assert not Application.objects.exists()


def test_application_to_a_closed_plan_is_refused(plan, organisation, manager, coordinator):
    close_plan(plan, by=coordinator)
    with pytest.raises(RuleBroken) as broken:
        submit_application(organisation, plan.club, by=manager)
    assert broken.value.field == "club"
    with pytest.raises(RuleBroken) as broken:
        submit_application(organisation, plan.club, by=manager, plan=plan)
    assert broken.value.field == "plan"


def test_application_on_another_clubs_plan_is_refused(plan, organisation, manager):
    with pytest.raises(RuleBroken) as broken:
        submit_application(organisation, plan.club, by=manager, plan=PlanFactory())
    assert broken.value.field == "plan"


def test_application_to_a_club_without_plan_makes_its_default_plan(organisation, manager):
    club = ClubFactory()
    application = submit_application(organisation, club, by=manager)
    assert application.plan == club.plans.get()
    assert (application.plan.name, application.plan.period) == ("Adhésion", Period.OPEN_ENDED)


def test_acceptance_starts_the_term_and_lists_the_organisation(plan, coordinator, organisation, manager):
    application = submit_application(organisation, plan.club, by=manager)
    application = accept_application(application, by=coordinator)
    organisation.refresh_from_db()
    term = Term.objects.get()
    assert application.status == ApplicationStatus.ACCEPTED
    assert (term.application, term.organisation, term.plan, term.ends_on) == (application, organisation, plan, None)
    assert organisation.is_listed
    assert list(organisation.clubs.all()) == [plan.club]
    assert letters_to(manager)[-1] == "memberships.application.accepted"
    codes = set(HistoryEntry.objects.about(organisation).values_list("code", flat=True))
    assert codes >= {"memberships.application.accepted", "memberships.term.started"}


def test_acceptance_twice_is_harmless(plan, coordinator, organisation, manager):
    application = submit_application(organisation, plan.club, by=manager)
    accept_application(application, by=coordinator)
    again = accept_application(application, by=coordinator)
    assert again.status == ApplicationStatus.ACCEPTED
    assert Term.objects.count() == 1
    assert letters_to(manager).count("memberships.application.accepted") == 1


def test_acceptance_of_a_member_changes_nothing(plan, coordinator, organisation):
    application = ApplicationFactory(plan=plan, organisation=organisation)
    TermFactory(organisation=organisation, club=plan.club, plan=plan)
    with pytest.raises(RuleBroken):
        accept_application(application, by=coordinator)
    application.refresh_from_db()
    assert application.status == ApplicationStatus.SUBMITTED
    assert Term.objects.count() == 1


def test_refusal_needs_a_reason_and_sends_it(plan, coordinator, organisation, manager):
    application = submit_application(organisation, plan.club, by=manager)
    with pytest.raises(RuleBroken) as broken:
        refuse_application(application, by=coordinator, reason="  ")
    assert broken.value.field == "reason"
    refused = refuse_application(application, by=coordinator, reason="Hors du territoire.")
    assert (refused.status, refused.decided_by) == (ApplicationStatus.REFUSED, coordinator)
    letter = Letter.objects.get(code="memberships.application.refused")
    assert letter.person == manager
    assert "Hors du territoire." in letter.text
    assert not Term.objects.exists()


@pytest.mark.parametrize(
    ("first", "then"),
    [
        (lambda a, by: accept_application(a, by=by), lambda a, by: refuse_application(a, by=by, reason="Non.")),
        (lambda a, by: refuse_application(a, by=by, reason="Non."), lambda a, by: accept_application(a, by=by)),
        (lambda a, by: withdraw_application(a, by=by), lambda a, by: accept_application(a, by=by)),
        (lambda a, by: accept_application(a, by=by), lambda a, by: withdraw_application(a, by=by)),
    ],
)
def test_answered_application_takes_no_other_answer(plan, coordinator, first, then):
    application = ApplicationFactory(plan=plan)
    first(application, coordinator)
    application.refresh_from_db()
    status, terms = application.status, Term.objects.count()
    with pytest.raises(RuleBroken):
        then(application, coordinator)
    application.refresh_from_db()
    assert (application.status, Term.objects.count()) == (status, terms)


def test_application_after_a_refusal_is_welcome(plan, coordinator, organisation, manager):
    refuse_application(submit_application(organisation, plan.club, by=manager), by=coordinator, reason="Dossier vide.")
    assert submit_application(organisation, plan.club, by=manager).is_to_decide


def test_withdrawal_tells_the_coordinators_once(plan, coordinator, organisation, manager):
    application = submit_application(organisation, plan.club, by=manager)
    withdraw_application(application, by=manager)
    withdraw_application(application, by=manager)
    assert letters_to(coordinator).count("memberships.application.withdrawn") == 1


def test_acceptance_letter_goes_to_the_managers_once_the_applicant_is_gone(plan, coordinator, organisation, manager):
    application = submit_application(organisation, plan.club, by=manager)
    manager.is_active = False
    manager.save()
    successor = member_of(organisation)
    accept_application(application, by=coordinator)
    assert letters_to(successor) == ["memberships.application.accepted"]
    assert "memberships.application.accepted" not in letters_to(manager)


def test_clubs_open_to_an_organisation(organisation, manager, coordinator, plan):
    today = date(2026, 11, 22)
    without_plan, closed, joined, applied = ClubFactory(), PlanFactory(is_open=False), PlanFactory(), PlanFactory()
    TermFactory(organisation=organisation, club=joined.club, plan=joined)
    ApplicationFactory(organisation=organisation, plan=applied)
    assert set(clubs_open_to(organisation, today)) == {plan.club, without_plan}
    assert closed.club not in clubs_open_to(organisation, today)


def test_undecided_applications_stand_on_top_oldest_first(plan, coordinator):
    old, decided, new = (ApplicationFactory(plan=plan) for _ in range(3))
    accept_application(decided, by=coordinator)
    assert list(Application.objects.undecided_first()) == [old, new, decided]
