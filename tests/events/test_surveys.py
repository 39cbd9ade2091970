"""The survey: one answer for each who came, kept so that nobody can tell whose; shown once closed, from five answers on."""

import csv
import io
import re
from datetime import timedelta
from unittest.mock import patch

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from core.errors import RuleBroken
from core.letters import send_due_letters
from core.models import HistoryEntry, Letter
from events.actions import (
    add_survey_question,
    answer_survey,
    change_survey,
    change_survey_question,
    close_survey,
    erase_old_attendees,
    prepare_survey,
    release_survey,
    remove_survey_question,
    run_surveys,
    set_letter_text,
    switch_letter,
)
from events.actions.personal_data import data_of
from events.actions.privacy import KEPT, forget
from events.enums import Attendance, SurveyQuestionKind, SurveyState
from events.letter_kinds import KINDS
from events.models import Survey, SurveyAnswer, SurveyInvitation, SurveyQuestion
from events.survey_links import BadLink, invitation_id, survey_path
from events.survey_results import results_of, summary_of
from tests.events.factories import EventFactory, place_at
from tests.factories import ClubFactory, OrganisationFactory, PersonFactory, coordinator_of, member_of, reader_of
from tests.racing import at_once

pytestmark = pytest.mark.django_db
SCALE, YES_NO, CHOICE, SEVERAL, TEXT = SurveyQuestionKind


def event_over(days=1, **fields):
    ends_at = timezone.now() - timedelta(days=days)
    return EventFactory(starts_at=ends_at - timedelta(hours=3), ends_at=ends_at, **fields)


def came(event, people=1, **fields):
    return [place_at(event, attendance=Attendance.PRESENT, **fields) for _ in range(people)]


def asked(people=5, *, event=None, **fields):
    """A released survey of an event that is over, to which `people` came."""
    event = event or event_over(**fields)
    came(event, people)
    return release_survey(prepare_survey(event, by=None), by=None)


def invitations(survey):
    return list(SurveyInvitation.objects.filter(survey=survey).order_by("pk"))


def questions(survey):
    """Kind → the first question of that kind."""
    found = {}
    for question in survey.questions.all():
        found.setdefault(question.kind, question)
    return found


def mark(survey, number, text=""):
    """Answers that give the first question a mark, and perhaps a text."""
    first, last = questions(survey)[SCALE], questions(survey)[TEXT]
    return {first.pk: number, last.pk: text}


def closed(marks, *, texts=(), **fields):
    survey = asked(len(marks), **fields)
    texts = [*texts, *[""] * len(marks)]
    for invitation, number, text in zip(invitations(survey), marks, texts, strict=False):
        answer_survey(invitation, mark(survey, number, text))
    return close_survey(survey, by=None)


def written(code):
    return sorted(Letter.objects.filter(code=code).values_list("to_email", flat=True))


def text_of(response):
    assert response.status_code == 200
    return response.content.decode().replace("\xa0", " ").replace("&#x27;", "'")


# --- Preparing --------------------------------------------------------------------------------------------------------


def test_survey_begins_with_ready_questions_and_is_prepared_once():
    event = EventFactory()
    survey = prepare_survey(event, by=None)
    assert prepare_survey(event, by=None) == survey and Survey.objects.count() == 1
    assert {question.kind for question in survey.questions.all()} == set(SurveyQuestionKind)
    assert survey.closes_at > event.ends_at and survey.state_at(timezone.now()) == SurveyState.DRAFT
    with pytest.raises(IntegrityError), transaction.atomic():
        Survey.objects.create(event=event, closes_at=timezone.now())
    with pytest.raises(RuleBroken):
        prepare_survey(EventFactory(status="cancelled"), by=None)


def test_questions_are_changed_until_the_release_and_never_after():
    survey = prepare_survey(event_over(), by=None)
    question = add_survey_question(survey, by=None, kind=CHOICE, text="Quel jour ?", options="Mardi\n\n Jeudi ")
    assert question.choices == ["Mardi", "Jeudi"] and question.rank == 8
    question = change_survey_question(question, by=None, text="Quel jour préférez-vous ?")
    remove_survey_question(survey.questions.first(), by=None)
    assert survey.questions.count() == 7
    release_survey(survey, by=None)
    for act in (
        lambda: add_survey_question(survey, by=None, kind=TEXT, text="Trop tard"),
        lambda: change_survey_question(question, by=None, text="Trop tard"),
        lambda: remove_survey_question(question, by=None),
    ):
        with pytest.raises(RuleBroken):
            act()
    assert survey.questions.count() == 7 and not survey.questions.filter(text="Trop tard").exists()


@pytest.mark.parametrize("options", ["", "Un seul", "Le même\nLe même"])
def test_choices_are_at_least_two_and_differ(options):
    survey = prepare_survey(EventFactory(), by=None)
    with pytest.raises(RuleBroken) as broken:
        add_survey_question(survey, by=None, kind=SEVERAL, text="Lequel ?", options=options)
    assert broken.value.field == "options"
    assert add_survey_question(survey, by=None, kind=TEXT, text="Dites", options="un\ndeux").options == ""


def test_twenty_questions_are_enough():
    survey = prepare_survey(EventFactory(), by=None)
    for number in range(13):
        add_survey_question(survey, by=None, kind=TEXT, text=f"N° {number}")
    with pytest.raises(RuleBroken):
        add_survey_question(survey, by=None, kind=TEXT, text="Une de trop")


def test_release_needs_a_published_event_a_question_and_time_to_answer():
    draft, empty, late = (prepare_survey(EventFactory(draft=n == 0), by=None) for n in range(3))
    empty.questions.all().delete()
    Survey.objects.filter(pk=late.pk).update(closes_at=timezone.now() - timedelta(days=1))
    for survey in (draft, empty, late):
        with pytest.raises(RuleBroken):
            release_survey(survey, by=None)
    assert not Survey.objects.filter(released_at__isnull=False).exists()


def test_closing_day_lies_after_the_event_and_ahead():
    survey = prepare_survey(EventFactory(), by=None)
    wrong = [timezone.now() - timedelta(days=1), survey.event.ends_at - timedelta(minutes=1)]
    for closes_at in wrong:
        with pytest.raises(RuleBroken) as broken:
            change_survey(survey, by=None, opening="", closes_at=closes_at, is_summary_public=False)
        assert broken.value.field == "closes_at"


# --- Inviting ---------------------------------------------------------------------------------------------------------


def test_those_who_came_are_written_to_when_the_event_is_over_and_nobody_else():
    event = EventFactory(today=True)
    (here,) = came(event)
    place_at(event, attendance=Attendance.ABSENT)
    place_at(event)
    came(event, email="")
    survey = release_survey(prepare_survey(event, by=None), by=None)
    assert survey.state_at(timezone.now()) == SurveyState.WAITING and not invitations(survey)
    assert run_surveys(timezone.now()) == 0
    with time_machine.travel(event.ends_at + timedelta(hours=1), tick=False):
        assert run_surveys(timezone.now()) == 1 and run_surveys(timezone.now()) == 0
        assert written("events.survey_invitation") == [here.email]
        (late,) = came(event)  # ticked off afterwards, from the paper sheet
        assert run_surveys(timezone.now()) == 1
    assert written("events.survey_invitation") == sorted([here.email, late.email])
    with pytest.raises(IntegrityError), transaction.atomic():
        SurveyInvitation.objects.create(survey=survey, place=here, invited_at=timezone.now())


def test_cancelled_event_is_not_asked_about():
    event = event_over()
    came(event)
    survey = prepare_survey(event, by=None)
    Survey.objects.filter(pk=survey.pk).update(released_at=timezone.now())
    type(event).objects.filter(pk=event.pk).update(status="cancelled")
    assert run_surveys(timezone.now()) == 0 and not Letter.objects.exists()


def test_who_has_not_answered_is_reminded_once_after_five_days():
    survey = asked(2)
    answered, silent = invitations(survey)
    answer_survey(answered, mark(survey, 4))
    now = timezone.now()
    sent = [run_surveys(now + timedelta(days=n)) for n in range(12)]
    assert [day for day, number in enumerate(sent) if number] == [5]
    assert written("events.survey_reminder") == [silent.place.email]


def test_club_that_sends_no_reminder_of_surveys_reminds_nobody_until_it_does():
    survey = asked(1)
    club, kind = survey.event.club, KINDS["events.survey_reminder"]
    switch_letter(club, kind, is_on=False, by=None)
    assert run_surveys(timezone.now() + timedelta(days=6)) == 0 and written(kind.code) == []
    switch_letter(club, kind, is_on=True, by=None)
    assert run_surveys(timezone.now() + timedelta(days=6)) == 1 and len(written(kind.code)) == 1


def test_survey_is_announced_in_the_clubs_words_with_its_promise_and_its_link():
    event = event_over()
    came(event)
    own = {"subject": "Votre avis sur {event} ?", "body": "Bonjour {name}, dites-nous tout."}
    set_letter_text(event.club, KINDS["events.survey_invitation"], "fr", by=None, **own)
    release_survey(prepare_survey(event, by=None), by=None)
    letter = Letter.objects.get()
    assert letter.subject == f"Votre avis sur {event.title} ?" and "dites-nous tout." in letter.text
    assert "sans votre nom" in letter.text and "/events/survey/" in letter.text and letter.is_secret


def test_link_is_secret_and_wiped_once_sent():
    survey = asked(1)
    link = survey_path(invitations(survey)[0])
    letter = Letter.objects.get()
    assert letter.is_secret and f"/events/survey/{link}/" in letter.text
    send_due_letters()
    letter.refresh_from_db()
    assert letter.text == "" and letter.html == ""


# --- Answering --------------------------------------------------------------------------------------------------------


def typed(survey, **changes):
    """What somebody ticks, by the kind of question."""
    by_kind = {SCALE: 5, YES_NO: 1, CHOICE: 2, SEVERAL: [0, 3], TEXT: "Très bien"}
    values = {f"q{question.pk}": by_kind[question.kind] for question in survey.questions.all()}
    return {**values, **changes}


def test_answer_comes_through_the_personal_link_once(client):
    survey = asked(1)
    address = reverse("events:answer_survey", args=[survey_path(invitations(survey)[0])])
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200  # a scanner opens every link
    assert not [q for q in captured if q["sql"].startswith(("INSERT", "UPDATE", "DELETE"))]
    assert client.post(address, typed(survey)).url == address
    assert "Merci" in text_of(client.get(address))
    assert "Merci" in text_of(client.post(address, typed(survey)))
    kept = SurveyAnswer.objects.values_list("question__kind", "number", "text")
    assert sorted(kept, key=str) == sorted(
        [("scale", 5, "")] * 3 + [("yes_no", 1, ""), ("choice", 2, ""), ("several", 0, ""), ("several", 3, ""),
                                  ("text", None, "Très bien")], key=str,
    )  # fmt: skip


def test_no_and_the_first_choice_are_answers_too():
    survey = asked(1)
    found = questions(survey)
    answer_survey(invitations(survey)[0], {found[SCALE].pk: 1, found[YES_NO].pk: 0, found[CHOICE].pk: 0})
    assert sorted(SurveyAnswer.objects.values_list("number", flat=True)) == [0, 0, 1]


@pytest.mark.parametrize("kind", [SCALE, YES_NO, CHOICE, SEVERAL])
def test_number_that_is_no_answer_is_refused_at_its_question(client, kind):
    survey = asked(1)
    question = questions(survey)[kind]
    wrong = [99] if kind == SEVERAL else 99
    with pytest.raises(RuleBroken) as broken:
        answer_survey(invitations(survey)[0], {**mark(survey, 3), question.pk: wrong})
    assert broken.value.field == f"q{question.pk}" and not SurveyAnswer.objects.exists()
    address = reverse("events:answer_survey", args=[survey_path(invitations(survey)[0])])
    answer = client.post(
        address, typed(survey, **{f"q{question.pk}": wrong, f"q{questions(survey)[TEXT].pk}": "Gardé"})
    )
    assert f"q{question.pk}" in answer.context["form"].errors and "Gardé" in text_of(answer)
    assert not SurveyAnswer.objects.exists() and not SurveyInvitation.objects.filter(has_answered=True).exists()


def test_required_question_and_an_empty_sheet_are_said_and_nothing_is_kept(client):
    survey = asked(1)
    address = reverse("events:answer_survey", args=[survey_path(invitations(survey)[0])])
    first = f"q{survey.questions.first().pk}"
    assert first in client.post(address, typed(survey, **{first: ""})).context["form"].errors
    with pytest.raises(RuleBroken) as broken:
        answer_survey(invitations(survey)[0], {})
    assert broken.value.field == first
    SurveyQuestion.objects.update(is_required=False)
    assert "form" in client.post(address, {}).context
    assert not SurveyAnswer.objects.exists()


def test_text_that_is_too_long_is_said_at_its_question(client):
    survey = asked(1)
    last = f"q{questions(survey)[TEXT].pk}"
    address = reverse("events:answer_survey", args=[survey_path(invitations(survey)[0])])
    assert last in client.post(address, typed(survey, **{last: "x" * 2001})).context["form"].errors
    assert not SurveyAnswer.objects.exists()


def test_link_that_is_none_of_ours_does_not_exist(client):
    survey = asked(2)
    one, other = invitations(survey)
    number, _dot, signature = survey_path(one).partition(".")
    for wrong in (
        "x",
        "1",
        f"{other.pk}.{signature}",
        f"{number}.{signature[:-1]}",
        f"{number}.",
        f".{signature}",
        "9" * 400,
    ):
        with pytest.raises(BadLink):
            invitation_id(wrong)
        assert client.get(reverse("events:answer_survey", args=[wrong])).status_code == 404
    assert invitation_id(survey_path(one)) == one.pk


def test_closed_survey_says_so_and_takes_no_answer(client):
    survey = asked(1)
    (invitation,) = invitations(survey)
    address = reverse("events:answer_survey", args=[survey_path(invitation)])
    with time_machine.travel(survey.closes_at + timedelta(minutes=1), tick=False):
        assert "close" in text_of(client.get(address))
        with pytest.raises(RuleBroken):
            answer_survey(invitation, mark(survey, 3))
    close_survey(survey, by=None)
    assert "close" in text_of(client.post(address, typed(survey)))
    with pytest.raises(SurveyInvitation.DoesNotExist):
        answer_survey(invitation, mark(survey, 3))
    assert not SurveyAnswer.objects.exists()


# --- Who said what ----------------------------------------------------------------------------------------------------


def test_rows_of_answers_point_at_nothing_but_their_question():
    """The rule of the model: neither a place nor a moment, and the answers of one do not point at each other."""
    assert {field.name for field in SurveyAnswer._meta.get_fields()} == {"id", "question", "number", "text"}
    assert {field.name for field in SurveyInvitation._meta.get_fields()} == {
        "id", "survey", "place", "invited_at", "reminded_at", "has_answered",
    }  # fmt: skip


def test_order_of_the_rows_says_nothing():
    survey = asked(12)
    for number, invitation in enumerate(invitations(survey)):
        answer_survey(invitation, mark(survey, 1 + number % 5, f"Réponse {number:02}"))
    texts = [a.text for a in SurveyAnswer.objects.exclude(text="").order_by("pk")]
    assert sorted(texts) != texts and len(set(texts)) == 12  # one in 479 001 600 that they fall so


def test_answer_leaves_no_line_in_the_history():
    survey = asked(1)
    before = HistoryEntry.objects.count()
    answer_survey(invitations(survey)[0], mark(survey, 4))
    assert HistoryEntry.objects.count() == before


def test_closing_throws_the_invitations_away_and_keeps_two_numbers():
    survey = asked(6)
    for invitation in invitations(survey)[:5]:
        answer_survey(invitation, mark(survey, 4))
    survey = close_survey(survey, by=None)
    assert (survey.invited, survey.answered) == (6, 5) and not SurveyInvitation.objects.exists()
    assert close_survey(survey, by=None).closed_at == survey.closed_at
    with pytest.raises(RuleBroken):
        change_survey_question(survey.questions.first(), by=None, text="Autre")


def test_survey_closes_by_itself_at_its_end():
    survey = asked(1)
    with time_machine.travel(survey.closes_at + timedelta(hours=1), tick=False):
        assert run_surveys(timezone.now()) == 1 and run_surveys(timezone.now()) == 0
    survey.refresh_from_db()
    assert survey.is_closed


def test_survey_is_not_closed_before_its_event_is_over():
    survey = release_survey(prepare_survey(EventFactory(), by=None), by=None)
    with pytest.raises(RuleBroken):
        close_survey(survey, by=None)
    # The event was put off beyond the day on which the survey was to close.
    Survey.objects.filter(pk=survey.pk).update(closes_at=timezone.now() - timedelta(hours=1))
    run_surveys(timezone.now())
    survey.refresh_from_db()
    assert not survey.is_closed and survey.closes_at > survey.event.ends_at


# --- Results ----------------------------------------------------------------------------------------------------------


def test_results_are_counted_and_averaged():
    survey = closed([1, 3, 4, 5, 5, 5], texts=["Bravo"])
    first = results_of(survey)[0]
    assert first.lines == [("1", 1), ("2", 0), ("3", 1), ("4", 1), ("5", 3)]
    assert (round(first.mean, 4), round(first.satisfied, 4), round(first.net, 4)) == (3.8333, 0.6667, 0.1667)
    assert results_of(survey)[-1].texts == [] and results_of(survey, with_texts=True)[-1].texts == ["Bravo"]
    unanswered = results_of(survey)[1]
    assert unanswered.people == 0 and unanswered.mean is None


@pytest.mark.parametrize("people", [0, 1, 4])
def test_below_five_answers_nothing_is_shown(client, people):
    coordinator = coordinator_of(club := ClubFactory())
    survey = closed([4] * people, event=event_over(club=club), texts=["Un secret"])
    survey.is_summary_public = True
    survey.save()
    assert results_of(survey, with_texts=True) == [] and summary_of(survey.event, survey) is None
    client.force_login(coordinator)
    page = text_of(client.get(reverse("events:survey_page", args=[survey.event.slug])))
    assert "Un secret" not in page and "Moins de 5" in page
    export = client.get(reverse("events:survey_export", args=[survey.event.slug, "csv"]))
    assert b"".join(export.streaming_content).decode("utf-8-sig").count("\n") == 1
    chart = reverse("events:survey_chart", args=[survey.event.slug, survey.questions.first().pk])
    assert client.get(chart).status_code == 404


def test_while_it_is_open_only_the_number_of_answers_is_shown(client):
    coordinator = coordinator_of(club := ClubFactory())
    survey = asked(7, event=event_over(club=club))
    for invitation in invitations(survey)[:6]:
        answer_survey(invitation, mark(survey, 5, "Un secret"))
    assert results_of(survey, with_texts=True) == []
    client.force_login(coordinator)
    page = text_of(client.get(reverse("events:survey_page", args=[survey.event.slug])))
    numbers = re.findall(r'figure-value">(\d+)<', page)
    assert numbers[:2] == ["7", "6"] and "Un secret" not in page and "/charts/" not in page


def test_coordinators_read_results_charts_and_texts_and_nobody_else(client):
    club = ClubFactory()
    survey = closed([4, 4, 5, 3, 5], event=event_over(club=club), texts=["=cmd|' /C calc'!A0"])
    slug, first = survey.event.slug, survey.questions.first()
    pages = [
        reverse("events:survey_page", args=[slug]), reverse("events:survey_chart", args=[slug, first.pk]),
        reverse("events:survey_export", args=[slug, "csv"]),
    ]  # fmt: skip
    for person in (reader_of(club), coordinator_of(ClubFactory()), member_of(OrganisationFactory())):
        client.force_login(person)
        assert [client.get(page).status_code for page in pages] == [403] * 3
    client.force_login(coordinator_of(club))
    page = text_of(client.get(pages[0]))
    assert "4,20" in page and "calc" in page and pages[1] in page
    picture = client.get(pages[1])
    assert picture["Content-Type"] == "image/svg+xml" and b"<script" not in picture.content
    rows = b"".join(client.get(pages[2]).streaming_content).decode("utf-8-sig")
    lines = list(csv.reader(io.StringIO(rows), delimiter=";"))
    assert [first.text, "4", "2", "4,2"] in lines
    assert not [cell for line in lines for cell in line if cell.startswith("=")]
    assert client.get(reverse("events:survey_export", args=[slug, "pdf"])).status_code == 404
    assert client.get(reverse("events:survey_chart", args=[slug, 999_999])).status_code == 404


def test_average_is_public_only_when_the_coordination_says_so(client):
    survey = closed([4, 4, 5, 3, 5])
    assert "Note moyenne" not in text_of(client.get(survey.event.get_absolute_url()))
    change_survey(survey, by=None, opening="", closes_at=survey.closes_at, is_summary_public=True)
    page = text_of(client.get(survey.event.get_absolute_url()))
    assert "Note moyenne" in page and "4,2" in page and "5 réponses" in page


def test_results_ask_as_often_for_many_answers_as_for_few(client):
    coordinator = coordinator_of(club := ClubFactory())
    client.force_login(coordinator)

    def asked_of(survey):
        address = reverse("events:survey_page", args=[survey.event.slug])
        client.get(address)
        with CaptureQueriesContext(connection) as captured:
            assert client.get(address).status_code == 200
        return len(captured)

    few = closed([4] * 5, event=event_over(club=club), texts=["Un"])
    many = closed([4] * 9, event=event_over(club=club), texts=["Un"] * 9)
    assert asked_of(few) == asked_of(many)


def test_coordinator_goes_through_the_pages(client):
    club = ClubFactory()
    event = event_over(club=club)
    came(event, 5)
    client.force_login(coordinator_of(club))

    def to(name, *args):
        return reverse(f"events:{name}", args=args or [event.slug])

    assert client.get(to("change_survey")).status_code == 404  # there is none yet
    client.post(to("prepare_survey"))
    survey = Survey.objects.get()
    new = {"kind": "choice", "text": "Et le lieu ?", "options": "Bien"}
    assert "options" in client.post(to("add_survey_question"), new).context["form"].errors
    assert client.post(to("add_survey_question"), {**new, "options": "Bien\nTrop loin"}).status_code == 302
    question = survey.questions.last()
    changed = {"kind": "choice", "text": "Et la salle ?", "options": "Bien\nBruyante", "rank": 1}
    assert client.post(to("change_survey_question", question.pk), changed).status_code == 302
    assert client.post(to("remove_survey_question", survey.questions.get(kind="yes_no").pk)).status_code == 302
    late = (timezone.now() - timedelta(days=3)).strftime("%Y-%m-%dT%H:%M")
    answer = client.post(to("change_survey"), {"opening": "Merci", "closes_at": late})
    assert "closes_at" in answer.context["form"].errors and "Merci" in answer.content.decode()
    soon = (timezone.now() + timedelta(days=3)).strftime("%Y-%m-%dT%H:%M")
    assert client.post(to("change_survey"), {"opening": "Merci à vous", "closes_at": soon}).status_code == 302
    client.post(to("release_survey"))
    assert Letter.objects.filter(text__contains="Merci à vous").count() == 5
    client.post(to("close_survey"))
    survey.refresh_from_db()
    assert survey.is_closed and survey.invited == 5
    assert client.post(to("change_survey"), {"is_summary_public": "on"}).status_code == 302
    survey.refresh_from_db()
    assert survey.is_summary_public and survey.opening == "Merci à vous"


# --- Privacy ----------------------------------------------------------------------------------------------------------


def test_texts_are_forgotten_with_the_names_and_figures_stay():
    old = closed([4, 4, 5, 3, 5], texts=["Signé Anne"])
    recent = closed([4, 4, 5, 3, 5], texts=["Merci"])
    type(old.event).objects.filter(pk=old.event.pk).update(
        starts_at=timezone.now() - KEPT - timedelta(days=2), ends_at=timezone.now() - KEPT - timedelta(days=1)
    )
    mean = results_of(old)[0].mean
    erase_old_attendees(timezone.now())
    assert results_of(old, with_texts=True)[-1].texts == [] and results_of(old)[0].mean == mean
    assert results_of(recent, with_texts=True)[-1].texts == ["Merci"]


def test_person_reads_that_they_were_asked_and_is_no_longer_written_to_once_forgotten():
    person, event = PersonFactory(), event_over()
    came(event, person=person, email=person.email)
    survey = release_survey(prepare_survey(event, by=None), by=None)
    assert [line["has_answered"] for line in data_of(person)["surveys_asked"]] == [False]
    forget(person)
    assert run_surveys(timezone.now() + timedelta(days=6)) == 0
    assert not Letter.objects.filter(code="events.survey_reminder").exists()
    assert SurveyInvitation.objects.filter(survey=survey).count() == 1  # still counts as asked


# --- At the same moment -----------------------------------------------------------------------------------------------


def answered_at_once(survey, times=4):
    invitation = invitations(survey)[0]
    return at_once(*(lambda: answer_survey(invitation, mark(survey, 4)) for _ in range(times)))


@pytest.mark.django_db(transaction=True)
def test_four_answers_at_once_through_one_link_are_one():
    survey = asked(1)
    results = answered_at_once(survey)
    assert sorted(type(result).__name__ for result in results) == ["RuleBroken"] * 3 + ["Survey"]
    assert SurveyAnswer.objects.count() == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite lets but one writer in, with or without our lock")
def test_without_the_lock_one_link_would_answer_twice():
    """The negative control of the test above."""
    for _attempt in range(10):
        survey = asked(1)
        with patch("events.actions.surveys.lock_row", lambda queryset, pk: queryset.get(pk=pk)):
            answered_at_once(survey)
        if SurveyAnswer.objects.filter(question__survey=survey).count() > 1:
            return
    pytest.fail("ten times no two answers met")


@pytest.mark.django_db(transaction=True)
def test_answer_given_while_the_survey_closes_is_in_the_count_or_refused():
    for _attempt in range(5):
        survey = asked(3)
        acts = [lambda i=i, s=survey: answer_survey(i, mark(s, 5)) for i in invitations(survey)]
        results = at_once(*acts, lambda s=survey: close_survey(s, by=None))
        refused = (RuleBroken, SurveyInvitation.DoesNotExist)
        assert all(isinstance(r, (Survey, *refused)) for r in results), results
        survey.refresh_from_db()
        kept = SurveyAnswer.objects.filter(question__survey=survey).count()
        assert survey.answered == kept == sum(isinstance(r, Survey) for r in results[:3])
        assert not SurveyInvitation.objects.filter(survey=survey).exists()


@pytest.mark.django_db(transaction=True)
def test_two_runs_at_once_invite_everybody_once():
    event = event_over()
    came(event, 4)
    survey = prepare_survey(event, by=None)
    Survey.objects.filter(pk=survey.pk).update(released_at=timezone.now())
    sent = at_once(*(lambda: run_surveys(timezone.now()) for _ in range(3)))
    assert sorted(sent) == [0, 0, 4] and Letter.objects.count() == 4
