"""What a phone at a door sends, made up for the tests."""

import json
import uuid
from datetime import datetime, timedelta

from django.urls import reverse
from django.utils import timezone

from events.actions import open_door
from events.enums import Attendance
from events.models import Door, Event, Place
from events.tickets import ticket_code


def milliseconds(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)


class Phone:
    """A device at a door of `event`. Its clock may be wrong by `ahead`; what it notes waits in `queue` until `send`."""

    def __init__(self, event: Event, name: str, *, client=None, ahead: timedelta = timedelta(0), session=None):
        self.event, self.client, self.ahead, self.session = event, client, ahead, session
        self.device, self.queue, self.cursor = uuid.uuid4(), [], "0.0"
        self.door: Door = open_door(event, name=name, device=self.device, session=session, by=None)

    def note(self, kind: str, at: datetime | None = None, **values) -> dict:
        at = (at or timezone.now()) + self.ahead
        entry = {"key": str(uuid.uuid4()), "kind": kind, "at": milliseconds(at), **values}
        if self.session:
            entry["session"] = self.session.pk
        self.queue.append(entry)
        return entry

    def scan(self, code: str | Place, at: datetime | None = None) -> dict:
        return self.note("scan", at, code=ticket_code(code) if isinstance(code, Place) else code)

    def tick(self, place: Place, attendance: str = Attendance.PRESENT, at: datetime | None = None) -> dict:
        return self.note("tick", at, place=place.pk, attendance=str(attendance))

    def walk_in(self, last_name: str = "Surprise", *, at: datetime | None = None, reserve=True, **values) -> dict:
        values = {"organisationName": "Atelier inconnu", "audience": "buyers", **values}
        return self.note("walk_in", at, firstName="Sam", lastName=last_name, fromReserve=reserve, **values)

    def message(self, **changes) -> dict:
        now = milliseconds(timezone.now() + self.ahead)
        found = {"device": str(self.device), "now": now, "cursor": self.cursor, "toSend": 0, "entries": self.queue}
        return {**found, **changes}

    def post(self, body: str | None = None, **changes):
        address = reverse("events:sync_door", args=[self.event.slug])
        body = json.dumps(self.message(**changes)) if body is None else body
        return self.client.post(address, body, content_type="application/json")

    def send(self, *, keep: bool = False) -> list[str]:
        """Send the queue; the verdicts. `keep`: the answer was lost, so all stays in the queue."""
        response = self.post()
        assert response.status_code == 200, response.content
        self.answer = response.json()
        self.cursor = self.answer["cursor"]
        if not keep:
            self.queue = []
        return [answer["verdict"] for answer in self.answer["answers"]]
