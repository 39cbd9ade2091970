"""People's names, e-mail addresses and phone numbers: never in an address or a log, never before visitors, and before the
other side of an introduction only once both have agreed."""

import html
import re

import pytest
from django.test import Client

from events.models import Place
from introductions.models import Introduction
from members.models import Club, Organisation, Person
from tests.house.crawling import crawl
from tests.house.things import person_of

pytestmark = pytest.mark.django_db
EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
# A French phone number as it is written anywhere: 01 23 45 67 89, +33 1 23…, with points, dashes or no spaces.
PHONE = re.compile(r"(?<![\d\w])(?:\+33|0)[\s\u00a0.-]?[1-9](?:[\s\u00a0.-]?\d\d){4}(?!\w)")
HREF = re.compile(r"""(?:href|src|action|hx-[a-z]+|data-[a-z-]+)=["']([^"']*)""")


def names_in(text: str, people: set[str]) -> set[str]:
    return {name for name in people if name in text}


@pytest.fixture(scope="module")
def open_pages(things, django_db_blocker) -> dict[str, str]:
    """What a visitor can read: address → text, several pages of every kind."""
    with django_db_blocker.unblock():
        found = {}
        for address, _origin, response in crawl(Client(), samples=8):
            content = b"".join(response.streaming_content) if response.streaming else response.content
            found[address] = html.unescape(content.decode(errors="replace"))
    assert len(found) > 60
    return found


def test_patterns_find_what_they_name():
    assert EMAIL.findall("écrire à jeanne.d@club.example.org, merci") == ["jeanne.d@club.example.org"]
    assert PHONE.search("Tél. 01 88 00 00 00") and PHONE.search("+33188000000") and PHONE.search("01.88.00.00.00")
    assert not PHONE.search("SIRET 900\u00a0000\u00a0120\u00a000017") and not PHONE.search("2026-11-22T09:30:00+01:00")


def test_visitors_read_no_address_but_the_clubs_own(open_pages):
    allowed = {club.email for club in Club.objects.all()}
    found = {(address, email) for address, text in open_pages.items() for email in EMAIL.findall(text)}
    assert {(address, email) for address, email in found if email.lower() not in allowed} == set()


def test_visitors_read_no_phone_number(open_pages):
    assert {(address, phone) for address, text in open_pages.items() for phone in PHONE.findall(text)} == set()


def test_visitors_read_no_name_of_a_participant_or_an_account(open_pages):
    people = {place.full_name for place in Place.objects.exclude(last_name="")}
    people |= {person.get_full_name() for person in Person.objects.exclude(last_name="")}
    assert len(people) > 40
    found = {(address, name) for address, text in open_pages.items() for name in names_in(text, people)}
    assert found == set()


def test_addresses_hold_no_address_of_a_person(visited):
    """A query string ends up in histories, logs and Referer headers."""
    found = {
        f"{answer}: {href}"
        for answer in visited.answers
        for href in HREF.findall(answer.text)
        if EMAIL.search(href.replace("%40", "@")) and not href.startswith("mailto:")
    }
    assert found == set()


def test_redirects_hold_no_address_of_a_person(visited):
    targets = {answer.headers["Location"] for answer in visited.answers if "Location" in answer.headers}
    assert {target for target in targets if EMAIL.search(target.replace("%40", "@"))} == set()


def test_log_holds_no_name_and_no_address(visited):
    text = "\n".join(visited.log)
    assert "Not Found" in text  # something was logged
    emails = {person.email for person in Person.objects.all()} | {place.email for place in Place.objects.all()} - {""}
    assert {email for email in emails if email in text} == set()
    people = {place.full_name for place in Place.objects.all()} | {p.get_full_name() for p in Person.objects.all()}
    assert names_in(text, people - {""}) == set()


def test_contacts_stay_hidden_until_both_sides_agree(things, client):
    """On every page that the side can reach. What the two have agreed to elsewhere is taken back first."""
    agreed = Introduction.objects.between(things.company, things.structure).exclude(pk=things.introduction.pk)
    assert agreed.filter(pk=things.going_on.pk).exists()
    agreed.update(asked_agreed_at=None, status="asked")
    for role, other, organisation in (
        ("structure", "manager", things.company),
        ("manager", "structure", things.structure),
    ):
        client.force_login(person_of(role))
        hidden, secret_email = person_of(other), f"standard@{other}.example"
        Organisation.objects.filter(pk=organisation.pk).update(phone="+33199001122", email=secret_email)
        page = client.get(things.introduction.get_absolute_url()).content.decode()
        assert things.introduction.subject in page and hidden.get_full_name() not in page
        for address, _origin, response in crawl(client, samples=3):
            if response.streaming:
                continue
            text = html.unescape(response.content.decode(errors="replace")).replace("\u00a0", " ")
            assert hidden.email not in text and secret_email not in text, f"{address} as {role}"
            assert "99 00 11 22" not in text and "199001122" not in text, f"{address} as {role}"
        Organisation.objects.filter(pk=organisation.pk).update(phone="", email="")


def test_contacts_show_once_both_sides_agreed(things, client):
    """Else the test above would prove nothing."""
    client.force_login(person_of("structure"))
    page = client.get(things.going_on.get_absolute_url()).content.decode()
    assert person_of("manager").email in page and person_of("manager").get_full_name() in page


def test_reader_reads_figures_and_no_person(things, client):
    """A funder: nobody's name, address or number but their own and the clubs'."""
    reader = person_of("reader")
    client.force_login(reader)
    allowed = {club.email for club in Club.objects.all()} | {reader.email}
    people = {place.full_name for place in Place.objects.exclude(last_name="")}
    people |= {person.get_full_name() for person in Person.objects.exclude(pk=reader.pk).exclude(last_name="")}
    for address, _origin, response in crawl(client, samples=3):
        if response.streaming or "profile" in address:
            continue
        text = html.unescape(response.content.decode(errors="replace"))
        assert {email for email in EMAIL.findall(text) if email not in allowed} == set(), address
        assert names_in(text, people) == set(), address
        assert PHONE.findall(text) == [], address
