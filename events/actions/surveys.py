"""The satisfaction survey of an event: prepared, released, answered without a name, closed. The rule stands in the model."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from core.errors import RuleBroken
from core.history import record
from core.locks import lock_row
from events.enums import SurveyQuestionKind
from events.letter_kinds import is_off
from events.letters import write_survey_invitation, write_survey_reminder
from events.models import (
    OPEN_FOR,
    SCALE,
    Event,
    Place,
    Survey,
    SurveyAnswer,
    SurveyInvitation,
    SurveyQuestion,
)

REMINDED_AFTER = timedelta(days=5)
MOST_QUESTIONS = 20
QUESTION_FIELDS = ("kind", "text", "options", "is_required", "rank")


# --- Preparing --------------------------------------------------------------------------------------------------------


def ready_questions() -> list[SurveyQuestion]:
    """What a survey begins with, in the language of whoever prepares it; coordinators change it as they like."""
    kinds = SurveyQuestionKind
    visits = [_("none"), _("one or two"), _("three to five"), _("more than five")]
    parts = [
        _("the plenary"),
        _("the workshops"),
        _("the pitches"),
        _("the one-to-one meetings"),
        _("the time to talk"),
    ]
    rows = [
        (kinds.SCALE, _("All in all, how satisfied are you with this meeting?"), [], True),
        (kinds.SCALE, _("How satisfied are you with the welcome and the organisation?"), [], False),
        (kinds.CHOICE, _("How many useful contacts did you make?"), visits, False),
        (kinds.SEVERAL, _("What was of use to you?"), parts, False),
        (kinds.YES_NO, _("Do you mean to work with somebody you met?"), [], False),
        (kinds.SCALE, _("Would you recommend our meetings to a colleague?"), [], False),
        (kinds.TEXT, _("What should we do better next time?"), [], False),
    ]
    return [
        SurveyQuestion(rank=rank, kind=kind, text=text, options="\n".join(options), is_required=is_required)
        for rank, (kind, text, options, is_required) in enumerate(rows, start=1)
    ]


@transaction.atomic
def prepare_survey(event: Event, *, by) -> Survey:
    """Begin a survey with the ready questions; it closes three weeks after the event. Repeat-safe."""
    event = lock_row(Event.objects.all(), event.pk)
    if event.is_cancelled:
        raise RuleBroken(_("This event has been cancelled."))
    survey, is_new = Survey.objects.get_or_create(
        event=event, defaults={"closes_at": max(event.ends_at, timezone.now()) + OPEN_FOR}
    )
    if is_new:
        questions = ready_questions()
        for question in questions:
            question.survey = survey
        SurveyQuestion.objects.bulk_create(questions)
        record("events.survey.prepared", gettext_noop("Satisfaction survey prepared"), by=by, about=[event])
    return survey


@transaction.atomic
def change_survey(survey: Survey, *, by, opening: str, closes_at: datetime, is_summary_public: bool) -> Survey:
    """Opening words, the day it closes, whether the average is public. The last can be changed when it has closed, too."""
    survey = _lock(survey)
    survey.is_summary_public = is_summary_public
    if not survey.is_closed:
        if closes_at <= max(survey.event.ends_at, timezone.now()):
            raise RuleBroken(_("It closes after the event, and in the future."), field="closes_at")
        survey.opening, survey.closes_at = opening, closes_at
    survey.save()
    record("events.survey.changed", gettext_noop("Satisfaction survey changed"), by=by, about=[survey.event])
    return survey


@transaction.atomic
def add_survey_question(survey: Survey, *, by, **fields) -> SurveyQuestion:
    """One more question, at the end unless `rank` says where. `fields`: see QUESTION_FIELDS."""
    survey = _in_preparation(survey)
    if survey.questions.count() >= MOST_QUESTIONS:
        raise RuleBroken(_("Twenty questions are the most that anybody answers: take one away first."))
    last = survey.questions.aggregate(last=Max("rank"))["last"] or 0
    question = SurveyQuestion(survey=survey, **{"rank": last + 1, **_known(fields)})
    _save(question)
    record("events.survey.question_added", gettext_noop("Question added to the survey"), by=by, about=[survey.event])
    return question


@transaction.atomic
def change_survey_question(question: SurveyQuestion, *, by, **fields) -> SurveyQuestion:
    survey = _in_preparation(question.survey)
    question = survey.questions.get(pk=question.pk)
    for name, value in _known(fields).items():
        setattr(question, name, value)
    _save(question)
    record(
        "events.survey.question_changed", gettext_noop("Question of the survey changed"), by=by, about=[survey.event]
    )
    return question


@transaction.atomic
def remove_survey_question(question: SurveyQuestion, *, by) -> Survey:
    """Take a question away; repeat-safe."""
    survey = _in_preparation(question.survey)
    if survey.questions.filter(pk=question.pk).delete()[0]:
        record("events.survey.question_removed", gettext_noop("Question taken out of the survey"), by=by,
               about=[survey.event])  # fmt: skip
    return survey


@transaction.atomic
def release_survey(survey: Survey, *, by) -> Survey:
    """From now on its questions are fixed; those who came are written to as soon as the event is over. Repeat-safe."""
    survey, now = _lock(survey), timezone.now()
    if survey.is_released:
        return survey
    if not survey.event.is_published:
        raise RuleBroken(_("Only an event that takes place is asked about: publish it first."))
    if not survey.questions.exists():
        raise RuleBroken(_("Add a question first."))
    if survey.closes_at <= now:
        raise RuleBroken(_("The day on which it closes has passed: choose a later one."))
    survey.released_at = now
    survey.save(update_fields=["released_at"])
    record("events.survey.released", gettext_noop("Satisfaction survey released"), by=by, about=[survey.event])
    _invite(survey, now)
    return survey


# --- Answering --------------------------------------------------------------------------------------------------------


@transaction.atomic
def invite_to_survey(survey: Survey, now: datetime) -> int:
    """Write to everybody who came, has an address and was not invited yet; later ticks are found by the next run.

    Returns how many were written to; none unless the survey runs. It has no history line of its own: who was written to
    stands in the letters.
    """
    return _invite(_lock(survey), now)


def _invite(survey: Survey, now: datetime) -> int:
    if not survey.takes_answers(now):
        return 0
    places = Place.objects.filter(event=survey.event).attended().named().exclude(email="")
    places = places.exclude(survey_invitations__survey=survey).select_related("person", "registration__organisation")
    invitations = SurveyInvitation.objects.bulk_create(
        SurveyInvitation(survey=survey, place=place, invited_at=now) for place in places.order_by("pk")
    )
    for invitation in invitations:
        write_survey_invitation(invitation)
    return len(invitations)


@transaction.atomic
def answer_survey(invitation: SurveyInvitation, answers: Mapping[int, int | str | list[int]]) -> Survey:
    """Keep the answers (question id → mark, 1 or 0, number of the choice, list of numbers, or text), once and for good.

    Raises RuleBroken when the survey has closed, when this invitation has answered, and (`field`: q and the question's
    id) for an answer that the question does not take or a required one that is missing. No history line: see the model.
    """
    invitation = lock_row(SurveyInvitation.objects.all(), invitation.pk)
    survey = Survey.objects.select_related("event__club").get(pk=invitation.survey_id)
    if not survey.takes_answers(timezone.now()):
        raise RuleBroken(_("This survey is closed."))
    if invitation.has_answered:
        raise RuleBroken(_("You have answered already. Thank you!"))
    rows = [row for question in survey.questions.all() for row in _rows(question, answers.get(question.pk))]
    if not rows:
        raise RuleBroken(_("Answer at least one question."))
    SurveyAnswer.objects.bulk_create(sorted(rows, key=lambda row: row.pk))  # in the order of their random ids
    invitation.has_answered = True
    invitation.save(update_fields=["has_answered"])
    return survey


def _rows(question: SurveyQuestion, answer) -> list[SurveyAnswer]:
    """The rows that one answer makes; none for a question that was left out."""
    if answer is None or answer in ("", []):
        if question.is_required:
            raise RuleBroken(_("Please answer this question."), field=f"q{question.pk}")
        return []
    if question.kind == SurveyQuestionKind.TEXT:
        return [SurveyAnswer(question=question, text=str(answer))]
    numbers = sorted(set(answer)) if question.kind == SurveyQuestionKind.SEVERAL else [answer]
    allowed = {
        SurveyQuestionKind.SCALE: SCALE,
        SurveyQuestionKind.YES_NO: range(2),
    }.get(question.kind_of_answer, range(len(question.choices)))
    if any(number not in allowed for number in numbers):
        raise RuleBroken(_("Choose one of the answers."), field=f"q{question.pk}")
    return [SurveyAnswer(question=question, number=number) for number in numbers]


# --- Closing ----------------------------------------------------------------------------------------------------------


@transaction.atomic
def close_survey(survey: Survey, *, by) -> Survey:
    """The end: the invitations are thrown away, the two numbers stay, and the results are shown. Repeat-safe, final."""
    survey, now = _lock(survey), timezone.now()
    if survey.is_closed:
        return survey
    if not survey.is_released:
        raise RuleBroken(_("This survey has not been released."))
    if not survey.event.is_over(now):
        raise RuleBroken(_("The event is not over: nobody has been asked yet."))
    # Each under its own lock: an answer that is being given is either in, or finds the survey closed.
    list(survey.invitations.order_by("pk").select_for_update(no_key=True))
    survey.invited = survey.invitations.count()
    survey.answered = survey.invitations.filter(has_answered=True).count()
    survey.closed_at = now
    survey.save(update_fields=["invited", "answered", "closed_at"])
    survey.invitations.all().delete()
    record("events.survey.closed", gettext_noop("Satisfaction survey closed; answers: %(answers)s"), by=by,
           about=[survey.event], answers=survey.answered)  # fmt: skip
    return survey


# --- The daily run ----------------------------------------------------------------------------------------------------


def run_surveys(now: datetime) -> int:
    """Invite those who came, remind those who have not answered, close what is at its end. Returns how many of each."""
    closed = list(Survey.objects.to_close(now).select_related("event"))
    for survey in closed:
        _close_due(survey, now)
    running = list(Survey.objects.running(now).order_by("pk"))
    invited = sum(invite_to_survey(survey, now) for survey in running)
    due = SurveyInvitation.objects.filter(
        survey__in=running, has_answered=False, reminded_at__isnull=True, invited_at__lte=now - REMINDED_AFTER
    )
    return len(closed) + invited + sum(_remind(invitation, now) for invitation in list(due.order_by("pk")))


def _close_due(survey: Survey, now: datetime) -> None:
    """An event that was put off may still lie ahead: its survey then closes three weeks after it."""
    if survey.event.is_over(now):
        close_survey(survey, by=None)
        return
    Survey.objects.filter(pk=survey.pk, closed_at__isnull=True).update(closes_at=survey.event.ends_at + OPEN_FOR)


@transaction.atomic
def _remind(invitation: SurveyInvitation, now: datetime) -> int:
    try:
        invitation = lock_row(SurveyInvitation.objects.all(), invitation.pk)
    except SurveyInvitation.DoesNotExist:
        return 0  # thrown away meanwhile: the survey has closed
    invitation.survey = Survey.objects.select_related("event__club").get(pk=invitation.survey_id)
    places = Place.objects.select_related("person", "registration__organisation")
    invitation.place = places.get(pk=invitation.place_id)
    is_due = not invitation.has_answered and invitation.reminded_at is None and invitation.place.email
    if not is_due or not invitation.survey.takes_answers(now):
        return 0
    if is_off(invitation.survey.event.club, "events.survey_reminder"):
        return 0
    invitation.reminded_at = now
    invitation.save(update_fields=["reminded_at"])
    write_survey_reminder(invitation)
    return 1


# --- Small parts ------------------------------------------------------------------------------------------------------


def _lock(survey: Survey) -> Survey:
    survey = lock_row(Survey.objects.all(), survey.pk)
    survey.event = Event.objects.select_related("club").get(pk=survey.event_id)
    return survey


def _in_preparation(survey: Survey) -> Survey:
    survey = _lock(survey)
    if survey.is_released:
        raise RuleBroken(_("The survey has been released: its questions are fixed."))
    return survey


def _known(fields: dict) -> dict:
    if unknown := set(fields) - set(QUESTION_FIELDS):
        raise TypeError(f"a question has no fields {unknown} to change")
    return fields


def _save(question: SurveyQuestion) -> None:
    if question.kind in SurveyQuestionKind.with_options():
        if len(question.choices) < 2:
            raise RuleBroken(_("Give at least two choices, one a line."), field="options")
        if len(set(question.choices)) < len(question.choices):
            raise RuleBroken(_("Two choices are the same."), field="options")
    else:
        question.options = ""
    question.save()
