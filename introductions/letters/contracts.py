"""The letters about what came of an introduction: please confirm, confirmed, disputed."""

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from core.letters import Recipient, link_to, queue_letter, writing_to
from core.models import Letter
from core.templatetags.kit import euros, number
from introductions.letters.recipients import recipients_of_coordination, recipients_of_side
from introductions.models import Contract


def write_contract_stated(contract: Contract) -> None:
    """To the other side: please confirm or dispute."""
    for recipient in recipients_of_side(contract.introduction, contract.stating_side.other):
        with writing_to(recipient):
            paragraphs = [
                _("%(organisation)s states the contract below with you.") % {"organisation": contract.stated_for},
                _(
                    "It counts in the figures of the club only once you have confirmed it. If something is wrong, say what."
                ),
            ]
            subject = _("Please confirm a contract with %(organisation)s") % {"organisation": contract.stated_for}
            _queue(contract, recipient, "introductions.contract_stated", subject, paragraphs)


def write_contract_reminder(contract: Contract, days: int) -> int:
    """To the other side that has not confirmed after `days` days, once. Returns how many letters were written."""
    written = 0
    for recipient in recipients_of_side(contract.introduction, contract.stating_side.other):
        with writing_to(recipient):
            paragraphs = [
                _("%(organisation)s is waiting for you to confirm the contract below, or to say what is wrong.")
                % {"organisation": contract.stated_for}
            ]
            subject = _("A contract with %(organisation)s waits for you") % {"organisation": contract.stated_for}
            key = f"introductions.contract_reminder:{contract.pk}:{contract.stated_at:%Y%m%d%H%M%S}:{days}:{recipient.email}"
            written += (
                _queue(contract, recipient, "introductions.contract_reminder", subject, paragraphs, key=key) is not None
            )
    return written


def write_contract_confirmed(contract: Contract) -> None:
    """To the stating side: it counts now."""
    other = contract.introduction.organisation_of(contract.stating_side.other)
    for recipient in recipients_of_side(contract.introduction, contract.stating_side):
        with writing_to(recipient):
            paragraphs = [
                _("%(organisation)s has confirmed the contract below: it now counts in the figures of the club.")
                % {"organisation": other}
            ]
            subject = _("%(organisation)s confirms the contract") % {"organisation": other}
            _queue(contract, recipient, "introductions.contract_confirmed", subject, paragraphs)


def write_contract_disputed(contract: Contract) -> None:
    """To the stating side and to the coordination: something is wrong."""
    introduction = contract.introduction
    names = {"organisation": introduction.organisation_of(contract.stating_side.other)}
    stating = recipients_of_side(introduction, contract.stating_side)
    known = {recipient.email for recipient in stating}
    others = [recipient for recipient in recipients_of_coordination(introduction) if recipient.email not in known]
    for recipient in [*stating, *others]:
        with writing_to(recipient):
            paragraphs = [
                _("%(organisation)s does not confirm the contract below.") % names,
                _("What is wrong: %(reason)s") % {"reason": contract.dispute_reason},
                _("The side that stated it can correct it, which asks for confirmation anew, or withdraw it."),
            ]
            subject = _("%(organisation)s disputes a contract") % names
            _queue(contract, recipient, "introductions.contract_disputed", subject, paragraphs)


def _facts(contract: Contract) -> list[tuple[str, str]]:
    facts = [
        (_("Type of contract"), contract.get_kind_display()),
        (_("Reference"), contract.reference),
        (_("Amount excl. tax"), euros(contract.amount)),
        (_("Starts on"), date_format(contract.starts_on)),
        (_("Ends on"), date_format(contract.ends_on) if contract.ends_on else ""),
        (_("Insertion hours due"), number(contract.hours_due) if contract.hours_due else ""),
        (_("Insertion hours done"), number(contract.hours_done) if contract.hours_done else ""),
        (_("Jobs"), number(contract.jobs) if contract.jobs else ""),
    ]
    return [(label, value) for label, value in facts if value]


def _queue(
    contract: Contract, recipient: Recipient, code: str, subject: str, paragraphs: list[str], *, key: str | None = None
) -> Letter | None:
    """What every letter about a contract has in common; called in the recipient's language."""
    club = contract.introduction.club
    return queue_letter(
        code,
        to=recipient,
        subject=subject,
        paragraphs=paragraphs,
        facts=_facts(contract),
        button=(_("Open the introduction"), link_to(contract.get_absolute_url())),
        about=[contract, contract.introduction, club],
        sender_name=club.name,
        reply_to=club.email,
        key=key,
    )
