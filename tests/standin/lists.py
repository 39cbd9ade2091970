"""Lists a page at a time, newest first, and things inside things where they are asked for."""

import copy

from tests.standin.errors import bad_parameter
from tests.standin.objects import CHARGE, DISPUTE, EVENT, INTENT, ITEM, MOVEMENT, REFUND, SESSION
from tests.standin.parameters import Parameters
from tests.standin.world import World

# What may be expanded in what, and which noun is found there; None for lists that are shown only when asked for.
EXPANDABLE: dict[str, dict[str, str | None]] = {
    SESSION: {"payment_intent": INTENT, "line_items": None},
    INTENT: {"latest_charge": CHARGE},
    CHARGE: {"payment_intent": INTENT, "balance_transaction": MOVEMENT, "refunds": None},
    REFUND: {
        "payment_intent": INTENT,
        "charge": CHARGE,
        "balance_transaction": MOVEMENT,
        "failure_balance_transaction": MOVEMENT,
    },
    DISPUTE: {"payment_intent": INTENT, "charge": CHARGE},
    MOVEMENT: {},
    EVENT: {},
    ITEM: {},
}


def page_of(things: list[dict], parameters: Parameters, noun: str, url: str) -> dict:
    """One page of `things` (oldest first), as `limit`, `starting_after` and `ending_before` ask."""
    limit = parameters.integer("limit", least=1, most=100) or 10
    after, before = parameters.text("starting_after"), parameters.text("ending_before")
    rows = list(reversed(things))
    if after:
        rows = rows[_place(rows, after, noun, "starting_after") + 1 :]
    if before:
        rows = rows[: _place(rows, before, noun, "ending_before")]
        page, more = rows[-limit:], len(rows) > limit
    else:
        page, more = rows[:limit], len(rows) > limit
    return {"object": "list", "data": copy.deepcopy(page), "has_more": more, "url": url}


def _place(rows: list[dict], thing_id: str, noun: str, param: str) -> int:
    for place, row in enumerate(rows):
        if row["id"] == thing_id:
            return place
    raise bad_parameter(param, f"No such {noun}: '{thing_id}'", "resource_missing")


def within(things, span: dict[str, int]) -> list[dict]:
    """Those created within these bounds."""
    tests = {
        "eq": lambda created, bound: created == bound,
        "gt": lambda created, bound: created > bound,
        "gte": lambda created, bound: created >= bound,
        "lt": lambda created, bound: created < bound,
        "lte": lambda created, bound: created <= bound,
    }
    return [one for one in things if all(tests[name](one["created"], bound) for name, bound in span.items())]


# --- Things inside things ----------------------------------------------------------------------------------------------


def check_expand(paths: list[str], noun: str, *, is_list: bool) -> None:
    """Refuse what cannot be expanded, before anything is done."""
    for path in paths:
        parts = path.split(".")
        if len(parts) > 4:
            raise bad_parameter("expand", f"You cannot expand more than 4 levels of a property: {path}.")
        if is_list and parts.pop(0) != "data":
            raise bad_parameter("expand", f"This property cannot be expanded ({path}). Try data.{path}.")
        here: str | None = noun
        for part in parts:
            if here is None or part not in EXPANDABLE[here]:
                raise bad_parameter("expand", f"This property cannot be expanded ({path}).")
            here = EXPANDABLE[here][part]


def expand(world: World, answer: dict, paths: list[str]) -> dict:
    """Put the things in place of their ids; `answer` is a copy that may be changed."""
    for path in paths:
        parts = path.split(".")
        if answer["object"] == "list":
            for row in answer["data"]:
                _expand(world, row, parts[1:])
        else:
            _expand(world, answer, parts)
    return answer


def _expand(world: World, thing: dict, parts: list[str]) -> None:
    if not parts:
        return
    name, rest = parts[0], parts[1:]
    inside = EXPANDABLE[thing["object"]][name]
    if inside is None:
        thing[name] = _own_list(world, thing, name)
        return
    value = thing.get(name)
    if isinstance(value, str):
        value = thing[name] = copy.deepcopy(world.find(inside, value))
    if value:
        _expand(world, value, rest)


def _own_list(world: World, thing: dict, name: str) -> dict:
    if name == "line_items":
        rows, url = world.backstage[thing["id"]]["line_items"], f"/v1/checkout/sessions/{thing['id']}/line_items"
    else:
        rows = list(reversed(list(world.all(REFUND, charge=thing["id"]))))
        url = f"/v1/charges/{thing['id']}/refunds"
    return {"object": "list", "data": copy.deepcopy(rows[:10]), "has_more": len(rows) > 10, "url": url}
