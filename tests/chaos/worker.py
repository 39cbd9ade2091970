"""Plays histories in one database, one after the other, and says how each ended: a JSON text a line.

A process of its own: it forks, and what it forks must find neither threads at work nor a document maker in use.
"""

import gc
import json
import logging
import os
import sys
import tempfile
import time
from collections.abc import Iterable, Sequence
from contextlib import nullcontext
from pathlib import Path

import django

os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
django.setup()

import pytest  # noqa: E402
import stripe  # noqa: E402
from django.conf import settings  # noqa: E402

from tests.chaos import controls  # noqa: E402
from tests.chaos.histories import History  # noqa: E402
from tests.chaos.press import Press  # noqa: E402
from tests.chaos.processes import HistoryFailedError  # noqa: E402
from tests.chaos.rehearsal import Rehearsal  # noqa: E402
from tests.chaos.scene import is_for_tests  # noqa: E402
from tests.flushing import let_flush_empty_kept_tables  # noqa: E402
from tests.strictness import forbid_network  # noqa: E402


def play(seed: str, numbers: Iterable[int], rules: Sequence[str] = ()) -> bool:
    """True if all of them hold; the first that does not is the last. With `rules`: so with each of them taken away."""
    prepare()
    with tempfile.TemporaryDirectory() as folder:
        press = Press(Path(folder))
        try:
            return all([_play(seed, numbers, rule) for rule in rules or [""]])
        finally:
            press.stop()


def _play(seed: str, numbers: Iterable[int], rule: str) -> bool:
    with controls.without(rule) if rule else nullcontext():
        return all(_report(History(seed, number), rule) for number in numbers)


def _report(history: History, rule: str) -> bool:
    failure, began = "", time.perf_counter()
    try:
        history.play()
    except HistoryFailedError as failed:
        failure = str(failed)
    said = {
        "name": history.name, "without": rule, "failure": failure, "steps": history.steps, "counts": history.counts,
        "seconds": time.perf_counter() - began,
    }  # fmt: skip
    print(json.dumps(said), flush=True)
    return not failure


def prepare() -> None:
    if not is_for_tests():
        raise SystemExit("Histories empty their database: this one was not made for tests.")
    for rule in (forbid_network, let_flush_empty_kept_tables):  # as in every test, and for the length of this process
        rule(pytest.MonkeyPatch())
    stripe.HTTPClient.INITIAL_DELAY = stripe.HTTPClient.MAX_DELAY = 0.001  # between two tries; nobody is in the way
    logging.disable(logging.ERROR)  # forged news, a provider that does not answer: there is much of it here
    settings.MIDDLEWARE = [name for name in settings.MIDDLEWARE if not name.startswith("zeal.")]  # not a matter of here
    Rehearsal().play()
    gc.collect()
    gc.freeze()  # children share what is never looked at again


if __name__ == "__main__":
    seed, first, end, step, *rules = sys.argv[1:]
    sys.exit(0 if play(seed, range(int(first), int(end), int(step)), rules) else 1)
