"""Letters about an event that is put off, to all who hold or await places."""

from datetime import datetime

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.letters import link_to, writing_to
from events.letters import _enclosed, _facts, _queue, recipient_of
from events.models import Event, Place


def write_postponed(
    place: Place, *, when_before: str, where_before: str, is_priced: bool, now: datetime
) -> None:  # fmt: skip
    """Put off, to a new date or until one is found: calendars follow, the place is kept."""
    if not place.email:
        return
    event = place.event
    with writing_to(to := recipient_of(place)):
        names = {"event": event.title, "before": when_before}
        subject = _("Postponed: %(event)s") % names
        opening = (
            _("“%(event)s” does not take place on the date planned (%(before)s). The new date is still open.")
            if event.is_postponed
            else _("“%(event)s” is postponed. Please note when and where it takes place now:")
        )
        before = (_("Before"), " – ".join(part for part in (when_before, where_before) if part))
        paragraphs = [opening % names, event.postpone_reason, *_kept(place)]
        paragraphs += _money(event) if is_priced else []
        _queue(place, to, "events.event_postponed", subject, [p for p in paragraphs if p], _calendar(place, now),
               facts=[*_facts(event), before], button=_my_places())  # fmt: skip


def write_date_set(place: Place, *, is_priced: bool, now: datetime) -> None:
    """The date of an event that was put off is found: with the new calendar entry."""
    if not place.email:
        return
    event = place.event
    with writing_to(to := recipient_of(place)):
        names = {"event": event.title}
        subject = _("New date: %(event)s") % names
        opening = _("“%(event)s” was postponed: its new date is set.") % names
        paragraphs = [opening, *_kept(place), *(_money(event) if is_priced else [])]
        _queue(place, to, "events.event_date_set", subject, paragraphs, _calendar(place, now), button=_my_places())


def _kept(place: Place) -> list[str]:
    if place.is_waiting:
        return [_("You stay on the waiting list. If you can no longer come, please leave it.")]
    return [_("Your place is kept. If you can no longer come, please give it back: others are waiting.")]


def _money(event: Event) -> list[str]:
    """Until when whoever paid may ask for it back."""
    if event.refund_until is not None:
        day = date_format(event.refund_until, "DATE_FORMAT")
        return [_("Places that are paid for may be given back for their money until %(day)s.") % {"day": day}]
    sentence = ngettext(
        "Places that are paid for may be given back for their money until %(days)s day before the new date.",
        "Places that are paid for may be given back for their money until %(days)s days before the new date.",
        event.refund_days,
    )
    return [sentence % {"days": event.refund_days}]


def _calendar(place: Place, now: datetime) -> list:
    """The new entry; while the date is open the old one is taken back."""
    if not place.is_in_calendar:
        return []
    if place.event.is_postponed:
        return _enclosed(place, "CANCEL", now, is_off=True)
    return _enclosed(place, "REQUEST", now)


def _my_places() -> tuple[str, str]:
    return _("My registrations"), link_to(reverse("events:my_registrations"))
