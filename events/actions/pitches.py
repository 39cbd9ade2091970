"""Pitches: the call, what structures propose, and what the coordination decides. All under the event's lock."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from core.errors import RuleBroken
from core.history import record
from core.uploads import drop_file, store_file
from events.actions.locking import lock_event
from events.enums import PitchStatus
from events.letters import write_pitch_declined, write_pitch_selected, write_pitch_withdrawn
from events.models import Event, PitchCall, PitchNote, PitchProposal, Session
from members.models import Organisation
from memberships.models import Term

CALL_FIELDS = ("text", "opens_at", "closes_at", "places", "minutes")
PROPOSAL_FIELDS = ("title", "summary", "needs")
UP, DOWN = "up", "down"

# --- The call ---------------------------------------------------------------------------------------------------------


@transaction.atomic
def set_pitch_call(session: Session, *, by, **fields) -> PitchCall:
    """Open a call for pitches for this session, or change it. `fields`: see CALL_FIELDS.

    Raises RuleBroken, at its field, for a session of another kind, for a call that closes before it opens or after the
    session begins, for fewer pitches than are selected.
    """
    event = lock_event(session.event)
    session = event.sessions.get(pk=session.pk)
    _check_event(event)
    if not session.is_pitches:
        raise RuleBroken(_("Only a session of the kind “Pitches” has a call for pitches."))
    call = PitchCall.objects.filter(session=session).first()
    is_new = call is None
    call = call or PitchCall(session=session)
    for name, value in fields.items():
        if name not in CALL_FIELDS:
            raise TypeError(f"a call has no field {name} to change")
        setattr(call, name, value)
    _check_call(call, session)
    call.save()
    made, changed = (
        gettext_noop("Call for pitches made: %(title)s"),
        gettext_noop("Call for pitches changed: %(title)s"),
    )
    record("events.pitch_call.set", made if is_new else changed, by=by, about=[event], title=session.title)
    return call


def _check_call(call: PitchCall, session: Session) -> None:
    if call.closes_at <= call.opens_at:
        raise RuleBroken(_("A call closes after it opens."), field="closes_at")
    if call.closes_at > session.starts_at:
        raise RuleBroken(_("A call closes at the latest when the session starts."), field="closes_at")
    for name in ("places", "minutes"):
        if getattr(call, name) < 1:
            raise RuleBroken(_("A call is for at least one pitch of at least one minute."), field=name)
    selected = call.proposals.selected().count() if call.pk else 0
    if call.places < selected:
        sentence = ngettext("%(count)s pitch is already selected.", "%(count)s pitches are already selected.", selected)
        raise RuleBroken(sentence % {"count": selected}, field="places")


@transaction.atomic
def publish_pitches(call: PitchCall, *, by, is_published: bool = True) -> PitchCall:
    """Show the selected pitches, in their order, in the programme of the event; or no longer. Repeat-safe."""
    event, call = _locked_call(call)
    if call.is_published == is_published:
        return call
    if is_published and not call.proposals.selected().exists():
        raise RuleBroken(_("No pitch is selected yet."))
    call.published_at = timezone.now() if is_published else None
    call.save(update_fields=["published_at"])
    sentence = (
        gettext_noop("The order of the pitches stands in the programme: %(title)s")
        if is_published
        else gettext_noop("The order of the pitches was taken out of the programme: %(title)s")
    )
    record("events.pitch_call.published", sentence, by=by, about=[event], title=call.session.title)
    return call


# --- The structure's side ---------------------------------------------------------------------------------------------


def pitch_obstacle(call: PitchCall, organisation: Organisation | None) -> str:
    """Why this organisation cannot propose a pitch now, as a sentence; "" if nothing is known against it."""
    try:
        check_proposing(call, organisation, timezone.now())
    except RuleBroken as broken:
        return str(broken.message)
    return ""


def check_proposing(call: PitchCall, organisation: Organisation | None, now: datetime) -> None:
    """Raise RuleBroken when the call is not open, or not for this organisation."""
    event = call.event
    _check_event(event)
    if event.is_draft:
        raise RuleBroken(_("This event is not published yet."))
    if now < call.opens_at:
        raise RuleBroken(_("This call is not open yet."))
    if call.is_closed(now):
        raise RuleBroken(_("This call is closed."))
    if organisation is None or not organisation.is_structure:
        raise RuleBroken(_("This call is for structures of the social economy: you act for none at present."))
    if not Term.objects.current(timezone.localdate(now)).filter(organisation=organisation, club=event.club_id).exists():
        sentence = _("This call is for members of %(club)s, and %(organisation)s is not a member.")
        raise RuleBroken(sentence % {"club": event.club, "organisation": organisation})


@transaction.atomic
def propose_pitch(call: PitchCall, *, organisation: Organisation, by, **fields) -> PitchProposal:
    """Propose a pitch for an organisation, or change what it proposed: one an organisation. `fields`: PROPOSAL_FIELDS.

    One that was withdrawn may be proposed again; one that is decided stays. Raises RuleBroken as `check_proposing` does.
    """
    event, call = _locked_call(call)
    now = timezone.now()
    check_proposing(call, organisation, now)
    proposal = call.proposals.filter(organisation=organisation).first()
    proposal = proposal or PitchProposal(call=call, organisation=organisation, proposed_at=now)
    if proposal.is_selected or proposal.is_declined:
        raise RuleBroken(_("The coordination has already decided about this pitch: please write to it."))
    if proposal.pk is None or proposal.is_withdrawn:
        proposal.proposed_at = now
    for name, value in fields.items():
        if name not in PROPOSAL_FIELDS:
            raise TypeError(f"a proposal has no field {name} to change")
        setattr(proposal, name, value)
    proposal.status, proposal.by = PitchStatus.PROPOSED, by
    proposal.save()
    record("events.pitch.proposed", gettext_noop("%(organisation)s proposed a pitch: %(title)s"), by=by,
           about=[event, proposal, organisation], organisation=organisation, title=proposal.title)  # fmt: skip
    return proposal


@transaction.atomic
def withdraw_pitch(proposal: PitchProposal, *, by) -> PitchProposal:
    """The structure takes its pitch back; the coordination is told when it was selected. Repeat-safe."""
    event, proposal = _locked(proposal)
    if proposal.is_withdrawn:
        return proposal
    if proposal.call.session.has_begun(timezone.now()):
        raise RuleBroken(_("The session has begun: please speak to the coordination."))
    was_selected = proposal.is_selected
    proposal.status, proposal.position = PitchStatus.WITHDRAWN, None
    proposal.save(update_fields=["status", "position"])
    record("events.pitch.withdrawn", gettext_noop("%(organisation)s withdrew its pitch: %(title)s"), by=by,
           about=[event, proposal, proposal.organisation], organisation=proposal.organisation,
           title=proposal.title)  # fmt: skip
    if was_selected:
        write_pitch_withdrawn(proposal)
    return proposal


@transaction.atomic
def set_slides(proposal: PitchProposal, *, by, file) -> PitchProposal:
    """Hand in the slides of a selected pitch (as `core.documents.clean_pdf` made them); those from before are erased."""
    event, proposal = _locked(proposal)
    _check_event(event)
    if not proposal.is_selected:
        raise RuleBroken(_("Slides are handed in once the pitch is selected."), field="slides")
    if event.is_over(timezone.now()):
        raise RuleBroken(_("This event is over."), field="slides")
    drop_file(proposal.slides)
    store_file(proposal.slides, file)
    proposal.save(update_fields=["slides"])
    record("events.pitch.slides_set", gettext_noop("%(organisation)s handed in the slides of its pitch"), by=by,
           about=[event, proposal], organisation=proposal.organisation)  # fmt: skip
    return proposal


# --- The coordination's side ------------------------------------------------------------------------------------------


@transaction.atomic
def note_pitch(proposal: PitchProposal, *, by, value: int, comment: str = "") -> PitchProposal:
    """One's own note for a proposal, 0 to 5, with a comment; a later one takes the place of the one before."""
    event, proposal = _locked(proposal)
    if not 0 <= value <= PitchNote.MOST:
        raise RuleBroken(_("A note goes from 0 to %(most)s.") % {"most": PitchNote.MOST}, field="value")
    PitchNote.objects.update_or_create(proposal=proposal, by=by, defaults={"value": value, "comment": comment})
    record("events.pitch.noted", gettext_noop("A note was given to the pitch of %(organisation)s"), by=by,
           about=[event, proposal], organisation=proposal.organisation)  # fmt: skip
    return proposal


@transaction.atomic
def select_pitch(proposal: PitchProposal, *, by) -> PitchProposal:
    """Take a pitch into the session, as the last one so far; its organisation is told. Repeat-safe.

    Raises RuleBroken when as many are selected as the call is for.
    """
    event, proposal = _locked(proposal)
    _check_event(event)
    if proposal.is_selected:
        return proposal
    _check_move(proposal, PitchStatus.SELECTED)
    selected = list(proposal.call.proposals.selected())
    if len(selected) >= proposal.call.places:
        sentence = ngettext(
            "The call is for one pitch, and it is selected: decline it first, or enlarge the call.",
            "The call is for %(places)s pitches, and all are selected: decline one first, or enlarge the call.",
            proposal.call.places,
        )
        raise RuleBroken(sentence % {"places": proposal.call.places})
    proposal.status, proposal.reason = PitchStatus.SELECTED, ""
    proposal.position = selected[-1].position + 1 if selected else 1
    proposal.save(update_fields=["status", "reason", "position"])
    record("events.pitch.selected", gettext_noop("The pitch of %(organisation)s was selected: %(title)s"), by=by,
           about=[event, proposal, proposal.organisation], organisation=proposal.organisation,
           title=proposal.title)  # fmt: skip
    write_pitch_selected(proposal)
    return proposal


@transaction.atomic
def decline_pitch(proposal: PitchProposal, *, by, reason: str) -> PitchProposal:
    """Say no to a pitch, also to one that was selected; its organisation is told why. Repeat-safe."""
    event, proposal = _locked(proposal)
    if proposal.is_declined:
        return proposal
    _check_move(proposal, PitchStatus.DECLINED)
    if not reason.strip():
        raise RuleBroken(_("Say why: the structure reads it."), field="reason")
    proposal.status, proposal.reason, proposal.position = PitchStatus.DECLINED, reason, None
    proposal.save(update_fields=["status", "reason", "position"])
    record("events.pitch.declined", gettext_noop("The pitch of %(organisation)s was not selected: %(title)s"), by=by,
           about=[event, proposal, proposal.organisation], organisation=proposal.organisation,
           title=proposal.title)  # fmt: skip
    write_pitch_declined(proposal)
    return proposal


@transaction.atomic
def move_pitch(proposal: PitchProposal, *, by, direction: str) -> PitchProposal:
    """Let a selected pitch come one earlier (`UP`) or later (`DOWN`); at the end of the row nothing happens."""
    event, proposal = _locked(proposal)
    row = list(proposal.call.proposals.selected())
    index = next((number for number, one in enumerate(row) if one.pk == proposal.pk), None)
    if index is None:
        raise RuleBroken(_("Only selected pitches have an order."))
    other = index - 1 if direction == UP else index + 1
    if not 0 <= other < len(row):
        return proposal
    row[index], row[other] = row[other], row[index]
    for position, one in enumerate(row, start=1):
        one.position = position
    PitchProposal.objects.bulk_update(row, ["position"])
    record("events.pitch.moved", gettext_noop("The order of the pitches was changed: %(title)s"), by=by, about=[event],
           title=proposal.call.session.title)  # fmt: skip
    return row[other]


@transaction.atomic
def set_pitch_minutes(proposal: PitchProposal, *, by, minutes: int | None) -> PitchProposal:
    """Give a selected pitch more or fewer minutes than the call says; None: as the call says."""
    event, proposal = _locked(proposal)
    if not proposal.is_selected:
        raise RuleBroken(_("Only selected pitches have minutes."), field="minutes")
    if minutes is not None and minutes < 1:
        raise RuleBroken(_("A pitch lasts at least one minute."), field="minutes")
    proposal.minutes = minutes
    proposal.save(update_fields=["minutes"])
    record("events.pitch.minutes_set", gettext_noop("The pitch of %(organisation)s has %(minutes)s minutes"), by=by,
           about=[event, proposal], organisation=proposal.organisation,
           minutes=minutes or proposal.call.minutes)  # fmt: skip
    return proposal


# --- What they share --------------------------------------------------------------------------------------------------


def _locked_call(call: PitchCall) -> tuple[Event, PitchCall]:
    """The event, locked, and the call as it is now."""
    event = lock_event(call.event)
    call = PitchCall.objects.select_related("session").get(pk=call.pk)
    call.session.event = event
    return event, call


def _locked(proposal: PitchProposal) -> tuple[Event, PitchProposal]:
    """The event, locked, and the proposal as it is now."""
    event = lock_event(proposal.event)
    proposal = PitchProposal.objects.select_related("call__session", "organisation").get(pk=proposal.pk)
    proposal.call.session.event = event
    return event, proposal


def _check_event(event: Event) -> None:
    if event.is_cancelled:
        raise RuleBroken(_("This event has been cancelled."))


def _check_move(proposal: PitchProposal, status: PitchStatus) -> None:
    if not proposal.status_badge.can_become(status):
        raise RuleBroken(_("This pitch has been withdrawn."))
