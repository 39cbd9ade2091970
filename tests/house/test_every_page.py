"""Every page that a role can reach by following links answers 200, on the demo data: no dead link, no forbidden one."""

import html
import re
from collections import Counter, deque
from urllib.parse import parse_qs, urljoin, urlsplit

import pytest
from django.urls import resolve

from tests.demo import demo_person

ROLES = [
    None, "nouvelle", "directrice", "contributrice", "structure", "coordination", "oise", "accueil", "financeur", "admin",
]  # fmt: skip
STARTS = ["/", "/desk/", "/search/?q=nanterre"]
LEFT_ALONE = re.compile(r"^/(static|media|admin|i18n)/|^/accounts/(logout|2fa|reauthenticate)")
HREF = re.compile(r"""(?:href|src|data-points-url|hx-get)=["']([^"'#]+)""")
# Pages of one kind are alike: this many of each (address name and names of its query parameters) are opened.
SAMPLES, MOST = 2, 400


def links_of(response, path: str) -> list[str]:
    if not response.get("Content-Type", "").startswith("text/html") or response.streaming:
        return []
    found = []
    for href in HREF.findall(response.content.decode()):
        target = urlsplit(urljoin(path, html.unescape(href)))
        if target.scheme or target.netloc or LEFT_ALONE.match(target.path):
            continue
        found.append(target.path + (f"?{target.query}" if target.query else ""))
    return found


def kind_of(address: str) -> tuple:
    target = urlsplit(address)
    return resolve(target.path).view_name, tuple(sorted(parse_qs(target.query, keep_blank_values=True)))


@pytest.mark.parametrize("role", ROLES)
def test_every_page_answers(demo, db, client, role):
    client.raise_request_exception = False  # collect them all
    if role:
        client.force_login(demo_person(role))
    queue, seen, opened = deque((start, "start") for start in STARTS), set(STARTS), Counter()
    broken = []
    while queue and sum(opened.values()) < MOST:
        address, origin = queue.popleft()
        kind = kind_of(address)
        if opened[kind] >= SAMPLES:
            continue
        opened[kind] += 1
        response = client.get(address, follow=True)
        if response.status_code != 200:
            cause = getattr(response, "exc_info", None)
            broken.append(f"{response.status_code} {address} (linked from {origin}) {cause and repr(cause[1])}")
            continue
        for link in links_of(response, address):
            if link not in seen:
                seen.add(link)
                queue.append((link, address))
    assert not broken, "\n".join(broken)
    assert len(opened) > (8 if role is None else 12), "the crawl did not get anywhere"
