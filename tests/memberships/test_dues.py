"""Dues: called for, bought, given, taken back. Nothing twice, nothing unpaid, nothing lost."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from billing.actions import (
    add_to_basket,
    cancel_order,
    due_of,
    place_order,
    quoted,
    record_payment,
    refund_lines,
    surplus_of,
)
from billing.actions.orders import grant_lines, withhold_lines
from billing.enums import Account, Method
from billing.models import Order, OrderLine
from core.errors import RuleBroken
from core.models import HistoryEntry, Letter
from memberships.actions import (
    FeeRow,
    accept_application,
    call_people,
    call_renewal,
    change_plan,
    close_plan,
    delete_plan,
    end_term,
    enrol_organisation,
    join_club,
    order_alone,
    resume_term,
    seats_of,
    set_prices,
    submit_application,
    suspend_term,
    withdraw_call,
)
from memberships.enums import CallKind, CallState, Period, Prorata, TermState
from memberships.models import DUES, Application, DuesCall, Term, members_of
from tests.billing.factories import shop as things_shop
from tests.factories import OrganisationFactory, member_of
from tests.memberships.dues import charging, order_dues, pay_dues, pay_order, put_into_basket
from tests.memberships.factories import PlanFactory, TermFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop():
    return charging()


@pytest.fixture
def today():
    return timezone.localdate()


def joining_call(shop) -> DuesCall:
    application = submit_application(shop.organisation, shop.club, by=shop.manager, plan=shop.plan)
    accept_application(application, by=shop.coordinator)
    return application.calls.get()


# --- Joining ----------------------------------------------------------------------------------------------------------


def test_acceptance_calls_for_dues_and_makes_no_member_yet(shop, today):
    call = joining_call(shop)
    assert (call.kind, call.plan, call.starts_on) == (CallKind.JOINING, shop.plan, today)
    assert not Term.objects.exists()
    letter = Letter.objects.get(code="memberships.dues.called")
    assert letter.person == shop.manager
    assert "120" in letter.text and call.get_absolute_url() in letter.text


def test_dues_paid_start_the_term_and_welcome_the_member(shop, today):
    call = pay_dues(joining_call(shop), shop.manager)
    term = Term.objects.get()
    assert (call.term, term.starts_on, term.ends_on) == (term, today, shop.plan.last_day(today))
    assert call.state(today) == CallState.GRANTED
    assert term.application == Application.objects.get()
    assert list(members_of(shop.club, today)) == [shop.organisation]
    line = OrderLine.objects.get(payable=DUES)
    assert (line.account, line.unit_price, line.starts_on) == (Account.DUES, 120, today)
    assert Letter.objects.filter(code="memberships.term.enrolled", person=shop.manager).count() == 1


def test_dues_ordered_but_not_paid_give_nothing(shop):
    order_dues(joining_call(shop), shop.manager)
    assert not Term.objects.exists()


def test_dues_on_a_purchase_order_are_given_at_once():
    shop = charging()
    shop.organisation.kind = "public_buyer"
    shop.organisation.save()
    basket = put_into_basket(joining_call(shop), shop.manager).order
    place_order(basket, by=shop.manager, method=Method.PURCHASE_ORDER, expected=Decimal(120), purchase_order="BC-1")
    assert Term.objects.count() == 1


def test_granting_twice_starts_one_term(shop):
    call = pay_dues(joining_call(shop), shop.manager)
    order = OrderLine.objects.get(payable=DUES).order
    withhold_lines(order)
    grant_lines(order, by=None)
    grant_lines(order, by=None)
    assert Term.objects.get() == call.term


def test_dues_are_put_into_one_basket_only(shop):
    call = joining_call(shop)
    put_into_basket(call, shop.manager)
    assert put_into_basket(call, shop.manager).order.lines.live().count() == 1
    order_dues(call, shop.manager)
    with pytest.raises(RuleBroken, match="commandé|ordered"):
        put_into_basket(call, shop.manager)


def test_dues_of_another_organisation_cannot_be_bought(shop):
    call = joining_call(shop)
    with pytest.raises(RuleBroken):
        add_to_basket(shop.club, OrganisationFactory(), code=DUES, target_id=call.pk, by=None)
    with pytest.raises(RuleBroken):
        add_to_basket(shop.club, shop.organisation, code=DUES, target_id=987654, by=None)


def test_first_term_starts_when_it_is_ordered(shop, today):
    call = joining_call(shop)
    DuesCall.objects.update(starts_on=today - timedelta(days=20))
    call.refresh_from_db()
    assert pay_dues(call, shop.manager).term.starts_on == today


def test_dues_of_a_member_cannot_be_bought_and_late_money_is_owed_back(shop):
    call = joining_call(shop)
    order = order_dues(call, shop.manager)
    TermFactory(club=shop.club, plan=shop.plan, organisation=shop.organisation)
    pay_order(order, shop.coordinator)
    assert Term.objects.count() == 1
    order.refresh_from_db()
    assert order.is_cancelled and surplus_of(order) == 120
    assert quoted(order) == []


def test_joining_without_an_answer_calls_for_dues_at_once(shop):
    set_prices(shop.plan, by=shop.coordinator, fees=[FeeRow(Decimal(50))], needs_answer=False)
    call = join_club(shop.organisation, shop.club, by=shop.manager, plan=shop.plan)
    assert isinstance(call, DuesCall)
    assert not Application.objects.exists()
    again = DuesCall.objects.open()
    with pytest.raises(RuleBroken):
        join_club(shop.organisation, shop.club, by=shop.manager, plan=shop.plan)
    assert again.count() == 1


def test_joining_a_free_plan_without_an_answer_starts_the_term(shop):
    free = PlanFactory(club=shop.club, needs_answer=False)
    term = join_club(shop.organisation, shop.club, by=shop.manager, plan=free)
    assert isinstance(term, Term)
    assert not DuesCall.objects.exists()


def test_free_plan_is_accepted_as_ever(shop):
    free = PlanFactory(club=shop.club)
    application = submit_application(shop.organisation, shop.club, by=shop.manager, plan=free)
    accept_application(application, by=shop.coordinator)
    assert Term.objects.get().plan == free
    assert not DuesCall.objects.exists() and not Order.objects.exists()


def test_application_that_needs_a_headcount_asks_and_keeps_it(shop):
    set_prices(shop.plan, by=shop.coordinator, fees=[FeeRow(Decimal(50)), FeeRow(Decimal(300), headcount_from=100)])
    with pytest.raises(RuleBroken) as broken:
        join_club(shop.organisation, shop.club, by=shop.manager, plan=shop.plan)
    assert broken.value.field == "headcount"
    assert not Application.objects.exists()
    join_club(shop.organisation, shop.club, by=shop.manager, plan=shop.plan, headcount=150)
    shop.organisation.refresh_from_db()
    assert shop.organisation.headcount == "150"


def test_sponsored_member_joins_for_nothing_and_the_amount_is_kept():
    shop = charging(200, is_sponsored=True, sponsor_name="La Région")
    application = submit_application(shop.organisation, shop.club, by=shop.manager, plan=shop.plan)
    accept_application(application, by=shop.coordinator)
    assert Term.objects.get().sponsored_amount == 200
    assert not DuesCall.objects.exists()


def test_enrolment_on_a_plan_that_costs_calls_for_its_dues(shop, today):
    call = enrol_organisation(shop.organisation, shop.club, by=shop.coordinator, plan=shop.plan)
    assert isinstance(call, DuesCall)
    early = enrol_organisation(
        OrganisationFactory(), shop.club, by=shop.coordinator, plan=shop.plan, starts_on=today - timedelta(days=40)
    )
    assert pay_dues(early, shop.coordinator).term.starts_on == today - timedelta(days=40)


# --- A plan that changes or goes --------------------------------------------------------------------------------------


def test_new_price_counts_until_it_is_ordered(shop):
    call = joining_call(shop)
    basket = put_into_basket(call, shop.manager).order
    set_prices(shop.plan, by=shop.coordinator, fees=[FeeRow(Decimal(150))])
    assert quoted(basket)[0].quote.unit_price == 150
    with pytest.raises(RuleBroken):
        place_order(basket, by=shop.manager, method=Method.TRANSFER, expected=Decimal(120))
    order = place_order(basket, by=shop.manager, method=Method.TRANSFER, expected=Decimal(150))
    set_prices(shop.plan, by=shop.coordinator, fees=[FeeRow(Decimal(10))])
    assert due_of(order) == 150


def test_plan_closed_meanwhile_is_said_in_the_basket_and_what_is_ordered_is_given(shop):
    call = joining_call(shop)
    basket = put_into_basket(call, shop.manager).order
    close_plan(shop.plan, by=shop.coordinator)
    assert quoted(basket)[0].refusal
    with pytest.raises(RuleBroken):
        place_order(basket, by=shop.manager, method=Method.TRANSFER, expected=Decimal(120))
    shop.plan.is_open = True
    shop.plan.save()
    order = place_order(basket, by=shop.manager, method=Method.TRANSFER, expected=Decimal(120))
    close_plan(shop.plan, by=shop.coordinator)
    pay_order(order, shop.coordinator)
    assert Term.objects.count() == 1


def test_plan_deleted_while_in_a_basket_leaves_the_basket_and_says_so(shop):
    call = enrol_organisation(shop.organisation, shop.club, by=shop.coordinator, plan=shop.plan)
    basket = put_into_basket(call, shop.manager).order
    delete_plan(shop.plan, by=shop.coordinator)
    line = quoted(basket)[0]
    assert line.quote is None and line.refusal
    with pytest.raises(RuleBroken):
        place_order(basket, by=shop.manager, method=Method.TRANSFER, expected=Decimal(120))
    basket.refresh_from_db()
    assert basket.is_basket and basket.lines.live().count() == 1


def test_plan_with_members_or_orders_is_not_deleted(shop):
    order_dues(enrol_organisation(shop.organisation, shop.club, by=shop.coordinator, plan=shop.plan), shop.manager)
    with pytest.raises(RuleBroken):
        delete_plan(shop.plan, by=shop.coordinator)
    used = TermFactory(club=shop.club).plan
    with pytest.raises(RuleBroken):
        delete_plan(used, by=shop.coordinator)


# --- Money that goes back ---------------------------------------------------------------------------------------------


def test_money_taken_back_suspends_and_paid_again_resumes(shop, today):
    call = pay_dues(joining_call(shop), shop.manager)
    order = OrderLine.objects.get(payable=DUES).order
    for _twice in range(2):
        withhold_lines(order)
    assert not members_of(shop.club, today).exists()
    assert Term.objects.get().state(today) == TermState.SUSPENDED
    grant_lines(order, by=None)
    assert members_of(shop.club, today).exists()
    assert Term.objects.get() == call.term


def test_paid_again_does_not_lift_the_coordinations_suspension(shop, today):
    call = pay_dues(joining_call(shop), shop.manager)
    suspend_term(call.term, by=shop.coordinator, reason="Enquête")
    order = OrderLine.objects.get(payable=DUES).order
    withhold_lines(order)
    grant_lines(order, by=None)
    assert not members_of(shop.club, today).exists()
    resume_term(call.term, by=shop.coordinator)
    assert members_of(shop.club, today).exists()


def test_refund_ends_the_membership_with_its_reason(shop, today):
    call = pay_dues(joining_call(shop), shop.manager)
    Term.objects.update(starts_on=today - timedelta(days=10))
    payment = OrderLine.objects.get(payable=DUES).order.payments.get()
    line = payment.order.lines.get()
    refund_lines(payment, by=shop.coordinator, shares={line.pk: Decimal(120)}, reason="Erreur de notre part")
    term = Term.objects.get()
    assert (term.ends_on, term.end_reason) == (today - timedelta(days=1), "Erreur de notre part")
    assert not members_of(shop.club, today).exists()
    call.refresh_from_db()
    assert call.state(today) == CallState.WITHDRAWN


def test_refund_on_the_first_day_undoes_the_membership(shop):
    call = pay_dues(joining_call(shop), shop.manager)
    cancel_order(OrderLine.objects.get(payable=DUES).order, by=shop.coordinator, reason="Erreur")
    assert not Term.objects.exists()
    call.refresh_from_db()
    assert call.term is None and call.withdraw_reason == "Erreur"
    assert enrol_organisation(shop.organisation, shop.club, by=shop.coordinator, plan=shop.plan).pk != call.pk


def test_order_that_was_never_paid_is_given_up_and_can_be_ordered_again(shop):
    call = joining_call(shop)
    order = order_dues(call, shop.manager)
    cancel_order(order, by=shop.manager)
    call.refresh_from_db()
    assert call.is_open
    assert pay_dues(call, shop.manager).term is not None


# --- Withdrawn, resigned ----------------------------------------------------------------------------------------------


def test_withdrawn_call_cannot_be_bought(shop):
    call = joining_call(shop)
    with pytest.raises(RuleBroken) as broken:
        withdraw_call(call, by=shop.coordinator, reason=" ")
    assert broken.value.field == "reason"
    withdraw_call(call, by=shop.coordinator, reason="Erreur")
    withdraw_call(call, by=shop.coordinator, reason="Erreur")
    with pytest.raises(RuleBroken):
        put_into_basket(call, shop.manager)
    assert HistoryEntry.objects.filter(code="memberships.dues.withdrawn").count() == 1


def test_ordered_call_is_not_withdrawn_but_its_order_cancelled(shop):
    call = joining_call(shop)
    order_dues(call, shop.manager)
    with pytest.raises(RuleBroken):
        withdraw_call(call, by=shop.coordinator, reason="Erreur")


def test_resignation_withdraws_the_renewal_and_drops_what_was_paid_for_later(shop, today):
    term = shop.member(ends_in=20)
    call = pay_dues(call_renewal(term), None)
    assert call.term.starts_on == term.ends_on + timedelta(days=1)
    end_term(term, by=shop.coordinator, ends_on=today, reason="Cessation")
    assert Term.objects.get() == term
    call.refresh_from_db()
    assert call.state(today) == CallState.WITHDRAWN


# --- In the course of a term ------------------------------------------------------------------------------------------


def test_change_to_a_dearer_plan_waits_for_the_difference(today):
    shop = charging(120)
    dearer = shop.another_plan(360, period=Period.TWELVE_MONTHS)
    term = TermFactory(
        club=shop.club,
        plan=shop.plan,
        organisation=shop.organisation,
        starts_on=today,
        ends_on=shop.plan.last_day(today),
    )
    call = change_plan(term, dearer, by=shop.manager)
    assert change_plan(term, dearer, by=shop.manager) == call
    term.refresh_from_db()
    assert term.plan == shop.plan
    line = put_into_basket(call, shop.manager)
    assert line.unit_price == 240
    pay_dues(call, shop.manager)
    term.refresh_from_db()
    assert (term.plan, term.ends_on) == (dearer, shop.plan.last_day(today))


def test_change_to_a_cheaper_plan_switches_at_once_and_pays_nothing_back(today):
    shop = charging(120)
    cheaper = shop.another_plan(60, period=Period.TWELVE_MONTHS)
    term = shop.member(ends_in=200)
    assert change_plan(term, cheaper, by=shop.coordinator).plan == cheaper
    assert not DuesCall.objects.exists()


def test_change_taken_back_returns_to_the_plan_of_before(today):
    shop = charging(120)
    dearer = shop.another_plan(360, period=Period.TWELVE_MONTHS)
    free = PlanFactory(club=shop.club)
    term = TermFactory(club=shop.club, plan=free, organisation=shop.organisation)
    call = pay_dues(change_plan(term, dearer, by=shop.manager), shop.manager)
    term.refresh_from_db()
    assert (term.plan, term.ends_on) == (dearer, dearer.last_day(today))
    cancel_order(OrderLine.objects.get(target_id=call.pk).order, by=shop.coordinator, reason="Erreur")
    term.refresh_from_db()
    assert (term.plan, term.ends_on) == (free, None)


def test_change_moves_the_open_renewal_to_the_new_plan(today):
    shop = charging(120)
    cheaper = shop.another_plan(60, period=Period.TWELVE_MONTHS)
    term = shop.member(ends_in=20)
    call = call_renewal(term)
    change_plan(term, cheaper, by=shop.coordinator)
    call.refresh_from_db()
    assert call.plan == cheaper
    change_plan(term, PlanFactory(club=shop.club), by=shop.coordinator)
    call.refresh_from_db()
    assert call.state(today) == CallState.WITHDRAWN


@pytest.mark.parametrize("wrong", ["same", "closed", "other club"])
def test_change_to_a_plan_that_is_not_offered_is_refused(shop, wrong):
    term = shop.member()
    plan = {
        "same": shop.plan, "closed": PlanFactory(club=shop.club, is_open=False), "other club": PlanFactory(),
    }[wrong]  # fmt: skip
    with pytest.raises(RuleBroken):
        change_plan(term, plan, by=shop.coordinator)


def test_suspension_needs_a_reason_and_takes_the_member_out(shop, today):
    term = shop.member()
    with pytest.raises(RuleBroken) as broken:
        suspend_term(term, by=shop.coordinator, reason="")
    assert broken.value.field == "reason"
    for _twice in range(2):
        suspend_term(term, by=shop.coordinator, reason="Enquête en cours")
    assert not members_of(shop.club, today).exists()
    assert members_of(shop.club, today - timedelta(days=1)).exists()
    for _twice in range(2):
        resume_term(term, by=shop.coordinator)
    assert members_of(shop.club, today).exists()
    codes = list(Letter.objects.order_by("pk").values_list("code", flat=True))
    assert codes == ["memberships.term.suspended", "memberships.term.resumed"]


def test_people_above_those_included_are_bought():
    shop = charging(120, people_included=1, price_per_person=Decimal(25))
    term = TermFactory(
        club=shop.club,
        plan=shop.plan,
        organisation=shop.organisation,
        ends_on=timezone.localdate() + timedelta(days=99),
    )
    assert seats_of(shop.organisation).are_taken
    call = call_people(term, by=shop.manager)
    assert call_people(term, by=shop.manager) == call
    pay_dues(call, shop.manager)
    seats = seats_of(shop.organisation)
    assert (seats.people, seats.allowed, seats.are_taken) == (1, 2, False)
    withhold_lines(OrderLine.objects.get(target_id=call.pk).order)
    assert seats_of(shop.organisation).are_taken
    renewal = call_renewal(term)
    assert renewal.people == 0


def test_team_of_a_full_membership_takes_nobody_more():
    from members.team_size import check_room  # noqa: PLC0415

    shop = charging(120, people_included=1, price_per_person=Decimal(25))
    TermFactory(club=shop.club, plan=shop.plan, organisation=shop.organisation)
    with pytest.raises(RuleBroken, match="25"):
        check_room(shop.organisation)
    free = OrganisationFactory()
    member_of(free)
    TermFactory(organisation=free)
    check_room(free)


def test_most_generous_membership_counts_people():
    shop = charging(120, people_included=1)
    TermFactory(club=shop.club, plan=shop.plan, organisation=shop.organisation)
    assert seats_of(shop.organisation).are_taken
    TermFactory(organisation=shop.organisation)
    assert seats_of(shop.organisation).allowed is None


# --- Orders by themselves ---------------------------------------------------------------------------------------------


def test_dues_ordered_alone_leave_the_rest_in_the_basket(shop):
    store = things_shop(shop.club)
    call = enrol_organisation(store.organisation, shop.club, by=shop.coordinator, plan=shop.plan)
    other = store.add(40)
    put_into_basket(call, store.buyer)
    order = order_alone(call, by=shop.coordinator, method=Method.CHEQUE)
    assert [line.payable for line in order.lines.live()] == [DUES]
    other.refresh_from_db()
    assert other.order == store.basket and other.is_live
    record_payment(
        order, by=shop.coordinator, method=Method.CHEQUE, amount=Decimal(120), received_on=timezone.localdate()
    )
    assert Term.objects.filter(organisation=store.organisation).count() == 1
    assert store.basket.lines.live().count() == 1


def test_dues_that_cannot_be_ordered_leave_everything_as_it_was(shop):
    store = things_shop(shop.club)
    call = enrol_organisation(store.organisation, shop.club, by=shop.coordinator, plan=shop.plan)
    other = store.add(40)
    with pytest.raises(RuleBroken):
        order_alone(call, by=shop.coordinator, method=Method.CASH)  # this club takes none
    other.refresh_from_db()
    assert other.is_live and store.basket.lines.live().get() == other


def test_pro_rata_of_the_day_is_what_is_paid():
    shop = charging(120, period=Period.CALENDAR_YEAR, prorata=Prorata.MONTHS, joining_fee=Decimal(15))
    call = enrol_organisation(
        shop.organisation, shop.club, by=shop.coordinator, plan=shop.plan,
        starts_on=date(timezone.localdate().year, 12, 1),
    )  # fmt: skip
    if timezone.localdate().month < 12:
        assert put_into_basket(call, shop.manager).unit_price == 25
