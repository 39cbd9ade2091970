from datetime import timedelta

import pytest
from django.utils import timezone

from core.errors import RuleBroken
from core.models import HistoryEntry, Letter
from events.actions import Attendee, PersonRefused, cancel_event, cancel_registration, register_people
from events.enums import Admission, EventStatus, PlaceStatus, Visibility
from events.models import Place, Registration
from events.models.seats import PATIENCE
from tests.events.factories import (
    BUYERS,
    STRUCTURES,
    EventFactory,
    in_days,
    people,
    person_named,
    place_at,
    register,
    statuses,
)
from tests.factories import OrganisationFactory, coordinator_of, member_of
from tests.memberships.factories import TermFactory

pytestmark = pytest.mark.django_db


def refused(event, message, organisation=None, group=None):
    """Registering fails with a sentence that holds `message`, and changes nothing."""
    before = (Registration.objects.count(), Place.objects.count(), Letter.objects.count(), HistoryEntry.objects.count())
    with pytest.raises(RuleBroken, match=message) as caught:
        register_people(event, organisation=organisation or OrganisationFactory(), people=group or people(1), by=None)
    after = (Registration.objects.count(), Place.objects.count(), Letter.objects.count(), HistoryEntry.objects.count())
    assert after == before
    return caught.value


def test_registration_confirms_a_group_and_writes_to_each():
    company = OrganisationFactory()
    director = member_of(company, email="directrice@example.org")
    event = EventFactory()
    group = [
        Attendee("Ada", "Martin", "Directrice@example.org", "Directrice", is_listed=True),
        Attendee("Bob", "Durand", "bob@example.org"),
        Attendee("Sans", "Adresse"),
    ]
    registration = register_people(event, organisation=company, people=group, by=director)
    ada, bob, third = registration.places.order_by("pk")
    assert {ada.status, bob.status, third.status} == {PlaceStatus.CONFIRMED}
    assert ada.person == director and bob.person is None
    assert ada.audience == BUYERS
    assert ada.is_listed and ada.consented_at and not bob.is_listed and bob.consented_at is None
    letters = {letter.to_email: letter for letter in Letter.objects.all()}
    assert set(letters) == {"directrice@example.org", "bob@example.org"}
    assert (
        letters["bob@example.org"].attachments.get(filename="event.ics").media_type == "text/calendar; method=REQUEST"
    )
    assert "liste" in letters["directrice@example.org"].text and "liste" not in letters["bob@example.org"].text
    entry = HistoryEntry.objects.get(code="events.registration.made")
    assert entry.by == director and entry.values == {"organisation": str(company), "people": "3"}


def test_registration_of_colleagues_alone_writes_to_who_registered_them():
    company = OrganisationFactory()
    assistant = member_of(company, email="assistante@example.org")
    register_people(EventFactory(), organisation=company, people=[person_named("Zoe")], by=assistant)
    summary = Letter.objects.get(code="events.registration_made")
    assert summary.to_email == "assistante@example.org" and "Anne Zoe" in summary.text


def test_account_with_unproven_address_is_not_linked():
    member_of(OrganisationFactory(), email="autre@example.org", verified=False)
    registration = register_people(
        EventFactory(),
        organisation=OrganisationFactory(),
        people=[person_named("x", email="autre@example.org")],
        by=None,
    )
    assert registration.places.get().person is None


def test_full_event_puts_the_next_on_the_waiting_list():
    event = EventFactory(capacity=2)
    assert statuses(register(event, 2)) == {PlaceStatus.CONFIRMED}
    waiting = register(event, 1)
    place = waiting.places.get()
    assert place.status == PlaceStatus.WAITING and place.waiting_since is not None
    letter = Letter.objects.get(to_email=place.email)
    assert letter.code == "events.place_waiting" and not letter.attachments.exists()


def test_group_that_does_not_fit_whole_waits_whole():
    event = EventFactory(capacity=3)
    register(event, 2)
    assert statuses(register(event, 2)) == {PlaceStatus.WAITING}


def test_newcomer_takes_what_a_waiting_group_cannot_use_but_not_for_ever():
    event = EventFactory(capacity=3)
    register(event, 2)
    pair = register(event, 2)
    for rounds in range(1, PATIENCE + 1):
        newcomer = register(event, 1)
        pair.refresh_from_db()
        assert statuses(newcomer) == {PlaceStatus.CONFIRMED} and pair.passed_over == rounds
        cancel_registration(newcomer, by=None)
    assert statuses(register(event, 1)) == {PlaceStatus.WAITING} and statuses(pair) == {PlaceStatus.WAITING}


def test_quota_holds_its_audience_only():
    event = EventFactory(capacity=10, quotas={BUYERS: 1, STRUCTURES: 9})
    register(event, 1)
    assert statuses(register(event, 1)) == {PlaceStatus.WAITING}
    structure = OrganisationFactory(structure=True)
    assert statuses(register(event, 4, structure)) == {PlaceStatus.CONFIRMED}


def test_organisation_cap_counts_confirmed_and_waiting():
    event = EventFactory(capacity=2, organisation_cap=3)
    company = OrganisationFactory()
    register(event, 2, company)
    register(event, 1, company)
    refused(event, "3", company)


def test_group_larger_than_its_audience_could_ever_have_is_refused():
    refused(EventFactory(quotas={BUYERS: 1}), "1", group=people(2))
    refused(EventFactory(quotas={BUYERS: 0}), "places")


def test_nobody_named_is_refused():
    with pytest.raises(RuleBroken):
        register_people(EventFactory(), organisation=OrganisationFactory(), people=[], by=None)


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"draft": True}, "publi"),
        ({"status": EventStatus.CANCELLED}, "annul"),
        ({"past": True}, "termin"),
        ({"starts_at": timezone.now() - timedelta(hours=1)}, "commenc"),
        ({"registration_closes_at": timezone.now() - timedelta(hours=1)}, "close"),
    ],
)
def test_event_that_takes_no_registration_says_why(fields, message):
    refused(EventFactory(**fields), message)


@pytest.mark.parametrize("field", [{"admission": Admission.MEMBERS}, {"visibility": Visibility.MEMBERS}])
def test_event_for_members_refuses_others(field):
    event = EventFactory(**field)
    member = TermFactory(club=event.club).organisation
    assert statuses(register(event, 1, member)) == {PlaceStatus.CONFIRMED}
    refused(event, "membre")
    ended = TermFactory(club=event.club, ends_on=timezone.localdate() - timedelta(days=1)).organisation
    refused(event, "membre", ended)
    refused(event, "membre", TermFactory().organisation)


def test_registering_twice_is_refused_at_the_persons_email():
    event = EventFactory()
    place_at(event, email="ada@example.org")
    error = refused(event, "déjà", group=[person_named("Bob"), person_named("Ada", email="ADA@example.org")])
    assert isinstance(error, PersonRefused) and (error.index, error.field) == (1, "email")


def test_same_person_twice_in_a_group_is_refused():
    event = EventFactory()
    error = refused(event, "deux fois", group=[person_named("Ada"), person_named("Ada")])
    assert (error.index, error.field) == (1, "email")
    error = refused(event, "deux fois", group=[Attendee("Ève", "Bel"), Attendee("Eve", "BEL")])
    assert (error.index, error.field) == (1, "last_name")


def test_same_name_without_email_twice_in_an_organisation_is_refused():
    event, company = EventFactory(), OrganisationFactory()
    register_people(event, organisation=company, people=[Attendee("Ève", "Bel")], by=None)
    error = refused(event, "déjà", company, [Attendee("eve", "bel")])
    assert (error.index, error.field) == (0, "last_name")
    register_people(event, organisation=OrganisationFactory(), people=[Attendee("Ève", "Bel")], by=None)


def test_who_gave_a_place_back_may_register_again():
    event = EventFactory()
    place_at(event, email="ada@example.org", status=PlaceStatus.CANCELLED)
    group = [person_named("Ada", email="ada@example.org")]
    register_people(event, organisation=OrganisationFactory(), people=group, by=None)
    assert event.places.holding_a_place().count() == 1


def test_cancelled_event_takes_nobody_even_when_it_was_cancelled_meanwhile():
    event = EventFactory()
    cancel_event(type(event).objects.get(pk=event.pk), by=coordinator_of(event.club))
    refused(event, "annul")


def test_letter_tells_the_hours_of_the_place():
    event = EventFactory(time_zone="Indian/Reunion", starts_at=in_days(30, 6))
    register(event, 1)
    text = Letter.objects.get().text
    hour = event.local_start.strftime("%H:%M")
    assert hour in text and "La Réunion" in text
