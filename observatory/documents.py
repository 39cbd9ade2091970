"""The report of an event to print or to send to a funder."""

from pathlib import Path

from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from core.pdf import render_pdf
from observatory.event_reports import EventReport, Table

TEMPLATE = Path(__file__).with_name("event_report.typ")


def event_report_file(report: EventReport, *, language: str) -> bytes:
    """The report as PDF; the same report on the same day gives the same bytes."""
    day = timezone.localdate(report.made_at)
    with translation.override(language):
        page = page_of(report)
    return render_pdf(TEMPLATE, page, made_on=day, language=language)


def page_of(report: EventReport) -> dict:
    """Every word of the document, in the language that is active."""
    event, day = report.event, timezone.localdate(report.made_at)
    return {
        "title": event.title,
        "kind": _("Report of an event"),
        "club": str(event.club),
        "colour": event.club.colour,
        "facts": [list(fact) for fact in report.facts],
        "headline": [list(line) for line in report.headline],
        "tables": [_table(table) for table in report.tables],
        "foot": _("%(club)s – as things stood on %(day)s") % {"club": event.club, "day": date_format(day)},
        "page": _("Page"),
    }


def _table(table: Table) -> dict:
    chart = table.chart
    return {
        "title": table.title,
        "note": table.note,
        "header": [[column.label, column.unit is not None, column.width] for column in table.columns],
        "rows": [[text for text, _column in row] for row in table.cells],
        "has_total": table.has_total,
        "chart": None if chart is None else _bars(table),
    }


def _bars(table: Table) -> dict:
    """The bars of a chart: each series' name, and for each category (label, [(share of the longest, as written)])."""
    chart = table.chart
    longest = max(float(value) for _name, values in chart.series for value in values) or 1.0
    units = [table.columns[n] for n in table.drawn]
    lines = [
        [
            category,
            [
                [float(values[n]) / longest, column.written(values[n])]
                for column, (_name, values) in zip(units, chart.series, strict=True)
            ],
        ]
        for n, category in enumerate(chart.categories)
    ]
    return {"series": [name for name, _values in chart.series], "lines": lines}
