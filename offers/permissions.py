"""What a person may do with offers. Whether it can be done *now* is for the actions to say."""

from members.models import Organisation
from members.rights import rights_of
from memberships.models import Term
from offers.models import Offer


def coordinates_offer(person, offer: Offer) -> bool:
    """The person runs the desk of a club that its structure is or was a member of (administrators run all)."""
    rights = rights_of(person)
    if rights.is_administrator or not rights.coordinated_club_ids:
        return rights.is_administrator
    return Term.objects.filter(organisation=offer.organisation_id, club__in=rights.coordinated_club_ids).exists()


def can_create_offer(person, organisation: Organisation | None) -> bool:
    """Managers and contributors of a structure; companies, buyers and partners have nothing to offer here."""
    return organisation is not None and organisation.is_structure and rights_of(person).belongs_to(organisation.pk)


def can_update_offer(person, offer: Offer) -> bool:
    """Managers and contributors of its structure: text, pictures, publication. Administrators help out."""
    rights = rights_of(person)
    return rights.is_administrator or rights.belongs_to(offer.organisation_id)


def can_withdraw_offer(person, offer: Offer) -> bool:
    """Its structure's people; the coordinators of its clubs, who say why."""
    return can_update_offer(person, offer) or coordinates_offer(person, offer)


def can_see_offer_history(person, offer: Offer) -> bool:
    return can_update_offer(person, offer) or coordinates_offer(person, offer)
