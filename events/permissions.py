"""What a person may do with events. Whether it can be done *now* is for the actions to say."""

from core.prepared import prepared
from events.enums import ProposalStatus
from events.models import Event, PitchProposal, Place, Proposal, Reception, Registration
from members.models import Club, Organisation
from members.rights import rights_of

# --- Events -----------------------------------------------------------------------------------------------------------


def can_create_event(person, club: Club) -> bool:
    return rights_of(person).coordinates(club.pk)


def can_edit_event(person, event: Event) -> bool:
    """Its club's coordinators: programme, places, publication, registrations, everything but the door."""
    return rights_of(person).coordinates(event.club_id)


def can_check_in(person, event: Event) -> bool:
    """Coordinators, and the people put at this event's reception desk."""
    rights = rights_of(person)
    return rights.coordinates(event.club_id) or _at_desk.first(event.pk, rights.person_id or 0) is not None


@prepared
def _at_desk(event_id: int, person_id: int):
    return Reception.objects.filter(event=event_id, person=person_id).values_list("pk", flat=True)


def can_see_attendee_list(person, event: Event) -> bool:
    """Those who themselves hold a place, and coordinators. Only people who agreed stand on the list."""
    return can_edit_event(person, event) or event.places.of(person).holding_a_place().exists()


# --- Registrations ----------------------------------------------------------------------------------------------------


def can_register_organisation(person, event: Event, organisation: Organisation) -> bool:
    """Its own people, and the event's coordinators (who take registrations by phone)."""
    rights = rights_of(person)
    return rights.belongs_to(organisation.pk) or rights.coordinates(event.club_id)


def can_pay_registration(person, registration: Registration) -> bool:
    """Its organisation's own people: they order in its name."""
    return rights_of(person).belongs_to(registration.organisation_id)


def can_hand_in_for(person, registration: Registration) -> bool:
    """Files that are asked of the organisation: its own people, and the event's coordinators."""
    return can_register_organisation(person, registration.event, registration.organisation)


def can_change_place(person, place: Place) -> bool:
    """Whose place it is, the organisation's people, the event's coordinators."""
    rights = rights_of(person)
    if rights.belongs_to(place.registration.organisation_id) or rights.coordinates(place.event.club_id):
        return True
    return Place.objects.of(person).filter(pk=place.pk).exists()


def can_cancel_place(person, place: Place) -> bool:
    return can_change_place(person, place)


# --- Papers -----------------------------------------------------------------------------------------------------------


def can_see_ticket(person, place: Place) -> bool:
    """Whose place it is, the organisation's people, the event's coordinators; not the reception desk, which reads codes."""
    return can_change_place(person, place)


def can_see_certificate(person, place: Place) -> bool:
    """Whose presence it certifies, the organisation's managers, the event's coordinators."""
    rights = rights_of(person)
    if rights.manages(place.registration.organisation_id) or rights.coordinates(place.event.club_id):
        return True
    return Place.objects.of(person).filter(pk=place.pk).exists()


def can_choose_sessions(person, place: Place) -> bool:
    return can_change_place(person, place)


# --- Pitches ----------------------------------------------------------------------------------------------------------


def can_propose_pitch(person, organisation: Organisation | None) -> bool:
    """The people of a structure, in its name. Whether the call takes it now is for the action to say."""
    return organisation is not None and organisation.is_structure and rights_of(person).belongs_to(organisation.pk)


def can_withdraw_pitch(person, proposal: PitchProposal) -> bool:
    return rights_of(person).belongs_to(proposal.organisation_id)


def can_hand_in_slides(person, proposal: PitchProposal) -> bool:
    """Its organisation's people, and the coordinators (to whom slides arrive by other ways)."""
    rights = rights_of(person)
    return rights.belongs_to(proposal.organisation_id) or rights.coordinates(proposal.event.club_id)


# --- Letters ----------------------------------------------------------------------------------------------------------


def can_edit_letters(person, club: Club) -> bool:
    """Its coordinators: what the club's letters say, and which it sends."""
    return rights_of(person).coordinates(club.pk)


def can_write_to_attendees(person, event: Event) -> bool:
    return can_edit_event(person, event)


# --- Proposals --------------------------------------------------------------------------------------------------------


def can_run_proposals(person, club: Club) -> bool:
    """Write them down, change them, note what became of them: the club's coordination."""
    return rights_of(person).coordinates(club.pk)


def can_note_step(person, proposal: Proposal) -> bool:
    """The coordination, and the people of the organisation that owns it."""
    rights = rights_of(person)
    return rights.coordinates(proposal.club_id) or rights.belongs_to(proposal.organisation_id)


def states_open_to(person, proposal: Proposal) -> list[ProposalStatus]:
    """The states that this person may give the proposal next: its owner says « done », the coordination confirms."""
    if not can_note_step(person, proposal):
        return []
    following = [state for state in ProposalStatus if proposal.status_badge.can_become(state)]
    if rights_of(person).coordinates(proposal.club_id):
        return [state for state in following if state != ProposalStatus.STATED_DONE]
    is_owners_turn = proposal.status in (*ProposalStatus.expected(), ProposalStatus.STATED_DONE)
    return [state for state in following if is_owners_turn and state in ProposalStatus.owners()]


def can_see_person_of_proposal(person, proposal: Proposal) -> bool:
    """Who answers for it is known to the coordination and to their own organisation."""
    return can_note_step(person, proposal)
