"""A desk at the door: on the page that works offline where there is one, else on the list with buttons."""

import json
import time
import uuid

from django.urls import NoReverseMatch, reverse

from events.models import Event
from tests.bench.asking import Answer, Asker


def find(name: str, *args) -> str:
    """The address, "" where there is none."""
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""


class Desk:
    """Somebody with a telephone, signed in; `tick` notes one person as present."""

    def __init__(self, asker: Asker, event: Event, number: int):
        self.asker = asker
        page = asker.get(reverse("events:check_in", args=[event.slug]))
        self.headers = {"X_CSRFToken": page.token}
        self.sync = find("events:sync_door", event.slug)
        self.device, self.cursor = str(uuid.uuid4()), ""
        if self.sync:
            door = {"device": self.device, "name": f"Porte {number}"}
            _good(asker.post_json(reverse("events:open_door", args=[event.slug]), door, **self.headers))
            known = asker.get(f"{reverse('events:door_list', args=[event.slug])}?device={self.device}")
            self.cursor = json.loads(_good(known).body)["cursor"]

    def tick(self, place_id: int) -> None:
        if self.sync:
            self._send(place_id)
        else:
            url = reverse("events:set_attendance", args=[place_id])
            _good(self.asker.post(url, {"attendance": "present"}, HX_Request="true", **self.headers))

    def _send(self, place_id: int) -> None:
        """One entry at once, as while the network is there."""
        now = int(time.time() * 1000)
        entry = {"key": str(uuid.uuid4()), "kind": "tick", "at": now, "place": place_id, "attendance": "present"}
        message = {"device": self.device, "now": now, "cursor": self.cursor, "toSend": 0, "entries": [entry]}
        self.cursor = json.loads(_good(self.asker.post_json(self.sync, message, **self.headers)).body)["cursor"]


def _good(answer: Answer) -> Answer:
    if answer.status not in (200, 201):
        raise RuntimeError(f"{answer.status}: {answer.body[:200]!r}")
    return answer
