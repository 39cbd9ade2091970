"""Letters about the parts of an event: sessions that people signed up for, pitches that structures proposed.

Whoever has no e-mail address gets no letter; these functions then do nothing.
"""

from collections.abc import Sequence

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from core.letters import Recipient, writing_to
from events.letter_kinds import wording
from events.letters.parts import Facts, known, moment_at, queue_about
from events.letters.readers import coordinators_of_club, managers_of, recipient_of
from events.models import Event, PitchProposal, Place, Session

# --- Sessions ---------------------------------------------------------------------------------------------------------


def write_sessions_chosen(place: Place, sessions: Sequence[Session]) -> None:
    """Somebody else chose for you: these are your sessions now."""
    code = "events.sessions_chosen" if sessions else "events.sessions_left"
    _write_to_place(place, place.event, code, "\n".join(in_words(session, place.event) for session in sessions))


def write_session_changed(place: Place, session: Session) -> None:
    """A session that you signed up for has other hours, or another room."""
    event = session.event
    _write_to_place(place, event, "events.session_changed", in_words(session, event), session=session.title)


def write_session_removed(place: Place, session: Session) -> None:
    """A session that you signed up for does not take place."""
    _write_to_place(place, session.event, "events.session_removed", session=session.title)


def in_words(session: Session, event: Event) -> str:
    """Its hours, title and room on one line, by the clock of the event's place."""
    start, end = session.starts_at.astimezone(event.zone), session.ends_at.astimezone(event.zone)
    hours = f"{date_format(start, 'TIME_FORMAT')} – {date_format(end, 'TIME_FORMAT')}"
    day = "" if event.is_one_day else f"{date_format(start, 'l j F')}, "
    return f"{day}{hours}: {session.title}" + (f" ({session.room})" if session.room else "")


def _write_to_place(place: Place, event: Event, code: str, *more: str, **values: str) -> None:
    if not place.email:
        return
    with writing_to(to := recipient_of(place)):
        subject, opening = wording(code, to, event, **values)
        queue_about(event, [place.registration], to, code, subject, [*opening, *more])


# --- Pitches ----------------------------------------------------------------------------------------------------------


def write_pitch_selected(pitch: PitchProposal) -> None:
    """To the structure's managers: you are in, with what comes next."""
    minutes = str(pitch.minutes or pitch.call.minutes)
    for to in managers_of(pitch.organisation_id):
        with writing_to(to):
            session = pitch.call.session
            hour = moment_at(pitch.event, session.starts_at)
            facts = known([(_("When"), hour), (_("Where"), session.room or pitch.event.address)])
            _queue_about_pitch(pitch, to, "events.pitch_selected", facts=facts, minutes=minutes)


def write_pitch_declined(pitch: PitchProposal) -> None:
    """To the structure's managers: not this time, and why."""
    for to in managers_of(pitch.organisation_id):
        with writing_to(to):
            _queue_about_pitch(pitch, to, "events.pitch_declined", pitch.reason)


def write_pitch_withdrawn(pitch: PitchProposal) -> None:
    """To the coordination: a pitch that was selected is withdrawn; its minutes are free again."""
    for to in coordinators_of_club(pitch.event.club):
        with writing_to(to):
            organisation = str(pitch.organisation)
            _queue_about_pitch(pitch, to, "events.pitch_withdrawn", organisation=organisation)


def _queue_about_pitch(
    pitch: PitchProposal, to: Recipient, code: str, *more: str, facts: Facts = (), **values: str
) -> None:
    subject, opening = wording(code, to, pitch.event, pitch=pitch.title, **values)
    path = reverse("events:pitch_page", args=[pitch.pk])
    queue_about(pitch.event, [pitch], to, code, subject, [*opening, *more], path=path, facts=facts)
