import datetime

import pytest
from django.utils import timezone

from core.errors import RuleBroken
from core.models import HistoryEntry
from introductions import actions
from introductions.enums import IntroductionStatus, NoteAudience
from introductions.models import Introduction, Note
from tests.factories import administrator, coordinator_of
from tests.introductions.factories import fresh, pair_of


def test_talks_start_after_both_agreed_and_once(pair):
    introduction = pair.ask()
    with pytest.raises(RuleBroken):
        actions.start_talks(introduction, by=pair.buyer)
    introduction = actions.accept_introduction(introduction, by=pair.manager)
    assert actions.start_talks(introduction, by=pair.buyer).status == IntroductionStatus.IN_TALKS
    with pytest.raises(RuleBroken):
        actions.start_talks(introduction, by=pair.buyer)


def test_introduction_closed_needs_a_reason_and_may_be_reopened(pair):
    introduction = pair.accepted()
    with pytest.raises(RuleBroken) as broken:
        actions.close_introduction(introduction, by=pair.buyer, reason="  ")
    assert broken.value.field == "reason"
    introduction = actions.close_introduction(introduction, by=pair.buyer, reason="Budget reporté")
    assert introduction.status == IntroductionStatus.CLOSED and introduction.closed_at and introduction.is_revealed
    for call in (actions.start_talks, lambda i, by: actions.close_introduction(i, by=by, reason="encore")):
        with pytest.raises(RuleBroken):
            call(introduction, by=pair.buyer)
    introduction = actions.reopen_introduction(introduction, by=pair.coordinator)
    assert introduction.status == IntroductionStatus.IN_TALKS
    assert introduction.closed_at is None and introduction.close_reason == ""
    with pytest.raises(RuleBroken):
        actions.reopen_introduction(introduction, by=pair.coordinator)


def test_introduction_is_not_reopened_beside_a_newer_one_on_the_subject(pair):
    introduction = actions.close_introduction(pair.accepted(), by=pair.buyer, reason="Fini")
    pair.ask()
    with pytest.raises(RuleBroken):
        actions.reopen_introduction(introduction, by=pair.buyer)


def test_next_step_is_today_or_later_and_is_cleared_without_a_day(pair):
    today = timezone.localdate()
    introduction = pair.accepted()
    with pytest.raises(RuleBroken) as broken:
        actions.set_next_step(introduction, by=pair.buyer, on=today - datetime.timedelta(days=1))
    assert broken.value.field == "on"
    with pytest.raises(RuleBroken):
        actions.set_next_step(introduction, by=pair.buyer, on=None, what="Visite")
    introduction = actions.set_next_step(introduction, by=pair.buyer, on=today, what=" Visite ")
    assert (introduction.next_on, introduction.next_step) == (today, "Visite")
    introduction = actions.set_next_step(introduction, by=pair.manager, on=None)
    assert (introduction.next_on, introduction.next_step) == (None, "")


def test_next_step_is_not_set_once_ended(pair):
    introduction = actions.decline_introduction(pair.ask(), by=pair.manager)
    with pytest.raises(RuleBroken):
        actions.set_next_step(introduction, by=pair.buyer, on=timezone.localdate())


def test_owner_is_a_coordinator_of_the_club(pair):
    introduction = pair.ask()
    for stranger in (pair.buyer, pair_of().coordinator):
        with pytest.raises(RuleBroken) as broken:
            actions.assign_owner(introduction, by=pair.coordinator, owner=stranger)
        assert broken.value.field == "owner"
    assert actions.assign_owner(introduction, by=pair.coordinator, owner=pair.coordinator).owner == pair.coordinator
    assert actions.assign_owner(introduction, by=pair.coordinator, owner=None).owner is None


def test_notes_are_read_by_all_or_by_the_own_side_only(pair):
    introduction = pair.accepted()
    shared = actions.write_note(introduction, by=pair.buyer, text="Visite faite")
    buyers = actions.write_note(introduction, by=pair.buyer, text="Prix haut", audience=NoteAudience.OWN_SIDE)
    desk = actions.write_note(introduction, by=pair.coordinator, text="Relancer", audience=NoteAudience.OWN_SIDE)
    strangers = pair_of()

    def seen_by(person):
        return set(Note.objects.visible_to(fresh(person)))

    assert seen_by(pair.buyer) == {shared, buyers}
    assert seen_by(pair.manager) == {shared}
    assert seen_by(pair.coordinator) == {shared, desk}
    assert seen_by(coordinator_of(pair.club)) == {shared, desk}
    assert seen_by(administrator()) == {shared, desk}
    assert seen_by(strangers.buyer) == seen_by(strangers.coordinator) == set()


def test_note_of_the_own_side_leaves_no_trace_on_the_introduction(pair):
    introduction = pair.accepted()
    before = HistoryEntry.objects.about(introduction).count()
    actions.write_note(introduction, by=pair.buyer, text="Prix haut", audience=NoteAudience.OWN_SIDE)
    assert HistoryEntry.objects.about(introduction).count() == before
    assert HistoryEntry.objects.filter(code="introductions.note.written").count() == 1


def test_note_needs_words(pair):
    with pytest.raises(RuleBroken) as broken:
        actions.write_note(pair.ask(), by=pair.buyer, text=" \n ")
    assert broken.value.field == "text"


@pytest.mark.parametrize(("days", "is_late"), [(13, False), (14, True)])
def test_introduction_is_late_when_nobody_answered_for_fourteen_days(pair, days, is_late):
    introduction = pair.ask()
    today = timezone.localdate() + datetime.timedelta(days=days)
    assert Introduction.objects.late(today).contains(introduction) is is_late
    assert Introduction.objects.with_lateness(today).get().is_late is is_late


def test_introduction_is_late_the_day_after_its_next_date_until_it_ends(pair):
    today = timezone.localdate()
    tomorrow = today + datetime.timedelta(days=1)
    introduction = actions.set_next_step(pair.accepted(), by=pair.buyer, on=today)
    assert not Introduction.objects.late(today).exists()
    assert Introduction.objects.late(tomorrow).contains(introduction)
    actions.close_introduction(introduction, by=pair.buyer, reason="Fini")
    assert not Introduction.objects.late(tomorrow).exists()


def test_introduction_is_late_when_a_contract_waits_for_fourteen_days(pair):
    contract = pair.stated()
    later = timezone.localdate() + datetime.timedelta(days=14)
    assert Introduction.objects.late(later).exists()
    actions.confirm_contract(contract, by=pair.manager)
    assert not Introduction.objects.late(later).exists()
