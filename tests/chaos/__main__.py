"""`python -m tests.chaos`: many histories in several processes, each with a database of its own; the summary at the end."""

import argparse
import json
import os
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


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    parser.add_argument("--histories", type=int, default=500, help="how many (default: %(default)s)")
    parser.add_argument("--seed", default="", help="of a run that is to be played again; else a new one")
    parser.add_argument("--only", type=int, help="the number of one history")
    parser.add_argument("--processes", type=int, default=2, help="default: %(default)s")
    given = parser.parse_args()
    given.seed = given.seed or secrets.token_hex(4)
    return given


def main() -> int:
    given = arguments()
    numbers = range(given.histories) if given.only is None else range(given.only, given.only + 1)
    print(f"seed {given.seed}, {len(numbers)} histories", flush=True)
    shares = [share for n in range(given.processes) if (share := numbers[n :: given.processes])]
    with databases(len(shares)) as addresses:
        run = Run(given.seed, len(numbers))
        with ThreadPoolExecutor(len(shares)) as readers:
            list(readers.map(run.follow, shares, addresses))
    print(run.summary())
    for failure in run.failures:
        print(f"\n{failure}")
    return 1 if run.failures or run.counts["histories"] != len(numbers) else 0


class Run:
    """What the workers report, added up."""

    def __init__(self, seed: str, total: int):
        self.seed, self.total, self.began = seed, total, time.perf_counter()
        self.counts: Counter[str] = Counter()
        self.failures: list[str] = []

    def follow(self, numbers: range, address: str) -> None:
        """Start a worker, so that nothing of this process is forked, and read what it says."""
        command = [
            sys.executable,
            "-m",
            "tests.chaos.worker",
            self.seed,
            str(numbers.start),
            str(numbers.stop),
            str(numbers.step),
        ]
        worker = subprocess.Popen(
            command, env={**os.environ, "DATABASE_URL": address}, stdout=subprocess.PIPE, text=True
        )
        for text in worker.stdout:
            self._hear(json.loads(text))
        if worker.wait() and not self.failures:
            self.failures.append(f"a worker ended with {worker.returncode}")

    def _hear(self, report: dict) -> None:
        if self.total == 1:
            print("\n".join([*report["steps"], f"{report['seconds']:.1f} seconds"]))
        before = self.counts["histories"] // 25
        self.counts.update(report["counts"])
        if report["failure"]:
            self.failures.append(report["failure"])
        if self.counts["histories"] // 25 > before:
            print(f"{self.counts['histories']} of {self.total}, {self.seconds:.0f} s", flush=True)

    @property
    def seconds(self) -> float:
        return time.perf_counter() - self.began

    def summary(self) -> str:
        rows = [f"{number:>8} {name}" for name, number in sorted(self.counts.items())]
        return "\n".join([f"seed {self.seed}: {self.seconds:.0f} seconds", *rows])


@contextmanager
def databases(number: int) -> Iterator[list[str]]:
    """Made as for tests, filled by all migrations once and copied; their addresses. Gone afterwards."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
    django.setup()
    from django.db import connection  # noqa: PLC0415 - Django is set up first

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
