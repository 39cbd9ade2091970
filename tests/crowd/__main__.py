"""`python -m tests.crowd`: rounds of a crowd in several processes, with an onlooker; the summary at the end."""

import argparse
import json
import os
import resource
import secrets
import subprocess
import sys
import time
from collections import Counter

import django

os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
django.setup()

from django.db import connection  # noqa: E402

from tests.chaos.__main__ import address_of, databases  # noqa: E402
from tests.chaos.scene import wipe  # noqa: E402
from tests.crowd.requirements import at_any_time, at_rest  # noqa: E402
from tests.crowd.scene import set_up  # noqa: E402

A_ROUND, PROCESSES = 4000, 8


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.crowd", description=__doc__)
    parser.add_argument("--operations", type=int, default=100_000, help="how many in all (default: %(default)s)")
    parser.add_argument(
        "--seed", default="", help="of a run that is to be played again, as far as dice go; else a new one"
    )
    given = parser.parse_args()
    seed = given.seed or secrets.token_hex(4)
    print(f"seed {seed}, {given.operations} operations, {PROCESSES} processes, {connection.vendor}", flush=True)
    with databases(1) as addresses:
        use(addresses[0])
        faults = play(seed, given.operations)
        control = [] if faults else a_round("control", 240, unlocked=True)[1]
    for fault in faults:
        print(f"FAULT {fault}")
    if not faults:
        print(f"without the lock: {control[0] if control else 'nothing fails, so this proves too little'}")
    return 1 if faults or not control else 0


def use(address: str) -> None:
    """Look at the same database as the crowd."""
    os.environ["DATABASE_URL"] = address
    connection.close()


def play(seed: str, operations: int) -> list[str]:
    """All rounds, until one goes wrong; returns the faults."""
    done: Counter[str] = Counter()
    began, faults, number = time.perf_counter(), [], 0
    while done.total() < operations and not faults:
        counts, faults = a_round(f"{seed}-{number}", min(A_ROUND, operations - done.total()))
        done.update(counts)
        number += 1
        print(f"round {number}: {done.total()} operations, {time.perf_counter() - began:.0f} s", flush=True)
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    print(
        f"{done.total()} operations in {time.perf_counter() - began:.0f} s, {used.ru_utime + used.ru_stime:.0f} s of processors"
    )
    for name, count in sorted(done.items()):
        print(f"{count:>8} {name}")
    return faults


def a_round(
    seed: str, operations: int, *, processes: int = PROCESSES, unlocked: bool = False
) -> tuple[Counter[str], list[str]]:
    """One crowd at fresh events; (what was done, what is wrong)."""
    wipe()
    set_up()
    share = -(-operations // processes)
    crowd = [worker(f"{seed}-{number}", share, unlocked=unlocked) for number in range(processes)]
    seen: list[str] = []
    while any(process.poll() is None for process in crowd):
        seen += at_any_time()
        time.sleep(0.2)
    reports = [
        json.loads(process.communicate()[0] or '{"done": {}, "faults": ["a process died"]}') for process in crowd
    ]
    done = sum((Counter(report["done"]) for report in reports), Counter())
    return done, [*seen[:3], *(fault for report in reports for fault in report["faults"]), *at_rest()]


def worker(seed: str, operations: int, *, unlocked: bool = False) -> subprocess.Popen:
    """A process of the crowd, at the database that this process looks at."""
    command = [sys.executable, "-m", "tests.crowd.worker", seed, str(operations), *(["--unlocked"] if unlocked else [])]
    address = address_of(str(connection.settings_dict["NAME"]))
    return subprocess.Popen(command, env={**os.environ, "DATABASE_URL": address}, stdout=subprocess.PIPE, text=True)


if __name__ == "__main__":
    sys.exit(main())
