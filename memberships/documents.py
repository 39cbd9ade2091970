"""What a member may show others: the certificate of membership."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

from django.utils import formats, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from core.pdf import render_pdf

TEMPLATE = Path(__file__).with_name("certificate.typ")
READABLE = 4.5  # contrast of text to white paper (WCAG 2.2, AA)
NO_BREAK_SPACE = "\u00a0"


@dataclass(frozen=True, kw_only=True)
class Certificate:
    """A term, as it is certified. `signatory` is a club's coordination unless somebody else is named."""

    club: str
    organisation: str
    plan: str
    starts_on: date
    ends_on: date | None  # None: until resigned
    issued_on: date
    siret: str = ""
    city: str = ""
    colour: str = "#0b5d57"
    logo: bytes = b""
    signatory: str = ""
    fee: Decimal | None = None  # what was paid, if anything
    language: str = "fr"


def certificate_pdf(certificate: Certificate) -> bytes:
    """The certificate on one page of A5, in its own language; the same certificate gives the same bytes."""
    with translation.override(certificate.language):
        page = page_of(certificate)
    return render_pdf(TEMPLATE, page, made_on=certificate.issued_on, language=certificate.language, is_archival=True)


def page_of(certificate: Certificate) -> dict:
    """Every word of the page, in the language that is active."""
    title, club = _("Certificate of membership"), {"club": certificate.club}
    page = {
        "title": title,
        "document_title": f"{title} – {certificate.organisation}",
        "club": certificate.club,
        "band": certificate.colour,
        "accent": readable(certificate.colour),
        "opening": _("%(club)s certifies that") % club,
        "organisation": certificate.organisation,
        "identity": _identity(certificate),
        "statement": _statement(certificate),
        "fee": _fee(certificate),
        "purpose": _("Issued for whatever purpose it may serve."),
        "issued": _("Issued on %(date)s") % {"date": date_format(certificate.issued_on)},
        "signatory": certificate.signatory or _("The coordination of %(club)s") % club,
    }
    return {**page, "logo": certificate.logo} if certificate.logo else page


def _identity(certificate: Certificate) -> str:
    number = certificate.siret
    spaced = " ".join(part for part in (number[:3], number[3:6], number[6:9], number[9:]) if part)
    siret = f"SIRET {spaced}" if spaced else ""
    return " · ".join(text for text in (siret, certificate.city) if text)


def _statement(certificate: Certificate) -> str:
    values = {"plan": certificate.plan, "start": date_format(certificate.starts_on)}
    if certificate.ends_on is None:
        return _("has been a member since %(start)s, under the plan “%(plan)s”.") % values
    values["end"] = date_format(certificate.ends_on)
    if certificate.ends_on < certificate.issued_on:
        return _("was a member from %(start)s to %(end)s, under the plan “%(plan)s”.") % values
    return _("is a member from %(start)s to %(end)s, under the plan “%(plan)s”.") % values


def _fee(certificate: Certificate) -> str:
    if not certificate.fee:
        return ""
    amount = formats.number_format(certificate.fee, 2, use_l10n=True, force_grouping=True)
    return _("Membership fee paid: %(amount)s.") % {"amount": f"{amount}{NO_BREAK_SPACE}€"}


# --- Colour -----------------------------------------------------------------------------------------------------------


def readable(colour: str) -> str:
    """`colour` (#rrggbb), darkened as far as it takes to be read on white paper."""
    parts = [int(colour[i : i + 2], 16) for i in (1, 3, 5)]
    while contrast_to_white(parts) < READABLE:
        parts = [part * 19 // 20 for part in parts]
    return "#{:02x}{:02x}{:02x}".format(*parts)


def contrast_to_white(parts: list[int]) -> float:
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in (p / 255 for p in parts)]
    red, green, blue = linear
    return 1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05)
