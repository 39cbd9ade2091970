"""Bars: every category and value is there to read, and nothing that runs."""

import pytest

from core.charts import bars
from core.templatetags.kit import percent, points


@pytest.mark.parametrize("is_sideways", [False, True])
def test_bars_bear_their_categories_and_values_and_no_script(is_sideways):
    series = [("Inscrits", [27, 3]), ("Présents", [21, 0])]
    drawn = bars(["Entreprises", "Structures"], series, write=lambda n: f"{n:.0f} p.", is_sideways=is_sideways).decode()
    assert drawn.lstrip().startswith("<?xml") and "<script" not in drawn
    for text in ("Entreprises", "Structures", "Inscrits", "Présents", "27 p.", "21 p.", "3 p.", "0 p."):
        assert text in drawn


def test_bars_of_typed_words_hold_no_markup():
    drawn = bars(["<script>alert(1)</script>"], [("<b>", [1])], write=str, is_sideways=True).decode()
    assert "<script" not in drawn and "<b>" not in drawn


@pytest.mark.parametrize("values", [[], [0, 0]])
def test_bars_of_nothing_are_a_picture_too(values):
    assert b"<svg" in bars(["a", "b"][: len(values)], [("n", values)], write=str, is_sideways=True)


@pytest.mark.parametrize(("share", "shown"), [(None, "–"), (0.784, "78\u00a0%"), (0.0, "0\u00a0%"), (1, "100\u00a0%")])
def test_shares_are_read_as_percentages(share, shown):
    assert percent(share) == shown


@pytest.mark.parametrize(("share", "shown"), [(None, "–"), (0.26, "+26"), (-0.034, "\u22123"), (0, "+0")])
def test_differences_of_shares_are_read_as_points(share, shown):
    assert points(share) == shown
