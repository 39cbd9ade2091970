"""An event that is put off: to a date, or until one is found; people keep their places, and nothing untrue is announced."""

from datetime import datetime, timedelta
from decimal import Decimal

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone
from icalendar import Calendar

from billing.actions import due_of, refund_lines
from core.errors import RuleBroken
from core.models import HistoryEntry, Letter
from events.actions import (
    add_walk_in,
    cancel_event,
    cancel_place,
    change_place,
    expire_holds,
    obstacle,
    postpone_event,
    promote_waiting,
    publish_event,
    register_people,
    renew_feed,
    update_event,
)
from events.actions.privacy import forget
from events.enums import EventStatus, PlaceStatus
from events.models import Event, Place, lines_to_refund
from events.statistics import events_held
from members.scope import Scope
from tests.events.factories import (
    PARIS,
    EventFactory,
    SessionFactory,
    in_days,
    people,
    person_named,
    place_at,
    register,
    statuses,
)
from tests.events.priced import hold_and_pay, hold_places, order_of, over, pay, place, price, priced_event
from tests.events.test_calendars import entry, feed_address
from tests.factories import OrganisationFactory, coordinator_of, member_of

pytestmark = pytest.mark.django_db


def postponed(event: Event, **values) -> Event:
    return postpone_event(event, by=None, **values)


def letters(code: str) -> dict[str, Letter]:
    return {letter.to_email: letter for letter in Letter.objects.filter(code=f"events.{code}")}


def enclosed(letter: Letter):
    attachment = letter.attachments.get()
    return entry(attachment.content), Calendar.from_ical(attachment.content)["METHOD"]


# --- To a new date ----------------------------------------------------------------------------------------------------


def test_event_with_its_new_date_stays_published_and_takes_everything_along():
    start = in_days(30)
    event = EventFactory(starts_at=start, registration_closes_at=start - timedelta(hours=24))
    session = SessionFactory(event=event, starts_at=start + timedelta(hours=1))
    event = postponed(event, starts_at=(new := in_days(60, 14)), reason="Grève", venue="Ailleurs")
    assert (event.status, event.starts_at, event.ends_at) == (EventStatus.PUBLISHED, new, new + timedelta(hours=3))
    assert (event.venue, event.city, event.sequence, event.postponed_from) == ("Ailleurs", "Nanterre", 1, start)
    session.refresh_from_db()
    assert f"{session.starts_at.astimezone(PARIS):%H:%M}" == "15:00"
    assert event.registration_closes_at.astimezone(PARIS).date() == (new - timedelta(days=1)).date()
    assert event.is_moved and event.refund_until == (new - timedelta(days=7)).date()
    assert obstacle(event, None) == ""
    assert "Grève" in HistoryEntry.objects.get(code="events.event.postponed").values["reason"]


def test_everybody_is_told_keeps_their_place_and_holders_get_the_new_entry():
    event = EventFactory(capacity=1)
    holder, waiting = place_at(event), place_at(event, waiting=True)
    gone = place_at(event, status=PlaceStatus.CANCELLED)
    postponed(event, starts_at=in_days(60), reason="Salle inondée")
    found = letters("event_postponed")
    assert set(found) == {holder.email, waiting.email} and gone.email not in found
    assert "Salle inondée" in found[holder.email].text and "€" not in found[holder.email].text
    new, method = enclosed(found[holder.email])
    assert (str(new["UID"]), int(new["SEQUENCE"]), method) == (f"{event.uid}-{holder.pk}", 1, "REQUEST")
    assert new["DTSTART"].dt == in_days(60) and str(new["STATUS"]) == "CONFIRMED"
    assert not found[waiting.email].attachments.exists()
    assert {one.status for one in Place.objects.filter(event=event)} == {"confirmed", "waiting", "cancelled"}


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"starts_at": datetime(2020, 1, 1, 9, tzinfo=PARIS)}, "starts_at"),
        ({"starts_at": in_days(30)}, "starts_at"),
        ({"starts_at": in_days(60), "ends_at": in_days(59)}, "ends_at"),
    ],
)
def test_date_that_is_none_is_refused_at_its_field(values, field):
    event = EventFactory(starts_at=in_days(30))
    with pytest.raises(RuleBroken) as caught:
        postponed(event, **values)
    event.refresh_from_db()
    assert caught.value.field == field and event.sequence == 0 and event.postponed_from is None


def test_programme_that_does_not_fit_the_new_hours_is_refused():
    event = EventFactory()
    SessionFactory(event=event, starts_at=event.starts_at + timedelta(hours=2))
    with pytest.raises(RuleBroken) as caught:
        postponed(event, starts_at=in_days(60), ends_at=in_days(60) + timedelta(hours=1))
    assert caught.value.field == "ends_at" and not Letter.objects.exists()


def test_drafts_cancelled_past_and_running_events_are_not_postponed():
    off = cancel_event(EventFactory(), by=None)
    for event in (EventFactory(draft=True), EventFactory(past=True), EventFactory(today=True), off):
        with pytest.raises(RuleBroken):
            postponed(event, starts_at=in_days(90))


# --- Date still open --------------------------------------------------------------------------------------------------


@pytest.fixture
def event():
    return EventFactory(capacity=2)


def test_open_date_takes_the_entry_back_and_the_new_one_brings_it_again(event):
    holder = place_at(event)
    event = postponed(event)
    assert event.status == EventStatus.POSTPONED and event.postponed_from == event.starts_at
    gone, method = enclosed(letters("event_date_open")[holder.email])
    assert (int(gone["SEQUENCE"]), str(gone["STATUS"]), method) == (1, "CANCELLED", "CANCEL")
    event = postponed(event, starts_at=(new := in_days(90)))
    back, method = enclosed(letters("event_date_set")[holder.email])
    assert (int(back["SEQUENCE"]), str(back["STATUS"]), method) == (2, "CONFIRMED", "REQUEST")
    assert back["UID"] == gone["UID"] and back["DTSTART"].dt == new
    assert event.is_published and event.is_moved


def test_calendars_do_not_announce_the_old_hours(event, client):
    person = member_of(OrganisationFactory())
    place_at(event, person=person)
    renew_feed(person)
    postponed(event)
    for address in (
        reverse("events:event_calendar", args=[event.slug]), reverse("events:public_calendar"), feed_address(person),
    ):  # fmt: skip
        found = entry(client.get(address).content)
        assert str(found["STATUS"]) == "CANCELLED" and str(found["TRANSP"]) == "TRANSPARENT"
        assert str(found["SUMMARY"]) != event.title and event.title in str(found["SUMMARY"])


def test_nobody_registers_comes_off_the_waiting_list_or_through_the_door(event):
    holders = [place_at(event), place_at(event)]
    waiting = register(event)
    event = postponed(event)
    with pytest.raises(RuleBroken):
        register(event)
    with pytest.raises(RuleBroken):
        add_walk_in(event, organisation=OrganisationFactory(), attendee=person_named(), by=None)
    cancel_place(holders[0], by=None)
    assert promote_waiting(event) == [] and statuses(waiting) == {PlaceStatus.WAITING}
    postponed(event, starts_at=in_days(90))
    assert statuses(waiting) == {PlaceStatus.OFFERED}


def test_place_is_given_back_and_passed_on_while_the_date_is_open_even_after_the_old_one(event):
    one, other = place_at(event), place_at(event)
    postponed(event)
    long_ago = timezone.now() - timedelta(days=3)
    Event.objects.filter(pk=event.pk).update(starts_at=long_ago, ends_at=long_ago + timedelta(hours=3))
    cancel_place(one, by=None)
    assert one.email in letters("place_cancelled")
    change_place(other, by=None, attendee=person_named())
    (told,) = letters("place_confirmed").values()
    assert not told.attachments.filter(filename="event.ics").exists()  # there is no hour to put into a diary
    event = Event.objects.get(pk=event.pk)
    now = timezone.now()
    assert not event.is_over(now) and not event.has_begun(now) and not event.is_its_day(now)
    assert event.when != event.planned_when


def test_people_who_are_forgotten_give_back_their_place_of_an_event_without_a_date(event):
    person = member_of(OrganisationFactory())
    own = place_at(event, person=person)
    postponed(event)
    Event.objects.filter(pk=event.pk).update(starts_at=in_days(-2), ends_at=in_days(-1))
    forget(person)
    own.refresh_from_db()
    assert own.status == PlaceStatus.CANCELLED and own.is_erased


def test_postponed_events_stand_in_the_list_to_come_and_never_count_as_held(event):
    now = timezone.now()
    postponed(event)
    Event.objects.filter(pk=event.pk).update(starts_at=in_days(-9), ends_at=in_days(-8))
    later = EventFactory(starts_at=in_days(400))
    assert list(Event.objects.upcoming(now)) == [later, event]
    assert event not in Event.objects.past(now) and not Event.objects.held(now).exists()
    assert not events_held(Scope(), now).exists()
    assert event in Event.objects.open_to_all()
    own = place_at(event)
    assert own in Place.objects.coming(now) and own not in Place.objects.over(now)


def test_date_is_set_by_its_own_verb_only(event):
    event = postponed(event)
    with pytest.raises(RuleBroken) as caught:
        update_event(event, by=None, starts_at=in_days(90), ends_at=in_days(91))
    assert caught.value.field == "starts_at"
    with pytest.raises(RuleBroken):
        publish_event(event, by=None)
    with pytest.raises(RuleBroken):
        postponed(event)
    assert update_event(event, by=None, title="Mieux dit").title == "Mieux dit"
    assert not letters("event_changed")


def test_event_with_an_open_date_is_cancelled_like_any_other(event):
    holder = place_at(event)
    event = cancel_event(postponed(event), by=None)
    assert event.is_cancelled and event.sequence == 2 and holder.email in letters("event_cancelled")
    with pytest.raises(RuleBroken):
        postponed(event, starts_at=in_days(90))


def test_status_moves_as_it_may():
    moves = EventStatus.moves()
    assert moves[EventStatus.PUBLISHED] == {EventStatus.POSTPONED, EventStatus.CANCELLED}
    assert moves[EventStatus.POSTPONED] == {EventStatus.PUBLISHED, EventStatus.CANCELLED}
    assert not EventStatus.CANCELLED.can_become(EventStatus.POSTPONED)


# --- Money ------------------------------------------------------------------------------------------------------------


def test_holds_under_way_keep_their_time_and_may_be_paid():
    event = priced_event(capacity=2)
    paying, late = hold_places(event), hold_places(event)
    until = paying.held_until
    postponed(event)
    paying.refresh_from_db()
    assert paying.held_until == until
    order = place(paying)
    assert event.when not in order.lines.get().label
    pay(order)
    assert statuses(paying) == {PlaceStatus.CONFIRMED} and order_of(paying).is_firm
    assert not letters("place_confirmed")[paying.places.get().email].attachments.filter(filename="event.ics").exists()
    over(late)
    assert expire_holds(timezone.now()) == 1 and statuses(late) == {PlaceStatus.CANCELLED}


def test_paid_place_that_is_given_back_is_shown_to_the_coordination_as_before():
    event = priced_event()
    coordinator_of(event.club)
    registration = hold_and_pay(event)
    postponed(event, refund_days=10)
    told = letters("event_date_open")[registration.places.get().email]
    assert "10" in told.text
    cancel_place(registration.places.get(), by=None)
    assert Letter.objects.filter(code="events.paid_given_back").count() == 1
    assert due_of(order_of(registration)) == 0 and order_of(registration).is_firm


def dues(event: Event) -> list[tuple[int, Decimal]]:
    """Of the lines that are shown to the coordination: how many people are left, and what is due by the promise."""
    return [(line.people, line.due) for line in lines_to_refund(event)]


def given_back(registration, days: int = 0) -> None:
    """One of the registration's places is given back, so many days from now."""
    with time_machine.travel(timezone.now() + timedelta(days=days)):
        cancel_place(registration.places.active().first(), by=None)


@pytest.mark.parametrize(("days", "is_due"), [(0, True), (49, True), (50, True), (51, False), (59, False)])
def test_paid_place_given_back_by_the_promised_day_has_its_money_due(days, is_due):
    event = priced_event()
    coordinator_of(event.club)
    registration = hold_and_pay(event, 2)
    event = postponed(event, starts_at=in_days(60, 23), refund_days=10)
    given_back(registration, days)
    assert dues(event) == [(1, Decimal("25.00" if is_due else "0.00"))]
    words = "leur argent est dû" if is_due else "après le jour promis"
    assert words in Letter.objects.get(code="events.paid_given_back").text
    assert due_of(order_of(registration)) == 0  # it is the coordination that pays back


def test_money_is_due_all_the_time_that_the_date_is_open_and_never_without_a_postponement():
    event, other = priced_event(), priced_event()
    coordinator_of(event.club), coordinator_of(other.club)
    before, after, never = hold_and_pay(event, 2), hold_and_pay(event, 2), hold_and_pay(other, 2)
    given_back(before)
    given_back(never)
    postponed(event, refund_days=30)
    given_back(after)
    assert sorted(dues(event)) == [(1, Decimal("0.00")), (1, Decimal("25.00"))]
    assert dues(other) == [(1, Decimal("0.00"))]
    asked = Letter.objects.filter(code="events.paid_given_back").order_by("pk")
    assert ["promis" in letter.text for letter in asked] == [False, False, True]


def test_what_is_paid_back_is_no_longer_shown_and_a_later_place_is_for_the_coordination_to_decide():
    event = priced_event()
    registration = hold_and_pay(event, 3)
    event = postponed(event, starts_at=in_days(60), refund_days=10)
    given_back(registration)
    order = order_of(registration)
    share = {order.lines.get().pk: Decimal("25.00")}
    refund_lines(order.payments.get(), by=None, shares=share, reason="Rendue à temps")
    assert dues(event) == []
    given_back(registration, 55)
    assert dues(event) == [(1, Decimal("0.00"))]


def test_place_that_nobody_had_paid_is_not_due():
    event = priced_event()
    registration = hold_places(event, 2)
    postponed(event, refund_days=10)
    order = place(registration)
    given_back(registration)
    order.refresh_from_db()
    pay(order)
    assert not registration.places.filter(is_money_due=True).exists() and dues(event) == []


def test_page_tells_the_coordination_what_is_due_and_what_it_decides(client):
    event = priced_event()
    in_time, late = hold_and_pay(event), hold_and_pay(event)
    event = postponed(event, starts_at=in_days(60), refund_days=10)
    given_back(in_time)
    given_back(late, 55)
    client.force_login(coordinator_of(event.club))
    page = client.get(event.get_absolute_url()).content.decode().replace("\u202f", " ").replace("\xa0", " ")
    assert page.count("25 € à rendre") == 1 and page.count("à vous de décider") == 1


def test_last_day_for_the_money_is_so_many_days_before_the_new_date():
    event = priced_event()
    registration = hold_and_pay(event)
    event = postponed(event, starts_at=in_days(60), refund_days=10)
    assert event.refund_until == in_days(50).date()
    told = letters("event_postponed")[registration.places.get().email]
    assert str(event.refund_until.year) in told.text
    assert postponed(event, starts_at=in_days(80), refund_days=0).refund_until == in_days(80).date()
    assert event.postponed_from is not None


def test_second_postponement_notes_the_date_that_was_announced_last(event):
    event = postponed(event, starts_at=(first := in_days(60)))
    event = postponed(event)
    assert event.postponed_from == first
    event = postponed(event, starts_at=in_days(99))
    assert event.postponed_from == first and event.sequence == 3


def test_free_event_says_nothing_of_money(event):
    price(event, "0.00", is_for_members=False)
    holder = place_at(event)
    postponed(event)
    assert "remboursement" not in letters("event_date_open")[holder.email].text.lower()
    register_people(EventFactory(), organisation=OrganisationFactory(), people=people(1), by=None)
