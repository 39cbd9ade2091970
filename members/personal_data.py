"""What is known of a person, and how to forget it: every app that keeps personal data says so here.

An explicit list, filled by each app's `AppConfig.ready`: a storey above `members` registers two functions, one that
tells (for the download of one's own data) and one that forgets (when an account is erased).
"""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Keeper:
    """`export(person)` gives values that JSON can hold; `erase(person)` writes, inside the erasing transaction, and may
    raise RuleBroken with a sentence when the account cannot be erased now.
    """

    export: Callable
    erase: Callable


_keepers: dict[str, Keeper] = {}


def register(app_label: str, export: Callable, erase: Callable) -> None:
    """Called once by an app's `ready`; calling again replaces (the autoreloader does)."""
    _keepers[app_label] = Keeper(export, erase)


def export_all(person) -> dict:
    """All that the apps know of a person, by app."""
    return {label: keeper.export(person) for label, keeper in sorted(_keepers.items())}


def erase_all(person) -> None:
    """Let every app forget the person, the upper storeys first (they were registered last)."""
    for keeper in reversed(_keepers.values()):
        keeper.erase(person)
