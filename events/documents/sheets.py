"""The attendance sheet (feuille d’émargement): one part per half-day, with boxes to sign or what was signed on screen."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from core.pdf import render_pdf
from events.documents.badges import by_name
from events.documents.pictures import bytes_of
from events.halves import HalfDay
from events.models import Event, FunderLogo, PaperSettings, Place, Signature
from memberships.documents import readable

TEMPLATE = Path(__file__).with_name("sheet.typ")
BLANK_ROWS = 8  # for walk-ins


@dataclass(frozen=True)
class Funding:
    """What the funders ask to see: a line of words and their logos."""

    mention: str
    logos: Sequence[FunderLogo]

    def as_data(self) -> dict:
        pictures = [{"name": logo.name, "picture": bytes_of(logo.picture)} for logo in self.logos]
        return {"mention": self.mention, "logos": [one for one in pictures if one["picture"]]}


def sheet_pdf(
    event: Event, places: Sequence[Place], halves: Sequence[HalfDay], *, settings: PaperSettings,
    logos: Sequence[FunderLogo], signatures: Iterable[Signature] = (),
) -> bytes:  # fmt: skip
    """A part with a row for each of `places` (with their organisation at hand) for each of `halves`; every part begins a
    page. In the language that is active."""
    rows, signed = by_name(places), {(one.place_id, one.day, one.half): one for one in signatures}
    title = _("Attendance sheet")
    data = {
        "title": title,
        "document_title": f"{title} – {event.title}",
        "event": event.title,
        "club": event.club.name,
        "accent": readable(event.club.colour),
        "logo": bytes_of(event.club.logo),
        "funding": Funding(settings.mention, logos).as_data(),
        "page": _("Page {page} of {pages}"),
        "columns": [_("Last name, first name"), _("Organisation"), _("Job title"), _("Signature")],
        "led_by": settings.led_by,
        "sign_words": _("Signature"),
        "picture_words": _("Signature on screen"),
        "parts": [_part(event, half, rows, signed, settings) for half in halves],
        "blank_rows": BLANK_ROWS,
    }
    options = {"language": get_language() or "fr", "is_archival": True, "is_accessible": True}
    return render_pdf(TEMPLATE, data, made_on=event.day, **options)


def _part(event: Event, half: HalfDay, rows: Sequence[Place], signed: dict, settings: PaperSettings) -> dict:
    facts = [
        (_("Event"), event.title),
        (_("Date"), half.label),
        (_("Hours"), half.hours),
        (_("Where"), event.address),
        (_("Organised by"), event.club.name),
        (_("Trainer or moderator"), settings.led_by),
    ]
    return {
        "label": f"{half.label}, {half.hours}",
        "facts": [(label, value) for label, value in facts if value],
        "rows": [_row(event, place, signed.get((place.pk, half.day, half.half))) for place in rows],
    }


def _row(event: Event, place: Place, signature: Signature | None) -> dict:
    return {
        "name": place.sorted_name if place.is_named or place.is_erased else "",
        "organisation": str(place.registration.organisation),
        "job": place.job_title,
        "picture": bytes(signature.picture) if signature else b"",
        "signed": _signed(event, signature) if signature else "",
    }


def _signed(event: Event, signature: Signature) -> str:
    hour = date_format(signature.signed_at.astimezone(event.zone), "TIME_FORMAT")
    return _("signed on screen at %(hour)s") % {"hour": hour}
