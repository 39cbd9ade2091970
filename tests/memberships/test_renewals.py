"""Renewals that cost something: called for, written about, late, lapsed, owed; day by day."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
import time_machine
from django.utils import timezone

from billing.actions import due_of, give_up_unpaid_orders
from billing.actions.checking import findings
from billing.actions.reminding import remind_late_orders
from billing.enums import Method
from billing.models import Order, OrderLine
from core.errors import RuleBroken
from core.models import HistoryEntry, Letter
from memberships.actions import (
    FeeRow,
    begin_owed_terms,
    call_due_renewals,
    call_renewal,
    end_term,
    hold_call,
    lapse_due,
    next_letter_on,
    remind_now,
    renew_due_terms,
    renew_term,
    renew_terms,
    set_prices,
    unhold_call,
    withdraw_call,
    write_due_reminders,
)
from memberships.actions.renewals import STAGES
from memberships.enums import CallState, TermState
from memberships.models import DuesCall, Term, members_of
from tests.factories import OrganisationFactory, member_of
from tests.memberships.dues import charging, order_dues, pay_dues, pay_order
from tests.memberships.factories import TermFactory

pytestmark = pytest.mark.django_db
END = date(2026, 12, 31)


def day(offset: int) -> date:
    return END + timedelta(days=offset)


@pytest.fixture
def shop():
    return charging(120)


@pytest.fixture
def term(shop):
    return TermFactory(
        club=shop.club, plan=shop.plan, organisation=shop.organisation, starts_on=date(2026, 1, 1), ends_on=END
    )


def run_day(today: date) -> None:
    """The daily run, as on that day."""
    with time_machine.travel(f"{today}T07:00:00+00:00", tick=False):
        call_due_renewals(today)
        renew_due_terms(today)
        begin_owed_terms(today)
        lapse_due(today)
        write_due_reminders(today)


def run_days(first: int, last: int) -> None:
    for offset in range(first, last + 1):
        run_day(day(offset))


def stages_written(call: DuesCall) -> list[int]:
    keys = Letter.objects.filter(key__startswith=f"dues:{call.pk}:").order_by("pk").values_list("key", flat=True)
    return [int(key.split(":")[2]) for key in keys]


# --- Called for -------------------------------------------------------------------------------------------------------


def test_renewal_is_called_for_sixty_days_before_and_once(shop, term):
    run_day(day(-61))
    assert not DuesCall.objects.exists()
    run_day(day(-60))
    run_day(day(-60))
    call = DuesCall.objects.get()
    assert (call.starts_on, call.ends_on, call.follows) == (day(1), shop.plan.last_day(day(1)), term)
    term.refresh_from_db()
    assert term.grace_until == day(30)
    assert HistoryEntry.objects.filter(code="memberships.dues.opened").count() == 1
    assert not Term.objects.exclude(pk=term.pk).exists()


def test_free_terms_renew_themselves_as_ever(term):
    free = TermFactory(starts_on=date(2026, 1, 1), ends_on=END)
    free.plan.period = "calendar_year"
    free.plan.save()
    run_day(day(-20))
    assert Term.objects.filter(organisation=free.organisation).count() == 2
    assert not DuesCall.objects.filter(organisation=free.organisation).exists()
    assert not Letter.objects.filter(code__startswith="memberships.dues").exclude(person__acting_for=term.organisation)


def test_term_that_costs_is_not_renewed_for_nothing(term):
    assert renew_due_terms(day(-10)) == 0
    with pytest.raises(RuleBroken):
        renew_term(term)


def test_sponsored_terms_renew_themselves_and_keep_the_amount():
    shop = charging(90, is_sponsored=True)
    term = TermFactory(
        club=shop.club, plan=shop.plan, organisation=shop.organisation, starts_on=date(2026, 1, 1), ends_on=END
    )
    run_day(day(-20))
    assert Term.objects.exclude(pk=term.pk).get().sponsored_amount == 90
    assert not DuesCall.objects.exists()


def test_term_long_over_is_not_called_for_by_itself(term):
    run_day(day(90))
    assert not DuesCall.objects.exists()


def test_renewal_that_has_no_price_stops_nobody_else(shop, term):
    other = TermFactory(
        club=shop.club, plan=shop.another_plan(10), organisation=OrganisationFactory(), starts_on=date(2026, 1, 1),
        ends_on=END,
    )  # fmt: skip
    shop.plan.fees.update(kind="ESAT")
    run_day(day(-60))
    assert DuesCall.objects.get().organisation == other.organisation


def test_followed_ended_and_open_ended_terms_are_not_called_for(shop, term):
    end_term(term, by=shop.coordinator, ends_on=term.ends_on, reason="Départ")
    with pytest.raises(RuleBroken):
        call_renewal(term)
    with pytest.raises(RuleBroken):
        call_renewal(TermFactory(club=shop.club, plan=shop.plan))
    run_days(-60, -58)
    assert not DuesCall.objects.exists()


# --- Letters ----------------------------------------------------------------------------------------------------------


def test_letters_go_out_on_their_days_each_once(term):
    run_days(-62, 50)
    call = DuesCall.objects.get()
    assert stages_written(call) == list(STAGES)
    letters = Letter.objects.filter(code="memberships.dues.reminded")
    assert letters.count() == len(STAGES)
    first = letters.order_by("pk").first()
    assert "120" in first.text and call.get_absolute_url() in first.text


@pytest.mark.parametrize(("offset", "stage"), [(-59, -60), (-8, -30), (-1, -7), (3, 0), (20, 15)])
def test_letters_missed_by_a_long_pause_are_not_made_up_for(term, offset, stage):
    run_day(day(offset))
    assert stages_written(DuesCall.objects.get()) == [stage]
    run_day(day(offset))
    assert stages_written(DuesCall.objects.get()) == [stage]


@pytest.mark.parametrize("first", range(-70, 10, 7))
def test_letters_are_never_written_twice_nor_two_in_a_day(term, first):
    for offset in range(first, 60, 5):
        before = Letter.objects.filter(code="memberships.dues.reminded").count()
        run_day(day(offset))
        assert Letter.objects.filter(code="memberships.dues.reminded").count() - before <= 1
    if call := DuesCall.objects.first():
        stages = stages_written(call)
        assert len(stages) == len(set(stages)) and stages == sorted(stages)


def test_no_letter_after_payment(shop, term):
    run_day(day(-60))
    with time_machine.travel(f"{day(-40)}T10:00:00+00:00"):
        call = pay_dues(DuesCall.objects.get(), shop.manager)
    run_days(-31, 60)
    assert stages_written(call) == [-60]
    assert call.term.starts_on == day(1)
    assert list(members_of(shop.club, day(20))) == [shop.organisation]


def test_no_letter_while_a_payment_is_awaited_and_again_once_it_is_given_up(shop, term):
    run_day(day(-60))
    with time_machine.travel(f"{day(-40)}T10:00:00+00:00"):
        order = order_dues(DuesCall.objects.get(), shop.manager)
    run_days(-31, -8)
    assert stages_written(DuesCall.objects.get()) == [-60]
    with time_machine.travel(order.pay_until + timedelta(days=1)):
        assert give_up_unpaid_orders(timezone.now()) == 1
    run_day(day(-3))
    assert stages_written(DuesCall.objects.get()) == [-60, -7]


def test_no_letter_after_resignation(shop, term):
    run_day(day(-60))
    with time_machine.travel(f"{day(-50)}T10:00:00+00:00"):
        end_term(term, by=shop.manager, ends_on=END)
    run_days(-49, 50)
    call = DuesCall.objects.get()
    assert stages_written(call) == [-60]
    assert call.state(day(0)) == CallState.WITHDRAWN
    assert not members_of(shop.club, day(1)).exists()


def test_no_letter_after_withdrawal_and_none_while_held(shop, term):
    run_day(day(-60))
    call = DuesCall.objects.get()
    hold_call(call, by=shop.coordinator)
    held = hold_call(call, by=shop.coordinator)
    assert held.held_by == shop.coordinator
    assert next_letter_on(held, day(-50)) is None
    run_days(-31, -29)
    assert stages_written(call) == [-60]
    unhold_call(call, by=shop.coordinator)
    run_day(day(-20))
    assert stages_written(call) == [-60, -30]
    withdraw_call(call, by=shop.coordinator, reason="Double")
    run_days(-8, 50)
    assert stages_written(call) == [-60, -30]
    codes = HistoryEntry.objects.filter(code__in=["memberships.dues.held", "memberships.dues.resumed"])
    assert codes.count() == 2


def test_next_letter_is_known(term):
    run_day(day(-60))
    call = DuesCall.objects.get()
    assert next_letter_on(call, day(-60)) == day(-30)
    assert next_letter_on(call, day(0)) == day(15)
    assert next_letter_on(call, day(45)) is None


def test_reminder_by_hand_is_written_once_a_day(shop, term):
    run_day(day(-60))
    call = DuesCall.objects.get()
    remind_now(call, by=shop.coordinator)
    with pytest.raises(RuleBroken):
        remind_now(call, by=shop.coordinator)
    assert Letter.objects.filter(code="memberships.dues.reminded").count() == 2


def test_organisation_without_manager_is_written_to_at_its_own_address(shop):
    alone = OrganisationFactory(email="contact@example.org")
    TermFactory(club=shop.club, plan=shop.plan, organisation=alone, starts_on=date(2026, 1, 1), ends_on=END)
    run_day(day(-60))
    assert Letter.objects.get(code="memberships.dues.reminded").to_email == "contact@example.org"


# --- Grace and lapse --------------------------------------------------------------------------------------------------


def test_member_in_grace_is_one_until_it_lapses(shop, term):
    run_days(-60, 31)
    term.refresh_from_db()
    assert list(members_of(shop.club, day(30))) == [shop.organisation]
    assert not members_of(shop.club, day(31)).exists()
    assert [term.state(day(n)) for n in (0, 1, 30, 31)] == [
        TermState.RUNNING, TermState.GRACE, TermState.GRACE, TermState.OVER,
    ]  # fmt: skip
    call = DuesCall.objects.get()
    assert call.lapsed_at is not None
    people = {letter.person for letter in Letter.objects.filter(code="memberships.dues.lapsed")}
    assert people == {shop.manager, shop.coordinator}
    run_days(32, 40)
    assert Letter.objects.filter(code="memberships.dues.lapsed").count() == 2
    assert HistoryEntry.objects.filter(code="memberships.dues.lapsed").count() == 1


def test_lapsed_membership_paid_later_goes_on_without_a_gap(shop, term):
    run_days(-60, 40)
    with time_machine.travel(f"{day(41)}T10:00:00+00:00"):
        call = pay_dues(DuesCall.objects.get(), shop.manager)
    assert call.term.starts_on == day(1)
    term.refresh_from_db()
    assert term.grace_until is None
    assert Term.objects.current(day(41)).get() == call.term


def test_letters_held_hold_the_letter_of_a_lapse_too(shop, term):
    run_day(day(-60))
    hold_call(DuesCall.objects.get(), by=shop.coordinator)
    run_days(29, 32)
    assert {letter.person for letter in Letter.objects.filter(code="memberships.dues.lapsed")} == {shop.coordinator}


def test_withdrawal_ends_grace(shop, term):
    run_days(-60, 3)
    withdraw_call(DuesCall.objects.get(), by=shop.coordinator, reason="Parti")
    assert not members_of(shop.club, day(4)).exists()


def test_resignation_in_grace_ends_with_the_term(shop, term):
    run_days(-60, 3)
    with time_machine.travel(f"{day(4)}T10:00:00+00:00"):
        ended = end_term(term, by=shop.manager, ends_on=day(4))
    assert (ended.ends_on, ended.grace_until) == (END, None)
    assert not members_of(shop.club, day(4)).exists()


def test_dues_of_a_time_that_is_over_cannot_be_bought(shop, term):
    run_day(day(-60))
    with time_machine.travel(f"{day(400)}T10:00:00+00:00"), pytest.raises(RuleBroken):
        order_dues(DuesCall.objects.get(), shop.manager)


# --- Owed until resigned ----------------------------------------------------------------------------------------------


@pytest.fixture
def owed(shop):
    set_prices(shop.plan, by=shop.coordinator, fees=[FeeRow(Decimal(120))], is_owed=True)
    return TermFactory(
        club=shop.club, plan=shop.plan, organisation=shop.organisation, starts_on=date(2026, 1, 1), ends_on=END
    )


def test_owed_term_begins_by_itself_and_is_ordered_once(shop, owed):
    run_days(-60, 0)
    assert not Order.objects.exists()
    run_days(1, 3)
    follower = Term.objects.exclude(pk=owed.pk).get()
    assert follower.starts_on == day(1)
    order = Order.objects.get()
    assert order.is_firm and order.is_on_account and order.method == Method.TRANSFER and due_of(order) == 120
    letter = Letter.objects.get(code="billing.order.firm")
    assert letter.person == shop.manager and order.reference in letter.text and letter.attachments.count() == 1
    with time_machine.travel(f"{day(300)}T10:00:00+00:00"):
        assert give_up_unpaid_orders(timezone.now()) == 0
    assert remind_late_orders(order.due_on + timedelta(days=10)) == 1
    pay_order(order, shop.coordinator)
    assert remind_late_orders(order.due_on + timedelta(days=40)) == 0
    assert Term.objects.exclude(pk=owed.pk).get() == follower and findings() == []
    assert DuesCall.objects.get().granted_at is not None
    assert list(members_of(shop.club, day(40))) == [shop.organisation]


def test_resignation_before_the_end_stops_what_would_be_owed(shop, owed):
    run_day(day(-60))
    with time_machine.travel(f"{day(-1)}T10:00:00+00:00"):
        end_term(owed, by=shop.manager, ends_on=END)
    run_days(0, 5)
    assert not Order.objects.exists()
    assert Term.objects.get() == owed


def test_owed_term_that_cannot_be_ordered_goes_through_grace(shop, owed):
    shop.organisation.street = ""
    shop.organisation.save()
    run_days(-60, 32)
    assert not OrderLine.objects.filter(order__placed_at__isnull=False).exists()
    assert Term.objects.get() == owed
    assert DuesCall.objects.get().lapsed_at is not None


# --- Many at once -----------------------------------------------------------------------------------------------------


def test_bulk_renewal_says_what_became_of_each(shop):
    paying = shop.member(ends_in=20)
    free = TermFactory(club=shop.club, ends_on=timezone.localdate() + timedelta(days=20))
    free.plan.period = "twelve_months"
    free.plan.save()
    ended = shop.member(ends_in=10)
    end_term(ended, by=shop.coordinator, ends_on=ended.ends_on, reason="Départ")
    done = {renewal.term: renewal for renewal in renew_terms([paying, free, ended], by=shop.coordinator)}
    assert done[paying].call.follows == paying
    assert done[free].follower.starts_on == free.ends_on + timedelta(days=1)
    assert done[ended].refusal
    assert stages_written(done[paying].call) == [-30]
    again = renew_terms([paying], by=shop.coordinator)[0]
    assert again.call == done[paying].call
    assert stages_written(again.call) == [-30]


def test_renewal_carries_the_price_of_later_years():
    shop = charging(120, joining_fee=Decimal(50))
    organisation = OrganisationFactory()
    manager = member_of(organisation)
    term = TermFactory(
        club=shop.club, plan=shop.plan, organisation=organisation, starts_on=date(2026, 1, 1), ends_on=END
    )
    run_day(day(-60))
    with time_machine.travel(f"{day(-40)}T10:00:00+00:00"):
        order = order_dues(DuesCall.objects.get(), manager)
    assert due_of(order) == 120
    assert term.pk
