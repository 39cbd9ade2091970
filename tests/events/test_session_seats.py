"""Signing up for sessions: seats are never sold twice, nobody is at two sessions at once, and who may choose for whom."""

import re
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from core.errors import RuleBroken
from core.models import HistoryEntry, Letter
from events.actions import (
    Attendee,
    cancel_place,
    change_place,
    change_session,
    choose_sessions,
    copy_event,
    give_back_session_seat,
    remove_session,
    take_session_seat,
)
from events.actions.personal_data import data_of
from events.enums import EventStatus, PlaceStatus
from events.models import Event, Place, Session, SessionSeat
from tests.events.factories import EventFactory, SessionFactory, in_days, place_at
from tests.events.programme import SessionSeatFactory, WorkshopFactory
from tests.factories import OrganisationFactory, PersonFactory, coordinator_of, member_of

pytestmark = pytest.mark.django_db


def taken(session):
    return list(session.seats.taken().values_list("place", flat=True))


def at_hours(event, begins, lasts=1, **fields):
    starts_at = event.starts_at + timedelta(hours=begins)
    return WorkshopFactory(event=event, starts_at=starts_at, ends_at=starts_at + timedelta(hours=lasts), **fields)


def refused(action, *args, **kwargs):
    with pytest.raises(RuleBroken) as broken:
        action(*args, **kwargs)
    return str(broken.value.message), broken.value.field


@pytest.fixture
def event():
    return EventFactory()


# --- Seats ------------------------------------------------------------------------------------------------------------


def test_person_takes_a_seat_and_changes_to_another_session(event):
    first, second = at_hours(event, 0), at_hours(event, 1)
    place = place_at(event)
    choose_sessions(place, sessions=[first], by=None)
    choose_sessions(place, sessions=[second], by=None)
    assert (taken(first), taken(second)) == ([], [place.pk])
    assert HistoryEntry.objects.filter(code="events.session_seat.chosen").count() == 2


def test_choosing_the_same_again_changes_nothing(event):
    workshop, place = at_hours(event, 0), place_at(event)
    choose_sessions(place, sessions=[workshop], by=None)
    before = SessionSeat.objects.get().taken_at
    choose_sessions(place, sessions=[workshop], by=None)
    assert SessionSeat.objects.get().taken_at == before
    assert HistoryEntry.objects.filter(code="events.session_seat.chosen").count() == 1


def test_full_session_says_how_many_seats_it_has(event):
    workshop = at_hours(event, 0, title="Répondre à un marché", capacity=2)
    for _ in range(2):
        take_session_seat(workshop, place=place_at(event), by=None)
    sentence, field = refused(choose_sessions, place_at(event), sessions=[workshop], by=None)
    assert "Répondre à un marché" in sentence and "2" in sentence and field == "sessions"
    assert workshop.seats.taken().count() == 2


def test_who_keeps_a_seat_in_a_full_session_is_not_refused(event):
    full, other, place = at_hours(event, 0, capacity=1), at_hours(event, 1), place_at(event)
    take_session_seat(full, place=place, by=None)
    choose_sessions(place, sessions=[full, other], by=None)
    assert taken(full) == taken(other) == [place.pk]


def test_session_without_own_capacity_takes_everybody(event):
    workshop = at_hours(event, 0, capacity=None)
    for _ in range(4):
        take_session_seat(workshop, place=place_at(event), by=None)
    assert Session.objects.with_seats().get(pk=workshop.pk).seats_left is None
    assert workshop.seats.taken().count() == 4


@pytest.mark.parametrize(("begins", "lasts"), [(0, 1), (0.5, 1), (-0.5, 1), (0.25, 0.5), (-1, 3)])
def test_two_sessions_at_the_same_hours_are_refused_by_name(event, begins, lasts):
    event.starts_at, event.ends_at = in_days(30, 8), in_days(30, 18)
    event.save()
    base = event.starts_at + timedelta(hours=2)
    one = WorkshopFactory(event=event, title="Atelier un", starts_at=base, ends_at=base + timedelta(hours=1))
    start = base + timedelta(hours=begins)
    other = WorkshopFactory(event=event, title="Atelier deux", starts_at=start, ends_at=start + timedelta(hours=lasts))
    place = place_at(event)
    sentence, field = refused(choose_sessions, place, sessions=[one, other], by=None)
    assert "Atelier un" in sentence and "Atelier deux" in sentence and field == "sessions"
    take_session_seat(one, place=place, by=None)
    refused(take_session_seat, other, place=place, by=None)
    assert SessionSeat.objects.count() == 1


def test_sessions_one_after_the_other_are_no_collision(event):
    sessions = [at_hours(event, 0), at_hours(event, 1), at_hours(event, 2)]
    place = place_at(event)
    choose_sessions(place, sessions=sessions, by=None)
    assert place.session_seats.count() == 3


def test_long_session_collides_with_the_last_of_three(event):
    """Also when a short one lies between them in order of time."""
    long, short, last = at_hours(event, 0, 3), at_hours(event, 0, 0.5), at_hours(event, 2)
    place = place_at(event)
    take_session_seat(long, place=place, by=None)
    refused(choose_sessions, place, sessions=[long, last], by=None)
    refused(choose_sessions, place, sessions=[short, long], by=None)


@pytest.mark.parametrize("status", [PlaceStatus.WAITING, PlaceStatus.CANCELLED])
def test_only_who_holds_a_place_takes_a_seat(event, status):
    place = place_at(event, status=status, waiting_since=timezone.now())
    refused(choose_sessions, place, sessions=[at_hours(event, 0)], by=None)
    assert not SessionSeat.objects.exists()


def test_place_held_while_paying_may_choose(event):
    workshop, place = at_hours(event, 0), place_at(event, status=PlaceStatus.HELD, confirmed_at=None)
    choose_sessions(place, sessions=[workshop], by=None)
    assert taken(workshop) == [place.pk]


def test_unnamed_place_chooses_nothing(event):
    refused(choose_sessions, place_at(event, last_name="", email=""), sessions=[at_hours(event, 0)], by=None)


def test_place_of_another_event_is_refused(event):
    refused(take_session_seat, at_hours(event, 0), place=place_at(EventFactory()), by=None)


def test_session_of_another_event_is_not_chosen(event):
    place, foreign = place_at(event), WorkshopFactory()
    choose_sessions(place, sessions=[foreign], by=None)
    assert not SessionSeat.objects.exists()


def test_session_without_sign_up_takes_no_seats(event):
    plenary = SessionFactory(event=event)
    refused(take_session_seat, plenary, place=place_at(event), by=None)


@pytest.mark.parametrize("fields", [{"status": EventStatus.CANCELLED}, {"past": True}])
def test_cancelled_and_past_events_take_no_sign_up(fields):
    event = EventFactory(**fields)
    refused(choose_sessions, place_at(event), sessions=[at_hours(event, 0)], by=None)


def test_given_back_place_loses_its_seats_and_frees_them(event):
    workshop, place, other = at_hours(event, 0, capacity=1), place_at(event), place_at(event)
    take_session_seat(workshop, place=place, by=None)
    cancel_place(place, by=None)
    assert taken(workshop) == []
    take_session_seat(workshop, place=other, by=None)
    assert taken(workshop) == [other.pk]


def test_place_that_is_taken_again_has_lost_its_seats(event):
    """Given up for want of payment, then paid after all: the seat may be somebody else's by now."""
    workshop, place, other = at_hours(event, 0, capacity=1), place_at(event), place_at(event)
    take_session_seat(workshop, place=place, by=None)
    cancel_place(place, by=None)
    take_session_seat(workshop, place=other, by=None)
    Place.objects.filter(pk=place.pk).update(status=PlaceStatus.CONFIRMED)
    assert taken(workshop) == [other.pk]
    assert Session.objects.with_seats().get(pk=workshop.pk).seats_taken == 1
    give_back_session_seat(workshop.seats.get(place=other), by=None)
    take_session_seat(workshop, place=place, by=None)  # its old row is used anew
    assert taken(workshop) == [place.pk]


def test_seat_goes_with_the_place_to_a_colleague(event):
    workshop, place = at_hours(event, 0), place_at(event)
    take_session_seat(workshop, place=place, by=None)
    change_place(place, by=None, attendee=Attendee("Lia", "Renaud", "lia@example.org"))
    assert [seat.place.full_name for seat in workshop.seats.taken().for_list()] == ["Lia Renaud"]


def test_same_place_twice_in_a_session_is_impossible(event):
    seat = SessionSeatFactory(session=at_hours(event, 0), place=place_at(event))
    with pytest.raises(IntegrityError), transaction.atomic():
        SessionSeatFactory(session=seat.session, place=seat.place)


def test_begun_session_stays_as_it_is_but_for_coordinators():
    event = EventFactory(starts_at=timezone.now() - timedelta(hours=1), ends_at=timezone.now() + timedelta(hours=2))
    begun, coming = at_hours(event, 0.5), at_hours(event, 2)
    organisation = OrganisationFactory()
    place, person = place_at(event, organisation), member_of(organisation)
    SessionSeatFactory(session=begun, place=place)
    choose_sessions(place, sessions=[coming], by=person)
    assert taken(begun) == taken(coming) == [place.pk]
    choose_sessions(place, sessions=[], by=coordinator_of(event.club))
    assert taken(begun) == taken(coming) == []


def test_sessions_stay_in_order_of_time_when_seats_are_counted(client, event):
    later, earlier = at_hours(event, 1, title="Le second atelier"), at_hours(event, 0, title="Le premier atelier")
    assert list(event.sessions.with_seats()) == [earlier, later]
    page = text_of(client.get(event.get_absolute_url()))
    assert page.index("Le premier atelier") < page.index("Le second atelier")


# --- The programme changes --------------------------------------------------------------------------------------------


def test_seats_cannot_be_lowered_below_what_is_taken(event):
    workshop = at_hours(event, 0, capacity=3)
    for _ in range(2):
        take_session_seat(workshop, place=place_at(event), by=None)
    sentence, field = refused(change_session, workshop, by=None, capacity=1)
    assert "2" in sentence and field == "capacity"
    assert change_session(workshop, by=None, capacity=2).capacity == 2
    assert change_session(workshop, by=None, capacity=None).capacity is None


def test_sign_up_cannot_be_switched_off_once_people_signed_up(event):
    workshop = at_hours(event, 0)
    take_session_seat(workshop, place=place_at(event), by=None)
    assert refused(change_session, workshop, by=None, has_sign_up=False, capacity=None)[1] == "has_sign_up"


@pytest.mark.parametrize(("fields", "field"), [({"has_sign_up": False}, "capacity"), ({"capacity": 0}, "capacity")])
def test_seats_without_sign_up_and_no_seat_at_all_are_refused(event, fields, field):
    assert refused(change_session, at_hours(event, 0), by=None, **fields)[1] == field


def test_database_knows_that_seats_go_with_sign_up(event):
    with pytest.raises(IntegrityError), transaction.atomic():
        SessionFactory(event=event, capacity=5)


def test_hours_at_which_somebody_sits_elsewhere_are_refused(event):
    one, other, place = at_hours(event, 0, title="Atelier un"), at_hours(event, 1), place_at(event)
    choose_sessions(place, sessions=[one, other], by=None)
    sentence, field = refused(change_session, other, by=None, starts_at=one.starts_at, ends_at=one.ends_at)
    assert "Atelier un" in sentence and field == "starts_at"


def test_change_of_hours_or_room_is_told_to_who_signed_up(event):
    workshop, place = at_hours(event, 0), place_at(event)
    take_session_seat(workshop, place=place, by=None)
    place_at(event)
    Letter.objects.all().delete()
    change_session(workshop, by=None, description="Un texte plus long")
    assert not Letter.objects.exists()
    change_session(workshop, by=None, room="Salle Mistral")
    letter = Letter.objects.get()
    assert letter.code == "events.session_changed" and letter.to_email == place.email and "Salle Mistral" in letter.text


def test_removed_session_is_told_to_who_signed_up(event):
    workshop, place = at_hours(event, 0, title="Atelier annulé"), place_at(event)
    take_session_seat(workshop, place=place, by=None)
    Letter.objects.all().delete()
    remove_session(workshop, by=None)
    assert Letter.objects.get().code == "events.session_removed"
    assert not SessionSeat.objects.exists()
    assert remove_session(workshop, by=None) == event  # twice is once


def test_copy_keeps_seats_offered_and_no_people(event):
    take_session_seat(at_hours(event, 0, capacity=7, moderators="La coordination"), place=place_at(event), by=None)
    copy = copy_event(event, by=None, starts_at=event.starts_at + timedelta(days=30))
    workshop = copy.sessions.get()
    assert (workshop.capacity, workshop.has_sign_up, workshop.moderators) == (7, True, "La coordination")
    assert not workshop.seats.exists()


# --- Letters and privacy ----------------------------------------------------------------------------------------------


def test_who_was_signed_up_by_somebody_else_gets_a_letter(event):
    organisation = OrganisationFactory()
    manager = member_of(organisation)
    own, colleague = place_at(event, organisation, person=manager), place_at(event, organisation)
    workshop = at_hours(event, 0, title="Atelier choisi")
    choose_sessions(own, sessions=[workshop], by=manager)
    assert not Letter.objects.exists()
    choose_sessions(colleague, sessions=[workshop], by=manager)
    letter = Letter.objects.get()
    assert letter.to_email == colleague.email and "Atelier choisi" in letter.text
    choose_sessions(colleague, sessions=[], by=manager)
    assert "Atelier choisi" not in Letter.objects.order_by("-pk").first().text


def test_history_names_the_organisation_and_nobody(event):
    place = place_at(event)
    choose_sessions(place, sessions=[at_hours(event, 0)], by=None)
    values = HistoryEntry.objects.get(code="events.session_seat.chosen").values
    assert values == {"organisation": str(place.registration.organisation), "number": "1"}


def test_person_reads_the_chosen_sessions_in_their_data(event):
    person = PersonFactory()
    take_session_seat(at_hours(event, 0, title="Mon atelier"), place=place_at(event, person=person), by=person)
    assert [row["session__title"] for row in data_of(person)["sessions"]] == ["Mon atelier"]


# --- Pages ------------------------------------------------------------------------------------------------------------


def text_of(response):
    assert response.status_code == 200
    return response.content.decode().replace("\xa0", " ").replace("&#x27;", "'")


def test_own_people_choose_on_a_page(client, event):
    organisation = OrganisationFactory()
    client.force_login(member_of(organisation))
    place, workshop = place_at(event, organisation), at_hours(event, 0, title="Atelier clauses")
    address = reverse("events:choose_sessions", args=[place.pk])
    assert "3 places libres sur 3" in text_of(client.get(address))
    response = client.post(address, {"sessions": [workshop.pk]}, follow=True)
    assert taken(workshop) == [place.pk]
    assert "Atelier clauses" in text_of(response)  # on « my registrations »


def test_mistake_loses_nothing_of_what_was_ticked(client, event):
    organisation = OrganisationFactory()
    client.force_login(member_of(organisation))
    place, one, other = place_at(event, organisation), at_hours(event, 0), at_hours(event, 0)
    address = reverse("events:choose_sessions", args=[place.pk])
    page = text_of(client.post(address, {"sessions": [one.pk, other.pk]}))
    assert len(re.findall(r'name="sessions"[^>]* checked', page)) == 2
    assert "aux mêmes heures" in page and not SessionSeat.objects.exists()


@pytest.mark.parametrize("value", ["999999", "abc", "", "-1"])
def test_nonsense_as_a_session_is_refused_at_the_field(client, event, value):
    organisation = OrganisationFactory()
    client.force_login(member_of(organisation))
    place = place_at(event, organisation)
    at_hours(event, 0)
    response = client.post(reverse("events:choose_sessions", args=[place.pk]), {"sessions": [value]})
    assert response.status_code == 200 and not SessionSeat.objects.exists()


def test_strangers_do_not_find_the_place(client, event):
    client.force_login(member_of(OrganisationFactory()))
    assert client.get(reverse("events:choose_sessions", args=[place_at(event).pk])).status_code == 404


def test_event_page_shows_seats_left(client, event):
    workshop = at_hours(event, 0, capacity=2)
    assert "2 places libres sur 2" in text_of(client.get(event.get_absolute_url()))
    for _ in range(2):
        take_session_seat(workshop, place=place_at(event), by=None)
    assert "les 2 places sont prises" in text_of(client.get(event.get_absolute_url()))


def test_coordinators_list_sign_up_and_take_off(client, event):
    workshop, place = at_hours(event, 0), place_at(event, last_name="Quemeneur")
    client.force_login(coordinator_of(event.club))
    address = reverse("events:session_seat_list", args=[workshop.pk])
    assert "Inscrire Prénom" in text_of(client.get(address, {"q": "quemeneur"}))
    take = reverse("events:take_session_seat", args=[workshop.pk])
    assert "QUEMENEUR" in text_of(client.post(take, {"place": place.pk}, follow=True))
    assert "Personne" in text_of(client.get(address, {"q": "quemeneur"}))  # no longer offered
    csv = b"".join(client.get(reverse("events:session_seat_export", args=[workshop.pk, "csv"])).streaming_content)
    assert "Quemeneur" in csv.decode()
    seat = workshop.seats.get()
    client.post(reverse("events:give_back_session_seat", args=[seat.pk]))
    assert not workshop.seats.exists()


@pytest.mark.parametrize("wanted", ["", "abc", "9" * 30, "0"])
def test_nobody_by_that_number_is_not_signed_up(client, event, wanted):
    workshop = at_hours(event, 0)
    client.force_login(coordinator_of(event.club))
    assert client.post(reverse("events:take_session_seat", args=[workshop.pk]), {"place": wanted}).status_code == 404


def test_place_of_another_event_is_not_found_by_its_number(client, event):
    workshop, foreign = at_hours(event, 0), place_at(EventFactory(club=event.club))
    client.force_login(coordinator_of(event.club))
    response = client.post(reverse("events:take_session_seat", args=[workshop.pk]), {"place": foreign.pk})
    assert response.status_code == 404 and not SessionSeat.objects.exists()


def test_coordinators_set_seats_in_the_programme(client, event):
    client.force_login(coordinator_of(event.club))
    start = event.local_start.strftime("%Y-%m-%dT%H:%M")
    end = (event.local_start + timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M")
    data = {"kind": "workshop", "title": "Atelier", "starts_at": start, "ends_at": end, "capacity": "12"}
    address = reverse("events:programme_page", args=[event.slug])
    assert "places propres" in text_of(client.post(address, data))
    client.post(address, {**data, "has_sign_up": "on", "moderators": "La coordination"})
    session = event.sessions.get()
    assert (session.capacity, session.has_sign_up, session.moderators) == (12, True, "La coordination")
    client.post(reverse("events:change_session", args=[session.pk]), {**data, "capacity": "", "has_sign_up": "on"})
    assert Session.objects.get().capacity is None


@pytest.mark.parametrize("count", [1, 4])
def test_pages_ask_as_often_for_many_seats_as_for_one(client, event, count):
    organisation = OrganisationFactory()
    person = member_of(organisation)
    workshop = at_hours(event, 0, capacity=9)
    places = [place_at(event, organisation) for _ in range(4)]
    for place in places[:count]:
        SessionSeatFactory(session=workshop, place=place)
    client.force_login(person)
    client.get(reverse("events:my_registrations"))
    numbers = []
    for address in (reverse("events:my_registrations"), event.get_absolute_url()):
        with CaptureQueriesContext(
            connection,
        ) as asked:
            assert client.get(address).status_code == 200
        numbers.append(len(asked))
    assert numbers[0] <= 17 and numbers[1] <= 22


def test_words_for_the_door(event):
    workshop, place = at_hours(event, 0), place_at(event)
    take_session_seat(workshop, place=place, by=None)
    assert workshop.seats.taken().of(place).exists()
    assert not workshop.seats.taken().of(place_at(event)).exists()
    assert Event.objects.filter(sessions__in=Session.objects.with_sign_up()).get() == event
