"""An event that is put off: to another day, or until its date is found again."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from core.errors import RuleBroken
from core.history import record
from events.actions.events import fill, move_programme, moved, people_to_tell
from events.actions.locking import lock_event
from events.actions.promotion import promote_under_lock
from events.clocks import Move
from events.enums import EventStatus
from events.letters import write_date_set, write_postponed
from events.models import Event, prices_of


@transaction.atomic
def postpone_event(
    event: Event, *, by, starts_at: datetime | None = None, ends_at: datetime | None = None, reason: str = "",
    refund_days: int = 7, **place,
) -> Event:  # fmt: skip
    """Put a published event off to a new date, or, without `starts_at`, until its date is found again; or give a
    postponed one its new date. `place`: where it is then, if elsewhere (venue, street, post_code, city).

    All who hold or await places are told and keep them; they may give them back as before, and those who paid may ask
    for their money until `refund_days` before the new date. While the date is open nobody registers or is promoted,
    and calendars drop the event; with the new date everybody gets the new entry. Holds go on as they were.
    Raises RuleBroken for a draft, a cancelled event, one that has begun, and for a date that is past or the same.
    """
    event = lock_event(event)
    now = timezone.now()
    _check(event, starts_at, now)
    was_open, when_before, where_before = event.is_postponed, event.when, event.address
    event.postponed_from = event.postponed_from if was_open else event.starts_at
    event.postpone_reason = reason or (event.postpone_reason if was_open else "")
    event.refund_days = refund_days
    if starts_at is None:
        event.status = EventStatus.POSTPONED
    else:
        _set_date(event, starts_at, ends_at, place)
    event.sequence += 1
    event.save()
    _record(event, was_open=was_open, by=by)
    is_priced = bool(prices_of(event))
    for told in people_to_tell(event):
        if was_open:
            write_date_set(told, is_priced=is_priced, now=now)
        else:
            write_postponed(
                told, when_before=when_before, where_before=where_before, is_priced=is_priced, now=now
            )  # fmt: skip
    promote_under_lock(event, by=by, now=now)
    return event


def _check(event: Event, starts_at: datetime | None, now: datetime) -> None:
    if event.is_draft:
        raise RuleBroken(_("A draft has been announced to nobody: change its date instead."))
    if event.is_cancelled:
        raise RuleBroken(_("This event has been cancelled."))
    if event.has_begun(now):
        raise RuleBroken(_("This event has begun."))
    if starts_at is None and event.is_postponed:
        raise RuleBroken(_("Its date is open already: give the new one."), field="starts_at")
    if starts_at is not None and starts_at <= now:
        raise RuleBroken(_("The new date lies in the past."), field="starts_at")
    if starts_at is not None and starts_at == event.starts_at and not event.is_postponed:
        raise RuleBroken(_("This is the date on which it is planned already."), field="starts_at")


def _set_date(event: Event, starts_at: datetime, ends_at: datetime | None, place: dict) -> None:
    """The programme goes with the date, and registration closes as long before as it would have."""
    move = Move(event.starts_at, event.zone, starts_at, event.zone)
    closes_at = moved(event.registration_closes_at, move)
    when = {"starts_at": starts_at, "ends_at": ends_at or move.of(event.ends_at), "registration_closes_at": closes_at}
    fill(event, {**when, **place})
    move_programme(event, move)
    event.status = EventStatus.PUBLISHED


def _record(event: Event, *, was_open: bool, by) -> None:
    if event.is_postponed:
        sentence = gettext_noop("Postponed, date still open: %(event)s")
    elif was_open:
        sentence = gettext_noop("New date set: %(when)s")
    else:
        sentence = gettext_noop("Postponed: %(when)s")
    record(
        "events.event.postponed", sentence, by=by, about=[event, event.club], event=event, when=event.planned_when,
        reason=event.postpone_reason,
    )  # fmt: skip
