"""Every letter about a club's dealings stands on its coordination's desk, so that one that could not be sent is seen."""

import pytest
from django.urls import reverse

from clubsite.letters import letters_visible_to
from core.enums import LetterStatus
from core.models import Letter
from members.models import Person
from tests.house.things import person_of

pytestmark = pytest.mark.django_db
# Letters about a person and the team of their organisation, which no club writes.
OF_NO_CLUB = ("members.", "account", "mfa")


def test_letters_of_a_club_are_seen_by_its_coordination_and_no_other(things):
    for name in ("hauts-de-seine", "oise"):
        letters = Letter.objects.filter(reply_to=f"{name}@demo.example").exclude(code__startswith=OF_NO_CLUB[0])
        coordinator, other = (person_of(role) for role in ("coordinator", "neighbour"))
        if name == "oise":
            coordinator, other = other, coordinator
        assert letters.exists()
        unseen = letters.exclude(pk__in=letters_visible_to(coordinator).values("pk"))
        assert set(unseen.values_list("code", flat=True)) == set()
        assert not letters_visible_to(other).filter(pk__in=letters.values("pk")).exists()


def test_letters_of_no_club_are_those_of_accounts_and_teams(things):
    unseen = Letter.objects.exclude(pk__in=letters_visible_to(person_of("administrator")).values("pk"))
    assert [code for code in set(unseen.values_list("code", flat=True)) if not code.startswith(OF_NO_CLUB)] == []


def test_letter_with_a_personal_link_shows_its_coordination_only_that_it_was_written(things, client):
    secret = letters_visible_to(person_of("coordinator")).filter(is_secret=True)
    assert {letter.code for letter in secret} <= {
        "events.invitation", "events.survey_invitation", "events.survey_reminder",
    }  # fmt: skip
    letter = secret.filter(code="events.survey_invitation").exclude(text="").first()
    client.force_login(person_of("coordinator"))
    page = client.get(reverse("letter_page", args=[letter.pk])).content.decode()
    assert letter.to_email in page and "/events/survey/" in letter.text and "/events/survey/" not in page


def test_letter_that_failed_is_on_the_desk(things, client):
    failed = Letter.objects.filter(status=LetterStatus.FAILED)
    assert failed.count() == 1
    seeing = [
        person
        for person in Person.objects.filter(club_roles__kind="coordinator").distinct()
        if letters_visible_to(person).filter(pk__in=failed).exists()
    ]
    assert seeing
    client.force_login(seeing[0])
    assert f"?status={LetterStatus.FAILED}" in client.get("/coordination/").content.decode()
