"""What needs doing now, for each role. A desk is a list of `Todo`s, the most pressing first."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext_lazy

from billing.enums import DisputeStatus, PaymentStatus
from billing.models import BankLine, Dispute, Order
from clubsite.letters import letters_visible_to
from core.enums import LetterStatus
from events.enums import EventStatus, ProposalStatus
from events.models import Event, Place, Proposal
from introductions.enums import ContractStatus
from introductions.models import Contract, Introduction
from members.models import Club, Difference, JoinRequest, Organisation
from members.rights import rights_of
from memberships.models import Application, DuesCall, Term
from offers.models import Offer


@dataclass(frozen=True)
class Todo:
    """One thing to do: a sentence that is a link. `tone` as for badges: late, info, good, neutral."""

    icon: str
    tone: str
    text: str
    url: str
    hint: str = ""


def todos_of(person, now: datetime) -> list[Todo]:
    """What this person has to do, at reception desks, for the clubs they coordinate and for their organisations."""
    rights = rights_of(person)
    todos = list(_reception_todos(person, now))
    if rights.is_coordinator:
        todos += coordination_todos(person, now)
    if rights.organisation_ids:
        todos += [*_answer_todos(person), *_order_todos(person), *_team_todos(person)]
        todos += _organisation_todos(person, now)
    elif not rights.is_reader:
        todos += _newcomer_todos(person)
    return todos


def _reception_todos(person, now) -> Iterator[Todo]:
    events = Event.objects.filter(
        receptions__person=person, status=EventStatus.PUBLISHED, ends_at__gte=now - timedelta(hours=6)
    )
    for event in events.order_by("starts_at")[:3]:
        yield Todo(
            "clipboard-check", "info", _("Reception desk: %(event)s") % {"event": event.title},
            reverse("events:check_in", args=[event.slug]), _day(event.starts_at),
        )  # fmt: skip


def _newcomer_todos(person) -> list[Todo]:
    pending = JoinRequest.objects.pending().filter(person=person).select_related("organisation")
    if pending:
        return [
            Todo(
                "hourglass", "info",
                _("Your request to join %(organisation)s waits for an answer.") % {"organisation": request.organisation},
                reverse("members:onboarding_page"),
            )
            for request in pending
        ]  # fmt: skip
    return [
        Todo(
            "building-2", "info", _("Describe your organisation, or join it if it is already here."),
            reverse("members:onboarding_page"), _("It takes three minutes; you need the SIRET."),
        )
    ]  # fmt: skip


def _answer_todos(person) -> Iterator[Todo]:
    """What the other side waits for: introductions and contracts to answer."""
    ids = rights_of(person).organisation_ids
    waiting = Introduction.objects.to_answer_by(ids).select_related("asking", "asked")
    for introduction in waiting.order_by("asked_at")[:5]:
        other = introduction.asked if introduction.asking_id in ids else introduction.asking
        yield Todo(
            "handshake",
            "late",
            _("Answer %(organisation)s: %(subject)s") % {"organisation": other, "subject": introduction.subject},
            introduction.get_absolute_url(),
            _("Introduction asked on %(day)s") % {"day": _day(introduction.asked_at)},
        )
    for contract in Contract.objects.to_answer_by(ids).for_list()[:5]:
        yield Todo(
            "file-check",
            "late",
            _("Confirm or dispute a contract stated by %(organisation)s") % {"organisation": contract.stated_for},
            contract.get_absolute_url(),
            contract.introduction.subject,
        )


def _order_todos(person) -> Iterator[Todo]:
    """What lies in the baskets of one's organisations, and what they have ordered and not paid; a debit that is under way
    needs nothing more.
    """
    baskets = Order.objects.baskets().filter(organisation__in=rights_of(person).organisation_ids)
    for basket in baskets.filter(lines__isnull=False).distinct().select_related("club").order_by("pk")[:3]:
        yield Todo(
            "shopping-basket", "info", _("Order what lies in the basket: %(club)s") % {"club": basket.club},
            reverse("billing:basket"),
        )  # fmt: skip
    orders = Order.objects.filter(organisation__in=rights_of(person).organisation_ids).with_sums().unpaid()
    for order in orders.exclude(payments__status=PaymentStatus.PENDING).select_related("club").order_by("due_on")[:3]:
        yield Todo(
            "badge-euro", "late", _("Pay the order %(order)s with %(club)s") % {"order": order, "club": order.club},
            order.get_absolute_url(), _("To be paid by %(day)s") % {"day": _day(order.due_on)} if order.due_on else "",
        )  # fmt: skip


def _team_todos(person) -> Iterator[Todo]:
    managed = rights_of(person).managed_organisation_ids
    requests = JoinRequest.objects.pending().filter(organisation__in=managed)
    for request in requests.select_related("organisation", "person"):
        yield Todo(
            "user-plus", "info",
            _("%(person)s asks to join %(organisation)s") % {"person": request.person, "organisation": request.organisation},
            reverse("members:team_page", args=[request.organisation_id]),
        )  # fmt: skip


def _organisation_todos(person, now) -> Iterator[Todo]:
    """For the organisation acted for: membership, offer, next dates."""
    organisation = Organisation.objects.get(pk=rights_of(person).organisation_id)
    today = timezone.localdate(now)
    is_member = Term.objects.current(today).filter(organisation=organisation).exists()
    is_applying = Application.objects.to_decide().filter(organisation=organisation).exists()
    calls = DuesCall.objects.open().filter(organisation=organisation, ends_on__gte=today).with_order()
    due = list(calls.filter(is_awaited=False).select_related("club", "follows")[:5])
    for call in due:
        yield _dues_todo(call)
    if not is_member and not is_applying and not due and Club.objects.exists():
        yield Todo(
            "badge-plus", "info", _("Apply to become a member of the club"), reverse("memberships:submit_application"),
            _("Members register for meetings, publish offers and are introduced to each other."),
        )  # fmt: skip
    if is_member and organisation.is_structure and not Offer.objects.filter(organisation=organisation).exists():
        yield Todo(
            "store", "info", _("Publish your first offer"), reverse("offers:create_offer"),
            _("Buyers find structures through their offers."),
        )  # fmt: skip
    for proposal in Proposal.objects.late(today).filter(organisation=organisation).order_by("due_on", "pk")[:3]:
        yield Todo(
            "lightbulb", "late", _("Proposal entrusted to you: %(text)s") % {"text": proposal.text},
            proposal.get_absolute_url(), _("Was planned for %(day)s") % {"day": _day(proposal.due_on)},
        )  # fmt: skip
    missed = Introduction.objects.involving([organisation.pk]).open().filter(next_on__lt=today)
    for introduction in missed.order_by("next_on")[:5]:
        yield Todo(
            "clock", "late", introduction.next_step or introduction.subject, introduction.get_absolute_url(),
            _("Was planned for %(day)s") % {"day": _day(introduction.next_on)},
        )  # fmt: skip


def _dues_todo(call: DuesCall) -> Todo:
    end = call.follows.ends_on if call.follows else None
    return Todo(
        "badge-euro", "late", _("Pay the dues to %(club)s") % {"club": call.club}, call.get_absolute_url(),
        _("The membership runs until %(day)s") % {"day": _day(end)} if end else "",
    )  # fmt: skip


def coordination_todos(person, now: datetime) -> list[Todo]:
    """What waits for the coordination of the clubs this person runs."""
    clubs = Club.objects.coordinated_by(person)
    return [
        *_event_day_todos(clubs, now),
        *_decision_todos(person, clubs),
        *_dues_todos(clubs, timezone.localdate(now)),
        *_money_todos(clubs),
        *_follow_up_todos(clubs, now),
        *_upkeep_todos(person, clubs),
    ]


def _event_day_todos(clubs, now) -> Iterator[Todo]:
    """The day of a meeting starts here: its check-in comes first."""
    events = Event.objects.filter(club__in=clubs, status=EventStatus.PUBLISHED, starts_at__date=timezone.localdate(now))
    for event in events.with_places():
        expected = ngettext_lazy("%(n)s person is expected", "%(n)s people are expected", "n")
        yield Todo(
            "clipboard-check",
            "late",
            _("Today: %(event)s") % {"event": event.title},
            reverse("events:check_in", args=[event.slug]),
            expected % {"n": event.places_taken},
        )


def _decision_todos(person, clubs) -> Iterator[Todo]:
    yield from _some(
        Application.objects.to_decide().filter(club__in=clubs),
        ngettext_lazy("%(n)s application to decide", "%(n)s applications to decide", "n"),
        reverse("memberships:application_list"),
        icon="inbox",
    )
    yield from _some(
        JoinRequest.objects.pending()
        .filter(organisation__clubs__in=clubs, organisation__roles__isnull=True)
        .distinct(),
        ngettext_lazy(
            "%(n)s person asks to take charge of an organisation without a manager",
            "%(n)s people ask to take charge of an organisation without a manager",
            "n",
        ),
        reverse("members:join_request_list"),
        icon="user-plus",
    )


def _dues_todos(clubs, today) -> Iterator[Todo]:
    late = DuesCall.objects.open().renewals().filter(club__in=clubs, follows__ends_on__lt=today, lapsed_at__isnull=True)
    yield from _some(
        late,
        ngettext_lazy("%(n)s renewal is late", "%(n)s renewals are late", "n"),
        f"{reverse('memberships:renewal_list')}?show=late",
        icon="badge-euro",
        hint=_("In grace, and not paid yet"),
    )


def _money_todos(clubs) -> Iterator[Todo]:
    """What waits for whoever keeps the accounts."""
    accounts = reverse("billing:ledger")
    yield from _some(
        Dispute.objects.filter(payment__order__club__in=clubs, status=DisputeStatus.OPEN),
        ngettext_lazy("%(n)s payment is disputed by its bank", "%(n)s payments are disputed by their bank", "n"),
        accounts,
        icon="triangle-alert",
    )
    yield from _some(
        Order.objects.filter(club__in=clubs).with_sums().overpaid(),
        ngettext_lazy("%(n)s order was paid too much", "%(n)s orders were paid too much", "n"),
        accounts,
        icon="undo-2",
        hint=_("The club owes money back"),
    )
    yield from _some(
        BankLine.objects.to_assign().filter(club__in=clubs),
        ngettext_lazy("%(n)s line of the bank to assign", "%(n)s lines of the bank to assign", "n"),
        reverse("billing:bank"),
        icon="landmark",
        tone="neutral",
    )


def _follow_up_todos(clubs, now) -> Iterator[Todo]:
    table = reverse("introductions:table")
    yield from _some(
        Introduction.objects.filter(club__in=clubs).late(timezone.localdate(now)),
        ngettext_lazy("%(n)s introduction is late", "%(n)s introductions are late", "n"),
        f"{table}?late=on",
        icon="clock",
        hint=_("No answer for two weeks, or past its next date"),
    )
    yield from _some(
        Contract.objects.filter(introduction__club__in=clubs, status=ContractStatus.DISPUTED),
        ngettext_lazy("%(n)s contract is disputed", "%(n)s contracts are disputed", "n"),
        f"{reverse('introductions:contract_list')}?status={ContractStatus.DISPUTED}",
        icon="triangle-alert",
    )
    yield from _some(
        Proposal.objects.filter(club__in=clubs, status=ProposalStatus.STATED_DONE),
        ngettext_lazy(
            "%(n)s proposal is done, says its owner: to be confirmed",
            "%(n)s proposals are done, say their owners: to be confirmed",
            "n",
        ),
        f"{reverse('events:proposal_list')}?club=&status={ProposalStatus.STATED_DONE}",
        icon="lightbulb",
    )


def _upkeep_todos(person, clubs) -> Iterator[Todo]:
    yield from _some(
        letters_visible_to(person).filter(status=LetterStatus.FAILED),
        ngettext_lazy("%(n)s letter could not be sent", "%(n)s letters could not be sent", "n"),
        f"{reverse('letter_list')}?status={LetterStatus.FAILED}",
        icon="mail-warning",
    )
    yield from _some(
        Difference.objects.filter(organisation__clubs__in=clubs, decided_at__isnull=True).distinct(),
        ngettext_lazy(
            "%(n)s difference between a file and a member’s entry",
            "%(n)s differences between files and members’ entries",
            "n",
        ),
        reverse("members:difference_list"),
        icon="git-compare",
        tone="neutral",
    )


def _some(found, text, url: str, *, icon: str, tone: str = "late", hint: str = "") -> Iterator[Todo]:
    """One todo for all of `found`, if there are any; `text` is a lazy plural on `n`."""
    if number := found.count():
        yield Todo(icon, tone, text % {"n": number}, url, hint)


@dataclass(frozen=True)
class Shortcut:
    icon: str
    label: str
    url: str


def coordination_shortcuts() -> list[Shortcut]:
    return [
        Shortcut("calendar-plus", _("Create an event"), reverse("events:create_event")),
        Shortcut("handshake", _("Introduce two organisations"), reverse("introductions:propose_introduction")),
        Shortcut("kanban", _("Introductions"), reverse("introductions:board")),
        Shortcut("users", _("Directory and members"), reverse("memberships:contact_list")),
        Shortcut("badge-check", _("Renewals and memberships"), reverse("memberships:renewal_list")),
        Shortcut("inbox", _("Applications"), reverse("memberships:application_list")),
        Shortcut("scale", _("Accounts"), reverse("billing:ledger")),
        Shortcut("upload", _("Import a directory"), reverse("members:import_list")),
        Shortcut("mail", _("Letters"), reverse("letter_list")),
        Shortcut("chart-column", _("Observatory"), reverse("observatory:observatory")),
    ]


def coming_places(person, now: datetime):
    """The next places this person holds or waits for, whoever registered them."""
    return (
        Place.objects.of(person)
        .active()
        .coming(now)
        .select_related("event__club", "registration__organisation")
        .order_by("event__starts_at")[:5]
    )


def coming_events(person, now: datetime):
    """The next events of the clubs this person coordinates, drafts included."""
    clubs = Club.objects.coordinated_by(person)
    return Event.objects.filter(club__in=clubs).exclude(status=EventStatus.CANCELLED).upcoming(now).for_list()[:6]


def _day(moment) -> str:
    return date_format(moment, "DATE_FORMAT")
