"""The attendance certificate (attestation de présence): a page of A4 for everybody who was there."""

from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from core.letters import link_to
from core.pdf import render_pdf
from events.certificates import certificate_code, certificate_number
from events.documents.badges import by_name
from events.documents.pictures import bytes_of, qr_svg
from events.documents.sheets import Funding
from events.halves import HalfDay
from events.models import Event, FunderLogo, PaperSettings, Place, Signature
from memberships.documents import readable

TEMPLATE = Path(__file__).with_name("certificate.typ")


def certificates_pdf(
    event: Event, places: Sequence[Place], halves: Sequence[HalfDay], *, settings: PaperSettings,
    logos: Sequence[FunderLogo], signatures: Iterable[Signature] = (), issued_on: date,
) -> bytes:  # fmt: skip
    """A page for each of `places` (certified ones, with their organisation at hand), by name.

    Whoever signed half-days on screen is certified those; anybody else, all of `halves`. In the language that is active.
    """
    signed: dict[int, set] = {}
    for one in signatures:
        signed.setdefault(one.place_id, set()).add((one.day, one.half))
    title, club = _("Certificate of attendance"), {"club": event.club.name}
    data = {
        "title": title,
        "document_title": f"{title} – {event.title}",
        "club": event.club.name,
        "event": event.title,
        "band": event.club.colour,
        "accent": readable(event.club.colour),
        "logo": bytes_of(event.club.logo),
        "funding": Funding(settings.mention, logos).as_data(),
        "opening": _("%(club)s certifies that") % club,
        "statement": _("attended the event"),
        "facts": _facts(event, settings),
        "attended": _("Attended"),
        "purpose": _("Issued for whatever purpose it may serve."),
        "issued": _("Issued on %(date)s") % {"date": date_format(issued_on)},
        "signatory": _("The coordination of %(club)s") % club,
        "check": _("To check that this certificate is true, read this code or open its address:"),
        "code_words": _("QR code: address where this certificate can be checked"),
        "people": [_person(place, _attended(halves, signed.get(place.pk))) for place in by_name(places)],
    }
    options = {"language": get_language() or "fr", "is_archival": True, "is_accessible": True}
    return render_pdf(TEMPLATE, data, made_on=issued_on, **options)


def _facts(event: Event, settings: PaperSettings) -> list[tuple[str, str]]:
    facts = [
        (_("Where"), event.address),
        (_("Organised by"), event.club.name),
        (_("Trainer or moderator"), settings.led_by),
    ]
    return [(label, value) for label, value in facts if value]


def _attended(halves: Sequence[HalfDay], signed: set | None) -> list[str]:
    shown = [half for half in halves if (half.day, half.half) in signed] if signed else halves
    return [f"{half.label}, {half.hours}" for half in shown]


def _person(place: Place, attended: list[str]) -> dict:
    organisation = place.registration.organisation
    address = link_to(reverse("events:check_certificate", args=[certificate_code(place)]))
    siret = f"SIRET {organisation.siret_spaced}" if organisation.siret else ""
    return {
        "name": place.full_name,
        "job": place.job_title,
        "organisation": str(organisation),
        "identity": " · ".join(text for text in (siret, organisation.city) if text),
        "attended": attended,
        "number": _("No. %(number)s") % {"number": certificate_number(place)},
        "address": address,
        "qr": qr_svg(address),
    }
