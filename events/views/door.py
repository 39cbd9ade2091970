"""The reception desk: a list to tick off on a phone, and walk-ins."""

from functools import partial

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from core.errors import RuleBroken
from core.guards import require
from core.pages import act, attempt, page_of
from events import actions, permissions
from events.enums import Attendance
from events.forms import CheckInFilter, OrganisationFilter, ReceptionForm, WalkInForm
from events.forms.people import OrganisationField
from events.models import Event, Place, Reception, paper_settings_of
from events.statistics import attendance_at
from events.views.finding import find_event, find_own, find_place
from members.models import Organisation

DESK = gettext_lazy("Only the club’s coordinators and this event’s reception desk can do this.")


def check_in(request: HttpRequest, slug: str) -> HttpResponse:
    """The list of who is expected; the counters alone when they ask for themselves."""
    event = at_the_door(request, slug)
    if request.htmx.target == "counters":
        context = {"event": event, "figures": attendance_at(event)}
        return render(request, "events/_check_in_counters.html", context)
    return _check_in_page(request, event, WalkInForm(person=request.user, event=event))


def _check_in_page(request: HttpRequest, event: Event, walk_in_form: WalkInForm) -> HttpResponse:
    form = CheckInFilter(request.GET)
    places = event.places.active().for_list()
    if text := form.chosen("q"):
        places = places.matching(text)
    if form.chosen("show") == "open":
        places = places.filter(attendance=Attendance.UNKNOWN)
    context = {
        "event": event,
        "form": form,
        "page": page_of(request, places, 100),
        "figures": attendance_at(event),
        "walk_in_form": walk_in_form,
        "signs_on_screen": paper_settings_of(event).signs_on_screen,
        "is_its_day": event.is_its_day(timezone.now()),
        "can_edit": permissions.can_edit_event(request.user, event),
    }
    return render(request, "events/check_in.html", context)


@require_POST
def set_attendance(request: HttpRequest, pk: int) -> HttpResponse:
    place = find_place(request, pk)
    require(permissions.can_check_in(request.user, place.event), DESK)
    attendance = request.POST.get("attendance")
    if attendance not in Attendance.values:
        return HttpResponse(status=400)
    return _tick(request, place, actions.set_attendance, attendance=attendance)


@require_POST
def admit_waiting(request: HttpRequest, pk: int) -> HttpResponse:
    place = find_place(request, pk)
    require(permissions.can_check_in(request.user, place.event), DESK)
    return _tick(request, place, actions.admit_waiting)


def _tick(request: HttpRequest, place: Place, action, **kwargs) -> HttpResponse:
    """One press at the door: the person's line and the counters anew, or (without script) the page at that line."""
    problem = ""
    try:
        place = action(place, by=request.user, **kwargs)
    except RuleBroken as broken:
        problem = str(broken.message)
    if request.htmx:
        context = {
            "place": place,
            "event": place.event,
            "problem": problem,
            "figures": attendance_at(place.event),
            "is_its_day": True,
            "is_update": True,
        }
        return render(request, "events/_check_in_update.html", context)
    if problem:
        messages.error(request, problem)
    query = {name: request.POST[name] for name in ("q", "show", "page") if request.POST.get(name)}
    address = reverse("events:check_in", args=[place.event.slug])
    return redirect(f"{address}?{urlencode(query)}#place-{place.pk}" if query else f"{address}#place-{place.pk}")


def add_walk_in(request: HttpRequest, slug: str) -> HttpResponse:
    event = at_the_door(request, slug)
    if request.method != "POST":  # a search on the page that showed the form with its errors
        return redirect(f"{reverse('events:check_in', args=[event.slug])}?{request.GET.urlencode()}")
    form = WalkInForm(request.POST, person=request.user, event=event)
    if form.is_valid():
        organisation, attendee = form.cleaned_data["organisation"], form.attendee()
        place = attempt(form, actions.add_walk_in, event, organisation=organisation, attendee=attendee, by=request.user)
        if place:
            messages.success(request, _("Welcome to %(person)s: noted as present.") % {"person": place.full_name})
            return redirect("events:check_in", event.slug)
    return _check_in_page(request, event, form)


def organisation_suggestions(request: HttpRequest, slug: str) -> HttpResponse:
    """The options of the walk-in form's organisation field, while one types (htmx)."""
    event = at_the_door(request, slug)
    form = OrganisationFilter({"q": request.GET.get("organisation", "")})
    text = form.cleaned_data["q"] if form.is_valid() else ""
    found = (
        Organisation.objects.visible_to(request.user).matching(text).order_by("sort_name", "pk")[:10] if text else []
    )
    context = {"event": event, "suggestions": [OrganisationField.suggestion(organisation) for organisation in found]}
    return render(request, "events/_organisation_suggestions.html", context)


def reception_page(request: HttpRequest, slug: str) -> HttpResponse:
    """Who stands at the reception desk, beside the coordinators."""
    event = find_event(request, slug)
    require(permissions.can_edit_event(request.user, event), DESK)
    form = ReceptionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        actions.add_reception(event, person=form.cleaned_data["email"], by=request.user)
        messages.success(request, _("Added: this person can now open the check-in page."))
        return redirect("events:reception_page", event.slug)
    receptions = event.receptions.select_related("person").order_by("person__last_name", "pk")
    return render(request, "events/reception_page.html", {"event": event, "form": form, "receptions": receptions})


@require_POST
def remove_reception(request: HttpRequest, pk: int) -> HttpResponse:
    reception = find_own(Reception.objects, pk, partial(permissions.can_edit_event, request.user))
    to = reverse("events:reception_page", args=[reception.event.slug])
    return act(request, actions.remove_reception, reception, by=request.user, done=_("Taken off the desk."), to=to)


def at_the_door(request: HttpRequest, slug: str) -> Event:
    """The event whose door may be kept by who asks; else 404 or 403."""
    event = find_event(request, slug)
    require(permissions.can_check_in(request.user, event), DESK)
    return event
