"""The survey: how it is prepared, and how it is answered."""

from django import forms
from django.utils.translation import gettext_lazy as _

from events.enums import SurveyQuestionKind
from events.forms.events import PlaceTimeMixin
from events.forms.fields import WallTimeField, wall_time
from events.models import SCALE, Survey, SurveyQuestion


class SurveyForm(PlaceTimeMixin, forms.ModelForm):
    """Opening words, the end, and whether everybody may read the average. A closed survey keeps but the last."""

    WALL_TIMES = ("closes_at",)

    closes_at = WallTimeField(label=_("Closes"))

    class Meta:
        model = Survey
        fields = ["opening", "closes_at", "is_summary_public"]
        widgets = {"opening": forms.Textarea(attrs={"rows": 3})}
        help_texts = {"opening": _("Stands in the letter and above the questions.")}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.initial["closes_at"] = wall_time(self.instance.closes_at, self.instance.event.zone)
        if self.instance.is_closed:
            del self.fields["opening"], self.fields["closes_at"]

    def clean(self):
        values = super().clean()
        self.set_moments(values, self.instance.event.zone)
        return values

    def _post_clean(self):
        """What is wrong with the survey as a whole, the action says, at the field."""

    def for_action(self) -> dict:
        kept = {name: getattr(self.instance, name) for name in ("opening", "closes_at")}
        return {**kept, **self.cleaned_data}


class SurveyQuestionForm(forms.ModelForm):
    class Meta:
        model = SurveyQuestion
        fields = ["kind", "text", "options", "is_required", "rank"]
        widgets = {"options": forms.Textarea(attrs={"rows": 4})}
        help_texts = {"options": _("One a line; only for one or several choices.")}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if not self.instance.pk:
            del self.fields["rank"]

    def _post_clean(self):
        """What is wrong with the question as a whole, the action says, at the field."""


class AnswerForm(forms.Form):
    """All questions of a survey, each under `q` and its id. `answers()` gives what `answer_survey` takes."""

    def __init__(self, *args, questions: list[SurveyQuestion], **kwargs):
        super().__init__(*args, **kwargs)
        self.questions = questions
        for question in questions:
            self.fields[f"q{question.pk}"] = _field_of(question)

    def answers(self) -> dict[int, int | str | list[int]]:
        found = {question.pk: self.cleaned_data[f"q{question.pk}"] for question in self.questions}
        return {pk: answer for pk, answer in found.items() if answer not in (None, "", [])}


def _field_of(question: SurveyQuestion) -> forms.Field:
    fields = {"label": question.text, "required": question.is_required}
    if question.kind == SurveyQuestionKind.TEXT:
        widget = forms.Textarea(attrs={"rows": 4})
        hint = _("Please name nobody: the coordination reads it as you write it.")
        return forms.CharField(max_length=2000, widget=widget, help_text=hint, **fields)
    if question.kind == SurveyQuestionKind.SEVERAL:
        choices = list(enumerate(question.choices))
        return forms.TypedMultipleChoiceField(
            choices=choices, coerce=int, empty_value=[], widget=forms.CheckboxSelectMultiple, **fields
        )
    return forms.TypedChoiceField(
        choices=_choices_of(question), coerce=int, empty_value=None, widget=forms.RadioSelect, **fields
    )


def _choices_of(question: SurveyQuestion) -> list[tuple]:
    if question.kind == SurveyQuestionKind.SCALE:
        ends = {1: _("1 – not at all"), 5: _("5 – very much")}
        return [(mark, ends.get(mark, str(mark))) for mark in SCALE]
    if question.kind == SurveyQuestionKind.YES_NO:
        return [(1, _("Yes")), (0, _("No"))]
    return list(enumerate(question.choices))
