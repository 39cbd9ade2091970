"""What the club writes about events: one function a letter, each in its reader's language.

Whoever has no e-mail address gets no letter; these functions then do nothing.
"""

from collections.abc import Sequence
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.letters import Attachment, Recipient, link_to, queue_letter, writing_to
from events.calendars import MEDIA_TYPE, calendar_of, place_entry
from events.models import Event, Place, Registration


def recipient_of(place: Place) -> Recipient:
    """The named person, at the address given for this event (without a person behind it: in French)."""
    language = place.person.language if place.person else "fr"
    return Recipient(place.email, place.full_name, language, place.person)


def write_confirmed(place: Place, *, now: datetime) -> None:
    """You have a place: with the calendar entry."""
    if not place.email:
        return
    with writing_to(to := recipient_of(place)):
        title = place.event.title
        subject = _("Your place: %(event)s") % {"event": title}
        opening = _("You are registered for “%(event)s”. The enclosed calendar file puts it into your diary.")
        _queue(place, to, "events.place_confirmed", subject, [opening % {"event": title}, *_about_the_list(place)],
               _enclosed(place, "REQUEST", now))  # fmt: skip


def write_promoted(place: Place, *, now: datetime) -> None:
    """A place has become free: off the waiting list, with the calendar entry."""
    if not place.email:
        return
    with writing_to(to := recipient_of(place)):
        title = place.event.title
        subject = _("A place has become free for you: %(event)s") % {"event": title}
        paragraphs = [
            _("You were on the waiting list of “%(event)s”: you now have a place.") % {"event": title},
            _("If you can no longer come, please give the place back: others are waiting."),
            *_about_the_list(place),
        ]
        _queue(place, to, "events.place_promoted", subject, paragraphs, _enclosed(place, "REQUEST", now))


def write_waiting(place: Place, *, now: datetime) -> None:
    """All places are taken: on the waiting list."""
    if not place.email:
        return
    with writing_to(to := recipient_of(place)):
        title = place.event.title
        subject = _("On the waiting list: %(event)s") % {"event": title}
        paragraphs = [
            _("“%(event)s” has no place left for your group at the moment: you are on the waiting list.")
            % {"event": title},
            _("As soon as places become free you receive a letter. There is nothing you need to do."),
        ]
        _queue(place, to, "events.place_waiting", subject, paragraphs)


def write_summary(registration: Registration, places: Sequence[Place], *, is_waiting: bool) -> None:
    """To the person who registered others and does not come along."""
    by = registration.by
    if by is None or by.email in {place.email for place in places}:
        return
    with writing_to(to := Recipient.of(by)):
        title = registration.event.title
        subject = _("Registration for %(event)s") % {"event": title}
        opening = (
            _("There is no place left for your group at the moment: it is on the waiting list.")
            if is_waiting
            else ngettext("You have registered one person:", "You have registered %(count)s people:", len(places))
            % {"count": len(places)}
        )
        names = "\n".join(place.full_name for place in places)
        _queue(places[0], to, "events.registration_made", subject, [opening, names])


def write_place_cancelled(place: Place, *, was_confirmed: bool, now: datetime) -> None:
    """Your place was given back; the calendar entry is withdrawn."""
    if not place.email:
        return
    with writing_to(to := recipient_of(place)):
        title = place.event.title
        subject = _("Place given back: %(event)s") % {"event": title}
        opening = (
            _("Your place at “%(event)s” has been given back.")
            if was_confirmed
            else _("You are no longer on the waiting list of “%(event)s”.")
        )
        attachments = _enclosed(place, "CANCEL", now, is_off=True) if was_confirmed else []
        _queue(place, to, "events.place_cancelled", subject, [opening % {"event": title}], attachments)


def write_event_changed(place: Place, *, when_before: str, where_before: str, now: datetime) -> None:
    """Time or place have changed; whoever holds a place gets the new calendar entry."""
    if not place.email:
        return
    event = place.event
    with writing_to(to := recipient_of(place)):
        subject = _("Change of time or place: %(event)s") % {"event": event.title}
        opening = _("Time or place of “%(event)s” have changed. Please note what applies now:") % {"event": event.title}
        facts = [
            *_facts(event),
            (_("Before"), " – ".join(part for part in (when_before, where_before) if part)),
        ]
        attachments = _enclosed(place, "REQUEST", now) if place.is_confirmed else []
        _queue(place, to, "events.event_changed", subject, [opening], attachments, facts=facts)


def write_event_cancelled(place: Place, *, now: datetime) -> None:
    """The event does not take place; calendar entries are withdrawn."""
    if not place.email:
        return
    event = place.event
    with writing_to(to := recipient_of(place)):
        subject = _("Cancelled: %(event)s") % {"event": event.title}
        paragraphs = [_("“%(event)s” does not take place.") % {"event": event.title}, event.cancel_reason]
        attachments = _enclosed(place, "CANCEL", now, is_off=True) if place.is_confirmed else []
        _queue(place, to, "events.event_cancelled", subject, [p for p in paragraphs if p], attachments)


def _queue(place: Place, to: Recipient, code, subject, paragraphs, attachments=(), facts=None) -> None:
    event = place.event
    queue_letter(
        code,
        to=to,
        subject=subject,
        paragraphs=paragraphs,
        facts=_facts(event) if facts is None else facts,
        button=(_("See the event"), link_to(event.get_absolute_url())),
        about=[event, place.registration, event.club],
        attachments=attachments,
        sender_name=event.club.name,
        reply_to=event.club.email,
    )


def _facts(event: Event) -> list[tuple[str, str]]:
    facts = [(_("When"), event.when), (_("Where"), event.address), (_("How to get there"), event.access)]
    return [(label, value) for label, value in facts if value]


def _about_the_list(place: Place) -> list[str]:
    """Somebody else may have ticked it: the person learns of it, and how to change it."""
    if not place.is_listed:
        return []
    address = link_to(reverse("events:my_registrations"))
    return [
        _("Your name and organisation appear on the list that other participants see. You can change this here:")
        + f" {address}"
    ]


def _enclosed(place: Place, method: str, now: datetime, *, is_off: bool = False) -> list[Attachment]:
    content = calendar_of([place_entry(place, stamp=now, is_off=is_off)], method=method)
    return [Attachment("event.ics", f"{MEDIA_TYPE}; method={method}", content)]
