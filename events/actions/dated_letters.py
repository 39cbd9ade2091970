"""Letters that the calendar writes: reminders before an event, thanks after it, the question what came of it.

The daily run writes them. A day that was missed is caught up as long as the letter still makes sense; after that it is
left out. Each person gets each letter once (its key), and none of an event that has been called off.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.db import transaction
from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext_noop

from core.history import record
from events.actions.locking import lock_event
from events.enums import Attendance
from events.letter_kinds import KINDS, is_off
from events.letters import write_by_date
from events.models import Event

BATCH = 100


@dataclass(frozen=True)
class DatedLetter:
    """`due`: the day on which it is written, counted from the event's (negative: before); `late`: how many days later it
    still makes sense. `goes_to`: the name of a page other than the event's."""

    code: str
    due: int
    late: int
    goes_to: str = ""

    @property
    def is_before(self) -> bool:
        return self.due < 0


# No storey below may import from above, but may link there by the name of a page.
OUTCOMES = "introductions:introduction_list"
DATED = (
    DatedLetter("events.reminder_week", due=-7, late=2),
    DatedLetter("events.reminder_day", due=-1, late=1),
    DatedLetter("events.thanks", due=1, late=5),
    DatedLetter("events.outcome_month", due=30, late=10, goes_to=OUTCOMES),
    DatedLetter("events.outcome_quarter", due=90, late=14, goes_to=OUTCOMES),
)


def write_dated_letters(now: datetime) -> int:
    """Write what is due today, at all events. Returns how many letters; a second run writes none.

    Each batch is a transaction of its own, under its event's lock: call it outside of one.
    """
    return sum(_write_at(event, letter, now) for letter in DATED for event in _events_due(letter, now))


def _events_due(letter: DatedLetter, now: datetime) -> Iterable[Event]:
    """Published events whose day for this letter has come, and is not long gone."""
    # Clocks differ by less than a day from ours: take a day more on both sides, then look at each event's own clock.
    until = now - timedelta(days=letter.due - 1)
    since = now - timedelta(days=letter.due + letter.late + 2)
    moment = "starts_at" if letter.is_before else "ends_at"
    found = (
        Event.objects.published().filter(**{f"{moment}__range": (since, until)}).select_related("club").order_by("pk")
    )
    return [event for event in found if _is_due(event, letter, now)]


def _is_due(event: Event, letter: DatedLetter, now: datetime) -> bool:
    if not event.is_published or event.has_begun(now) is letter.is_before:
        return False
    today = now.astimezone(event.zone).date()
    return timedelta(0) <= today - _due_on(event, letter) <= timedelta(days=letter.late)


def _due_on(event: Event, letter: DatedLetter):
    day = event.local_start.date() if letter.is_before else event.local_end.date()
    return day + timedelta(days=letter.due)


def _write_at(event: Event, letter: DatedLetter, now: datetime) -> int:
    if is_off(event.club, letter.code):
        return 0
    pks = list(_places_for(event, letter).order_by("pk").values_list("pk", flat=True))
    batches = [pks[begin : begin + BATCH] for begin in range(0, len(pks), BATCH)]
    return sum(_write_batch(event, letter, batch, now) for batch in batches)


@transaction.atomic
def _write_batch(event: Event, letter: DatedLetter, pks: list[int], now: datetime) -> int:
    """Write to these places as they are under the event's lock: it may have been called off, or a place given back."""
    event = lock_event(event)
    if not _is_due(event, letter, now):
        return 0
    path = reverse(letter.goes_to) if letter.goes_to else ""
    places = list(_places_for(event, letter).filter(pk__in=pks).select_related("registration", "person").order_by("pk"))
    written = 0
    for place in places:
        place.event = place.registration.event = event
        written += write_by_date(place, letter.code, now=now, path=path)
    if written:
        record("events.dated_letter.written", gettext_noop("Letters written: %(kind)s; people: %(people)s"), by=None,
               about=[event], kind=KINDS[letter.code].lasting_name, people=written)  # fmt: skip
    return written


def _places_for(event: Event, letter: DatedLetter):
    """Named people with an e-mail address: before the event those who may come, after it those who came.

    Whoever got a place on the day of a reminder, or later, has just been written to. So has, with the day until when to pay
    or to answer, whoever can do so for seats that are only kept; their people are written to once the places are theirs.
    """
    named = event.places.named().exclude(email="").filter(erased_at__isnull=True)
    if not letter.is_before:
        return named.attended()
    due_at = datetime.combine(_due_on(event, letter), time.min, tzinfo=event.zone)
    since = Coalesce(F("confirmed_at"), F("registration__registered_at"))
    expected = named.holding_a_place().exclude(attendance__in=Attendance.freeing())
    return expected.alias(since=since).filter(Q(since__lt=due_at))
