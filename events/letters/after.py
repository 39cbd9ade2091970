"""Letters after an event: to owners of proposals, and to those who came about the survey."""

from datetime import date

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from core.letters import Recipient, link_to, queue_letter, writing_to
from events.letter_kinds import KINDS, wording
from events.letters.parts import known, queue_about
from events.letters.readers import coordinators_of_club, managers_of, recipient_of
from events.models import Proposal, SurveyInvitation
from events.survey_links import survey_path
from members.models import Person

# --- Proposals --------------------------------------------------------------------------------------------------------


def owners_of(proposal: Proposal) -> list[Recipient]:
    """Who answers for it; else the organisation's managers, else its own address; the coordination where none owns it."""
    organisation = proposal.organisation
    if organisation is None:
        return coordinators_of_club(proposal.club)
    person = Person.objects.with_account().filter(pk=proposal.person_id, roles__organisation=organisation).first()
    found = [Recipient.of(person)] if person else managers_of(organisation)
    if found:
        return found
    if organisation.email:
        return [Recipient(organisation.email, str(organisation))]
    return coordinators_of_club(proposal.club)


def write_proposal_given(proposal: Proposal) -> int:
    """To the organisation that is to carry it out, as soon as it is retained; once for each owner."""
    if not proposal.is_expected or proposal.organisation_id is None:
        return 0
    return sum(_write(proposal, to, "given", key=f"{proposal.organisation_id}") for to in owners_of(proposal))


def write_proposal_due(proposal: Proposal) -> int:
    """Two weeks before its date; once for each date."""
    return sum(_write(proposal, to, "due", key=f"{proposal.due_on}") for to in owners_of(proposal))


def write_proposal_late(proposal: Proposal, today: date) -> int:
    """The date has passed; once a day at most, and the action sees to it that it is once a week."""
    return sum(_write(proposal, to, "late", key=f"{today}") for to in owners_of(proposal))


def write_proposal_stated_done(proposal: Proposal) -> int:
    """To the coordination: the owner says it is done; please confirm."""
    return sum(_write(proposal, to, "stated_done") for to in coordinators_of_club(proposal.club))


def _write(proposal: Proposal, to: Recipient, what: str, *, key: str = "") -> int:
    """One letter; 1, or 0 if one with the same `key` was written to this reader before."""
    code, club = f"events.proposal_{what}", proposal.club
    with writing_to(to):
        day = date_format(proposal.due_on, "DATE_FORMAT") if proposal.due_on else ""
        values = {"proposal": proposal.text, "owner": str(proposal.organisation or club), "day": day}
        subject, opening = wording(code, to, proposal.event, **values)
        axis, event = (_("Axis"), proposal.axis.title), (_("Came out of"), proposal.event.title)
        letter = queue_letter(
            code, to=to, subject=subject, paragraphs=[*opening, proposal.text],
            facts=known([axis, event, (_("To be done by"), day)]),
            button=(str(KINDS[code].button), link_to(proposal.get_absolute_url())), about=[proposal, club],
            sender_name=club.name, reply_to=club.email,
            key=f"events.proposal.{what}:{proposal.pk}:{key}:{to.email}" if key else None,
        )  # fmt: skip
    return 0 if letter is None else 1


# --- Survey -----------------------------------------------------------------------------------------------------------


def write_survey_invitation(invitation: SurveyInvitation) -> None:
    """Two minutes for the survey: with the personal link."""
    _write_survey(invitation, "events.survey_invitation", invitation.survey.opening)


def write_survey_reminder(invitation: SurveyInvitation) -> None:
    """Once, after some days, to whoever has not answered."""
    _write_survey(invitation, "events.survey_reminder")


def _write_survey(invitation: SurveyInvitation, code: str, *more: str) -> None:
    """The link lets its reader in: the letter is secret, its text is wiped once it has been sent."""
    place, survey = invitation.place, invitation.survey
    with writing_to(to := recipient_of(place)):
        subject, opening = wording(code, to, survey.event)
        closes_on = date_format(survey.closes_at.astimezone(survey.event.zone), "DATE_FORMAT")
        promise = _("Your answers are kept without your name: nobody can tell who said what. You can answer once.")
        queue_about(
            survey.event, [place.registration], to, code, subject, [*opening, *more, promise],
            facts=[(_("Open until"), closes_on)], path=reverse("events:answer_survey", args=[survey_path(invitation)]),
            secret=True, key=f"{code}:{invitation.pk}",
        )  # fmt: skip
