"""SQL of a request, counted in this process: the same product, the same database, a pass of its own."""

from collections.abc import Callable

from django.conf import settings
from django.db import connection
from django.test import Client

from tests.bench.asking import HOST, TOKEN


def client_of(session: str = "") -> Client:
    client = Client(enforce_csrf_checks=True, headers={"host": HOST, "accept-language": "fr"})
    if session:
        client.cookies[settings.SESSION_COOKIE_NAME] = session
    return client


def statements(act: Callable[[], object]) -> list[str]:
    """The statements that `act` sends (a savepoint counts, what opens and closes a transaction does not)."""
    seen: list[str] = []

    def note(execute, sql, params, many, context):
        seen.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        act()
    return seen


def read(client: Client, path: str, **headers: str) -> bytes:
    """The whole answer; a stream to its end."""
    response = client.get(path, headers=headers)
    if response.status_code >= 400:
        raise RuntimeError(f"{path}: {response.status_code}")
    return b"".join(response.streaming_content) if response.streaming else response.content


def token_in(page: bytes) -> str:
    found = TOKEN.search(page)
    if not found:
        raise LookupError("no form on this page")
    return found[1].decode()
