"""Who comes to which session: one's own choice, and the coordinators' list of each."""

from functools import partial

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from core.guards import require
from core.pages import act, attempt, page_of
from core.spreadsheets import table_response
from events import actions, permissions
from events.forms import ChooseSessionsForm, SignUpFilter
from events.models import Place, Session, SessionSeat
from events.views.finding import find_own, find_place
from events.views.registrations import NOT_YOURS, place_list


def choose_sessions(request: HttpRequest, pk: int) -> HttpResponse:
    """The sessions that one signs up for, slot by slot, for the person of one place."""
    place = find_place(request, pk)
    require(permissions.can_choose_sessions(request.user, place), NOT_YOURS)
    event, now = place.event, timezone.now()
    own = set(SessionSeat.objects.taken().of(place).values_list("session_id", flat=True))
    form = ChooseSessionsForm(request.POST or None, event=event, initial={"sessions": sorted(own)})
    if request.method == "POST":
        form = ChooseSessionsForm(request.POST, event=event)
        if form.is_valid() and attempt(
            form, actions.choose_sessions, place, sessions=form.cleaned_data["sessions"], by=request.user
        ):
            messages.success(request, _("Saved."))
            return redirect(place_list(request, place))
    can_change_begun = permissions.can_edit_event(request.user, event)
    sessions = list(event.sessions.with_sign_up().with_seats())
    for session in sessions:
        session.is_own = session.pk in own
        session.is_closed = session.has_begun(now) and not can_change_begun
    context = {
        "event": event, "place": place, "form": form, "sessions": sessions, "chosen_ids": form.chosen_ids(),
        "is_over": event.is_over(now), "back": place_list(request, place),
    }  # fmt: skip
    return render(request, "events/session_choose.html", context)


def session_seat_list(request: HttpRequest, pk: int) -> HttpResponse:
    """Who signed up for a session; and whom one could sign up, by name."""
    session = _managed(request, pk)
    event = session.event
    form = SignUpFilter(request.GET)
    text = form.chosen("q") or ""
    others = event.places.seated().named().exclude(session_seats__in=session.seats.taken())
    context = {
        "event": event,
        "session": session,
        "page": page_of(request, session.seats.taken().for_list(), 50),
        "form": form,
        "text": text,
        "found": others.matching(text).for_list()[:20] if text else [],
        "is_over": event.is_over(timezone.now()),
    }
    return render(request, "events/session_seat_list.html", context)


def session_seat_export(request: HttpRequest, pk: int, form: str) -> HttpResponseBase:
    """The list as `csv` or `xlsx`."""
    session = _managed(request, pk)
    if form not in ("csv", "xlsx"):
        raise Http404
    header = [
        _("Last name"), _("First name"), _("E-mail"), _("Job title"), _("Organisation"), _("Audience"), _("Attendance"),
        _("Signed up"),
    ]  # fmt: skip
    seats = session.seats.taken().for_list().iterator(chunk_size=1000)
    return table_response(form, f"{session.event.slug}-{session.pk}", header, map(_row, seats))


def _row(seat: SessionSeat) -> list:
    place = seat.place
    return [
        place.last_name, place.first_name, place.email, place.job_title, str(place.registration.organisation),
        place.get_audience_display(), place.get_attendance_display(), seat.taken_at,
    ]  # fmt: skip


@require_POST
def take_session_seat(request: HttpRequest, pk: int) -> HttpResponse:
    """The coordination signs somebody up."""
    session = _managed(request, pk)
    wanted = request.POST.get("place", "")
    place_pk = int(wanted) if wanted.isascii() and wanted.isdigit() and len(wanted) < 12 else 0
    place = get_object_or_404(Place.objects.visible_to(request.user), pk=place_pk, event=session.event_id)
    to = reverse("events:session_seat_list", args=[session.pk])
    done = _("Signed up.")
    return act(request, actions.take_session_seat, session, place=place, by=request.user, done=done, to=to)


@require_POST
def give_back_session_seat(request: HttpRequest, pk: int) -> HttpResponse:
    """The coordination takes somebody off a session's list."""
    seats = SessionSeat.objects.visible_to(request.user).select_related("session__event__club", "place")
    seat = get_object_or_404(seats, pk=pk)
    to = reverse("events:session_seat_list", args=[seat.session_id])
    return act(request, actions.give_back_session_seat, seat, by=request.user, done=_("Taken off the list."), to=to)


def _managed(request: HttpRequest, pk: int) -> Session:
    return find_own(Session.objects.with_seats(), pk, partial(permissions.can_edit_event, request.user))
