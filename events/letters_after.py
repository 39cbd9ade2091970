"""What the club writes after an event: to owners of proposals, and to those who came about the survey."""

from datetime import date

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from core.letters import Recipient, link_to, queue_letter, writing_to
from events.letters import recipient_of
from events.models import Place, Proposal, Survey, SurveyInvitation
from events.survey_links import survey_path
from members.enums import ClubRoleKind, RoleLevel
from members.models import Club, Person

# --- Proposals --------------------------------------------------------------------------------------------------------


def owners_of(proposal: Proposal) -> list[Recipient]:
    """Who answers for it; else the organisation's managers, else its own address; the coordination where none owns it."""
    if proposal.organisation_id is None:
        return coordination_of(proposal.club)
    people = Person.objects.with_account().filter(roles__organisation=proposal.organisation_id)
    found = list(people.filter(pk=proposal.person_id)) if proposal.person_id else []
    found = found or list(people.filter(roles__level=RoleLevel.MANAGER).distinct().order_by("pk"))
    if found:
        return [Recipient.of(person) for person in found]
    organisation = proposal.organisation
    return [Recipient(organisation.email, str(organisation))] if organisation.email else coordination_of(proposal.club)


def coordination_of(club: Club) -> list[Recipient]:
    people = Person.objects.with_account().filter(club_roles__club=club, club_roles__kind=ClubRoleKind.COORDINATOR)
    return [Recipient.of(person) for person in people.distinct().order_by("pk")]


def write_proposal_given(proposal: Proposal) -> int:
    """To the organisation that is to carry it out, as soon as it is retained; once for each owner."""
    if not proposal.is_expected or proposal.organisation_id is None:
        return 0
    written = 0
    for to in owners_of(proposal):
        with writing_to(to):
            subject = _("Entrusted to you: %(text)s") % {"text": proposal.text}
            opening = _("A proposal that came out of “%(event)s” has been entrusted to %(organisation)s.")
            paragraphs = [
                opening % {"event": proposal.event, "organisation": proposal.organisation},
                proposal.text,
                _("On its page you can note how it goes, and say when it is done."),
            ]
            key = f"events.proposal.given:{proposal.pk}:{proposal.organisation_id}:{to.email}"
            written += _queue(proposal, to, "events.proposal_given", subject, paragraphs, key)
    return written


def write_proposal_due(proposal: Proposal) -> int:
    """Two weeks before its date; once for each date."""
    written = 0
    for to in owners_of(proposal):
        with writing_to(to):
            subject = _("To be done by %(day)s: %(text)s") % {"day": _day(proposal.due_on), "text": proposal.text}
            paragraphs = [
                _("The date of this proposal is near."),
                proposal.text,
                _("Is it done? Then say so on its page."),
            ]
            key = f"events.proposal.due:{proposal.pk}:{proposal.due_on}:{to.email}"
            written += _queue(proposal, to, "events.proposal_due", subject, paragraphs, key)
    return written


def write_proposal_late(proposal: Proposal, today: date) -> int:
    """The date has passed; once a day at most, and the action sees to it that it is once a week."""
    written = 0
    for to in owners_of(proposal):
        with writing_to(to):
            subject = _("Late: %(text)s") % {"text": proposal.text}
            opening = _("This proposal was to be done by %(day)s.") % {"day": _day(proposal.due_on)}
            paragraphs = [opening, proposal.text, _("Note on its page how it goes, or say that it is done.")]
            key = f"events.proposal.late:{proposal.pk}:{today}:{to.email}"
            written += _queue(proposal, to, "events.proposal_late", subject, paragraphs, key)
    return written


def write_proposal_stated_done(proposal: Proposal) -> int:
    """To the coordination: the owner says it is done; please confirm."""
    written = 0
    for to in coordination_of(proposal.club):
        with writing_to(to):
            subject = _("Done? Please confirm: %(text)s") % {"text": proposal.text}
            owner = proposal.organisation or proposal.club
            paragraphs = [
                _("%(owner)s says that this proposal is done.") % {"owner": owner},
                proposal.text,
                _("Confirm it on its page, or put it back under way."),
            ]
            written += _queue(proposal, to, "events.proposal_stated_done", subject, paragraphs)
    return written


def _queue(proposal: Proposal, to: Recipient, code: str, subject: str, paragraphs, key: str | None = None) -> int:
    facts = [
        (_("Axis"), proposal.axis.title),
        (_("Came out of"), proposal.event.title),
        (_("To be done by"), _day(proposal.due_on) if proposal.due_on else ""),
    ]
    letter = queue_letter(
        code, to=to, subject=subject, paragraphs=paragraphs, facts=[fact for fact in facts if fact[1]],
        button=(_("See the proposal"), link_to(proposal.get_absolute_url())), about=[proposal, proposal.club],
        sender_name=proposal.club.name, reply_to=proposal.club.email, key=key,
    )  # fmt: skip
    return 0 if letter is None else 1


def _day(day: date) -> str:
    return date_format(day, "DATE_FORMAT")


# --- Survey -----------------------------------------------------------------------------------------------------------


def write_survey_invitation(invitation: SurveyInvitation) -> None:
    """Two minutes for the survey: with the personal link."""
    survey, place = invitation.survey, invitation.place
    with writing_to(recipient_of(place)):
        title = survey.event.title
        subject = _("What did you think of it? %(event)s") % {"event": title}
        paragraphs = [_("Thank you for having come to “%(event)s”.") % {"event": title}, survey.opening]
        _queue_survey(invitation, "events.survey_invitation", subject, paragraphs)


def write_survey_reminder(invitation: SurveyInvitation) -> None:
    """Once, after some days, to whoever has not answered."""
    with writing_to(recipient_of(invitation.place)):
        title = invitation.survey.event.title
        subject = _("Still time to say what you thought: %(event)s") % {"event": title}
        opening = _("You came to “%(event)s”. Your answers help to prepare the next one.") % {"event": title}
        _queue_survey(invitation, "events.survey_reminder", subject, [opening])


def _queue_survey(invitation: SurveyInvitation, code: str, subject: str, paragraphs: list[str]) -> None:
    """The link lets its reader in: the letter is secret, its text is wiped once it has been sent."""
    place: Place = invitation.place
    survey: Survey = invitation.survey
    club = survey.event.club
    closes_on = date_format(survey.closes_at.astimezone(survey.event.zone), "DATE_FORMAT")
    promise = _("Your answers are kept without your name: nobody can tell who said what. You can answer once.")
    queue_letter(
        code, to=recipient_of(place), subject=subject, paragraphs=[*(p for p in paragraphs if p), promise],
        facts=[(_("Open until"), closes_on)],
        button=(_("Answer"), link_to(reverse("events:answer_survey", args=[survey_path(invitation)]))),
        about=[survey.event, place.registration, club], sender_name=club.name, reply_to=club.email, secret=True,
        key=f"{code}:{invitation.pk}",
    )  # fmt: skip
