"""The questions of an event as fields of a form, and the form by which coordinators write them."""

from collections.abc import Iterable

from django import forms
from django.utils.translation import gettext_lazy as _

from events.actions.answers import LONGEST, answer_field, faults_of
from events.enums import QuestionKind
from events.models import Event, Question


def question_fields(questions: Iterable[Question]) -> dict[str, forms.Field]:
    """A field for each question. What must be answered is checked together with the conditions (see `add_faults`)."""
    return {answer_field(question.pk): _field(question) for question in questions}


def _field(question: Question) -> forms.Field:
    help_text = " ".join(part for part in (question.help_text, question.condition) if part)
    common = {"label": question.text, "required": False, "help_text": help_text}
    if question.kind == QuestionKind.SEVERAL:
        widget = forms.CheckboxSelectMultiple
        field = forms.MultipleChoiceField(choices=question.labelled_choices, widget=widget, **common)
    elif question.kind == QuestionKind.YES_NO:
        field = forms.ChoiceField(choices=question.labelled_choices, widget=forms.RadioSelect, **common)
    elif question.kind == QuestionKind.CHOICE:
        field = forms.ChoiceField(choices=[("", "—"), *question.labelled_choices], **common)
    elif question.kind == QuestionKind.LONG_TEXT:
        field = forms.CharField(widget=forms.Textarea(attrs={"rows": 3}), max_length=LONGEST, **common)
    else:
        field = forms.CharField(max_length=250, **common)
    if question.is_required and question.only_if_id is None:
        field.label = _("%(question)s (to be answered)") % {"question": question.text}
    return field


def answers_in(form: forms.Form, questions: Iterable[Question]) -> dict[int, list[str]]:
    """What was answered in a form, as actions take it."""
    found = {}
    for question in questions:
        value = form.cleaned_data.get(answer_field(question.pk)) or []
        found[question.pk] = value if isinstance(value, list) else [value]
    return found


def add_faults(form: forms.Form, questions: list[Question]) -> None:
    """Say at each field what is wrong with its answer."""
    for name, fault in faults_of(questions, answers_in(form, questions)).items():
        if name not in form.errors:
            form.add_error(name, fault)


class QuestionForm(forms.ModelForm):
    """One question. `for_action()` gives the arguments of `add_question` and `change_question`."""

    options = forms.CharField(
        label=_("Choices, one a line"), required=False, widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("For questions with choices of their own."),
    )  # fmt: skip

    class Meta:
        model = Question
        fields = [
            "text", "help_text", "kind", "options", "is_required", "is_per_person", "only_if", "only_if_answer",
        ]  # fmt: skip

    def __init__(self, *args, event: Event, **kwargs):
        super().__init__(*args, **kwargs)
        earlier = event.questions.filter(kind__in=[QuestionKind.YES_NO, *QuestionKind.choosing()])
        question = self.instance
        if question.pk:
            earlier = earlier.filter(position__lt=question.position)
            self.initial["options"] = "\n".join(question.options)
            if question.only_if is not None:
                labels = dict(question.only_if.labelled_choices)
                self.initial["only_if_answer"] = labels.get(question.only_if_answer, question.only_if_answer)
        self.fields["kind"].help_text = _("A file is handed in after registering, from the page “My registrations”.")
        self.fields["only_if"].queryset = earlier
        self.fields["only_if"].empty_label = _("always")

    def clean_options(self):
        lines = [line.strip()[:120] for line in self.cleaned_data["options"].splitlines()]
        return list(dict.fromkeys(line for line in lines if line))

    def _post_clean(self):
        """What is wrong with the question as a whole, the action says, at the field."""

    def for_action(self) -> dict:
        return dict(self.cleaned_data)
