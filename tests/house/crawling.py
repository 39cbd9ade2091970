"""Following links as a browser would: what a role can reach."""

import html
import re
from collections import Counter, deque
from collections.abc import Iterator
from urllib.parse import parse_qs, urljoin, urlsplit

from django.http import HttpResponseBase
from django.test import Client
from django.urls import resolve

STARTS = ["/", "/desk/", "/search/?q=nanterre"]
LEFT_ALONE = re.compile(r"^/(static|media|admin|i18n)/|^/accounts/(logout|2fa|reauthenticate)")
HREF = re.compile(r"""(?:href|src|data-points-url|hx-get)=["']([^"'#]+)""")
MOST = 400


def crawl(client: Client, *, samples: int = 2) -> Iterator[tuple[str, str, HttpResponseBase]]:
    """(address, the page that links to it, answer) of what can be reached from the start.

    Pages of one kind are alike: `samples` of each (address name and names of its query parameters) are opened.
    """
    queue, seen, opened = deque((start, "start") for start in STARTS), set(STARTS), Counter()
    while queue and sum(opened.values()) < MOST:
        address, origin = queue.popleft()
        kind = kind_of(address)
        if opened[kind] >= samples:
            continue
        opened[kind] += 1
        response = client.get(address, follow=True)
        yield address, origin, response
        for link in links_of(response, address):
            if link not in seen:
                seen.add(link)
                queue.append((link, address))


def kind_of(address: str) -> tuple:
    target = urlsplit(address)
    return resolve(target.path).view_name, tuple(sorted(parse_qs(target.query, keep_blank_values=True)))


def links_of(response, path: str) -> list[str]:
    if (
        response.status_code != 200
        or response.streaming
        or not response.get("Content-Type", "").startswith("text/html")
    ):
        return []
    found = []
    for href in HREF.findall(response.content.decode()):
        target = urlsplit(urljoin(path, html.unescape(href)))
        if target.scheme or target.netloc or LEFT_ALONE.match(target.path):
            continue
        found.append(target.path + (f"?{target.query}" if target.query else ""))
    return found
