"""Whose presence can be certified, and the code by which a certificate proves that it is ours.

A code says which place, as it is held now; no name stands in it. It is true as long as the site remembers who it was.
"""

from datetime import datetime

from django.core import signing

from events.enums import Attendance
from events.models import Event, Place

_signer = signing.Signer(salt="events.certificates", sep=".")


def certified(event: Event, now: datetime):
    """The places of `event` whose people were present, once it is over and as long as their names are kept (a QuerySet)."""
    places = event.places.attended().named().select_related("registration__organisation", "person")
    return places if event.is_over(now) and event.is_published else places.none()


def is_certified(place: Place, now: datetime) -> bool:
    """The same rule for one place, with its event at hand; asks the database nothing."""
    event, is_present = place.event, place.is_seated and place.attendance == Attendance.PRESENT
    return is_present and place.is_named and event.is_published and event.is_over(now)


def certificate_number(place: Place) -> str:
    """Stands on the certificate: which event, which place."""
    return f"{place.event_id}-{place.pk}"


def certificate_code(place: Place) -> str:
    return _signer.sign(f"{place.pk}-{place.ticket_version}")


def read_certificate(code: str) -> Place | None:
    """The place that a true code certifies, as long as it is held by the same person; None for any other code."""
    try:
        place_id, _dash, version = _signer.unsign(code).partition("-")
    except signing.BadSignature:
        return None
    places = Place.objects.select_related("event__club", "registration__organisation")
    return places.filter(pk=int(place_id), ticket_version=int(version)).first()
