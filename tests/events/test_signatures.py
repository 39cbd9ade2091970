"""Signing on the screen: when, by whom the desk is held, once a half-day; and how long it is kept."""

from datetime import datetime, timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from core.drawings import clean_drawing
from core.errors import RuleBroken
from core.models import HistoryEntry
from events.actions import (
    add_walk_in,
    cancel_event,
    change_place,
    clear_signature,
    erase_old_attendees,
    set_attendance,
    set_papers,
    sign_half_day,
)
from events.actions.privacy import KEPT
from events.enums import Attendance, Half, PlaceStatus
from events.halves import half_days
from events.models import Reception, Signature
from members import personal_data
from members.actions.people import erase_account
from tests.drawings import drawn
from tests.events.factories import PARIS, EventFactory, person_named, place_at
from tests.factories import ClubFactory, OrganisationFactory, PersonFactory, coordinator_of, member_of
from tests.racing import said_at_once

DAY = datetime(2027, 11, 16, 9, tzinfo=PARIS)
PICTURE = clean_drawing(drawn())


def signed_event(*, on_screen=True, **fields):
    event = EventFactory(**{"starts_at": DAY, "ends_at": DAY + timedelta(hours=8), **fields})
    set_papers(event, by=None, led_by="", mention="", signs_on_screen=on_screen, logos=[])
    return event


def at(hour, minute=0, day=16):
    return time_machine.travel(datetime(2027, 11, day, hour, minute, tzinfo=PARIS), tick=False)


def sign(place, number=0, *, by=None):
    return sign_half_day(place, half_days(place.event)[number], picture=PICTURE, by=by)


# --- The rule ---------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_whoever_signs_is_present_and_the_desk_is_remembered():
    event = signed_event()
    place, desk = place_at(event), PersonFactory()
    with at(9, 12):
        signature = sign(place, by=desk)
    place.refresh_from_db()
    assert place.attendance == Attendance.PRESENT and place.attendance_by == desk
    assert (signature.half, signature.by, bytes(signature.picture)) == (Half.MORNING, desk, PICTURE)
    assert signature.signed_at.astimezone(PARIS).hour == 9
    entry = HistoryEntry.objects.get(code="events.signature.made")
    assert set(entry.values) == {"organisation", "day"} and place.last_name not in str(entry.values)


@pytest.mark.django_db
def test_half_day_is_signed_once_each():
    place = place_at(signed_event())
    with at(12, 30):
        sign(place), sign(place, 1)
        with pytest.raises(RuleBroken, match="déjà signé"):
            sign(place)
    assert [(one.half, one.day) for one in Signature.objects.all()] == [
        (Half.MORNING, DAY.date()),
        (Half.AFTERNOON, DAY.date()),
    ]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("moment", "half", "sentence"),
    [
        ((7, 59), 0, "une heure avant"),
        ((11, 59), 1, "une heure avant"),
        ((9, 0, 15), 0, "une heure avant"),
        ((0, 1, 17), 0, "une heure avant"),
    ],
)
def test_half_day_is_not_signed_before_or_after(moment, half, sentence):
    place = place_at(signed_event())
    with at(*moment), pytest.raises(RuleBroken, match=sentence):
        sign(place, half)
    place.refresh_from_db()
    assert not Signature.objects.exists() and place.attendance == Attendance.UNKNOWN


@pytest.mark.django_db
@pytest.mark.parametrize(
    "fields",
    [
        {"waiting": True},
        {"status": PlaceStatus.CANCELLED},
        {"first_name": "", "last_name": "", "email": ""},
    ],
)
def test_whoever_has_no_place_or_no_name_does_not_sign(fields):
    place = place_at(signed_event(), **fields)
    with at(9), pytest.raises(RuleBroken):
        sign(place)
    assert not Signature.objects.exists()


@pytest.mark.django_db
def test_event_that_is_signed_on_paper_or_cancelled_is_not_signed_on_screen():
    paper, off = place_at(signed_event(on_screen=False)), place_at(signed_event())
    with at(9, day=1):
        cancel_event(off.event, by=None)
    for place in (paper, off):
        with at(9), pytest.raises(RuleBroken):
            sign(place)
    assert not Signature.objects.exists()


@pytest.mark.django_db
def test_half_day_that_the_event_no_longer_has_is_not_signed():
    place = place_at(signed_event())
    afternoon = half_days(place.event)[1]
    type(place.event).objects.filter(pk=place.event_id).update(ends_at=DAY + timedelta(hours=3))
    with at(12, 30), pytest.raises(RuleBroken, match="n’a plus"):
        sign_half_day(place, afternoon, picture=PICTURE, by=None)


@pytest.mark.django_db
def test_late_comer_ticked_absent_signs_only_while_a_seat_is_left():
    event = signed_event(capacity=1)
    late = place_at(event)
    with at(9, 30):
        set_attendance(late, attendance=Attendance.ABSENT, by=None)
        add_walk_in(event, organisation=OrganisationFactory(), attendee=person_named(), by=None)
        with pytest.raises(RuleBroken):
            sign(late)
    assert not Signature.objects.exists()


@pytest.mark.django_db
def test_signature_in_the_wrong_row_is_cleared_on_its_day_only():
    place = place_at(signed_event())
    with at(9):
        signature = sign(place)
        clear_signature(signature, by=None)
        clear_signature(signature, by=None)  # pressed twice
        assert not Signature.objects.exists()
        signature = sign(place)
    with at(9, day=17), pytest.raises(RuleBroken):
        clear_signature(signature, by=None)
    assert Signature.objects.count() == 1
    assert HistoryEntry.objects.filter(code="events.signature.cleared").count() == 1


@pytest.mark.django_db
def test_signature_of_whoever_held_the_place_before_is_gone():
    place = place_at(signed_event())
    with at(8, 30):
        sign(place)
        set_attendance(place, attendance=Attendance.UNKNOWN, by=None)  # it was somebody else after all
        change_place(place, by=None, attendee=person_named("Remplaçante"))
        assert not Signature.objects.exists()
        place.refresh_from_db()
        assert sign(place).ticket_version == place.ticket_version == 2


@pytest.mark.django_db(transaction=True)
def test_two_desks_at_once_keep_one_signature():
    event = signed_event(starts_at=timezone.now() - timedelta(minutes=5), ends_at=timezone.now() + timedelta(minutes=1))
    place = place_at(event)
    half = half_days(event)[-1]
    calls = [lambda: sign_half_day(place, half, picture=PICTURE, by=None)] * 4
    assert said_at_once(*calls) == ["done", "refused", "refused", "refused"]
    assert Signature.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_without_the_lock_the_database_keeps_it_to_one():
    """The negative control: rows written past the action do collide."""
    event = signed_event()
    place = place_at(event)
    row = {
        "place": place,
        "day": DAY.date(),
        "half": Half.MORNING,
        "ticket_version": 1,
        "picture": PICTURE,
        "signed_at": DAY,
    }
    with pytest.raises(Exception, match=r"(?i)unique"):
        said_at_once(*[lambda: Signature.objects.create(**row)] * 3)
    assert Signature.objects.count() == 1


# --- Kept as long as the name -----------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_signatures_are_erased_with_the_names():
    event = signed_event()
    with at(9):
        sign(place_at(event))
    assert erase_old_attendees(event.ends_at + KEPT - timedelta(minutes=1)) == 0 and Signature.objects.exists()
    assert erase_old_attendees(event.ends_at + KEPT + timedelta(minutes=1)) == 1 and not Signature.objects.exists()


@pytest.mark.django_db
def test_person_reads_and_takes_away_their_signatures():
    person = PersonFactory()
    event = signed_event(title="Ma rencontre")
    with at(9):
        sign(place_at(event, person=person))
        kept = sign(place_at(event))
    [known] = personal_data.export_all(person)["events"]["signatures"]
    assert known["place__event__title"] == "Ma rencontre" and "picture" not in known
    with at(9, day=20):
        erase_account(person, by=person)
    assert list(Signature.objects.all()) == [kept]


# --- The pages --------------------------------------------------------------------------------------------------------


def list_address(event):
    return reverse("events:signing_list", args=[event.slug])


def sign_address(place, half="2027-11-16-morning"):
    return reverse("events:sign_half_day", args=[place.pk, half])


@pytest.mark.django_db
def test_desk_signs_people_and_clears(client):
    event = signed_event()
    place = place_at(event, first_name="Zoé", last_name="Éluard")
    desk = Reception.objects.create(event=event, person=PersonFactory()).person
    with at(9, 5):
        client.force_login(desk)
        assert sign_address(place) in client.get(list_address(event)).content.decode()
        page = client.get(sign_address(place)).content.decode()
        assert "Zoé Éluard" in page and "<canvas" in page and "Signe sur papier" in page
        response = client.post(sign_address(place), {"picture": drawn()})
        assert response.url == f"{list_address(event)}?half=2027-11-16-morning#place-{place.pk}"
        text = client.get(list_address(event)).content.decode()
        assert "signé à l’écran à 09:05" in text and sign_address(place) not in text
        signature = Signature.objects.get()
        assert signature.by == desk
        client.post(reverse("events:clear_signature", args=[signature.pk]))
        assert not Signature.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize("sent", ["", "data:image/png;base64,AAAA", "<script>", "x" * 500_000])
def test_what_is_no_signature_is_refused_with_a_sentence(client, sent):
    event = signed_event()
    place = place_at(event)
    with at(9):
        client.force_login(coordinator_of(event.club))
        response = client.post(sign_address(place), {"picture": sent})
    assert response.status_code == 200 and response.context["form"].errors["picture"]
    assert 'role="alert"' in response.content.decode() and not Signature.objects.exists()


@pytest.mark.django_db
def test_broken_rule_keeps_what_was_drawn(client):
    event = signed_event()
    place = place_at(event)
    with at(7):
        client.force_login(coordinator_of(event.club))
        response = client.post(sign_address(place), {"picture": drawn()})
    text = response.content.decode()
    assert "une heure avant" in text and drawn()[:80] in text


@pytest.mark.django_db
def test_signing_is_for_the_desk(client):
    event = signed_event()
    place = place_at(event)
    with at(9):
        signature = sign(place)
        people = [
            (member_of(place.registration.organisation), 403, 403),
            (member_of(OrganisationFactory()), 403, 404),
            (coordinator_of(ClubFactory()), 403, 404),
            (Reception.objects.create(event=EventFactory(), person=PersonFactory()).person, 403, 404),
        ]
        for person, on_list, on_place in people:
            client.force_login(person)
            assert client.get(list_address(event)).status_code == on_list
            assert client.get(sign_address(place)).status_code == on_place
            assert client.post(reverse("events:clear_signature", args=[signature.pk])).status_code == on_place
    assert Signature.objects.count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize("half", ["2027-11-16-evening", "2027-11-17-morning", "x"])
def test_unknown_half_day_does_not_exist(client, half):
    event = signed_event()
    client.force_login(coordinator_of(event.club))
    assert client.get(sign_address(place_at(event), half)).status_code == 404


@pytest.mark.django_db
def test_list_says_when_the_event_is_signed_on_paper(client):
    event = signed_event(on_screen=False)
    place_at(event)
    client.force_login(coordinator_of(event.club))
    with at(9):
        client.force_login(coordinator_of(event.club))
        text = client.get(list_address(event)).content.decode()
    assert "s’émarge sur papier" in text and "/sign/" not in text
    assert reverse("events:papers_page", args=[event.slug]) in text


@pytest.mark.django_db
def test_check_in_leads_to_signing_where_it_is_on(client):
    for on_screen in (True, False):
        event = signed_event(on_screen=on_screen)
        client.force_login(coordinator_of(event.club))
        text = client.get(reverse("events:check_in", args=[event.slug])).content.decode()
        assert (list_address(event) in text) is on_screen
