"""Letters of one thread to one address leave in the order in which they were written, whatever dies in between."""

import asyncio
import threading
from datetime import timedelta
from email import message_from_bytes
from email.header import decode_header, make_header
from functools import partial

import pytest
import time_machine
from django.db.models import Q
from django.utils import timezone

from core.enums import LetterStatus
from core.errors import RuleBroken
from core.letters import WAITS, Recipient, retry_letter, send_due_letters, send_letter, send_with_followers
from core.models import Letter, LetterQuerySet
from tests.core.test_letters import Mailbox, free_port, mailbox, write  # noqa: F401 - fixtures
from tests.racing import at_once

pytestmark = pytest.mark.django_db(transaction=True)
ANNE, BASILE = Recipient("anne@example.org", "Anne"), Recipient("basile@example.org", "Basile")


def subjects(box: Mailbox, address: str) -> list[str]:
    """What one address has received, in the order in which it came."""
    mine = [envelope.content for envelope in box.messages if envelope.rcpt_tos == [address]]
    return [str(make_header(decode_header(message_from_bytes(content)["Subject"]))) for content in mine]


def to_anne(subject: str, thread: str = "place-1", **values) -> Letter:
    return write(to=ANNE, subject=subject, thread=thread, **values)


@pytest.fixture
def written_while_down(mailbox, settings):  # noqa: F811
    """Three threads of letters, written while the mail server is down; then it is up again."""
    alive, settings.EMAIL_PORT = settings.EMAIL_PORT, free_port()
    for number in range(3):
        to_anne(f"A{number}")
        to_anne(f"B{number}", thread="place-2")
        write(to=BASILE, subject=f"C{number}", thread="place-1")
    yield alive
    settings.EMAIL_PORT = alive


def test_server_down_for_a_day_delivers_every_letter_once_and_in_order(written_while_down, mailbox, settings):  # noqa: F811
    moment = timezone.now()
    for _hour in range(24):
        moment += timedelta(hours=1)
        with time_machine.travel(moment):
            assert send_due_letters() == 0
    assert mailbox.messages == [] and not Letter.objects.exclude(status=LetterStatus.QUEUED).exists()
    settings.EMAIL_PORT = written_while_down
    for _hour in range(24):
        moment += timedelta(hours=1)
        with time_machine.travel(moment):
            send_due_letters()
    assert not Letter.objects.exclude(status=LetterStatus.SENT).exists()
    received = subjects(mailbox, ANNE.email)
    assert [s for s in received if s[0] == "A"] == ["A0", "A1", "A2"]
    assert [s for s in received if s[0] == "B"] == ["B0", "B1", "B2"]
    assert subjects(mailbox, BASILE.email) == ["C0", "C1", "C2"] and len(mailbox.messages) == 9


def test_same_day_overtakes_without_threads(mailbox, settings):  # noqa: F811
    """Else the test above would prove nothing: the first waits for hours after its tries, the second goes at once."""
    alive, settings.EMAIL_PORT = settings.EMAIL_PORT, free_port()
    to_anne("first", thread="")
    settings.EMAIL_PORT = alive
    to_anne("second", thread="")
    with time_machine.travel(timezone.now() + timedelta(days=1)):
        send_due_letters()
    assert subjects(mailbox, ANNE.email) == ["second", "first"]


def test_later_letter_waits_for_an_earlier_one_of_its_thread_only(mailbox, settings):  # noqa: F811
    alive, settings.EMAIL_PORT = settings.EMAIL_PORT, free_port()
    first = to_anne("first")
    settings.EMAIL_PORT = alive
    second = to_anne("second")
    to_anne("other place", thread="place-2")
    write(to=BASILE, subject="same place, other address", thread="place-1")
    to_anne("no thread", thread="")
    assert subjects(mailbox, ANNE.email) == ["other place", "no thread"]
    assert subjects(mailbox, BASILE.email) == ["same place, other address"]
    assert not send_letter(second.pk) and Letter.objects.get(pk=second.pk).tries == 0
    with time_machine.travel(timezone.now() + WAITS[0] + timedelta(seconds=5)):
        assert send_with_followers(first.pk) == 2
    assert subjects(mailbox, ANNE.email)[2:] == ["first", "second"]


def test_letter_that_was_given_up_holds_up_nobody(mailbox):  # noqa: F811
    mailbox.refuses = True
    first = to_anne("first", thread="")
    mailbox.refuses = False
    Letter.objects.filter(pk=first.pk).update(thread="place-1", status=LetterStatus.FAILED)
    assert to_anne("second").thread == "place-1"
    assert subjects(mailbox, ANNE.email) == ["second"]


def test_letter_is_not_sent_again_once_a_later_one_has_been_written(mailbox):  # noqa: F811
    first, second = to_anne("first"), to_anne("second")
    Letter.objects.filter(pk=first.pk).update(status=LetterStatus.FAILED)
    with pytest.raises(RuleBroken):
        retry_letter(first)
    Letter.objects.filter(pk=second.pk).update(status=LetterStatus.FAILED)
    retry_letter(first)
    retry_letter(second)
    assert subjects(mailbox, ANNE.email) == ["first", "second", "first", "second"]


def test_letters_given_up_and_sent_again_at_once_keep_their_order(mailbox):  # noqa: F811
    letters = [to_anne("first"), to_anne("second")]
    mailbox.messages.clear()
    Letter.objects.update(status=LetterStatus.FAILED)
    results = at_once(*(partial(retry_letter, Letter.objects.get(pk=letter.pk)) for letter in reversed(letters)))
    assert [type(result) for result in results if result is not None] in ([], [RuleBroken])
    assert subjects(mailbox, ANNE.email) in (["first", "second"], ["second"])


# --- Two senders at once ----------------------------------------------------------------------------------------------


class SlowMailbox(Mailbox):
    """Keeps the first letter in hand until it is told to go on."""

    def __init__(self):
        super().__init__()
        self.has_first, self.goes_on = threading.Event(), threading.Event()

    async def handle_DATA(self, server, session, envelope):
        if not self.has_first.is_set():
            self.has_first.set()
            await asyncio.to_thread(self.goes_on.wait, 20)
        return await super().handle_DATA(server, session, envelope)


@pytest.fixture
def slow_mailbox(mailbox, settings):  # noqa: F811
    from aiosmtpd.controller import Controller  # noqa: PLC0415

    box = SlowMailbox()
    server = Controller(box, hostname="127.0.0.1", port=free_port())
    settings.EMAIL_PORT, alive = free_port(), server.port
    first, second = to_anne("first"), to_anne("second")  # nobody takes them yet
    Letter.objects.update(next_try_at=timezone.now(), tries=0)
    settings.EMAIL_PORT = alive
    server.start()
    yield box, first, second
    box.goes_on.set()
    server.stop()


def send_second_while_first_is_in_hand(slow_mailbox) -> list:
    box, first, second = slow_mailbox

    def impatient():
        assert box.has_first.wait(20)
        try:
            return send_letter(second.pk)
        finally:
            box.goes_on.set()

    return at_once(partial(send_letter, first.pk), impatient)


def test_two_senders_at_once_keep_the_order_of_a_thread(slow_mailbox):
    assert send_second_while_first_is_in_hand(slow_mailbox) == [True, False]
    assert send_due_letters() == 1
    assert subjects(slow_mailbox[0], ANNE.email) == ["first", "second"]


def test_two_senders_at_once_overtake_without_the_rule(slow_mailbox, monkeypatch):
    without = lambda self, now: self.filter(Q(status=LetterStatus.QUEUED, next_try_at__lte=now))  # noqa: E731
    monkeypatch.setattr(LetterQuerySet, "due", without)
    monkeypatch.setattr(Letter.objects, "due", partial(without, Letter.objects))
    assert send_second_while_first_is_in_hand(slow_mailbox) == [True, True]
    assert subjects(slow_mailbox[0], ANNE.email) == ["second", "first"]


def test_many_senders_of_many_threads_send_each_once_and_in_order(written_while_down, mailbox, settings):  # noqa: F811
    settings.EMAIL_PORT = written_while_down
    Letter.objects.update(next_try_at=timezone.now())
    at_once(*[send_due_letters] * 6)
    send_due_letters()
    received = subjects(mailbox, ANNE.email)
    assert [s for s in received if s[0] == "A"] == ["A0", "A1", "A2"]
    assert subjects(mailbox, BASILE.email) == ["C0", "C1", "C2"] and len(mailbox.messages) == 9
