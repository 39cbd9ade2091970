"""Letters are rows: written with their cause, sent after its commit, retried, kept with their outcome."""

import json
from collections.abc import Callable, Iterable
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from email.utils import formataddr

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import models, transaction
from django.db.models import F
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from core.enums import LetterStatus
from core.errors import RuleBroken
from core.models import Letter, LetterAttachment, LetterSubject, subject_keys

# Waits after the 1st, 2nd… failure; after the last one the letter is marked as not sent and shown to coordinators.
WAITS = [timedelta(minutes=m) for m in (1, 5, 30, 120, 360, 720, 1440, 1440, 2880, 2880)]  # a week in all
# A sender that died in the middle holds a letter no longer than this.
CLAIM = timedelta(minutes=5)


@dataclass(frozen=True)
class Attachment:
    """A file, or what one is drawn from when the letter leaves: whoever waits for a page need not wait for that.

    `drawing` names who draws (see `register_drawing`); `content` is then JSON.
    """

    filename: str
    media_type: str
    content: bytes
    drawing: str = ""

    @classmethod
    def drawn(cls, filename: str, media_type: str, drawing: str, values: dict) -> "Attachment":
        """What `values` say must be all that the file shows: nothing is looked up again."""
        return cls(filename, media_type, json.dumps(values).encode(), drawing)


_drawings: dict[str, Callable[[dict], bytes]] = {}


def register_drawing(name: str, draw: Callable[[dict], bytes]) -> None:
    """Say, when an app is ready, who draws the attachments of that name from their values."""
    _drawings[name] = draw


class NotDrawn(Exception):
    """An attachment could not be drawn: its letter waits, as for a mail server that is down."""


@dataclass(frozen=True)
class Recipient:
    """Somebody to write to who need not have an account."""

    email: str
    name: str = ""
    language: str = "fr"
    person: models.Model | None = None

    @classmethod
    def of(cls, person) -> "Recipient":
        return cls(person.email, person.get_full_name(), person.language, person)


@contextmanager
def writing_to(recipient: Recipient):
    """Translate what is written inside into the recipient's language."""
    with translation.override(recipient.language):
        yield


def link_to(path: str) -> str:
    """The absolute address of a page, for letters and calendars."""
    return f"{settings.SITE_URL}{path}"


def queue_letter(
    code: str,
    *,
    to: Recipient,
    subject: str,
    paragraphs: Iterable[str],
    facts: Iterable[tuple[str, str]] = (),
    button: tuple[str, str] | None = None,
    about: Iterable[models.Model] = (),
    attachments: Iterable[Attachment] = (),
    sender_name: str = "",
    reply_to: str = "",
    key: str | None = None,
    thread: str = "",
    secret: bool = False,
) -> Letter | None:
    """Write a letter inside the current transaction and send it after the commit.

    `paragraphs` and `facts` (label, value) are plain text, escaped here; `button` is (label, absolute address).
    `key` makes the letter unique: a second one with the same key is not written, and None is returned.
    `thread` names what the letter is about, where order matters: it does not leave before an earlier one of the same
    thread to the same address has left, or was given up.
    `secret` marks a letter with a link that lets its reader in: its text is wiped as soon as it is sent.
    """
    if not transaction.get_connection().in_atomic_block:
        raise transaction.TransactionManagementError("queue_letter() belongs in the action's transaction")
    if key and Letter.objects.filter(key=key).exists():
        return None
    text, html = render_letter(
        to, subject=subject, paragraphs=paragraphs, facts=facts, button=button, sender_name=sender_name
    )
    letter = Letter.objects.create(
        code=code, key=key, thread=thread, person=to.person, to_email=to.email, sender_name=sender_name, reply_to=reply_to,
        language=to.language, subject=" ".join(subject.split())[:250], text=text, html=html, next_try_at=timezone.now(),
        is_secret=secret,
    )  # fmt: skip
    LetterSubject.objects.bulk_create(
        LetterSubject(letter=letter, content_type_id=content_type, object_id=pk)
        for content_type, pk in subject_keys(about)
    )
    LetterAttachment.objects.bulk_create(LetterAttachment(letter=letter, **vars(a)) for a in attachments)
    transaction.on_commit(lambda: _hand_over(letter.pk))
    return letter


def render_letter(
    to: Recipient, *, subject: str, paragraphs: Iterable[str], facts: Iterable[tuple[str, str]] = (),
    button: tuple[str, str] | None = None, sender_name: str = "",
) -> tuple[str, str]:  # fmt: skip
    """A letter as it is sent, text and HTML, without writing it."""
    import css_inline  # noqa: PLC0415 - only where a letter is written

    context = {
        "subject": subject, "recipient": to, "paragraphs": list(paragraphs), "facts": list(facts), "button": button,
        "sender_name": sender_name, "language": to.language,
    }  # fmt: skip
    with writing_to(to):
        text = render_to_string("core/letter.txt", context)
        return text, css_inline.inline(render_to_string("core/letter.html", context))


def _hand_over(letter_id: int) -> None:
    from core.tasks import send_letter_task  # noqa: PLC0415 - the task calls back into this module

    send_letter_task.enqueue(letter_id)


def send_letter(letter_id: int) -> bool:
    """Send one letter that is due; True if it was sent now.

    The claim (an UPDATE that only one sender wins) keeps two senders from sending it twice. A failure is kept on
    the letter with the time of the next try; it never reaches the caller.
    """
    now = timezone.now()
    claimed = Letter.objects.due(now).filter(pk=letter_id).update(next_try_at=now + CLAIM, tries=F("tries") + 1)
    if not claimed:
        return False
    letter = Letter.objects.prefetch_related("attachments").get(pk=letter_id)
    try:
        _email(letter).send()
    except (OSError, NotDrawn) as error:  # SMTP errors and refused connections alike
        _mark_failed(letter, error, now)
        return False
    # In the demo no letter leaves the machine, so that its administrator can follow the links there.
    wiped = {"text": "", "html": ""} if letter.is_secret and not settings.IS_DEMO else {}
    Letter.objects.filter(pk=letter_id).update(status=LetterStatus.SENT, sent_at=now, error="", **wiped)
    return True


def send_with_followers(letter_id: int) -> int:
    """Send a letter, then those of its thread that waited for it, in their order. Returns how many were sent."""
    sent = 0
    letter = Letter.objects.only("thread", "to_email").filter(pk=letter_id).first()
    while letter is not None:
        sent += send_letter(letter.pk)
        # As long as this one is on its way, none of the later ones is due: the loop ends.
        letter = Letter.objects.due(timezone.now()).later_than(letter).only("thread", "to_email").first()
    return sent


def send_due_letters(limit: int = 500) -> int:
    """Send what is due, oldest first: what a dead process or mail server left behind. Returns how many were sent."""
    ids = list(Letter.objects.due(timezone.now()).order_by("next_try_at", "pk").values_list("pk", flat=True)[:limit])
    return sum(send_with_followers(pk) for pk in ids)


def retry_letter(letter: Letter) -> None:
    """Put a letter that was given up back in the queue.

    Raises RuleBroken when a later one of its thread stands in the queue or has left: what it says no longer holds.
    """
    thread = Letter.objects.filter(thread=letter.thread, to_email=letter.to_email) if letter.thread else None
    with transaction.atomic():
        if thread is not None:  # in their order: two who send again at once wait for each other
            list(thread.order_by("pk").select_for_update(no_key=True).values_list("pk"))
        if Letter.objects.later_than(letter).exclude(status=LetterStatus.FAILED).exists():
            raise RuleBroken(_("A later letter about the same has been written: this one no longer holds."))
        _queue_again(letter)


def _queue_again(letter: Letter) -> None:
    Letter.objects.filter(pk=letter.pk, status=LetterStatus.FAILED).update(
        status=LetterStatus.QUEUED, next_try_at=timezone.now(), tries=0
    )
    transaction.on_commit(lambda: _hand_over(letter.pk))


def _mark_failed(letter: Letter, error: Exception, now) -> None:
    given_up = letter.tries > len(WAITS)
    Letter.objects.filter(pk=letter.pk).update(
        error=f"{type(error).__name__}: {error}"[:250],
        status=LetterStatus.FAILED if given_up else LetterStatus.QUEUED,
        next_try_at=now if given_up else now + WAITS[letter.tries - 1],
    )


def _email(letter: Letter) -> EmailMultiAlternatives:
    sender = formataddr((letter.sender_name, settings.DEFAULT_FROM_EMAIL)) if letter.sender_name else None
    domain = settings.SITE_URL.split("//")[-1].split(":")[0]
    email = EmailMultiAlternatives(
        letter.subject, letter.text, sender, [letter.to_email],
        reply_to=[letter.reply_to] if letter.reply_to else None,
        headers={"Message-ID": f"<letter-{letter.pk}@{domain}>", "Auto-Submitted": "auto-generated"},
    )  # fmt: skip
    email.attach_alternative(letter.html, "text/html")
    for attachment in letter.attachments.all():
        email.attach(attachment.filename, file_of(attachment), attachment.media_type)
    return email


def file_of(attachment: LetterAttachment) -> bytes:
    """What is sent. Raises NotDrawn."""
    content = bytes(attachment.content)
    if not attachment.drawing:
        return content
    try:
        return _drawings[attachment.drawing](json.loads(content))
    except Exception as error:  # whatever it is, the letter must not be lost with it
        raise NotDrawn(f"{attachment.drawing}: {type(error).__name__}") from error
