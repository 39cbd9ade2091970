"""The parts of an event's day."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from core.errors import RuleBroken
from core.history import record
from events.actions.locking import lock_event
from events.letters import write_session_changed, write_session_removed
from events.models import Event, PitchProposal, Session, SessionSeat

FIELDS = (
    "kind", "title", "starts_at", "ends_at", "room", "speakers", "moderators", "description", "has_sign_up", "capacity",
)  # fmt: skip
# What calendars show: a change of one of these is news for whoever has the session in a diary; a text is not.
TIME_AND_ROOM = ("starts_at", "ends_at", "room")


@transaction.atomic
def add_session(event: Event, *, by, **fields) -> Session:
    """Add a part to the programme. `fields`: see FIELDS.

    Raises RuleBroken, at its field, when it lies outside the event's hours or has seats that nobody could take.
    """
    event = lock_event(event)
    session = Session(event=event)
    _fill(session, fields)
    record("events.session.added", gettext_noop("Added to the programme: %(title)s"), by=by, about=[event],
           title=session.title)  # fmt: skip
    return session


@transaction.atomic
def change_session(session: Session, *, by, **fields) -> Session:
    """Change a part of the programme; as `add_session`.

    Whoever signed up for it gets a letter when its hours or its room change. Raises RuleBroken for fewer seats than are
    taken, for hours at which somebody who comes has a seat elsewhere, and when it no longer takes what it holds: seats,
    proposals for pitches.
    """
    event = lock_event(session.event)
    session = event.sessions.with_seats().select_related("pitch_call").get(pk=session.pk)
    session.event = event
    before = {name: getattr(session, name) for name in TIME_AND_ROOM}
    had_call = hasattr(session, "pitch_call")
    _fill(session, fields)
    if had_call and not session.is_pitches:
        raise RuleBroken(_("There is a call for pitches for this session: its kind stays."), field="kind")
    record("events.session.changed", gettext_noop("Changed in the programme: %(title)s"), by=by, about=[event],
           title=session.title)  # fmt: skip
    now = timezone.now()
    is_moved = any(before[name] != getattr(session, name) for name in TIME_AND_ROOM)
    if is_moved and event.is_published and not event.is_over(now):
        for seat in session.seats.taken().for_list():
            write_session_changed(seat.place, session)
    return session


@transaction.atomic
def remove_session(session: Session, *, by) -> Event:
    """Take a part out of the programme; whoever signed up for it is told. Repeat-safe.

    Its documents stay with the event. Raises RuleBroken when structures have proposed pitches for it.
    """
    event = lock_event(session.event)
    found = event.sessions.filter(pk=session.pk).first()
    if found is None:
        return event
    session = found
    if PitchProposal.objects.filter(call__session=session).exists():
        raise RuleBroken(_("Structures have proposed pitches for this session: it stays in the programme."))
    seats = list(session.seats.taken().for_list())
    if event.is_published and not event.is_over(timezone.now()):
        for seat in seats:
            write_session_removed(seat.place, session)
    session.delete()
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
        raise RuleBroken(
            _("The event runs %(when)s: choose a time within.") % {"when": event.planned_when}, field="starts_at"
        )
    if session.ends_at > event.ends_at:
        raise RuleBroken(
            _("The event runs %(when)s: choose a time within.") % {"when": event.planned_when}, field="ends_at"
        )
    _check_seats(session)
    if session.pk and event.is_published and before != [getattr(session, name) for name in TIME_AND_ROOM]:
        session.sequence += 1
    session.save()


def _check_seats(session: Session) -> None:
    """What is taken stays taken, and nobody has to be in two places at once. Under the event's lock."""
    if session.capacity is not None and not session.has_sign_up:
        raise RuleBroken(_("Only a session that people sign up for has seats of its own."), field="capacity")
    if session.capacity is not None and session.capacity < 1:
        raise RuleBroken(_("A session has at least one seat."), field="capacity")
    if session.pk is None:
        return
    taken = session.seats.taken()
    count = taken.count()
    if count and not session.has_sign_up:
        sentence = ngettext("%(taken)s person has signed up for it.", "%(taken)s people have signed up for it.", count)
        raise RuleBroken(sentence % {"taken": count}, field="has_sign_up")
    if session.capacity is not None and session.capacity < count:
        raise RuleBroken(_("%(taken)s seats are already taken.") % {"taken": count}, field="capacity")
    elsewhere = SessionSeat.objects.taken().exclude(session=session).filter(place__in=taken.values("place"))
    at_once = elsewhere.filter(session__starts_at__lt=session.ends_at, session__ends_at__gt=session.starts_at)
    if other := at_once.select_related("session").first():
        sentence = _("Somebody who signed up for it has a seat in “%(title)s” at these hours.")
        raise RuleBroken(sentence % {"title": other.session.title}, field="starts_at")
