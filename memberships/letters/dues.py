"""Letters about dues: what joining costs, renewals before and after their day, a membership that has lapsed."""

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from core.letters import Recipient, link_to, queue_letter, writing_to
from core.templatetags.kit import euros
from members.models import Person
from memberships.fees import Price
from memberships.letters.people import coordinators_of, names_of, recipients_of, to_member
from memberships.models import DuesCall


def joining_accepted(call: DuesCall, price: Price) -> None:
    """To those who speak for the organisation: it may join, and this is what it costs."""
    for to in recipients_of(call.organisation):
        with writing_to(to):
            names = names_of(call)
            to_member(
                "memberships.dues.called", call, to=to, subject=_("Welcome to %(club)s: your dues") % names,
                paragraphs=[
                    _("%(club)s is glad to take %(organisation)s as a member.") % names,
                    _("The membership starts as soon as the dues are paid."),
                ],
                facts=_facts(call, price),
                button=(_("See the dues and pay"), link_to(call.get_absolute_url())),
            )  # fmt: skip


def write_dues(call: DuesCall, price: Price | None, *, stage: str) -> int:
    """About dues that are still to be paid; each person once for each `stage`. Returns how many were written to."""
    written = 0
    for to in recipients_of(call.organisation):
        with writing_to(to):
            letter = to_member(
                "memberships.dues.reminded", call, to=to, subject=_subject(call), paragraphs=_paragraphs(call, price),
                facts=_facts(call, price) if price else [], key=f"dues:{call.pk}:{stage}:{to.email}"[:200],
                button=(_("See the dues and pay"), link_to(call.get_absolute_url())),
            )  # fmt: skip
            written += letter is not None
    return written


def membership_lapsed(call: DuesCall) -> None:
    """To the organisation, unless its letters are held; and to the coordination."""
    for to in [] if call.is_held else recipients_of(call.organisation):
        with writing_to(to):
            to_member(
                "memberships.dues.lapsed", call, to=to,
                subject=_("The membership of %(club)s has lapsed") % names_of(call),
                paragraphs=[
                    _("The dues were not paid in time: %(organisation)s is no longer counted among the members of %(club)s.")
                    % names_of(call),
                    _("They can still be paid: the membership then goes on without a gap."),
                ],
                button=(_("See the dues and pay"), link_to(call.get_absolute_url())),
            )  # fmt: skip
    for person in coordinators_of(call.club):
        _tell_coordinator(call, person)


def _tell_coordinator(call: DuesCall, person: Person) -> None:
    with writing_to(Recipient.of(person)):
        queue_letter(
            "memberships.dues.lapsed", to=Recipient.of(person),
            subject=_("The membership of %(organisation)s has lapsed") % names_of(call),
            paragraphs=[_("%(organisation)s has not paid its dues, and grace is over.") % names_of(call)],
            button=(_("See the dues"), link_to(call.get_absolute_url())), about=[call, call.club],
        )  # fmt: skip


def _subject(call: DuesCall) -> str:
    if call.is_renewal:
        return _("Your membership of %(club)s: the next year") % names_of(call)
    return _("Your dues to %(club)s") % names_of(call)


def _paragraphs(call: DuesCall, price: Price | None) -> list[str]:
    names = names_of(call)
    said = []
    if call.is_renewal and call.follows is not None and call.follows.ends_on is not None:
        names["end"] = date_format(call.follows.ends_on)
        names["grace"] = date_format(call.follows.last_day_counted)
        said.append(_("The membership of %(organisation)s in %(club)s runs until %(end)s.") % names)
        if call.lapsed_at is not None:
            said.append(_("It has lapsed since. Once the dues are paid it goes on without a gap."))
        else:
            said.append(
                _("To stay a member, please pay the dues of the next term, by %(grace)s at the latest.") % names
            )
    else:
        said.append(_("The dues of %(organisation)s to %(club)s are still to be paid.") % names)
    if price is None:
        said.append(
            _("What they come to depends on your organisation: please complete its page, or ask the coordination.")
        )
    if call.is_renewal:
        said.append(
            _("Should you not wish to stay a member, resign on the page of the membership: no letter follows then.")
        )
    return said


def _facts(call: DuesCall, price: Price) -> list[tuple[str, str]]:
    facts = [
        (_("Plan"), str(call.plan)),
        (_("Amount"), euros(price.amount)),
        (_("Why this amount"), price.reason),
        (_("From"), date_format(call.starts_on)),
        (_("To"), date_format(call.ends_on)),
    ]
    return [(label, value) for label, value in facts if value]
