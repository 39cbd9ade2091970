import datetime

import pytest
from django.utils import timezone

from core.errors import RuleBroken
from core.models import HistoryEntry, Letter
from events.enums import PlaceStatus
from introductions import actions
from introductions.enums import IntroductionStatus, Origin
from introductions.models import Introduction
from memberships.models import Term
from offers.enums import OfferStatus
from tests.factories import ClubFactory, OrganisationFactory
from tests.introductions.factories import event_of, fresh, join, offer_of, pair_of, place_of


def refused(field, call, *args, **kwargs) -> str:
    """The sentence with which the action refuses, at the field; nothing is written."""
    before = (Introduction.objects.count(), Letter.objects.count(), HistoryEntry.objects.count())
    with pytest.raises(RuleBroken) as broken:
        call(*args, **kwargs)
    assert broken.value.field == field
    assert before == (Introduction.objects.count(), Letter.objects.count(), HistoryEntry.objects.count())
    return str(broken.value.message)


def test_introduction_asked_from_the_directory_waits_for_the_other_side(pair):
    introduction = pair.ask(message="Deux hectares.")
    assert introduction.status == IntroductionStatus.ASKED
    assert introduction.origin == Origin.DIRECTORY
    assert introduction.club == pair.club
    assert introduction.asking_contact == pair.buyer and introduction.asking_agreed_at
    assert introduction.asked_agreed_at is None and not introduction.is_revealed
    entry = HistoryEntry.objects.about(introduction).get()
    assert entry.code == "introductions.introduction.asked" and entry.by == pair.buyer
    assert HistoryEntry.objects.about(pair.company).filter(pk=entry.pk).exists()


def test_introduction_letter_goes_to_the_asked_managers_without_contact_details(pair):
    introduction = pair.ask(message="Deux hectares.")
    letter = Letter.objects.about(introduction).get()
    assert (letter.code, letter.to_email) == ("introductions.asked", pair.manager.email)
    assert "Deux hectares." in letter.text
    assert pair.buyer.email not in letter.text and pair.buyer.last_name not in letter.text
    assert "06 11" not in letter.text


def test_introduction_letter_goes_to_the_organisation_when_nobody_has_an_account(pair):
    structure = OrganisationFactory(structure=True, email="accueil@structure.example")
    join(structure, pair.club)
    actions.ask_introduction(pair.company, structure, by=pair.buyer, subject="Linge")
    assert Letter.objects.get().to_email == "accueil@structure.example"


def test_introduction_letter_goes_to_the_coordination_when_the_organisation_has_no_address(pair):
    structure = OrganisationFactory(structure=True)
    join(structure, pair.club)
    actions.ask_introduction(pair.company, structure, by=pair.buyer, subject="Linge")
    assert Letter.objects.get().to_email == pair.coordinator.email


def test_introduction_asked_from_an_offer_remembers_it(pair):
    offer = offer_of(pair.structure)
    introduction = pair.ask(offer=offer)
    assert (introduction.origin, introduction.offer) == (Origin.OFFER, offer)


def test_introduction_from_a_withdrawn_offer_is_refused(pair):
    offer = offer_of(pair.structure, status=OfferStatus.WITHDRAWN)
    refused("offer", pair.ask, offer=offer)


def test_introduction_from_an_offer_of_somebody_else_is_refused(pair):
    refused("offer", pair.ask, offer=offer_of(pair_of(pair.club).structure))


def test_introduction_asked_from_an_event_needs_places_on_both_sides_and_consent(pair):
    event = event_of(pair.club)
    refused("event", pair.ask, event=event)
    place_of(event, pair.company, is_listed=False)
    refused("event", pair.ask, event=event)
    place_of(event, pair.structure, is_listed=False)
    refused("event", pair.ask, event=event)
    place_of(event, pair.structure)
    assert pair.ask(event=event).origin == Origin.EVENT


def test_introduction_from_an_event_one_waits_for_is_refused(pair):
    event = event_of(pair.club)
    place_of(event, pair.company, status=PlaceStatus.WAITING)
    place_of(event, pair.structure)
    refused("event", pair.ask, event=event)


def test_introduction_to_oneself_is_refused(pair):
    refused("asked", actions.ask_introduction, pair.company, pair.company, by=pair.buyer, subject="Moi")


def test_introduction_without_a_word_in_the_subject_is_refused(pair):
    refused("subject", pair.ask, subject="  …  ")


@pytest.mark.parametrize("subject", ["Été 2026", "ete  2026", "ÉTÉ-2026 !"])
def test_introduction_second_open_one_is_refused_however_the_subject_is_written(pair, subject):
    pair.ask(subject="été 2026")
    refused("subject", pair.ask, subject=subject)


def test_introduction_second_open_one_is_refused_in_the_other_direction(pair):
    pair.ask(subject="été 2026")
    asking = {"by": fresh(pair.manager), "subject": "Été 2026"}
    refused("subject", actions.ask_introduction, pair.structure, pair.company, **asking)
    refused("subject", pair.propose, subject="ETE 2026")


def test_introduction_on_another_subject_may_be_asked(pair):
    pair.ask(subject="été 2026")
    assert pair.ask(subject="hiver 2026").pk


def test_introduction_may_be_asked_again_after_a_refusal(pair):
    actions.decline_introduction(pair.ask(), by=pair.manager)
    assert pair.ask().status == IntroductionStatus.ASKED


def test_introduction_needs_a_club_in_common(pair):
    refused("club", actions.ask_introduction, pair.company, pair_of().structure, by=pair.buyer, subject="Linge")


def test_introduction_needs_current_members(pair):
    Term.objects.filter(organisation=pair.structure).update(ends_on=timezone.localdate() - datetime.timedelta(days=1))
    refused("club", pair.ask)


def test_introduction_club_is_the_chosen_one_when_several_are_shared(pair):
    other = ClubFactory()
    join(pair.company, other), join(pair.structure, other)
    refused("club", pair.ask)
    refused("club", pair.ask, club=ClubFactory())
    assert pair.ask(club=other).club == other


def test_introduction_club_is_the_events_when_several_are_shared(pair):
    other = ClubFactory()
    join(pair.company, other), join(pair.structure, other)
    event = event_of(other)
    place_of(event, pair.company), place_of(event, pair.structure)
    assert pair.ask(event=event).club == other


def test_introduction_proposed_by_the_coordination_needs_both_sides(pair):
    introduction = pair.propose()
    assert introduction.origin == Origin.COORDINATOR and introduction.owner == pair.coordinator
    assert introduction.asking_agreed_at is None and introduction.asked_agreed_at is None
    letters = Letter.objects.about(introduction)
    assert {letter.to_email for letter in letters} == {pair.buyer.email, pair.manager.email}
    introduction = actions.accept_introduction(introduction, by=pair.buyer)
    assert introduction.status == IntroductionStatus.ASKED and not introduction.is_revealed
    introduction = actions.accept_introduction(introduction, by=pair.manager)
    assert introduction.status == IntroductionStatus.ACCEPTED
    assert (introduction.asking_contact, introduction.asked_contact) == (pair.buyer, pair.manager)


def test_introduction_proposed_of_a_non_member_is_refused_at_the_side(pair):
    stranger = pair_of().structure
    propose = actions.propose_introduction
    refused("asked", propose, pair.club, pair.company, stranger, by=pair.coordinator, subject="X1")
    refused("asking", propose, pair.club, stranger, pair.company, by=pair.coordinator, subject="X1")
