"""`python -m tests.chaos`: many histories in several processes, each with a database of its own; the summary at the end."""

import argparse
import json
import os
import resource
import secrets
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from urllib.parse import urlsplit

import django

os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
django.setup()

from django.db import connection  # noqa: E402

from tests.chaos.controls import CONTROLS  # noqa: E402

# Controls are always the same run: the rarest of them shows once in some twenty-five histories.
SEED_OF_CONTROLS, MOST_FOR_A_CONTROL = "control", 150


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    parser.add_argument("--histories", type=int, default=500, help="how many (default: %(default)s)")
    parser.add_argument("--seed", default="", help="of a run that is to be played again; else a new one")
    parser.add_argument("--only", type=int, help="the number of one history")
    parser.add_argument(
        "--no-controls", action="store_true", help="do not show that they fail where a rule is taken away"
    )
    parser.add_argument("--processes", type=int, default=2, help="default: %(default)s")
    given = parser.parse_args()
    given.seed = given.seed or secrets.token_hex(4)
    return given


def main() -> int:
    given = arguments()
    numbers = range(given.histories) if given.only is None else range(given.only, given.only + 1)
    with_controls = given.only is None and not given.no_controls
    print(f"seed {given.seed}, {len(numbers)} histories", flush=True)
    with databases(given.processes) as addresses:
        run = Run(given.seed, numbers)
        run.in_each(addresses, [numbers[n :: len(addresses)] for n in range(len(addresses))])
        print(run.summary(), flush=True)
        held = run.without_rules(addresses) if with_controls and not run.failures else []
    for failure in run.failures:
        print(f"\n{failure}")
    for rule in held:
        print(f"\nNothing fails without the rule that {rule} takes away: the requirements prove too little.")
    return 1 if run.failures or held else 0


class Run:
    """What the workers report, added up."""

    def __init__(self, seed: str, numbers: range):
        self.seed, self.numbers, self.began = seed, numbers, time.perf_counter()
        self.counts: Counter[str] = Counter()
        self.failures: list[str] = []

    def in_each(self, addresses: list[str], shares: list[range]) -> None:
        with ThreadPoolExecutor(len(addresses)) as readers:
            list(readers.map(self._follow, addresses, shares))

    def _follow(self, address: str, numbers: range) -> None:
        if not numbers:
            return
        heard = [self._hear(report) for report in reports(address, self.seed, numbers)]
        if len(heard) < len(numbers) and all(heard):
            self.failures.append(f"a worker stopped after {len(heard)} of {numbers}")

    def _hear(self, report: dict) -> bool:
        if len(self.numbers) == 1:
            print("\n".join([*report["steps"], f"{report['seconds']:.1f} seconds"]))
        before = self.counts["histories"] // 25
        self.counts.update(report["counts"])
        if report["failure"]:
            self.failures.append(report["failure"])
        if self.counts["histories"] // 25 > before:
            print(f"{self.counts['histories']} of {len(self.numbers)}, {self._seconds:.0f} s", flush=True)
        return not report["failure"]

    @property
    def _seconds(self) -> float:
        return time.perf_counter() - self.began

    def summary(self) -> str:
        used = resource.getrusage(resource.RUSAGE_CHILDREN)
        rows = [f"{number:>8} {name}" for name, number in sorted(self.counts.items())]
        spent = f"{self._seconds:.0f} seconds, {used.ru_utime + used.ru_stime:.0f} of a processor"
        return "\n".join([f"seed {self.seed}: {spent}", *rows])

    def without_rules(self, addresses: list[str]) -> list[str]:
        """The rules whose absence nothing showed."""
        with ThreadPoolExecutor(len(addresses)) as readers:
            shares = [list(CONTROLS)[n :: len(addresses)] for n in range(len(addresses))]
            return [rule for found in readers.map(self._without, addresses, shares) for rule in found]

    def _without(self, address: str, rules: list[str]) -> list[str]:
        tried: Counter[str] = Counter()
        held = set(rules)
        for report in reports(address, SEED_OF_CONTROLS, range(MOST_FOR_A_CONTROL), *rules) if rules else []:
            rule = report["without"]
            tried[rule] += 1
            if report["failure"]:
                held.discard(rule)
                last = report["failure"].strip().splitlines()[-1]
                print(f"{rule}: fails in history {tried[rule]}: {last[:120]}", flush=True)
        return sorted(held)


def reports(address: str, seed: str, numbers: range, *rules: str) -> Iterator[dict]:
    """What a worker says: a process of its own, so that nothing of this one is forked."""
    command = [sys.executable, "-m", "tests.chaos.worker", seed]
    command += [*map(str, (numbers.start, numbers.stop, numbers.step)), *rules]
    with subprocess.Popen(
        command, env={**os.environ, "DATABASE_URL": address}, stdout=subprocess.PIPE, text=True
    ) as worker:
        for text in worker.stdout or ():
            yield json.loads(text)


@contextmanager
def databases(number: int) -> Iterator[list[str]]:
    """Made as for tests, filled by all migrations once and copied; their addresses. Gone afterwards."""
    creation, plain = connection.creation, connection.settings_dict["NAME"]
    creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    connection.close()
    names = [connection.settings_dict["NAME"]]
    try:
        for suffix in range(2, number + 1):
            creation.clone_test_db(str(suffix), verbosity=0)
            names.append(creation.get_test_db_clone_settings(str(suffix))["NAME"])
        yield [address_of(str(name)) for name in names]
    finally:
        for suffix in range(2, number + 1):
            creation.destroy_test_db(suffix=str(suffix), verbosity=0)
        creation.destroy_test_db(plain, verbosity=0)


def address_of(name: str) -> str:
    """The same server, another database."""
    given = urlsplit(os.environ.get("DATABASE_URL", "sqlite://"))
    return f"sqlite:///{name}" if given.scheme == "sqlite" else given._replace(path=f"/{name}").geturl()


if __name__ == "__main__":
    sys.exit(main())
