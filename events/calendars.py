"""Events as calendar programs read them (RFC 5545, 5546): plain building, no clock, no queries of its own.

Names (UID) last for ever and hold no host. Numbers (SEQUENCE) only grow, with what a diary shows of time and place:

- an event's when its time or place changes, and when it is called off or put off; a text changes nothing;
- a place's with its event's, and when it is taken back or passed on, so that it can be taken back and given again;
- a session's with its event's, and when its own time or room changes.
"""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.translation import gettext as _

from core.letters import link_to
from events.models import Event, Place, Session

if TYPE_CHECKING:  # a heavy module, loaded only where a calendar is made
    from icalendar import Component, Timezone
    from icalendar import Event as Entry

PRODID = "-//Club manager//Events//EN"
MEDIA_TYPE = "text/calendar"
# Calendars that follow a feed look again after this time.
REFRESH = timedelta(hours=6)


def event_entry(event: Event, *, stamp: datetime | None = None) -> "Entry":
    """The event as anybody sees it."""
    stamp = stamp or event.updated_at
    return _entry(event, uid=str(event.uid), sequence=event.sequence, stamp=stamp, status=_status(event))


def place_entry(place: Place, *, stamp: datetime | None = None, is_off: bool = False) -> "Entry":
    """The event as the holder of `place` sees it: an entry of their own, which can be taken back (`is_off`) alone.

    A cancellation bears a higher number than what it takes back (RFC 5546, 2.1.4), and what is given anew a higher one
    than the cancellation; the event's own number has already grown when the whole event is off, or put off until its date
    is found again.
    """
    from icalendar import vCalAddress, vText  # noqa: PLC0415

    event = place.event
    is_open = place.is_active and not place.is_confirmed
    status = "CANCELLED" if is_off or event.is_postponed else "TENTATIVE" if is_open else _status(event)
    sequence = event.sequence + 2 * (place.ticket_version - 1) + (is_off and event.is_published)
    entry = _entry(event, uid=place.calendar_uid, sequence=sequence, stamp=stamp or event.updated_at, status=status)
    if place.email:
        attendee = vCalAddress(f"mailto:{place.email}")
        attendee.params["CN"] = vText(place.full_name)
        attendee.params["ROLE"] = vText("REQ-PARTICIPANT")
        attendee.params["PARTSTAT"] = vText("TENTATIVE" if is_open else "ACCEPTED")
        attendee.params["RSVP"] = vText("FALSE")
        entry.add("attendee", attendee, encode=0)
    return entry


def session_entry(session: Session, *, stamp: datetime | None = None) -> "Entry":
    """One part of the programme, below its event."""
    event = session.event
    sequence = event.sequence + session.sequence
    entry = _entry(
        event, uid=session.calendar_uid, sequence=sequence, stamp=stamp or event.updated_at, status=_status(event)
    )
    for name in ("dtstart", "dtend", "summary", "description", "location"):
        entry.pop(name, None)
    _add_time(entry, session.starts_at, session.ends_at, event.zone)
    entry.add("summary", f"{session.title} – {event.title}")
    texts = (session.speakers, session.description, link_to(event.get_absolute_url()))
    entry.add("description", "\n\n".join(text for text in texts if text))
    if where := ", ".join(part for part in (session.room, event.address) if part):
        entry.add("location", where)
    entry.add("related-to", str(event.uid), parameters={"RELTYPE": "PARENT"})
    return entry


def calendar_of(entries: "Iterable[Entry]", *, method: str = "PUBLISH", name: str = "") -> bytes:
    """A calendar file with the time zones that its entries use. `method`: PUBLISH, REQUEST or CANCEL."""
    from icalendar import Calendar, vDuration  # noqa: PLC0415

    calendar = Calendar()
    calendar.add("prodid", PRODID)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", method)
    if name:
        calendar.add("name", name)
        calendar.add("x-wr-calname", name)
        calendar.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
        calendar.add("x-published-ttl", vDuration(REFRESH).to_ical().decode())
    entries = list(entries)
    if method == "PUBLISH":  # to nobody in particular (RFC 5546, 3.2.1)
        for entry in entries:
            entry.pop("attendee", None)
    for component in [*_time_zones(entries), *entries]:
        calendar.add_component(component)
    return calendar.to_ical()


def _status(event: Event) -> str:
    """An event whose date is open again is taken out of calendars: the hours it bears are not true."""
    if event.is_cancelled or event.is_postponed:
        return "CANCELLED"
    return "TENTATIVE" if event.is_draft else "CONFIRMED"


def _entry(event: Event, *, uid: str, sequence: int, stamp: datetime, status: str) -> "Entry":
    from icalendar import Event as Entry  # noqa: PLC0415
    from icalendar import vCalAddress, vText  # noqa: PLC0415

    url = link_to(event.get_absolute_url())
    entry = Entry()
    entry.add("uid", uid)
    entry.add("sequence", sequence)
    entry.add("dtstamp", stamp)
    entry.add("last-modified", event.updated_at)
    _add_time(entry, event.starts_at, event.ends_at, event.zone)
    entry.add(
        "summary", _("Postponed, date still open: %(event)s") % {"event": event} if event.is_postponed else event.title
    )
    entry.add("description", "\n\n".join(part for part in (event.summary, event.access, url) if part))
    entry.add("url", url)
    entry.add("status", status)
    entry.add("transp", "TRANSPARENT" if status == "CANCELLED" else "OPAQUE")
    if event.address:
        entry.add("location", event.address)
    if event.has_point:
        entry.add("geo", (event.latitude, event.longitude))
    organizer = vCalAddress(f"mailto:{event.club.email or settings.DEFAULT_FROM_EMAIL}")
    organizer.params["CN"] = vText(event.club.name)
    entry.add("organizer", organizer, encode=0)
    return entry


def _add_time(entry: "Entry", starts_at: datetime, ends_at: datetime, zone: ZoneInfo) -> None:
    entry.add("dtstart", _by_clock(starts_at, zone))
    entry.add("dtend", _by_clock(ends_at, zone))


def _by_clock(moment: datetime, zone: ZoneInfo) -> datetime:
    """A moment by the clock of its place.

    In the autumn night an hour comes twice. By the clock it means the first time (RFC 5545, 3.3.5): the second time can
    only be said in UTC.
    """
    local = moment.astimezone(zone)
    return moment.astimezone(UTC) if local.fold else local


def _time_zones(entries: "list[Entry]") -> "list[Component]":
    years: dict[str, set[int]] = {}
    for entry in entries:
        for moment in (entry.start, entry.end):
            if moment.tzinfo is not UTC:
                years.setdefault(moment.tzinfo.key, set()).add(moment.year)
    return [_time_zone(zone, min(found) - 1, max(found) + 2) for zone, found in sorted(years.items())]


@lru_cache(maxsize=64)
def _time_zone(zone: str, first_year: int, last_year: int) -> "Timezone":
    """A VTIMEZONE with the changes of the clock from one January to the other."""
    from icalendar import Timezone  # noqa: PLC0415

    return Timezone.from_tzinfo(ZoneInfo(zone), zone, date(first_year, 1, 1), date(last_year, 1, 1))
