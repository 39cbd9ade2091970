"""Doors, the seats reserved for them, walk-ins that are settled, and who may do what at the addresses of a phone."""

import json
import threading
import uuid
from datetime import timedelta
from functools import partial

import pytest
from django.contrib.staticfiles.finders import find
from django.db import IntegrityError, OperationalError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from core.errors import RuleBroken
from core.models import HistoryEntry
from events.actions import (
    add_walk_in,
    dismiss_walk_in,
    doors,
    erase_old_attendees,
    free_door,
    locking,
    open_door,
    release_ended_allotments,
    release_seats,
    reserve_seats,
    set_attendance,
    settle_walk_in,
)
from events.actions.personal_data import data_of
from events.actions.privacy import KEPT, forget
from events.doorlist import Cursor
from events.enums import Attendance, PlaceStatus
from events.models import Allotment, Door, Event, LooseWalkIn, Reception, Scan, seats_of
from events.tickets import ticket_code
from events.views.doors import FILES
from tests.events.door import Phone
from tests.events.factories import BUYERS, STRUCTURES, EventFactory, SessionFactory, person_named, place_at, register
from tests.factories import ClubFactory, OrganisationFactory, PersonFactory, coordinator_of
from tests.racing import at_once, errors_at_once, said_at_once

pytestmark = pytest.mark.django_db


@pytest.fixture
def club():
    return ClubFactory()


@pytest.fixture
def coordinator(club):
    return coordinator_of(club)


@pytest.fixture
def desk(client, coordinator):
    client.force_login(coordinator)
    return client


def today(club=None, **fields) -> Event:
    now = timezone.now()
    hours = {"starts_at": now - timedelta(hours=2), "ends_at": now + timedelta(hours=2)}
    return EventFactory(**({"club": club} if club else {}), **{**hours, **fields})


def address(name: str, *args) -> str:
    return reverse(f"events:{name}", args=args)


# --- Doors ------------------------------------------------------------------------------------------------------------


def test_a_door_is_one_phone_and_a_phone_is_at_one_door():
    event, first, second = today(), uuid.uuid4(), uuid.uuid4()
    door = open_door(event, name="Entrée", device=first, by=None)
    assert open_door(event, name="entrée", device=first, by=None) == door
    with pytest.raises(RuleBroken) as refused:
        open_door(event, name="ENTRÉE", device=second, by=None)
    assert refused.value.field == "name"
    other = open_door(event, name="Parking", device=first, by=None)
    door.refresh_from_db()
    assert door.device is None and other.device == first
    assert open_door(event, name="Entrée", device=second, by=None) == door


def test_a_freed_door_is_taken_by_another_phone(club, desk):
    event = today(club)
    lost = Phone(event, "Entrée", client=desk)
    place = place_at(event)
    lost.scan(place)
    free_door(lost.door, by=None)
    free_door(lost.door, by=None)
    assert HistoryEntry.objects.filter(code="events.door.freed").count() == 1
    assert Phone(event, "Entrée", client=desk).door == lost.door
    assert lost.post().status_code == 409
    assert open_door(event, name="Retrouvé", device=lost.device, by=None)
    assert lost.send() == ["let_in"]


@pytest.mark.parametrize("status", ["draft", "cancelled"])
def test_no_door_opens_at_an_event_that_does_not_take_place(status):
    with pytest.raises(RuleBroken):
        open_door(today(status=status), name="Entrée", device=uuid.uuid4(), by=None)


@pytest.mark.django_db(transaction=True)
def test_two_phones_that_want_the_same_door_at_once_do_not_both_get_it():
    event = today()
    calls = [partial(open_door, event, name="Entrée", device=uuid.uuid4(), by=None) for _ in range(4)]
    assert said_at_once(*calls) == ["done", "refused", "refused", "refused"]


# --- Reserved seats ---------------------------------------------------------------------------------------------------


def test_reserved_seats_count_as_taken_until_they_are_given_back():
    event = today(capacity=5)
    place_at(event)
    allotment = reserve_seats(event, door_name="Entrée", seats=3, by=None)
    assert seats_of(event).total_taken == 4 and seats_of(event).total_left == 1
    add_walk_in(event, organisation=OrganisationFactory(), attendee=person_named(), by=None)
    with pytest.raises(RuleBroken):
        add_walk_in(event, organisation=OrganisationFactory(), attendee=person_named(), by=None)
    release_seats(allotment, by=None)
    release_seats(allotment, by=None)
    assert seats_of(event).total_left == 3
    assert HistoryEntry.objects.filter(code="events.allotment.released").count() == 1


def test_a_list_of_events_counts_reserved_seats_and_walk_ins_as_the_event_s_page_does(club, desk):
    event = today(capacity=5, club=club)
    place_at(event)
    reserve_seats(event, door_name="Entrée", seats=3, by=None)
    loose_at(event, desk)
    listed = Event.objects.for_list().get(pk=event.pk)
    assert listed.seats_taken == seats_of(event).total_taken == 5
    assert listed.places_taken == 1
    assert "complet" in Client().get(reverse("events:event_list")).text


def test_no_more_is_reserved_than_is_free():
    event = today(capacity=5, quotas={BUYERS: 2})
    with pytest.raises(RuleBroken) as refused:
        reserve_seats(event, door_name="Entrée", seats=3, by=None)
    assert refused.value.field == "seats" and "2" in str(refused.value)
    assert reserve_seats(event, door_name="Entrée", seats=3, audience=STRUCTURES, by=None).left == 3
    assert seats_of(event).left(BUYERS) == 2


def test_seats_for_whoever_comes_count_against_every_quota():
    event = today(capacity=10, quotas={BUYERS: 3, STRUCTURES: 4})
    reserve_seats(event, door_name="Entrée", seats=2, by=None)
    seats = seats_of(event)
    assert (seats.total_left, seats.left(BUYERS), seats.left(STRUCTURES)) == (8, 1, 2)


def test_reserved_seats_go_to_the_waiting_list_when_given_back_before_the_event():
    event = EventFactory(capacity=2)
    allotment = reserve_seats(event, door_name="Entrée", seats=2, by=None)
    waiting = register(event, 2)
    assert set(waiting.places.values_list("status", flat=True)) == {PlaceStatus.WAITING}
    release_seats(allotment, by=None)
    assert set(waiting.places.values_list("status", flat=True)) == {PlaceStatus.OFFERED}


def test_unused_seats_come_back_when_the_event_is_over():
    over, running = today(ends_at=timezone.now() + timedelta(minutes=1)), today()
    for event in (over, running):
        reserve_seats(event, door_name="Entrée", seats=2, by=None)
    later = over.ends_at + timedelta(minutes=1)
    assert release_ended_allotments(later) == 1 and release_ended_allotments(later) == 0
    assert seats_of(over).total_taken == 0 and seats_of(running).total_taken == 2
    with pytest.raises(RuleBroken):
        reserve_seats(EventFactory(past=True), door_name="Entrée", seats=1, by=None)


def test_the_database_refuses_an_oversold_reserve():
    allotment = reserve_seats(today(), door_name="Entrée", seats=2, by=None)
    with pytest.raises(IntegrityError), transaction.atomic():
        Allotment.objects.filter(pk=allotment.pk).update(used=3)


def test_two_offline_doors_cannot_oversell(club, desk):
    """Three seats are left: two for the north door, one for the south. Both let people in, then both are heard."""
    event = today(club, capacity=4)
    place_at(event)
    company = OrganisationFactory()
    place_at(event, company, status=PlaceStatus.CANCELLED)
    reserve_seats(event, door_name="Nord", seats=2, by=None)
    reserve_seats(event, door_name="Sud", seats=1, by=None)
    north, south = Phone(event, "Nord", client=desk), Phone(event, "Sud", client=desk)
    for number in range(2):
        north.walk_in(f"Nord{number}", organisation=company.pk)
    south.walk_in("Sud0")
    south.walk_in("Sud1")  # a phone that did not keep to its reserve
    assert south.send() == ["to_settle", "no_seat"] and north.send() == ["walked_in"] * 2
    assert seats_of(event).total_taken == event.capacity
    assert event.places.filter(is_walk_in=True, attendance=Attendance.PRESENT).count() == 2
    assert sorted(event.loose_walk_ins.values_list("last_name", "has_seat")) == [("Sud0", True), ("Sud1", False)]
    assert [one.left for one in event.allotments.all()] == [0, 0]


def test_a_walk_in_out_of_the_reserve_keeps_to_the_quota(club, desk):
    event = today(club, capacity=10, quotas={BUYERS: 1, STRUCTURES: 5})
    buyer, structure = OrganisationFactory(), OrganisationFactory(structure=True)
    reserve_seats(event, door_name="Nord", seats=1, by=None)
    phone = Phone(event, "Nord", client=desk)
    phone.walk_in("Une", organisation=buyer.pk), phone.walk_in("Deux", organisation=buyer.pk, reserve=False)
    phone.walk_in("Trois", organisation=structure.pk, audience="structures", reserve=False)
    assert phone.send() == ["walked_in", "no_seat", "walked_in"]
    assert seats_of(event).taken == {BUYERS: 1, STRUCTURES: 1}


def test_a_reserve_for_one_audience_is_not_given_to_another(club, desk):
    event = today(club, capacity=1, quotas={STRUCTURES: 1})
    reserve_seats(event, door_name="Nord", seats=1, audience=STRUCTURES, by=None)
    phone = Phone(event, "Nord", client=desk)
    phone.walk_in("Une", organisation=OrganisationFactory().pk, reserve=False)
    phone.walk_in("Deux", audience="structures")
    assert phone.send() == ["no_seat", "to_settle"]


def test_who_was_let_in_after_the_seats_were_given_back_is_not_lost(club, desk):
    event = today(club, capacity=1)
    allotment = reserve_seats(event, door_name="Nord", seats=1, by=None)
    phone = Phone(event, "Nord", client=desk)
    phone.walk_in("Dupont", organisation=(company := OrganisationFactory(name="Les Bleuets")).pk)
    release_seats(allotment, by=None)
    add_walk_in(event, organisation=OrganisationFactory(), attendee=person_named(), by=None)
    assert phone.send() == ["no_seat"]
    walk_in = event.loose_walk_ins.get()
    assert (walk_in.last_name, walk_in.organisation_name, walk_in.has_seat) == ("Dupont", "Les Bleuets", False)
    with pytest.raises(RuleBroken):
        settle_walk_in(walk_in, organisation=company, attendee=person_named("Dupont"), by=None)
    set_attendance(event.places.get(), attendance=Attendance.ABSENT, by=None)
    assert settle_walk_in(walk_in, organisation=company, attendee=person_named("Dupont"), by=None).is_walk_in


def test_a_person_is_not_registered_twice_at_the_door(club, desk):
    event = today(club)
    company = OrganisationFactory()
    place_at(event, company, email="deja@example.org")
    place_at(event, company, first_name="Sam", last_name="Connu", email="")
    phone = Phone(event, "Nord", client=desk)
    phone.walk_in("Autre", organisation=company.pk, email="Deja@example.org", reserve=False)
    phone.walk_in("connu", organisation=company.pk, reserve=False)
    phone.walk_in("Neuve", reserve=False), phone.walk_in("Neuve", reserve=False)
    assert phone.send() == ["known", "known", "to_settle", "known"]


def test_an_organisation_that_one_may_not_see_is_not_let_in_by_its_number(client):
    event = today()
    hidden = OrganisationFactory(is_listed=False)
    helper = PersonFactory()
    Reception.objects.create(event=event, person=helper)
    client.force_login(helper)
    phone = Phone(event, "Nord", client=client)
    phone.walk_in("Une", organisation=hidden.pk, reserve=False)
    assert phone.send() == ["to_settle"] and not event.places.exists()


# --- Races ------------------------------------------------------------------------------------------------------------

RUNNERS = 8


def reserving(event: Event):
    return [partial(reserve_anew, event.pk, f"Porte {number}") for number in range(RUNNERS)]


def reserve_anew(event_pk: int, name: str) -> Allotment:
    return reserve_seats(Event.objects.get(pk=event_pk), door_name=name, seats=1, by=None)


@pytest.mark.django_db(transaction=True)
def test_the_last_seats_are_reserved_once_each():
    event = today(capacity=3)
    assert said_at_once(*reserving(event)) == ["done"] * 3 + ["refused"] * (RUNNERS - 3)
    assert seats_of(event).total_taken == 3


@pytest.mark.django_db(transaction=True)
def test_the_same_race_goes_wrong_without_the_lock(monkeypatch):
    event = today(capacity=3)
    everybody_has_read = threading.Barrier(RUNNERS, timeout=30)
    real = doors.seats_of

    def read_and_wait(event):
        seats = real(event)
        everybody_has_read.wait()
        return seats

    monkeypatch.setattr(locking, "lock_row", lambda queryset, pk: queryset.get(pk=pk))
    monkeypatch.setattr(doors, "seats_of", read_and_wait)
    if connection.vendor == "sqlite":  # else beginning the transaction is a lock already
        monkeypatch.setitem(connection.settings_dict["OPTIONS"], "transaction_mode", "DEFERRED")
    errors = errors_at_once(*reserving(event))
    if connection.vendor == "sqlite":
        assert errors and {type(error) for error in errors} == {OperationalError}
    else:
        assert errors == [] and seats_of(event).total_taken == RUNNERS


@pytest.mark.django_db(transaction=True)
def test_two_doors_at_once_let_one_ticket_in_once_and_oversell_nothing(club, coordinator):
    event = today(club, capacity=5)
    place = place_at(event)
    company = OrganisationFactory()
    for name in ("Nord", "Sud"):
        reserve_seats(event, door_name=name, seats=2, by=None)
    phones = []
    for name in ("Nord", "Sud"):
        client = Client()
        client.force_login(coordinator)
        phone = Phone(event, name, client=client)
        phone.scan(place)
        for number in range(3):
            phone.walk_in(f"{name}{number}", organisation=company.pk)
        phones.append(phone)
    north, south = phones
    results = at_once(partial(north.send, keep=True), partial(south.send, keep=True), partial(north.send, keep=True))
    assert results[0] == results[2]
    verdicts = sorted(results[0] + results[1])
    assert verdicts == ["already_in", "let_in", "no_seat", "no_seat", *["walked_in"] * 4] or verdicts == [
        "let_in", "let_in", "no_seat", "no_seat", *["walked_in"] * 4,
    ]  # fmt: skip
    assert Scan.objects.filter(place=place, verdict="let_in").count() == 1
    assert seats_of(event).total_taken == event.capacity == event.places.seated().count()


# --- Settling ---------------------------------------------------------------------------------------------------------


def loose_at(event: Event, desk, last_name: str = "Surprise", **values) -> LooseWalkIn:
    phone = Phone(event, f"Porte {last_name}", client=desk)
    phone.walk_in(last_name, reserve=False, **values)
    assert phone.send() == ["to_settle"]
    return event.loose_walk_ins.get(last_name=last_name)


def test_a_walk_in_is_settled_and_keeps_the_seat(club, desk):
    event = today(club, capacity=1)
    walk_in = loose_at(event, desk)
    assert seats_of(event).total_left == 0
    page = desk.get(address("settle_walk_in", walk_in.pk)).content.decode()
    assert "Surprise" in page and "Atelier inconnu" in page
    company = OrganisationFactory(name="Atelier retrouvé")
    values = {"first_name": "Sam", "last_name": "Surprise", "email": "", "job_title": "", "organisation": "retrouvé"}
    wrong = desk.post(address("settle_walk_in", walk_in.pk), {**values, "organisation": "introuvable"})
    assert "organisation" in wrong.context["form"].errors and 'value="introuvable"' in wrong.content.decode()
    assert desk.post(address("settle_walk_in", walk_in.pk), values).url == address("doors_page", event.slug)
    place = event.places.get()
    assert place.registration.organisation == company and place.attendance == Attendance.PRESENT and place.is_walk_in
    assert not event.loose_walk_ins.exists() and Scan.objects.get().place == place
    assert desk.get(address("settle_walk_in", walk_in.pk)).status_code == 404
    with pytest.raises(RuleBroken):
        settle_walk_in(walk_in, organisation=company, attendee=person_named(), by=None)


def test_a_walk_in_of_another_audience_needs_a_seat_of_that_one(club, desk):
    event = today(club, quotas={BUYERS: 3, STRUCTURES: 1})
    place_at(event, structure := OrganisationFactory(structure=True))
    walk_in = loose_at(event, desk)
    with pytest.raises(RuleBroken):
        settle_walk_in(walk_in, organisation=structure, attendee=person_named(), by=None)
    assert settle_walk_in(walk_in, organisation=OrganisationFactory(), attendee=person_named(), by=None)


def test_a_walk_in_taken_off_frees_the_seat_and_is_forgotten(club, desk):
    event = today(club, capacity=1)
    walk_in = loose_at(event, desk)
    desk.post(address("dismiss_walk_in", walk_in.pk))
    dismiss_walk_in(walk_in, by=None)
    assert not LooseWalkIn.objects.exists() and seats_of(event).total_left == 1 and Scan.objects.count() == 1


def test_loose_walk_ins_are_told_forgotten_and_erased_like_attendees(club, desk):
    event = today(club)
    person = PersonFactory(email="sam@example.org")
    loose_at(event, desk, email="sam@example.org"), loose_at(event, desk, "Autre")
    assert [one["last_name"] for one in data_of(person)["unsettled_walk_ins"]] == ["Surprise"]
    forget(person)
    assert [one.last_name for one in LooseWalkIn.objects.all()] == ["Autre"]
    assert erase_old_attendees(event.ends_at + KEPT - timedelta(hours=1)) == 0
    assert erase_old_attendees(event.ends_at + KEPT + timedelta(hours=1)) == 1 and not LooseWalkIn.objects.exists()


def test_own_data_say_when_ones_ticket_was_read(club, desk):
    event = today(club)
    person = PersonFactory()
    phone = Phone(event, "Entrée", client=desk)
    phone.scan(place_at(event, person=person))
    phone.send()
    [read] = data_of(person)["read_at_doors"]
    assert read["door__name"] == "Entrée" and read["verdict"] == "let_in"


# --- What a phone fetches and sends -----------------------------------------------------------------------------------


def test_the_list_recognises_tickets_and_can_make_none(club, desk):
    event = today(club)
    place, gone = place_at(event), place_at(event, status=PlaceStatus.CANCELLED)
    phone = Phone(event, "Entrée", client=desk)
    response = desk.get(address("door_list", event.slug), {"device": str(phone.device)})
    assert "no-store" in response["Cache-Control"]
    found = response.json()
    [row] = found["places"]
    assert row["id"] == place.pk and row["name"] == place.sorted_name and row["status"] == "confirmed"
    assert len(row["code"]) == 64 and ticket_code(place) not in response.content.decode()
    assert str(gone.pk) not in {str(one["id"]) for one in found["places"]}
    assert found["door"]["name"] == "Entrée" and place.email not in response.content.decode()
    assert found["expiresAt"] == int((event.ends_at + timedelta(hours=48)).timestamp() * 1000)


def test_the_list_costs_as_many_queries_for_one_as_for_three(club, desk):
    event = today(club)
    phone = Phone(event, "Entrée", client=desk)
    costs = []
    for count in (1, 2):
        for _ in range(count):
            phone.scan(place_at(event))
        phone.send()
        for name, query in (("door_list", {"device": str(phone.device)}), ("doors_page", {})):
            with CaptureQueriesContext(connection) as queries:
                assert desk.get(address(name, event.slug), query).status_code == 200
            costs.append((name, len(queries)))
    assert costs[:2] == costs[2:], costs


@pytest.mark.parametrize(
    "body",
    ["", "{", "[]", "null", '"x"', "{}", '{"entries": 3}', "[" * 100_000, '{"device": "1", "now": 0, "entries": []}'],
)
def test_what_is_no_message_of_a_door_is_refused(club, desk, body):
    phone = Phone(today(club), "Entrée", client=desk)
    response = phone.post(body)
    assert response.status_code == 400 and response.json()["error"]


@pytest.mark.parametrize(
    "changes",
    [{"now": "hier"}, {"now": 10**20}, {"now": None}, {"now": True}, {"entries": {}}, {"cursor": 3}, {"device": "x"}],
)
def test_a_message_with_a_wrong_part_is_refused(club, desk, changes):
    assert Phone(today(club), "Entrée", client=desk).post(**changes).status_code == 400


def test_more_than_500_entries_are_refused_and_500_taken(club, desk):
    event = today(club, capacity=600)
    phone = Phone(event, "Entrée", client=desk)
    for _ in range(501):
        phone.scan("faux")
    refused = phone.post()
    assert refused.status_code == 400 and "500" in refused.json()["error"] and not Scan.objects.exists()
    phone.queue.pop()
    assert set(phone.send()) == {"forged"} and Scan.objects.count() == 500


WRONG = [
    {"key": "no-key"}, {"kind": "dance"}, {"kind": None}, {"at": "x"}, {"at": float(10**18)}, {"code": ""}, {"code": 7},
    {"code": "x" * 501}, {"code": "a\x00b"}, {"session": "1"}, {"session": -1}, {"session": 2**63}, {"session": True},
    {"kind": "tick"}, {"kind": "tick", "place": 1, "attendance": "asleep"}, {"kind": "admit", "place": "1"},
    {"kind": "walk_in"}, {"kind": "walk_in", "firstName": "A", "lastName": "B", "audience": "buyers"},
    {"kind": "walk_in", "firstName": "A", "lastName": "B", "organisationName": "C", "audience": "cats"},
    {"kind": "walk_in", "firstName": "A", "lastName": "B", "organisationName": "C", "audience": "buyers", "email": "x"},
    {"kind": "walk_in", "firstName": "A" * 81, "lastName": "B", "organisationName": "C", "audience": "buyers"},
]  # fmt: skip


@pytest.mark.parametrize("wrong", WRONG, ids=str)
def test_an_entry_that_cannot_be_understood_holds_up_no_other(club, desk, wrong):
    event = today(club)
    phone = Phone(event, "Entrée", client=desk)
    phone.scan("faux").update(wrong)
    phone.scan(place_at(event))
    assert phone.send() == ["refused", "let_in"] and Scan.objects.count() == 1


@pytest.mark.parametrize("entry", [None, 3, "x", [], {}])
def test_an_entry_that_is_no_object_is_refused(club, desk, entry):
    phone = Phone(today(club), "Entrée", client=desk)
    phone.queue = [entry]
    assert phone.send() == ["refused"]


@pytest.mark.parametrize(
    "values", [{"name": ""}, {"name": "x" * 41}, {"name": 3}, {"session": "x"}, {"session": 10**9}]
)
def test_a_door_is_not_opened_by_a_wrong_message(club, desk, values):
    event = today(club)
    body = json.dumps({"device": str(uuid.uuid4()), "name": "Entrée", **values})
    response = desk.post(address("open_door", event.slug), body, content_type="application/json")
    assert response.status_code == 400 and response.json()["error"] and not Door.objects.exists()


def test_a_door_is_opened_for_a_session_of_its_event_only(club, desk):
    event, device = today(club), str(uuid.uuid4())
    mine, other = SessionFactory(event=event), SessionFactory()
    for session, status in ((other, 400), (mine, 200)):
        body = json.dumps({"device": device, "name": "Salle", "session": session.pk})
        assert desk.post(address("open_door", event.slug), body, content_type="application/json").status_code == status
    assert Door.objects.get().session == mine


def test_a_key_of_another_event_changes_nothing(club, desk):
    first, second = today(club), today(club)
    one, two = Phone(first, "Entrée", client=desk), Phone(second, "Entrée", client=desk)
    entry = one.scan("faux")
    one.send()
    two.queue = [{**entry, "code": ticket_code(place_at(second))}]
    assert two.send() == ["refused"] and Scan.objects.count() == 1


@pytest.mark.parametrize("text", ["", "1", "1.2.3", "a.b", "-1.2", "²." + "3", "9" * 30 + ".1"])
def test_an_unreadable_cursor_asks_for_the_whole_list(club, desk, text):
    assert Cursor.read(text) is None
    phone = Phone(today(club), "Entrée", client=desk)
    phone.cursor = text
    phone.send()
    assert phone.answer["changes"] is None


# --- Rights -----------------------------------------------------------------------------------------------------------

DOOR_ADDRESSES = [("door_page", "get"), ("door_list", "get"), ("door_manifest", "get"), ("doors_page", "get")]
DOOR_ADDRESSES += [("open_door", "post"), ("sync_door", "post")]


@pytest.mark.parametrize(("name", "method"), DOOR_ADDRESSES)
def test_the_door_is_for_coordinators_and_the_events_own_desk(client, club, name, method):
    event, hidden = today(club), today(draft=True)
    holder = place_at(event, person=PersonFactory()).person
    client.force_login(holder)
    assert getattr(client, method)(address(name, event.slug)).status_code == 403
    assert getattr(client, method)(address(name, hidden.slug)).status_code == 404
    client.force_login(coordinator_of(ClubFactory()))
    assert getattr(client, method)(address(name, event.slug)).status_code == 403


def test_a_phone_whose_person_was_taken_off_the_desk_can_send_no_more(client, club):
    event, helper = today(club), PersonFactory()
    reception = Reception.objects.create(event=event, person=helper)
    client.force_login(helper)
    phone = Phone(event, "Entrée", client=client)
    phone.scan(place_at(event))
    assert phone.send() == ["let_in"]
    reception.delete()
    phone.scan(place_at(event))
    assert phone.post().status_code == 403 and Scan.objects.count() == 1


def test_a_phone_of_one_event_cannot_send_to_another(club, desk):
    phone = Phone(today(club), "Entrée", client=desk)
    phone.event = today(club)
    phone.scan("faux")
    assert phone.post().status_code == 409 and not Scan.objects.exists()
    assert (
        desk.post(address("sync_door", "no-such-event"), phone.message(), content_type="application/json").status_code
        == 404
    )


def test_buttons_of_another_clubs_door_do_not_exist(desk):
    event = today()
    allotment = reserve_seats(event, door_name="Entrée", seats=1, by=None)
    assert desk.post(address("release_seats", allotment.pk)).status_code == 404
    assert desk.post(address("free_door", allotment.door.pk)).status_code == 404


def test_only_the_doors_page_may_use_the_camera(club, desk):
    event = today(club)
    assert "camera=(self)" in desk.get(address("door_page", event.slug))["Permissions-Policy"]
    for name in ("check_in", "doors_page", "event_page"):
        assert "camera=()" in desk.get(address(name, event.slug))["Permissions-Policy"]


def test_the_worker_reigns_over_the_door_only_and_names_files_that_exist(client, desk, club):
    event = today(club)
    worker = Client().get(address("door_worker", event.slug))
    assert worker["Content-Type"].startswith("text/javascript") and "Service-Worker-Allowed" not in worker
    assert address("door_worker", event.slug).startswith(address("door_page", event.slug))
    assert [name for name in FILES if not find(name)] == []
    assert address("door_page", event.slug) in worker.content.decode()
    manifest = desk.get(address("door_manifest", event.slug)).json()
    assert manifest["scope"] == manifest["start_url"] == address("door_page", event.slug)
    assert [icon for icon in manifest["icons"] if not find(icon["src"].removeprefix("/static/"))] == []


# --- The page of all doors --------------------------------------------------------------------------------------------


def test_all_doors_shows_counts_doubles_odd_codes_and_wrong_clocks(club, desk):
    event = today(club)
    slow = Phone(event, "Nord", client=desk, ahead=timedelta(hours=-2))
    quick = Phone(event, "Sud", client=desk)
    place = place_at(event, last_name="Lu")
    (
        slow.scan(place, timezone.now() - timedelta(minutes=1)),
        quick.scan(place),
        quick.scan("faux"),
        quick.tick(place_at(event), Attendance.EXCUSED),
    )
    slow.send(), quick.send()
    response = desk.get(address("doors_page", event.slug))
    text = " ".join(response.content.decode().split())
    assert "en retard de 2:00" in text and "déjà à l’intérieur" in text and "ce n’est pas un de nos billets" in text
    assert {one["door"].name: (one["entered"], one["read"]) for one in response.context["doors"]} == {
        "Nord": (1, 1), "Sud": (0, 3),
    }  # fmt: skip
    assert response.context["figures"].present == 1
    for show, count in (("twice", 1), ("odd", 1), ("", 2), ("x", 2)):
        assert desk.get(address("doors_page", event.slug), {"show": show}).context["page"].paginator.count == count


def test_figures_alone_are_asked_for_by_the_page_itself(club, desk):
    event = today(club)
    place_at(event, attendance=Attendance.PRESENT, attendance_at=timezone.now())
    headers = {"HX-Request": "true", "HX-Target": "door-figures"}
    text = desk.get(address("doors_page", event.slug), headers=headers).content.decode()
    assert 'id="door-figures"' in text and "<html" not in text


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"door_name": ""}, "door_name"), ({"seats": "0"}, "seats"), ({"seats": "-2"}, "seats"), ({"seats": "x"}, "seats"),
        ({"seats": "201"}, "seats"), ({"seats": "11"}, "seats"), ({"door_name": "x" * 41}, "door_name"),
    ],
)  # fmt: skip
def test_a_wrong_reserve_is_said_at_its_field_and_keeps_what_was_typed(club, desk, values, field):
    event = today(club, capacity=10)
    response = desk.post(address("doors_page", event.slug), {"door_name": "Porte sud", "seats": "2", **values})
    assert field in response.context["form"].errors and not Allotment.objects.exists()
    if field != "door_name":
        assert 'value="Porte sud"' in response.content.decode()


def test_seats_are_reserved_and_given_back_on_the_page(club, desk):
    event = today(club, quotas={BUYERS: 4})
    desk.post(address("doors_page", event.slug), {"door_name": "Porte sud", "seats": "2", "audience": "buyers"})
    allotment = Allotment.objects.get()
    assert (allotment.seats, allotment.audience, allotment.door.name) == (2, "buyers", "Porte sud")
    assert "0 utilisées sur 2" in desk.get(address("doors_page", event.slug)).content.decode()
    desk.post(address("release_seats", allotment.pk))
    allotment.refresh_from_db()
    assert allotment.released_at and allotment.left == 0


def test_the_plain_page_and_the_door_lead_to_each_other(club, desk):
    event = today(club)
    assert address("door_page", event.slug) in desk.get(address("check_in", event.slug)).content.decode()
    assert address("check_in", event.slug) in desk.get(address("door_page", event.slug)).content.decode()


def test_the_page_holds_no_name_of_anybody_who_comes(club, desk):
    event = today(club)
    place_at(event, last_name="Secrète")
    assert "Secrète".upper() not in desk.get(address("door_page", event.slug)).content.decode().upper()
