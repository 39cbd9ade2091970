"""What a process of a history can be asked to do, by name. Each takes its line and plain values, at the time it is told."""

import random

from billing.models import Order, Payment, Refund
from tests.chaos import buyers, clock, club, places
from tests.chaos.deliveries import post
from tests.chaos.requirements import Witness, at_any_time, at_the_end
from tests.chaos.scene import NothingToDo, Scene, Turn, set_up, wipe
from tests.chaos.shelf import KINDS

PEOPLE = {**buyers.STEPS, **club.STEPS, **places.STEPS}


def somebody(turn: Turn) -> None:
    """The first thing, in the order of the dice, that there is something to do about."""
    steps, weights = list(PEOPLE), list(PEOPLE.values())
    while steps:
        [step] = turn.dice.choices(steps, weights)
        try:
            return step(turn)
        except NothingToDo:
            place = steps.index(step)
            del steps[place], weights[place]


def taking_a_turn(step):
    def act(line, *, scene: dict, seed: float, now: float, together: bool = False):
        clock.set_to(now)
        step(Turn(Scene.of(scene), random.Random(seed), line, together))

    return act


def serve(line, *, body: str, signature: str, now: float) -> int:
    clock.set_to(now)
    return post(body, signature)


def begin(line) -> dict:
    wipe()
    return set_up(KINDS)


def count(line) -> dict[str, int]:
    return {
        "orders": Order.objects.placed().count(),
        "payments": Payment.objects.count(),
        "refunds": Refund.objects.count(),
    }


ACTS = {
    "begin": begin,
    "somebody": taking_a_turn(somebody),
    "the daily run": taking_a_turn(club.run_daily),
    "pay back": taking_a_turn(club.pay_back_everything),
    "serve": serve,
    "look": lambda line: at_any_time(),
    "the end": lambda line, **witness: at_the_end(Witness(**witness)),
    "count": count,
}
