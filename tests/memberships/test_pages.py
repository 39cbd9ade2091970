"""Pages of applications, memberships and plans: who may, what is kept, whose ids are answered."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from core.models import Letter
from members.enums import RoleLevel
from memberships.actions import accept_application, renew_term
from memberships.enums import ApplicationStatus, Period
from memberships.models import Application, Plan, Term
from tests.factories import (
    ClubFactory,
    OrganisationFactory,
    PersonFactory,
    administrator,
    coordinator_of,
    member_of,
    reader_of,
)
from tests.memberships.factories import ApplicationFactory, PlanFactory, TermFactory

pytestmark = pytest.mark.django_db
SUBMIT = reverse("memberships:submit_application")
APPLICATIONS = reverse("memberships:application_list")
MINE = reverse("memberships:membership_list")
PLANS = reverse("memberships:plan_list")
CREATE_PLAN = reverse("memberships:create_plan")


def url(name, thing):
    return reverse(f"memberships:{name}", args=[thing.pk])


@pytest.fixture
def plan():
    return PlanFactory()


@pytest.fixture
def coordinator(plan):
    return coordinator_of(plan.club)


@pytest.fixture
def manager():
    return member_of(OrganisationFactory(is_listed=False))


@pytest.fixture
def application(plan, manager):
    return ApplicationFactory(plan=plan, organisation=manager.acting_for, by=manager)


# --- Applying ---------------------------------------------------------------------------------------------------------


def test_applying_to_the_only_club_asks_for_a_message_only(client, plan, manager):
    client.force_login(manager)
    assert list(client.get(SUBMIT).context["form"].fields) == ["message"]
    answer = client.post(SUBMIT, {"message": "Nous voulons recruter."})
    application = Application.objects.get()
    assert answer.url == application.get_absolute_url()
    assert (application.organisation, application.plan) == (manager.acting_for, plan)


def test_applying_chooses_among_clubs_and_plans(client, plan, manager):
    other, second = PlanFactory(), PlanFactory(club=plan.club, period=Period.CALENDAR_YEAR)
    client.force_login(manager)
    assert list(client.get(SUBMIT).context["form"].fields) == ["club", "plan", "message"]
    values = {"club": plan.club.pk, "plan": second.pk}
    assert client.post(SUBMIT, {**values, "plan": other.pk, "message": "Gardez-moi"}).status_code == 200
    assert not Application.objects.exists()
    client.post(SUBMIT, values)
    assert Application.objects.get().plan == second


def test_applying_keeps_what_was_typed_when_something_is_wrong(client, plan, manager):
    PlanFactory()
    client.force_login(manager)
    page = client.post(SUBMIT, {"message": "Gardez-moi"})
    assert "Gardez-moi" in page.content.decode()
    assert "club" in page.context["form"].errors
    assert client.post(SUBMIT, {"club": plan.club.pk, "message": "x" * 2001}).context["form"].errors["message"]
    assert not Application.objects.exists()


def test_applying_twice_shows_the_one_that_waits(client, application, manager):
    client.force_login(manager)
    assert "a déjà déposé une demande" in client.get(SUBMIT).content.decode()
    assert client.post(SUBMIT, {"club": application.club_id, "message": "Encore"}).status_code == 200
    assert Application.objects.count() == 1


def test_applying_to_a_club_that_is_closed_or_unknown(client, manager):
    closed = PlanFactory(is_open=False)
    PlanFactory()
    PlanFactory()
    client.force_login(manager)
    for club in (closed.club_id, 999_999, "x"):
        assert client.post(SUBMIT, {"club": club}).context["form"].errors["club"]
    assert not Application.objects.exists()


def test_applying_is_for_managers(client, plan):
    client.force_login(member_of(OrganisationFactory(), level=RoleLevel.CONTRIBUTOR))
    assert client.get(SUBMIT).status_code == 403
    assert client.post(SUBMIT, {"message": "x"}).status_code == 403
    client.force_login(PersonFactory())
    assert client.get(SUBMIT).url == reverse("members:onboarding_page")
    assert not Application.objects.exists()


# --- Answering --------------------------------------------------------------------------------------------------------


def test_application_is_seen_by_both_sides_only(client, application, coordinator, manager):
    contributor = member_of(application.organisation, level=RoleLevel.CONTRIBUTOR)
    for person in (manager, contributor, coordinator, administrator()):
        client.force_login(person)
        assert client.get(application.get_absolute_url()).status_code == 200
    others = [
        PersonFactory(),
        member_of(OrganisationFactory()),
        coordinator_of(ClubFactory()),
        reader_of(application.club),
    ]
    for person in others:
        client.force_login(person)
        assert client.get(application.get_absolute_url()).status_code == 404
        for name in ("accept_application", "withdraw_application", "refuse_application"):
            assert client.post(url(name, application), {"reason": "Non"}).status_code == 404
    application.refresh_from_db()
    assert application.is_to_decide


def test_applicant_does_not_answer_and_coordinator_does_not_withdraw(client, application, coordinator, manager):
    client.force_login(manager)
    assert client.post(url("accept_application", application)).status_code == 403
    assert client.post(url("refuse_application", application), {"reason": "x"}).status_code == 403
    client.force_login(coordinator)
    assert client.post(url("withdraw_application", application)).status_code == 403
    application.refresh_from_db()
    assert application.is_to_decide


def test_answers_are_never_given_by_opening_a_link(client, application, coordinator):
    client.force_login(coordinator)
    assert client.get(url("accept_application", application)).status_code == 405
    assert client.get(url("refuse_application", application)).status_code == 200
    application.refresh_from_db()
    assert application.is_to_decide


def test_coordinator_accepts_and_the_letters_are_shown_to_her(client, application, coordinator, manager):
    client.force_login(coordinator)
    client.post(url("accept_application", application))
    page = client.get(application.get_absolute_url()).content.decode()
    assert "acceptée" in page
    assert manager.email in page
    client.force_login(manager)
    page = client.get(application.get_absolute_url()).content.decode()
    assert "Courriels" not in page.split("<main")[1]
    assert "Historique" in page


def test_refusal_without_a_reason_stays_on_its_page(client, application, coordinator):
    client.force_login(coordinator)
    for reason in ("", "   "):
        page = client.post(url("refuse_application", application), {"reason": reason})
        assert page.context["form"].errors["reason"] == ["Un refus doit être motivé."]
    client.post(url("refuse_application", application), {"reason": "Hors du territoire."})
    application.refresh_from_db()
    assert application.status == ApplicationStatus.REFUSED


def test_refusal_that_comes_too_late_keeps_the_reason_typed(client, application, coordinator):
    accept_application(application, by=coordinator)
    client.force_login(coordinator)
    page = client.post(url("refuse_application", application), {"reason": "Trop tard ?"})
    assert "Trop tard ?" in page.content.decode()
    assert "déjà reçu une réponse" in page.content.decode()
    application.refresh_from_db()
    assert application.status == ApplicationStatus.ACCEPTED


def test_withdrawal_by_the_manager(client, application, manager):
    client.force_login(manager)
    client.post(url("withdraw_application", application))
    application.refresh_from_db()
    assert application.status == ApplicationStatus.WITHDRAWN


def test_application_list_is_for_coordinators_and_holds_their_clubs(client, application, coordinator):
    ApplicationFactory()
    for person in (PersonFactory(), member_of(OrganisationFactory()), reader_of(application.club)):
        client.force_login(person)
        assert client.get(APPLICATIONS).status_code == 403
    client.force_login(coordinator)
    assert list(client.get(APPLICATIONS).context["page"]) == [application]
    assert list(client.get(APPLICATIONS, {"status": "refused"}).context["page"]) == []
    client.force_login(administrator())
    assert len(client.get(APPLICATIONS).context["page"]) == 2
    assert list(client.get(APPLICATIONS, {"club": application.club_id}).context["page"]) == [application]


def test_application_list_runs_a_constant_number_of_queries(client, application, coordinator):
    client.force_login(coordinator)
    client.get(APPLICATIONS)
    with CaptureQueriesContext(connection) as one:
        client.get(APPLICATIONS)
    for _ in range(3):
        ApplicationFactory(plan=application.plan, by=PersonFactory())
    with CaptureQueriesContext(connection) as more:
        client.get(APPLICATIONS)
    assert len(more) == len(one)


# --- Memberships ------------------------------------------------------------------------------------------------------


@pytest.fixture
def term(plan, manager):
    return TermFactory(club=plan.club, plan=plan, organisation=manager.acting_for)


def test_memberships_show_ones_own_organisation(client, term, manager, plan):
    TermFactory(club=plan.club, plan=plan)
    past = TermFactory(organisation=manager.acting_for, ends_on="2021-12-31")
    client.force_login(manager)
    context = client.get(MINE).context
    assert [found for found, _state in context["current"]] == [term]
    assert [found for found, _state in context["past"]] == [past]
    client.force_login(PersonFactory())
    assert client.get(MINE).context["organisation"] is None


def test_term_is_seen_by_both_sides_only(client, term, manager, coordinator):
    for person in (manager, coordinator, administrator()):
        client.force_login(person)
        assert client.get(term.get_absolute_url()).status_code == 200
    for person in (PersonFactory(), member_of(OrganisationFactory()), coordinator_of(ClubFactory())):
        client.force_login(person)
        assert client.get(term.get_absolute_url()).status_code == 404
        assert client.post(url("end_term", term), {"ends_on": timezone.localdate()}).status_code == 404


def test_contributor_does_not_resign(client, term):
    client.force_login(member_of(term.organisation, level=RoleLevel.CONTRIBUTOR))
    assert client.get(url("end_term", term)).status_code == 403
    assert client.post(url("end_term", term), {"ends_on": timezone.localdate()}).status_code == 403


def test_manager_resigns_from_a_day_on(client, term, manager, coordinator):
    client.force_login(manager)
    last = timezone.localdate() + timedelta(days=30)
    answer = client.post(url("end_term", term), {"ends_on": last.isoformat(), "reason": "Nous déménageons."})
    assert answer.url == term.get_absolute_url()
    term.refresh_from_db()
    assert (term.ends_on, term.end_reason) == (last, "Nous déménageons.")
    assert Letter.objects.filter(person=coordinator, code="memberships.term.ended").exists()


@pytest.mark.parametrize(("ends_on", "field"), [("", "ends_on"), ("31/31/2026", "ends_on"), ("2020-02-01", "ends_on")])
def test_resignation_with_a_wrong_day_keeps_what_was_typed(client, term, manager, ends_on, field):
    client.force_login(manager)
    page = client.post(url("end_term", term), {"ends_on": ends_on, "reason": "Parce que"})
    assert page.context["form"].errors[field]
    assert "Parce que" in page.content.decode()
    term.refresh_from_db()
    assert term.ends_on is None


def test_coordinator_says_why_a_membership_ends(client, term, coordinator):
    client.force_login(coordinator)
    page = client.post(url("end_term", term), {"ends_on": timezone.localdate().isoformat()})
    assert page.context["form"].errors["reason"]
    client.post(url("end_term", term), {"ends_on": timezone.localdate().isoformat(), "reason": "Liquidation"})
    term.refresh_from_db()
    assert term.end_reason == "Liquidation"


def test_renewed_term_can_be_read(client, manager):
    plan = PlanFactory(period=Period.CALENDAR_YEAR)
    today = timezone.localdate()
    term = TermFactory(club=plan.club, plan=plan, organisation=manager.acting_for, ends_on=today + timedelta(days=3))
    renew_term(term)
    client.force_login(manager)
    assert len(client.get(MINE).context["current"]) == 2
    assert Term.objects.count() == 2


# --- Plans ------------------------------------------------------------------------------------------------------------


def test_plans_are_for_coordinators(client, plan, manager, coordinator):
    client.force_login(manager)
    assert client.get(PLANS).status_code == 403
    assert client.post(CREATE_PLAN, {"club": plan.club_id, "name": "x", "period": "open_ended"}).status_code == 403
    client.force_login(coordinator_of(ClubFactory()))
    for name in ("update_plan", "close_plan", "reopen_plan"):
        assert client.post(url(name, plan)).status_code == 404
    client.force_login(coordinator)
    assert list(client.get(PLANS).context["plans"]) == [plan]


def test_plan_is_created_changed_closed_and_reopened(client, plan, coordinator):
    client.force_login(coordinator)
    client.post(CREATE_PLAN, {"club": plan.club_id, "name": "Annuelle", "period": "calendar_year"})
    made = Plan.objects.get(name="Annuelle")
    client.post(url("update_plan", made), {"name": "Année civile", "period": "calendar_year"})
    client.post(url("close_plan", made))
    client.post(url("close_plan", made))
    made.refresh_from_db()
    assert (made.name, made.is_open) == ("Année civile", False)
    client.post(url("reopen_plan", made))
    made.refresh_from_db()
    assert made.is_open


def test_plan_with_a_taken_name_or_another_clubs_id_is_refused(client, plan, coordinator):
    client.force_login(coordinator)
    values = {"club": plan.club_id, "name": plan.name, "period": "calendar_year"}
    page = client.post(CREATE_PLAN, values)
    assert page.context["form"].errors["name"] == ["Ce club a déjà une formule de ce nom."]
    page = client.post(CREATE_PLAN, {**values, "name": "Autre", "club": ClubFactory().pk})
    assert page.context["form"].errors["club"]
    other = PlanFactory(club=plan.club)
    page = client.post(url("update_plan", other), {"name": plan.name, "period": "open_ended"})
    assert page.context["form"].errors["name"]
    assert Plan.objects.filter(club=plan.club).count() == 2


def test_plan_counts_its_members_of_today(client, term, plan, coordinator):
    TermFactory(club=plan.club, plan=plan, ends_on="2021-01-01")
    client.force_login(coordinator)
    assert client.get(PLANS).context["plans"][0].members == 1
