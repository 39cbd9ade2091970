"""Who belongs to an organisation: requests, invitations, roles. Its row is locked before its team changes, so that two
people who leave at the same moment cannot leave it without a manager, nor two who join take the last room.
"""

import hashlib
import secrets
from datetime import timedelta

from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext, gettext_noop
from django.utils.translation import gettext_lazy as _

from core.errors import RuleBroken
from core.history import record
from core.letters import Recipient
from core.locks import lock_row
from members.enums import ClubRoleKind, RequestStatus, RoleLevel
from members.letters import teams as letters
from members.models import Invitation, JoinRequest, KeptOut, Organisation, Person, Role
from members.permissions import can_accept_invitation
from members.rights import forget_rights
from members.team_size import check_room

VALID_FOR = timedelta(days=14)

# --- Asking to join ---------------------------------------------------------------------------------------------------


@transaction.atomic
def ask_to_join(organisation: Organisation, *, by, message: str = "") -> JoinRequest:
    """Ask the organisation's managers to be let in; without any manager, the coordinators of its clubs are asked.

    Raises RuleBroken for somebody who belongs to it already, or whose request is still waiting.
    """
    organisation = lock_row(Organisation.objects.all(), organisation.pk)
    if organisation.roles.filter(person=by).exists():
        raise RuleBroken(_("You already belong to this organisation."))
    if organisation.join_requests.pending().filter(person=by).exists():
        raise RuleBroken(_("You have already asked; the answer is still to come."))
    request = JoinRequest.objects.create(person=by, organisation=organisation, message=message)
    record(
        "members.join_request.made",
        gettext_noop("Asked to join %(organisation)s"),
        by=by,
        about=[organisation],
        organisation=organisation,
    )
    for person in _those_who_answer(organisation):
        letters.join_asked(request, to=person)
    return request


def _those_who_answer(organisation: Organisation) -> list[Person]:
    """Its managers; else the coordinators of its clubs; else the administrators."""
    people = Person.objects.with_account().order_by("pk")
    coordinators = people.filter(
        club_roles__kind=ClubRoleKind.COORDINATOR, club_roles__club__in=organisation.clubs.all()
    ).distinct()
    return managers_of(organisation) or list(coordinators) or list(people.filter(is_superuser=True))


def managers_of(organisation: Organisation) -> list[Person]:
    """Its managers that can be written to."""
    people = Person.objects.with_account().order_by("pk")
    return list(people.filter(roles__organisation=organisation, roles__level=RoleLevel.MANAGER))


@transaction.atomic
def accept_join_request(request: JoinRequest, *, by) -> JoinRequest:
    """Let the person in: as its manager when there is none yet, else as a contributor. Accepting twice is harmless.

    Raises RuleBroken when the request was refused meanwhile, the account is gone or the team is full.
    """
    lock_row(Organisation.objects.all(), request.organisation_id)
    request = _pending(request, wanted=RequestStatus.ACCEPTED)
    if request.status == RequestStatus.ACCEPTED:
        return request
    if not request.person.is_active:
        raise RuleBroken(_("This account no longer exists."))
    organisation = request.organisation
    level = RoleLevel.CONTRIBUTOR if organisation.roles.managers().exists() else RoleLevel.MANAGER
    let_in(request.person, organisation, level)
    _decide(request, RequestStatus.ACCEPTED, by)
    record(
        "members.join_request.accepted",
        gettext_noop("Accepted a new colleague at %(organisation)s"),
        by=by,
        about=[organisation],
        organisation=organisation,
        level=level,
    )
    letters.join_accepted(request)
    return request


@transaction.atomic
def refuse_join_request(request: JoinRequest, *, by, reason: str = "") -> JoinRequest:
    """Do not let the person in. Refusing twice is harmless. Raises RuleBroken when it was accepted meanwhile."""
    lock_row(Organisation.objects.all(), request.organisation_id)
    request = _pending(request, wanted=RequestStatus.REFUSED)
    if request.status == RequestStatus.REFUSED:
        return request
    _decide(request, RequestStatus.REFUSED, by)
    keep_out(request.person, request.organisation)
    record(
        "members.join_request.refused",
        gettext_noop("Refused a request to join %(organisation)s"),
        by=by,
        about=[request.organisation],
        organisation=request.organisation,
    )
    letters.join_refused(request, reason)
    return request


def _pending(request: JoinRequest, *, wanted: str) -> JoinRequest:
    request = lock_row(JoinRequest.objects.all(), request.pk)
    if request.status != wanted and not RequestStatus(request.status).can_become(wanted):
        raise RuleBroken(_("This request has already been answered."))
    return request


def _decide(request: JoinRequest, status: str, by) -> None:
    request.status, request.decided_by, request.decided_at = status, by, timezone.now()
    request.save(update_fields=["status", "decided_by", "decided_at"])


def settle_request(organisation: Organisation, person: Person, *, decided_by) -> None:
    """The person's request that still waits counts as accepted: they have come in another way."""
    organisation.join_requests.pending().filter(person=person).update(
        status=RequestStatus.ACCEPTED, decided_at=timezone.now(), decided_by=decided_by
    )


def let_in(person: Person, organisation: Organisation, level: str) -> Role:
    """A role, and the choice to act for this organisation unless the person acts for another. Its row is locked.

    Raises RuleBroken when the team is full; whoever belongs to it already takes no more room.
    """
    role = organisation.roles.filter(person=person).first()
    if role is None:
        check_room(organisation)
        role = Role.objects.create(person=person, organisation=organisation, level=level)
        organisation.kept_out.filter(person=person).delete()
    if person.acting_for_id is None:
        person.acting_for = organisation
        person.save(update_fields=["acting_for"])
    forget_rights(person)
    return role


def keep_out(person: Person, organisation: Organisation) -> None:
    """From now on a manager has to let the person in, whatever their mail domain."""
    KeptOut.objects.get_or_create(person=person, organisation=organisation, defaults={"since": timezone.now()})


# --- Inviting ---------------------------------------------------------------------------------------------------------


def hash_of(token: str) -> str:
    """Only this is kept of an invitation's link: whoever reads the database cannot use it."""
    return hashlib.sha256(token.encode()).hexdigest()


@transaction.atomic
def invite_colleague(organisation: Organisation, *, by, email: str, level: str) -> Invitation:
    """Send a colleague a personal link, valid for 14 days. An expired invitation to the same address is replaced.

    Raises RuleBroken when the team is full, so that nobody is invited in vain (open invitations do not count), and (field
    `email`) for somebody who belongs to it already or whose invitation is still open.
    """
    email, now = email.strip().lower(), timezone.now()
    organisation = lock_row(Organisation.objects.all(), organisation.pk)
    if organisation.roles.filter(person__email__iexact=email).exists():
        raise RuleBroken(_("This person already belongs to this organisation."), field="email")
    earlier = organisation.invitations.open().for_email(email)
    if earlier.filter(expires_at__gt=now).exists():
        raise RuleBroken(
            _("This person has already been invited. To send a new link, withdraw the invitation first."), field="email"
        )
    check_room(organisation)
    earlier.update(revoked_at=now)
    if not organisation.roles.managers().exists():
        level = RoleLevel.MANAGER
    token = secrets.token_urlsafe(32)
    invitation = Invitation.objects.create(
        organisation=organisation,
        email=email,
        level=level,
        token_hash=hash_of(token),
        invited_by=by,
        expires_at=now + VALID_FOR,
    )
    record(
        "members.invitation.sent",
        gettext_noop("Invited a colleague to %(organisation)s"),
        by=by,
        about=[organisation],
        organisation=organisation,
        level=level,
    )
    person = Person.objects.with_account().filter(email__iexact=email).first()
    to = Recipient.of(person) if person else Recipient(email, language=translation.get_language() or "fr")
    letters.invitation(invitation, token, to=to)
    return invitation


def why_unusable(invitation: Invitation, now) -> str:
    """The sentence that says why an invitation's link no longer works; empty while it does."""
    if invitation.accepted_at:
        return gettext("This invitation has already been used.")
    if invitation.revoked_at:
        return gettext("This invitation was withdrawn. Ask your colleague for a new one.")
    if invitation.expires_at <= now:
        return gettext("This invitation has expired. Ask your colleague for a new one.")
    return ""


@transaction.atomic
def accept_invitation(invitation: Invitation, *, by) -> Role:
    """Take the place one was invited to; one acts for the organisation from now on.

    Raises RuleBroken for a link that was used, withdrawn or has expired, for somebody else's, and when the team is full.
    """
    organisation = lock_row(Organisation.objects.all(), invitation.organisation_id)
    invitation = lock_row(Invitation.objects.all(), invitation.pk)
    now = timezone.now()
    if sentence := why_unusable(invitation, now):
        raise RuleBroken(sentence)
    if not can_accept_invitation(by, invitation):
        raise RuleBroken(_("This invitation was sent to another address: sign in with the account of that address."))
    role = let_in(by, organisation, invitation.level)
    if invitation.level == RoleLevel.MANAGER and role.level != RoleLevel.MANAGER:
        role.level = RoleLevel.MANAGER
        role.save(update_fields=["level"])
    by.acting_for = organisation
    by.save(update_fields=["acting_for"])
    forget_rights(by)
    invitation.accepted_at = now
    invitation.save(update_fields=["accepted_at"])
    settle_request(organisation, by, decided_by=invitation.invited_by)
    record(
        "members.invitation.accepted",
        gettext_noop("Joined %(organisation)s by invitation"),
        by=by,
        about=[organisation],
        organisation=organisation,
        level=role.level,
    )
    if invitation.invited_by and invitation.invited_by.is_active:
        letters.invitation_accepted(invitation, by=by)
    return role


@transaction.atomic
def revoke_invitation(invitation: Invitation, *, by) -> Invitation:
    """Make an invitation's link useless. Withdrawing twice is harmless; RuleBroken when it was accepted meanwhile."""
    invitation = lock_row(Invitation.objects.all(), invitation.pk)
    if invitation.accepted_at:
        raise RuleBroken(_("This invitation has already been used."))
    if invitation.revoked_at:
        return invitation
    invitation.revoked_at = timezone.now()
    invitation.save(update_fields=["revoked_at"])
    record(
        "members.invitation.revoked",
        gettext_noop("Withdrew an invitation to %(organisation)s"),
        by=by,
        about=[invitation.organisation],
        organisation=invitation.organisation,
    )
    return invitation


# --- Roles ------------------------------------------------------------------------------------------------------------


@transaction.atomic
def change_role(role: Role, *, by, level: str) -> Role:
    """Make somebody manager or contributor. Raises RuleBroken for the last manager, or when the person has left."""
    role = _locked_role(role)
    if role.level == level:
        return role
    if level != RoleLevel.MANAGER:
        _require_another_manager(role)
    role.level = level
    role.save(update_fields=["level"])
    forget_rights(role.person)
    record(
        "members.role.changed",
        gettext_noop("Changed a role at %(organisation)s"),
        by=by,
        about=[role.organisation],
        organisation=role.organisation,
        level=level,
    )
    if role.person != by:
        letters.role_changed(role)
    return role


@transaction.atomic
def remove_role(role: Role, *, by) -> Organisation:
    """Take somebody off the team. Raises RuleBroken for the last manager; taking off twice is harmless."""
    organisation = role.organisation
    if not Role.objects.filter(pk=role.pk).exists():
        return organisation
    role = _locked_role(role)
    _require_another_manager(role)
    person = role.person
    _take_off(role)
    keep_out(person, organisation)
    record(
        "members.role.removed",
        gettext_noop("Took somebody off the team of %(organisation)s"),
        by=by,
        about=[organisation],
        organisation=organisation,
    )
    letters.role_removed(person, organisation)
    return organisation


@transaction.atomic
def leave_organisation(organisation: Organisation, *, by) -> Organisation:
    """Give up one's own role. Raises RuleBroken for the last manager and for somebody who is no longer there."""
    role = organisation.roles.filter(person=by).first()
    if role is None:
        raise RuleBroken(_("You do not belong to this organisation."))
    role = _locked_role(role)
    _require_another_manager(role)
    _take_off(role)
    forget_rights(by)
    record(
        "members.role.left",
        gettext_noop("Left the team of %(organisation)s"),
        by=by,
        about=[organisation],
        organisation=organisation,
    )
    return organisation


def _locked_role(role: Role) -> Role:
    """Lock the organisation, then read the role anew."""
    lock_row(Organisation.objects.all(), role.organisation_id)
    fresh = Role.objects.select_related("person", "organisation").filter(pk=role.pk).first()
    if fresh is None:
        raise RuleBroken(_("This person no longer belongs to the team."))
    return fresh


def _require_another_manager(role: Role) -> None:
    others = role.organisation.roles.managers().exclude(pk=role.pk)
    if role.level == RoleLevel.MANAGER and not others.exists():
        raise RuleBroken(_("An organisation keeps at least one manager: make somebody else a manager first."))


def _take_off(role: Role) -> None:
    """Delete the role; the person acts for another of their organisations from now on, if any."""
    person = role.person
    role.delete()
    if person.acting_for_id == role.organisation_id:
        next_role = person.roles.order_by("pk").first()
        person.acting_for_id = next_role.organisation_id if next_role else None
        person.save(update_fields=["acting_for"])
    forget_rights(person)
