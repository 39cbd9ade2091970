"""Registering, ordering, paying, losing the money again, giving back and letting time pass, in any order: what always holds."""

from datetime import timedelta

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from billing.actions import due_of
from billing.actions.checking import findings
from billing.actions.orders import grant_lines, withhold_lines
from billing.models import Order, OrderLine
from core.errors import RuleBroken
from events.actions import cancel_place, expire_holds, promote_waiting, put_into_basket
from events.enums import PlaceStatus
from events.models import live_line, seats_of, served, waiting_groups
from tests.events.priced import buyer, hold_places, manager_of, pay, place, priced_event

pytestmark = pytest.mark.django_db

VERBS = [
    "register", "register", "order", "order", "pay", "pay", "lose", "regain", "give back", "time passes", "go and pay",
]  # fmt: skip


def do(verb: str, number: int, event, companies, now) -> None:
    registrations = list(event.registrations.order_by("pk"))
    if verb == "register":
        hold_places(event, number % 2 + 1, companies[number % len(companies)])
        return
    if verb == "time passes":
        expire_holds(now + timedelta(minutes=41) if number % 2 else now + timedelta(hours=49))
        return
    if not registrations:
        return
    registration = registrations[number % len(registrations)]
    line = live_line(registration.pk)
    if verb == "go and pay":
        put_into_basket(registration, by=manager_of(registration.organisation))
    elif verb == "give back":
        for one in registration.places.active()[:1]:
            cancel_place(one, by=None)
    elif line is None:
        return
    elif verb == "order" and line.order.is_basket:
        place(registration)
    elif verb == "pay" and line.order.is_placed:
        pay(line.order, due_of(line.order))
    elif verb == "lose" and line.order.is_firm:
        withhold_lines(line.order)
    elif verb == "regain" and line.order.is_firm:
        grant_lines(line.order, by=None)


def check(event, capacity: int) -> None:
    assert event.places.seated().count() <= capacity
    assert served(seats_of(event), waiting_groups(event)) == []
    for registration in event.registrations.all():
        places = list(registration.places.active())
        assert len({one.status for one in places}) <= 1  # a group is whole
        line = live_line(registration.pk)
        if any(one.is_confirmed for one in places):
            assert line is not None and line.order.is_firm and line.is_granted
        elif any(one.is_held for one in places) and line is not None and not line.order.is_basket:
            assert not line.is_granted
        if line is not None and not places:  # given back, and left for the coordination to decide
            assert line.order.is_firm
        if line is not None and line.order.is_placed:
            assert line.quantity == len(places)
        if any(one.status == PlaceStatus.WAITING for one in places):
            assert line is None
    assert OrderLine.objects.live().filter(order__status="cancelled").count() == 0
    assert [one for one in findings() if one.rule != "nothing is given unpaid"] == []


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(1, 4), st.lists(st.tuples(st.sampled_from(VERBS), st.integers(0, 3)), min_size=8, max_size=18))
def test_any_order_of_events_keeps_every_promise(capacity, steps):
    event = priced_event(capacity=capacity, organisation_cap=50)
    companies = [buyer(), buyer()]
    now = timezone.now()
    for verb, number in steps:
        try:
            do(verb, number, event, companies, now)
        except RuleBroken:
            continue
        check(event, capacity)
    assert Order.objects.baskets().filter(lines__granted_at__isnull=False).count() == 0
    assert promote_waiting(event) == []
