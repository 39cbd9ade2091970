"""Several dates of one event: made from one, published together, then each with a life of its own."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from core.errors import RuleBroken
from core.history import record
from core.locks import lock_row
from events.actions.events import copy_event, publish_event
from events.actions.locking import lock_event
from events.models import Event, EventSeries

MOST_DATES = 24  # of one series at a time: two years of months, half a year of weeks


@transaction.atomic
def make_series(event: Event, *, by, starts: Sequence[datetime]) -> EventSeries:
    """Draft `event` again at each of `starts`, as events of one series; more dates may be added to it later.

    Dates on which an event of the series stands already are left out, so that asking twice makes them once. Raises
    RuleBroken (field `dates`) without a new date, for a past one, for too many, and for an hour that does not exist.
    """
    event = lock_event(event)
    series = event.series or EventSeries(title=event.title)
    standing = set(series.events.values_list("starts_at", flat=True)) if series.pk else {event.starts_at}
    new = sorted(set(starts) - standing)
    _check(new)
    if not series.pk:
        series.save()
        event.series = series
        event.save(update_fields=["series"])
    for starts_at in new:
        copy = copy_event(event, by=by, starts_at=starts_at)
        copy.series = series
        copy.save(update_fields=["series"])
    record(
        "events.series.made", gettext_noop("Drafted for more dates; events: %(events)s"), by=by, about=[event],
        events=len(new),
    )  # fmt: skip
    return series


def _check(new: Sequence[datetime]) -> None:
    if not new:
        raise RuleBroken(_("Choose at least one new date."), field="dates")
    if len(new) > MOST_DATES:
        raise RuleBroken(_("At most %(most)s dates at a time.") % {"most": MOST_DATES}, field="dates")
    if new[0] <= timezone.now():
        raise RuleBroken(_("A date lies in the past."), field="dates")


@transaction.atomic
def publish_series(series: EventSeries, *, by) -> list[Event]:
    """Publish every draft of the series whose day has not passed. Raises RuleBroken when there is none."""
    series = lock_row(EventSeries.objects.all(), series.pk)
    now = timezone.now()
    drafts = [
        event
        for event in series.events.select_related("club").order_by("pk")
        if event.is_draft and not event.has_begun(now)
    ]
    if not drafts:
        raise RuleBroken(_("No event of this series waits to be published."))
    return [publish_event(event, by=by) for event in drafts]
