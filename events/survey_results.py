"""What a closed survey says: plain values for pages, pictures, spreadsheets and the event's report.

Nothing is read before the survey has closed with enough answers (see the rule in `events.models.surveys`).
"""

from dataclasses import dataclass
from fractions import Fraction

from django.db.models import Count
from django.utils.translation import gettext as _

from events.enums import SurveyQuestionKind
from events.models import SCALE, Event, Survey, SurveyAnswer, SurveyQuestion

SATISFIED, PROMOTER = 4, 5


@dataclass(frozen=True)
class Result:
    """One question: (label, how many) for each answer, in order; `texts` for free texts, only where they were asked for.

    For marks from 1 to 5: `mean`, `satisfied` (share of 4 and 5) and `net` (share of 5 less share of 1 to 3, as in the
    net promoter score), each None without an answer. `people` answered the question; of several choices nobody knows.
    """

    question: SurveyQuestion
    lines: list[tuple[str, int]]
    texts: list[str]
    mean: float | None = None
    satisfied: float | None = None
    net: float | None = None

    @property
    def people(self) -> int:
        return sum(count for _label, count in self.lines)

    @property
    def is_scale(self) -> bool:
        return self.question.kind == SurveyQuestionKind.SCALE

    @property
    def is_several(self) -> bool:
        return self.question.kind == SurveyQuestionKind.SEVERAL

    @property
    def is_text(self) -> bool:
        return self.question.kind == SurveyQuestionKind.TEXT


@dataclass(frozen=True)
class Summary:
    """The average mark of the first question from 1 to 5, and how many marks it is made of."""

    mean: float
    marks: int


def results_of(survey: Survey, *, with_texts: bool = False) -> list[Result]:
    """The results of all questions (three queries at most); none unless they may be shown."""
    if not survey.has_results:
        return []
    questions = list(survey.questions.all())
    answers = SurveyAnswer.objects.filter(question__survey=survey)
    counts = {
        (question, number): count
        for question, number, count in answers.filter(number__isnull=False)
        .order_by()
        .values_list("question", "number")
        .annotate(Count("pk"))
    }
    texts: dict[int, list[str]] = {}
    if with_texts:
        for question, text in answers.exclude(text="").order_by("pk").values_list("question", "text"):
            texts.setdefault(question, []).append(text)
    return [_result(question, counts, texts.get(question.pk, [])) for question in questions]


def summary_of(event: Event, survey: Survey | None) -> Summary | None:
    """What the event's page says to everybody; None unless the coordination wants it and it may be shown."""
    if survey is None or not survey.is_summary_public or not survey.has_results:
        return None
    first = next((result for result in results_of(survey) if result.is_scale), None)
    return None if first is None or first.mean is None else Summary(first.mean, first.people)


def _result(question: SurveyQuestion, counts: dict[tuple[int, int], int], texts: list[str]) -> Result:
    lines = [(label, counts.get((question.pk, number), 0)) for number, label in _labels(question)]
    if question.kind != SurveyQuestionKind.SCALE:
        return Result(question, lines, texts)
    marks = [counts.get((question.pk, mark), 0) for mark in SCALE]
    people = sum(marks)
    if not people:
        return Result(question, lines, texts)
    total = sum(mark * count for mark, count in zip(SCALE, marks, strict=True))
    satisfied, promoters = sum(marks[SATISFIED - 1 :]), sum(marks[PROMOTER - 1 :])
    detractors = sum(marks[: SATISFIED - 1])
    return Result(
        question, lines, texts,
        mean=float(Fraction(total, people)), satisfied=satisfied / people, net=(promoters - detractors) / people,
    )  # fmt: skip


def _labels(question: SurveyQuestion) -> list[tuple[int, str]]:
    """(number kept, how it is read) of every answer of a question; none for texts."""
    if question.kind == SurveyQuestionKind.SCALE:
        return [(mark, str(mark)) for mark in SCALE]
    if question.kind == SurveyQuestionKind.YES_NO:
        return [(1, _("Yes")), (0, _("No"))]
    return list(enumerate(question.choices))
