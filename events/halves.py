"""The half-days of an event, by the clock of its place: what attendance is signed and certified for."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from events.enums import Half
from events.models import Event, Session

NOON = time(13)
# People sign on arrival; whoever forgot signs until the day is over.
SIGNED_BEFORE = timedelta(hours=1)


@dataclass(frozen=True)
class HalfDay:
    """A morning or an afternoon, with the hours of the programme in it (aware, in the zone of the event)."""

    day: date
    half: Half
    starts_at: datetime
    ends_at: datetime

    @property
    def key(self) -> str:
        """Names it in addresses: 2027-11-16-morning."""
        return f"{self.day:%Y-%m-%d}-{self.half.value}"

    @property
    def label(self) -> str:
        """tuesday 16 november 2027, morning"""
        return f"{date_format(self.day, _('l j F Y'))}, {self.half.label}"

    @property
    def hours(self) -> str:
        return f"{date_format(self.starts_at, 'TIME_FORMAT')} – {date_format(self.ends_at, 'TIME_FORMAT')}"

    def may_be_signed(self, now: datetime) -> bool:
        """From an hour before it begins until the end of its day."""
        return self.starts_at - SIGNED_BEFORE <= now and now.astimezone(self.starts_at.tzinfo).date() <= self.day


def half_days(event: Event, sessions: Iterable[Session] = ()) -> list[HalfDay]:
    """The half-days that the event touches, in order. Their hours are those of the sessions that begin in them; of the
    event itself where there are none."""
    sessions, found, day = list(sessions), [], event.local_start.date()
    while day <= event.local_end.date():
        midnight = datetime.combine(day, time.min, event.zone)
        noon, next_midnight = (
            datetime.combine(day, NOON, event.zone), datetime.combine(day + timedelta(days=1), time.min, event.zone),
        )  # fmt: skip
        for half, begin, end in ((Half.MORNING, midnight, noon), (Half.AFTERNOON, noon, next_midnight)):
            if event.starts_at < end and event.ends_at > begin:
                found.append(HalfDay(day, half, *_hours(event, sessions, begin, end)))
        day += timedelta(days=1)
    return found


def _hours(event: Event, sessions: list[Session], begin: datetime, end: datetime) -> tuple[datetime, datetime]:
    inside = [session for session in sessions if begin <= session.starts_at < end]
    if inside:
        starts_at, ends_at = min(s.starts_at for s in inside), max(s.ends_at for s in inside)
    else:
        starts_at, ends_at = max(event.starts_at, begin), min(event.ends_at, end)
    return starts_at.astimezone(event.zone), ends_at.astimezone(event.zone)


def half_days_of(event: Event) -> list[HalfDay]:
    """The same, with the programme as it stands now."""
    return half_days(event, Session.objects.filter(event=event))


def find_half_day(halves: Iterable[HalfDay], key: str) -> HalfDay | None:
    return next((half for half in halves if half.key == key), None)


def half_day_now(halves: list[HalfDay], now: datetime) -> HalfDay:
    """The one that people sign now: the last that may be signed, else the next one, else the last."""
    open_ones = [half for half in halves if half.may_be_signed(now)]
    coming = [half for half in halves if half.starts_at > now]
    return open_ones[-1] if open_ones else coming[0] if coming else halves[-1]
