"""To whom a letter about an introduction goes."""

from django.db.models import Q

from core.letters import Recipient
from introductions.enums import Side
from introductions.models import Introduction
from members.enums import ClubRoleKind, RoleLevel
from members.models import Person


def recipients_of_side(introduction: Introduction, side: Side) -> list[Recipient]:
    """The organisation's managers and its contact.

    An organisation of which nobody has an account yet is written to at its own address; without one, the coordination
    is told, so that no request stays unread.
    """
    organisation = introduction.organisation_of(side)
    people = Person.objects.filter(
        Q(roles__organisation=organisation, roles__level=RoleLevel.MANAGER)
        | Q(roles__organisation=organisation, pk=introduction.contact_id_of(side)),
        is_active=True,
    )
    found = [Recipient.of(person) for person in people.distinct().order_by("pk")]
    if found:
        return found
    if organisation.email:
        return [Recipient(organisation.email, str(organisation))]
    return recipients_of_coordination(introduction)


def recipients_of_coordination(introduction: Introduction) -> list[Recipient]:
    """Who follows it; without an owner, all coordinators of the club."""
    if introduction.owner_id and introduction.owner.is_active:
        return [Recipient.of(introduction.owner)]
    people = Person.objects.filter(
        club_roles__club=introduction.club_id, club_roles__kind=ClubRoleKind.COORDINATOR, is_active=True
    )
    return [Recipient.of(person) for person in people.distinct().order_by("pk")]
