"""What those who came thought of an event, so kept that nobody can tell who said what.

The rule, in four parts:
1. *Who* and *what* never meet. That somebody has answered stands on their invitation, as a plain yes without a time; the
   answers stand on rows that point at a question and at nothing else. No row names a place, a person or a moment, and
   the answers of one person do not even point at each other.
2. Rows of answers bear random ids, so that their order says nothing; nothing about an answer is written to the history.
   An answer can therefore not be found again: it is given once and for good.
3. Nothing but the number of answers is shown while the survey is open, so that nobody learns an answer by looking before
   and after it came. When it closes, which it does once, the invitations are thrown away: only how many were invited and
   how many answered is kept. Below `FEWEST` answers nothing is ever shown. (Until then a database keeps traces of its own,
   such as transaction numbers, which no page and no export reads.)
4. Free texts may give their writer away by what they say: only coordinators read them, and they go with the names of the
   attendees (see `events.actions.privacy`).
"""

import uuid
from datetime import datetime, timedelta

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from events.enums import EventStatus, SurveyQuestionKind, SurveyState
from events.models.events import Event

FEWEST = 5
OPEN_FOR = timedelta(days=21)
SCALE = range(1, 6)


class SurveyQuerySet(models.QuerySet):
    def running(self, now):
        """Released, of an event that is over and was held, and not yet at its end."""
        return self.filter(
            released_at__isnull=False, closed_at__isnull=True, closes_at__gt=now, event__ends_at__lte=now,
            event__status=EventStatus.PUBLISHED,
        )  # fmt: skip

    def to_close(self, now):
        return self.filter(released_at__isnull=False, closed_at__isnull=True, closes_at__lte=now)


class Survey(models.Model):
    """The survey of one event. Released by the coordination, it opens when the event ends."""

    event = models.OneToOneField(Event, on_delete=models.CASCADE, related_name="survey", verbose_name=_("event"))
    opening = models.TextField(_("opening words"), blank=True, max_length=1000)
    closes_at = models.DateTimeField(_("closes"))
    is_summary_public = models.BooleanField(
        _("show the average on the event’s page"), default=False,
        help_text=_("The average of the first question from 1 to 5, once the survey has closed with five answers or more."),
    )  # fmt: skip
    released_at = models.DateTimeField(_("released"), null=True, blank=True)
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)
    invited = models.PositiveIntegerField(
        default=0, editable=False, help_text=_("People invited; kept when it closes.")
    )
    answered = models.PositiveIntegerField(default=0, editable=False, help_text=_("Answers; kept when it closes."))

    objects = SurveyQuerySet.as_manager()

    class Meta:
        verbose_name = _("satisfaction survey")
        verbose_name_plural = _("satisfaction surveys")
        constraints = [
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True) | Q(released_at__isnull=False), name="events_survey_closed_after_release"
            ),
            models.CheckConstraint(condition=Q(answered__lte=F("invited")), name="events_survey_answers_of_invited"),
        ]  # fmt: skip

    def __str__(self):
        return f"{self._meta.verbose_name}, {self.event}"

    @property
    def is_released(self) -> bool:
        return self.released_at is not None

    @property
    def is_closed(self) -> bool:
        return self.closed_at is not None

    @property
    def has_results(self) -> bool:
        """Closed, and with so many answers that none of them stands out."""
        return self.is_closed and self.answered >= FEWEST

    def state_at(self, now: datetime) -> SurveyState:
        if self.is_closed or (self.is_released and self.closes_at <= now):
            return SurveyState.CLOSED
        if not self.is_released:
            return SurveyState.DRAFT
        return SurveyState.OPEN if self.event.is_over(now) else SurveyState.WAITING

    def takes_answers(self, now: datetime) -> bool:
        return self.state_at(now) == SurveyState.OPEN and self.event.is_published


class SurveyQuestion(models.Model):
    """A question; `options` holds one choice a line. Fixed once the survey is released."""

    survey = models.ForeignKey(Survey, on_delete=models.CASCADE, related_name="questions")
    rank = models.PositiveSmallIntegerField(_("order"), default=1)
    kind = models.CharField(_("kind of answer"), max_length=8, choices=SurveyQuestionKind.choices)
    text = models.CharField(_("question"), max_length=200)
    options = models.TextField(_("choices"), blank=True, max_length=1000, help_text=_("One a line."))
    is_required = models.BooleanField(_("must be answered"), default=False)

    class Meta:
        verbose_name = _("question of a survey")
        verbose_name_plural = _("questions of surveys")
        ordering = ["rank", "pk"]

    def __str__(self):
        return self.text

    @property
    def choices(self) -> list[str]:
        """What can be chosen, in order; an answer keeps the number of the line, from 0."""
        return [line.strip() for line in self.options.splitlines() if line.strip()]

    @property
    def kind_of_answer(self) -> SurveyQuestionKind:
        return SurveyQuestionKind(self.kind)


class SurveyInvitation(models.Model):
    """Somebody who came may answer, once; thrown away when the survey closes (see the rule above)."""

    survey = models.ForeignKey(Survey, on_delete=models.CASCADE, related_name="invitations")
    place = models.ForeignKey("events.Place", on_delete=models.CASCADE, related_name="survey_invitations")
    invited_at = models.DateTimeField(_("invited"))
    reminded_at = models.DateTimeField(_("reminded"), null=True, blank=True)
    has_answered = models.BooleanField(_("has answered"), default=False)

    class Meta:
        verbose_name = _("invitation to a survey")
        verbose_name_plural = _("invitations to surveys")
        constraints = [models.UniqueConstraint(fields=["survey", "place"], name="events_survey_invitation_once")]


class SurveyAnswer(models.Model):
    """One answer to one question: a mark, 1 for yes and 0 for no, the number of a choice, or a text. Nobody's."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    question = models.ForeignKey(SurveyQuestion, on_delete=models.CASCADE, related_name="answers")
    number = models.PositiveSmallIntegerField(null=True, blank=True)
    text = models.TextField(blank=True, max_length=2000)

    class Meta:
        verbose_name = _("answer of a survey")
        verbose_name_plural = _("answers of surveys")
        constraints = [
            models.CheckConstraint(
                condition=Q(number__isnull=False, text="") | Q(number__isnull=True) & ~Q(text=""),
                name="events_survey_answer_is_one_thing",
            )
        ]  # fmt: skip
