"""Letters about a registration. Whoever has no e-mail address gets no letter; these functions then do nothing."""

from collections.abc import Sequence
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from core.letters import Attachment, Recipient, link_to, writing_to
from events.documents.tickets import DRAWING, ticket_values
from events.letter_kinds import wording
from events.letters.parts import enclosed, moment_at, queue_about, queue_about_place
from events.letters.readers import answerers_of, coordinators_of_club, recipient_of
from events.links import invitation_token, offer_token
from events.models import EventInvitation, Place, Registration
from events.tickets import ticket_code
from members.models import Person


def write_confirmed(place: Place, *, now: datetime) -> None:
    """You have a place: with the calendar entry and the ticket."""
    if not place.email:
        return
    code = "events.place_confirmed"
    with writing_to(to := recipient_of(place)):
        subject, opening = wording(code, to, place.event)
        if place.event.is_postponed:
            sentence = _(
                "You are registered for “%(event)s”. Its new date is still open: we write to you as soon as it is set."
            )
            opening = [sentence % {"event": place.event.title}]
        # The ticket opens without an account: its code is the key, as long as the place is this person's.
        queue_about_place(
            place, to, code, subject, [*opening, _about_the_list(place)],
            attachments=[*enclosed(place, "REQUEST", now), _ticket(place)],
            path=reverse("events:open_ticket", args=[ticket_code(place)]),
        )  # fmt: skip


def write_waiting(place: Place, *, now: datetime) -> None:
    """All places are taken: on the waiting list."""
    _write(place, "events.place_waiting")


def write_requested(place: Place) -> None:
    """The coordination has still to say yes."""
    _write(place, "events.place_requested")


def write_request_refused(place: Place, *, reason: str) -> None:
    """The coordination said no, and why."""
    _write(place, "events.request_refused", reason)


def _write(place: Place, code: str, *more: str) -> None:
    if not place.email:
        return
    with writing_to(to := recipient_of(place)):
        subject, opening = wording(code, to, place.event)
        queue_about_place(place, to, code, subject, [*opening, *more])


def write_offered(registration: Registration, places: Sequence[Place]) -> None:
    """Seats have become free for a group of the waiting list: to be taken or refused, by a button that needs no account."""
    event, code = registration.event, "events.place_offered"
    for to in answerers_of(registration, places):
        with writing_to(to):
            subject, opening = wording(code, to, event, until=moment_at(event, registration.held_until))
            path = reverse("events:answer_offer", args=[offer_token(registration)])
            queue_about_place(places[0], to, code, subject, [*opening, names_of(places)], path=path)


def write_request_to_coordination(registration: Registration, people: int) -> None:
    """To the club: somebody asks to come."""
    event, code = registration.event, "events.request_to_coordination"
    for to in coordinators_of_club(event.club):
        with writing_to(to):
            in_words = ngettext("%(count)s person", "%(count)s people", people) % {"count": people}
            values = {"organisation": str(registration.organisation), "people": in_words}
            subject, opening = wording(code, to, event, **values)
            path = reverse("events:request_list", args=[event.slug])
            queue_about(event, [registration], to, code, subject, opening, path=path)


def write_invitation(invitation: EventInvitation) -> None:
    """You are invited, by a personal link."""
    event, code = invitation.event, "events.invitation"
    person = Person.objects.with_account().filter(email__iexact=invitation.email).first()
    to = Recipient.of(person) if person else Recipient(invitation.email, invitation.name)
    with writing_to(to):
        subject, opening = wording(code, to, event)
        how = _("By your personal link you register, or say that you cannot come.")
        path = reverse("events:invitation_page", args=[invitation_token(invitation)])
        queue_about(event, [], to, code, subject, [*opening, invitation.message, how], path=path, secret=True)


def write_summary(registration: Registration, places: Sequence[Place], *, is_waiting: bool) -> None:
    """To the person who registered others and does not come along."""
    by = registration.by
    if by is None or by.email in {place.email for place in places}:
        return
    with writing_to(to := Recipient.of(by)):
        code = "events.registration_waiting" if is_waiting else "events.registration_made"
        people = ngettext("one person", "%(count)s people", len(places)) % {"count": len(places)}
        subject, opening = wording(code, to, registration.event, people=people)
        queue_about_place(places[0], to, code, subject, [*opening, names_of(places)])


def write_place_cancelled(place: Place, *, was_confirmed: bool, now: datetime, reason: str = "") -> None:
    """Your place was given back, or up; the calendar entry is withdrawn."""
    if not place.email:
        return
    with writing_to(to := recipient_of(place)):
        code = "events.place_cancelled" if was_confirmed else "events.waiting_left"
        subject, opening = wording(code, to, place.event)
        attachments = enclosed(place, "CANCEL", now, is_off=True) if was_confirmed else []
        queue_about_place(place, to, code, subject, [*opening, _(reason) if reason else ""], attachments=attachments)


def names_of(places: Sequence[Place]) -> str:
    """Each on a line of its own."""
    return "\n".join(place.full_name for place in places)


def _about_the_list(place: Place) -> str:
    """Somebody else may have ticked it: the person learns of it, and how to change it."""
    if not place.is_listed:
        return ""
    address = link_to(reverse("events:my_registrations"))
    sentence = _("Your name and organisation appear on the list that other participants see. You can change this here:")
    return f"{sentence} {address}"


def _ticket(place: Place) -> Attachment:
    name = pgettext("file name", "ticket")
    return Attachment.drawn(f"{name}.pdf", "application/pdf", DRAWING, ticket_values([place]))
