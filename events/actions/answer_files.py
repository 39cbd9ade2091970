"""Files that answer a question: handed in after registering, replaced, removed."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from core.documents import CheckedFile
from core.errors import RuleBroken
from core.history import record
from core.uploads import drop_file, store_file
from events.actions.answers import erase_files, files_asked
from events.actions.locking import lock_event
from events.actions.places import fresh
from events.models import Answer, AnswerFile, Event, Place, Question, Registration


@transaction.atomic
def hand_in_file(
    question: Question, registration: Registration, place: Place | None, *, file: CheckedFile, by
) -> AnswerFile:
    """Answer a question by a file (as `core.documents` made it), for a place or (None) for the organisation.

    The file handed in before is erased. Raises RuleBroken at `file` when it is not asked of them, when the place has been
    passed on to somebody else since `place` was read, or when it is too late.
    """
    event = lock_event(registration.event)
    if place is not None:
        place = _same_person(place, event)
    if obstacle := files_obstacle(event, registration, place, timezone.now()):
        raise RuleBroken(obstacle, field="file")
    if question.pk not in {one.pk for one in _asked_of(event, registration, place)}:
        raise RuleBroken(_("This file is not asked of you (any more)."), field="file")
    handed_in = AnswerFile.objects.filter(question=question, registration=registration, place=place).first()
    if handed_in is None:
        handed_in = AnswerFile(question=question, registration=registration, place=place)
    else:
        drop_file(handed_in.file)
    handed_in.media_type, handed_in.size = file.media_type, file.content.size
    handed_in.handed_in_at = timezone.now()
    store_file(handed_in.file, file.content)
    handed_in.save()
    record("events.answer_file.handed_in", gettext_noop("A file of %(organisation)s was handed in: %(question)s"), by=by,
           about=[event, registration], organisation=registration.organisation, question=question.text)  # fmt: skip
    return handed_in


@transaction.atomic
def remove_file(handed_in: AnswerFile, *, by) -> Registration:
    """Take a file back: it is erased. Repeat-safe, and possible at any time."""
    registration = handed_in.registration
    event = lock_event(registration.event)
    if erase_files(AnswerFile.objects.filter(pk=handed_in.pk)):
        record("events.answer_file.removed", gettext_noop("A file of %(organisation)s was removed: %(question)s"), by=by,
               about=[event, registration], organisation=registration.organisation,
               question=handed_in.question.text)  # fmt: skip
    return registration


def files_obstacle(event: Event, registration: Registration, place: Place | None, now: datetime) -> str:
    """Why nothing can be handed in now; empty when it can."""
    if event.is_cancelled:
        return _("This event has been cancelled.")
    if event.is_over(now):
        return _("This event is over.")
    if place is None:
        return (
            "" if registration.places.active().exists() else _("The places of this registration have been given back.")
        )
    if not place.is_active:
        return _("This place has been given back.")
    if not place.is_named:
        return _("Name first who comes on this place.")
    return ""


def _same_person(place: Place, event: Event) -> Place:
    """The place as it is now, if it is still held by whom it was when it was read."""
    now = fresh(place, event)
    if now.ticket_version != place.ticket_version:
        raise RuleBroken(_("This place has been passed on to somebody else."), field="file")
    return now


def _asked_of(event: Event, registration: Registration, place: Place | None) -> list[Question]:
    answers = dict(Answer.objects.filter(registration=registration, place=place).values_list("question_id", "value"))
    return files_asked(event.questions.all(), answers, of_person=place is not None)
