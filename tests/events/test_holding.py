"""Seats held while somebody pays: counted, given, held again, given up; and what giving back does to the order."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from billing.actions import cancel_order, quoted, refund_lines, remove_from_basket
from billing.actions.orders import grant_lines, withhold_lines
from billing.enums import Method, OrderStatus, PaymentStatus
from billing.models import Order, OrderLine, Payment
from core.errors import RuleBroken
from core.models import HistoryEntry, Letter
from events.actions import (
    accept_offer,
    add_walk_in,
    admit_waiting,
    cancel_event,
    cancel_place,
    cancel_registration,
    change_place,
    expire_holds,
    put_into_basket,
    register_people,
    set_attendance,
    update_event,
)
from events.actions.freeing import NOT_PAID, free_places
from events.actions.locking import lock_event
from events.actions.privacy import forget
from events.enums import Attendance, PlaceStatus, Settlement
from events.models import lines_to_refund, live_line, seats_of, standings_of
from events.statistics import attendance_of
from tests.events.factories import BUYERS, EventFactory, in_days, people, person_named, place_at, register, statuses
from tests.events.priced import (
    buyer,
    hold_and_pay,
    hold_places,
    manager_of,
    order_of,
    over,
    pay,
    place,
    priced_event,
)
from tests.factories import coordinator_of
from tests.memberships.factories import TermFactory

pytestmark = pytest.mark.django_db

OFFERED = PlaceStatus.OFFERED
HELD, CONFIRMED, WAITING, CANCELLED = (
    PlaceStatus.HELD,
    PlaceStatus.CONFIRMED,
    PlaceStatus.WAITING,
    PlaceStatus.CANCELLED,
)


def codes() -> list[str]:
    return sorted(Letter.objects.values_list("code", flat=True))


# --- Registering ------------------------------------------------------------------------------------------------------


def test_free_event_confirms_at_once_and_makes_no_basket():
    registration = register(EventFactory(), 2)
    assert statuses(registration) == {CONFIRMED} and registration.held_until is None
    assert not Order.objects.exists()


def test_who_pays_nothing_is_confirmed_at_once():
    event = priced_event("25.00", members="0.00")
    member = TermFactory(club=event.club, organisation=buyer()).organisation
    assert statuses(register(event, 2, member)) == {CONFIRMED}
    assert not OrderLine.objects.exists()


def test_who_pays_gets_seats_held_for_forty_minutes_and_a_line_in_the_basket():
    event = priced_event(capacity=3, quotas={BUYERS: 2})
    registration = hold_places(event, 2)
    assert statuses(registration) == {HELD}
    left = registration.held_until - timezone.now()
    assert timedelta(minutes=39) < left <= timedelta(minutes=40)
    line = live_line(registration.pk)
    assert (line.quantity, line.unit_price, line.order.status) == (2, Decimal("25.00"), OrderStatus.BASKET)
    assert line.order.organisation == registration.organisation and line.account == "706000"
    seats = seats_of(event)
    assert seats.total_left == 1 and seats.left(BUYERS) == 0
    assert not Letter.objects.exists()
    assert not event.places.consenting().exists() and not event.places.holding_a_place().exists()


def test_held_seats_are_not_given_to_the_next():
    event = priced_event(capacity=1)
    hold_places(event)
    waiting = hold_places(event)
    assert statuses(waiting) == {WAITING} and live_line(waiting.pk) is None and waiting.held_until is None


def test_held_people_count_as_registered_for_the_next_of_the_same_name():
    event, company = priced_event(), buyer()
    group = people(1)
    register_people(event, organisation=company, people=group, by=manager_of(company))
    with pytest.raises(RuleBroken):
        register_people(event, organisation=company, people=group, by=manager_of(company))


def test_who_is_registered_by_the_coordination_has_two_days_and_a_letter():
    event, company = priced_event(), buyer()
    register_people(event, organisation=company, people=people(1), by=coordinator_of(event.club))
    registration = event.registrations.get()
    assert registration.held_until - timezone.now() > timedelta(hours=47)
    letter = Letter.objects.get()
    assert (letter.code, letter.person) == ("events.registration_to_pay", manager_of(company))
    assert f"/events/registrations/{registration.pk}/pay/" in letter.text and "25\u00a0€" in letter.text


def test_price_without_a_seller_any_more_is_refused_whole():
    event = priced_event()
    event.club.seller.delete()
    with pytest.raises(RuleBroken):
        hold_places(event)
    assert not event.places.exists() and not event.registrations.exists()


# --- Paid -------------------------------------------------------------------------------------------------------------


def test_ordering_keeps_the_seats_as_long_as_the_payment_may_take():
    registration = hold_places(priced_event())
    order = place(registration)
    registration.refresh_from_db()
    assert registration.held_until == order.pay_until and statuses(registration) == {HELD}


def test_paid_places_are_confirmed_once_with_their_letters():
    event = priced_event()
    registration = hold_places(event, 2)
    order = place(registration)
    pay(order, 50)
    registration.refresh_from_db()
    assert statuses(registration) == {CONFIRMED} and registration.held_until is None
    assert codes().count("events.place_confirmed") == 2 and "events.registration_made" in codes()
    before = Letter.objects.count(), HistoryEntry.objects.count()
    line = order.lines.get()
    line.granted_at = None
    line.save()
    grant_lines(order, by=None)
    assert (Letter.objects.count(), HistoryEntry.objects.count()) == before


def test_public_buyer_has_its_places_on_its_purchase_order():
    registration = hold_places(priced_event(), 1, buyer(kind="public_buyer"))
    order = place(registration, Method.PURCHASE_ORDER, purchase_order="BC-2027-1")
    assert order.is_firm and statuses(registration) == {CONFIRMED}
    assert standings_of([registration.pk])[registration.pk].settlement == Settlement.INVOICED


def test_money_taken_back_holds_the_places_again_without_an_end_until_it_is_paid_again():
    event = priced_event()
    registration = hold_and_pay(event)
    order = order_of(registration)
    withhold_lines(order)
    registration.refresh_from_db()
    assert statuses(registration) == {HELD} and registration.held_until is None
    assert expire_holds(timezone.now() + timedelta(days=20)) == 0
    confirmed = codes().count("events.place_confirmed")
    grant_lines(order, by=None)
    assert statuses(registration) == {CONFIRMED} and codes().count("events.place_confirmed") == confirmed + 1


def test_money_taken_back_after_the_start_changes_nothing():
    event = priced_event()
    registration = hold_and_pay(event)
    type(event).objects.filter(pk=event.pk).update(starts_at=timezone.now() - timedelta(minutes=1))
    withhold_lines(order_of(registration))
    assert statuses(registration) == {CONFIRMED}


def test_payment_for_an_event_that_is_off_is_owed_back():
    event = priced_event()
    registration = hold_places(event)
    order = place(registration)
    cancel_event(event, by=None)
    pay(order)
    assert statuses(registration) == {HELD} and live_line(registration.pk) is None
    assert "billing.line.not_given" in codes()


def given_up_by_hand(registration):
    """As if the sweep had come before the payment, the line being still there."""
    places = list(registration.places.select_related("registration__organisation", "person"))
    event = lock_event(registration.event)
    for one in places:
        one.event = event
    free_places(event, registration, places, by=None, now=timezone.now(), reason=NOT_PAID)


def test_places_given_up_are_taken_again_by_a_late_payment_if_seats_are_left():
    event = priced_event(capacity=2)
    registration = hold_places(event, 2)
    order = place(registration)
    given_up_by_hand(over(registration))
    assert statuses(registration) == {CANCELLED}
    pay(order, 50)
    assert statuses(registration) == {CONFIRMED} and seats_of(event).total_left == 0


def test_late_payment_for_seats_that_others_have_is_owed_back():
    event = priced_event(capacity=2)
    registration = hold_places(event, 2)
    order = place(registration)
    given_up_by_hand(over(registration))
    other = hold_places(event)
    pay(order, 50)
    assert statuses(registration) == {CANCELLED} and statuses(other) == {HELD}
    order.refresh_from_db()
    assert order.is_cancelled and "billing.line.not_given" in codes()


def test_places_given_back_are_not_taken_again_by_a_payment():
    event = priced_event()
    registration = hold_places(event)
    order = place(registration)
    under_way(order)
    cancel_registration(registration, by=None)
    pay(order)
    assert statuses(registration) == {CANCELLED}


# --- Given up ---------------------------------------------------------------------------------------------------------


def test_hold_that_is_over_is_given_up_whole_and_serves_the_waiting_list():
    event = priced_event(capacity=2)
    registration = over(hold_places(event, 2))
    waiting = hold_places(event, 2)  # who registers gives up what is over
    assert statuses(registration) == {CANCELLED} and statuses(waiting) == {HELD}
    assert live_line(registration.pk) is None and not OrderLine.objects.filter(target_id=registration.pk).exists()
    letter = Letter.objects.get(code="events.registration_not_paid")
    assert letter.person == manager_of(registration.organisation)
    entry = HistoryEntry.objects.get(code="events.place.cancelled")
    assert entry.values["people"] == "2" and entry.values["reason"] == "Not paid in time."


def test_hold_that_is_not_over_is_left_alone():
    registration = hold_places(priced_event())
    assert expire_holds(timezone.now() + timedelta(minutes=39)) == 0 and statuses(registration) == {HELD}
    assert expire_holds(timezone.now() + timedelta(minutes=41)) == 1 and statuses(registration) == {CANCELLED}
    assert expire_holds(timezone.now() + timedelta(minutes=41)) == 0


def test_hold_that_is_over_counts_until_it_is_given_up():
    event = priced_event(capacity=1)
    over(hold_places(event))
    assert seats_of(event).total_left == 0
    expire_holds(timezone.now())
    assert seats_of(event).total_left == 1


def test_sweep_of_one_event_leaves_the_others_alone():
    one, two = over(hold_places(priced_event())), over(hold_places(priced_event()))
    assert expire_holds(timezone.now(), one.event) == 1
    assert statuses(one) == {CANCELLED} and statuses(two) == {HELD}


def under_way(order, status=PaymentStatus.PENDING) -> Payment:
    return Payment.objects.create(
        order=order, method=Method.SEPA_DEBIT, amount=Decimal("25.00"), status=status, started_at=timezone.now()
    )


def test_order_with_a_payment_under_way_is_never_given_up():
    registration = hold_places(priced_event())
    order = place(registration)
    under_way(order)
    Order.objects.filter(pk=order.pk).update(pay_until=timezone.now() - timedelta(hours=1))
    over(registration)
    assert expire_holds(timezone.now()) == 0 and statuses(registration) == {HELD}
    standing = standings_of([registration.pk])[registration.pk]
    assert standing.settlement == Settlement.UNDER_WAY
    assert standing.answer_by == (timezone.now() + timedelta(days=14)).date()


def test_order_whose_time_is_over_is_given_up_by_billing_and_frees_the_seats():
    registration = hold_places(priced_event())
    order = place(registration)
    Order.objects.filter(pk=order.pk).update(pay_until=timezone.now() - timedelta(hours=1))
    over(registration)
    expire_holds(timezone.now())
    order.refresh_from_db()
    assert order.is_cancelled and statuses(registration) == {CANCELLED}


def test_who_was_seen_at_the_door_is_not_given_up(time_machine):
    time_machine.move_to(timezone.now().replace(hour=9), tick=False)  # half an hour later it is still the same day
    event = priced_event(starts_at=timezone.now() + timedelta(minutes=30))
    registration = hold_places(event)
    (one,) = registration.places.all()
    set_attendance(one, attendance=Attendance.PRESENT, by=None)
    over(registration)
    assert expire_holds(timezone.now()) == 0
    assert statuses(registration) == {HELD} and live_line(registration.pk).order.is_basket
    figures = attendance_of(event.places.all())
    assert (figures.registered, figures.present, figures.held) == (1, 1, 0)
    assert list(event.places.attended()) == [one]


def test_held_and_not_seen_is_no_attendance():
    event = priced_event()
    hold_places(event, 2)
    figures = attendance_of(event.places.all())
    assert (figures.registered, figures.present, figures.unknown, figures.held) == (0, 0, 0, 2)
    assert figures.organisations == 0 and figures.expected == 2


def test_hold_given_up_after_the_start_writes_to_nobody():
    event = priced_event()
    registration = over(hold_places(event))
    type(event).objects.filter(pk=event.pk).update(starts_at=timezone.now() - timedelta(hours=1))
    assert expire_holds(timezone.now()) == 1
    assert statuses(registration) == {CANCELLED} and live_line(registration.pk) is None and not codes()


def test_basket_of_an_event_that_is_off_is_emptied():
    event = priced_event()
    registration = hold_places(event)
    cancel_event(event, by=None)
    assert expire_holds(timezone.now()) == 1
    assert live_line(registration.pk) is None and "events.registration_not_paid" not in codes()


# --- Promotion --------------------------------------------------------------------------------------------------------


def full_with_one_waiting(**fields):
    event = priced_event(capacity=1, **fields)
    holder = place_at(event)
    waiting = hold_places(event)
    Letter.objects.all().delete()
    return event, holder, waiting


def test_promotion_holds_the_seats_for_two_days_with_a_letter_to_pay():
    event, holder, waiting = full_with_one_waiting()
    cancel_place(holder, by=None)
    waiting.refresh_from_db()
    assert statuses(waiting) == {HELD} and live_line(waiting.pk) is None
    assert timedelta(hours=47) < waiting.held_until - timezone.now() <= timedelta(hours=48)
    letter = Letter.objects.get(code="events.seats_came_free")
    assert letter.person == manager_of(waiting.organisation) and not letter.attachments.exists()
    line = put_into_basket(waiting, by=letter.person)
    assert line.order.is_basket and put_into_basket(waiting, by=letter.person) == line
    pay(place(waiting))
    assert statuses(waiting) == {CONFIRMED}
    assert put_into_basket(waiting, by=letter.person).order.is_firm


def test_promotion_never_waits_beyond_the_close_of_registration():
    close = timezone.now() + timedelta(hours=1)
    event, holder, waiting = full_with_one_waiting(registration_closes_at=close)
    cancel_place(holder, by=None)
    waiting.refresh_from_db()
    assert close - timedelta(seconds=1) < waiting.held_until <= close


def test_nobody_is_offered_anything_after_the_close_free_or_not():
    event, holder, waiting = full_with_one_waiting()
    member = register(event, 1, TermFactory(club=event.club).organisation)
    update_event(event, by=None, registration_closes_at=timezone.now() - timedelta(minutes=1))
    cancel_place(holder, by=None)
    assert statuses(waiting) == {WAITING} and statuses(member) == {WAITING}


def test_promoted_and_not_paid_gives_the_seat_to_the_next():
    event, holder, waiting = full_with_one_waiting()
    third = hold_places(event)
    cancel_place(holder, by=None)
    waiting.refresh_from_db()
    expire_holds(waiting.held_until + timedelta(seconds=1))
    assert statuses(waiting) == {CANCELLED} and statuses(third) == {HELD}
    with pytest.raises(RuleBroken):
        put_into_basket(waiting, by=None)


def test_members_who_come_free_are_offered_the_seat_without_paying():
    event = priced_event(capacity=1)
    holder = place_at(event)
    waiting = register(event, 1, TermFactory(club=event.club).organisation)
    cancel_place(holder, by=None)
    assert statuses(waiting) == {OFFERED} and "events.place_offered" in codes()
    accept_offer(waiting, by=None)
    assert statuses(waiting) == {CONFIRMED} and live_line(waiting.pk) is None


# --- Given back -------------------------------------------------------------------------------------------------------


def test_held_place_given_back_is_no_longer_asked_for_in_the_basket():
    registration = hold_places(priced_event(), 2)
    one, two = registration.places.order_by("pk")
    cancel_place(one, by=None)
    assert live_line(registration.pk) is not None
    assert quoted(order_of(registration))[0].quote.quantity == 1
    cancel_place(two, by=None)
    assert live_line(registration.pk) is None and not Letter.objects.exists()


def test_line_taken_out_of_the_basket_frees_the_seats():
    event = priced_event(capacity=1)
    registration, waiting = hold_places(event), hold_places(event)
    remove_from_basket(live_line(registration.pk), by=None)
    assert statuses(registration) == {CANCELLED} and statuses(waiting) == {HELD}


def test_place_given_back_before_it_is_paid_is_no_longer_asked_for_in_the_order():
    registration = hold_places(priced_event(), 2)
    order = place(registration)
    one, two = registration.places.order_by("pk")
    cancel_place(one, by=None)
    assert order.lines.get().quantity == 1
    cancel_place(two, by=None)
    order.refresh_from_db()
    assert order.is_cancelled and "events.paid_given_back" not in codes()


def test_paid_place_given_back_keeps_the_order_and_asks_the_coordination():
    event = priced_event()
    coordinator = coordinator_of(event.club)
    registration = hold_and_pay(event, 2)
    order = order_of(registration)
    cancel_place(registration.places.first(), by=None)
    line = order.lines.get()
    assert line.is_live and line.quantity == 2 and Order.objects.get(pk=order.pk).is_firm
    letter = Letter.objects.get(code="events.paid_given_back")
    assert letter.person == coordinator and order.get_absolute_url() in letter.text
    assert HistoryEntry.objects.filter(code="events.registration.paid_given_back").count() == 1
    (shown,) = lines_to_refund(event)
    assert shown == line and shown.people == 1


def test_place_given_back_while_its_debit_is_under_way_asks_the_coordination():
    event = priced_event()
    coordinator_of(event.club)
    registration = hold_places(event)
    order = place(registration)
    under_way(order)
    cancel_registration(registration, by=None)
    order.refresh_from_db()
    assert order.is_placed and "events.paid_given_back" in codes() and list(lines_to_refund(event))


def test_refund_of_the_whole_line_cancels_its_places_and_serves_the_next():
    event = priced_event(capacity=1)
    registration, waiting = hold_and_pay(event), hold_places(event)
    order = order_of(registration)
    refund_lines(
        order.payments.get(), by=None, shares={order.lines.get().pk: Decimal("25.00")}, reason="Empêchement"
    )  # fmt: skip
    assert statuses(registration) == {CANCELLED} and statuses(waiting) == {HELD}
    letter = Letter.objects.get(code="events.place_cancelled")
    assert "Empêchement" in letter.text and letter.attachments.get().media_type.endswith("CANCEL")


def test_event_that_is_off_shows_what_is_to_be_refunded_and_keeps_its_places():
    event = priced_event()
    paid, held = hold_and_pay(event), hold_places(event)
    assert not lines_to_refund(event)
    cancel_event(event, by=None)
    event.refresh_from_db()
    assert [line.target_id for line in lines_to_refund(event)] == [paid.pk]
    cancel_order(order_of(paid), by=None, reason="Annulé")
    assert statuses(paid) == {CONFIRMED} and not lines_to_refund(event)
    assert held.places.get().status == HELD


def test_whoever_is_forgotten_leaves_the_basket():
    event, company = priced_event(), buyer()
    person = manager_of(company)
    group = [person_named("Moi", email=person.email), person_named("Autre")]
    registration = register_people(event, organisation=company, people=group, by=person)
    forget(person)
    assert [one.last_name for one in registration.places.held()] == ["Autre"]
    cancel_registration(registration, by=None)
    assert live_line(registration.pk) is None


def test_held_place_passed_on_writes_to_nobody_before_it_is_paid():
    registration = hold_places(priced_event())
    order = place(registration)
    Letter.objects.all().delete()
    change_place(registration.places.get(), by=None, attendee=person_named("Nouveau"))
    assert not Letter.objects.exists()
    pay(order)
    assert Letter.objects.get(code="events.place_confirmed").to_email == "nouveau@example.org"


def test_event_that_moves_writes_to_held_people_without_a_calendar_entry():
    event = priced_event()
    hold_places(event)
    update_event(event, by=None, venue="Ailleurs")
    assert not Letter.objects.get(code="events.event_changed").attachments.exists()


# --- At the door ------------------------------------------------------------------------------------------------------


def test_held_seat_is_not_for_walk_ins_unless_ticked_absent():
    event = priced_event(today=True, capacity=1)
    held = place_at(event, status=HELD, confirmed_at=None)
    with pytest.raises(RuleBroken):
        add_walk_in(event, organisation=buyer(), attendee=person_named(), by=None)
    set_attendance(held, attendance=Attendance.ABSENT, by=None)
    assert add_walk_in(event, organisation=buyer(), attendee=person_named(), by=None).is_confirmed


def test_held_person_needs_no_letting_in():
    event = priced_event(today=True)
    held = place_at(event, status=HELD, confirmed_at=None)
    assert admit_waiting(held, by=None).is_held


def test_capacity_cannot_go_below_what_is_held():
    event = priced_event(starts_at=in_days(9))
    hold_places(event, 3)
    with pytest.raises(RuleBroken):
        update_event(event, by=None, capacity=2)


def test_erased_people_leave_no_name_on_the_way_to_pay():
    registration = over(hold_places(priced_event()))
    order = place(registration)
    given_up_by_hand(over(registration))
    registration.places.update(first_name="", last_name="", email="", search_text="", erased_at=timezone.now())
    pay(order)
    assert statuses(registration) == {CANCELLED}
