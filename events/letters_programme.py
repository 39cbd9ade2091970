"""What the club writes about the parts of an event: sessions that people signed up for, pitches that structures proposed.

Whoever has no e-mail address gets no letter; these functions then do nothing.
"""

from collections.abc import Sequence

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from core.letters import Recipient, link_to, queue_letter, writing_to
from events.letters import moment_at, recipient_of
from events.models import Event, PitchProposal, Place, Session
from members.enums import ClubRoleKind, RoleLevel
from members.models import Person

# --- Sessions ---------------------------------------------------------------------------------------------------------


def write_sessions_chosen(place: Place, sessions: Sequence[Session]) -> None:
    """Somebody else chose for you: these are your sessions now."""
    if not place.email:
        return
    event = place.event
    with writing_to(to := recipient_of(place)):
        opening = (
            _("At “%(event)s” you are signed up for these sessions:")
            if sessions
            else _("At “%(event)s” you are no longer signed up for any session. The event as a whole stays as it is.")
        )
        _queue_to_place(
            place, to, "events.sessions_chosen", _("Your sessions: %(event)s") % {"event": event.title},
            [opening % {"event": event.title}, "\n".join(in_words(session, event) for session in sessions)],
        )  # fmt: skip


def write_session_changed(place: Place, session: Session) -> None:
    """A session that you signed up for has other hours, or another room."""
    if not place.email:
        return
    event = session.event
    with writing_to(to := recipient_of(place)):
        names = {"title": session.title, "event": event.title}
        paragraphs = [
            _("“%(title)s”, for which you signed up at “%(event)s”, has other hours or another room:") % names,
            in_words(session, event),
        ]
        subject = _("Change of hours or room: %(title)s") % names
        _queue_to_place(place, to, "events.session_changed", subject, paragraphs, event=event)


def write_session_removed(place: Place, session: Session) -> None:
    """A session that you signed up for does not take place."""
    if not place.email:
        return
    event = session.event
    with writing_to(to := recipient_of(place)):
        names = {"title": session.title, "event": event.title}
        paragraphs = [
            _("“%(title)s”, for which you signed up at “%(event)s”, does not take place.") % names,
            _("Your place at the event stays yours."),
        ]
        subject = _("Does not take place: %(title)s") % names
        _queue_to_place(place, to, "events.session_removed", subject, paragraphs, event=event)


def in_words(session: Session, event: Event) -> str:
    """Its hours, title and room on one line, by the clock of the event's place."""
    start, end = session.starts_at.astimezone(event.zone), session.ends_at.astimezone(event.zone)
    hours = f"{date_format(start, 'TIME_FORMAT')} – {date_format(end, 'TIME_FORMAT')}"
    day = "" if event.is_one_day else f"{date_format(start, 'l j F')}, "
    return f"{day}{hours}: {session.title}" + (f" ({session.room})" if session.room else "")


def _queue_to_place(place: Place, to: Recipient, code, subject, paragraphs, *, event: Event | None = None) -> None:
    event = event or place.event
    queue_letter(
        code, to=to, subject=subject, paragraphs=[text for text in paragraphs if text],
        button=(_("See the programme"), link_to(event.get_absolute_url())),
        about=[event, place.registration, event.club], sender_name=event.club.name, reply_to=event.club.email,
    )  # fmt: skip


# --- Pitches ----------------------------------------------------------------------------------------------------------


def write_pitch_selected(proposal: PitchProposal) -> None:
    """To the structure's managers: you are in, with what comes next."""
    event, session = proposal.event, proposal.call.session
    for person in managers_of(proposal):
        with writing_to(to := Recipient.of(person)):
            names = {
                "title": proposal.title,
                "event": event.title,
                "minutes": proposal.minutes or proposal.call.minutes,
            }
            paragraphs = [
                _("Your pitch “%(title)s” has been selected for “%(event)s”.") % names,
                _("You have %(minutes)s minutes. Please upload your slides as a PDF file.") % names,
            ]
            facts = [(_("When"), moment_at(event, session.starts_at)), (_("Where"), session.room or event.address)]
            _queue_about(proposal, to, "events.pitch_selected", _("Your pitch is selected: %(event)s") % names, paragraphs,
                         [(label, value) for label, value in facts if value])  # fmt: skip


def write_pitch_declined(proposal: PitchProposal) -> None:
    """To the structure's managers: not this time, and why."""
    for person in managers_of(proposal):
        with writing_to(to := Recipient.of(person)):
            names = {"title": proposal.title, "event": proposal.event.title}
            paragraphs = [
                _("Your pitch “%(title)s” has not been selected for “%(event)s”.") % names,
                proposal.reason,
                _("You are of course welcome at the event."),
            ]
            _queue_about(proposal, to, "events.pitch_declined", _("Your pitch for %(event)s") % names, paragraphs)


def write_pitch_withdrawn(proposal: PitchProposal) -> None:
    """To the coordination: a pitch that was selected is withdrawn; its minutes are free again."""
    coordinators = Person.objects.with_account().filter(
        club_roles__club=proposal.event.club_id, club_roles__kind=ClubRoleKind.COORDINATOR
    )
    for person in coordinators.order_by("pk"):
        with writing_to(to := Recipient.of(person)):
            names = {
                "title": proposal.title, "event": proposal.event.title, "organisation": proposal.organisation,
            }  # fmt: skip
            opening = _("%(organisation)s has withdrawn its pitch “%(title)s”, which was selected for “%(event)s”.")
            subject = _("Pitch withdrawn: %(organisation)s") % names
            _queue_about(proposal, to, "events.pitch_withdrawn", subject, [opening % names])


def managers_of(proposal: PitchProposal) -> list[Person]:
    found = Person.objects.with_account().filter(
        roles__organisation=proposal.organisation_id, roles__level=RoleLevel.MANAGER
    )
    return list(found.order_by("pk"))


def _queue_about(proposal: PitchProposal, to: Recipient, code, subject, paragraphs, facts=()) -> None:
    event = proposal.event
    queue_letter(
        code, to=to, subject=subject, paragraphs=[text for text in paragraphs if text], facts=facts,
        button=(_("See the pitch"), link_to(reverse("events:pitch_page", args=[proposal.pk]))),
        about=[event, proposal, event.club], sender_name=event.club.name, reply_to=event.club.email,
    )  # fmt: skip
