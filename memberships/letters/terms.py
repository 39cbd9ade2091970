"""Letters about terms: their beginning, their end, and what happens between."""

from django.urls import reverse
from django.utils import formats
from django.utils.translation import gettext as _

from core.letters import Recipient, link_to, queue_letter, writing_to
from members.models import Person
from memberships.letters.people import coordinators_of, managers_of, names_of, recipients_of, to_member
from memberships.models import Term


def organisation_enrolled(term: Term) -> None:
    """To the managers, if there are any yet: the club has made the organisation a member."""
    for person in managers_of(term.organisation):
        welcome("memberships.term.enrolled", term, term, to=person)


def membership_ended(term: Term, *, by: Person | None) -> None:
    """To the organisation's managers, and to the club's coordinators; not to the person who ended it as coordinator."""
    for person in managers_of(term.organisation):
        with writing_to(Recipient.of(person)):
            names = {**names_of(term), "date": formats.date_format(term.ends_on, "DATE_FORMAT")}
            paragraphs = [_("%(organisation)s is a member of %(club)s until %(date)s (included).") % names]
            if term.end_reason:
                paragraphs.append(_("The reason given: %(reason)s") % {"reason": term.end_reason})
            paragraphs.append(_("Its page and its history stay yours, and you can apply again at any time."))
            to_member(
                "memberships.term.ended",
                term,
                to=Recipient.of(person),
                subject=_("The membership of %(club)s ends") % names,
                paragraphs=paragraphs,
                button=(_("My memberships"), link_to(reverse("memberships:membership_list"))),
            )
    for person in coordinators_of(term.club):
        if person != by:
            _tell_coordinator_of_end(term, to=person)


def _tell_coordinator_of_end(term: Term, *, to: Person) -> None:
    with writing_to(Recipient.of(to)):
        names = {**names_of(term), "date": formats.date_format(term.ends_on, "DATE_FORMAT")}
        paragraphs = [_("%(organisation)s is a member of %(club)s until %(date)s (included).") % names]
        if term.end_reason:
            paragraphs.append(_("The reason given: %(reason)s") % {"reason": term.end_reason})
        queue_letter(
            "memberships.term.ended",
            to=Recipient.of(to),
            subject=_("%(organisation)s leaves %(club)s") % names,
            paragraphs=paragraphs,
            button=(_("See the membership"), link_to(term.get_absolute_url())),
            about=[term, term.club],
        )


def welcome(code: str, about, term: Term, *, to: Person) -> None:
    with writing_to(Recipient.of(to)):
        names = {**names_of(term), "date": formats.date_format(term.starts_on, "DATE_FORMAT")}
        to_member(
            code,
            about,
            to=Recipient.of(to),
            subject=_("Welcome to %(club)s") % names,
            paragraphs=[
                _("%(organisation)s is a member of %(club)s from %(date)s on.") % names,
                _("It now stands in the members’ directory: complete its page, so that the other members know what "
                  "you do and what you look for."),
            ],
            button=(_("Complete our page"), link_to(term.organisation.get_absolute_url())),
        )  # fmt: skip


def membership_suspended(term: Term) -> None:
    """To the managers: the membership rests, and why."""
    for to in recipients_of(term.organisation):
        with writing_to(to):
            to_member(
                "memberships.term.suspended", term, to=to,
                subject=_("The membership of %(club)s is suspended") % names_of(term),
                paragraphs=[
                    _("Until further notice %(organisation)s is not counted among the members of %(club)s.")
                    % names_of(term),
                    _("The reason given: %(reason)s") % {"reason": term.suspend_reason},
                ],
                button=(_("See the membership"), link_to(term.get_absolute_url())),
            )  # fmt: skip


def membership_resumed(term: Term) -> None:
    """To the managers: it goes on."""
    for to in recipients_of(term.organisation):
        with writing_to(to):
            to_member(
                "memberships.term.resumed", term, to=to,
                subject=_("The membership of %(club)s goes on") % names_of(term),
                paragraphs=[_("%(organisation)s is again a member of %(club)s, as before.") % names_of(term)],
                button=(_("See the membership"), link_to(term.get_absolute_url())),
            )  # fmt: skip
