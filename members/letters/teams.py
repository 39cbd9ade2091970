"""The letters between an organisation's people."""

from django.urls import reverse
from django.utils import formats, timezone
from django.utils.translation import gettext as _

from core.letters import Recipient, link_to, queue_letter, writing_to
from members.enums import RoleLevel
from members.models import Invitation, JoinRequest, Organisation, Role


def join_asked(request: JoinRequest, *, to) -> None:
    """To somebody who may answer the request."""
    with writing_to(Recipient.of(to)):
        organisation = str(request.organisation)
        paragraphs = [_("%(person)s asks to act for %(organisation)s.") % {
            "person": request.person, "organisation": organisation
        }]  # fmt: skip
        if request.message:
            paragraphs.append(_("Their message: %(message)s") % {"message": request.message})
        paragraphs.append(_("Accept only somebody you know to work there: they will act in its name."))
        queue_letter(
            "members.join_request.asked",
            to=Recipient.of(to),
            subject=_("A request to join %(organisation)s") % {"organisation": organisation},
            paragraphs=paragraphs,
            facts=[(_("Name"), str(request.person)), (_("E-mail"), request.person.email)],
            button=(_("Answer the request"), link_to(reverse("members:join_request_list"))),
            about=[request],
        )


def join_accepted(request: JoinRequest) -> None:
    """To the person who asked."""
    with writing_to(Recipient.of(request.person)):
        organisation = str(request.organisation)
        queue_letter(
            "members.join_request.accepted",
            to=Recipient.of(request.person),
            subject=_("You now act for %(organisation)s") % {"organisation": organisation},
            paragraphs=[_("Your request was accepted: you are now part of %(organisation)s’s team.") % {
                "organisation": organisation
            }],
            button=(_("Open my desk"), link_to(reverse("desk"))),
            about=[request],
        )  # fmt: skip


def join_refused(request: JoinRequest, reason: str) -> None:
    """To the person who asked, with the reason if one was given."""
    with writing_to(Recipient.of(request.person)):
        organisation = str(request.organisation)
        paragraphs = [_("Your request to act for %(organisation)s was not accepted.") % {"organisation": organisation}]
        if reason:
            paragraphs.append(_("The reason given: %(reason)s") % {"reason": reason})
        queue_letter(
            "members.join_request.refused",
            to=Recipient.of(request.person),
            subject=_("Your request to join %(organisation)s") % {"organisation": organisation},
            paragraphs=paragraphs,
            about=[request],
        )


def invitation(invitation: Invitation, token: str, *, to: Recipient) -> None:
    """To the colleague, with the personal link; secret, as the link lets its reader in."""
    with writing_to(to):
        names = {"organisation": str(invitation.organisation), "person": str(invitation.invited_by)}
        until = formats.date_format(timezone.localtime(invitation.expires_at), "DATE_FORMAT")
        queue_letter(
            "members.invitation.sent",
            to=to,
            subject=_("Join %(organisation)s in the club") % names,
            paragraphs=[
                _("%(person)s invites you to act for %(organisation)s in the club: to see its page, its events and its "
                  "introductions, and to answer in its name.") % names,
                _("The link is yours alone and works once, until %(date)s.") % {"date": until},
            ],
            button=(_("See the invitation"), link_to(reverse("members:invitation_page", args=[token]))),
            about=[invitation],
            secret=True,
        )  # fmt: skip


def invitation_accepted(invitation: Invitation, *, by) -> None:
    """To the colleague who had sent it."""
    with writing_to(Recipient.of(invitation.invited_by)):
        names = {"organisation": str(invitation.organisation), "person": str(by)}
        queue_letter(
            "members.invitation.accepted",
            to=Recipient.of(invitation.invited_by),
            subject=_("%(person)s has joined %(organisation)s") % names,
            paragraphs=[_("Your invitation was accepted: %(person)s now acts for %(organisation)s.") % names],
            button=(_("See the team"), link_to(reverse("members:team_page", args=[invitation.organisation_id]))),
            about=[invitation],
        )


def role_changed(role: Role) -> None:
    """To the person whose role it is."""
    with writing_to(Recipient.of(role.person)):
        organisation = str(role.organisation)
        if role.level == RoleLevel.MANAGER:
            sentence = _("You now manage %(organisation)s’s page and team.")
        else:
            sentence = _("You are now a contributor of %(organisation)s; its managers look after the team.")
        queue_letter(
            "members.role.changed",
            to=Recipient.of(role.person),
            subject=_("Your role at %(organisation)s has changed") % {"organisation": organisation},
            paragraphs=[sentence % {"organisation": organisation}],
            button=(_("See the team"), link_to(reverse("members:team_page", args=[role.organisation_id]))),
            about=[role],
        )


def role_removed(person, organisation: Organisation) -> None:
    """To the person who no longer belongs to the organisation."""
    with writing_to(Recipient.of(person)):
        queue_letter(
            "members.role.removed",
            to=Recipient.of(person),
            subject=_("You no longer act for %(organisation)s") % {"organisation": organisation},
            paragraphs=[
                _("One of its managers has taken you off the team of %(organisation)s. Your account stays yours.")
                % {"organisation": organisation}
            ],
            about=[person],
        )
