"""What a person may do with the shared member model. Whether it can be done *now* is for the actions to say."""

from members.models import Club, Difference, Invitation, JoinRequest, Organisation
from members.rights import rights_of

# --- Organisations ----------------------------------------------------------------------------------------------------


def coordinates_organisation(person, organisation: Organisation) -> bool:
    """The person runs the desk of a club that knows this organisation (administrators run all)."""
    rights = rights_of(person)
    if rights.is_administrator or not rights.coordinated_club_ids:
        return rights.is_administrator
    return organisation.clubs.filter(pk__in=rights.coordinated_club_ids).exists()


def can_update_organisation(person, organisation: Organisation) -> bool:
    """Its own people, and the coordinators of its clubs (they keep the directory in order)."""
    return rights_of(person).belongs_to(organisation.pk) or coordinates_organisation(person, organisation)


def can_see_contact_details(person, organisation: Organisation) -> bool:
    """Its own people, and the coordinators of its clubs; everybody else through an accepted introduction."""
    return rights_of(person).belongs_to(organisation.pk) or coordinates_organisation(person, organisation)


# --- Teams ------------------------------------------------------------------------------------------------------------


def can_see_team(person, organisation: Organisation) -> bool:
    return rights_of(person).belongs_to(organisation.pk) or coordinates_organisation(person, organisation)


def can_manage_team(person, organisation: Organisation) -> bool:
    """Roles, requests and invitations: its managers. Administrators help out."""
    rights = rights_of(person)
    return rights.is_administrator or rights.manages(organisation.pk)


def can_invite_colleague(person, organisation: Organisation) -> bool:
    """Its managers; as long as there are none, the coordinators of its clubs may invite the first one."""
    if can_manage_team(person, organisation):
        return True
    return coordinates_organisation(person, organisation) and not organisation.roles.managers().exists()


def can_answer_join_request(person, request: JoinRequest) -> bool:
    """Its managers; as long as there are none, the coordinators of its clubs."""
    return request.person_id != rights_of(person).person_id and can_invite_colleague(person, request.organisation)


def can_revoke_invitation(person, invitation: Invitation) -> bool:
    return can_invite_colleague(person, invitation.organisation)


def can_manage_mail_domains(person, organisation: Organisation) -> bool:
    """Its managers, who agree that colleagues join by themselves; the coordinators of its clubs in their name."""
    return can_manage_team(person, organisation) or coordinates_organisation(person, organisation)


def can_add_any_mail_domain(person, organisation: Organisation) -> bool:
    """Without an address there of one's own, which keeps a manager from giving away somebody else's domain."""
    return coordinates_organisation(person, organisation)


def can_accept_invitation(person, invitation: Invitation) -> bool:
    """The person it was sent to: somebody who has proved that the address is theirs."""
    if not person.is_authenticated:
        return False
    if person.email.lower() == invitation.email.lower():
        return True
    return person.emailaddress_set.filter(email__iexact=invitation.email, verified=True).exists()


# --- Clubs ------------------------------------------------------------------------------------------------------------


def can_edit_club(person, club: Club) -> bool:
    return rights_of(person).coordinates(club.pk)


# --- Importing a directory --------------------------------------------------------------------------------------------


def can_import_directory(person, club: Club | None = None) -> bool:
    """The club's coordinators; without a club, whoever coordinates one."""
    rights = rights_of(person)
    return rights.is_coordinator if club is None else rights.coordinates(club.pk)


def can_decide_difference(person, difference: Difference) -> bool:
    """The coordinators of the clubs in whose directory the organisation stands."""
    return coordinates_organisation(person, difference.organisation)
