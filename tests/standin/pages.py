"""What the two pages share: their frame, amounts and dates as they are written in France."""

import time
from html import escape

NOTICE = "<strong>Démonstration</strong> – aucun argent ne circule, ceci n’est pas Stripe"
MONTHS = (
    "janvier", "février", "mars", "avril", "mai", "juin",
    "juillet", "août", "septembre", "octobre", "novembre", "décembre",
)  # fmt: skip


def framed(title: str, main: str) -> str:
    """A whole page; `title` is text, `main` is HTML."""
    return f"""<!doctype html>
<html lang="fr">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{escape(title)} – démonstration</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/style.css">
</head>
<body>
<header><p class="notice">{NOTICE}</p></header>
<main>
{main}
</main>
</body>
</html>
"""


def money(cents: int, currency: str) -> str:
    """1 234,50 €, with spaces that do not break."""
    whole = f"{cents // 100:,}".replace(",", "&#8239;")
    sign = "€" if currency == "eur" else escape(currency.upper())
    return f"{whole},{cents % 100:02}&nbsp;{sign}"


def moment(seconds: float) -> str:
    """25 novembre 2026 à 14:05"""
    then = time.localtime(seconds)
    day = "1er" if then.tm_mday == 1 else str(then.tm_mday)
    return f"{day}&nbsp;{MONTHS[then.tm_mon - 1]} {then.tm_year} à {then.tm_hour}:{then.tm_min:02}"


def days(number: float) -> str:
    return f"{number:g}&nbsp;jour{'s' if number >= 2 else ''}"


def unknown_page() -> str:
    return framed("Page inconnue", "<h1>Page inconnue</h1>\n<p>Il n’y a rien à cette adresse.</p>")
