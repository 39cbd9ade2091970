"""Badges: on sheets of A4 to cut, or on the labels of a label printer."""

from collections.abc import Sequence
from pathlib import Path

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from core.pdf import render_pdf
from core.text import folded
from events.documents.pictures import bytes_of, qr_svg
from events.enums import BadgeSize
from events.models import Event, Place
from events.tickets import ticket_code
from members.enums import Audience, OrganisationKind

TEMPLATE = Path(__file__).with_name("badges.typ")
# Millimetres: page, badges side by side and below each other, one badge, the white around its text.
LAYOUTS = {
    BadgeSize.CARD: {"page": (210, 297), "grid": (2, 5), "badge": (85, 55), "inset": 4},
    BadgeSize.LARGE: {"page": (210, 297), "grid": (2, 4), "badge": (105, 74), "inset": 8},
    BadgeSize.LABEL: {"page": (100, 62), "grid": (1, 1), "badge": (100, 62), "inset": 4},
}
# White letters can be read on each (WCAG 2.2, AA), and all three differ in grey too; the word stands beside the colour.
COLOURS = {Audience.BUYERS: "#1d4e89", Audience.STRUCTURES: "#0b6b4f", Audience.PARTNERS: "#8a3b12"}
BLANK_COLOUR = "#4a4a4a"


def by_name(places: Sequence[Place]) -> list[Place]:
    """In the order of a list on paper: by last name whatever the accents, seats without a name at the end."""
    return sorted(places, key=lambda p: (not p.is_named, folded(p.last_name), folded(p.first_name), p.pk))


def badges_pdf(event: Event, places: Sequence[Place], *, size: str, with_code: bool, blanks: int = 0) -> bytes:
    """A badge for each of `places` (with their organisation at hand), by name, then `blanks` empty ones.

    A seat without a name has a line to write on. Languages: the one that is active.
    """
    logo = bytes_of(event.club.logo)
    data = {
        "document_title": _("Badges – %(event)s") % {"event": event.title},
        "club": event.club.name,
        "event": event.title,
        "logo": logo,
        "code_words": _("QR code of the ticket"),
        "layout": LAYOUTS[BadgeSize(size)],
        "badges": [_badge(place, with_code=with_code) for place in by_name(places)] + [_blank()] * blanks,
    }
    return render_pdf(TEMPLATE, data, made_on=event.day, language=get_language() or "fr", is_accessible=True)


def _badge(place: Place, *, with_code: bool) -> dict:
    organisation, audience = place.registration.organisation, Audience(place.audience)
    return {
        "name": place.full_name if place.is_named else "",
        "organisation": str(organisation),
        "kind": str(OrganisationKind(organisation.kind).label),
        "audience": str(audience.label),
        "colour": COLOURS[audience],
        "qr": qr_svg(ticket_code(place)) if with_code and place.is_named and place.is_confirmed else "",
    }


def _blank() -> dict:
    return {
        "name": "", "organisation": "", "kind": "", "audience": _("Visitor"), "colour": BLANK_COLOUR, "qr": "",
    }  # fmt: skip
