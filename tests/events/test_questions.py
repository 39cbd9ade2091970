"""Questions of an event, their conditions, and needs that are kept apart and erased."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from core.errors import RuleBroken
from core.models import HistoryEntry
from events.actions import (
    Attendee,
    PersonRefused,
    add_question,
    change_place,
    change_question,
    erase_old_needs,
    move_question,
    register_people,
    remove_question,
)
from events.actions.answers import answer_field, keep_answers
from events.enums import QuestionKind
from events.models import Answer, Needs
from tests.events.factories import EventFactory, person_named, place_at
from tests.factories import OrganisationFactory, coordinator_of, member_of

pytestmark = pytest.mark.django_db

DEFAULTS = {
    "help_text": "", "kind": QuestionKind.TEXT, "options": [], "is_required": False, "is_per_person": True, "only_if": None,
    "only_if_answer": "",
}  # fmt: skip


def ask(event, text: str = "Que cherchez-vous ?", **fields):
    return add_question(event, by=None, text=text, **{**DEFAULTS, **fields})


def come(event, answers=None, **fields):
    person = person_named(answers=answers or {}, **fields)
    return register_people(event, organisation=OrganisationFactory(), people=[person], by=None).places.get()


def test_answers_stand_with_their_place():
    event = EventFactory()
    text, several = ask(event), ask(event, "Secteurs", kind=QuestionKind.SEVERAL, options=["Espaces verts", "Traiteur"])
    place = come(event, {text.pk: ["  Un traiteur "], several.pk: ["Traiteur", "Espaces verts"]})
    assert {one.question: one.words for one in place.answers.all()} == {
        text: "Un traiteur", several: "Traiteur, Espaces verts",
    }  # fmt: skip


def test_answers_given_again_are_changed_added_and_taken_away():
    event = EventFactory()
    first, second, third, fourth = (ask(event, f"Question {number}") for number in range(4))
    place = come(event, {first.pk: ["A"], second.pk: ["B"], third.pk: ["C"]})
    before = {one.question: one.pk for one in place.answers.all()}
    keep_answers(
        place.registration, place, {first.pk: ["A"], second.pk: ["Z"], fourth.pk: ["D"]}, event.questions.all()
    )
    after = list(place.answers.all())
    assert {one.question: one.words for one in after} == {first: "A", second: "Z", fourth: "D"}
    assert {one.pk for one in after} & set(before.values()) == {before[first], before[second]}


def test_many_answers_ask_the_database_no_more_than_one(django_assert_max_num_queries):
    event = EventFactory()
    questions = [ask(event, f"Question {number}") for number in range(6)]
    place = place_at(event)
    for value in ("A", "B"):
        with django_assert_max_num_queries(7):
            keep_answers(place.registration, place, {one.pk: [value] for one in questions}, questions)
    assert {one.words for one in place.answers.select_related("question")} == {"B"}


@pytest.mark.parametrize(
    ("fields", "answer", "message"),
    [
        ({"is_required": True}, [], "Veuillez répondre"),
        ({"is_required": True}, ["   "], "Veuillez répondre"),
        ({"kind": QuestionKind.CHOICE, "options": ["A", "B"]}, ["C"], "parmi les réponses"),
        ({"kind": QuestionKind.YES_NO}, ["maybe"], "parmi les réponses"),
        ({"kind": QuestionKind.CHOICE, "options": ["A", "B"]}, ["A", "B"], "une seule"),
    ],
)
def test_wrong_answer_is_said_at_its_field_and_registers_nobody(fields, answer, message):
    event = EventFactory()
    question = ask(event, **fields)
    with pytest.raises(PersonRefused, match=message) as refused:
        come(event, {question.pk: answer})
    assert refused.value.field == answer_field(question.pk) and not event.places.exists()


def test_question_is_asked_only_after_the_answer_it_depends_on():
    event = EventFactory()
    first = ask(event, "Vous exposez ?", kind=QuestionKind.YES_NO)
    then = ask(event, "Quelle surface ?", is_required=True, only_if=first, only_if_answer="Oui")
    assert then.only_if_answer == "yes"
    assert not come(event, {first.pk: ["no"], then.pk: ["10 m²"]}).answers.filter(question=then).exists()
    with pytest.raises(PersonRefused):
        come(event, {first.pk: ["yes"]})
    assert come(event, {first.pk: ["yes"], then.pk: ["10 m²"]}).answers.count() == 2


def test_condition_hidden_by_another_condition_asks_nothing():
    event = EventFactory()
    one = ask(event, "Un", kind=QuestionKind.YES_NO)
    two = ask(event, "Deux", kind=QuestionKind.YES_NO, only_if=one, only_if_answer="yes")
    three = ask(event, "Trois", is_required=True, only_if=two, only_if_answer="yes")
    place = come(event, {one.pk: ["no"], two.pk: ["yes"], three.pk: []})
    assert [answer.question for answer in place.answers.all()] == [one]


def test_reserved_seat_is_asked_when_it_is_named():
    event = EventFactory()
    question = ask(event, is_required=True)
    registration = register_people(event, organisation=OrganisationFactory(), people=[Attendee()], by=None)
    with pytest.raises(RuleBroken):
        change_place(registration.places.get(), by=None, attendee=person_named())
    change_place(registration.places.get(), by=None, attendee=person_named(answers={question.pk: ["Oui"]}))
    assert Answer.objects.get().value == ["Oui"]


def test_question_to_the_organisation_is_answered_once(client):
    event, company = EventFactory(), OrganisationFactory()
    question = ask(event, "Un stand ?", is_per_person=False, is_required=True, kind=QuestionKind.YES_NO)
    client.force_login(member_of(company))
    data = {
        "form-TOTAL_FORMS": "2", "form-INITIAL_FORMS": "0", "organisation": company.pk, "unnamed": "0",
        "form-0-first_name": "Anne", "form-0-last_name": "Dupont", "form-1-first_name": "Luc", "form-1-last_name": "Petit",
    }  # fmt: skip
    refused = client.post(f"/events/{event.slug}/register/", data)
    assert "Veuillez répondre" in refused.content.decode() and not event.places.exists()
    assert 'value="Dupont"' in refused.content.decode()  # nothing typed is lost
    client.post(f"/events/{event.slug}/register/", data | {answer_field(question.pk): "yes"})
    assert Answer.objects.get().place is None and event.places.count() == 2


def test_add_row_keeps_answers_that_were_typed(client):
    event, company = EventFactory(), OrganisationFactory()
    question = ask(event, "Secteurs", kind=QuestionKind.SEVERAL, options=["Espaces verts", "Traiteur"])
    client.force_login(member_of(company))
    data = {
        "form-TOTAL_FORMS": "1", "form-INITIAL_FORMS": "0", "organisation": company.pk, "unnamed": "1", "add_row": "1",
        f"form-0-{answer_field(question.pk)}": ["Espaces verts", "Traiteur"], "form-0-last_name": "Dupont",
    }  # fmt: skip
    shown = client.post(f"/events/{event.slug}/register/", data).content.decode()
    boxes = re.findall(r"<input[^>]*name=\"form-0-question_[^>]*>", shown)
    assert len(boxes) == 2 and all("checked" in box for box in boxes)
    assert 'name="form-1-last_name"' in shown and not event.places.exists()
    assert 'name="unnamed" value="1"' in shown


# --- Written by coordinators -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"kind": QuestionKind.CHOICE, "options": ["A", "A"]}, "options"),
        ({"only_if": "text"}, "only_if"),
        ({"only_if": "yes_no", "only_if_answer": "peut-être"}, "only_if_answer"),
        ({"only_if": "yes_no", "only_if_answer": "yes", "is_per_person": False}, "only_if"),
        ({"only_if": "elsewhere", "only_if_answer": "yes"}, "only_if"),
    ],
)
def test_question_that_makes_no_sense_is_refused_at_its_field(fields, field):
    event = EventFactory()
    before = {
        "text": ask(event), "yes_no": ask(event, kind=QuestionKind.YES_NO),
        "elsewhere": ask(EventFactory(), kind=QuestionKind.YES_NO),
    }  # fmt: skip
    if "only_if" in fields:
        fields = {**fields, "only_if": before[fields["only_if"]]}
    with pytest.raises(RuleBroken) as refused:
        ask(event, **fields)
    assert refused.value.field == field and event.questions.count() == 2


def test_kind_stays_once_somebody_has_answered():
    event = EventFactory()
    question = ask(event)
    come(event, {question.pk: ["Oui"]})
    with pytest.raises(RuleBroken):
        change_question(question, by=None, kind=QuestionKind.YES_NO)
    assert change_question(question, by=None, text="Et vous ?").text == "Et vous ?"


def test_answer_another_question_depends_on_is_not_taken_away():
    event = EventFactory()
    first = ask(event, kind=QuestionKind.CHOICE, options=["A", "B"])
    ask(event, only_if=first, only_if_answer="B")
    with pytest.raises(RuleBroken) as refused:
        change_question(first, by=None, options=["A", "C"])
    assert refused.value.field == "options"


def test_questions_are_moved_but_never_before_the_one_they_depend_on():
    event = EventFactory()
    first, second = ask(event, kind=QuestionKind.YES_NO), ask(event, "Deux")
    third = ask(event, "Trois", only_if=first, only_if_answer="yes")
    move_question(third, by=None, is_up=True)
    assert list(event.questions.all()) == [first, third, second]
    with pytest.raises(RuleBroken):
        move_question(third, by=None, is_up=True)
    move_question(first, by=None, is_up=True)  # already first
    assert list(event.questions.all()) == [first, third, second]


def test_removed_question_takes_its_answers_and_followers_along():
    event = EventFactory()
    first = ask(event, kind=QuestionKind.YES_NO)
    ask(event, only_if=first, only_if_answer="yes")
    come(event, {first.pk: ["yes"]})
    remove_question(first, by=None)
    assert not event.questions.exists() and not Answer.objects.exists()


def test_coordinator_writes_and_reads_them(client):
    event = EventFactory()
    client.force_login(coordinator_of(event.club))
    address = f"/events/{event.slug}/questions/"
    data = {"text": "Votre besoin", "kind": "choice", "options": "Traiteur\nEspaces verts\n\n", "is_per_person": "on"}
    assert client.post(address, data).status_code == 302
    question = event.questions.get()
    assert question.options == ["Traiteur", "Espaces verts"]
    place = come(event, {question.pk: ["Traiteur"]})
    shown = client.get(f"/events/{event.slug}/registrations/csv/")
    text = b"".join(shown.streaming_content).decode()
    assert "Votre besoin" in text and place.last_name in text and "Traiteur" in text
    assert client.post(address, data | {"options": "Traiteur"}).status_code == 200 and event.questions.count() == 1


# --- Needs -----------------------------------------------------------------------------------------------------------


def test_needs_are_kept_only_where_the_event_asks_and_something_is_said():
    come(EventFactory(), diet="Végétarien")
    come(EventFactory(asks_needs=True))
    assert not Needs.objects.exists()
    come(EventFactory(asks_needs=True), diet="Végétarien")
    assert Needs.objects.get().diet == "Végétarien"


def test_needs_are_no_history_and_go_with_the_person():
    event = EventFactory(asks_needs=True)
    place = come(event, access="Fauteuil roulant")
    assert not any("Fauteuil" in str(entry.values) for entry in HistoryEntry.objects.all())
    change_place(place, by=None, attendee=person_named())
    assert not Needs.objects.exists()


def test_needs_are_seen_by_the_coordination_only(client):
    event, company = EventFactory(asks_needs=True), OrganisationFactory()
    diet = person_named(diet="Sans gluten", access="Boucle magnétique")
    register_people(event, organisation=company, people=[diet], by=None)
    address = f"/events/{event.slug}/needs/"
    client.force_login(member_of(company))
    assert client.get(address).status_code == 403
    client.force_login(coordinator_of(event.club))
    shown = client.get(address).content.decode()
    meals, _, access = shown.partition("Boucle magnétique")
    assert "Sans gluten" in meals and diet.last_name.upper() in meals
    assert "Sans gluten" in b"".join(client.get(f"{address}csv/").streaming_content).decode()
    assert "Sans gluten" not in client.get(f"/events/{event.slug}/registrations/").content.decode()


def test_needs_are_erased_a_week_after_the_event():
    event = EventFactory(starts_at=timezone.now() - timedelta(days=7, hours=1), asks_needs=True)
    Needs.objects.create(place=place_at(event), diet="Végétarien")
    assert erase_old_needs(event.ends_at + timedelta(days=6)) == 0
    assert erase_old_needs(event.ends_at + timedelta(days=7, minutes=1)) == 1
