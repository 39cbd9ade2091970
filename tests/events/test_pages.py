"""What visitors, participants and organisations see of events, and how they register."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from events.actions import set_attendance
from events.enums import Admission, Attendance, EventKind, EventStatus, PlaceStatus, Visibility
from events.models import Event, Place
from tests.events.factories import (
    BUYERS,
    EventFactory,
    PlaceFactory,
    RegistrationFactory,
    SessionFactory,
    in_days,
    place_at,
    register,
)
from tests.factories import (
    ClubFactory,
    OrganisationFactory,
    PersonFactory,
    SectorFactory,
    administrator,
    coordinator_of,
    member_of,
)
from tests.memberships.factories import TermFactory

pytestmark = pytest.mark.django_db


def text_of(response):
    assert response.status_code == 200
    return response.content.decode().replace("\xa0", " ").replace("&#x27;", "'")


def page(client, name, *args, **query):
    return client.get(reverse(f"events:{name}", args=args), query)


def rows(*people, extra=None, **values):
    """The form data of a registration: one row a person."""
    data = {"form-TOTAL_FORMS": len(people), "form-INITIAL_FORMS": 0, **values, **(extra or {})}
    for index, person in enumerate(people):
        data |= {f"form-{index}-{name}": value for name, value in person.items()}
    return data


ADA = {"first_name": "Ada", "last_name": "Martin", "email": "ada@example.org", "is_listed": "on"}
BOB = {"first_name": "Bob", "last_name": "Durand", "email": "bob@example.org"}
NOBODY = {"first_name": "", "last_name": "", "email": "", "job_title": ""}


# --- List ------------------------------------------------------------------------------------------------------------


def test_list_shows_coming_events_first_and_past_ones_apart(client):
    EventFactory(title="Bientôt")
    EventFactory(title="Naguère", past=True)
    EventFactory(title="Brouillon", draft=True)
    coming, past = text_of(page(client, "event_list")), text_of(page(client, "event_list", when="past"))
    assert "Bientôt" in coming and "Naguère" not in coming
    assert "Naguère" in past and "Bientôt" not in past
    assert "Brouillon" not in coming + past


def test_list_finds_words_without_accents_kinds_and_clubs(client):
    one, other = ClubFactory(), ClubFactory()
    EventFactory(club=one, title="Économie circulaire", kind=EventKind.OPEN_MAP)
    EventFactory(club=other, title="Petit café", kind=EventKind.BREAKFAST, city="Évry")
    for query, found in [
        ({"q": "economie"}, "Économie"),
        ({"q": "EVRY"}, "Petit café"),
        ({"kind": "breakfast"}, "Petit café"),
        ({"club": one.slug}, "Économie"),
        ({"q": "rien de tel"}, "Aucun événement ne correspond"),
    ]:
        text = text_of(page(client, "event_list", **query))
        assert found in text
        assert ("Économie" in text) + ("Petit café" in text) <= 1


def test_club_is_not_asked_about_when_there_is_only_one(client):
    EventFactory()
    assert 'name="club"' not in text_of(page(client, "event_list"))
    ClubFactory()
    assert 'name="club"' in text_of(page(client, "event_list"))


def test_members_only_event_exists_for_members_and_holders_only(client):
    event = EventFactory(visibility=Visibility.MEMBERS)
    member, guest = member_of(TermFactory(club=event.club).organisation), PersonFactory()
    place_at(event, person=guest)
    expected = [(None, 404), (member_of(OrganisationFactory()), 404), (member, 200), (guest, 200)]
    expected += [(coordinator_of(event.club), 200), (coordinator_of(ClubFactory()), 404), (administrator(), 200)]
    for person, status in expected:
        client.logout()
        if person:
            client.force_login(person)
        assert page(client, "event_page", event.slug).status_code == status
        assert (event.title in text_of(page(client, "event_list"))) == (status == 200)


def test_list_costs_the_same_for_one_and_three_events(client, django_assert_num_queries, django_assert_max_num_queries):
    place_at(EventFactory())
    page(client, "event_list")
    with django_assert_max_num_queries(10) as one:
        page(client, "event_list")
    for _ in range(2):
        place_at(EventFactory(club=Event.objects.first().club))
    with django_assert_num_queries(len(one)):
        page(client, "event_list")


# --- Page ------------------------------------------------------------------------------------------------------------


def test_page_tells_the_programme_by_the_clock_of_the_place(client):
    event = EventFactory(time_zone="Indian/Reunion", starts_at=in_days(30, 6), latitude=-20.96, longitude=55.65)
    session = SessionFactory(event=event, title="Plénière", room="Salle 1", speakers="Ève Bel")
    text = text_of(page(client, "event_page", event.slug))
    assert session.starts_at.astimezone(event.zone).strftime("%H:%M") in text and "La Réunion" in text
    assert "Plénière" in text and "Salle 1" in text and "Ève Bel" in text
    assert "geo:-20.960000,55.650000" in text and "mlat=-20.960000" in text


def test_page_says_what_one_can_do(client):
    company = OrganisationFactory()
    director = member_of(company)
    cases = [
        (EventFactory(), director, "S’inscrire"),
        (EventFactory(), None, "Se connecter pour s’inscrire"),
        (EventFactory(), PersonFactory(), "S’inscrire"),
        (EventFactory(admission=Admission.MEMBERS), director, "réservé aux membres"),
        (EventFactory(past=True), director, "terminé"),
        (EventFactory(registration_closes_at=timezone.now()), director, "closes"),
        (EventFactory(status=EventStatus.CANCELLED, cancel_reason="Salle inondée"), None, "Salle inondée"),
    ]
    full = EventFactory(capacity=1)
    place_at(full)
    for event, person, sentence in [*cases, (full, director, "S’inscrire sur la liste d’attente")]:
        client.logout()
        if person:
            client.force_login(person)
        assert sentence in text_of(page(client, "event_page", event.slug))


def test_places_left_are_told_by_audience(client):
    event = EventFactory(capacity=10, quotas={BUYERS: 4})
    place_at(event)
    assert "3 places libres sur 4" in text_of(page(client, "event_page", event.slug))


def test_attendee_list_shows_who_agreed_to_who_comes(client):
    event = EventFactory()
    listed = place_at(event, listed=True, last_name="Visible")
    place_at(event, last_name="Discrète")
    place_at(event, listed=True, last_name="Partie", status=PlaceStatus.CANCELLED)
    place_at(event, listed=True, last_name="Patiente", waiting=True)
    participant, coordinator = PersonFactory(), coordinator_of(event.club)
    place_at(event, person=participant, last_name="Moi")
    waiting, outsider = PersonFactory(), member_of(OrganisationFactory())
    place_at(event, person=waiting, waiting=True)
    colleague = member_of(listed.registration.organisation)
    for person, sees in [
        (None, False), (outsider, False), (waiting, False), (colleague, False), (participant, True), (coordinator, True),
    ]:  # fmt: skip
        client.logout()
        if person:
            client.force_login(person)
        text = text_of(page(client, "event_page", event.slug))
        assert ('id="participants"' in text) == sees
        assert ("Visible" in text) == (sees or person == colleague)  # one's own organisation's people stand beside
        assert not any(name in text for name in ("Discrète", "Partie"))
    assert "Patiente" not in text


def test_introduction_is_asked_for_from_the_list(client):
    event, company = EventFactory(), OrganisationFactory()
    director = member_of(company)
    place_at(event, company, person=director, listed=True)
    other = place_at(event, listed=True).registration.organisation
    client.force_login(director)
    text = text_of(page(client, "event_page", event.slug))
    assert f"?event={event.pk}&amp;organisation={other.pk}" in text
    assert f"organisation={company.pk}" not in text


def test_event_page_costs_the_same_for_one_and_three_people(client, django_assert_num_queries):
    event, director = EventFactory(), PersonFactory()
    place_at(event, person=director)
    client.force_login(director)
    page(client, "event_page", event.slug)
    place_at(event, listed=True)
    with CaptureQueriesContext(connection) as one:
        page(client, "event_page", event.slug)
    for _ in range(2):
        place_at(event, listed=True)
    with django_assert_num_queries(len(one)):
        page(client, "event_page", event.slug)


# --- Register --------------------------------------------------------------------------------------------------------


def test_form_begins_with_oneself(client):
    director = member_of(OrganisationFactory(), first_name="Claire", last_name="Aubin", email="claire@example.org")
    event = EventFactory()
    client.force_login(director)
    text = text_of(page(client, "register_people", event.slug))
    assert 'value="Claire"' in text and 'value="claire@example.org"' in text
    place_at(event, person=director)
    assert 'value="Claire"' not in text_of(page(client, "register_people", event.slug))


def test_group_is_registered_and_empty_rows_are_nobody(client):
    company = OrganisationFactory()
    client.force_login(member_of(company))
    event = EventFactory()
    response = client.post(reverse("events:register_people", args=[event.slug]), rows(ADA, NOBODY, BOB))
    assert response.url == reverse("events:registration_page", args=[event.registrations.get().pk])
    assert "Votre inscription est enregistrée" in text_of(client.get(response.url))
    assert list(event.places.order_by("pk").values_list("email", "is_listed")) == [
        ("ada@example.org", True), ("bob@example.org", False),
    ]  # fmt: skip
    assert event.registrations.get().organisation == company


def test_rows_are_added_and_taken_away_without_script(client):
    client.force_login(member_of(OrganisationFactory()))
    address = reverse("events:register_people", args=[EventFactory().slug])
    text = text_of(client.post(address, rows(ADA, BOB, extra={"add_row": "1"})))
    assert "Personne 3" in text and 'value="Ada"' in text and 'value="Bob"' in text and "checked" in text
    text = text_of(client.post(address, rows(ADA, BOB, extra={"remove_row": "0"})))
    assert 'value="Bob"' in text and 'value="Ada"' not in text and "Personne 2" not in text
    assert not Place.objects.exists()


def test_no_more_rows_than_the_organisation_may_fill(client):
    company = OrganisationFactory()
    client.force_login(member_of(company))
    event = EventFactory(organisation_cap=2)
    address = reverse("events:register_people", args=[event.slug])
    assert "Personne 3" not in text_of(client.post(address, rows(ADA, BOB, extra={"add_row": "1"})))
    register(event, 2, company)
    assert "autant de personnes" in text_of(client.get(address))


@pytest.mark.parametrize(
    ("person", "place", "message"),
    [
        ({**BOB, "last_name": ""}, "form-1-last_name", "Nécessaire"),
        ({**BOB, "email": "bob"}, "form-1-email", "valide"),
        ({**BOB, "email": "ADA@example.org"}, "form-1-email", "deux fois"),
        ({**BOB, "email": "deja@example.org"}, "form-1-email", "déjà inscrite"),
    ],
)
def test_wrong_row_is_said_at_its_field_and_keeps_what_was_typed(client, person, place, message):
    event = EventFactory()
    place_at(event, email="deja@example.org")
    client.force_login(member_of(OrganisationFactory()))
    response = client.post(reverse("events:register_people", args=[event.slug]), rows(ADA, person))
    text = text_of(response)
    errors = response.context["formset"].forms[1].errors
    assert list(errors) == [place.removeprefix("form-1-")] and message in str(errors)
    assert 'value="Ada"' in text and 'value="Bob"' in text and f"#id_{place}" in text
    assert event.places.count() == 1


def test_nobody_named_is_said_on_top(client):
    client.force_login(member_of(OrganisationFactory()))
    address = reverse("events:register_people", args=[EventFactory().slug])
    assert "au moins une personne" in text_of(client.post(address, rows(NOBODY, NOBODY)))


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"registration_closes_at": timezone.now()}, "closes"),
        ({"past": True}, "terminé"),
        ({"status": EventStatus.CANCELLED}, "annulé"),
        ({"admission": Admission.MEMBERS}, "réservé aux membres"),
        ({"quotas": {BUYERS: 0}}, "pas de places"),
        ({"organisation_cap": 1}, "peut inscrire 1 personnes"),
    ],
)
def test_event_that_cannot_be_joined_says_why_and_keeps_what_was_typed(client, fields, message):
    event = EventFactory(**fields)
    client.force_login(member_of(OrganisationFactory()))
    text = text_of(client.post(reverse("events:register_people", args=[event.slug]), rows(ADA, BOB)))
    assert message in text and 'value="Ada"' in text
    assert not Place.objects.exists()


def test_full_event_says_that_one_waits(client):
    event = EventFactory(capacity=1)
    place_at(event)
    client.force_login(member_of(OrganisationFactory()))
    response = client.post(reverse("events:register_people", args=[event.slug]), rows(ADA), follow=True)
    assert "sur la liste d’attente" in text_of(response)
    assert event.places.waiting().count() == 1


def test_draft_and_unknown_events_do_not_exist(client):
    client.force_login(member_of(OrganisationFactory()))
    for slug in (EventFactory(draft=True).slug, "inconnu"):
        assert client.post(reverse("events:register_people", args=[slug]), rows(ADA)).status_code == 404


def test_another_organisations_id_is_refused(client):
    event, other = EventFactory(), OrganisationFactory()
    hidden = OrganisationFactory(is_listed=False)
    client.force_login(member_of(OrganisationFactory()))
    address = reverse("events:register_people", args=[event.slug])
    for organisation, status in [(other.pk, 403), (hidden.pk, 404), ("x", 404), ("9" * 40, 404)]:
        assert client.post(address, rows(ADA, organisation=organisation)).status_code == status
        assert client.get(address, {"organisation": organisation}).status_code == status
    assert not Place.objects.exists()


def test_coordinator_registers_an_organisation_by_phone(client):
    event, company = EventFactory(), OrganisationFactory(name="Ateliers du Lac")
    client.force_login(coordinator_of(event.club))
    address = reverse("events:register_people", args=[event.slug])
    assert f"?organisation={company.pk}" in text_of(client.get(address, {"q": "lac"}))
    response = client.post(address, rows(ADA, organisation=company.pk))
    assert response.url == reverse("events:registration_list", args=[event.slug])
    assert event.registrations.get().organisation == company
    client.force_login(coordinator_of(ClubFactory()))
    assert client.post(address, rows(BOB, organisation=company.pk)).status_code == 403


def test_person_without_organisation_is_sent_to_describe_one(client):
    client.force_login(PersonFactory())
    assert reverse("members:onboarding_page") in text_of(page(client, "register_people", EventFactory().slug))


def test_registering_needs_an_account(client):
    response = page(client, "register_people", EventFactory().slug)
    assert response.status_code == 302 and reverse("account_login") in response.url


# --- My registrations ------------------------------------------------------------------------------------------------


def test_my_registrations_show_mine_and_my_organisations(client):
    company = OrganisationFactory()
    director = member_of(company)
    place_at(EventFactory(title="La mienne"), person=director)
    place_at(EventFactory(title="D’une collègue"), company)
    place_at(EventFactory(title="D’ailleurs"))
    place_at(EventFactory(title="Rendue"), company, status=PlaceStatus.CANCELLED)
    was = place_at(EventFactory(title="Passée", past=True), company)
    set_attendance(was, attendance=Attendance.PRESENT, by=None)
    client.force_login(director)
    text, past = text_of(page(client, "my_registrations")), text_of(page(client, "my_registrations", when="past"))
    assert "La mienne" in text and "D’une collègue" in text
    assert not any(title in text for title in ("D’ailleurs", "Rendue", "Passée"))
    assert "Passée" in past and "présent(e)" in past


def test_my_registrations_tell_the_place_on_the_waiting_list(client):
    event, company = EventFactory(capacity=2), OrganisationFactory()
    register(event, 2)
    register(event)
    register(event, 2, company)
    client.force_login(member_of(company))
    shown = text_of(page(client, "my_registrations"))
    assert "Groupe n° 2 sur 2" in shown and "Toutes les places sont prises." in shown


def test_my_registrations_cost_the_same_for_one_and_three(client, django_assert_num_queries):
    director = member_of(OrganisationFactory())
    client.force_login(director)
    place_at(EventFactory(), person=director, waiting=True)
    page(client, "my_registrations")
    with CaptureQueriesContext(connection) as one:
        page(client, "my_registrations")
    for _ in range(2):
        place_at(EventFactory(), person=director, waiting=True)
    with django_assert_num_queries(len(one)):
        page(client, "my_registrations")


def test_place_is_given_back_changed_and_hidden_by_whose_it_is(client):
    event, company, guest = EventFactory(), OrganisationFactory(), PersonFactory()
    people = [member_of(company), guest, coordinator_of(event.club)]
    for person in people:
        place = PlaceFactory(registration=RegistrationFactory(event=event, organisation=company))
        if person == guest:
            Place.objects.filter(pk=place.pk).update(person=guest)
        client.force_login(person)
        client.post(reverse("events:set_consent", args=[place.pk]), {"is_listed": "yes"})
        place.refresh_from_db()
        assert place.is_listed
        response = client.post(reverse("events:change_place", args=[place.pk]), {**BOB, "email": place.email})
        assert response.status_code == 302
        client.post(reverse("events:cancel_place", args=[place.pk]))
        place.refresh_from_db()
        assert place.last_name == "Durand" and place.status == PlaceStatus.CANCELLED


def test_strangers_places_do_not_exist(client):
    place = place_at(EventFactory(), listed=True)
    for person in (member_of(OrganisationFactory()), coordinator_of(ClubFactory()), PersonFactory()):
        client.force_login(person)
        for name in ("cancel_place", "change_place", "set_consent", "set_attendance", "admit_waiting"):
            assert client.post(reverse(f"events:{name}", args=[place.pk]), BOB).status_code == 404
        address = reverse("events:cancel_registration", args=[place.registration_id])
        assert client.post(address).status_code == 404
    place.refresh_from_db()
    assert place.is_confirmed and place.is_listed


def test_changed_place_with_a_wrong_name_keeps_what_was_typed(client):
    company = OrganisationFactory()
    event = EventFactory()
    place_at(event, email="deja@example.org")
    place = place_at(event, company)
    client.force_login(member_of(company))
    response = client.post(
        reverse("events:change_place", args=[place.pk]), {**BOB, "first_name": "", "email": "deja@example.org"}
    )
    assert "first_name" in response.context["form"].errors
    response = client.post(reverse("events:change_place", args=[place.pk]), {**BOB, "email": "deja@example.org"})
    assert "déjà inscrite" in str(response.context["form"].errors["email"]) and 'value="Bob"' in text_of(response)


def test_registration_is_given_back_whole(client):
    company = OrganisationFactory()
    event = EventFactory()
    registration = register(event, 2, company)
    client.force_login(member_of(company))
    client.post(reverse("events:cancel_registration", args=[registration.pk]))
    assert not event.places.active().exists()


@pytest.mark.parametrize("name", ["cancel_place", "cancel_registration", "set_consent", "set_attendance"])
def test_reading_a_link_changes_nothing(client, name):
    company = OrganisationFactory()
    place = place_at(EventFactory(), company)
    client.force_login(member_of(company))
    pk = place.registration_id if name == "cancel_registration" else place.pk
    assert client.get(reverse(f"events:{name}", args=[pk])).status_code == 405


def test_sectors_of_an_event_stand_on_its_page(client):
    event = EventFactory()
    event.sectors.add(SectorFactory(name="Blanchisserie"))
    assert "Blanchisserie" in text_of(page(client, "event_page", event.slug))
