"""One effect for one idempotency key: the first answer is kept and given again to whoever repeats the call."""

import json

from tests.standin.errors import Refusal
from tests.standin.world import DAY, World


def claim(world: World, key: str, request_id: str, endpoint: str, parameters: dict) -> dict | None:
    """Begin a call under this key, or find what it answered before: `{"status", "body", "request"}`."""
    if len(key) > 255:
        raise Refusal("Idempotency keys can have up to 255 characters.", stored=False)
    forget_old(world)
    same = json.dumps(parameters, sort_keys=True)
    kept = world.keys.get(key)
    if kept is None:
        world.keys[key] = {
            "endpoint": endpoint,
            "parameters": same,
            "created": world.now(),
            "status": None,
            "body": None,
            "request": request_id,
        }
        return None
    _refuse_other_calls(key, kept, endpoint, same)
    return kept


def _refuse_other_calls(key: str, kept: dict, endpoint: str, same: str) -> None:
    advice = f"Try using a key other than '{key}' if you meant to execute a different request."
    if kept["endpoint"] != endpoint:
        one, other = kept["endpoint"], endpoint
        message = f"A key can only be used for the endpoint it was first used for ('{one}', not '{other}'). {advice}"
        raise Refusal(message, kind="idempotency_error", stored=False)
    if kept["parameters"] != same:
        message = f"A key can only be used with the parameters it was first used with. {advice}"
        raise Refusal(message, kind="idempotency_error", stored=False)
    if kept["status"] is None:
        message = f"There is currently another in-progress request using this idempotency key: {key}."
        code = "idempotency_key_in_use"
        raise Refusal(message, status=409, kind="idempotency_error", code=code, stored=False)


def store(world: World, key: str, status: int, body: str) -> None:
    world.keys[key] |= {"status": status, "body": body}


def release(world: World, key: str) -> None:
    """The call came to nothing: the key is as new."""
    if world.keys[key]["status"] is None:
        del world.keys[key]


def forget_old(world: World) -> None:
    oldest = world.now() - DAY
    old = [key for key, kept in world.keys.items() if kept["created"] <= oldest and kept["status"] is not None]
    for key in old:
        del world.keys[key]
