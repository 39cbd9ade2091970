"""Bars as an SVG picture, for a page to show through <img>. The same numbers always stand in a table beside it."""

import re
import sys
from collections.abc import Callable, Sequence
from functools import cache

from django.utils.translation import gettext as _

# Drawn on white paper in both themes: contrast of each colour to white is above 3:1.
STYLE = {
    "background": "#ffffff", "plot_background": "#ffffff", "foreground": "#1c2b2b", "foreground_strong": "#1c2b2b",
    "foreground_subtle": "#5b6b6b", "colors": ("#0b5d57", "#b8472f", "#8a5a00", "#2d4a8a"),
    "font_family": "system-ui, sans-serif", "label_font_size": 15, "major_label_font_size": 15, "value_font_size": 15,
    "legend_font_size": 15, "value_colors": ("#1c2b2b",) * 4, "opacity": "1",
}  # fmt: skip


def bars(
    categories: Sequence[str], series: Sequence[tuple[str, Sequence]], *, write: Callable, is_sideways: bool = False
) -> bytes:
    """Categories across, (name, one value a category) of each series; `write` says how a value is read. Without script."""
    pygal, style = _pygal()
    kind = pygal.HorizontalBar if is_sideways else pygal.Bar
    longest = max((float(value) for _name, values in series for value in values), default=0) or 1
    beside = {"show_x_labels": False, "range": (0, longest * 1.2)} if is_sideways else {}
    drawing = kind(
        style=style, js=(), show_legend=len(series) > 1, legend_at_bottom=True, print_values=True, width=720,
        height=80 + (18 + 26 * len(series)) * len(categories) if is_sideways else 380,
        explicit_size=True, show_y_guides=False, truncate_label=34, no_data_text=_("Nothing to show yet"),
        value_formatter=(lambda value: _after_its_bar(write(value))) if is_sideways else write,
        print_values_position="top", margin=12, **beside,
    )  # fmt: skip
    # A sideways chart is drawn from the bottom up: turn it, so that it reads like its table.
    order = slice(None, None, -1) if is_sideways else slice(None)
    drawing.x_labels = categories[order]
    for name, values in series:
        drawing.add(name, [float(value) for value in values][order])
    # Without the configuration of the tooltips that a picture does not have.
    return re.sub(rb"<script.*?</script>", b"", drawing.render(), flags=re.DOTALL)


def _after_its_bar(text: str) -> str:
    """A value is set around the end of its bar: spaces of its own width in front put it behind the end."""
    return "\u2007" * len(text) + text


@cache
def _pygal():
    """The drawing library and our style: a heavy module, only where something is drawn."""
    import pygal  # noqa: PLC0415
    from pygal.style import Style  # noqa: PLC0415

    # It leaves an import hook of the old kind behind, for plugins we have none of; every later import would meet it.
    sys.meta_path[:] = [finder for finder in sys.meta_path if not isinstance(finder, pygal.PluginImportFixer)]
    return pygal, Style(**STYLE)
