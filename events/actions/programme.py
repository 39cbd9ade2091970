"""The parts of an event's day."""

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from core.errors import RuleBroken
from core.history import record
from events.actions.locking import lock_event
from events.models import Event, Session

FIELDS = ("kind", "title", "starts_at", "ends_at", "room", "speakers", "description")
# What calendars show: a change of one of these is news for whoever has the session in a diary.
TIME_AND_ROOM = ("starts_at", "ends_at", "room")


@transaction.atomic
def add_session(event: Event, *, by, **fields) -> Session:
    """Add a part to the programme. `fields`: see FIELDS. Raises RuleBroken when it lies outside the event's hours."""
    event = lock_event(event)
    session = Session(event=event)
    _fill(session, fields)
    record("events.session.added", gettext_noop("Added to the programme: %(title)s"), by=by, about=[event],
           title=session.title)  # fmt: skip
    return session


@transaction.atomic
def change_session(session: Session, *, by, **fields) -> Session:
    """Change a part of the programme; as `add_session`."""
    event = lock_event(session.event)
    session = event.sessions.get(pk=session.pk)
    _fill(session, fields)
    record("events.session.changed", gettext_noop("Changed in the programme: %(title)s"), by=by, about=[event],
           title=session.title)  # fmt: skip
    return session


@transaction.atomic
def remove_session(session: Session, *, by) -> Event:
    """Take a part out of the programme; repeat-safe."""
    event = lock_event(session.event)
    if event.sessions.filter(pk=session.pk).delete()[0]:
        record("events.session.removed", gettext_noop("Taken out of the programme: %(title)s"), by=by, about=[event],
               title=session.title)  # fmt: skip
    return event


def _fill(session: Session, fields: dict) -> None:
    before = [getattr(session, name) for name in TIME_AND_ROOM]
    for name, value in fields.items():
        if name not in FIELDS:
            raise TypeError(f"a session has no field {name} to change")
        setattr(session, name, value)
    event = session.event
    if event.is_cancelled:
        raise RuleBroken(_("This event has been cancelled."))
    if session.ends_at <= session.starts_at:
        raise RuleBroken(_("A session ends after it starts."), field="ends_at")
    if session.starts_at < event.starts_at or session.starts_at >= event.ends_at:
        raise RuleBroken(_("The event runs %(when)s: choose a time within.") % {"when": event.when}, field="starts_at")
    if session.ends_at > event.ends_at:
        raise RuleBroken(_("The event runs %(when)s: choose a time within.") % {"when": event.when}, field="ends_at")
    if session.pk and event.is_published and before != [getattr(session, name) for name in TIME_AND_ROOM]:
        session.sequence += 1
    session.save()
