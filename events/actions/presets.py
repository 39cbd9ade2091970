"""Ready programmes for the kinds of event that always run alike; coordinators change them as they like."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.utils.translation import gettext as _

from events.enums import EventKind, SessionKind
from events.models import Event, Session
from members.enums import Audience


@dataclass(frozen=True)
class Preset:
    """What a new event of a kind begins with. `programme` holds (kind, minutes)."""

    begins: time
    ends: time
    capacity: int
    quotas: dict[str, int]
    programme: tuple[tuple[SessionKind, int], ...]


# Half a day by trade, as the public buyers' network MACS holds them: 8:45 to 12:30, buyers and structures in equal parts.
PRESETS = {
    EventKind.OPEN_MAP: Preset(
        begins=time(8, 45),
        ends=time(12, 30),
        capacity=120,
        quotas={Audience.BUYERS: 60, Audience.STRUCTURES: 60},
        programme=(
            (SessionKind.WELCOME, 30),
            (SessionKind.PLENARY, 30),
            (SessionKind.WORKSHOP, 45),
            (SessionKind.PITCHES, 30),
            (SessionKind.ONE_TO_ONE, 60),
            (SessionKind.NETWORKING, 30),
        ),
    )
}


def preset_of(kind: str) -> Preset | None:
    return PRESETS.get(EventKind(kind)) if kind in EventKind.values else None


def sessions_of(preset: Preset, event: Event) -> list[Session]:
    """The preset's sessions, one after the other from the event's start; what would pass its end is cut off."""
    titles = {
        SessionKind.WELCOME: _("Welcome with coffee"),
        SessionKind.PLENARY: _("Plenary: needs of the buyers, know-how of the structures"),
        SessionKind.WORKSHOP: _("Workshop: working together, from the first contact to the contract"),
        SessionKind.PITCHES: _("Express pitches by structures"),
        SessionKind.ONE_TO_ONE: _("One-to-one meetings between buyers and structures"),
        SessionKind.NETWORKING: _("Networking over a light lunch"),
    }
    sessions, starts_at = [], event.starts_at
    for kind, minutes in preset.programme:
        ends_at: datetime = min(starts_at + timedelta(minutes=minutes), event.ends_at)
        if ends_at <= starts_at:
            break
        sessions.append(Session(event=event, kind=kind, title=titles[kind], starts_at=starts_at, ends_at=ends_at))
        starts_at = ends_at
    return sessions
