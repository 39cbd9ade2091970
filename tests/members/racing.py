"""Several people at the same moment, with real threads and connections."""

import threading

from django.db import connections

from core.errors import RuleBroken


def at_once(*calls):
    """Run all calls at the same moment, each in a thread with a connection of its own; return what they said."""
    barrier, said = threading.Barrier(len(calls)), []

    def run(call):
        barrier.wait()
        try:
            call()
            said.append("done")
        except RuleBroken:
            said.append("refused")
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=[call]) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(said)
