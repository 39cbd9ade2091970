"""The coordinators' side: their events, and what they do with one."""

from datetime import datetime, timedelta
from functools import partial

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from core.guards import require
from core.pages import act, attempt, page_of
from events import actions, permissions
from events.actions import preset_of
from events.enums import EventKind
from events.forms import CancelForm, CopyForm, EventForm, SessionForm
from events.models import Event, Session, has_orders, seats_of
from events.views.finding import find_event, find_own
from members.clubs import current_club
from members.enums import Audience
from members.models import Club
from members.rights import rights_of

COORDINATORS = gettext_lazy("Only the club’s coordinators can do this.")
# An event drafted today usually takes place in about two months.
AHEAD = timedelta(weeks=8)


def managed_event_list(request: HttpRequest) -> HttpResponse:
    """All events of the clubs one coordinates, drafts first."""
    require(rights_of(request.user).is_coordinator, COORDINATORS)
    now = timezone.now()
    events = Event.objects.filter(club__in=Club.objects.coordinated_by(request.user)).for_list()
    when = request.GET.get("when")
    found = events.past(now) if when == "past" else events.upcoming(now)
    context = {"page": page_of(request, found), "is_past": when == "past", "now": now}
    return render(request, "events/managed_event_list.html", context)


def create_event(request: HttpRequest) -> HttpResponse:
    """First the kind (a link each), then the form, filled with what that kind usually is."""
    require(rights_of(request.user).is_coordinator, COORDINATORS)
    kind = request.GET.get("kind", "")
    if kind not in EventKind.values:
        kinds = [(value, label, preset_of(value)) for value, label in EventKind.choices]
        return render(request, "events/event_choose_kind.html", {"kinds": kinds})
    has_preset = preset_of(kind) is not None
    form = EventForm(request.POST or None, person=request.user, has_preset=has_preset, initial=_initial(request, kind))
    if request.method == "POST" and form.is_valid():
        event = attempt(form, actions.create_event, by=request.user, **form.for_action())
        if event:
            messages.success(request, _("Drafted. Look through it, then publish it."))
            return redirect(event)
    return render(request, "events/event_form.html", {"form": form, "event": None, "kind": EventKind(kind)})


def _initial(request: HttpRequest, kind: str) -> dict:
    """What a new event of this kind begins with."""
    day = timezone.localdate() + AHEAD
    values = {"kind": kind, "club": current_club(request)}
    preset = preset_of(kind)
    if preset is None:
        return values | {"starts_at": datetime.combine(day, datetime.min.time().replace(hour=9)), "capacity": 30}
    quotas = {f"quota_{audience}": places for audience, places in preset.quotas.items()}
    return values | quotas | {
        "starts_at": datetime.combine(day, preset.begins),
        "ends_at": datetime.combine(day, preset.ends),
        "capacity": preset.capacity,
        "with_programme": True,
    }  # fmt: skip


def edit_event(request: HttpRequest, slug: str) -> HttpResponse:
    event = _managed(request, slug)
    form = EventForm(request.POST or None, instance=event, person=request.user)
    if request.method == "POST" and form.is_valid():
        if attempt(form, actions.update_event, event, by=request.user, **form.for_action()):
            messages.success(request, _("Saved."))
            _say_over_quota(request, event)
            return redirect("events:event_page", event.slug)
    return render(request, "events/event_form.html", {"form": form, "event": event})


def _say_over_quota(request: HttpRequest, event: Event) -> None:
    """A quota may be lowered below what is taken: whoever does so learns what that means."""
    seats = seats_of(event)
    over = [str(label) for audience, label in Audience.choices if seats.over_quota(audience)]
    if over:
        sentence = _(
            "More places are taken than the quota allows (%(audiences)s): nobody loses theirs, and none is given."
        )
        messages.warning(request, sentence % {"audiences": ", ".join(over)})


@require_POST
def publish_event(request: HttpRequest, slug: str) -> HttpResponse:
    event = _managed(request, slug)
    return act(
        request, actions.publish_event, event, by=request.user, done=_("Published: registration is open."), to=event
    )


def cancel_event(request: HttpRequest, slug: str) -> HttpResponse:
    """A page that says who will be told and asks for the reason, then the act."""
    event = _managed(request, slug)
    form = CancelForm(request.POST if request.method == "POST" else None, has_orders=has_orders(event))
    if request.method == "POST" and form.is_valid():
        if attempt(form, actions.cancel_event, event, by=request.user, **form.cleaned_data):
            messages.success(request, _("Cancelled. Everybody who is registered receives a letter."))
            return redirect(event)
    return render(
        request, "events/event_cancel.html", {"form": form, "event": event, "people": event.places.active().count()}
    )


def copy_event(request: HttpRequest, slug: str) -> HttpResponse:
    event = _managed(request, slug)
    form = CopyForm(request.POST or None, event=event)
    if request.method == "POST" and form.is_valid():
        copy = attempt(form, actions.copy_event, event, by=request.user, **form.cleaned_data)
        if copy:
            messages.success(request, _("Copied as a draft."))
            return redirect("events:edit_event", copy.slug)
    return render(request, "events/event_copy.html", {"form": form, "event": event})


@require_POST
def delete_draft(request: HttpRequest, slug: str) -> HttpResponse:
    event = _managed(request, slug)
    to = event if not event.is_draft else reverse("events:managed_event_list")
    return act(request, actions.delete_draft, event, by=request.user, done=_("The draft has been deleted."), to=to)


def programme_page(request: HttpRequest, slug: str) -> HttpResponse:
    """The parts of the day, with a form for one more."""
    event = _managed(request, slug)
    sessions = list(event.sessions.with_seats())
    after = sessions[-1].ends_at if sessions else event.starts_at
    initial = {"starts_at": after.astimezone(event.zone).replace(tzinfo=None)}
    form = SessionForm(request.POST or None, event=event, initial=initial)
    if request.method == "POST" and form.is_valid():
        if attempt(form, actions.add_session, event, by=request.user, **form.cleaned_data):
            messages.success(request, _("Added to the programme."))
            return redirect("events:programme_page", event.slug)
    return render(request, "events/programme_page.html", {"event": event, "sessions": sessions, "form": form})


def change_session(request: HttpRequest, pk: int) -> HttpResponse:
    session = _managed_session(request, pk)
    form = SessionForm(request.POST or None, instance=session, event=session.event)
    if request.method == "POST" and form.is_valid():
        if attempt(form, actions.change_session, session, by=request.user, **form.cleaned_data):
            messages.success(request, _("Saved."))
            return redirect("events:programme_page", session.event.slug)
    return render(request, "events/session_form.html", {"form": form, "session": session, "event": session.event})


@require_POST
def remove_session(request: HttpRequest, pk: int) -> HttpResponse:
    session = _managed_session(request, pk)
    to = reverse("events:programme_page", args=[session.event.slug])
    return act(request, actions.remove_session, session, by=request.user, done=_("Taken out of the programme."), to=to)


def _managed_session(request: HttpRequest, pk: int) -> Session:
    return find_own(Session.objects, pk, partial(permissions.can_edit_event, request.user))


def _managed(request: HttpRequest, slug: str) -> Event:
    event = find_event(request, slug)
    require(permissions.can_edit_event(request.user, event), COORDINATORS)
    return event
