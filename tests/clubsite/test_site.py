"""Front page, search, letters, health, the day's run."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction

from clubsite.tasks import DAILY
from core.enums import LetterStatus
from core.letters import Recipient, queue_letter
from core.models import Letter
from memberships.actions import enrol_organisation
from tests.factories import ClubFactory, OrganisationFactory, PersonFactory, coordinator_of, member_of

pytestmark = pytest.mark.django_db


def write_letter(*about) -> Letter:
    with transaction.atomic():
        return queue_letter(
            "x.y.z", to=Recipient("lou@example.org"), subject="Convocation", paragraphs=["P"], about=about
        )


def test_health_answers_ok_and_asks_the_database(client, django_assert_num_queries):
    with django_assert_num_queries(1):
        assert client.get("/healthz/").content == b"ok"


def test_front_page_of_an_empty_installation_says_so(client):
    assert "Aucun événement" in client.get("/").content.decode()


def test_front_page_counts_the_members_of_its_club(client):
    one, other = ClubFactory(objective=50), ClubFactory()
    by = coordinator_of(one, other)
    for club, number in ((one, 2), (other, 1)):
        for _ in range(number):
            enrol_organisation(OrganisationFactory(structure=True), club, by=by)
    assert client.get(f"/?club={one.slug}").context["front"].member_count == 2
    assert client.get("/").context["front"].member_count == 3
    assert client.get("/?club=unknown").context["front"].member_count == 3


def test_search_finds_what_the_person_may_see_whatever_the_accents(client):
    shown = OrganisationFactory(name="Épicerie Coursive")
    hidden = OrganisationFactory(name="Épicerie Cachée", is_listed=False)
    for person, expected in ((None, {shown}), (member_of(hidden), {shown, hidden})):
        if person:
            client.force_login(person)
        assert set(client.get("/search/?q=epicerie").context["organisations"]) == expected


@pytest.mark.parametrize(
    ("query", "sentence"), [("", "Recherche"), ("x", "deux caractères"), ("zzzzz", "Aucun résultat")]
)
def test_search_says_what_it_needs(client, query, sentence):
    assert sentence in client.get("/search/", {"q": query}).content.decode()


def test_letters_are_seen_by_the_coordination_of_their_club_only(client):
    club = ClubFactory()
    letter = write_letter(club)
    write_letter()
    client.force_login(coordinator_of(club))
    assert list(client.get("/coordination/letters/").context["page"]) == [letter]
    assert client.get(f"/coordination/letters/{letter.pk}/").status_code == 200
    client.force_login(coordinator_of(ClubFactory()))
    assert client.get(f"/coordination/letters/{letter.pk}/").status_code == 404
    client.force_login(PersonFactory())
    assert client.get("/coordination/letters/").status_code == 403


def test_letter_that_was_given_up_is_sent_again(client, mailoutbox, django_capture_on_commit_callbacks):
    club = ClubFactory()
    letter = write_letter(club)
    Letter.objects.update(status=LetterStatus.FAILED)
    client.force_login(coordinator_of(club))
    with django_capture_on_commit_callbacks(execute=True):
        client.post(f"/coordination/letters/{letter.pk}/retry/")
    letter.refresh_from_db()
    assert letter.status == LetterStatus.SENT
    assert [mail.subject for mail in mailoutbox] == ["Convocation"]


def test_letters_are_found_by_address_and_state(client):
    club = ClubFactory()
    letter = write_letter(club)
    client.force_login(coordinator_of(club))
    found = {
        query: len(client.get(f"/coordination/letters/?{query}").context["page"])
        for query in ("q=lou@", "q=nobody", "status=sent")
    }
    assert found == {"q=lou@": 1, "q=nobody": 0, "status=sent": 0} and letter.pk


def test_daily_run_does_everything_and_twice_is_harmless():
    for _ in range(2):
        out = StringIO()
        call_command("run_daily", stdout=out)
        assert [line.split(":")[0] for line in out.getvalue().splitlines()] == list(DAILY)


def test_daily_run_goes_on_after_a_failure_and_says_so(monkeypatch):
    def broken():
        raise ValueError("no luck")

    monkeypatch.setitem(DAILY, "points refined", broken)
    out = StringIO()
    with pytest.raises(CommandError, match="points refined"):
        call_command("run_daily", stdout=out)
    assert "letters sent: 0" in out.getvalue()


def test_demo_refuses_a_database_with_clubs_of_its_own():
    ClubFactory()
    with pytest.raises(CommandError, match="empty"):
        call_command("load_demo")
