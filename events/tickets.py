"""What stands in the QR code of a ticket: which place at which event, and a signature that nobody else can make.

A code is short and in the letters of QR's alphanumeric mode: `K-<event>-<place>-<version>-<signature>`, the numbers in
base 36. The version grows when a place is passed on to somebody else, so that the ticket of the one before is revoked.
No name and no address stand in it. Changing the SECRET_KEY makes all tickets that are out worthless, unless the old key
stays in SECRET_KEY_FALLBACKS.
"""

import base64
from dataclasses import dataclass

from django.conf import settings
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.http import base36_to_int, int_to_base36

from events.models import Place

MARK = "K"
SALT = "events.tickets"
SIGNATURE_BYTES = 10  # 80 bits: a guess at the door is noticed long before it is right


class BadTicket(ValueError):
    """What was read is no ticket of this site: another code, or a forged one."""


@dataclass(frozen=True)
class Ticket:
    """What a true code says. Whether it still counts (`version`, the place's status) is for the door to see."""

    event_id: int
    place_id: int
    version: int


def ticket_code(place: Place) -> str:
    """The code of the ticket of `place` as it is held now."""
    numbers = "-".join(int_to_base36(number) for number in (place.event_id, place.pk, place.ticket_version))
    said = f"{MARK}-{numbers}".upper()
    return f"{said}-{_signature(said, settings.SECRET_KEY)}"


def read_ticket(code: str) -> Ticket:
    """What `code` says; upper or lower case, with space around it. Raises BadTicket when it is not one of ours."""
    said, _dash, signature = code.strip().upper().rpartition("-")
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    if not signature.isascii() or not any(constant_time_compare(signature, _signature(said, key)) for key in keys):
        raise BadTicket
    mark, *numbers = said.split("-")
    if mark != MARK or len(numbers) != 3:
        raise BadTicket
    return Ticket(*(base36_to_int(number) for number in numbers))


def _signature(said: str, key: str) -> str:
    mac = salted_hmac(SALT, said, secret=key, algorithm="sha256").digest()
    return base64.b32encode(mac[:SIGNATURE_BYTES]).decode()
