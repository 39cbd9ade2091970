"""What a meeting decided to do, from the proposal to the day on which the coordination notes it as done."""

from datetime import date, timedelta

from django.db import transaction
from django.db.models import Max, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from core.errors import RuleBroken
from core.history import record
from core.locks import lock_row
from events.enums import ProposalStatus
from events.letter_kinds import is_off
from events.letters import (
    write_proposal_due,
    write_proposal_given,
    write_proposal_late,
    write_proposal_stated_done,
)
from events.models import Axis, Event, Proposal, ProposalStep
from members.models import Club, Organisation

FIELDS = ("axis", "text", "reason", "organisation", "person", "due_on", "is_public")
WARNED_BEFORE = timedelta(days=14)
REMINDED_EVERY = timedelta(days=7)


# --- Axes -------------------------------------------------------------------------------------------------------------


@transaction.atomic
def add_axis(club: Club, *, by, title: str) -> Axis:
    """A heading for the club's proposals, after the others; one of the same name is taken as it is."""
    lock_row(Club.objects.all(), club.pk)
    found = club.axes.filter(title__iexact=title.strip()).first()
    if found:
        return found
    last = club.axes.aggregate(last=Max("rank"))["last"] or 0
    axis = Axis.objects.create(club=club, title=title.strip(), rank=last + 1)
    record("events.axis.added", gettext_noop("New axis: %(axis)s"), by=by, about=[club], axis=axis)
    return axis


@transaction.atomic
def change_axis(axis: Axis, *, by, title: str, rank: int) -> Axis:
    """Rename an axis or move it up or down; RuleBroken when the club has another of that name."""
    club = lock_row(Club.objects.all(), axis.club_id)
    axis = Axis.objects.get(pk=axis.pk)
    if club.axes.filter(title__iexact=title).exclude(pk=axis.pk).exists():
        raise RuleBroken(_("The club has an axis of this name."), field="title")
    axis.title, axis.rank = title, rank
    axis.save()
    record("events.axis.changed", gettext_noop("Axis changed: %(axis)s"), by=by, about=[club], axis=axis)
    return axis


@transaction.atomic
def remove_axis(axis: Axis, *, by) -> Club:
    """Take away an axis that bears no proposal; repeat-safe."""
    club = lock_row(Club.objects.all(), axis.club_id)
    if Proposal.objects.filter(axis=axis.pk).exists():
        raise RuleBroken(_("This axis has proposals: move them to another axis first."))
    if Axis.objects.filter(pk=axis.pk).delete()[0]:
        record("events.axis.removed", gettext_noop("Axis removed: %(axis)s"), by=by, about=[club], axis=axis)
    return club


# --- Proposals --------------------------------------------------------------------------------------------------------


@transaction.atomic
def add_proposal(event: Event, *, by, axis: Axis | str, text: str, is_retained: bool = False, **fields) -> Proposal:
    """Write down a proposal that came out of `event`. `axis` may be the title of a new one; `fields`: see FIELDS.

    `is_retained`: the meeting decided on it at once; its owner is then written to. Raises RuleBroken before the day of
    the event, when it is off, and at the field: an axis of another club, a person who is not of the owner organisation.
    """
    _check_event(event)
    lock_row(Club.objects.all(), event.club_id)  # an axis that is being removed waits, or is gone
    proposal = Proposal(club=event.club, event=event)
    _fill(proposal, {"axis": axis, "text": text, **fields}, by=by)
    proposal.status = ProposalStatus.RETAINED if is_retained else ProposalStatus.PROPOSED
    proposal.save()
    record("events.proposal.added", gettext_noop("New proposal: %(text)s"), by=by, about=[proposal, event, event.club],
           text=proposal.text)  # fmt: skip
    write_proposal_given(proposal)
    return proposal


@transaction.atomic
def change_proposal(proposal: Proposal, *, by, **fields) -> Proposal:
    """Change words, axis, owner, date or who may read it; a new owner is written to. As `add_proposal`."""
    lock_row(Club.objects.all(), proposal.club_id)
    proposal = lock_row(Proposal.objects.all(), proposal.pk)
    owner, due_on = (proposal.organisation_id, proposal.person_id), proposal.due_on
    _fill(proposal, fields, by=by)
    if proposal.due_on != due_on:
        proposal.reminded_on = None
    proposal.save()
    record("events.proposal.changed", gettext_noop("Proposal changed: %(text)s"), by=by, about=[proposal, proposal.club],
           text=proposal.text)  # fmt: skip
    if owner != (proposal.organisation_id, proposal.person_id):
        write_proposal_given(proposal)
    return proposal


@transaction.atomic
def note_step(
    proposal: Proposal, *, by, became: str = "", text: str = "", event: Event | None = None, is_owners: bool = False
) -> Proposal:
    """Note what became of a proposal: a new state (`became`), a note, or that `event` looked at it.

    Asking twice for the same writes one step. Raises RuleBroken for a state that does not follow on the one it has now
    (somebody else may have been quicker), for a step that says nothing, and for an event of another club.
    """
    proposal = lock_row(Proposal.objects.all(), proposal.pk)
    is_asked = bool(became)
    was, became = ProposalStatus(proposal.status), ProposalStatus(became or proposal.status)
    if event is not None:
        _check_looking(event, proposal)
    step = ProposalStep(
        proposal=proposal, was=was, became=became, text=text.strip(), event=event, by=by, is_owners=is_owners
    )
    if _is_noted(step, is_asked=is_asked):
        return proposal
    if became != was and not was.can_become(became):
        sentence = _("This proposal is now “%(was)s”: it cannot become “%(became)s”.")
        raise RuleBroken(sentence % {"was": was.label, "became": became.label}, field="became")
    if not (step.is_a_move or step.text or event):
        raise RuleBroken(_("Choose a new state or write a note."), field="text")
    step.save()
    proposal.status = became
    proposal.save(update_fields=["status"])
    _record_step(step)
    _write_about(step)
    return proposal


def _is_noted(step: ProposalStep, *, is_asked: bool) -> bool:
    """The same was noted before: the button was pressed twice, or the event has looked at it already."""
    steps = step.proposal.steps
    if step.is_a_move:
        return False
    if not step.text:
        return steps.filter(event=step.event).exists() if step.event else is_asked
    last = steps.first()
    same = ("became", "text", "event_id", "by_id")
    return last is not None and all(getattr(last, name) == getattr(step, name) for name in same)


def _record_step(step: ProposalStep) -> None:
    about = [step.proposal, *([step.event] if step.event else [])]
    sentence = {
        ProposalStatus.RETAINED: gettext_noop("A proposal was retained"),
        ProposalStatus.UNDER_WAY: gettext_noop("A proposal is under way"),
        ProposalStatus.STATED_DONE: gettext_noop("The owner says that a proposal is done"),
        ProposalStatus.DONE: gettext_noop("A proposal is done"),
        ProposalStatus.DROPPED: gettext_noop("A proposal was dropped"),
    }
    message = sentence[ProposalStatus(step.became)] if step.is_a_move else gettext_noop("A proposal was looked at")
    record("events.proposal.step_noted", message, by=step.by, about=about)


def _write_about(step: ProposalStep) -> None:
    if not step.is_a_move:
        return
    if step.became == ProposalStatus.STATED_DONE:
        write_proposal_stated_done(step.proposal)
    elif step.became == ProposalStatus.RETAINED:
        write_proposal_given(step.proposal)


def _check_event(event: Event) -> None:
    if not event.is_published:
        raise RuleBroken(_("Proposals come out of events that take place."))
    if not event.is_its_day(timezone.now()):
        raise RuleBroken(_("Proposals are noted from the day of the event on."))


def _check_looking(event: Event, proposal: Proposal) -> None:
    if event.club_id != proposal.club_id:
        raise RuleBroken(_("This event is another club’s."))
    _check_event(event)


def _fill(proposal: Proposal, fields: dict, *, by) -> None:
    if isinstance(fields.get("axis"), str):
        fields = {**fields, "axis": add_axis(proposal.club, by=by, title=fields["axis"])}
    for name, value in fields.items():
        if name not in FIELDS:
            raise TypeError(f"a proposal has no field {name} to change")
        setattr(proposal, name, value)
    if not Axis.objects.filter(pk=proposal.axis_id, club=proposal.club_id).exists():
        raise RuleBroken(_("Choose one of the club’s axes."), field="axis")
    _check_person(proposal.organisation, proposal.person)


def _check_person(organisation: Organisation | None, person) -> None:
    if person is None:
        return
    if organisation is None:
        raise RuleBroken(_("Name the organisation of this person."), field="organisation")
    if not person.roles.filter(organisation=organisation).exists():
        raise RuleBroken(_("This person does not belong to the organisation."), field="person")


# --- What the daily run writes ----------------------------------------------------------------------------------------


def remind_proposal_owners(today: date) -> int:
    """Letters to owners: once two weeks before the date, and once a week as long as it is late. Returns how many."""
    expected = Proposal.objects.expected().order_by("pk")
    coming = expected.filter(due_on__range=(today, today + WARNED_BEFORE))
    return _each(coming, _warn, today) + _each(expected.filter(due_on__lt=today), _remind, today)


def _each(proposals: QuerySet[Proposal], write, today: date) -> int:
    """One short transaction each: nobody waits for the whole run."""
    return sum(write(proposal, today) for proposal in list(proposals))


@transaction.atomic
def _warn(proposal: Proposal, today: date) -> int:
    proposal = lock_row(Proposal.objects.all(), proposal.pk)
    if not proposal.is_expected or not proposal.due_on or not today <= proposal.due_on <= today + WARNED_BEFORE:
        return 0
    if is_off(proposal.club, "events.proposal_due"):
        return 0
    written = write_proposal_due(proposal)
    if written:
        message = gettext_noop("The owner was reminded of the date: %(day)s")
        record("events.proposal.owner_warned", message, by=None, about=[proposal], day=proposal.due_on)
    return written


@transaction.atomic
def _remind(proposal: Proposal, today: date) -> int:
    proposal = lock_row(Proposal.objects.all(), proposal.pk)
    if not proposal.is_late(today) or (proposal.reminded_on and proposal.reminded_on > today - REMINDED_EVERY):
        return 0
    if is_off(proposal.club, "events.proposal_late"):
        return 0
    proposal.reminded_on = today
    proposal.save(update_fields=["reminded_on"])
    written = write_proposal_late(proposal, today)
    record("events.proposal.owner_reminded", gettext_noop("The owner was told that it is late"), by=None,
           about=[proposal])  # fmt: skip
    return written
