"""The ticket of a place: for its own people with their account, and for anybody who holds its code."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from core.guards import require
from events import permissions
from events.certificates import is_certified
from events.documents.pictures import qr_data_uri
from events.documents.tickets import tickets_pdf, why_no_ticket
from events.models import Place, Registration
from events.tickets import BadTicket, read_ticket, ticket_code
from events.views.files import pdf_response
from events.views.finding import find_place

OWN_PEOPLE = gettext_lazy("Only the organisation’s own people and the club’s coordinators see this ticket.")


def ticket_page(request: HttpRequest, pk: int) -> HttpResponse:
    place = _own_place(request, pk)
    return _ticket_page(
        request, place,
        file_url=reverse("events:ticket_file", args=[pk]),
        certificate_url=reverse("events:certificate_file", args=[pk]),
        shows_way_back=True,
    )  # fmt: skip


def ticket_file(request: HttpRequest, pk: int) -> HttpResponse:
    """The same as PDF; where there is no ticket, the page that says why."""
    place = _own_place(request, pk)
    return redirect("events:ticket_page", pk) if why_no_ticket(place) else _file([place])


def registration_tickets(request: HttpRequest, pk: int) -> HttpResponse:
    """All tickets of a registration in one PDF."""
    registration = get_object_or_404(Registration.objects.visible_to(request.user).select_related("event__club"), pk=pk)
    places = registration.places.active().select_related("registration__organisation").order_by("pk")
    places = [place for place in _at(registration.event, places) if not why_no_ticket(place)]
    if not places:
        messages.error(request, _("None of these places has a ticket yet."))
        return redirect("events:my_registrations")
    return _file(places)


@login_not_required
def open_ticket(request: HttpRequest, code: str) -> HttpResponse:
    """The ticket without an account: its own code is the key, until the place is passed on or given back."""
    place = find_ticket(code)
    if place is None:
        return _unindexed(render(request, "events/ticket_dead.html", status=404))
    return _unindexed(
        _ticket_page(
            request, place,
            file_url=reverse("events:open_ticket_file", args=[code]),
            certificate_url=reverse("events:open_certificate", args=[code]),
            shows_way_back=False,
        )
    )  # fmt: skip


@login_not_required
def open_ticket_file(request: HttpRequest, code: str) -> HttpResponse:
    place = find_ticket(code)
    if place is None:
        return _unindexed(render(request, "events/ticket_dead.html", status=404))
    if why_no_ticket(place):
        return redirect("events:open_ticket", code)
    return _unindexed(_file([place]))


def find_ticket(code: str) -> Place | None:
    """The active place that a true code opens; None when it was passed on or given back. Raises Http404 for a forged one."""
    try:
        ticket = read_ticket(code)
    except BadTicket as error:
        raise Http404 from error
    places = Place.objects.active().select_related("event__club", "registration__organisation", "person")
    return places.filter(pk=ticket.place_id, event=ticket.event_id, ticket_version=ticket.version).first()


def _own_place(request: HttpRequest, pk: int) -> Place:
    place = find_place(request, pk)
    require(permissions.can_see_ticket(request.user, place), OWN_PEOPLE)
    return place


def _ticket_page(request: HttpRequest, place: Place, *, file_url, certificate_url, shows_way_back) -> HttpResponse:
    reason = why_no_ticket(place)
    code = "" if reason else ticket_code(place)
    context = {
        "place": place,
        "event": place.event,
        "organisation": place.registration.organisation,
        "reason": reason,
        "code": code,
        "picture": qr_data_uri(code) if code else "",
        "file_url": file_url,
        "certificate_url": certificate_url if is_certified(place, timezone.now()) else "",
        "shows_way_back": shows_way_back,
    }
    response = render(request, "events/ticket_page.html", context)
    response["Cache-Control"] = "private, no-store"
    return response


def _file(places: list[Place]) -> HttpResponse:
    name = pgettext("file name", "ticket")
    return pdf_response(tickets_pdf(places), f"{name}-{places[0].event.slug}", is_download=True)


def _at(event, places) -> list[Place]:
    for place in places:
        place.event = event
    return list(places)


def _unindexed(response: HttpResponse) -> HttpResponse:
    """Whoever has the address has the ticket: no search engine may list it. (It is never sent to other sites as Referer.)"""
    response["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    return response
