"""What may happen to an event on its way, by a plan that is the same for the same seed.

Whatever happens, the honest delivery still comes: mischief delays it or adds others to it.
"""

import copy
import hashlib
import hmac
import json
import random
from dataclasses import dataclass

HONEST, REORDERED, DELAYED = "honest", "reordered", "delayed"  # each event travels as exactly one of these
DUPLICATE, FORGED, STALE, TAMPERED = "duplicate", "forged", "stale", "tampered"  # and with any of these beside it
DROPPED, RETRIED = "dropped", "retried"  # what became of one try
OWED = (HONEST, REORDERED, DELAYED)
LATER = 1_000_000  # a place after everything else
TOO_OLD = 3600  # seconds; Stripe's own libraries take five minutes


@dataclass(eq=False)
class Parcel:
    """One thing to deliver. `place` orders parcels; it is about the event's number."""

    event_id: str
    event_type: str
    kind: str
    place: float
    drops: int = 0  # tries that will get lost on the way
    held: bool = False  # until everything is released
    tries: int = 0
    not_before: float = 0.0


@dataclass(frozen=True)
class Delivery:
    """How likely each mischief is, from 0 to 1, for each event by itself."""

    seed: int = 0
    duplicate: float = 0.0  # comes a second time
    reorder: float = 0.0  # comes after some of those that follow it
    delay: float = 0.0  # is held until `release` or `deliver_all`, and then comes last
    drop: float = 0.0  # the first try gets lost
    forge: float = 0.0  # comes also from somebody who does not know the secret
    stale: float = 0.0  # comes also as a recording of long ago
    tamper: float = 0.0  # comes also with its body changed on the way

    def parcels(self, event: dict, number: int) -> list[Parcel]:
        """What travels for the event with this number."""
        dice = random.Random(f"{self.seed}:{number}")
        reordered, delayed, dropped = (dice.random() < chance for chance in (self.reorder, self.delay, self.drop))
        shift = dice.uniform(1.5, 4.5)
        kind = DELAYED if delayed else REORDERED if reordered else HONEST
        place = number + (LATER if delayed else shift if reordered else 0)
        own = Parcel(event["id"], event["type"], kind, place, drops=int(dropped), held=delayed)
        extras = ((DUPLICATE, self.duplicate), (FORGED, self.forge), (STALE, self.stale), (TAMPERED, self.tamper))
        beside = []
        for name, chance in extras:
            happens, where = dice.random() < chance, place + dice.uniform(-0.4, 3)
            if happens:
                beside.append(Parcel(event["id"], event["type"], name, where, held=delayed))
        return [own, *beside]


def dressed(parcel: Parcel, event: dict, secret: str, moment: int) -> tuple[bytes, str]:
    """The body and the signature that go out for a parcel."""
    honest = _body(event)
    if parcel.kind == FORGED:
        body = _body(_changed(event))
        return body, signature("whsec_of_somebody_else", body, moment)
    if parcel.kind == STALE:
        return honest, signature(secret, honest, moment - TOO_OLD)
    if parcel.kind == TAMPERED:
        return _body(_changed(event)), signature(secret, honest, moment)
    return honest, signature(secret, honest, moment)


def signature(secret: str, body: bytes, moment: int) -> str:
    """As Stripe signs: the moment and the body under the endpoint's secret."""
    code = hmac.new(secret.encode(), f"{moment}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={moment},v1={code}"


def _body(event: dict) -> bytes:
    return json.dumps(event, indent=2).encode()


def _changed(event: dict) -> dict:
    """An event that nobody has seen, with more money in it and all of it paid."""
    changed = copy.deepcopy(event)
    changed["id"] = f"{event['id']}X"
    thing = changed["data"]["object"]
    for name in ("amount", "amount_total", "amount_received", "amount_refunded"):
        if name in thing:
            thing[name] = thing[name] * 10 + 1
    if "payment_status" in thing:
        thing["payment_status"] = "paid"
    return changed
