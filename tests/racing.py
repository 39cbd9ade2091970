"""Several people at the same moment, with real threads and connections."""

import threading
from collections.abc import Callable

from django.db import connections

from core.errors import RuleBroken


def at_once(*calls: Callable) -> list:
    """Run all calls at the same moment, each in a thread with a connection of its own; what each returned or raised."""
    start, results = threading.Barrier(len(calls)), [None] * len(calls)

    def run(number: int, call: Callable) -> None:
        start.wait()
        try:
            results[number] = call()
        except Exception as error:  # noqa: BLE001 - the tests look at what came
            results[number] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def errors_at_once(*calls: Callable) -> list[Exception]:
    """What they raised."""
    return [result for result in at_once(*calls) if isinstance(result, Exception)]


def said_at_once(*calls: Callable) -> list[str]:
    """What they were told, sorted: "done" or "refused" (by a rule). Any other error is the test's."""
    results = at_once(*calls)
    for result in results:
        if isinstance(result, Exception) and not isinstance(result, RuleBroken):
            raise result
    return sorted("refused" if isinstance(result, RuleBroken) else "done" for result in results)
