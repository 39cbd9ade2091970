"""What people answered, and what they need: kept with their place."""

from collections.abc import Iterable, Mapping

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from core.errors import RuleBroken
from core.uploads import drop_files
from events.enums import QuestionKind
from events.models import Answer, AnswerFile, Needs, Place, Question, Registration

# question id → what was answered: the texts or choices, at most one where only one can be.
Answers = Mapping[int, list[str]]
LONGEST = 2000  # characters


def answer_field(question_id: int) -> str:
    """What a form calls the field of this question."""
    return f"question_{question_id}"


def asked(questions: Iterable[Question], *, of_person: bool) -> list[Question]:
    """Those of an event's questions that are asked of each person, or those of the organisation, in order.

    Files are not among them: they are handed in afterwards (see `files_asked`).
    """
    return [one for one in questions if one.is_per_person == of_person and not one.is_file]


def files_asked(questions: Iterable[Question], answers: Answers, *, of_person: bool) -> list[Question]:
    """Those answered by a file that are asked of somebody who gave these answers to the others of an event's questions."""
    questions = list(questions)
    counted = _counted(asked(questions, of_person=of_person), answers)
    return [one for one in questions if one.is_file and one.is_per_person == of_person and _is_asked(one, counted)]


def keep_answers(
    registration: Registration, place: Place | None, answers: Answers, questions: Iterable[Question]
) -> None:
    """Keep what a place (None: the organisation) answered to the event's `questions`; what is not asked is forgotten.

    A seat that is not named yet is asked nothing. Raises RuleBroken at `question_<id>` when a question that must be
    answered is not, or the answer is none of its choices.
    """
    if place is not None and not place.is_named:
        return
    every = list(questions)
    questions = asked(every, of_person=place is not None)
    if not questions:
        return
    for name, message in faults_of(questions, answers).items():
        raise RuleBroken(message, field=name)
    given = _counted(questions, answers)
    _write_answers(registration, place, given)
    still_asked = files_asked(every, given, of_person=place is not None)
    erase_files(AnswerFile.objects.filter(registration=registration, place=place).exclude(question__in=still_asked))


def _write_answers(registration: Registration, place: Place | None, given: dict[int, list[str]]) -> None:
    """Make what is kept what was given, in as many statements for ten answers as for one."""
    kept = {one.question_id: one for one in Answer.objects.filter(registration=registration, place=place)}
    gone = [one.pk for question_id, one in kept.items() if question_id not in given]
    if gone:
        Answer.objects.filter(pk__in=gone).delete()
    changed = [
        kept[question_id]
        for question_id, value in given.items()
        if question_id in kept and kept[question_id].value != value
    ]
    for answer in changed:
        answer.value = given[answer.question_id]
    Answer.objects.bulk_update(changed, ["value"])
    Answer.objects.bulk_create(
        Answer(registration=registration, place=place, question_id=question_id, value=value)
        for question_id, value in given.items()
        if question_id not in kept
    )


def erase_files(files: QuerySet[AnswerFile]) -> int:
    """Forget files that were handed in; they are erased after the transaction. Returns how many."""
    found = list(files)
    drop_files(one.file for one in found)
    return AnswerFile.objects.filter(pk__in=[one.pk for one in found]).delete()[0] if found else 0


def keep_needs(place: Place, *, diet: str, access: str) -> None:
    """Keep what a person may eat and needs; nothing is kept where nothing was said."""
    if not place.event.asks_needs:
        return
    if diet or access:
        Needs.objects.update_or_create(place=place, defaults={"diet": diet, "access": access})
    else:
        Needs.objects.filter(place=place).delete()


def faults_of(questions: list[Question], answers: Answers) -> dict[str, str]:
    """What is wrong with the answers, by the name of the field."""
    counted = _counted(questions, answers)
    found = {answer_field(one.pk): _fault(one, counted.get(one.pk, [])) for one in questions if _is_asked(one, counted)}
    return {name: fault for name, fault in found.items() if fault}


def _is_asked(question: Question, answers: Answers) -> bool:
    """Whether the condition of a question is met by what was answered before it."""
    return question.only_if_id is None or question.only_if_answer in answers.get(question.only_if_id, [])


def _counted(questions: list[Question], answers: Answers) -> dict[int, list[str]]:
    """The answers to the questions that are asked; a condition counts only if its own question was asked."""
    counted: dict[int, list[str]] = {}
    for question in questions:
        value = [text.strip()[:LONGEST] for text in answers.get(question.pk, []) if text.strip()]
        if value and _is_asked(question, counted):
            counted[question.pk] = value
    return counted


def _fault(question: Question, value: list[str]) -> str:
    if question.is_required and not value:
        return _("Please answer this question.")
    if question.is_closed and not set(value) <= set(question.choices):
        return _("Choose one of the answers that are offered.")
    if question.kind != QuestionKind.SEVERAL and len(value) > 1:
        return _("Choose one answer only.")
    return ""
