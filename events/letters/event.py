"""Letters to all who hold or await places: the event moves, is called off, is near or over."""

from datetime import datetime

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.letters import Attachment, writing_to
from events.letter_kinds import wording
from events.letters.parts import before, enclosed, facts_of, queue_about_place
from events.letters.payment import about_the_money
from events.letters.readers import recipient_of
from events.models import Event, Place, Standing


def write_event_changed(place: Place, *, when_before: str, where_before: str, now: datetime) -> None:
    """Time or place have changed; whoever holds a place gets the new calendar entry."""
    if not place.email:
        return
    event, code = place.event, "events.event_changed"
    with writing_to(to := recipient_of(place)):
        subject, opening = wording(code, to, event)
        attachments = enclosed(place, "REQUEST", now) if place.is_confirmed else []
        facts = [*facts_of(event), before(when_before, where_before)]
        queue_about_place(place, to, code, subject, opening, attachments=attachments, facts=facts)


def write_event_cancelled(place: Place, standing: Standing | None, *, now: datetime, refunds_all: bool = False) -> None:
    """The event does not take place; calendar entries are withdrawn. `standing`: of its registration with money."""
    if not place.email:
        return
    event, code = place.event, "events.event_cancelled"
    with writing_to(to := recipient_of(place)):
        subject, opening = wording(code, to, event)
        paragraphs = [*opening, event.cancel_reason, about_the_money(standing, refunds_all=refunds_all)]
        attachments = enclosed(place, "CANCEL", now, is_off=True) if place.is_confirmed else []
        queue_about_place(place, to, code, subject, paragraphs, attachments=attachments)


# --- Put off ----------------------------------------------------------------------------------------------------------


def write_postponed(place: Place, *, when_before: str, where_before: str, is_priced: bool, now: datetime) -> None:
    """Put off, to a new date or until one is found: calendars follow, the place is kept."""
    if not place.email:
        return
    event = place.event
    code = "events.event_date_open" if event.is_postponed else "events.event_postponed"
    with writing_to(to := recipient_of(place)):
        subject, opening = wording(code, to, event, before=when_before)
        paragraphs = [*opening, event.postpone_reason, _kept(place), _money(event) if is_priced else ""]
        queue_about_place(
            place, to, code, subject, paragraphs, attachments=_calendar(place, now),
            facts=[*facts_of(event), before(when_before, where_before)], path=reverse("events:my_registrations"),
        )  # fmt: skip


def write_date_set(place: Place, *, is_priced: bool, now: datetime) -> None:
    """The date of an event that was put off is found: with the new calendar entry."""
    if not place.email:
        return
    event, code = place.event, "events.event_date_set"
    with writing_to(to := recipient_of(place)):
        subject, opening = wording(code, to, event)
        paragraphs = [*opening, _kept(place), _money(event) if is_priced else ""]
        queue_about_place(
            place, to, code, subject, paragraphs, attachments=_calendar(place, now),
            path=reverse("events:my_registrations"),
        )  # fmt: skip


def _kept(place: Place) -> str:
    if place.is_waiting:
        return _("You stay on the waiting list. If you can no longer come, please leave it.")
    return _("Your place is kept. If you can no longer come, please give it back: others are waiting.")


def _money(event: Event) -> str:
    """Until when whoever paid may ask for it back."""
    if event.refund_until is not None:
        day = date_format(event.refund_until, "DATE_FORMAT")
        return _("Places that are paid for may be given back for their money until %(day)s.") % {"day": day}
    sentence = ngettext(
        "Places that are paid for may be given back for their money until %(days)s day before the new date.",
        "Places that are paid for may be given back for their money until %(days)s days before the new date.",
        event.refund_days,
    )
    return sentence % {"days": event.refund_days}


def _calendar(place: Place, now: datetime) -> list[Attachment]:
    """The new entry; while the date is open the old one is taken back."""
    if not place.is_in_calendar:
        return []
    if place.event.is_postponed:
        return enclosed(place, "CANCEL", now, is_off=True)
    return enclosed(place, "REQUEST", now)


# --- By the calendar --------------------------------------------------------------------------------------------------


def write_by_date(place: Place, code: str, *, now: datetime, path: str = "") -> bool:
    """A reminder, thanks, the question what came of it (see `events.actions.dated_letters`); False if it was written before.

    Once for this person, this kind and this day of the event: who takes the place over, and an event that was put off,
    get letters of their own.
    """
    if not place.email or not place.is_named:
        return False
    event = place.event
    key = f"{code}:{place.pk}:{place.ticket_version}:{event.day.isoformat()}"
    with writing_to(to := recipient_of(place)):
        subject, opening = wording(code, to, event)
        facts = [(_("When"), event.when)] if event.is_over(now) else None
        return bool(queue_about_place(place, to, code, subject, opening, facts=facts, path=path, key=key))
