"""`python -m tests.bench`: the table. `--only door` measures some rows, `--scale 0.3` fewer of everything."""

import argparse
import os
import secrets
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from statistics import mean
from urllib.parse import urlsplit

import psycopg

from tests.bench.asking import HOST
from tests.bench.server import own_cpu, serving

SERVER = "postgres://postgres@127.0.0.1:5432/postgres"
HEAD = ["work", "here", "of the floor", "CPU ms", "SQL", "goal", "met"]
ROWS = ["pages_of_events", "calendars", "registrations", "rush", "door", "attendees", "spreadsheets", "at_rest"]
FLAGS = ("--preload",)


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--only", nargs="*", choices=ROWS, default=ROWS, help="these rows")
    parser.add_argument("--scale", type=float, default=1.0, help="of the numbers of requests (default: %(default)s)")
    return parser.parse_args()


def main() -> int:
    given = arguments()
    with tempfile.TemporaryDirectory() as folder, scratch_database() as address:
        as_in_production(address, Path(folder))
        return run(given, Path(folder))


@contextmanager
def scratch_database() -> Iterator[str]:
    """An empty database on the server of DATABASE_URL, gone afterwards."""
    server = urlsplit(os.environ.get("DATABASE_URL", SERVER))
    name = f"club_bench_{os.getpid()}"
    with psycopg.connect(server._replace(scheme="postgresql").geturl(), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
        try:
            yield server._replace(path=f"/{name}").geturl()
        finally:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


def as_in_production(database: str, folder: Path) -> None:
    """The product's own settings; only that no proxy speaks TLS, no letter leaves and no second factor is asked for."""
    os.environ |= {
        "DJANGO_SETTINGS_MODULE": "clubsite.settings", "CLUB_ENV": "production", "DEBUG": "off",
        "SECRET_KEY": secrets.token_urlsafe(50), "ALLOWED_HOSTS": HOST, "SITE_URL": f"https://{HOST}",
        "DATABASE_URL": database, "EMAIL_URL": "dummymail://", "REQUIRE_SECOND_FACTOR": "off",
        "SECURE_SSL_REDIRECT": "off", "LOG_LEVEL": "WARNING", "MEDIA_ROOT": str(folder / "media"),
        "PRIVATE_ROOT": str(folder / "private"), "STATIC_ROOT": str(folder / "static"), "ADDRESS_API_URL": "",
    }  # fmt: skip


def run(given: argparse.Namespace, folder: Path) -> int:
    import django  # noqa: PLC0415 - the settings are chosen above

    django.setup()
    from django.core.management import call_command  # noqa: PLC0415
    from django.db import connection  # noqa: PLC0415

    from tests.bench import rows  # noqa: PLC0415
    from tests.bench.filling import fill  # noqa: PLC0415

    began = time.perf_counter()
    call_command("collectstatic", verbosity=0, interactive=False)
    world = fill()
    print(f"filled in {time.perf_counter() - began:.0f} s", flush=True)
    with (
        serving("tests.bench.floor:application", path="/") as floor,
        serving("clubsite.wsgi:application", *FLAGS, path="/healthz/") as product,
    ):
        bench = rows.Bench(world, product, floor, given.scale)
        for name in ROWS:
            if name in given.only:
                getattr(rows, name)(bench)
        connection.close()
        print(f"\n{said_before(bench)}\n\n{table([row.cells() for row in bench.rows])}")
    return 0


def said_before(bench) -> str:
    rates, costs = zip(*(bench.floors or [(0, 0)]), strict=True)
    return (
        f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC, {os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}; the load "
        f"comes from the same machine ({own_cpu():.0f} s of CPU). The floor, measured before each row: "
        f"{min(rates):.0f} to {max(rates):.0f} /s, {mean(costs):.2f} ms CPU a request."
    )


def table(rows: list[list[str]]) -> str:
    return "\n".join("| " + " | ".join(cells) + " |" for cells in [HEAD, ["---"] * len(HEAD), *rows])


if __name__ == "__main__":
    sys.exit(main())
