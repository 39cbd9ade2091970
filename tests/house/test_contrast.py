"""Colours that stand on each other differ enough, in the light and in the dark (WCAG 2.2 AA, computed)."""

import re

import pytest
from django.conf import settings

STYLESHEET = settings.BASE_DIR / "static" / "css" / "club.css"
TEXT, EDGE = 4.5, 3.0
THEMES = ("light", "dark")
TONES = ("neutral", "info", "good", "late", "bad")
GROUNDS = ("paper", "surface", "raised", "sunken")

PAIRS = [
    *[
        (ink, ground, TEXT)
        for ink in ("ink", "ink-soft", "link", "link-strong", "accent", "danger")
        for ground in GROUNDS
    ],
    *[(f"{tone}-ink", f"{tone}-soft", TEXT) for tone in TONES],
    *[("bad-ink", ground, TEXT) for ground in GROUNDS],  # what is wrong with a field
    *[("late-ink", ground, TEXT) for ground in GROUNDS],  # the mark of demo data
    ("on-primary", "primary", TEXT),
    ("on-primary", "primary-strong", TEXT),
    ("on-danger", "danger", TEXT),
    ("link", "primary-soft", TEXT),
    ("link-strong", "primary-soft", TEXT),
    ("ink", "primary-soft", TEXT),
    ("ink-soft", "primary-soft", TEXT),
    ("primary-strong", "primary-soft", TEXT),
    ("bad-ink", "bad-soft", TEXT),
    ("on-frame", "frame", TEXT),
    ("on-frame-soft", "frame", TEXT),
    # Edges of fields and buttons, bars, rings.
    *[("line-strong", ground, EDGE) for ground in GROUNDS],
    *[("focus", ground, EDGE) for ground in GROUNDS],
    *[("primary", ground, EDGE) for ground in GROUNDS],
    ("ochre", "frame", EDGE),
    ("bad-edge", "raised", EDGE),
    *[(f"{tone}-edge", "neutral-soft", EDGE) for tone in ("good", "bad")],
]


def colours() -> dict[str, tuple[str, str]]:
    found = re.findall(r"--([a-z-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\);", STYLESHEET.read_text())
    return {name: (light, dark) for name, light, dark in found}


def luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def test_contrast_is_computed_as_the_guidelines_say():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("theme", THEMES)
def test_colours_on_each_other_are_told_apart(theme):
    palette = {name: pair[THEMES.index(theme)] for name, pair in colours().items()}
    weak = [
        f"{over} on {under}: {contrast(palette[over], palette[under]):.2f}, wanted {wanted}"
        for over, under, wanted in PAIRS
        if contrast(palette[over], palette[under]) < wanted
    ]
    assert weak == []


def test_colours_are_named_once_and_used():
    """A colour written outside the palette would escape this test."""
    text = STYLESHEET.read_text()
    rules = text[text.index("/* --- Type ") :]
    allowed = {"#fff", "#999", "#1b2a2a", "#edb65c", "#f6f2e9", "#e0a13a", "#b8472f", "#0b5d57"}
    assert set(re.findall(r"(?<!%23)#[0-9a-f]{3,6}\b", rules)) <= allowed
    assert [name for name in colours() if f"var(--{name})" not in text] == []
