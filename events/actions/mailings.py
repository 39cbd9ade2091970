"""Messages of the coordination to all or some of an event's attendees: written in batches, each person once."""

from datetime import datetime, timedelta
from uuid import UUID, uuid4

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django_tasks import task

from core.errors import RuleBroken
from core.history import record
from core.locks import lock_row
from events.actions.letter_texts import check_placeholders
from events.actions.locking import lock_event
from events.enums import MailingAudience
from events.letter_kinds import COMMON
from events.letters import write_message
from events.models import Event, Mailing, recipients_of
from members.models import Organisation

BATCH = 100
# A process that wrote nothing for so long is dead, or never began: the daily run goes on.
STALLED = timedelta(minutes=10)


@transaction.atomic
def send_mailing(
    event: Event, *, by, to: str, subject: str, body: str, organisation: Organisation | None = None,
    key: UUID | None = None,
) -> Mailing:  # fmt: skip
    """Begin to write to all or some of the attendees; the rest is done by a task after the commit.

    `key` names one press of the button: pressed twice, it is one message. Raises RuleBroken at the field: nobody to
    write to, an unknown placeholder, a draft whose registrations nobody knows of.
    """
    event = lock_event(event)
    if key and (before := Mailing.objects.filter(key=key, event=event).first()):
        return before
    if event.is_draft:
        raise RuleBroken(_("A draft has been announced to nobody."))
    check_placeholders(COMMON, subject=subject, body=body)
    if to != MailingAudience.ORGANISATION:
        organisation = None
    people = recipients_of(event, to, organisation).count()
    if not people:
        raise RuleBroken(_("Nobody with an e-mail address is among them."), field="to")
    mailing = Mailing.objects.create(
        event=event,
        by=by,
        to=to,
        organisation=organisation,
        subject=subject,
        body=body,
        people=people,
        key=key or uuid4(),
    )
    record("events.mailing.sent", gettext_noop("Message to attendees begun; people: %(people)s"), by=by, about=[event],
           people=people)  # fmt: skip
    _hand_over(mailing)
    return mailing


def carry_on_mailing(pk: int) -> int:
    """Write a message to those who have not got it yet, batch by batch, until all have it or somebody stops it.

    Returns how many letters were written. Call it outside of a transaction; safe to run twice, also at once.
    """
    written, goes_on = 0, True
    while goes_on:
        count, goes_on = _write_batch(pk)
        written += count
    return written


@transaction.atomic
def _write_batch(pk: int) -> tuple[int, bool]:
    """The next hundred, under the mailing's lock; how far it has come is noted with their letters, or not at all."""
    mailing = lock_row(Mailing.objects.all(), pk)
    if not mailing.is_under_way:
        return 0, False
    event = Event.objects.select_related("club").get(pk=mailing.event_id)
    mailing.event, now = event, timezone.now()
    places = list(mailing.recipients().filter(pk__gt=mailing.reached).select_related("registration", "person")[:BATCH])
    written = 0
    for place in places:
        place.event = place.registration.event = event
        written += write_message(mailing, place)
    mailing.moved_at = now
    if places:
        mailing.reached = places[-1].pk
    else:
        mailing.finished_at = now
    mailing.save(update_fields=["reached", "moved_at", "finished_at"])
    return written, bool(places)


@transaction.atomic
def stop_mailing(mailing: Mailing, *, by) -> Mailing:
    """Write to nobody more; what is written stays written. Repeat-safe. Raises RuleBroken when all is written."""
    mailing = lock_row(Mailing.objects.all(), mailing.pk)
    if mailing.finished_at:
        raise RuleBroken(_("It has been written to everybody already."))
    if not mailing.stopped_at:
        mailing.stopped_at = timezone.now()
        mailing.save(update_fields=["stopped_at"])
        record("events.mailing.stopped", gettext_noop("Message to attendees stopped"), by=by, about=[mailing.event])
    return mailing


@transaction.atomic
def resume_mailing(mailing: Mailing, *, by) -> Mailing:
    """Go on with a message that was stopped, or whose process died. Repeat-safe."""
    mailing = lock_row(Mailing.objects.all(), mailing.pk)
    if mailing.finished_at:
        raise RuleBroken(_("It has been written to everybody already."))
    if mailing.stopped_at:
        mailing.stopped_at = None
        mailing.save(update_fields=["stopped_at"])
        record("events.mailing.resumed", gettext_noop("Message to attendees taken up again"), by=by,
               about=[mailing.event])  # fmt: skip
    _hand_over(mailing)
    return mailing


def carry_on_mailings(now: datetime) -> int:
    """Go on with what a dead process left behind. Returns how many letters were written."""
    left = Mailing.objects.under_way().filter(moved_at__lt=now - STALLED).order_by("pk")
    return sum(carry_on_mailing(pk) for pk in list(left.values_list("pk", flat=True)))


@task()
def write_mailing_task(mailing_id: int) -> None:
    carry_on_mailing(mailing_id)


def _hand_over(mailing: Mailing) -> None:
    transaction.on_commit(lambda: write_mailing_task.enqueue(mailing.pk))
