"""Registrations that wait for the coordination's yes."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from core.guards import require
from core.pages import act, attempt
from events import actions, permissions
from events.forms import RefuseForm
from events.models import Place, Registration, seats_of
from events.views.finding import find_event
from events.views.pages import audience_seats


def request_list(request: HttpRequest, slug: str) -> HttpResponse:
    """Who asks to come, in the order in which they asked, beside the seats that are left."""
    event = find_event(request, slug)
    require(permissions.can_edit_event(request.user, event))
    groups: dict[int, list[Place]] = {}
    for place in event.places.requested().select_related("registration__organisation"):
        groups.setdefault(place.registration_id, []).append(place)
    seats = seats_of(event)
    context = {"event": event, "groups": list(groups.values()), "seats": seats, "audiences": audience_seats(seats)}
    return render(request, "events/request_list.html", context)


@require_POST
def approve_request(request: HttpRequest, pk: int) -> HttpResponse:
    registration = _asked(request, pk)
    to = reverse("events:request_list", args=[registration.event.slug])
    return act(
        request,
        actions.approve_request,
        registration,
        by=request.user,
        done=_("Approved: they receive a letter."),
        to=to,
    )


def refuse_request(request: HttpRequest, pk: int) -> HttpResponse:
    """Asks for the reason, then the act."""
    registration = _asked(request, pk)
    form = RefuseForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if attempt(form, actions.refuse_request, registration, by=request.user, reason=form.cleaned_data["reason"]):
            messages.success(request, _("Refused: they receive a letter."))
            return redirect("events:request_list", registration.event.slug)
    context = {"form": form, "event": registration.event, "organisation": registration.organisation}
    return render(request, "events/request_refuse.html", context)


def _asked(request: HttpRequest, pk: int) -> Registration:
    registrations = Registration.objects.visible_to(request.user).select_related("event__club", "organisation", "by")
    registration = get_object_or_404(registrations, pk=pk)
    require(permissions.can_edit_event(request.user, registration.event))
    return registration
