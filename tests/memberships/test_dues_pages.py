"""Pages about money: prices, dues, renewals, paper forms. A club that is free sees none of it."""

import csv
from datetime import timedelta
from decimal import Decimal
from io import BytesIO, StringIO

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from billing.actions import due_of
from billing.enums import Method
from billing.models import Invoice, Order
from core.models import Letter
from members.enums import OrganisationKind, RoleLevel
from members.models import Invitation, Organisation
from members.scope import Scope
from memberships.actions import call_renewal, enrol_organisation, set_prices, submit_application
from memberships.enums import Period
from memberships.models import DuesCall, Plan, Term
from memberships.statistics import pace_of, sponsored_between
from tests.factories import ClubFactory, OrganisationFactory, PersonFactory, coordinator_of, member_of, siret
from tests.memberships.dues import charging, order_dues, pay_dues
from tests.memberships.factories import PlanFactory, TermFactory

pytestmark = pytest.mark.django_db
SUBMIT = reverse("memberships:submit_application")
RENEWALS = reverse("memberships:renewal_list")
PAPER = reverse("memberships:enter_paper")
JOIN = reverse("memberships:join_page")
PREVIEW, CONFIRM = reverse("memberships:preview_renewals"), reverse("memberships:renew_terms")
EXPORT = reverse("memberships:export_members")


def url(name, thing):
    return reverse(f"memberships:{name}", args=[thing.pk])


def text_of(answer) -> str:
    return answer.content.decode().replace("\u202f", " ").replace("\u00a0", " ")


@pytest.fixture
def shop():
    return charging(120)


@pytest.fixture
def call(shop):
    return enrol_organisation(shop.organisation, shop.club, by=shop.coordinator, plan=shop.plan)


# --- Prices -----------------------------------------------------------------------------------------------------------


def table(*rows, **conditions):
    """What the page of prices posts."""
    values = {
        "fees-TOTAL_FORMS": str(len(rows)), "fees-INITIAL_FORMS": "0", "joining_fee": "", "prorata": "none",
        "regime": "association", "grace_days": "30", "price_per_person": "", "people_included": "", "sponsor_name": "",
        "needs_answer": "on",
    }  # fmt: skip
    for number, row in enumerate(rows):
        values |= {f"fees-{number}-{name}": value for name, value in row.items()}
    return {**values, **conditions}


def test_prices_are_typed_in_as_people_write_them(client, shop):
    client.force_login(shop.coordinator)
    page = client.post(
        url("set_prices", shop.plan),
        table(
            {"amount": "1 250,50 €", "who": "company", "headcount_from": "50", "headcount_to": "99"},
            {"amount": "80", "who": "structures", "seniority": "first_year"}, {"amount": ""},
            joining_fee="15", people_included="3", price_per_person="12,5",
        ),
    )  # fmt: skip
    assert page.status_code == 302
    shop.plan.refresh_from_db()
    fees = [(fee.kind, fee.audience, fee.headcount_to, fee.amount) for fee in shop.plan.fees.all()]
    assert fees == [("company", "", 99, Decimal("1250.50")), ("", "structures", None, 80)]
    assert (shop.plan.joining_fee, shop.plan.price_per_person, shop.plan.people_included) == (15, Decimal("12.50"), 3)
    assert "1250,50" in text_of(client.get(url("set_prices", shop.plan)))


@pytest.mark.parametrize(
    ("row", "field"),
    [
        ({"amount": "-5"}, "amount"), ({"amount": "beaucoup"}, "amount"), ({"amount": "1,005"}, "amount"),
        ({"amount": "99999999999"}, "amount"), ({"amount": "5", "headcount_from": "9", "headcount_to": "3"}, "headcount_to"),
        ({"amount": "5", "who": "zebra"}, "who"), ({"amount": "", "who": "company"}, "amount"),
        ({"amount": "5", "headcount_from": "-1"}, "headcount_from"),
    ],
)  # fmt: skip
def test_wrong_prices_are_said_at_their_field_and_kept(client, shop, row, field):
    client.force_login(shop.coordinator)
    page = client.post(url("set_prices", shop.plan), table(row))
    assert page.context["rows"].errors[0][field]
    assert [fee.amount for fee in shop.plan.fees.all()] == [120]


def test_prices_of_a_plan_until_resigned_are_refused_with_a_sentence(client, shop):
    plan = PlanFactory(club=shop.club)
    client.force_login(shop.coordinator)
    page = client.post(url("set_prices", plan), table({"amount": "5"}))
    assert page.context["form"].non_field_errors()
    page = client.post(url("update_plan", shop.plan), {"name": shop.plan.name, "period": "open_ended"})
    assert page.context["form"].errors["period"]


def test_prices_are_for_the_clubs_coordination(client, shop):
    for person, status in ((shop.manager, 404), (coordinator_of(ClubFactory()), 404), (shop.coordinator, 200)):
        client.force_login(person)
        assert client.get(url("set_prices", shop.plan)).status_code == status


def test_plan_that_is_used_by_nobody_is_deleted(client, shop):
    unused = PlanFactory(club=shop.club)
    client.force_login(shop.coordinator)
    client.post(url("delete_plan", unused))
    assert not Plan.objects.filter(pk=unused.pk).exists()
    TermFactory(club=shop.club, plan=shop.plan)
    client.post(url("delete_plan", shop.plan))
    assert Plan.objects.filter(pk=shop.plan.pk).exists()


def test_visitors_see_what_membership_costs(client, shop):
    page = text_of(client.get(JOIN))
    assert "120 €" in page and f"{SUBMIT}?plan={shop.plan.pk}" in page


def test_free_club_sees_nothing_of_money(client):
    plan = PlanFactory()
    manager, coordinator = member_of(OrganisationFactory()), coordinator_of(plan.club)
    term = TermFactory(club=plan.club, plan=plan, organisation=manager.acting_for)
    pages = [(None, JOIN), (manager, term.get_absolute_url()), (manager, reverse("memberships:membership_list"))]
    renewable = TermFactory(club=plan.club, plan=plan, ends_on=timezone.localdate() + timedelta(days=9))
    pages += [(coordinator, f"{PREVIEW}?terms={renewable.pk}")]
    pages += [(coordinator, RENEWALS), (coordinator, reverse("memberships:plan_list")), (coordinator, PAPER)]
    for person, address in pages:
        client.logout()
        if person:
            client.force_login(person)
        main = text_of(client.get(address)).split("<main")[1].split("</main")[0]
        assert "€" not in main, address
        assert "cotisation" not in main.lower(), address


# --- Joining ----------------------------------------------------------------------------------------------------------


def test_applying_shows_the_fee_and_why_before(client, shop):
    client.force_login(shop.manager)
    page = client.get(SUBMIT)
    assert page.context["form"].offers[0].price.amount == 120
    assert "120 €" in text_of(page)
    client.post(SUBMIT, {"message": "Bonjour"})
    assert DuesCall.objects.count() == 0
    client.force_login(shop.coordinator)
    application = shop.organisation.applications.get()
    client.post(url("accept_application", application))
    call = DuesCall.objects.get()
    assert call.get_absolute_url() in text_of(client.get(application.get_absolute_url()))


def test_applying_asks_for_the_headcount_where_the_fee_depends_on_it(client, shop):
    shop.plan.fees.create(amount=Decimal(300), headcount_from=50)
    client.force_login(shop.manager)
    assert "headcount" in client.get(SUBMIT).context["form"].fields
    page = client.post(SUBMIT, {"message": "Bonjour"})
    assert page.context["form"].errors["headcount"]
    assert "Bonjour" in text_of(page)
    for wrong in ("-3", "beaucoup", "9" * 30):
        assert client.post(SUBMIT, {"headcount": wrong}).context["form"].errors["headcount"]
    client.post(SUBMIT, {"headcount": "60"})
    shop.organisation.refresh_from_db()
    assert shop.organisation.headcount == "60" and shop.organisation.applications.count() == 1


def test_joining_without_an_answer_leads_to_the_basket(client):
    shop = charging(120, needs_answer=False)
    client.force_login(shop.manager)
    answer = client.post(SUBMIT, {})
    assert answer.url == reverse("billing:basket")
    page = text_of(client.get(answer.url))
    assert "120 €" in page
    assert not Term.objects.exists()


def test_joining_a_free_plan_without_an_answer_leads_to_the_membership(client):
    plan = PlanFactory(needs_answer=False)
    manager = member_of(OrganisationFactory())
    client.force_login(manager)
    assert client.post(SUBMIT, {}).url == Term.objects.get().get_absolute_url()
    assert plan.terms.count() == 1


@pytest.mark.parametrize("plan", ["", "x", "99999999", "9" * 30])
def test_applying_stands_a_wrong_plan_in_the_address(client, shop, plan):
    client.force_login(shop.manager)
    assert client.get(SUBMIT, {"plan": plan}).status_code == 200


# --- Dues -------------------------------------------------------------------------------------------------------------


def test_dues_are_seen_by_both_sides_only(client, shop, call):
    contributor = member_of(shop.organisation, level=RoleLevel.CONTRIBUTOR)
    for person in (shop.manager, contributor, shop.coordinator):
        client.force_login(person)
        assert client.get(call.get_absolute_url()).status_code == 200
    for person in (PersonFactory(), member_of(OrganisationFactory()), coordinator_of(ClubFactory())):
        client.force_login(person)
        assert client.get(call.get_absolute_url()).status_code == 404
        for name in ("order_dues", "hold_dues", "unhold_dues", "remind_dues", "withdraw_dues"):
            assert client.post(url(name, call), {"reason": "x"}).status_code == 404


def test_dues_are_put_into_the_basket_by_a_button_never_by_opening_a_link(client, shop, call):
    client.force_login(shop.manager)
    assert client.get(url("order_dues", call)).status_code == 405
    assert not Order.objects.exists()
    assert client.post(url("order_dues", call)).url == reverse("billing:basket")
    assert Order.objects.get().lines.get().target_id == call.pk


def test_dues_are_paid_by_the_organisation_and_looked_after_by_the_club(client, shop, call):
    client.force_login(shop.coordinator)
    assert client.post(url("order_dues", call)).status_code == 403
    client.force_login(shop.manager)
    for name in ("hold_dues", "unhold_dues", "remind_dues", "withdraw_dues"):
        assert client.post(url(name, call), {"reason": "x"}).status_code == 403
    call.refresh_from_db()
    assert call.is_open and not call.is_held


def test_coordination_holds_reminds_and_withdraws(client, shop, call):
    client.force_login(shop.coordinator)
    client.post(url("hold_dues", call))
    call.refresh_from_db()
    assert call.is_held
    client.post(url("unhold_dues", call))
    client.post(url("remind_dues", call))
    assert Letter.objects.filter(code="memberships.dues.reminded").count() == 1
    assert shop.manager.email in text_of(client.get(call.get_absolute_url()))
    assert client.post(url("withdraw_dues", call), {"reason": " "}).context["form"].errors["reason"]
    client.post(url("withdraw_dues", call), {"reason": "Erreur"})
    call.refresh_from_db()
    assert call.withdraw_reason == "Erreur"
    assert client.get(call.get_absolute_url()).status_code == 200


def test_dues_in_every_state_can_be_read(client, shop, call):
    client.force_login(shop.manager)
    order_dues(call, shop.manager)
    assert Order.objects.get().get_absolute_url() in text_of(client.get(call.get_absolute_url()))
    shop.plan.fees.update(kind=OrganisationKind.ESAT)
    assert client.get(call.get_absolute_url()).status_code == 200
    DuesCall.objects.update(plan=None)
    assert client.get(call.get_absolute_url()).status_code == 200


# --- In the course of a term ------------------------------------------------------------------------------------------


def test_term_page_offers_certificate_change_and_people(client):
    shop = charging(120, people_included=1, price_per_person=Decimal(30))
    shop.another_plan(240, period=Period.TWELVE_MONTHS)
    term = pay_dues(
        enrol_organisation(shop.organisation, shop.club, by=shop.coordinator, plan=shop.plan), shop.manager
    ).term
    client.force_login(shop.manager)
    page = text_of(client.get(term.get_absolute_url()))
    for name in ("certificate", "change_plan", "buy_people"):
        assert url(name, term) in page
    assert "120 €" in page
    pdf = client.get(url("certificate", term))
    assert pdf["Content-Type"] == "application/pdf" and pdf.content.startswith(b"%PDF")
    assert client.post(url("buy_people", term)).url == reverse("billing:basket")


def test_certificate_is_for_memberships_that_run(client, shop):
    term = TermFactory(club=shop.club, plan=shop.plan, organisation=shop.organisation, ends_on="2021-01-01")
    client.force_login(shop.manager)
    assert client.get(url("certificate", term)).url == term.get_absolute_url()
    client.force_login(PersonFactory())
    assert client.get(url("certificate", term)).status_code == 404


def test_change_of_plan_shows_the_difference_before(client, shop):
    dearer = shop.another_plan(240, period=Period.TWELVE_MONTHS)
    today = timezone.localdate()
    term = TermFactory(
        club=shop.club, plan=shop.plan, organisation=shop.organisation, starts_on=today,
        ends_on=shop.plan.last_day(today),
    )  # fmt: skip
    client.force_login(shop.manager)
    assert "120 €" in text_of(client.get(url("change_plan", term)))
    assert client.post(url("change_plan", term), {"plan": dearer.pk}).url == reverse("billing:basket")
    for wrong in ("", "x", shop.plan.pk, PlanFactory().pk, 999_999):
        assert client.post(url("change_plan", term), {"plan": wrong}).status_code == 404
    client.force_login(member_of(shop.organisation, level=RoleLevel.CONTRIBUTOR))
    assert client.get(url("change_plan", term)).status_code == 403


def test_suspension_by_the_coordination_only(client, shop):
    term = shop.member()
    client.force_login(shop.coordinator)
    assert client.post(url("suspend_term", term), {"reason": " "}).context["form"].errors["reason"]
    client.post(url("suspend_term", term), {"reason": "Enquête"})
    assert "Enquête" in text_of(client.get(term.get_absolute_url()))
    client.post(url("resume_term", term))
    term.refresh_from_db()
    assert not term.is_suspended
    client.force_login(term.organisation.roles.get().person)
    assert client.post(url("suspend_term", term), {"reason": "x"}).status_code == 403


# --- Renewals and memberships -----------------------------------------------------------------------------------------


@pytest.fixture
def desk(client, shop):
    client.force_login(shop.coordinator)
    return client


def test_renewals_are_for_coordinators(client, shop):
    term = shop.member()
    client.force_login(shop.manager)
    for address in (RENEWALS, PREVIEW, EXPORT, PAPER):
        assert client.get(address).status_code == 403
    assert client.post(CONFIRM, {"terms": [term.pk]}).status_code == 403
    client.force_login(coordinator_of(ClubFactory()))
    assert list(client.get(RENEWALS).context["page"]) == []
    client.post(CONFIRM, {"terms": [term.pk]})
    assert not DuesCall.objects.exists()


def test_tabs_hold_whom_they_name(desk, shop, call):
    today = timezone.localdate()
    running, late, lapsed = shop.member(ends_in=40), shop.member(ends_in=-5), shop.member(ends_in=-40)
    calls = [call_renewal(term) for term in (running, late, lapsed)]
    suspended, left = shop.member(), shop.member()
    Term.objects.filter(pk=suspended.pk).update(suspended_at=timezone.now(), suspend_reason="Enquête")
    Term.objects.filter(pk=left.pk).update(
        ends_on=today - timedelta(days=3), ended_at=timezone.now(), end_reason="Trop cher"
    )
    expected = {
        "members": {running, late}, "joining": {call}, "renewing": {calls[0]}, "late": {calls[1]},
        "lapsed": {calls[2]}, "suspended": {suspended}, "left": {left},
    }  # fmt: skip
    for name, things in expected.items():
        assert set(desk.get(RENEWALS, {"show": name}).context["page"]) == things, name
    assert "Trop cher" in text_of(desk.get(RENEWALS, {"show": "left"}))


@pytest.mark.parametrize(
    "query", [{"show": "zebra"}, {"plan": "x"}, {"audience": "x"}, {"page": "-1"}, {"q": "x" * 500}, {"club": "no"}]
)
def test_renewals_stand_wrong_addresses(desk, shop, query):
    shop.member()
    assert desk.get(RENEWALS, query).status_code == 200
    assert desk.get(EXPORT, query).status_code == 200


def test_renewals_are_searched(desk, shop):
    found, other = shop.member(name="Blanchisserie du Canal"), shop.member(name="Banque du Nord", structure=True)
    assert list(desk.get(RENEWALS, {"q": "blanchisserie"}).context["page"]) == [found]
    assert list(desk.get(RENEWALS, {"audience": "structures"}).context["page"]) == [other]


@pytest.mark.parametrize("show", ["members", "renewing"])
def test_renewals_run_a_constant_number_of_queries(desk, shop, show):
    def one_more():
        call_renewal(shop.member(ends_in=20))
        with CaptureQueriesContext(connection) as captured:
            desk.get(RENEWALS, {"show": show})
        return len(captured)

    one_more()
    few = one_more()
    assert [one_more() for _ in range(3)][-1] == few


def test_preview_writes_nothing_and_confirmation_says_what_became_of_each(desk, shop):
    paying, ended = shop.member(ends_in=20), shop.member(ends_in=20)
    Term.objects.filter(pk=ended.pk).update(ended_at=timezone.now())
    page = desk.get(PREVIEW, {"terms": [paying.pk, ended.pk, "x", "9" * 40]})
    assert [renewal.term for renewal in page.context["renewals"]] == [paying]
    assert [renewal.term for renewal in page.context["refused"]] == [ended]
    assert "120 €" in text_of(page)
    assert not DuesCall.objects.exists()
    page = desk.post(CONFIRM, {"terms": [paying.pk, ended.pk]})
    assert [renewal.call.follows for renewal in page.context["called"]] == [paying]
    assert [renewal.term for renewal in page.context["refused"]] == [ended]
    assert DuesCall.objects.count() == 1


def test_preview_and_confirmation_of_nobody(desk):
    assert desk.get(PREVIEW).status_code == 200
    assert desk.post(CONFIRM).status_code == 200


def test_renewals_that_cannot_be_called_for_are_shown(desk, shop):
    term = shop.member(ends_in=20)
    shop.plan.fees.update(kind=OrganisationKind.ESAT)
    assert [renewal.term for renewal in desk.get(RENEWALS).context["stuck"]] == [term]


def test_export_holds_the_members_with_what_they_paid(desk, shop, call):
    pay_dues(call, shop.manager)
    sponsored = TermFactory(club=shop.club, plan=shop.plan, organisation=OrganisationFactory(name="=1+1"))
    Term.objects.filter(pk=sponsored.pk).update(sponsored_amount=Decimal(90))
    answer = desk.get(EXPORT, {"format": "csv"})
    rows = list(csv.reader(StringIO(b"".join(answer.streaming_content).decode("utf-8-sig")), delimiter=";"))
    assert len(rows) == 3
    mine = next(row for row in rows if shop.organisation.siret in row)
    assert "120,00" in mine and shop.manager.email in mine
    assert next(row for row in rows if "90,00" in row)[0] == "'=1+1"
    book = load_workbook(BytesIO(b"".join(desk.get(EXPORT, {"format": "xlsx"}).streaming_content)))
    assert book.active.max_row == 3


def test_export_runs_a_constant_number_of_queries(desk, shop):
    def one_more():
        shop.member()
        with CaptureQueriesContext(connection) as captured:
            b"".join(desk.get(EXPORT).streaming_content)
        return len(captured)

    one_more()
    few = one_more()
    assert one_more() == few


# --- Paper forms ------------------------------------------------------------------------------------------------------


def paper(shop, **values):
    number = values.pop("siret", siret(4242))
    return {
        "siret": number, "kind": "company", "name": "Papeterie Dubois", "street": "3 rue Haute", "post_code": "92000",
        "city": "Nanterre", "plan": shop.plan.pk, "starts_on": timezone.localdate().isoformat(), "method": "",
        **values,
    }  # fmt: skip


def test_paper_form_describes_the_organisation_and_records_the_cheque(desk, shop):
    answer = desk.post(PAPER, paper(shop, method="cheque", memo="n° 123", contact_email="chef@example.org"))
    organisation = Organisation.objects.get(name="Papeterie Dubois")
    term = Term.objects.get()
    assert answer.url == term.get_absolute_url()
    assert (term.organisation, term.plan) == (organisation, shop.plan)
    order = Order.objects.get()
    assert order.is_firm and due_of(order) == 0
    payment = order.payments.get()
    assert (payment.method, payment.amount, payment.memo) == (Method.CHEQUE, 120, "n° 123")
    assert Invoice.objects.get().gross == 120
    invitation = Invitation.objects.get()
    assert (invitation.email, invitation.level) == ("chef@example.org", RoleLevel.MANAGER)


def test_paper_form_to_be_paid_later_calls_for_the_dues(desk, shop):
    answer = desk.post(PAPER, paper(shop))
    assert answer.url == DuesCall.objects.get().get_absolute_url()
    assert not Order.objects.exists() and not Term.objects.exists()


def test_paper_form_on_a_free_plan_makes_a_member_since_its_day(desk, shop):
    free, day = PlanFactory(club=shop.club), timezone.localdate() - timedelta(days=20)
    desk.post(PAPER, paper(shop, plan=free.pk, starts_on=day.isoformat()))
    assert Term.objects.get().starts_on == day


def test_paper_form_finds_who_is_known_and_leaves_what_is_known(desk, shop):
    known = OrganisationFactory(siret=siret(4242), name="Dubois SARL", city="")
    desk.post(PAPER, paper(shop, method="transfer"))
    known.refresh_from_db()
    assert (known.name, known.city) == ("Dubois SARL", "Nanterre")
    assert Organisation.objects.filter(siret=siret(4242)).count() == 1
    assert Term.objects.get().organisation == known


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"siret": "123"}, "siret"), ({"siret": ""}, "siret"), ({"kind": "zebra"}, "kind"), ({"name": ""}, "name"),
        ({"plan": "999999"}, "plan"), ({"starts_on": "31/31/2026"}, "starts_on"), ({"method": "card"}, "method"),
        ({"received_on": "2999-01-01"}, "received_on"), ({"contact_email": "pas une adresse"}, "contact_email"),
        ({"headcount": "-2"}, "headcount"), ({"post_code": "abc"}, "post_code"),
    ],
)  # fmt: skip
def test_wrong_paper_form_keeps_what_was_typed_and_writes_nothing(desk, shop, values, field):
    page = desk.post(PAPER, paper(shop, **{"city": "Gardez-moi", **values}))
    assert page.context["form"].errors[field]
    assert "Gardez-moi" in text_of(page)
    assert not Organisation.objects.filter(name="Papeterie Dubois").exists()
    assert not DuesCall.objects.exists() and not Order.objects.exists()


def test_paper_form_whose_money_cannot_be_recorded_leaves_the_call_open(desk, shop):
    answer = desk.post(PAPER, paper(shop, method="cash"), follow=True)  # this club takes none
    call = DuesCall.objects.get()
    assert call.is_open and not Order.objects.exclude(status="basket").exists()
    assert answer.redirect_chain[-1][0] == call.get_absolute_url()


def test_paper_form_of_a_member_is_refused(desk, shop):
    member = shop.member(ends_in=90)
    page = desk.post(PAPER, paper(shop, siret=member.organisation.siret, kind=member.organisation.kind))
    assert page.context["form"].errors
    assert not DuesCall.objects.exists()


# --- Figures ----------------------------------------------------------------------------------------------------------


def test_pace_is_members_over_months_and_what_is_missing_over_what_is_left():
    club = ClubFactory(objective=10, stretch_objective=20, founded_on="2026-01-15")
    club.refresh_from_db()
    for _ in range(4):
        TermFactory(club=club, starts_on="2026-02-01")
    pace = pace_of(club, timezone.datetime(2026, 10, 20).date())
    assert (pace.members, pace.missing, pace.months, pace.months_left) == (4, 6, 10, 3)
    assert (pace.joined_per_month, pace.needed_per_month, pace.is_enough) == (Decimal("0.4"), 2, False)
    done = pace_of(ClubFactory(objective=0), timezone.datetime(2026, 12, 31).date())
    assert (done.needed_per_month, done.is_enough) == (0, True)


def test_sponsored_amounts_are_counted_by_the_days_terms_began():
    shop = charging(90, is_sponsored=True)
    today = timezone.localdate()
    enrol_organisation(shop.organisation, shop.club, by=shop.coordinator, plan=shop.plan)
    assert sponsored_between(Scope(club=shop.club), today, today) == 90
    assert sponsored_between(Scope(), today - timedelta(days=9), today - timedelta(days=1)) == 0
    assert sponsored_between(Scope(club=ClubFactory()), today, today) == 0


def test_submitted_application_is_seen_with_its_plan(client, shop):
    application = submit_application(shop.organisation, shop.club, by=shop.manager, plan=shop.plan)
    set_prices(shop.plan, by=shop.coordinator, fees=[])
    client.force_login(shop.coordinator)
    client.post(url("accept_application", application))
    assert Term.objects.get().application == application
