"""What the daily run writes: each reminder goes out once, however often and however late the run comes."""

from collections.abc import Callable
from datetime import date

from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext_noop

from core.history import record
from introductions import letters
from introductions.actions.moves import lock_contract, lock_introduction
from introductions.enums import ContractStatus, IntroductionStatus, Side
from introductions.models import ANSWER_DAYS, Contract, Introduction

REMINDER_DAYS = (7, ANSWER_DAYS)


def send_reminders(today: date) -> int:
    """All reminders of the day `today`. Returns how many letters were written."""
    return remind_unanswered(today) + remind_unconfirmed(today) + remind_next_dates(today)


def remind_unanswered(today: date) -> int:
    """After 7 and after 14 days: the sides that have not answered a request. Returns how many letters were written."""
    waiting = Introduction.objects.filter(status=IntroductionStatus.ASKED).order_by("pk")
    return _each(waiting, _remind_of_answer, today)


def remind_unconfirmed(today: date) -> int:
    """After 7 and after 14 days: the side that has neither confirmed nor disputed a contract."""
    waiting = Contract.objects.filter(status=ContractStatus.STATED).order_by("pk")
    return _each(waiting, _remind_of_contract, today)


def remind_next_dates(today: date) -> int:
    """On the day after a next date: who follows the introduction."""
    passed = Introduction.objects.open().filter(next_on__lt=today).order_by("pk")
    return _each(passed, _remind_of_next_date, today)


def _each(things, remind: Callable, today: date) -> int:
    """One short transaction a thing: nobody waits for the whole run."""
    return sum(remind(thing, today) for thing in list(things))


def _due(asked_on: date, today: date) -> int | None:
    """Which reminder is due: only the last one, when the run comes late."""
    return next((days for days in reversed(REMINDER_DAYS) if (today - asked_on).days >= days), None)


@transaction.atomic
def _remind_of_answer(introduction: Introduction, today: date) -> int:
    days = _due(localdate(introduction.asked_at), today)
    if days is None:
        return 0
    introduction = lock_introduction(introduction)
    if introduction.status != IntroductionStatus.ASKED:
        return 0
    sides = [side for side in Side if not introduction.has_agreed(side)]
    written = sum(letters.write_answer_reminder(introduction, side, days) for side in sides)
    if written:
        message = gettext_noop("A reminder was sent after %(days)s days without an answer.")
        record("introductions.introduction.reminded", message, by=None, about=[introduction], days=days)
    return written


@transaction.atomic
def _remind_of_contract(contract: Contract, today: date) -> int:
    days = _due(localdate(contract.stated_at), today)
    if days is None:
        return 0
    contract = lock_contract(contract)
    if contract.status != ContractStatus.STATED:
        return 0
    written = letters.write_contract_reminder(contract, days)
    if written:
        message = gettext_noop("A reminder was sent after %(days)s days without a confirmation.")
        about = [contract, contract.introduction]
        record("introductions.contract.reminded", message, by=None, about=about, days=days)
    return written


@transaction.atomic
def _remind_of_next_date(introduction: Introduction, today: date) -> int:
    introduction = lock_introduction(introduction)
    if not introduction.is_open or introduction.next_on is None or introduction.next_on >= today:
        return 0
    written = letters.write_next_date_passed(introduction)
    if written:
        message = gettext_noop("The next date passed: who follows the introduction was reminded.")
        record("introductions.introduction.next_date_passed", message, by=None, about=[introduction])
    return written
