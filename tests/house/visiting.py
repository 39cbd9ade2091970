"""Every address asked by every role, once: what it answers, what it writes, what it says."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from types import SimpleNamespace
from unittest.mock import patch

from django.conf import settings
from django.db import connection, transaction
from django.http import HttpResponseBase
from django.shortcuts import resolve_url
from django.template.backends.django import Template
from django.test import Client

from tests.house.addresses import Call, Message, calls, methods_of
from tests.house.things import ROLES, person_of

# Their pages are written out in full; for the other roles only the answer counts (test_every_page reads theirs).
READERS = {"visitor", "manager", "structure", "coordinator"}


@dataclass(frozen=True)
class Answer:
    role: str
    call: Call
    method: str
    word: str
    headers: dict[str, str]
    text: str
    writes: list[str] = field(default_factory=list)

    def __str__(self):
        return f"{self.method} {self.call.label} as {self.role}"


class Visit:
    """A role's browser; what a request does is undone before the next."""

    def __init__(self, role: str):
        self.is_reading = role in READERS
        self.client = Client(raise_request_exception=False)
        person = person_of(role)
        if person is not None:
            self.client.force_login(person)
        self.cookies = self.client.cookies.output(header="", sep=";")

    def ask(self, method: str, url: str, data: dict | None = None) -> HttpResponseBase:
        self.client.cookies = SimpleCookie(self.cookies)
        reading = nullcontext() if self.is_reading else patch.object(Template, "render", _unread)
        with transaction.atomic(), reading:
            kind = {"content_type": "application/json"} if isinstance(data, Message) and method == "POST" else {}
            response = getattr(self.client, method.lower())(url, data if method == "POST" else None, **kind)
            if response.streaming:
                response.streaming_content = [b"".join(response.streaming_content)]
            transaction.set_rollback(True)
        return response

    def answer(self, method: str, url: str, data: dict | None = None) -> str:
        return word_for(self.ask(method, url, data))


def _unread(template, context=None, request=None) -> str:
    return ""


def word_for(response) -> str:
    """The answer in a word: ok, login, or its number."""
    status = response.status_code
    if status in (301, 302):
        return "login" if response["Location"].startswith(resolve_url(settings.LOGIN_URL)) else "ok"
    return "ok" if 200 <= status < 300 else str(status)


def visit_all(things: SimpleNamespace) -> Iterator[Answer]:
    visits = {role: Visit(role) for role in ROLES}
    for call in calls(things):
        for method in methods_of(call.name):
            for role, visit in visits.items():
                with writes() as written:
                    response = visit.ask(method, call.url, call.data)
                    text = _text_of(response) if visit.is_reading else ""
                yield Answer(role, call, method, word_for(response), dict(response.items()), text, written)


def _text_of(response) -> str:
    content = b"".join(response.streaming_content) if response.streaming else response.content
    return content.decode(errors="replace")


@contextmanager
def writes() -> Iterator[list[str]]:
    """The statements that change rows, while it lasts."""
    found: list[str] = []

    def note(execute, sql, params, many, context):
        if sql.lstrip("( ").upper().startswith(("INSERT", "UPDATE", "DELETE")):
            found.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        yield found


class Log(logging.Handler):
    """What is logged, as it would be read."""

    def __init__(self):
        super().__init__()
        self.lines: list[str] = []
        self.setFormatter(logging.Formatter("{name} {message}", style="{"))

    def emit(self, record):
        self.lines.append(self.format(record))


@contextmanager
def log() -> Iterator[list[str]]:
    handler, root = Log(), logging.getLogger()
    root.addHandler(handler)
    try:
        yield handler.lines
    finally:
        root.removeHandler(handler)
