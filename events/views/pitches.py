"""Pitches: the call and the proposals, from the structure's side and from the coordination's; the timer in the room."""

from functools import partial

from django.contrib import messages
from django.db.models import Prefetch
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from core.guards import require
from core.pages import act, attempt, history_of
from events import actions, permissions
from events.actions.pitches import DOWN, UP
from events.enums import SessionKind
from events.forms import DeclinePitchForm, PitchCallForm, PitchForm, PitchMinutesForm, PitchNoteForm, SlidesForm
from events.models import Event, PitchCall, PitchProposal, Session
from events.views.files import hand_out
from events.views.finding import find_event, find_own
from members.models import Organisation
from members.rights import rights_of

COORDINATORS = gettext_lazy("Only the club’s coordinators can do this.")
STRUCTURES = gettext_lazy("Only the people of a structure of the social economy can propose a pitch.")
ITS_PEOPLE = gettext_lazy("Only the organisation’s own people can do this.")


# --- The coordination's side ------------------------------------------------------------------------------------------


def pitch_list(request: HttpRequest, slug: str) -> HttpResponse:
    """Each session of pitches: its call, who is selected in which order, who else has proposed."""
    event = find_event(request, slug)
    require(permissions.can_edit_event(request.user, event), COORDINATORS)
    proposals = PitchProposal.objects.for_list().in_order_of_notes()
    sessions = event.sessions.filter(kind=SessionKind.PITCHES).select_related("pitch_call")
    sessions = list(sessions.prefetch_related(Prefetch("pitch_call__proposals", queryset=proposals)))
    for session in sessions:
        session.board = _board(session)
    context = {"event": event, "sessions": sessions, "now": timezone.now()}
    return render(request, "events/pitch_list.html", context)


def _board(session: Session) -> dict | None:
    """The proposals of a session by what became of them, and its minutes."""
    call = getattr(session, "pitch_call", None)
    if call is None:
        return None
    proposals = list(call.proposals.all())
    selected = [one for one in proposals if one.is_selected]
    used = sum(one.length for one in selected)
    return {
        "selected": selected,
        "proposed": [one for one in proposals if one.is_proposed],
        "others": [one for one in proposals if one.is_declined or one.is_withdrawn],
        "used": used,
        "over": max(0, used - session.minutes),
        "left": max(0, session.minutes - used),
    }


def set_pitch_call(request: HttpRequest, pk: int) -> HttpResponse:
    """Open the call for a session, or change it."""
    session = find_own(Session.objects, pk, partial(permissions.can_edit_event, request.user))
    call = PitchCall.objects.filter(session=session).first()
    form = PitchCallForm(request.POST or None, instance=call, session=session)
    if request.method == "POST" and form.is_valid():
        if attempt(form, actions.set_pitch_call, session, by=request.user, **form.cleaned_data):
            messages.success(request, _("Saved."))
            return redirect("events:pitch_list", session.event.slug)
    context = {"form": form, "session": session, "event": session.event, "call": call}
    return render(request, "events/pitch_call_form.html", context)


@require_POST
def publish_pitches(request: HttpRequest, pk: int) -> HttpResponse:
    call = _find_call(request, pk)
    require(permissions.can_edit_event(request.user, call.event), COORDINATORS)
    is_published = request.POST.get("is_published") == "yes"
    done = (
        _("The pitches stand in the programme.") if is_published else _("The pitches no longer stand in the programme.")
    )
    return act(
        request, actions.publish_pitches, call, is_published=is_published, by=request.user, done=done,
        to=_board_of(call.event),
    )  # fmt: skip


@require_POST
def select_pitch(request: HttpRequest, pk: int) -> HttpResponse:
    proposal = _managed(request, pk)
    done = _("Selected. The structure’s managers receive a letter.")
    return act(request, actions.select_pitch, proposal, by=request.user, done=done, to=_board_of(proposal.event))


def decline_pitch(request: HttpRequest, pk: int) -> HttpResponse:
    """A page that asks for the reason, then the act."""
    proposal = _managed(request, pk)
    form = DeclinePitchForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if attempt(form, actions.decline_pitch, proposal, by=request.user, reason=form.cleaned_data["reason"]):
            messages.success(request, _("Declined. The structure’s managers receive a letter."))
            return redirect("events:pitch_list", proposal.event.slug)
    return render(request, "events/pitch_decline.html", {"form": form, "proposal": proposal, "event": proposal.event})


@require_POST
def move_pitch(request: HttpRequest, pk: int) -> HttpResponse:
    proposal = _managed(request, pk)
    direction = request.POST.get("direction")
    if direction not in (UP, DOWN):
        return HttpResponse(status=400)
    done = _("The order has been changed.")
    return act(
        request, actions.move_pitch, proposal, direction=direction, by=request.user, done=done,
        to=_board_of(proposal.event),
    )  # fmt: skip


@require_POST
def set_pitch_minutes(request: HttpRequest, pk: int) -> HttpResponse:
    proposal = _managed(request, pk)
    form = PitchMinutesForm(request.POST)
    if form.is_valid() and attempt(
        form, actions.set_pitch_minutes, proposal, by=request.user, minutes=form.cleaned_data["minutes"]
    ):
        messages.success(request, _("Saved."))
    for errors in form.errors.values():
        messages.error(request, errors[0])
    return redirect("events:pitch_list", proposal.event.slug)


@require_POST
def note_pitch(request: HttpRequest, pk: int) -> HttpResponse:
    """One's own note; with a mistake in it, the proposal's page again."""
    proposal = _managed(request, pk)
    form = PitchNoteForm(request.POST)
    if form.is_valid() and attempt(form, actions.note_pitch, proposal, by=request.user, **form.cleaned_data):
        messages.success(request, _("Your note is kept."))
        return redirect(proposal)
    return _pitch_page(request, proposal, note_form=form)


# --- The structure's side ---------------------------------------------------------------------------------------------


def pitch_call(request: HttpRequest, pk: int) -> HttpResponse:
    """The call, and what one's own organisation has proposed."""
    call = _find_call(request, pk)
    organisation = _organisation(request)
    context = {
        "event": call.event,
        "call": call,
        "session": call.session,
        "organisation": organisation,
        "own": PitchProposal.objects.filter(call=call, organisation__in=rights_of(request.user).organisation_ids)
        .select_related("organisation").order_by("pk"),
        "obstacle": actions.pitch_obstacle(call, organisation),
        "can_edit": permissions.can_edit_event(request.user, call.event),
    }  # fmt: skip
    return render(request, "events/pitch_call.html", context)


def propose_pitch(request: HttpRequest, pk: int) -> HttpResponse:
    """Propose a pitch in the name of the structure one acts for, or change what was proposed."""
    call, organisation = _find_call(request, pk), _organisation(request)
    require(permissions.can_propose_pitch(request.user, organisation), STRUCTURES)
    own = call.proposals.filter(organisation=organisation).first()
    form = PitchForm(request.POST or None, instance=own)
    if request.method == "POST" and form.is_valid():
        proposal = attempt(
            form, actions.propose_pitch, call, organisation=organisation, by=request.user, **form.cleaned_data
        )
        if proposal:
            messages.success(request, _("Your pitch is proposed. The coordination answers by letter."))
            return redirect(proposal)
    context = {"form": form, "call": call, "event": call.event, "organisation": organisation, "proposal": own}
    return render(request, "events/pitch_form.html", context)


@require_POST
def withdraw_pitch(request: HttpRequest, pk: int) -> HttpResponse:
    proposal = _find(request, pk)
    require(permissions.can_withdraw_pitch(request.user, proposal), ITS_PEOPLE)
    return act(
        request, actions.withdraw_pitch, proposal, by=request.user, done=_("The pitch is withdrawn."), to=proposal
    )


# --- Both sides -------------------------------------------------------------------------------------------------------


def pitch_page(request: HttpRequest, pk: int) -> HttpResponse:
    """One proposal: for its organisation what became of it, for the coordination the notes and what to decide."""
    return _pitch_page(request, _find(request, pk))


def set_slides(request: HttpRequest, pk: int) -> HttpResponse:
    """Hand in slides; with a mistake, the page again."""
    proposal = _find(request, pk)
    require(permissions.can_hand_in_slides(request.user, proposal), ITS_PEOPLE)
    if request.method != "POST":
        return redirect(proposal)
    form = SlidesForm(request.POST, request.FILES)
    if form.is_valid() and attempt(
        form, actions.set_slides, proposal, by=request.user, file=form.cleaned_data["slides"]
    ):
        messages.success(request, _("The slides are handed in."))
        return redirect(proposal)
    return _pitch_page(request, proposal, slides_form=form)


def pitch_slides(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The slides, for the organisation and the coordination."""
    proposal = _find(request, pk)
    if not proposal.slides:
        raise Http404
    name = f"{slugify(proposal.organisation.display_name)[:60] or proposal.pk}.pdf"
    return hand_out(proposal.slides, name, "application/pdf")


def pitch_timer(request: HttpRequest, pk: int) -> HttpResponse:
    """For the screen in the room: who speaks, who is next, how long still. Without script, the list with the minutes."""
    sessions = Session.objects.filter(kind=SessionKind.PITCHES)
    session = find_own(sessions, pk, partial(permissions.can_check_in, request.user))
    pitches = PitchProposal.objects.filter(call__session=session).selected().for_list()
    return render(request, "events/pitch_timer.html", {"event": session.event, "session": session, "pitches": pitches})


def _pitch_page(request: HttpRequest, proposal: PitchProposal, note_form=None, slides_form=None) -> HttpResponse:
    event, now = proposal.event, timezone.now()
    can_edit = permissions.can_edit_event(request.user, event)
    notes = list(proposal.notes.select_related("by")) if can_edit else []
    own_note = next((note for note in notes if note.by_id == request.user.pk), None)
    if can_edit and note_form is None:
        note_form = PitchNoteForm(initial={"value": own_note.value, "comment": own_note.comment} if own_note else None)
    is_its_own = permissions.can_withdraw_pitch(request.user, proposal)
    can_hand_in = proposal.is_selected and not event.is_over(now) and not event.is_cancelled
    context = {
        "event": event,
        "proposal": proposal,
        "call": proposal.call,
        "notes": notes,
        "average": sum(note.value for note in notes) / len(notes) if notes else None,
        "note_form": note_form,
        "slides_form": (slides_form or SlidesForm()) if can_hand_in else None,
        "can_edit": can_edit,
        "can_change": is_its_own and (proposal.is_proposed or proposal.is_withdrawn) and proposal.call.is_open(now),
        "can_withdraw": is_its_own and not proposal.is_withdrawn and not proposal.call.session.has_begun(now),
        "history": history_of(proposal) if can_edit else None,
    }
    return render(request, "events/pitch_page.html", context)


def _organisation(request: HttpRequest) -> Organisation | None:
    """The one acted for: a proposal is made in its name."""
    return Organisation.objects.filter(pk=rights_of(request.user).organisation_id or 0).first()


def _find_call(request: HttpRequest, pk: int) -> PitchCall:
    """A call of an event that one sees, or 404."""
    events = Event.objects.visible_to(request.user, timezone.localdate())
    calls = PitchCall.objects.filter(session__event__in=events.values("pk")).select_related("session__event__club")
    return get_object_or_404(calls, pk=pk)


def _find(request: HttpRequest, pk: int) -> PitchProposal:
    proposals = PitchProposal.objects.visible_to(request.user).select_related(
        "call__session__event__club", "organisation"
    )
    return get_object_or_404(proposals, pk=pk)


def _managed(request: HttpRequest, pk: int) -> PitchProposal:
    proposal = _find(request, pk)
    require(permissions.can_edit_event(request.user, proposal.event), COORDINATORS)
    return proposal


def _board_of(event: Event) -> str:
    return reverse("events:pitch_list", args=[event.slug])
