"""The coordinators' side: events drafted and run, people listed and exported, the door opened; and who may do it."""

import csv
import io
from datetime import datetime, timedelta

import pytest
from django.contrib.messages import get_messages
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from events.enums import Attendance, EventKind, EventStatus, PlaceStatus, SessionKind
from events.halves import half_days
from events.models import Event, Reception, Session
from members.enums import OrganisationKind
from tests.events.factories import (
    BUYERS,
    PARIS,
    STRUCTURES,
    EventFactory,
    SessionFactory,
    in_days,
    place_at,
    register,
)
from tests.factories import (
    ClubFactory,
    CommuneFactory,
    OrganisationFactory,
    PersonFactory,
    administrator,
    coordinator_of,
    member_of,
    reader_of,
)
from tests.pdfs import pdf_text

pytestmark = pytest.mark.django_db


def address(name, *args):
    return reverse(f"events:{name}", args=args)


def text_of(response):
    assert response.status_code == 200
    return response.content.decode().replace("\xa0", " ").replace("&#x27;", "'")


def typed(club, **changes):
    """What a coordinator types for a new Open Map."""
    values = {
        "club": club.pk, "kind": "open_map", "title": "Open Map ESS", "starts_at": "2027-11-16T08:45",
        "ends_at": "2027-11-16T12:30", "time_zone": "Europe/Paris", "post_code": "92000", "city": "Nanterre",
        "capacity": 120, "organisation_cap": 5, "quota_buyers": 60, "quota_structures": 60, "quota_partners": "",
        "visibility": "public", "admission": "members", "registration_closes_at": "", "with_programme": "on",
    }  # fmt: skip
    return {**values, **changes}


@pytest.fixture
def club():
    return ClubFactory()


@pytest.fixture
def desk(client, club):
    """The client, signed in as the club's coordinator."""
    client.force_login(coordinator_of(club))
    return client


# --- Who may ---------------------------------------------------------------------------------------------------------

EVENT_PAGES = [
    "edit_event", "cancel_event", "copy_event", "programme_page", "registration_list", "waiting_list", "reception_page",
]  # fmt: skip
DOOR_PAGES = ["check_in", "attendance_sheet", "organisation_suggestions"]


def test_running_an_event_is_for_its_clubs_coordinators(client, club):
    event = EventFactory(club=club)
    others = [
        member_of(OrganisationFactory()), coordinator_of(ClubFactory()), reader_of(club),
        Reception.objects.create(event=event, person=PersonFactory()).person,
    ]  # fmt: skip
    for person, allowed in [
        *((other, False) for other in others),
        (coordinator_of(club), True),
        (administrator(), True),
    ]:
        client.force_login(person)
        for name in EVENT_PAGES:
            assert client.get(address(name, event.slug)).status_code == (200 if allowed else 403), name
        export = client.get(address("registration_export", event.slug, "csv"))
        assert export.status_code == (200 if allowed else 403)
    client.logout()
    for name in EVENT_PAGES + DOOR_PAGES:
        assert client.get(address(name, event.slug)).status_code == 302


def test_door_is_for_coordinators_and_the_events_own_reception_desk(client, club):
    event = EventFactory(club=club, today=True)
    helper, elsewhere = PersonFactory(), PersonFactory()
    Reception.objects.create(event=event, person=helper)
    Reception.objects.create(event=EventFactory(club=club), person=elsewhere)
    roles = [
        (helper, True), (coordinator_of(club), True), (administrator(), True), (elsewhere, False), (reader_of(club), False),
        (coordinator_of(ClubFactory()), False), (member_of(OrganisationFactory()), False),
    ]  # fmt: skip
    for person, allowed in roles:
        client.force_login(person)
        for name in DOOR_PAGES:
            assert client.get(address(name, event.slug)).status_code == (200 if allowed else 403), name
        place = place_at(event)
        ticked = client.post(address("set_attendance", place.pk), {"attendance": "present"})
        assert ticked.status_code == (302 if allowed else 404)
        place.refresh_from_db()
        assert (place.attendance == Attendance.PRESENT) == allowed


def test_own_people_see_their_place_but_do_not_tick_it(client):
    company = OrganisationFactory()
    place = place_at(EventFactory(today=True), company)
    client.force_login(member_of(company))
    assert client.post(address("set_attendance", place.pk), {"attendance": "present"}).status_code == 403


def test_drafts_exist_for_their_coordinators_and_desk_only(client, club):
    event = EventFactory(club=club, draft=True)
    helper = Reception.objects.create(event=event, person=PersonFactory()).person
    for person, status in [(coordinator_of(club), 200), (helper, 200), (coordinator_of(ClubFactory()), 404)]:
        client.force_login(person)
        assert client.get(event.get_absolute_url()).status_code == status


def test_creating_is_for_coordinators_in_their_own_clubs(client, club):
    client.force_login(member_of(OrganisationFactory()))
    assert client.get(address("create_event")).status_code == 403
    assert client.get(address("managed_event_list")).status_code == 403
    client.force_login(coordinator_of(ClubFactory()))
    response = client.post(address("create_event") + "?kind=open_map", typed(club))
    assert "club" in response.context["form"].errors and not Event.objects.exists()


@pytest.mark.parametrize("name", ["publish_event", "delete_draft"])
def test_buttons_need_a_post_and_the_right(client, club, name):
    event = EventFactory(club=club, draft=True)
    client.force_login(coordinator_of(club))
    assert client.get(address(name, event.slug)).status_code == 405
    Reception.objects.create(event=event, person=(helper := PersonFactory()))
    client.force_login(helper)
    assert client.post(address(name, event.slug)).status_code == 403
    event.refresh_from_db()
    assert event.is_draft


def test_sessions_and_desks_of_other_clubs_do_not_exist(desk):
    session = SessionFactory()
    reception = Reception.objects.create(event=session.event, person=PersonFactory())
    assert desk.get(address("change_session", session.pk)).status_code == 404
    assert desk.post(address("remove_session", session.pk)).status_code == 404
    assert desk.post(address("remove_reception", reception.pk)).status_code == 404
    assert Session.objects.exists() and Reception.objects.exists()


# --- Drafting --------------------------------------------------------------------------------------------------------


def test_open_map_is_offered_ready_made(desk):
    assert "08:45" in text_of(desk.get(address("create_event")))
    form = desk.get(address("create_event"), {"kind": "open_map"}).context["form"]
    assert (form["capacity"].value(), form["quota_buyers"].value(), form["quota_structures"].value()) == (120, 60, 60)
    assert f"{form['starts_at'].value():%H:%M}–{form['ends_at'].value():%H:%M}" == "08:45–12:30"
    assert form["with_programme"].value() is True
    assert "with_programme" not in desk.get(address("create_event"), {"kind": "breakfast"}).context["form"].fields


def test_event_is_drafted_published_and_edited(desk, club):
    CommuneFactory()
    response = desk.post(address("create_event") + "?kind=open_map", typed(club))
    event = Event.objects.get()
    assert response.url == event.get_absolute_url()
    assert event.starts_at == datetime(2027, 11, 16, 8, 45, tzinfo=PARIS) and event.sessions.count() == 6
    assert event.commune.name == "Nanterre" and event.status == EventStatus.DRAFT
    desk.post(address("publish_event", event.slug))
    form = desk.get(address("edit_event", event.slug)).context["form"]
    assert form["starts_at"].value() == datetime(2027, 11, 16, 8, 45) and form["quota_buyers"].value() == 60
    desk.post(address("edit_event", event.slug), typed(club, title="Autre titre", quota_buyers=""))
    event.refresh_from_db()
    assert (event.title, event.status, event.sequence) == ("Autre titre", EventStatus.PUBLISHED, 0)
    assert [quota.audience for quota in event.quotas.all()] == [STRUCTURES]


def test_hours_are_typed_by_the_clock_of_the_place(desk, club):
    desk.post(address("create_event") + "?kind=breakfast", typed(club, time_zone="Indian/Reunion"))
    event = Event.objects.get()
    assert event.starts_at.isoformat() == "2027-11-16T04:45:00+00:00"
    form = desk.get(address("edit_event", event.slug)).context["form"]
    assert form["starts_at"].value() == datetime(2027, 11, 16, 8, 45)


def test_hour_left_out_in_spring_exists_in_la_reunion_only(desk, club):
    hours = {"starts_at": "2027-03-28T02:30", "ends_at": "2027-03-28T05:00"}
    response = desk.post(address("create_event") + "?kind=breakfast", typed(club, **hours))
    assert "n’existe pas" in str(response.context["form"].errors["starts_at"])
    desk.post(address("create_event") + "?kind=breakfast", typed(club, **hours, time_zone="Indian/Reunion"))
    assert Event.objects.get().local_start.hour == 2


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"title": ""}, "title"),
        ({"starts_at": "demain"}, "starts_at"),
        ({"ends_at": "2027-11-16T08:00"}, "ends_at"),
        ({"registration_closes_at": "2027-11-17T08:00"}, "registration_closes_at"),
        ({"capacity": "0"}, "capacity"),
        ({"capacity": "-3"}, "capacity"),
        ({"capacity": "99999999999999999999"}, "capacity"),
        ({"quota_buyers": "-1"}, "quota_buyers"),
        ({"latitude": "48.9"}, "longitude"),
        ({"latitude": "148.9", "longitude": "2"}, "latitude"),
        ({"time_zone": "Mars/Olympus"}, "time_zone"),
        ({"post_code": "920"}, "post_code"),
        ({"kind": "rave"}, "kind"),
    ],
)
def test_wrong_event_is_said_at_its_field_and_keeps_what_was_typed(desk, club, changes, field):
    response = desk.post(address("create_event") + "?kind=open_map", typed(club, summary="À garder", **changes))
    assert field in response.context["form"].errors and "À garder" in text_of(response)
    assert not Event.objects.exists()


def test_fewer_places_than_taken_are_refused_at_the_field(desk, club):
    event = EventFactory(club=club, capacity=5, quotas={BUYERS: 5}, post_code="92000")
    register(event, 3)
    values = typed(club, starts_at=f"{event.local_start:%Y-%m-%dT%H:%M}", ends_at=f"{event.local_end:%Y-%m-%dT%H:%M}")
    response = desk.post(address("edit_event", event.slug), {**values, "capacity": 2})
    assert "3 places" in str(response.context["form"].errors["capacity"])
    event.refresh_from_db()
    assert event.capacity == 5 and event.title != "Open Map ESS"


def test_quota_lowered_below_what_is_taken_is_said_after_saving(desk, club):
    event = EventFactory(club=club, capacity=5, quotas={BUYERS: 5}, post_code="92000")
    register(event, 3)
    values = typed(club, starts_at=f"{event.local_start:%Y-%m-%dT%H:%M}", ends_at=f"{event.local_end:%Y-%m-%dT%H:%M}")
    response = desk.post(address("edit_event", event.slug), {**values, "capacity": 5, "quota_buyers": 2}, follow=True)
    assert "personne ne perd la sienne" in text_of(response)
    assert event.quotas.get(audience=BUYERS).places == 2 and event.places.holding_a_place().count() == 3


def test_programme_is_edited(desk, club):
    event = EventFactory(club=club, starts_at=in_days(30))
    hours = [event.local_start, event.local_start + timedelta(hours=1)]
    values = {"kind": "workshop", "title": "Atelier", **dict(zip(("starts_at", "ends_at"), hours, strict=True))}
    values |= {name: f"{values[name]:%Y-%m-%dT%H:%M}" for name in ("starts_at", "ends_at")}
    assert desk.post(address("programme_page", event.slug), values).status_code == 302
    session = Session.objects.get()
    assert session.kind == SessionKind.WORKSHOP and session.starts_at == event.starts_at
    wrong = desk.post(address("change_session", session.pk), {**values, "ends_at": "2031-01-01T10:00"})
    assert "ends_at" in wrong.context["form"].errors and 'value="Atelier"' in text_of(wrong)
    desk.post(address("change_session", session.pk), {**values, "room": "Salle 2"})
    assert "Salle 2" in text_of(desk.get(address("programme_page", event.slug)))
    desk.post(address("remove_session", session.pk))
    assert not Session.objects.exists()


def test_event_is_cancelled_with_its_reason_copied_and_deleted(desk, club):
    event = EventFactory(club=club)
    assert desk.post(address("cancel_event", event.slug), {"reason": "Salle inondée"}).url == event.get_absolute_url()
    event.refresh_from_db()
    assert event.is_cancelled and event.cancel_reason == "Salle inondée"
    response = desk.post(address("copy_event", event.slug), {"title": "La suite", "starts_at": "2028-02-01T09:00"})
    copy = Event.objects.exclude(pk=event.pk).get()
    assert response.url == address("edit_event", copy.slug) and copy.is_draft
    assert desk.post(address("delete_draft", copy.slug)).url == address("managed_event_list")
    assert not Event.objects.filter(pk=copy.pk).exists()


def test_managed_list_shows_drafts_of_ones_clubs(desk, club):
    EventFactory(club=club, draft=True, title="Brouillon")
    EventFactory(title="D’un autre club")
    text = text_of(desk.get(address("managed_event_list")))
    assert "Brouillon" in text and "D’un autre club" not in text


# --- People ----------------------------------------------------------------------------------------------------------


def test_registrations_are_filtered_and_exported(desk, club):
    event = EventFactory(club=club, past=True)
    place_at(event, first_name="Ada", last_name="Élu", attendance=Attendance.PRESENT)
    place_at(event, OrganisationFactory(structure=True), last_name="Structure", attendance=Attendance.ABSENT)
    place_at(event, last_name="Partie", status=PlaceStatus.CANCELLED)
    list_address = address("registration_list", event.slug)
    for query, names in [
        ({}, {"ÉLU", "STRUCTURE", "PARTIE"}),
        ({"q": "elu"}, {"ÉLU"}),
        ({"status": "cancelled"}, {"PARTIE"}),
        ({"audience": "structures"}, {"STRUCTURE"}),
        ({"attendance": "present"}, {"ÉLU"}),
        ({"q": "rien"}, set()),
    ]:
        text = text_of(desk.get(list_address, query))
        assert {name for name in ("ÉLU", "STRUCTURE", "PARTIE") if f"{name} " in text} == names
        export = desk.get(address("registration_export", event.slug, "csv"), query)
        lines = list(csv.reader(io.StringIO(export.getvalue().decode("utf-8-sig")), delimiter=";"))
        assert {line[0].upper() for line in lines[1:]} == names
    assert desk.get(address("registration_export", event.slug, "pdf")).status_code == 404


def test_exported_names_are_never_run_as_formulas(desk, club):
    event = EventFactory(club=club)
    place_at(event, last_name="=HYPERLINK(1)")
    export = desk.get(address("registration_export", event.slug, "csv")).getvalue().decode()
    assert "'=HYPERLINK(1)" in export
    book = load_workbook(io.BytesIO(desk.get(address("registration_export", event.slug, "xlsx")).getvalue()))
    cell = book.active["A2"]
    assert cell.value == "=HYPERLINK(1)" and cell.data_type == "s"


def test_lists_of_people_cost_the_same_for_one_and_three(desk, club, django_assert_num_queries):
    event = EventFactory(club=club, today=True)
    names = ["registration_list", "waiting_list", "check_in", "attendance_sheet"]
    place_at(event), place_at(event, waiting=True)
    costs = {}
    for name in names:
        desk.get(address(name, event.slug))
        with CaptureQueriesContext(connection) as queries:
            desk.get(address(name, event.slug))
        costs[name] = len(queries)
    for _ in range(2):
        place_at(event), place_at(event, waiting=True)
    for name in names:
        with django_assert_num_queries(costs[name]):
            desk.get(address(name, event.slug))
    assert max(costs.values()) <= 14


def test_waiting_list_stands_in_order(desk, club):
    event = EventFactory(club=club, capacity=1)
    register(event, organisation=OrganisationFactory(name="Servie"))
    for name in ("Première", "Deuxième"):
        register(event, organisation=OrganisationFactory(name=name))
    text = text_of(desk.get(address("waiting_list", event.slug)))
    assert text.index("Première") < text.index("Deuxième") and "Servie" not in text


def test_reception_desk_is_staffed_by_account(desk, club):
    event, helper = EventFactory(club=club), PersonFactory(email="aide@example.org")
    desk.post(address("reception_page", event.slug), {"email": "AIDE@example.org"})
    reception = Reception.objects.get()
    assert reception.person == helper
    unknown = desk.post(address("reception_page", event.slug), {"email": "inconnue@example.org"})
    assert "Aucun compte" in text_of(unknown) and 'value="inconnue@example.org"' in text_of(unknown)
    desk.post(address("remove_reception", reception.pk))
    assert not Reception.objects.exists()


# --- Door ------------------------------------------------------------------------------------------------------------


def test_press_comes_back_to_the_line_with_the_search(desk, club):
    place = place_at(EventFactory(club=club, today=True))
    response = desk.post(address("set_attendance", place.pk), {"attendance": "present", "q": "nom"})
    assert response.url == f"{address('check_in', place.event.slug)}?q=nom#place-{place.pk}"


def test_press_by_htmx_answers_with_the_line_and_the_counters(desk, club):
    event = EventFactory(club=club, today=True)
    place = place_at(event)
    place_at(event)
    headers = {"HX-Request": "true"}
    response = desk.post(address("set_attendance", place.pk), {"attendance": "present"}, headers=headers)
    text = text_of(response)
    assert f'id="place-{place.pk}"' in text and "<html" not in text and 'hx-swap-oob="true"' in text
    assert "<strong>1</strong> / 2" in text and 'aria-pressed="true"' in text
    counters = desk.get(address("check_in", event.slug), headers={**headers, "HX-Target": "counters"})
    assert "<strong>1</strong> / 2" in text_of(counters) and "<li" not in text_of(counters)


def test_refused_press_says_why(desk, club):
    place = place_at(EventFactory(club=club))
    refused = desk.post(address("set_attendance", place.pk), {"attendance": "present"})
    assert "à partir du jour" in str(next(iter(get_messages(refused.wsgi_request))))
    by_htmx = desk.post(address("set_attendance", place.pk), {"attendance": "present"}, headers={"HX-Request": "true"})
    assert "à partir du jour" in text_of(by_htmx) and 'role="alert"' in text_of(by_htmx)
    assert desk.post(address("set_attendance", place.pk), {"attendance": "asleep"}).status_code == 400


def test_door_finds_people_and_who_is_not_yet_noted(desk, club):
    event = EventFactory(club=club, today=True)
    place_at(event, last_name="Déjà", attendance=Attendance.PRESENT)
    place_at(event, OrganisationFactory(name="Blanchisserie du Lac"), last_name="Attendue")
    for query, names in [({}, {"DÉJÀ", "ATTENDUE"}), ({"q": "lac"}, {"ATTENDUE"}), ({"show": "open"}, {"ATTENDUE"})]:
        text = text_of(desk.get(address("check_in", event.slug), query))
        assert {name for name in ("DÉJÀ", "ATTENDUE") if f"{name} " in text} == names


WALK_IN = {"first_name": "Sam", "last_name": "Surprise", "email": "", "job_title": ""}


def test_walk_in_is_let_in_by_name_siret_or_suggestion(desk, club):
    event = EventFactory(club=club, today=True)
    company = OrganisationFactory(name="Ateliers du Lac")
    OrganisationFactory(name="Ateliers du Lac", siret=company.siret, kind=OrganisationKind.ACI)
    suggestion = f"Ateliers du Lac (company, {company.siret})"
    suggestions = text_of(desk.get(address("organisation_suggestions", event.slug), {"organisation": "lac"}))
    assert suggestion in suggestions
    other = OrganisationFactory(name="Tout autre")
    for text, found in [(suggestion, company), ("autre", other), (other.siret, other)]:
        response = desk.post(
            address("add_walk_in", event.slug), {**WALK_IN, "last_name": text[:20], "organisation": text}
        )
        assert response.url == address("check_in", event.slug)
        assert event.places.latest("pk").registration.organisation == found


@pytest.mark.parametrize(
    ("changes", "field", "message"),
    [
        ({"organisation": "inconnue"}, "organisation", "Aucune organisation"),
        ({"organisation": "jumelle"}, "organisation", "Plusieurs"),
        ({"organisation": ""}, "organisation", "obligatoire"),
        ({"last_name": ""}, "last_name", "obligatoire"),
        ({"email": "deja@example.org"}, "email", "déjà inscrite"),
    ],
)
def test_wrong_walk_in_is_said_at_its_field_and_keeps_what_was_typed(desk, club, changes, field, message):
    event = EventFactory(club=club, today=True)
    place_at(event, OrganisationFactory(name="Seule"), email="deja@example.org")
    OrganisationFactory(name="Jumelle une"), OrganisationFactory(name="Jumelle deux")
    response = desk.post(address("add_walk_in", event.slug), {**WALK_IN, "organisation": "seule", **changes})
    assert message in str(response.context["walk_in_form"].errors[field]) and 'value="Sam"' in text_of(response)
    assert event.places.count() == 1


def test_walk_in_finds_the_house_full(desk, club):
    event = EventFactory(club=club, today=True, capacity=1)
    place_at(event, OrganisationFactory(name="Seule"))
    text = text_of(desk.post(address("add_walk_in", event.slug), {**WALK_IN, "organisation": "seule"}))
    assert "1 places sont prises" in text and event.places.count() == 1


def test_search_on_the_page_of_a_refused_walk_in_goes_to_the_list(desk, club):
    event = EventFactory(club=club, today=True)
    response = desk.get(address("add_walk_in", event.slug), {"q": "nom"})
    assert response.url == f"{address('check_in', event.slug)}?q=nom"


def test_who_waits_is_let_in(desk, club):
    event = EventFactory(club=club, today=True)
    place = place_at(event, waiting=True)
    assert "Faire entrer" in text_of(desk.get(address("check_in", event.slug)))
    desk.post(address("admit_waiting", place.pk))
    place.refresh_from_db()
    assert place.is_confirmed and place.attendance == Attendance.PRESENT


@pytest.mark.parametrize(
    ("start", "hours", "halves"),
    [
        ((2027, 5, 3, 8, 45), 3.75, [(3, "matin")]),
        ((2027, 5, 3, 9), 8, [(3, "matin"), (3, "après-midi")]),
        ((2027, 5, 3, 14), 3, [(3, "après-midi")]),
        ((2027, 5, 3, 14), 22, [(3, "après-midi"), (4, "matin")]),
    ],
)
def test_sheet_has_a_box_for_each_half_day(start, hours, halves):
    begins = datetime(*start, tzinfo=PARIS)
    event = EventFactory(starts_at=begins, ends_at=begins + timedelta(hours=hours))
    assert [(half.day.day, half.half.label) for half in half_days(event)] == halves


def test_sheet_lists_who_is_expected(desk, club):
    event = EventFactory(club=club, kind=EventKind.ROUND_TABLE, starts_at=timezone.now() + timedelta(days=3))
    place_at(event, last_name="Attendue"), place_at(event, last_name="Patiente", waiting=True)
    text = pdf_text(desk.get(address("attendance_sheet", event.slug)).content)
    assert "ATTENDUE" in text and "PATIENTE" not in text and "Signature" in text
