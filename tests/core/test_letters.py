"""Letters: written with their cause, sent after its commit by a real mail server, retried, never lost, never doubled."""

import threading
from datetime import timedelta

import pytest
import time_machine
from aiosmtpd.controller import Controller
from django.db import connection, transaction
from django.utils import timezone

from core.enums import LetterStatus
from core.letters import WAITS, Attachment, Recipient, queue_letter, retry_letter, send_due_letters, send_letter
from core.models import Letter
from tests.factories import ClubFactory, PersonFactory

SMTP = "django.core.mail.backends.smtp.EmailBackend"


class Mailbox:
    """A mail server's handler that keeps what it is given, or refuses it."""

    def __init__(self):
        self.messages, self.refuses = [], False

    async def handle_DATA(self, server, session, envelope):
        if self.refuses:
            return "451 try again later"
        self.messages.append(envelope)
        return "250 OK"


@pytest.fixture
def mailbox(settings):
    """A real SMTP server on loopback, and the settings pointed at it."""
    box = Mailbox()
    server = Controller(box, hostname="127.0.0.1", port=0)
    server.port = free_port()
    server.start()
    settings.EMAIL_BACKEND, settings.EMAIL_HOST, settings.EMAIL_PORT = SMTP, "127.0.0.1", server.port
    yield box
    server.stop()


@pytest.fixture
def no_server(settings):
    settings.EMAIL_BACKEND, settings.EMAIL_HOST, settings.EMAIL_PORT = SMTP, "127.0.0.1", free_port()


def free_port() -> int:
    import socket  # noqa: PLC0415

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def write(**values):
    """Queue a letter in a transaction of its own and give the row back."""
    with transaction.atomic():
        return queue_letter(
            "core.test.written",
            **{
                "to": Recipient("claire@example.org", "Claire"),
                "subject": "Bienvenue",
                "paragraphs": ["Une ligne avec <b>des signes</b> & des accents : été."],
                "button": ("Ouvrir", "https://club.example.org/desk/"),
                **values,
            },
        )


@pytest.mark.django_db(transaction=True)
def test_letter_arrives_as_text_and_html_with_its_attachment(mailbox):
    letter = write(
        attachments=[Attachment("event.ics", "text/calendar", b"BEGIN:VCALENDAR")], sender_name="Club de l’Oise"
    )
    letter.refresh_from_db()
    assert (letter.status, letter.tries) == (LetterStatus.SENT, 1)
    [envelope] = mailbox.messages
    content = envelope.content.decode()
    assert envelope.rcpt_tos == ["claire@example.org"]
    assert "text/plain" in content and "text/html" in content and "event.ics" in content
    assert "&lt;b&gt;" in letter.html and "<b>des signes</b>" in letter.text


@pytest.mark.django_db(transaction=True)
def test_letter_of_a_transaction_rolled_back_is_never_sent(mailbox):
    with pytest.raises(RuntimeError), transaction.atomic():
        queue_letter("core.test.written", to=Recipient("claire@example.org"), subject="Non", paragraphs=["Non"])
        raise RuntimeError
    assert mailbox.messages == [] and not Letter.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_dead_mail_server_loses_no_letter(no_server, mailbox, settings):
    alive = settings.EMAIL_PORT
    settings.EMAIL_PORT = free_port()
    letter = write()
    letter.refresh_from_db()
    assert (letter.status, letter.tries) == (LetterStatus.QUEUED, 1)
    assert "refused" in letter.error.lower()
    assert send_due_letters() == 0, "not before its wait is over"
    settings.EMAIL_PORT = alive
    with time_machine.travel(timezone.now() + WAITS[0] + timedelta(seconds=5)):
        assert send_due_letters() == 1
    letter.refresh_from_db()
    assert (letter.status, letter.error) == (LetterStatus.SENT, "")
    assert len(mailbox.messages) == 1


@pytest.mark.django_db(transaction=True)
def test_letter_is_given_up_after_a_week_and_can_be_sent_again(mailbox):
    mailbox.refuses = True
    letter = write()
    moment = timezone.now()
    for wait in WAITS:
        moment += wait + timedelta(seconds=5)
        with time_machine.travel(moment):
            send_due_letters()
    letter.refresh_from_db()
    assert (letter.status, letter.tries) == (LetterStatus.FAILED, len(WAITS) + 1)
    assert timedelta(days=6.5) < sum(WAITS, timedelta()) < timedelta(days=7.5)
    mailbox.refuses = False
    with transaction.atomic():
        retry_letter(letter)
    letter.refresh_from_db()
    assert letter.status == LetterStatus.SENT


@pytest.mark.django_db(transaction=True)
def test_two_senders_at_once_send_a_letter_once(mailbox, settings):
    working, settings.EMAIL_PORT = settings.EMAIL_PORT, free_port()
    letter = write()
    settings.EMAIL_PORT = working
    Letter.objects.filter(pk=letter.pk).update(next_try_at=timezone.now())
    start, sent = threading.Barrier(6), []

    def sender():
        start.wait()
        sent.append(send_letter(letter.pk))
        connection.close()

    threads = [threading.Thread(target=sender) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(sent) == [False] * 5 + [True]
    assert len(mailbox.messages) == 1


@pytest.mark.django_db
def test_letter_with_a_key_is_written_once():
    assert write(key="reminder-1") is not None
    assert write(key="reminder-1") is None
    assert Letter.objects.count() == 1


@pytest.mark.django_db
def test_letter_stands_on_the_pages_of_what_it_is_about():
    club, other = ClubFactory(), ClubFactory()
    letter = write(about=[club, club])
    assert list(Letter.objects.about(club)) == [letter]
    assert not Letter.objects.about(other).exists()


@pytest.mark.django_db
@pytest.mark.parametrize(("language", "greeting"), [("fr", "Bonjour Claire,"), ("en", "Hello Claire,")])
def test_letter_speaks_its_recipients_language(language, greeting):
    person = PersonFactory(first_name="Claire", last_name="", language=language)
    assert greeting in write(to=Recipient.of(person)).text


@pytest.mark.django_db(transaction=True)
def test_letter_outside_a_transaction_is_refused():
    with pytest.raises(transaction.TransactionManagementError):
        queue_letter("core.test.written", to=Recipient("claire@example.org"), subject="Non", paragraphs=["Non"])
