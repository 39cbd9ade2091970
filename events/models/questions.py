"""What an event asks of those who register, beside their names, and what they answered."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from core.prepared import prepared
from events.enums import QuestionKind
from events.models.events import Event
from events.models.registrations import Place, Registration

YES_NO = {"yes": _("Yes"), "no": _("No")}


class Question(models.Model):
    """Asked of each person, or once of the organisation. With `only_if`, asked only of who answered that one so."""

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="questions", verbose_name=_("event"))
    position = models.PositiveSmallIntegerField(_("order"), default=0)
    text = models.CharField(_("question"), max_length=250)
    help_text = models.CharField(_("explanation"), max_length=250, blank=True)
    kind = models.CharField(_("kind of answer"), max_length=10, choices=QuestionKind.choices, default=QuestionKind.TEXT)
    options = models.JSONField(_("choices"), default=list, blank=True)
    is_required = models.BooleanField(_("must be answered"), default=False)
    is_per_person = models.BooleanField(
        _("asked of each person"), default=True, help_text=_("Else once of the organisation.")
    )
    only_if = models.ForeignKey(
        "self", on_delete=models.CASCADE, null=True, blank=True, related_name="followers",
        verbose_name=_("only after the question"),
    )  # fmt: skip
    only_if_answer = models.CharField(pgettext_lazy("question", "answered by"), max_length=120, blank=True)

    class Meta:
        verbose_name = _("question")
        verbose_name_plural = _("questions")
        ordering = ["position", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(only_if__isnull=True) | ~Q(only_if_answer=""), name="events_question_condition_whole"
            )
        ]

    def __str__(self):
        return self.text

    @property
    def is_closed(self) -> bool:
        """It has answers to choose from."""
        return self.kind == QuestionKind.YES_NO or self.kind in QuestionKind.choosing()

    @property
    def is_file(self) -> bool:
        """It is answered by a file, handed in after registering (see `AnswerFile`)."""
        return self.kind == QuestionKind.FILE

    @property
    def choices(self) -> list[str]:
        """What can be chosen, as it is kept."""
        return list(YES_NO) if self.kind == QuestionKind.YES_NO else self.options

    @property
    def labelled_choices(self) -> list[tuple[str, str]]:
        """(as it is kept, as it is read)."""
        return [
            (value, str(YES_NO.get(value, value)) if self.kind == QuestionKind.YES_NO else value)
            for value in self.choices
        ]

    @property
    def condition(self) -> str:
        """When it is asked, in words; the question before it is read with it."""
        if self.only_if is None:
            return ""
        answer = dict(self.only_if.labelled_choices).get(self.only_if_answer, self.only_if_answer)
        return gettext("Only if “%(question)s” is answered by “%(answer)s”.") % {
            "question": self.only_if.text, "answer": answer,
        }  # fmt: skip


@prepared
def questions_of(event_id: int):
    """In order, with the question on which each depends."""
    return Question.objects.filter(event=event_id).select_related("only_if")


class Answer(models.Model):
    """The answer of one place, or of the registration as a whole: a list of what was
    chosen, or of the one text. Kept as long as
    names are."""

    question = models.ForeignKey(Question, on_delete=models.CASCADE, related_name="answers", verbose_name=_("question"))
    registration = models.ForeignKey(
        Registration, on_delete=models.CASCADE, related_name="answers", verbose_name=_("registration")
    )
    place = models.ForeignKey(
        Place, on_delete=models.CASCADE, null=True, blank=True, related_name="answers", verbose_name=_("place")
    )
    value = models.JSONField(_("answer"), default=list)

    class Meta:
        verbose_name = _("answer")
        verbose_name_plural = _("answers")
        constraints = [
            models.UniqueConstraint(
                fields=["question", "place"], condition=Q(place__isnull=False), name="events_answer_once_a_place"
            ),
            models.UniqueConstraint(
                fields=["question", "registration"], condition=Q(place__isnull=True), name="events_answer_once"
            ),
        ]

    def __str__(self):
        return self.words

    @property
    def words(self) -> str:
        """As it is read; the question is read with it."""
        labels = dict(self.question.labelled_choices)
        return ", ".join(labels.get(one, one) for one in self.value)


class Needs(models.Model):
    """What somebody may eat and needs to take part: kept apart from all else, seen by the coordination only, erased a
    week after the event."""

    place = models.OneToOneField(Place, on_delete=models.CASCADE, related_name="needs", verbose_name=_("place"))
    diet = models.CharField(_("meals"), max_length=250, blank=True)
    access = models.CharField(_("access"), max_length=250, blank=True)

    class Meta:
        verbose_name = _("needs")
        verbose_name_plural = _("needs")

    def __str__(self):
        return f"{self.place_id}"
