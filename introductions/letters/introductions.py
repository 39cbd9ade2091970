"""The letters about an introduction itself. Contact details stand in one of them only: the one after both agreed."""

from django.utils.formats import date_format
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from core.letters import Recipient, link_to, queue_letter, writing_to
from core.models import Letter
from core.templatetags.kit import phone
from introductions.enums import Side
from introductions.letters.recipients import recipients_of_coordination, recipients_of_side
from introductions.models import Introduction, present_contact


def write_asked(introduction: Introduction) -> None:
    """To the asked organisation: somebody would like to meet you."""
    names = _names(introduction)
    for recipient in recipients_of_side(introduction, Side.ASKED):
        with writing_to(recipient):
            paragraphs = [
                _("%(asking)s asks the club %(club)s to be introduced to %(asked)s.") % names,
                introduction.message,
                _("You choose. If you accept, each side receives the other's contact details; until then nobody does."),
            ]
            subject = _("%(asking)s would like to be introduced to you") % names
            _queue(introduction, recipient, "introductions.asked", subject, paragraphs, button=_("See and answer"))


def write_proposed(introduction: Introduction) -> None:
    """To both organisations: the coordination thinks that you should meet."""
    for side in Side:
        names = {**_names(introduction), "other": introduction.organisation_of(side.other)}
        for recipient in recipients_of_side(introduction, side):
            with writing_to(recipient):
                paragraphs = [
                    _("The coordination of %(club)s thinks that %(asking)s and %(asked)s should meet.") % names,
                    introduction.message,
                    _("You choose. Once both have accepted, each side receives the other's contact details."),
                ]
                subject = _("We would like to introduce you to %(other)s") % names
                _queue(
                    introduction, recipient, "introductions.proposed", subject, paragraphs, button=_("See and answer")
                )


def write_accepted(introduction: Introduction) -> None:
    """To both sides: here is whom to call. The only letter with contact details. To the owner: it is accepted."""
    for side in Side:
        names = {"other": introduction.organisation_of(side.other)}
        for recipient in recipients_of_side(introduction, side):
            with writing_to(recipient):
                paragraphs = [
                    _("Both sides have accepted. Here is your contact at %(other)s.") % names,
                    _("Call or write to each other, then note the next step on the page of the introduction."),
                ]
                subject = _("You are introduced to %(other)s") % names
                facts = contact_facts(introduction, side.other)
                _queue(introduction, recipient, "introductions.accepted", subject, paragraphs, facts=facts)
    for recipient in _owner(introduction):
        with writing_to(recipient):
            subject = _("Accepted: %(asking)s and %(asked)s") % _names(introduction)
            paragraphs = [_("Both sides have accepted the introduction that you follow.")]
            _queue(introduction, recipient, "introductions.accepted_owner", subject, paragraphs)


def write_declined(introduction: Introduction, by_side: Side) -> None:
    """To the other side and to the owner: not this time."""
    names = {**_names(introduction), "declining": introduction.organisation_of(by_side)}
    for recipient in [*recipients_of_side(introduction, by_side.other), *_owner(introduction)]:
        with writing_to(recipient):
            paragraphs = [
                _("%(declining)s does not follow up on this introduction.") % names,
                *_reason(introduction),
                _("The coordination of the club can help to find somebody else."),
            ]
            subject = _("Declined: %(asking)s and %(asked)s") % names
            _queue(introduction, recipient, "introductions.declined", subject, paragraphs)


def write_withdrawn(introduction: Introduction, by_side: Side | None) -> None:
    """To every side but the one that withdrew it: the request is off."""
    for side in Side:
        for recipient in recipients_of_side(introduction, side) if side != by_side else []:
            with writing_to(recipient):
                paragraphs = [
                    _("The request for this introduction has been withdrawn. You have nothing to do."),
                    *_reason(introduction),
                ]
                subject = _("Withdrawn: %(asking)s and %(asked)s") % _names(introduction)
                _queue(introduction, recipient, "introductions.withdrawn", subject, paragraphs)


def write_answer_reminder(introduction: Introduction, side: Side, days: int) -> int:
    """To a side that has not answered after `days` days, once. Returns how many letters were written."""
    written = 0
    for recipient in recipients_of_side(introduction, side):
        with writing_to(recipient):
            paragraphs = [
                _("You were asked for this introduction on %(date)s.")
                % {"date": date_format(localdate(introduction.asked_at))},
                _("A yes or a no: either is welcome, and both take one click on the page."),
            ]
            subject = _("%(other)s is waiting for your answer") % {"other": introduction.organisation_of(side.other)}
            key = f"introductions.answer_reminder:{introduction.pk}:{days}:{recipient.email}"
            code = "introductions.answer_reminder"
            letter = _queue(
                introduction, recipient, code, subject, paragraphs, button=_("See and answer"), key=key
            )  # fmt: skip
            written += letter is not None
    return written


def write_next_date_passed(introduction: Introduction) -> int:
    """To who follows it: the next date has passed, once per date. Returns how many letters were written."""
    written = 0
    for recipient in recipients_of_coordination(introduction):
        with writing_to(recipient):
            paragraphs = [
                _("The next date of this introduction was %(date)s.") % {"date": date_format(introduction.next_on)},
                _("Ask both sides how it went, then set a new date or close it."),
            ]
            subject = _("What came of it? %(asking)s and %(asked)s") % _names(introduction)
            facts = [(_("Next step"), introduction.next_step)] if introduction.next_step else []
            key = f"introductions.next_date:{introduction.pk}:{introduction.next_on}:{recipient.email}"
            letter = _queue(
                introduction, recipient, "introductions.next_date_passed", subject, paragraphs, facts=facts, key=key
            )
            written += letter is not None
    return written


def contact_facts(introduction: Introduction, side: Side) -> list[tuple[str, str]]:
    """Whom to call on one side: its contact, or the organisation itself when the contact has left."""
    contact, organisation = present_contact(introduction, side), introduction.organisation_of(side)
    facts = [
        (_("Organisation"), str(organisation)),
        (_("Contact"), contact.get_full_name() if contact else ""),
        (_("Job title"), contact.job_title if contact else ""),
        (_("E-mail"), contact.email if contact else organisation.email),
        (_("Phone"), phone((contact.phone if contact else "") or organisation.phone)),
    ]
    return [(label, value) for label, value in facts if value]


def _owner(introduction: Introduction) -> list[Recipient]:
    """Only an owner is told at once; without one the board is enough."""
    return recipients_of_coordination(introduction) if introduction.owner_id else []


def _names(introduction: Introduction) -> dict:
    return {"asking": introduction.asking, "asked": introduction.asked, "club": introduction.club}


def _reason(introduction: Introduction) -> list[str]:
    return [_("Reason given: %(reason)s") % {"reason": introduction.close_reason}] if introduction.close_reason else []


def _queue(
    introduction: Introduction,
    recipient: Recipient,
    code: str,
    subject: str,
    paragraphs: list[str],
    *,
    button: str = "",
    facts: list[tuple[str, str]] = (),
    key: str | None = None,
) -> Letter | None:
    """What every letter about an introduction has in common; called in the recipient's language."""
    return queue_letter(
        code,
        to=recipient,
        subject=subject,
        paragraphs=[text for text in paragraphs if text],
        facts=[(_("Subject"), introduction.subject), *facts],
        button=(button or _("Open the introduction"), link_to(introduction.get_absolute_url())),
        about=[introduction, introduction.club],
        sender_name=introduction.club.name,
        reply_to=introduction.club.email,
        key=key,
    )
