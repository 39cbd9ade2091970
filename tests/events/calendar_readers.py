"""What four calendar libraries, written by different people, make of a calendar file."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

import ics
import vobject
from ical.calendar_stream import IcsCalendarStream
from icalendar import Calendar


@dataclass(frozen=True, order=True)
class Read:
    """One entry as a reader understands it; `starts` and `ends` are moments in UTC."""

    uid: str
    starts: datetime
    ends: datetime
    sequence: int
    status: str
    method: str


def utc(moment: datetime) -> datetime:
    assert moment.tzinfo is not None, "a moment without a time zone"
    return moment.astimezone(UTC)


def by_icalendar(content: bytes) -> list[Read]:
    calendar = Calendar.from_ical(content)
    return sorted(
        Read(str(e["UID"]), utc(e["DTSTART"].dt), utc(e["DTEND"].dt), int(e["SEQUENCE"]), str(e["STATUS"]),
             str(calendar["METHOD"]))
        for e in calendar.walk("VEVENT")
    )  # fmt: skip


def by_vobject(content: bytes) -> list[Read]:
    """Follows the rules enclosed in the file (VTIMEZONE), not the name of the zone."""
    calendar = vobject.readOne(content.decode())
    return sorted(
        Read(e.uid.value, utc(e.dtstart.value), utc(e.dtend.value), int(e.sequence.value), e.status.value,
             calendar.method.value)
        for e in calendar.contents.get("vevent", [])
    )  # fmt: skip


def by_ics(content: bytes) -> list[Read]:
    calendar = ics.Calendar(content.decode())
    return sorted(
        Read(e.uid, utc(e.begin.datetime), utc(e.end.datetime), _extra(e, "SEQUENCE", int), e.status, calendar.method)
        for e in calendar.events
    )


def _extra(event, name: str, kind: type):
    (line,) = [line for line in event.extra if line.name == name]
    return kind(line.value)


def by_ical(content: bytes) -> list[Read]:
    calendar = IcsCalendarStream.calendar_from_ics(content.decode())
    return sorted(
        Read(e.uid, utc(e.dtstart), utc(e.dtend), e.sequence, str(e.status.value), str(calendar.method or ""))
        for e in calendar.events
    )


READERS: dict[str, Callable[[bytes], list[Read]]] = {
    "icalendar": by_icalendar,
    "vobject": by_vobject,
    "ics": by_ics,
    "ical": by_ical,
}


def read_by_all(content: bytes) -> list[Read]:
    """What all four read; fails where they do not agree."""
    first, *others = ((name, read(content)) for name, read in READERS.items())
    for name, found in others:
        assert found == first[1], f"{name} reads {found}, {first[0]} reads {first[1]}"
    return first[1]
