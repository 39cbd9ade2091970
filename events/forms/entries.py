"""What a device at a door sends, read from JSON: nothing in it is believed before it has been looked at.

What is wrong about the message as a whole refuses it (`BadBatch`); an entry that cannot be understood is answered as
such, so that it holds up nothing behind it on the device.
"""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from core.text import whole_uuid
from events.actions.door_batches import Entry
from events.doorlist import Cursor
from events.enums import Attendance, EntryKind
from members.enums import Audience

MOST_ENTRIES = 500
LONGEST_CODE = 500
BIGGEST_ID = 2**63 - 1
# The moments that a device may believe to be in: beyond them its clock is not merely wrong.
FIRST, LAST = datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)


class BadBatch(ValueError):
    """The message cannot be taken; the sentence says why."""


class _NotUnderstood(ValueError):
    pass


@dataclass(frozen=True)
class Batch:
    """A message: `keys` are those of all entries in the order sent, understood (then in `entries`) or not."""

    device: UUID
    now: datetime
    to_send: int
    cursor: Cursor | None
    keys: list[str]
    entries: list[Entry]


def read_object(body: bytes) -> dict:
    """The JSON object that was sent. Raises BadBatch for anything else."""
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise BadBatch(_("This is not a message that a door sends."))
    return found


def read_device(found: dict) -> UUID:
    device = whole_uuid(found["device"]) if isinstance(found.get("device"), str) else None
    if device is None:
        raise BadBatch(_("This is not a message that a door sends."))
    return device


def read_batch(body: bytes) -> Batch:
    """The batch that was sent. Raises BadBatch when it is none, or too long."""
    found = read_object(body)
    entries, cursor, to_send = found.get("entries"), found.get("cursor"), found.get("toSend", 0)
    if not isinstance(entries, list) or not isinstance(cursor, str):
        raise BadBatch(_("This is not a message that a door sends."))
    if len(entries) > MOST_ENTRIES:
        raise BadBatch(_("At most %(most)s entries are taken at a time.") % {"most": MOST_ENTRIES})
    try:
        now = _moment(found, "now")
    except _NotUnderstood as fault:
        raise BadBatch(_("This is not a message that a door sends.")) from fault
    keys, understood = [], []
    for entry in entries:
        keys.append(entry["key"][:40] if isinstance(entry, dict) and isinstance(entry.get("key"), str) else "")
        try:
            understood.append(_entry(entry))
        except _NotUnderstood:
            continue
    to_send = to_send if isinstance(to_send, int) and 0 <= to_send < 2**31 else 0
    return Batch(read_device(found), now, to_send, Cursor.read(cursor), keys, understood)


def _entry(found) -> Entry:
    if not isinstance(found, dict):
        raise _NotUnderstood
    key, kind = whole_uuid(_text(found, "key", 40)), found.get("kind")
    if key is None or kind not in EntryKind.values:
        raise _NotUnderstood
    kind = EntryKind(kind)
    read = {
        EntryKind.SCAN: _scan, EntryKind.TICK: _tick, EntryKind.ADMISSION: _admission, EntryKind.WALK_IN: _walk_in,
    }[kind]  # fmt: skip
    return Entry(key=key, kind=kind, at=_moment(found, "at"), session_id=_id(found, "session"), **read(found))


def _scan(found: dict) -> dict:
    code = _text(found, "code", LONGEST_CODE)
    if not code:
        raise _NotUnderstood
    return {"code": code}


def _tick(found: dict) -> dict:
    attendance = found.get("attendance")
    if attendance not in Attendance.values:
        raise _NotUnderstood
    return {"place_id": _known_id(found, "place"), "attendance": Attendance(attendance)}


def _admission(found: dict) -> dict:
    return {"place_id": _known_id(found, "place"), "from_reserve": found.get("fromReserve") is True}


def _walk_in(found: dict) -> dict:
    first_name, last_name = _text(found, "firstName", 80), _text(found, "lastName", 80)
    email, organisation_name = _text(found, "email", 254), _text(found, "organisationName", 160)
    organisation_id, audience = _id(found, "organisation"), found.get("audience")
    if not first_name or not last_name or not (organisation_id or organisation_name):
        raise _NotUnderstood
    if audience not in Audience.values:
        raise _NotUnderstood
    if email:
        try:
            validate_email(email)
        except ValidationError as fault:
            raise _NotUnderstood from fault
    return {
        "first_name": first_name, "last_name": last_name, "email": email, "organisation_id": organisation_id,
        "organisation_name": organisation_name, "audience": Audience(audience),
        "from_reserve": found.get("fromReserve") is True,
    }  # fmt: skip


def _text(found: dict, name: str, longest: int) -> str:
    value = found.get(name, "")
    if not isinstance(value, str) or len(value.strip()) > longest or "\x00" in value:
        raise _NotUnderstood
    return value.strip()


def _id(found: dict, name: str) -> int | None:
    value = found.get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or not 0 < value <= BIGGEST_ID:
        raise _NotUnderstood
    return value


def _known_id(found: dict, name: str) -> int:
    value = _id(found, name)
    if value is None:
        raise _NotUnderstood
    return value


def _moment(found: dict, name: str) -> datetime:
    """Milliseconds since 1970, as a browser counts them."""
    value = found.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise _NotUnderstood
    try:
        moment = datetime.fromtimestamp(value / 1000, UTC)
    except (ValueError, OverflowError, OSError) as fault:
        raise _NotUnderstood from fault
    if not FIRST <= moment <= LAST:
        raise _NotUnderstood
    return moment
