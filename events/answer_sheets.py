"""Which files are asked of places and organisations, what was handed in, and what is still missing."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from core.prepared import prepared
from events.actions.answers import files_asked
from events.enums import QuestionKind
from events.models import Answer, AnswerFile, Event, Place, Question

# (registration, place); None stands for the organisation as a whole.
Key = tuple[int, int | None]


@dataclass(frozen=True)
class AskedFile:
    """A question answered by a file, as it stands for one place or organisation."""

    question: Question
    file: AnswerFile | None
    is_asked: bool  # what was handed in stays until it is removed, also when it is asked no more

    @property
    def is_missing(self) -> bool:
        return self.is_asked and self.question.is_required and self.file is None


@dataclass(frozen=True)
class AnswerSheet:
    lines: list[AskedFile]

    @property
    def missing(self) -> list[Question]:
        return [line.question for line in self.lines if line.is_missing]

    @property
    def handed_in(self) -> int:
        return sum(line.file is not None for line in self.lines)


def sheets_of(places: Iterable[Place]) -> dict[Key, AnswerSheet]:
    """The sheets of these places and of their registrations: those that have a line. Three queries at most, one where no
    file is asked."""
    places = list(places)
    questions = _questions_at({place.event_id for place in places})
    if not questions:
        return {}
    events = {place.registration_id: place.event_id for place in places if place.event_id in questions}
    answers: dict[Key, dict[int, list[str]]] = {}
    given = Answer.objects.filter(registration__in=events)
    for registration, place, question, value in given.values_list("registration", "place", "question", "value"):
        answers.setdefault((registration, place), {})[question] = value
    files: dict[Key, dict[int, AnswerFile]] = {}
    for file in AnswerFile.objects.filter(registration__in=events):
        files.setdefault((file.registration_id, file.place_id), {})[file.question_id] = file
    asked_keys = {(place.registration_id, place.pk) for place in places if place.is_active and place.is_named}
    asked_keys |= {(place.registration_id, None) for place in places if place.is_active}
    keys = [(place.registration_id, place.pk) for place in places] + [(pk, None) for pk in events]
    sheets = {
        key: _sheet(
            questions.get(events.get(key[0]), []), key, answers.get(key, {}), files.get(key, {}), key in asked_keys
        )
        for key in keys
    }
    return {key: sheet for key, sheet in sheets.items() if sheet.lines}


def attach_sheets(places: Iterable[Place], *, asks_files: bool = True) -> None:
    """Give each place its `sheet` and its registration's `organisation_sheet` (None where nothing is asked or kept).

    `asks_files`: False where it is known already that no file is asked (no query then).
    """
    places = list(places)
    sheets = sheets_of(places) if asks_files else {}
    for place in places:
        place.sheet = sheets.get((place.registration_id, place.pk))
        place.organisation_sheet = sheets.get((place.registration_id, None))


def _sheet(questions: list[Question], key: Key, answers: dict, files: dict, is_asked: bool) -> AnswerSheet:
    asked = {one.pk for one in files_asked(questions, answers, of_person=key[1] is not None)} if is_asked else set()
    return AnswerSheet(
        [AskedFile(one, files.get(one.pk), one.pk in asked) for one in questions if one.pk in asked or one.pk in files]
    )


def _questions_at(events: set[int]) -> dict[int, list[Question]]:
    """By event, all questions of those events that ask for a file: conditions hang on the others."""
    found: dict[int, list[Question]] = {}
    for question in _questions_beside_files(events):
        found.setdefault(question.event_id, []).append(question)
    return found


@prepared
def _questions_beside_files(events: Collection[int]):
    with_files = Question.objects.filter(event__in=events, kind=QuestionKind.FILE).values("event")
    return Question.objects.filter(event__in=with_files).select_related("only_if")


def handed_in_at(event: Event) -> set[tuple[int, int | None, int]]:
    """(registration, place or None, question) of every file handed in."""
    files = AnswerFile.objects.filter(registration__event=event)
    return set(files.values_list("registration", "place", "question"))
