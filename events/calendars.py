"""Events as calendar programs read them (RFC 5545, 5546): plain building, no clock, no queries of its own."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.translation import gettext as _
from icalendar import Calendar, Component, Timezone, vCalAddress, vDuration, vText
from icalendar import Event as Entry

from core.letters import link_to
from events.models import Event, Place

PRODID = "-//Club manager//Events//EN"
MEDIA_TYPE = "text/calendar"
# Calendars that follow a feed look again after this time.
REFRESH = timedelta(hours=6)


def event_entry(event: Event, *, stamp: datetime | None = None) -> Entry:
    """The event as anybody sees it."""
    return _entry(event, uid=str(event.uid), stamp=stamp or event.updated_at, status=_status(event))


def place_entry(place: Place, *, stamp: datetime | None = None, is_off: bool = False) -> Entry:
    """The event as the holder of `place` sees it: an entry of their own, which can be taken back (`is_off`) alone.

    A cancellation bears a higher number than what it takes back (RFC 5546, 2.1.4); the event's own number has
    already grown when the whole event is off, or put off until its date is found again.
    """
    event = place.event
    is_open = place.is_active and not place.is_confirmed
    status = "CANCELLED" if is_off or event.is_postponed else "TENTATIVE" if is_open else _status(event)
    entry = _entry(event, uid=place.calendar_uid, stamp=stamp or event.updated_at, status=status)
    if is_off and event.is_published:
        entry["SEQUENCE"] = event.sequence + 1
    if place.email:
        attendee = vCalAddress(f"mailto:{place.email}")
        attendee.params["CN"] = vText(place.full_name)
        attendee.params["ROLE"] = vText("REQ-PARTICIPANT")
        attendee.params["PARTSTAT"] = vText("TENTATIVE" if is_open else "ACCEPTED")
        attendee.params["RSVP"] = vText("FALSE")
        entry.add("attendee", attendee, encode=0)
    return entry


def calendar_of(entries: Iterable[Entry], *, method: str = "PUBLISH", name: str = "") -> bytes:
    """A calendar file with the time zones that its entries use. `method`: PUBLISH, REQUEST or CANCEL."""
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
    for component in [*_time_zones(entries), *entries]:
        calendar.add_component(component)
    return calendar.to_ical()


def _status(event: Event) -> str:
    """An event whose date is open again is taken out of calendars: the hours it bears are not true."""
    if event.is_cancelled or event.is_postponed:
        return "CANCELLED"
    return "TENTATIVE" if event.is_draft else "CONFIRMED"


def _entry(event: Event, *, uid: str, stamp: datetime, status: str) -> Entry:
    url = link_to(event.get_absolute_url())
    entry = Entry()
    entry.add("uid", uid)
    entry.add("sequence", event.sequence)
    entry.add("dtstamp", stamp)
    entry.add("last-modified", event.updated_at)
    entry.add("dtstart", event.local_start)
    entry.add("dtend", event.local_end)
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


def _time_zones(entries: list[Entry]) -> list[Component]:
    years: dict[str, list[int]] = {}
    for entry in entries:
        start = entry.start
        years.setdefault(start.tzinfo.key, []).append(start.year)
    return [_time_zone(zone, min(found) - 1, max(found) + 2) for zone, found in sorted(years.items())]


@lru_cache(maxsize=64)
def _time_zone(zone: str, first_year: int, last_year: int) -> Timezone:
    """A VTIMEZONE with the changes of the clock from one January to the other."""
    return Timezone.from_tzinfo(ZoneInfo(zone), zone, date(first_year, 1, 1), date(last_year, 1, 1))
