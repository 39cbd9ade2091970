"""A small browser and a small crowd: plain sockets, bounded in number and time.

gunicorn's sync workers close each connection after their answer, so every request is a connection of its own.
"""

import json
import re
import socket
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from urllib.parse import urlencode

HOST = "club.example.org"
TIMEOUT = 60
TOKEN = re.compile(rb'name="csrfmiddlewaretoken" value="(\w+)"')
COOKIE = re.compile(r"set-cookie: (\w+)=([^;]*)", re.IGNORECASE)


@dataclass(frozen=True)
class Answer:
    status: int
    head: str
    body: bytes
    seconds: float

    def header(self, name: str) -> str:
        found = re.search(rf"^{name}: (.*?)\r?$", self.head, re.IGNORECASE | re.MULTILINE)
        return found[1] if found else ""

    @property
    def token(self) -> str:
        """Of the forms on this page."""
        found = TOKEN.search(self.body)
        if not found:
            raise LookupError(f"no form on this page ({self.status})")
        return found[1].decode()


@dataclass
class Asker:
    """Keeps cookies, and says in which language it reads."""

    port: int
    session: str = ""
    cookies: dict[str, str] = field(default_factory=dict)

    def __post_init__(self):
        if self.session:
            self.cookies["sessionid"] = self.session

    def get(self, path: str, **headers: str) -> Answer:
        return self._ask("GET", path, b"", headers)

    def post(self, path: str, fields: dict, **headers: str) -> Answer:
        typed = {"Content_Type": "application/x-www-form-urlencoded", **headers}
        return self._ask("POST", path, urlencode(fields).encode(), typed)

    def post_json(self, path: str, found: dict, **headers: str) -> Answer:
        return self._ask("POST", path, json.dumps(found).encode(), {"Content_Type": "application/json", **headers})

    def _ask(self, method: str, path: str, body: bytes, headers: dict[str, str]) -> Answer:
        lines = [f"{method} {path} HTTP/1.1", f"Host: {HOST}", "Accept-Language: fr", "Connection: close"]
        if self.cookies:
            lines.append("Cookie: " + "; ".join(f"{name}={value}" for name, value in self.cookies.items()))
        if method == "POST":
            lines.append(f"Content-Length: {len(body)}")
        lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
        answer = send(self.port, "\r\n".join([*lines, "\r\n"]).encode() + body)
        self.cookies.update(COOKIE.findall(answer.head))
        return answer


def send(port: int, request: bytes) -> Answer:
    began = time.perf_counter()
    with socket.create_connection(("127.0.0.1", port), TIMEOUT) as line:
        line.sendall(request)
        parts = []
        while part := line.recv(262_144):
            parts.append(part)
    head, _gap, body = b"".join(parts).partition(b"\r\n\r\n")
    return Answer(int(head[9:12] or 0), head.decode("latin-1"), body, time.perf_counter() - began)


@dataclass(frozen=True)
class Load:
    """What a crowd did: how many things, in which time, how long each took."""

    number: int
    elapsed: float
    seconds: list[float]

    @property
    def rate(self) -> float:
        return self.number / self.elapsed

    def quantile(self, part: float) -> float:
        ordered = sorted(self.seconds)
        return ordered[min(len(ordered) - 1, int(part * len(ordered)))]


def crowd(calls: Iterable[Callable[[], object]], *, at_once: int, limit: float = 60) -> Load:
    """Make all calls, `at_once` at a time, none after `limit` seconds; what one raises ends it all."""
    waiting, guard = iter(calls), threading.Lock()
    seconds: list[float] = []
    errors: list[BaseException] = []
    began = time.perf_counter()

    def work() -> None:
        while not errors and time.perf_counter() - began < limit:
            with guard:
                call = next(waiting, None)
            if call is None:
                return
            start = time.perf_counter()
            try:
                call()
            except BaseException as error:  # noqa: BLE001 - told below, by the thread that waits
                errors.append(error)
                return
            seconds.append(time.perf_counter() - start)

    threads = [threading.Thread(target=work) for _ in range(at_once)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]
    return Load(len(seconds), time.perf_counter() - began, seconds)
