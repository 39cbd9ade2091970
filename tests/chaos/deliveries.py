"""Webhooks on their way to the real view, through processes that may die, or be so slow that nobody waits for them."""

import random
import time
from collections import Counter
from collections.abc import Callable

from django.test import Client
from django.urls import reverse

from tests.chaos.fates import HELD, NOTHING, Fate
from tests.chaos.processes import Crew, Outcome, Process
from tests.standin.delivery import NO_ANSWER

CLIENT = Client(SERVER_NAME="localhost")  # one for all: it reads what WhiteNoise serves, once


def post(body: str, signature: str) -> int:
    """The status with which our webhook answers."""
    address, headers = reverse("billing:stripe_webhook"), {"Stripe-Signature": signature}
    return CLIENT.post(address, body.encode(), content_type="application/json", headers=headers).status_code


class Network:
    """The stand-in's endpoint. `losing` is the share of what gets lost, `twice` of what arrives twice at the same moment;
    `fate` is that of each process that serves one.
    """

    def __init__(
        self, crew: Crew, dice: random.Random, *, losing=0.0, twice=0.0, fate: Callable[[], Fate] = lambda: NOTHING
    ):
        self._crew, self._dice, self._losing, self._twice, self._fate = crew, dice, losing, twice, fate
        self.standing_still: list[Process] = []
        self.ends: Counter[str] = Counter()

    def __call__(self, body: bytes, headers: dict[str, str]) -> int:
        if self._dice.random() < self._losing:
            return NO_ANSWER
        both = self._dice.random() < self._twice
        arguments = {"body": body.decode(), "signature": headers["Stripe-Signature"], "now": time.time()}
        serving = [self._crew.take() for _ in range(2 if both else 1)]
        for process in serving:
            process.begin("serve", fate=NOTHING if both else self._fate(), **arguments)
        return [self._answer(process, process.outcome()) for process in serving][0]

    def _answer(self, process: Process, outcome: Outcome) -> int:
        self.ends[outcome.kind] += 1
        self._crew.give_back(process, outcome)
        if outcome.kind == HELD:
            self.standing_still.append(process)
        return NO_ANSWER if outcome.value is None else int(outcome.value)
