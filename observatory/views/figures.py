from dataclasses import dataclass
from decimal import Decimal
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from core.guards import require
from core.pages import page_of
from core.spreadsheets import table_response
from events.models import Event
from events.statistics import attendance_by_event, places_held
from introductions.models import Introduction
from members.scope import Scope, scope_of
from observatory.charts import CHARTS, svg_of, written
from observatory.enums import Group, Rows, Unit
from observatory.forms import ScopeForm
from observatory.permissions import can_open_list
from observatory.statistics import SPEC_BY_CODE, Figure, figures_of

LIST_SIZE = 50
MINUS = "\u2212"


@dataclass(frozen=True)
class Tile:
    """A figure as it is shown: written values, its list if it may be opened, the change against the year before."""

    figure: Figure
    value: str
    previous: str | None
    change: str
    trend: str
    url: str


def _scope(request: HttpRequest, now) -> Scope:
    """The scope of the query string; at first sight the current year."""
    values = request.GET.copy()
    if "year" not in values:
        values["year"] = str(timezone.localdate(now).year)
    if "club" not in values and request.session.get("club"):
        values["club"] = request.session["club"]
    return scope_of(values)


def _parameters(scope: Scope) -> str:
    """The query string of a scope; an empty year says « all years »."""
    return urlencode({"year": "", **scope.parameters()})


@login_not_required
def observatory(request: HttpRequest) -> HttpResponse:
    """The figures of a scope beside those of the year before, charts, and the same as a table."""
    now = timezone.now()
    scope = _scope(request, now)
    tiles = [_tile(request.user, figure, scope) for figure in figures_of(scope, now)]
    context = {
        "form": ScopeForm({"year": "", **scope.parameters()}, now=now),
        "scope": scope,
        "parameters": _parameters(scope),
        "year_before": scope.year - 1 if scope.year else None,
        "previous_label": _("in %(year)s") % {"year": scope.year - 1} if scope.year else "",
        "groups": [(group.label, [t for t in tiles if t.figure.spec.group == group]) for group in Group],
        "tiles": tiles,
        "charts": [make(scope, now) for make in CHARTS.values()],
    }
    return render(request, "observatory/observatory.html", context)


def _tile(person, figure: Figure, scope: Scope) -> Tile:
    spec = figure.spec
    change, trend = _change(figure)
    may_open = can_open_list(person, scope, is_public=spec.is_public)
    return Tile(
        figure=figure,
        value=written(figure.value, spec.unit),
        previous=written(figure.previous, spec.unit) if scope.year else None,
        change=change,
        trend=trend,
        url=f"{reverse('observatory:figure_list', args=[spec.code])}?{_parameters(scope)}" if may_open else "",
    )


def _change(figure: Figure) -> tuple[str, str]:
    """« +15 % » and which way; points for a share; nothing without something to compare with."""
    if figure.value is None or not figure.previous:
        return "", ""
    difference = figure.value - figure.previous
    trend = "up" if difference > 0 else "down" if difference < 0 else "same"
    if figure.spec.unit == Unit.SHARE:
        return (_("%(n)+d points") % {"n": round(difference * 100)}).replace("-", MINUS), trend
    return f"{round(difference / figure.previous * 100):+d}\u00a0%".replace("-", MINUS), trend


@login_not_required
def data(request: HttpRequest) -> HttpResponse:
    """The figures of a scope as open data: one row a figure, plain numbers."""
    now = timezone.now()
    scope = _scope(request, now)
    header = ["code", _("Figure"), _("Unit"), _("Year"), _("Value"), _("The year before"), _("Objective")]
    rows = (
        [f.spec.code, f.spec.label, f.spec.unit, scope.year, _plain(f.value), _plain(f.previous), f.objective]
        for f in figures_of(scope, now)
    )
    return table_response("csv", "observatory", header, rows)


def _plain(value):
    """A number with as many places on every database."""
    if isinstance(value, Decimal):
        return value.quantize(Decimal("0.01"))
    return round(value, 4) if isinstance(value, float) else value


@login_not_required
def chart(request: HttpRequest, code: str) -> HttpResponse:
    if code not in CHARTS:
        raise Http404
    now = timezone.now()
    return HttpResponse(svg_of(CHARTS[code](_scope(request, now), now)), content_type="image/svg+xml")


@login_not_required
def figure_list(request: HttpRequest, code: str) -> HttpResponse:
    """The list of what a figure counts, for those who may see it."""
    if code not in SPEC_BY_CODE:
        raise Http404
    now, spec = timezone.now(), SPEC_BY_CODE[code]
    scope = _scope(request, now)
    may_open = can_open_list(request.user, scope, is_public=spec.is_public)
    if not may_open and not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    require(may_open, _("This list is open to the club’s coordination and funders."))
    page = page_of(request, _listed(spec.counted(scope, now), spec.rows), LIST_SIZE)
    context = {"spec": spec, "scope": scope, "parameters": _parameters(scope), "page": page, "rows": spec.rows}
    if spec.rows == Rows.EVENTS:
        attendance = attendance_by_event(places_held(scope, now).filter(event__in=[e.pk for e in page]))
        context["events"] = [(event, attendance.get(event.pk)) for event in page]
        seen = Event.objects.visible_to(request.user, timezone.localdate(now)).filter(pk__in=[e.pk for e in page])
        context["visible"] = set(seen.values_list("pk", flat=True))
    if request.user.is_authenticated and spec.rows in (Rows.INTRODUCTIONS, Rows.CONTRACTS):
        ids = [getattr(row, "introduction_id", row.pk) for row in page]
        context["visible"] = set(
            Introduction.objects.visible_to(request.user).filter(pk__in=ids).values_list("pk", flat=True)
        )
    return render(request, "observatory/figure_list.html", context)


def _listed(queryset, rows: str):
    if rows == Rows.ORGANISATIONS:
        return queryset.select_related("commune__department").order_by("sort_name", "pk")
    if rows == Rows.EVENTS:
        return queryset.select_related("club").order_by("-starts_at", "pk").distinct()
    if rows == Rows.INTRODUCTIONS:
        return queryset.for_list().with_stage().order_by("-asked_at", "-pk")
    return queryset.for_list()
