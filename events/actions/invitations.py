"""Who is invited by name, and what they answer before they register."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from core.errors import RuleBroken
from core.history import record
from events.actions.locking import lock_event
from events.letters import write_invitation
from events.models import Event, EventInvitation
from members.models import Organisation


@dataclass(frozen=True)
class Guest:
    """Somebody to invite; without an organisation it will be the one in whose name they register."""

    email: str
    name: str = ""
    organisation: Organisation | None = None


@transaction.atomic
def invite_people(event: Event, *, guests: Iterable[Guest], by, message: str = "") -> list[EventInvitation]:
    """Invite people by letter, each with a personal link. Who is invited already is left alone: asking twice is once.

    Returns the invitations that are new. Raises RuleBroken for a draft, a cancelled or a past event.
    """
    event = lock_event(event)
    if event.is_draft:
        raise RuleBroken(_("This event is not published yet."))
    if event.is_cancelled:
        raise RuleBroken(_("This event has been cancelled."))
    if event.has_begun(timezone.now()):
        raise RuleBroken(_("This event has begun."))
    known = {email.lower() for email in event.invitations.standing().values_list("email", flat=True)}
    made = []
    for guest in guests:
        email = guest.email.lower()
        if email in known:
            continue
        known.add(email)
        invitation = EventInvitation.objects.create(
            event=event, organisation=guest.organisation, email=email, name=guest.name, message=message, by=by
        )
        write_invitation(invitation)
        made.append(invitation)
    if made:
        record(
            "events.event.invited", gettext_noop("Invited people: %(people)s"), by=by, about=[event], people=len(made)
        )
    return made


@transaction.atomic
def take_invitation(invitation: EventInvitation, *, organisation: Organisation, by) -> EventInvitation:
    """Follow one's link in the name of an organisation, which is the invited one from then on. Repeat-safe.

    Raises RuleBroken for an invitation that was withdrawn or is another organisation's.
    """
    lock_event(invitation.event)
    invitation = EventInvitation.objects.select_related("event__club", "organisation").get(pk=invitation.pk)
    if not invitation.is_standing:
        raise RuleBroken(_("This invitation has been withdrawn."))
    if invitation.organisation is not None and invitation.organisation != organisation:
        raise RuleBroken(_("This invitation is for %(organisation)s.") % {"organisation": invitation.organisation})
    if invitation.organisation is None or invitation.declined_at is not None:
        invitation.organisation, invitation.declined_at = organisation, None
        invitation.save(update_fields=["organisation", "declined_at"])
        record("events.invitation.taken", gettext_noop("%(organisation)s follows its invitation"), by=by,
               about=[invitation.event, organisation], organisation=organisation)  # fmt: skip
    return invitation


@transaction.atomic
def decline_invitation(invitation: EventInvitation, *, by=None) -> EventInvitation:
    """Say that one cannot come; the link stays good for who thinks again. Repeat-safe."""
    if invitation.is_standing and invitation.declined_at is None:
        invitation.declined_at = timezone.now()
        invitation.save(update_fields=["declined_at"])
        record(
            "events.invitation.declined", gettext_noop("An invitation was declined"), by=by, about=[invitation.event]
        )
    return invitation


@transaction.atomic
def withdraw_invitation(invitation: EventInvitation, *, by) -> EventInvitation:
    """Its link no longer opens anything; who has registered keeps their places. Repeat-safe."""
    lock_event(invitation.event)
    if EventInvitation.objects.standing().filter(pk=invitation.pk).update(withdrawn_at=timezone.now()):
        record(
            "events.invitation.withdrawn", gettext_noop("An invitation was withdrawn"), by=by, about=[invitation.event]
        )
    return invitation
