"""How many people an organisation may have: every app that limits a team says so here.

An explicit list, filled by each app's `AppConfig.ready`. The checks are asked under the lock of the organisation's row,
whenever one more person is to join and already when one is invited. An organisation that has no manager yet always gets
its first one. In the administration people are added at the administrator's own discretion: nothing is checked there.
"""

from collections.abc import Callable

from core.errors import RuleBroken
from members.models import Organisation

_checks: dict[str, Callable[[Organisation], None]] = {}


def register(name: str, check: Callable[[Organisation], None]) -> None:
    """Called once by an app's `ready`; calling again replaces (the autoreloader does).

    `check(organisation)` raises RuleBroken, with a sentence for the person who asked, when one more person would be too
    many. It only reads, inside the adding transaction; the person to add is not counted yet.
    """
    _checks[name] = check


def check_room(organisation: Organisation) -> None:
    """Raise RuleBroken when the organisation's team may not grow by one. Its row is locked by the caller."""
    if not organisation.roles.managers().exists():
        return
    for check in _checks.values():
        check(organisation)


def why_full(organisation: Organisation) -> str:
    """The sentence that says why nobody more can join now, for pages; empty while there is room."""
    try:
        check_room(organisation)
    except RuleBroken as broken:
        return str(broken.message)
    return ""
