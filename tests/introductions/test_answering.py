import pytest

from core.errors import RuleBroken
from core.models import HistoryEntry, Letter
from introductions import actions
from introductions.enums import IntroductionStatus
from members.enums import RoleLevel
from members.models import Role
from tests.factories import member_of
from tests.introductions.factories import fresh


def letters_of(code):
    return {letter.to_email: letter for letter in Letter.objects.filter(code=code)}


def test_introduction_accepted_reveals_each_side_to_the_other_by_letter(pair):
    introduction = pair.accepted()
    assert introduction.status == IntroductionStatus.ACCEPTED and introduction.is_revealed
    letters = letters_of("introductions.accepted")
    assert set(letters) == {pair.buyer.email, pair.manager.email}
    to_buyer, to_manager = letters[pair.buyer.email].text, letters[pair.manager.email].text
    assert pair.manager.email in to_buyer and "06\u00a022\u00a022\u00a022\u00a022" in to_buyer
    assert pair.buyer.email in to_manager and "06\u00a011\u00a011\u00a011\u00a011" in to_manager


def test_introduction_accepted_twice_is_refused(pair):
    introduction = pair.accepted()
    before = HistoryEntry.objects.count(), Letter.objects.count()
    for person in (pair.manager, pair.buyer):
        with pytest.raises(RuleBroken):
            actions.accept_introduction(introduction, by=person)
        with pytest.raises(RuleBroken):
            actions.decline_introduction(introduction, by=person)
    assert before == (HistoryEntry.objects.count(), Letter.objects.count())


def test_introduction_side_that_agreed_does_not_answer_again(pair):
    introduction = pair.ask()
    with pytest.raises(RuleBroken):
        actions.accept_introduction(introduction, by=pair.buyer)
    with pytest.raises(RuleBroken):
        actions.decline_introduction(introduction, by=pair.buyer)
    introduction.refresh_from_db()
    assert introduction.status == IntroductionStatus.ASKED


def test_introduction_is_not_answered_by_the_coordination(pair):
    with pytest.raises(RuleBroken):
        actions.accept_introduction(pair.ask(), by=pair.coordinator)


def test_introduction_is_not_agreed_twice_by_one_person_of_both_sides(pair):
    Role.objects.create(person=pair.buyer, organisation=pair.structure, level=RoleLevel.MANAGER)
    introduction = pair.ask()
    with pytest.raises(RuleBroken):
        actions.accept_introduction(introduction, by=fresh(pair.buyer))
    assert actions.accept_introduction(introduction, by=pair.manager).is_revealed


def test_introduction_declined_tells_the_asking_side_and_reveals_nothing(pair):
    introduction = actions.decline_introduction(pair.ask(), by=pair.manager, reason="Carnet plein")
    assert introduction.status == IntroductionStatus.DECLINED and not introduction.is_revealed
    letter = letters_of("introductions.declined")[pair.buyer.email]
    assert "Carnet plein" in letter.text and pair.manager.email not in letter.text
    with pytest.raises(RuleBroken):
        actions.accept_introduction(introduction, by=pair.manager)


def test_introduction_withdrawn_by_the_asking_side_tells_the_asked_side(pair):
    introduction = actions.withdraw_introduction(pair.ask(), by=pair.buyer)
    assert introduction.status == IntroductionStatus.WITHDRAWN
    assert set(letters_of("introductions.withdrawn")) == {pair.manager.email}


def test_introduction_withdrawn_by_the_coordination_tells_both(pair):
    actions.withdraw_introduction(pair.propose(), by=pair.coordinator)
    assert set(letters_of("introductions.withdrawn")) == {pair.buyer.email, pair.manager.email}


def test_introduction_is_not_withdrawn_once_answered(pair):
    with pytest.raises(RuleBroken):
        actions.withdraw_introduction(pair.accepted(), by=pair.buyer)


def test_introduction_owner_hears_the_answer(pair):
    introduction = actions.assign_owner(pair.ask(), by=pair.coordinator, owner=pair.coordinator)
    actions.accept_introduction(introduction, by=pair.manager)
    assert set(letters_of("introductions.accepted_owner")) == {pair.coordinator.email}


def test_introduction_contact_who_left_is_replaced_by_the_organisation(pair):
    pair.structure.email = "accueil@structure.example"
    pair.structure.save()
    introduction = pair.ask()
    pair.buyer.delete()
    new = member_of(pair.company)
    actions.accept_introduction(introduction, by=pair.manager)
    assert pair.manager.email in letters_of("introductions.accepted")[new.email].text
    assert pair.company.display_name in letters_of("introductions.accepted")[pair.manager.email].text
