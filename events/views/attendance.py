"""Who came, by organisation: at one event, and over the club's last twelve months."""

from dataclasses import dataclass
from datetime import timedelta

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from core.guards import require
from core.pages import page_of
from core.spreadsheets import table_response
from events import permissions
from events.models import Event, Place
from events.statistics import AttendanceFigures, attendance_by_organisation, attendance_of
from events.views.coordination import COORDINATORS
from events.views.finding import find_event
from members.models import Organisation

YEAR = timedelta(days=365)
PAGE_SIZE = 50
SORTS = {
    "name": lambda row: (row.organisation.sort_name, row.organisation.pk),
    "registered": lambda row: (-row.figures.registered, row.organisation.sort_name),
    "present": lambda row: (-row.figures.present, row.organisation.sort_name),
    "no_show": lambda row: (-(row.figures.no_show or 0), -row.figures.absent, row.organisation.sort_name),
}


@dataclass(frozen=True)
class Row:
    organisation: Organisation
    figures: AttendanceFigures


def attendance_page(request: HttpRequest, slug: str) -> HttpResponse:
    event, now = _managed(request, slug), timezone.now()
    places, over, sort = _chosen(request, event, now)
    context = {
        "event": event,
        "over": over,
        "sort": sort,
        "sorts": list(SORTS),
        "figures": attendance_of(places),
        "page": page_of(request, _rows(places, sort), PAGE_SIZE),
    }
    return render(request, "events/attendance_page.html", context)


def attendance_export(request: HttpRequest, slug: str, form: str) -> HttpResponseBase:
    """The same as `csv` or `xlsx`."""
    event = _managed(request, slug)
    if form not in ("csv", "xlsx"):
        raise Http404
    places, over, sort = _chosen(request, event, timezone.now())
    header = [
        _("Organisation"), _("SIRET"), _("Kind"), pgettext("people", "Registered"),
        pgettext("people", "Present"), pgettext("people", "Excused"), pgettext("people", "Absent"),
        _("Not noted"), _("Walk-ins"), _("No-show rate, %"),
    ]  # fmt: skip
    name = f"{event.slug}-{_('attendance')}" if over == "event" else f"{event.club.slug}-{_('attendance')}"
    return table_response(form, name, header, map(_cells, _rows(places, sort)))


def _chosen(request: HttpRequest, event: Event, now):
    """The places that count, over what, and by what they are sorted."""
    over = "year" if request.GET.get("over") == "year" else "event"
    sort = request.GET.get("sort", "")
    sort = sort if sort in SORTS else "no_show" if over == "year" else "name"
    if over == "event":
        return event.places.all(), over, sort
    events = Event.objects.held(now).filter(club=event.club_id, ends_at__gte=now - YEAR)
    return Place.objects.filter(event__in=events), over, sort


def _rows(places, sort: str) -> list[Row]:
    """One line an organisation, sorted (two queries)."""
    figures = attendance_by_organisation(places)
    organisations = Organisation.objects.in_bulk(figures)
    return sorted((Row(organisations[pk], one) for pk, one in figures.items()), key=SORTS[sort])


def _cells(row: Row) -> list:
    one, figures = row.organisation, row.figures
    rate = None if figures.no_show is None else round(figures.no_show * 100, 1)
    return [
        one, one.siret, one.get_kind_display(), figures.registered, figures.present, figures.excused, figures.absent,
        figures.unknown, figures.walk_ins, rate,
    ]  # fmt: skip


def _managed(request: HttpRequest, slug: str) -> Event:
    event = find_event(request, slug)
    require(permissions.can_edit_event(request.user, event), COORDINATORS)
    return event
