"""One process of the crowd: `python -m tests.crowd.worker SEED OPERATIONS [--unlocked]`. Says what it did as JSON."""

import json
import logging
import os
import random
import sys
import time
from collections import Counter
from dataclasses import replace

import django

os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
django.setup()

from django.db import connection  # noqa: E402

from events.actions import locking  # noqa: E402
from events.actions import registrations as registering  # noqa: E402
from tests.crowd.acts import ACTS, SELLING, Turn, act  # noqa: E402
from tests.crowd.scene import Scene  # noqa: E402

MOST_FAULTS = 5


def take_the_lock_away() -> None:
    """The negative control: everybody reads without waiting, and takes a moment to decide."""
    locking.lock_row = lambda queryset, pk: queryset.get(pk=pk)
    read = registering.seats_of

    def read_slowly(event):
        seats = read(event)
        time.sleep(0.2)
        return seats

    registering.seats_of = read_slowly
    if connection.vendor == "sqlite":  # else beginning the transaction is a lock already
        connection.settings_dict["OPTIONS"]["transaction_mode"] = "DEFERRED"


def main(seed: str, operations: int, *, unlocked: bool) -> dict:
    """Returns how often what was done, and what went wrong: any error that is no rule's."""
    if connection.vendor == "sqlite":  # writers queue, and nobody is served in turn: a crowd needs patience
        connection.settings_dict["OPTIONS"]["timeout"] = 2 if unlocked else 300
    if unlocked:
        take_the_lock_away()
    scene = Scene.found()
    if unlocked:  # all at one counter, and of few organisations, so that they do meet
        scene = replace(scene, events=scene.events[:1], organisations=scene.organisations[:3])
    turn = Turn(scene, random.Random(seed))  # noqa: S311 - dice, no secret
    done: Counter[str] = Counter()
    faults: list[str] = []
    for _number in range(operations):
        try:
            done[act(turn, SELLING if unlocked else ACTS)] += 1
        except Exception as error:  # noqa: BLE001 - whatever it is, it is a fault
            faults.append(f"{type(error).__name__}: {error}"[:300])
            if len(faults) >= MOST_FAULTS:
                break
    return {"done": done, "faults": faults}


if __name__ == "__main__":
    logging.disable(logging.CRITICAL)
    print(json.dumps(main(sys.argv[1], int(sys.argv[2]), unlocked="--unlocked" in sys.argv)))
