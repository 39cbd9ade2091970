"""What happens by itself when the clock gets there, each thing at its own time."""

from tests.standin import payments, reversals
from tests.standin.world import World

VERBS = {
    "expire_session": payments.expire_in_time,
    "settle_debit": payments.settle_in_time,
    "settle_refund": reversals.settle_in_time,
}


def tick(world: World) -> bool:
    """Do what is due by now; says whether anything was."""
    was_due = False
    while item := world.next_due(world.now()):
        VERBS[item["verb"]](world, item["id"], item["outcome"])
        was_due = True
    return was_due


def advance(world: World, seconds: float) -> None:
    """Put the clock forward, stopping at everything that happens on the way."""
    if seconds < 0:
        raise ValueError("The clock only goes forward.")
    goal = world.offset + seconds
    while item := world.next_due(world.now() + goal - world.offset):
        world.offset += max(0.0, item["at"] - world.now())
        VERBS[item["verb"]](world, item["id"], item["outcome"])
    world.offset = max(goal, world.offset)
