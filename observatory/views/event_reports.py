"""The report of one event: a page, a PDF, a workbook; for the club's coordination and its readers."""

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from core.guards import require
from core.spreadsheets import workbook_response
from events.models import Event
from observatory.charts import svg_of
from observatory.documents import event_report_file
from observatory.event_reports import EventReport, Table, report_of
from observatory.permissions import can_read_event_report


def event_report(request: HttpRequest, slug: str) -> HttpResponse:
    report = _report(request, slug)
    seen = Event.objects.visible_to(request.user, timezone.localdate()).filter(pk=report.event.pk)
    context = {"report": report, "event": report.event, "is_event_visible": seen.exists()}
    return render(request, "observatory/event_report.html", context)


def event_report_chart(request: HttpRequest, slug: str, code: str) -> HttpResponse:
    table = _report(request, slug).table(code)
    if table is None or table.chart is None:
        raise Http404
    return HttpResponse(svg_of(table.chart), content_type="image/svg+xml")


def event_report_pdf(request: HttpRequest, slug: str) -> HttpResponse:
    report = _report(request, slug)
    content = event_report_file(report, language=get_language() or "fr")
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = content_disposition_header(True, f"{report.event.slug}-{_('report')}.pdf")
    response["Cache-Control"] = "private, no-store"
    return response


def event_report_xlsx(request: HttpRequest, slug: str) -> HttpResponseBase:
    """A sheet a table, after one that says what it was; numbers stay numbers."""
    report = _report(request, slug)
    first = [[label, value, ""] for label, value in report.facts] + [list(line) for line in report.headline]
    sheets = [(_("Event"), [report.event.title, "", _("What it counts")], first)]
    sheets += [_sheet(table) for table in report.tables]
    return workbook_response(f"{report.event.slug}-{_('report')}", sheets)


def _sheet(table: Table) -> tuple:
    """What the table counts stands below it, so that the header stays on top."""
    rows = [[_plain(value) for value in row] for row in table.rows]
    return table.title, [column.label for column in table.columns], [*rows, [], [table.note]]


def _plain(value):
    return round(value, 4) if isinstance(value, float) else value


def _report(request: HttpRequest, slug: str) -> EventReport:
    """404 for a draft and for an event that one may neither see nor read the figures of; 403 for one that one only sees."""
    event = Event.objects.published().select_related("club").filter(slug=slug).first()
    if event is None:
        raise Http404
    if not can_read_event_report(request.user, event.club_id):
        if not Event.objects.visible_to(request.user, timezone.localdate()).filter(pk=event.pk).exists():
            raise Http404
        require(False, _("The report is open to the club’s coordination and funders."))
    return report_of(event, timezone.now())
