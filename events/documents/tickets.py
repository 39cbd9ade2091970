"""The ticket: a page with a code for the door, and the same on paper."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from django.db.models.fields.files import FieldFile
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from core.pdf import render_pdf
from events.documents.pictures import bytes_of, qr_svg
from events.models import Event, Place
from events.tickets import ticket_code
from members.models import Club
from memberships.documents import readable

TEMPLATE = Path(__file__).with_name("ticket.typ")
DRAWING = "events.tickets"


def why_no_ticket(place: Place) -> str:
    """Why this place has no ticket now, as a sentence; "" when it has one."""
    if place.event.is_cancelled:
        return _("This event does not take place.")
    if place.is_erased or not place.is_active:
        return _("This place has been given back.")
    if place.is_waiting:
        return _("You are on the waiting list: the ticket comes with the place.")
    if place.is_held:
        return _("This place is held until it is paid for: then the ticket is here.")
    if not place.is_confirmed:
        return _("There is no ticket yet. Place: %(status)s.") % {"status": place.status_badge.label}
    if not place.is_named:
        return _("Say first who comes: the ticket bears the name.")
    return ""


def tickets_pdf(places: Sequence[Place]) -> bytes:
    """The tickets of `places` of one event, an A6 page each, in the language that is active (see `ticket_values`)."""
    return draw_tickets(ticket_values(places))


def ticket_values(places: Sequence[Place]) -> dict:
    """All that the tickets of `places` show, as plain values from which they can be drawn at any time.

    For places that have one (see `why_no_ticket`), with event, club and organisation at hand.
    """
    event, title = places[0].event, _("Ticket")
    return {
        "title": title,
        "document_title": f"{title} – {event.title}",
        "club": event.club.name,
        "band": event.club.colour,
        "accent": readable(event.club.colour),
        "logo": event.club.logo.name or "",
        "event": event.title,
        "facts": _facts(event),
        "code_words": _("QR code of this ticket"),
        "foot": _("Show this code at the door, on paper or on a phone. It is for one person."),
        "tickets": [_ticket(place) for place in places],
        "made_on": event.day.isoformat(),
        "language": get_language() or "fr",
    }


def draw_tickets(values: dict) -> bytes:
    """The PDF of what `ticket_values` said."""
    values = {
        **values,
        "logo": bytes_of(FieldFile(Club(), Club._meta.get_field("logo"), values["logo"])),
        "tickets": [{**ticket, "qr": qr_svg(ticket["code"])} for ticket in values["tickets"]],
    }
    made_on = date.fromisoformat(values["made_on"])
    return render_pdf(TEMPLATE, values, made_on=made_on, language=values["language"], is_accessible=True)


def _facts(event: Event) -> list[tuple[str, str]]:
    facts = [(_("When"), event.when), (_("Where"), event.address)]
    return [(label, value) for label, value in facts if value]


def _ticket(place: Place) -> dict:
    return {
        "name": place.full_name,
        "organisation": str(place.registration.organisation),
        "status": _("Place: %(status)s") % {"status": place.status_badge.label},
        "code": ticket_code(place),
    }
