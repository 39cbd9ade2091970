"""Charts as SVG pictures. Each has the same numbers as a table beside it, so a chart is data first."""

import re
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

import pygal
from django.utils.translation import gettext as _
from pygal.style import Style

from core.templatetags.kit import euros, number
from introductions.statistics import contracts_by_sector, contracts_by_year, introductions_by_stage
from members.scope import Scope
from observatory.enums import Unit
from observatory.statistics import active_members, members_counted, years_known

# pygal leaves an import hook of the old kind behind, for plugins we have none of; every later import would meet it.
sys.meta_path[:] = [finder for finder in sys.meta_path if not isinstance(finder, pygal.PluginImportFixer)]

YEARS, SECTORS = 5, 8
# Drawn on white paper in both themes: contrast of each colour to white is above 3:1.
STYLE = Style(
    background="#ffffff", plot_background="#ffffff", foreground="#1c2b2b", foreground_strong="#1c2b2b",
    foreground_subtle="#5b6b6b", colors=("#0b5d57", "#b8472f", "#8a5a00", "#2d4a8a"), font_family="system-ui, sans-serif",
    label_font_size=15, major_label_font_size=15, value_font_size=15, legend_font_size=15, value_colors=("#1c2b2b",) * 4,
    opacity="1",
)  # fmt: skip


@dataclass(frozen=True)
class Chart:
    """Categories across, one list of values per series. `unit` says how values are written."""

    code: str
    title: str
    heading: str  # of the first column of the table
    categories: list[str]
    series: list[tuple[str, list]]
    unit: Unit = Unit.COUNT
    is_sideways: bool = False

    @property
    def rows(self) -> list[tuple[str, list[str]]]:
        """The table: one row a category, values as they are written."""
        return [
            (category, [written(values[i], self.unit) for _name, values in self.series])
            for i, category in enumerate(self.categories)
        ]

    @property
    def is_empty(self) -> bool:
        return not any(value for _name, values in self.series for value in values)


def written(value, unit: str) -> str:
    """A value with its unit, as it is read."""
    if value is None:
        return "–"
    if unit == Unit.SHARE:
        return f"{number(round(value * 100))}\u00a0%"
    if unit == Unit.EUROS:
        return euros(value)
    return f"{number(value)}\u00a0h" if unit == Unit.HOURS else number(value)


def members_by_year(scope: Scope, now: datetime) -> Chart:
    years = sorted(years_known(now)[:YEARS])
    scopes = [replace(scope, year=year) for year in years]
    return Chart(
        "members", _("Members and active members, by year"), _("Year"), [str(year) for year in years],
        [
            (_("Members"), [members_counted(s, now).count() for s in scopes]),
            (_("Active members"), [active_members(s, now).count() for s in scopes]),
        ],
    )  # fmt: skip


def introductions_stages(scope: Scope, now: datetime) -> Chart:
    shares = introductions_by_stage(scope)
    return Chart(
        "introductions", _("Introductions, by stage"), _("Stage"), [share.label.capitalize() for share in shares],
        [(_("Introductions"), [share.count for share in shares])], is_sideways=True,
    )  # fmt: skip


def amounts_by_year(scope: Scope, now: datetime) -> Chart:
    shares = contracts_by_year(replace(scope, year=None))[-YEARS:]
    return Chart(
        "amounts", _("Amount of confirmed contracts, by year they start"), _("Year"), [share.label for share in shares],
        [(_("Amount excl. tax"), [share.figures.amount for share in shares])], unit=Unit.EUROS,
    )  # fmt: skip


def contracts_sectors(scope: Scope, now: datetime) -> Chart:
    shares = contracts_by_sector(scope)[:SECTORS]
    return Chart(
        "sectors", _("Confirmed contracts, by sector"), _("Sector"), [share.label or _("Not said") for share in shares],
        [(_("Contracts"), [share.figures.count for share in shares])], is_sideways=True,
    )  # fmt: skip


CHARTS: dict[str, Callable[[Scope, datetime], Chart]] = {
    "members": members_by_year,
    "introductions": introductions_stages,
    "amounts": amounts_by_year,
    "sectors": contracts_sectors,
}


def svg_of(chart: Chart) -> bytes:
    """The chart as an SVG document without script."""
    kind = pygal.HorizontalBar if chart.is_sideways else pygal.Bar
    drawing = kind(
        style=STYLE, js=(), show_legend=len(chart.series) > 1, legend_at_bottom=True, print_values=True, width=720,
        height=120 + 42 * len(chart.categories) if chart.is_sideways else 380, explicit_size=True, show_y_guides=False,
        value_formatter=lambda value: written(value, chart.unit), truncate_label=34, no_data_text=_("Nothing to show yet"),
        print_values_position="top", margin=12,
    )  # fmt: skip
    # A sideways chart is drawn from the bottom up: turn it, so that it reads like its table.
    order = slice(None, None, -1) if chart.is_sideways else slice(None)
    drawing.x_labels = chart.categories[order]
    for name, values in chart.series:
        drawing.add(name, [float(value) for value in values][order])
    # Without the configuration of the tooltips that a picture does not have.
    return re.sub(rb"<script.*?</script>", b"", drawing.render(), flags=re.DOTALL)
