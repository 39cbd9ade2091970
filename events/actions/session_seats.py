"""Signing up for sessions, under the event's lock: lock, then read, then decide. Giving a seat back needs no decision."""

from collections.abc import Collection, Iterable
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from core.errors import RuleBroken
from core.history import record
from events.actions.locking import lock_event
from events.actions.places import fresh
from events.letters import write_sessions_chosen
from events.models import Event, Place, Session, SessionSeat
from members.rights import rights_of

TAKEN = gettext_noop("A person of %(organisation)s signed up for sessions; number: %(number)s")
LEFT = gettext_noop("A person of %(organisation)s signed off from all sessions")


@transaction.atomic
def choose_sessions(place: Place, *, sessions: Collection[Session], by) -> Place:
    """Let the person of `place` be signed up for exactly these of the event's sessions, and no other.

    Sessions that have begun stay as they are, except for coordinators. Whoever was signed up by somebody else gets a
    letter. Raises RuleBroken for who holds no place, for a full session, for two at the same hours.
    """
    event = lock_event(place.event)
    place, now = fresh(place, event), timezone.now()
    _check_choosing(event, place, now)
    found = event.sessions.with_sign_up().with_seats()
    if by is not None and not rights_of(by).coordinates(event.club_id):
        found = found.filter(starts_at__gt=now)
    open_ones, wanted = list(found), {session.pk for session in sessions}
    seats = {seat.session_id: seat for seat in SessionSeat.objects.taken().of(place).select_related("session")}
    kept = [seat.session for pk, seat in seats.items() if pk in wanted or pk not in {one.pk for one in open_ones}]
    new = [session for session in open_ones if session.pk in wanted and session.pk not in seats]
    _check_hours([*kept, *new])
    _check_seats(new)
    gone = [seats[session.pk] for session in open_ones if session.pk in seats and session.pk not in wanted]
    if new or gone:
        SessionSeat.objects.filter(pk__in=[seat.pk for seat in gone]).delete()
        _take(place, new, now)
        _note(event, place, len(kept) + len(new), by=by)
    return place


@transaction.atomic
def take_session_seat(session: Session, *, place: Place, by) -> SessionSeat:
    """Sign one person up for one session; repeat-safe. Raises RuleBroken as `choose_sessions` does."""
    event = lock_event(session.event)
    session = event.sessions.with_seats().get(pk=session.pk)
    if place.event_id != event.pk:
        raise RuleBroken(_("This person holds no place."))
    place, now = fresh(place, event), timezone.now()
    _check_choosing(event, place, now)
    seats = {seat.session_id: seat for seat in SessionSeat.objects.taken().of(place).select_related("session")}
    if session.pk in seats:
        return seats[session.pk]
    if not session.has_sign_up:
        raise RuleBroken(_("Nobody needs to sign up for “%(title)s”: all participants may come.") % {"title": session})
    _check_hours([session, *(seat.session for seat in seats.values())])
    _check_seats([session])
    _take(place, [session], now)
    _note(event, place, len(seats) + 1, by=by)
    return SessionSeat.objects.get(session=session, place=place)


@transaction.atomic
def give_back_session_seat(seat: SessionSeat, *, by) -> Session:
    """Take one person off the list of one session; repeat-safe."""
    event = lock_event(seat.session.event)
    if SessionSeat.objects.filter(pk=seat.pk).delete()[0]:
        place = fresh(seat.place, event)
        _note(event, place, SessionSeat.objects.taken().of(place).count(), by=by)
    return seat.session


def _check_choosing(event: Event, place: Place, now: datetime) -> None:
    if event.is_cancelled:
        raise RuleBroken(_("This event has been cancelled."))
    if event.is_over(now):
        raise RuleBroken(_("This event is over."))
    if not place.is_seated:
        raise RuleBroken(_("This person holds no place."))
    if not place.is_named:
        raise RuleBroken(_("Say first who comes: sessions are chosen for a person."))


def _check_hours(sessions: list[Session]) -> None:
    """Nobody is at two sessions at once."""
    ordered = sorted(sessions, key=lambda session: (session.starts_at, session.pk))
    for earlier, later in zip(ordered, ordered[1:], strict=False):
        if earlier.overlaps(later):
            sentence = _("“%(one)s” and “%(other)s” are at the same hours: choose one of them.")
            raise RuleBroken(sentence % {"one": earlier, "other": later}, field="sessions")


def _check_seats(sessions: Iterable[Session]) -> None:
    for session in sessions:
        if session.is_full and session.capacity:
            sentence = ngettext(
                "“%(title)s” is full: its only seat is taken.", "“%(title)s” is full: all %(seats)s seats are taken.",
                session.capacity,
            )  # fmt: skip
            raise RuleBroken(sentence % {"title": session, "seats": session.capacity}, field="sessions")


def _take(place: Place, sessions: Iterable[Session], now: datetime) -> None:
    """A row that is left from before the place was given back is used anew."""
    SessionSeat.objects.bulk_create(
        [SessionSeat(session=session, place=place, taken_at=now) for session in sessions],
        update_conflicts=True, unique_fields=["session", "place"], update_fields=["taken_at"],
    )  # fmt: skip


def _note(event: Event, place: Place, number: int, *, by) -> None:
    """One line of history; and a letter to whoever did not choose themselves."""
    organisation = place.registration.organisation
    record("events.session_seat.chosen", TAKEN if number else LEFT, by=by, about=[event, place.registration],
           organisation=organisation, number=number)  # fmt: skip
    is_own = by is not None and Place.objects.of(by).filter(pk=place.pk).exists()
    if event.is_published and not is_own:
        chosen = event.sessions.filter(pk__in=SessionSeat.objects.taken().of(place).values("session"))
        write_sessions_chosen(place, list(chosen))
