"""An event's own life: drafted, changed, published, cancelled, copied; its programme."""

from datetime import datetime, timedelta

import pytest

from core.errors import RuleBroken
from core.models import HistoryEntry, Letter
from events.actions import (
    add_session,
    cancel_event,
    cancel_place,
    change_session,
    copy_event,
    create_event,
    delete_draft,
    publish_event,
    remove_session,
    update_event,
)
from events.enums import EventKind, EventStatus, PlaceStatus, SessionKind
from events.models import Event, Session, seats_of
from tests.events.factories import (
    BUYERS,
    PARIS,
    STRUCTURES,
    EventFactory,
    SessionFactory,
    in_days,
    place_at,
    register,
    statuses,
)
from tests.factories import ClubFactory, CommuneFactory

pytestmark = pytest.mark.django_db


def open_map(**changes):
    values = {
        "kind": EventKind.OPEN_MAP,
        "title": "Open Map ESS – économie circulaire",
        "starts_at": datetime(2027, 11, 16, 8, 45, tzinfo=PARIS),
        "ends_at": datetime(2027, 11, 16, 12, 30, tzinfo=PARIS),
        "capacity": 120,
        "quotas": {BUYERS: 60, STRUCTURES: 60},
    }
    return {**values, **changes}


def calendar_numbers(event):
    event.refresh_from_db()
    return event.sequence


def test_open_map_comes_with_its_programme_from_quarter_to_nine_to_half_past_twelve():
    event = create_event(ClubFactory(), by=None, with_programme=True, **open_map())
    sessions = list(event.sessions.all())
    assert [session.kind for session in sessions] == [
        SessionKind.WELCOME, SessionKind.PLENARY, SessionKind.WORKSHOP, SessionKind.PITCHES, SessionKind.ONE_TO_ONE,
        SessionKind.NETWORKING,
    ]  # fmt: skip
    assert sessions[0].starts_at == event.starts_at and sessions[-1].ends_at == event.ends_at
    assert all(one.ends_at == two.starts_at for one, two in zip(sessions, sessions[1:], strict=False))
    assert event.status == EventStatus.DRAFT and event.slug == "open-map-ess-economie-circulaire-2027-11-16"
    assert {quota.audience: quota.places for quota in event.quotas.all()} == {BUYERS: 60, STRUCTURES: 60}


def test_ready_programme_is_cut_to_a_shorter_event():
    ends_at = datetime(2027, 11, 16, 10, 0, tzinfo=PARIS)
    event = create_event(ClubFactory(), by=None, with_programme=True, **open_map(ends_at=ends_at))
    assert [session.kind for session in event.sessions.all()] == [
        SessionKind.WELCOME, SessionKind.PLENARY, SessionKind.WORKSHOP,
    ]  # fmt: skip
    assert event.sessions.last().ends_at == ends_at


def test_two_events_of_one_title_and_day_have_two_addresses():
    club = ClubFactory()
    slugs = {create_event(club, by=None, **open_map()).slug for _ in range(3)}
    assert len(slugs) == 3


def test_event_stands_on_the_map_by_its_town_or_by_the_point_given():
    nanterre = CommuneFactory()
    address = {"post_code": "92000", "city": "Nanterre"}
    event = create_event(ClubFactory(), by=None, **open_map(**address))
    assert event.commune == nanterre and (event.latitude, event.longitude) == (nanterre.latitude, nanterre.longitude)
    exact = create_event(ClubFactory(), by=None, **open_map(**address, latitude=48.9, longitude=2.2))
    assert exact.commune == nanterre and (exact.latitude, exact.longitude) == (48.9, 2.2)
    update_event(event, by=None, post_code="00000", city="Nulle part")
    event.refresh_from_db()
    assert event.commune is None and not event.has_point
    update_event(exact, by=None, post_code="00000", city="Nulle part")
    exact.refresh_from_db()
    assert exact.has_point


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"ends_at": datetime(2027, 11, 16, 8, 0, tzinfo=PARIS)}, "ends_at"),
        ({"registration_closes_at": datetime(2027, 11, 17, 8, 0, tzinfo=PARIS)}, "registration_closes_at"),
        ({"capacity": 0}, "capacity"),
    ],
)
def test_event_that_contradicts_itself_is_refused_at_the_field(changes, field):
    with pytest.raises(RuleBroken) as caught:
        create_event(ClubFactory(), by=None, **open_map(**changes))
    assert caught.value.field == field
    assert not Event.objects.exists()


def test_change_of_time_grows_the_sequence_and_is_told_to_everybody():
    event = EventFactory()
    holder, waiting = place_at(event), place_at(event, waiting=True)
    session = SessionFactory(event=event)
    before = session.starts_at
    update_event(
        event, by=None, starts_at=event.starts_at + timedelta(days=7), ends_at=event.ends_at + timedelta(days=7)
    )
    assert calendar_numbers(event) == 1
    session.refresh_from_db()
    assert session.starts_at == before + timedelta(days=7)
    letters = {letter.to_email: letter for letter in Letter.objects.filter(code="events.event_changed")}
    assert set(letters) == {holder.email, waiting.email}
    assert b"SEQUENCE:1" in letters[holder.email].attachments.get().content
    assert not letters[waiting.email].attachments.exists()


@pytest.mark.parametrize("change", [{"venue": "Ailleurs"}, {"street": "1 place"}, {"city": "Colombes"}])
def test_change_of_place_grows_the_sequence(change):
    event = EventFactory()
    place_at(event)
    update_event(event, by=None, **change)
    assert calendar_numbers(event) == 1 and Letter.objects.count() == 1


@pytest.mark.parametrize(
    "change", [{"title": "Autre titre"}, {"description": "Texte"}, {"capacity": 20}, {"access": "Tram T2"}]
)
def test_change_of_text_tells_nobody(change):
    event = EventFactory()
    place_at(event)
    update_event(event, by=None, **change)
    assert calendar_numbers(event) == 0 and not Letter.objects.exists()


def test_draft_and_past_events_move_without_letters():
    for event in (EventFactory(draft=True), EventFactory(past=True)):
        place_at(event)
        update_event(event, by=None, venue="Ailleurs")
    assert not Letter.objects.exists()


def test_capacity_below_what_is_taken_is_refused_at_the_field():
    event = EventFactory(capacity=5, quotas={BUYERS: 5})
    for _ in range(3):
        place_at(event)
    with pytest.raises(RuleBroken, match="3") as caught:
        update_event(event, by=None, capacity=2)
    assert caught.value.field == "capacity"
    event.refresh_from_db()
    assert event.capacity == 5 and event.quotas.get().places == 5
    update_event(event, by=None, capacity=3, quotas={BUYERS: None})
    assert not event.quotas.exists()


def test_quota_below_what_is_taken_takes_no_place_away_and_gives_none():
    event = EventFactory(capacity=10, quotas={BUYERS: 5})
    places = [place_at(event) for _ in range(3)]
    update_event(event, by=None, quotas={BUYERS: 2})
    assert event.places.holding_a_place().count() == 3 and event.quotas.get().places == 2
    seats = seats_of(event)
    assert (seats.left(BUYERS), seats.over_quota(BUYERS), seats.left(STRUCTURES)) == (0, 1, 7)
    assert statuses(waiting := register(event)) == {PlaceStatus.WAITING}
    cancel_place(places[0], by=None)  # two are taken, of two
    assert statuses(waiting) == {PlaceStatus.WAITING}
    cancel_place(places[1], by=None)
    assert statuses(waiting) == {PlaceStatus.OFFERED} and seats_of(event).over_quota(BUYERS) == 0


def test_event_shorter_than_its_programme_is_refused():
    event = EventFactory()
    SessionFactory(event=event, starts_at=event.starts_at + timedelta(hours=2))
    with pytest.raises(RuleBroken) as caught:
        update_event(event, by=None, ends_at=event.starts_at + timedelta(hours=1))
    assert caught.value.field == "ends_at"


def test_publishing_opens_and_is_repeat_safe():
    event = EventFactory(draft=True)
    for _ in range(2):
        assert publish_event(event, by=None).status == EventStatus.PUBLISHED
    assert HistoryEntry.objects.filter(code="events.event.published").count() == 1


def test_cancelled_event_tells_everybody_and_takes_its_calendar_entry_back():
    event = EventFactory()
    holder, waiting = place_at(event), place_at(event, waiting=True)
    for _ in range(2):
        cancel_event(event, by=None, reason="Salle inondée")
    event.refresh_from_db()
    assert event.status == EventStatus.CANCELLED and event.sequence == 1
    letters = {letter.to_email: letter for letter in Letter.objects.all()}
    assert set(letters) == {holder.email, waiting.email}
    assert "Salle inondée" in letters[holder.email].text
    enclosed = letters[holder.email].attachments.get()
    assert enclosed.media_type == "text/calendar; method=CANCEL"
    assert b"METHOD:CANCEL" in enclosed.content and b"STATUS:CANCELLED" in enclosed.content
    with pytest.raises(RuleBroken):
        publish_event(event, by=None)
    with pytest.raises(RuleBroken):
        update_event(event, by=None, title="Encore")


def test_draft_and_past_events_are_not_cancelled():
    for event in (EventFactory(draft=True), EventFactory(past=True)):
        with pytest.raises(RuleBroken):
            cancel_event(event, by=None)


def test_only_drafts_are_deleted():
    draft, published = EventFactory(draft=True), EventFactory()
    delete_draft(draft, by=None)
    assert not Event.objects.filter(pk=draft.pk).exists()
    with pytest.raises(RuleBroken):
        delete_draft(published, by=None)


def test_copy_has_programme_and_quotas_but_no_people():
    event = EventFactory(quotas={BUYERS: 4})
    SessionFactory(event=event, starts_at=event.starts_at + timedelta(hours=1))
    place_at(event)
    starts_at = in_days(60, 14)
    copy = copy_event(event, by=None, starts_at=starts_at, title="La suite")
    assert (copy.title, copy.status, copy.starts_at) == ("La suite", EventStatus.DRAFT, starts_at)
    assert copy.ends_at - copy.starts_at == event.ends_at - event.starts_at
    assert copy.sessions.get().starts_at == starts_at + timedelta(hours=1)
    assert copy.quotas.get().places == 4 and not copy.places.exists() and copy.uid != event.uid
    assert event.sessions.count() == 1


def test_session_lies_within_its_event():
    event = EventFactory()
    values = {"kind": SessionKind.WORKSHOP, "title": "Atelier", "starts_at": event.starts_at, "ends_at": event.ends_at}
    session = add_session(event, by=None, **values)
    hour = timedelta(hours=1)
    for changes, field in [
        ({"ends_at": event.starts_at}, "ends_at"),
        ({"starts_at": event.starts_at - hour}, "starts_at"),
        ({"starts_at": event.ends_at, "ends_at": event.ends_at + hour}, "starts_at"),
        ({"ends_at": event.ends_at + hour}, "ends_at"),
    ]:
        with pytest.raises(RuleBroken) as caught:
            change_session(session, by=None, **{**values, **changes})
        assert caught.value.field == field
    change_session(session, by=None, room="Salle 2")
    assert Session.objects.get().room == "Salle 2"
    for _ in range(2):
        remove_session(session, by=None)
    assert not Session.objects.exists()
    assert HistoryEntry.objects.filter(code="events.session.removed").count() == 1
