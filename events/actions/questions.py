"""What coordinators ask of those who register."""

from collections.abc import Mapping

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from core.errors import RuleBroken
from core.history import record
from events.actions.answers import erase_files
from events.actions.locking import lock_event
from events.enums import QuestionKind
from events.models import Answer, AnswerFile, Event, Question

FIELDS = ("text", "help_text", "kind", "options", "is_required", "is_per_person", "only_if", "only_if_answer")
FEWEST_OPTIONS = 2


@transaction.atomic
def add_question(event: Event, *, by, **fields) -> Question:
    """Ask one more question, after the others. `fields`: see FIELDS. Raises RuleBroken at the field."""
    event = lock_event(event)
    last = event.questions.aggregate(last=Max("position"))["last"] or 0
    question = Question(event=event, position=last + 1)
    _fill(question, fields)
    question.save()
    record(
        "events.question.added",
        gettext_noop("Question added: %(question)s"),
        by=by,
        about=[event],
        question=question.text,
    )
    return question


@transaction.atomic
def change_question(question: Question, *, by, **fields) -> Question:
    """Change a question. Once somebody has answered, its kind and whom it is asked stay. Raises RuleBroken at the field."""
    event = lock_event(question.event)
    question = Question.objects.select_related("only_if").get(pk=question.pk)
    question.event = event
    before = (question.kind, question.is_per_person)
    _fill(question, fields)
    if (question.kind, question.is_per_person) != before and _is_answered(question):
        raise RuleBroken(
            _("Somebody has answered already: the kind of answer stays. Add another question."), field="kind"
        )
    if question.followers.exclude(only_if_answer__in=question.choices).exists():
        raise RuleBroken(_("Another question depends on an answer that would be gone."), field="options")
    question.save()
    record(
        "events.question.changed",
        gettext_noop("Question changed: %(question)s"),
        by=by,
        about=[event],
        question=question.text,
    )
    return question


@transaction.atomic
def remove_question(question: Question, *, by) -> Event:
    """Ask it no more: its answers, and the questions that depend on it, are gone."""
    event = lock_event(question.event)
    erase_files(AnswerFile.objects.filter(question__in=_with_followers(event, question)))
    if Question.objects.filter(pk=question.pk).delete()[0]:
        record("events.question.removed", gettext_noop("Question removed: %(question)s"), by=by, about=[event],
               question=question.text)  # fmt: skip
    return event


@transaction.atomic
def move_question(question: Question, *, by, is_up: bool) -> Event:
    """Ask it one place earlier or later, as far as it stays behind the question it depends on."""
    event = lock_event(question.event)
    order = list(event.questions.all())
    index = next((index for index, one in enumerate(order) if one.pk == question.pk), None)
    other = None if index is None else index - 1 if is_up else index + 1
    if index is None or other is None or not 0 <= other < len(order):
        return event
    first, second = sorted((index, other))
    if order[second].only_if_id == order[first].pk:
        raise RuleBroken(_("A question stands after the one it depends on."))
    order[index], order[other] = order[other], order[index]
    for position, one in enumerate(order, start=1):
        Question.objects.filter(pk=one.pk).update(position=position)
    return event


def _is_answered(question: Question) -> bool:
    return Answer.objects.filter(question=question).exists() or AnswerFile.objects.filter(question=question).exists()


def _with_followers(event: Event, question: Question) -> set[int]:
    """The question and all that depend on it; they stand behind it, in order."""
    found = {question.pk}
    for one in event.questions.all():
        if one.only_if_id in found:
            found.add(one.pk)
    return found


def _fill(question: Question, fields: Mapping) -> None:
    for name, value in fields.items():
        if name not in FIELDS:
            raise TypeError(f"a question has no field {name} to change")
        setattr(question, name, value)
    if question.kind not in QuestionKind.choosing():
        question.options = []
    elif len(set(question.options)) < FEWEST_OPTIONS:
        raise RuleBroken(_("Give at least two different choices, one a line."), field="options")
    if question.only_if is None:
        question.only_if_answer = ""
    else:
        _check_condition(question, question.only_if)


def _check_condition(question: Question, before: Question) -> None:
    is_before = before.position < question.position and before.is_per_person == question.is_per_person
    if before.event_id != question.event_id or before.pk == question.pk or not is_before:
        raise RuleBroken(
            _("Choose a question that stands before this one and is asked of the same people."), field="only_if"
        )
    if not before.is_closed:
        raise RuleBroken(_("Choose a question that has answers to choose from."), field="only_if")
    labels = {label: value for value, label in before.labelled_choices}
    question.only_if_answer = labels.get(question.only_if_answer, question.only_if_answer)
    if question.only_if_answer not in before.choices:
        choices = ", ".join(labels)
        raise RuleBroken(_("Give one of its answers: %(choices)s") % {"choices": choices}, field="only_if_answer")
