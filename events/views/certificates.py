"""Certificates of attendance: one's own, those of an event, and the page where anybody checks one."""

from collections.abc import Sequence

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from core.guards import require
from events import permissions
from events.certificates import certificate_number, certified, is_certified, read_certificate
from events.documents.certificates import certificates_pdf
from events.forms import CertificateFilter
from events.halves import half_days_of
from events.models import Event, FunderLogo, Place, Signature, paper_settings_of
from events.views.files import pdf_response
from events.views.finding import find_event, find_place
from events.views.tickets import find_ticket

WHOSE = gettext_lazy("Only the person, the organisation’s managers and the club’s coordinators can do this.")


def certificate_file(request: HttpRequest, pk: int) -> HttpResponse:
    """The certificate of one person who was there."""
    place = find_place(request, pk)
    require(permissions.can_see_certificate(request.user, place), WHOSE)
    if not is_certified(place, timezone.now()):
        messages.error(request, _("Who was present is certified once the event is over."))
        return redirect("events:ticket_page", pk)
    return _file(place.event, [place])


@login_not_required
def open_certificate(request: HttpRequest, code: str) -> HttpResponse:
    """The same for whoever holds the ticket."""
    place = find_ticket(code)
    if place is None or not is_certified(place, timezone.now()):
        raise Http404
    response = _file(place.event, [place])
    response["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    return response


def event_certificates(request: HttpRequest, slug: str) -> HttpResponse:
    """All certificates of an event in one file, or those of one organisation (`?organisation=`)."""
    event = find_event(request, slug)
    require(permissions.can_edit_event(request.user, event))
    places = certified(event, timezone.now())
    form = CertificateFilter(request.GET, places=places)
    if organisation := form.chosen("organisation"):
        places = places.filter(registration__organisation=organisation)
    places = list(places)
    if not places:
        messages.error(request, _("Nobody’s attendance can be certified yet: who was present, once the event is over."))
        return redirect("events:papers_page", slug)
    return _file(event, places)


@login_not_required
def check_certificate(request: HttpRequest, code: str) -> HttpResponse:
    """Where the code of a certificate leads: is it true? Says no more of the person than their initials."""
    place = read_certificate(code)
    is_true = place is not None and is_certified(place, timezone.now())
    context = {"is_true": is_true}
    if is_true:
        event = place.event
        context |= {
            "event": event,
            "initials": f"{place.first_name[:1]}. {place.last_name[:1]}.".strip(". ") + ".",
            "number": certificate_number(place),
        }
    response = render(request, "events/certificate_check.html", context, status=200 if is_true else 404)
    response["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    return response


def _file(event: Event, places: Sequence[Place]) -> HttpResponse:
    content = certificates_pdf(
        event, places, half_days_of(event), settings=paper_settings_of(event),
        logos=FunderLogo.objects.shown_at(event), issued_on=timezone.localdate(),
        signatures=Signature.objects.filter(place__in=places).of_holders().defer("picture"),
    )  # fmt: skip
    name = pgettext("file name", "attendance-certificate")
    return pdf_response(content, f"{name}-{event.slug}", is_download=True)
