import datetime

from django.utils import timezone

from core.models import Letter
from introductions import actions
from tests.introductions.factories import fresh


def after(days: int) -> datetime.date:
    return timezone.localdate() + datetime.timedelta(days=days)


def test_reminders_of_an_answer_go_out_once_after_seven_and_fourteen_days(pair):
    pair.ask()
    assert actions.remind_unanswered(after(6)) == 0
    assert actions.remind_unanswered(after(7)) == 1
    assert actions.remind_unanswered(after(7)) == actions.remind_unanswered(after(13)) == 0
    assert actions.remind_unanswered(after(14)) == 1
    assert actions.remind_unanswered(after(40)) == 0
    letters = Letter.objects.filter(code="introductions.answer_reminder")
    assert {letter.to_email for letter in letters} == {pair.manager.email}


def test_reminder_that_comes_late_comes_once(pair):
    pair.ask()
    assert actions.remind_unanswered(after(20)) == 1
    assert actions.remind_unanswered(after(20)) == 0


def test_reminders_go_to_the_side_that_has_not_answered(pair):
    introduction = pair.propose()
    assert actions.remind_unanswered(after(7)) == 2
    actions.accept_introduction(introduction, by=fresh(pair.manager))
    assert actions.remind_unanswered(after(14)) == 1
    assert Letter.objects.latest("pk").to_email == pair.buyer.email
    actions.decline_introduction(introduction, by=fresh(pair.buyer))
    assert actions.remind_unanswered(after(60)) == 0


def test_reminder_of_a_contract_starts_anew_when_it_is_corrected(pair):
    contract = pair.stated()
    assert actions.remind_unconfirmed(after(7)) == 1
    assert actions.remind_unconfirmed(after(7)) == 0
    actions.dispute_contract(contract, by=pair.manager, reason="Non")
    assert actions.remind_unconfirmed(after(14)) == 0


def test_reminder_of_a_next_date_goes_to_the_owner_once_per_date(pair):
    introduction = actions.set_next_step(pair.accepted(), by=pair.buyer, on=after(3), what="Visite")
    actions.assign_owner(introduction, by=pair.coordinator, owner=pair.coordinator)
    assert actions.remind_next_dates(after(3)) == 0
    assert actions.remind_next_dates(after(4)) == 1
    assert actions.remind_next_dates(after(5)) == 0
    letter = Letter.objects.get(code="introductions.next_date_passed")
    assert letter.to_email == pair.coordinator.email and "Visite" in letter.text
    actions.set_next_step(introduction, by=pair.buyer, on=after(10))
    assert actions.remind_next_dates(after(11)) == 1


def test_reminders_of_a_day_are_sent_together(pair):
    pair.ask()
    pair.stated(introduction=pair.accepted(subject="Linge"))
    assert actions.send_reminders(after(7)) == 2
    assert actions.send_reminders(after(7)) == 0
