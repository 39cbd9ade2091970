"""Who may do what with an introduction: the people of its two sides, and the coordination of its club.

Whether it can be done *now* is each action's own rule.
"""

from introductions.enums import Side
from introductions.models import Contract, Introduction
from members.rights import rights_of


def sides_of(person, introduction: Introduction) -> list[Side]:
    """The sides whose organisation the person belongs to; the one they act for comes first."""
    rights = rights_of(person)
    sides = [side for side in Side if rights.belongs_to(introduction.organisation_id_of(side))]
    return sorted(sides, key=lambda side: introduction.organisation_id_of(side) != rights.organisation_id)


def side_of(person, introduction: Introduction) -> Side | None:
    """The side the person speaks for, if any."""
    return next(iter(sides_of(person, introduction)), None)


def answering_side(person, introduction: Introduction) -> Side | None:
    """The person's side that has still to agree, if any."""
    return next((side for side in sides_of(person, introduction) if not introduction.has_agreed(side)), None)


def can_ask_introduction(person) -> bool:
    """Anybody who acts for an organisation, in its name."""
    return rights_of(person).organisation_id is not None


def can_propose_introduction(person, club=None) -> bool:
    """The coordination of the club (of any club, when none is named)."""
    rights = rights_of(person)
    return rights.is_coordinator if club is None else rights.coordinates(club.pk)


def can_coordinate_introduction(person, introduction: Introduction) -> bool:
    return rights_of(person).coordinates(introduction.club_id)


def can_answer_introduction(person, introduction: Introduction) -> bool:
    """Accept or decline: the people of the two sides; never the coordination in their place."""
    return bool(sides_of(person, introduction))


def can_withdraw_introduction(person, introduction: Introduction) -> bool:
    """Whoever asked: the asking side, or the coordination that proposed or follows it."""
    return Side.ASKING in sides_of(person, introduction) or can_coordinate_introduction(person, introduction)


def can_follow_introduction(person, introduction: Introduction) -> bool:
    """Start talks, close, reopen, write notes, set the next step: both sides and the coordination."""
    return bool(sides_of(person, introduction)) or can_coordinate_introduction(person, introduction)


def can_assign_owner(person, introduction: Introduction) -> bool:
    return can_coordinate_introduction(person, introduction)


def can_see_contacts(person, introduction: Introduction) -> bool:
    """Only once both sides have agreed; then both sides and the coordination."""
    return introduction.is_revealed and can_follow_introduction(person, introduction)


def can_state_contract(person, introduction: Introduction) -> bool:
    return bool(sides_of(person, introduction))


def can_change_contract(person, contract: Contract) -> bool:
    """Change or withdraw: the stating organisation's people."""
    return rights_of(person).belongs_to(contract.stated_for_id)


def can_confirm_contract(person, contract: Contract) -> bool:
    """Confirm or dispute: the other side's people, and nobody their own statement."""
    is_other_side = contract.stating_side.other in sides_of(person, contract.introduction)
    return is_other_side and contract.stated_by_id != person.pk


def speaker_of(person, introduction: Introduction):
    """In whose name the person acts here: the organisation of their side, else the club they coordinate."""
    side = side_of(person, introduction)
    return introduction.club if side is None else introduction.organisation_of(side)
