"""Charts as SVG pictures. Each has the same numbers as a table beside it, so a chart is data first."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from core.charts import bars
from core.templatetags.kit import euros, number, points
from introductions.statistics import contracts_by_sector, contracts_by_year, introductions_by_stage
from members.scope import Scope
from observatory.enums import Unit
from observatory.statistics import active_members, members_counted, years_known

YEARS, SECTORS = 5, 8


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
    if unit == Unit.MARK:
        return number_format(round(value, 2), 2)
    if unit == Unit.POINTS:
        return points(value)
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
    return bars(
        chart.categories, chart.series, write=lambda value: written(value, chart.unit), is_sideways=chart.is_sideways
    )
