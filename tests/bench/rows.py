"""The rows of the table: what is asked, how often, and what must be reached."""

import itertools
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial

from django.urls import reverse

from core.models import Letter
from events.enums import PlaceStatus
from events.models import Event, Place
from tests.bench.asking import Answer, Asker, Load, crowd
from tests.bench.counting import client_of, read, statements, token_in
from tests.bench.doors import Desk
from tests.bench.filling import RUNNERS, SEATS, Visitor, World
from tests.bench.server import Server

DOORS, RUSH = 4, 16
# On the machine for which the goals in seconds were set an empty page cost this much. A slower one has as much more time;
# a faster one is not asked for more: the ratios to the floor say how it would be elsewhere.
REFERENCE_MS = 0.6
TYPED = re.compile(rb'name="(form-0-(?:first_name|last_name|email|job_title))" value="([^"]*)"')


@dataclass(frozen=True)
class Row:
    work: str
    here: str
    floor: str
    cpu: str
    sql: str
    goal: str
    met: bool

    def cells(self) -> list[str]:
        return [self.work, self.here, self.floor, self.cpu, self.sql, self.goal, "yes" if self.met else "**no**"]


@dataclass
class Bench:
    """Two servers side by side, and what is in the database."""

    world: World
    product: Server
    floor: Server
    scale: float = 1.0
    rows: list[Row] = field(default_factory=list)
    floors: list[tuple[float, float]] = field(default_factory=list)  # (requests a second, CPU ms)

    def number(self, many: int) -> int:
        return max(8, int(many * self.scale))

    def measure(self, calls, *, at_once: int = 4, limit: float = 60) -> tuple[Load, float]:
        """What a crowd did at the product, and the CPU ms of a worker for each thing."""
        before = self.product.cpu()
        load = crowd(calls, at_once=at_once, limit=limit)
        return load, (self.product.cpu() - before) * 1000 / load.number

    def measure_floor(self) -> tuple[float, float]:
        """Just before each row, because the machine is never quiet for long."""
        before, asker = self.floor.cpu(), Asker(self.floor.port)
        load = crowd(itertools.repeat(partial(asker.get, "/"), self.number(1_500)), at_once=4)
        self.floors.append((load.rate, (self.floor.cpu() - before) * 1000 / load.number))
        return self.floors[-1]

    @property
    def pace(self) -> float:
        """How much slower the machine is at this moment than that of the goals (measured by the last floor); at least 1."""
        return max(1.0, self.floors[-1][1] / REFERENCE_MS)

    def add(self, *cells, met: bool) -> None:
        self.rows.append(Row(*cells, met=met))
        print(" · ".join(self.rows[-1].cells()), flush=True)


def ok(answer: Answer, status: int = 200) -> Answer:
    if answer.status != status:
        raise RuntimeError(f"{answer.status} instead of {status}: {answer.head[:300]}")
    return answer


# --- Pages and calendars ----------------------------------------------------------------------------------------------


def page(bench: Bench, work: str, path: str, most: float, *, visitor: Visitor | None = None, number: int = 600) -> None:
    """A page again and again, four at a time: at least one for each `most` empty ones."""
    session = visitor.session if visitor else ""
    crowd([partial(Asker(bench.product.port, session).get, path)] * 16, at_once=4)  # both workers know it
    floor, floor_cpu = bench.measure_floor()
    calls = (lambda: ok(Asker(bench.product.port, session).get(path)) for _ in range(bench.number(number)))
    load, cpu = bench.measure(calls)
    client = client_of(session)
    read(client, path)
    sql = len(statements(partial(read, client, path)))
    _add_page(bench, work, load, cpu, sql, floor, floor_cpu, most)


def unchanged(bench: Bench, work: str, path: str, most: float, *, number: int = 600) -> None:
    """What a calendar program does all day: asks whether anything is new."""
    etag = ok(Asker(bench.product.port).get(path)).header("ETag")
    floor, floor_cpu = bench.measure_floor()
    calls = (
        lambda: ok(Asker(bench.product.port).get(path, If_None_Match=etag), 304) for _ in range(bench.number(number))
    )
    load, cpu = bench.measure(calls)
    sql = len(statements(lambda: client_of().get(path, headers={"if-none-match": etag})))
    _add_page(bench, work, load, cpu, sql, floor, floor_cpu, most)


def _add_page(bench: Bench, work: str, load: Load, cpu: float, sql: int, floor: float, floor_cpu: float, most: float):
    ratio = floor / load.rate
    here = f"{load.rate:.0f} /s, p50 {load.quantile(0.5) * 1000:.1f} ms, p95 {load.quantile(0.95) * 1000:.1f} ms"
    of_floor = f"1:{ratio:.1f} (CPU 1:{cpu / floor_cpu:.1f})"
    bench.add(work, here, of_floor, f"{cpu:.1f}", str(sql), f"≥ 1:{most:g}", met=ratio <= most)


def pages_of_events(bench: Bench) -> None:
    event, listed = bench.world.event.get_absolute_url(), reverse("events:event_list")
    member = bench.world.members[500]
    page(bench, "public event page, visitor", event, 3)
    page(bench, "list of 50 events (24 a page), visitor", listed, 3)
    page(bench, "event page, signed in", event, 30, visitor=member, number=300)
    page(bench, "list of events, signed in", listed, 30, visitor=member, number=300)


def calendars(bench: Bench) -> None:
    public, own = reverse("events:public_calendar"), reverse("events:feed", args=[bench.world.feed])
    page(bench, "event `.ics`", reverse("events:event_calendar", args=[bench.world.event.slug]), 4)
    page(bench, "the club’s feed of 50 events", public, 4)
    page(bench, "a person’s feed of 50 events", own, 4)
    unchanged(bench, "the club’s feed, unchanged: 304", public, 4)


# --- Registering ------------------------------------------------------------------------------------------------------


def registering(asker: Asker, event: Event) -> None:
    """Read the form, send it, read what came of it: three requests."""
    path = reverse("events:register_people", args=[event.slug])
    form = ok(asker.get(path))
    sent = asker.post(path, _filled(form.token, form.body))
    if sent.status != 302:
        raise RuntimeError(f"not registered: {sent.status}")
    ok(asker.get(sent.header("Location")))


def _filled(token: str, page: bytes) -> dict:
    """The form as it stands: the person themselves, as it knows them."""
    typed = {name.decode(): value.decode() for name, value in TYPED.findall(page)}
    return {"csrfmiddlewaretoken": token, "form-TOTAL_FORMS": 1, "form-INITIAL_FORMS": 0, **typed}


def registrations(bench: Bench) -> None:
    event, number = bench.world.open, bench.number(200)
    visitors = iter(bench.world.members[300:])
    for _ in range(4):
        registering(Asker(bench.product.port, next(visitors).session), event)
    letters, (_rate, floor_cpu) = Letter.objects.count(), bench.measure_floor()
    calls = (partial(registering, Asker(bench.product.port, next(visitors).session), event) for _ in range(number))
    load, cpu = bench.measure(calls)
    if Letter.objects.count() < letters + number:
        raise RuntimeError("a registration without its letter")
    sql = statements(partial(_register_here, bench, next(visitors)))
    here = f"{load.rate:.0f} /s, p95 {load.quantile(0.95) * 1000:.0f} ms, 3 requests"
    met = load.rate * bench.pace >= 25 and cpu <= 60 * bench.pace and len(sql) <= 40
    goal = f"≥ {25 / bench.pace:.0f} /s, ≤ {60 * bench.pace:.0f} ms, ≤ 4 requests, ≤ 40 SQL"
    bench.add(
        "a whole registration, letter queued",
        here,
        f"CPU 1:{cpu / floor_cpu:.0f}",
        f"{cpu:.0f}",
        str(len(sql)),
        goal,
        met=met,
    )


def _register_here(bench: Bench, visitor: Visitor) -> None:
    """The same in this process, to count its statements."""
    client, path = client_of(visitor.session), reverse("events:register_people", args=[bench.world.open.slug])
    form = read(client, path)
    sent = client.post(path, _filled(token_in(form), form))
    read(client, sent.headers["Location"])


def rush(bench: Bench) -> None:
    """Two hundred people want fifty seats."""
    event = bench.world.scarce
    runners = bench.world.members[:RUNNERS]
    before = Place.objects.filter(event=event).count()
    bench.measure_floor()
    calls = (partial(registering, Asker(bench.product.port, visitor.session), event) for visitor in runners)
    load, cpu = bench.measure(calls, at_once=RUSH, limit=600)
    seated = event.places.seated().count()
    waiting = event.places.filter(status=PlaceStatus.WAITING).count()
    if before or seated + waiting != RUNNERS:
        raise RuntimeError(f"{seated} seated, {waiting} waiting")
    here = f"{seated} seated, {waiting} waiting, {load.elapsed:.1f} s"
    most = 6 * bench.pace
    met = seated == SEATS and load.elapsed < most
    goal = f"50 in < {most:.1f} s"
    bench.add("200 people at 50 seats, 16 at a time, by pages", here, "–", f"{cpu:.0f}", "–", goal, met=met)


# --- The door ---------------------------------------------------------------------------------------------------------


def door(bench: Bench) -> None:
    """Four desks, each with people of its own to tick off."""
    number = bench.number(800) // DOORS
    session, event, expected = bench.world.coordinator.session, bench.world.today, bench.world.expected
    desks = [Desk(Asker(bench.product.port, session), event, n) for n in range(DOORS)]
    _rate, floor_cpu = bench.measure_floor()
    before = bench.product.cpu()
    load = crowd(
        [partial(_work, desk, expected[n * number : (n + 1) * number]) for n, desk in enumerate(desks)], at_once=DOORS
    )
    cpu = (bench.product.cpu() - before) * 1000 / (number * DOORS)
    if event.places.attended().count() < number * DOORS:
        raise RuntimeError("somebody was not noted")
    rate = number * DOORS / load.elapsed
    sql = len(statements(partial(_tick_here, bench, session))) if not desks[0].sync else 0
    how = "sync" if desks[0].sync else "page"
    here = f"{rate:.0f} /s ({how})"
    met = rate * bench.pace >= 120 and cpu <= 10 * bench.pace
    bench.add(
        "check-in, 4 doors",
        here,
        f"CPU 1:{cpu / floor_cpu:.0f}",
        f"{cpu:.1f}",
        str(sql or "–"),
        f"≥ {120 / bench.pace:.0f} /s, ≤ {10 * bench.pace:.1f} ms",
        met=met,
    )


def _work(desk: Desk, people: list[int]) -> None:
    for place_id in people:
        desk.tick(place_id)


def _tick_here(bench: Bench, session: str) -> None:
    """The same in this process, to count its statements."""
    client, url = client_of(session), reverse("events:set_attendance", args=[bench.world.expected[-1]])
    client.handler.enforce_csrf_checks = False
    if client.post(url, {"attendance": "present"}, headers={"HX-Request": "true"}).status_code != 200:
        raise RuntimeError("not noted")


# --- Ten thousand -----------------------------------------------------------------------------------------------------


def attendees(bench: Bench) -> None:
    path = reverse("events:registration_list", args=[bench.world.big.slug])
    words = ["moreau", "anne12", "entreprise77", "simon 4", "organisation 150", "roux"]
    _list(bench, "attendee list of 10,000, page", (f"{path}?page={n % 200 + 1}" for n in itertools.count()))
    _list(
        bench,
        "attendee list of 10,000, search",
        (f"{path}?q={words[n % 6].replace(' ', '+')}" for n in itertools.count()),
    )


def _list(bench: Bench, work: str, paths: Iterator[str]) -> None:
    session = bench.world.coordinator.session
    ok(Asker(bench.product.port, session).get(next(paths)))
    floor, floor_cpu = bench.measure_floor()
    calls = (
        partial(lambda path: ok(Asker(bench.product.port, session).get(path)), path)
        for path in itertools.islice(paths, bench.number(120))
    )
    load, cpu = bench.measure(calls, at_once=2)
    client = client_of(session)
    read(client, next(paths))
    sql = len(statements(partial(read, client, next(paths))))
    p95 = load.quantile(0.95) * 1000
    here = f"p50 {load.quantile(0.5) * 1000:.0f} ms, p95 {p95:.0f} ms"
    of_floor = f"1:{floor / load.rate:.0f} (CPU 1:{cpu / floor_cpu:.0f})"
    most = 80 * bench.pace
    goal = f"p95 ≤ {most:.0f} ms, ≤ 12 SQL"
    bench.add(work, here, of_floor, f"{cpu:.0f}", str(sql), goal, met=p95 <= most and sql <= 12)


def spreadsheets(bench: Bench) -> None:
    session = bench.world.coordinator.session
    for form in ("csv", "xlsx"):
        path = reverse("events:registration_export", args=[bench.world.big.slug, form])
        bench.measure_floor()
        before, began, cpu = bench.product.memory("Rss"), time.perf_counter(), bench.product.cpu()
        answer = ok(Asker(bench.product.port, session).get(path))
        seconds, cpu = time.perf_counter() - began, (bench.product.cpu() - cpu) * 1000
        grown = bench.product.memory("Rss") - before
        sql = len(statements(partial(read, client_of(session), path)))
        here = f"{seconds:.1f} s, {len(answer.body) / 1024:.0f} KiB, worker +{grown:.0f} MiB"
        most = 2 * bench.pace
        met = seconds <= most and sql <= 12 and grown < 20
        bench.add(
            f"spreadsheet of 10,000, {form}",
            here,
            "–",
            f"{cpu:.0f}",
            str(sql),
            f"≤ {most:.1f} s, SQL constant, memory flat",
            met=met,
        )


def at_rest(bench: Bench) -> None:
    """After all of that."""
    memory, start = bench.product.memory(), bench.product.first_answer
    here = f"{memory:.0f} MiB (PSS; RSS {bench.product.memory('Rss'):.0f}), first answer after {start:.1f} s"
    bench.measure_floor()
    most = 1.5 * bench.pace
    goal, met = f"≤ 130 MiB, ≤ {most:.1f} s", memory <= 130 and start <= most
    bench.add("one worker after all of this", here, "–", "–", "–", goal, met=met)


ROWS = [pages_of_events, calendars, registrations, rush, door, attendees, spreadsheets, at_rest]
