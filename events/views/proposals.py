"""Proposals: the club's list for everybody, one proposal with its story, and what a meeting does with them."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from core.guards import require
from core.pages import act, attempt, history_of, letters_of, page_of
from core.spreadsheets import table_response
from events import actions, permissions
from events.forms import AxisForm, NewAxisForm, ProposalFilter, ProposalForm, StepForm
from events.models import Axis, Event, Proposal
from events.views.coordination import COORDINATORS
from events.views.finding import find_event
from members.clubs import current_club, known_clubs
from members.models import Club
from members.rights import rights_of


@login_not_required
def proposal_list(request: HttpRequest) -> HttpResponse:
    """All proposals that one may see, by axis."""
    today = timezone.localdate()
    found, form, is_filtered = _filtered(request, today)
    page = page_of(request, found.for_list())
    context = {
        "form": form,
        "page": page,
        "is_filtered": is_filtered,
        "has_clubs": len(known_clubs(request)) > 1,
        "today": today,
        "coordinated": _coordinated(request),
        "visible_events": _visible_events(request, {proposal.event_id for proposal in page}),
    }
    return render(request, "events/proposal_list.html", context)


def _filtered(request: HttpRequest, today):
    visible = Proposal.objects.visible_to(request.user, today)
    has_clubs = len(known_clubs(request)) > 1
    values = request.GET.copy()
    if has_clubs and "club" not in values and (club := current_club(request)):
        values["club"] = club.slug
    form = ProposalFilter(values, proposals=visible, has_clubs=has_clubs)
    is_filtered = any(form.chosen(name) for name in ("q", "axis", "status", "owner", "late"))
    return form.apply(visible, today), form, is_filtered


def _coordinated(request: HttpRequest) -> list[Club]:
    return list(Club.objects.coordinated_by(request.user).order_by("name")) if request.user.is_authenticated else []


def _visible_events(request: HttpRequest, ids: set[int]) -> set[int]:
    """Which of these events the person may open: the others are not named."""
    events = Event.objects.visible_to(request.user, timezone.localdate()).filter(pk__in=ids)
    return set(events.values_list("pk", flat=True))


@login_not_required
def proposal_export(request: HttpRequest, form: str) -> HttpResponseBase:
    """The filtered list as `csv` or `xlsx`; no person's name, and no event that one may not open."""
    if form not in ("csv", "xlsx"):
        raise Http404
    today = timezone.localdate()
    found = list(_filtered(request, today)[0].for_list().with_steps())
    visible = _visible_events(request, {proposal.event_id for proposal in found})
    header = [
        _("Club"), _("Axis"), _("Proposal"), _("Why"), _("Owner"), _("To be done by"), _("State"), _("Late"),
        _("Came out of"), _("Proposed on"), _("Last note"), _("Noted on"),
    ]  # fmt: skip
    rows = [_row(proposal, visible, today) for proposal in found]
    return table_response(form, _("proposals"), header, rows)


def _row(proposal: Proposal, visible_events: set[int], today) -> list:
    step = next((step for step in proposal.steps.all() if step.text), None)
    return [
        proposal.club, proposal.axis, proposal.text, proposal.reason, proposal.organisation or _("Coordination"),
        proposal.due_on, proposal.get_status_display(), proposal.is_late(today),
        proposal.event if proposal.event_id in visible_events else "", timezone.localdate(proposal.proposed_at),
        step.text if step else "", timezone.localdate(step.noted_at) if step else None,
    ]  # fmt: skip


@login_not_required
def proposal_page(request: HttpRequest, pk: int) -> HttpResponse:
    proposal = _find_proposal(request, pk)
    form = StepForm(proposal=proposal, person=request.user)
    return _proposal_page(request, proposal, form)


def _proposal_page(request: HttpRequest, proposal: Proposal, form: StepForm) -> HttpResponse:
    person, today = request.user, timezone.localdate()
    steps = list(proposal.steps.select_related("event"))
    ids = {proposal.event_id, *(step.event_id for step in steps if step.event_id)}
    can_run = permissions.can_run_proposals(person, proposal.club)
    context = {
        "proposal": proposal,
        "steps": steps,
        "visible_events": _visible_events(request, ids),
        "form": form,
        "today": today,
        "is_late": proposal.is_late(today),
        "can_note": permissions.can_note_step(person, proposal),
        "shows_person": permissions.can_see_person_of_proposal(person, proposal),
        "can_run": can_run,
        "history": history_of(proposal) if can_run else None,
        "letters": letters_of(proposal, limit=20) if can_run else None,
    }
    return render(request, "events/proposal_page.html", context)


@require_POST
def note_step(request: HttpRequest, pk: int) -> HttpResponse:
    """One press: a new state, a note, or « looked at » during an event (then back to the event's proposals)."""
    proposal = _find_proposal(request, pk)
    person = request.user
    require(permissions.can_note_step(person, proposal), _("Only its owner and the coordination note steps."))
    form = StepForm(request.POST, proposal=proposal, person=person)
    is_coordinator = permissions.can_run_proposals(person, proposal.club)
    if form.is_valid():
        values = dict(form.cleaned_data)
        values["event"] = values["event"] if is_coordinator else None
        if attempt(form, actions.note_step, proposal, by=person, is_owners=not is_coordinator, **values):
            messages.success(request, _("Noted."))
            if event := values["event"]:
                address = reverse("events:event_proposals", args=[event.slug])
                return redirect(f"{address}?page={request.POST.get('page', 1)}#proposal-{proposal.pk}")
            return redirect(proposal)
    return _proposal_page(request, proposal, form)


def change_proposal(request: HttpRequest, pk: int) -> HttpResponse:
    proposal = _find_proposal(request, pk)
    require(permissions.can_run_proposals(request.user, proposal.club), COORDINATORS)
    form = ProposalForm(
        request.POST or None, club=proposal.club, asking=request.user, event=proposal.event, proposal=proposal
    )
    if request.method == "POST" and form.is_valid():
        if attempt(form, actions.change_proposal, proposal, by=request.user, **form.for_action()):
            messages.success(request, _("Saved."))
            return redirect(proposal)
    return render(request, "events/proposal_form.html", {"form": form, "proposal": proposal, "event": proposal.event})


def _find_proposal(request: HttpRequest, pk: int) -> Proposal:
    visible = Proposal.objects.visible_to(request.user, timezone.localdate())
    return get_object_or_404(visible.select_related("club", "axis", "organisation", "person", "event__club"), pk=pk)


# --- At an event ------------------------------------------------------------------------------------------------------


def event_proposals(request: HttpRequest, slug: str) -> HttpResponse:
    """What came out of this event, and all that the club has still to look at, a press each."""
    event = _managed(request, slug)
    now = timezone.now()
    open_ones = event.club.proposals.open().exclude(event=event)
    page = page_of(request, open_ones.for_list().with_steps())
    context = {
        "event": event,
        "own": event.proposals.for_list(),
        "page": page,
        "rows": [_to_look_at(request, proposal, event) for proposal in page],
        "today": timezone.localdate(now),
        "is_its_day": event.is_published and event.is_its_day(now),
    }
    return render(request, "events/event_proposals.html", context)


def _to_look_at(request: HttpRequest, proposal: Proposal, event: Event) -> dict:
    """A proposal, its last step, the steps of this event, and the states it may be given."""
    steps = list(proposal.steps.all())
    return {
        "proposal": proposal,
        "last": steps[0] if steps else None,
        "is_looked_at": any(step.event_id == event.pk for step in steps),
        "states": permissions.states_open_to(request.user, proposal),
    }


def add_proposal(request: HttpRequest, slug: str) -> HttpResponse:
    event = _managed(request, slug)
    form = ProposalForm(request.POST or None, club=event.club, asking=request.user, event=event)
    if request.method == "POST" and form.is_valid():
        if attempt(form, actions.add_proposal, event, by=request.user, **form.for_action()):
            messages.success(request, _("Written down."))
            return redirect("events:event_proposals", event.slug)
    return render(request, "events/proposal_form.html", {"form": form, "proposal": None, "event": event})


def _managed(request: HttpRequest, slug: str) -> Event:
    event = find_event(request, slug)
    require(permissions.can_edit_event(request.user, event), COORDINATORS)
    return event


# --- Axes -------------------------------------------------------------------------------------------------------------


def axis_list(request: HttpRequest, club: str) -> HttpResponse:
    """A club's axes, with a form for one more."""
    found = get_object_or_404(Club, slug=club)
    require(permissions.can_run_proposals(request.user, found), COORDINATORS)
    form = NewAxisForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if attempt(form, actions.add_axis, found, by=request.user, title=form.cleaned_data["title"]):
            messages.success(request, _("Added."))
            return redirect("events:axis_list", found.slug)
    return render(request, "events/axis_list.html", {"club_of_axes": found, "axes": found.axes.all(), "form": form})


def change_axis(request: HttpRequest, pk: int) -> HttpResponse:
    axis = _find_axis(request, pk)
    form = AxisForm(request.POST or None, instance=axis)
    if request.method == "POST" and form.is_valid():
        if attempt(form, actions.change_axis, axis, by=request.user, **form.cleaned_data):
            messages.success(request, _("Saved."))
            return redirect("events:axis_list", axis.club.slug)
    return render(request, "events/axis_form.html", {"form": form, "axis": axis})


@require_POST
def remove_axis(request: HttpRequest, pk: int) -> HttpResponse:
    axis = _find_axis(request, pk)
    to = reverse("events:axis_list", args=[axis.club.slug])
    return act(request, actions.remove_axis, axis, by=request.user, done=_("Removed."), to=to)


def _find_axis(request: HttpRequest, pk: int) -> Axis:
    """404 unless it is of a club that one coordinates."""
    axis = get_object_or_404(Axis.objects.select_related("club"), pk=pk)
    if not rights_of(request.user).coordinates(axis.club_id):
        raise Http404
    return axis
