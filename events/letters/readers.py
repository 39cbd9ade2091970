"""Who a letter about an event goes to."""

from collections.abc import Sequence

from core.letters import Recipient
from events.models import Place, Registration
from members.enums import ClubRoleKind, RoleLevel
from members.models import Club, Organisation, Person
from members.rights import rights_of


def recipient_of(place: Place) -> Recipient:
    """The named person, at the address given for this event (without a person behind it: in French)."""
    language = place.person.language if place.person else "fr"
    return Recipient(place.email, place.full_name, language, place.person)


def coordinators_of_club(club: Club) -> list[Recipient]:
    """Who runs the club, with an account."""
    people = Person.objects.with_account().filter(club_roles__club=club, club_roles__kind=ClubRoleKind.COORDINATOR)
    return _in_order(people)


def managers_of(organisation: Organisation | int | None) -> list[Recipient]:
    people = Person.objects.with_account().filter(roles__organisation=organisation, roles__level=RoleLevel.MANAGER)
    return _in_order(people)


def payers_of(registration: Registration) -> list[Recipient]:
    """Who can pay for a registration: who made it for their own organisation, else its managers."""
    by = registration.by
    if by is not None and by.is_active and rights_of(by).belongs_to(registration.organisation_id):
        return [Recipient.of(by)]
    return managers_of(registration.organisation_id)


def answerers_of(registration: Registration, places: Sequence[Place]) -> list[Recipient]:
    """Who can say yes or no for a group: whoever can pay for it; where nobody of it has an account, the people named."""
    return payers_of(registration) or [recipient_of(place) for place in places if place.email]


def _in_order(people) -> list[Recipient]:
    return [Recipient.of(person) for person in people.distinct().order_by("pk")]
