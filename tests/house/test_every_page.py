"""Every page that a role can reach by following links answers 200, on the demo data: no dead link, no forbidden one."""

import pytest

from tests.demo import demo_person
from tests.house.crawling import crawl, kind_of

ROLES = [
    None, "nouvelle", "directrice", "contributrice", "structure", "coordination", "oise", "accueil", "financeur", "admin",
]  # fmt: skip


@pytest.mark.parametrize("role", ROLES)
def test_every_page_answers(things, db, client, role):
    client.raise_request_exception = False  # collect them all
    if role:
        client.force_login(demo_person(role))
    broken, kinds = [], set()
    for address, origin, response in crawl(client):
        kinds.add(kind_of(address))
        if response.status_code != 200:
            cause = getattr(response, "exc_info", None)
            broken.append(f"{response.status_code} {address} (linked from {origin}) {cause and repr(cause[1])}")
    assert not broken, "\n".join(broken)
    assert len(kinds) > (8 if role is None else 12), "the crawl did not get anywhere"
