"""Who comes: the rows of a registration, and walk-ins at the door."""

import re

from django import forms
from django.core.exceptions import ValidationError
from django.forms import BaseFormSet, formset_factory
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from events.actions import Attendee
from events.actions.answers import answer_field
from events.enums import QuestionKind
from events.forms.questions import add_faults, answers_in, question_fields
from members.enums import OrganisationKind
from members.models import Organisation

LIST_HELP = _("Name, job title and organisation; seen only by people who take part. Can be changed at any time.")
NEEDS_HELP = _("Seen by the coordination only, erased a week after the event.")


class AttendeeForm(forms.Form):
    """One person. A row left empty is nobody. `questions` are those asked of each person, `asks_needs` the event's."""

    first_name = forms.CharField(label=_("First name"), max_length=80, required=False)
    last_name = forms.CharField(label=_("Last name"), max_length=80, required=False)
    email = forms.EmailField(
        label=_("E-mail"), required=False, help_text=_("For the confirmation and the calendar entry.")
    )
    job_title = forms.CharField(label=_("Job title"), max_length=100, required=False)
    guest_of = forms.CharField(
        label=_("A guest? Their own organisation"), max_length=120, required=False,
        help_text=_("Empty for a colleague. Stands on the badge."),
    )  # fmt: skip
    diet = forms.CharField(label=_("Meals: what you do not eat"), max_length=250, required=False, help_text=NEEDS_HELP)
    access = forms.CharField(
        label=_("Access: what you need to take part"), max_length=250, required=False,
        help_text=_("For example a place for a wheelchair, sign language, large print."),
    )  # fmt: skip
    is_listed = forms.BooleanField(
        label=_("This person agrees to appear on the list of participants"), required=False, help_text=LIST_HELP
    )

    TYPED = ("first_name", "last_name", "email", "job_title", "guest_of", "diet", "access")

    def __init__(self, *args, questions=(), asks_needs: bool = False, **kwargs):
        super().__init__(*args, **kwargs)
        self.questions = list(questions)
        if not asks_needs:
            del self.fields["diet"], self.fields["access"]
        self.fields |= question_fields(self.questions)

    def clean(self):
        values = super().clean()
        if not self.is_blank:
            for name in ("first_name", "last_name"):
                if not values.get(name) and name not in self.errors:
                    self.add_error(name, _("Needed for the badge and the attendance sheet."))
            add_faults(self, self.questions)
        return values

    @property
    def is_blank(self) -> bool:
        return not any((self.data.get(self.add_prefix(name)) or "").strip() for name in self.TYPED)

    @property
    def question_fields(self) -> list:
        """The fields of the questions, as templates show them."""
        return [self[answer_field(question.pk)] for question in self.questions]

    @property
    def need_fields(self) -> list:
        return [self[name] for name in ("diet", "access") if name in self.fields]

    def attendee(self) -> Attendee:
        values = {name: self.cleaned_data.get(name, "") for name in self.TYPED}
        return Attendee(**values, is_listed=self.cleaned_data["is_listed"], answers=answers_in(self, self.questions))

    def typed(self) -> dict:
        """What stands in the row now, valid or not."""
        values = {name: self.data.get(self.add_prefix(name), "") for name in (*self.TYPED, "is_listed")}
        for question in self.questions:
            name = answer_field(question.pk)
            typed = self.data.getlist(self.add_prefix(name))
            values[name] = typed if question.kind == QuestionKind.SEVERAL else typed[0] if typed else ""
        return values


class OnePersonForm(AttendeeForm):
    """A single person who must be named."""

    is_blank = False

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name in ("first_name", "last_name"):
            self.fields[name].required = True


class BaseAttendeeFormSet(BaseFormSet):
    """Rows of people; rows can be added and taken away by buttons that send the form (no script needed)."""

    def filled(self) -> list[AttendeeForm]:
        return [form for form in self.forms if not form.is_blank]

    def attendees(self) -> list[Attendee]:
        return [form.attendee() for form in self.filled()]

    @classmethod
    def with_rows(cls, rows: list[dict], most: int, form_kwargs: dict):
        """The same rows, shown anew with what was typed in them (at most `most`, at least one)."""
        rows = (rows or [{}])[: max(1, most)]
        return cls(initial=rows, form_kwargs=form_kwargs)

    def typed_rows(self) -> list[dict]:
        """What stands in the rows now, valid or not."""
        return [form.typed() for form in self.forms]


AttendeeFormSet = formset_factory(AttendeeForm, formset=BaseAttendeeFormSet, extra=0, max_num=100, absolute_max=100)


class GroupForm(forms.Form):
    """What is asked once for the whole group: seats to name later, and the questions to the organisation."""

    unnamed = forms.IntegerField(
        label=_("Seats to reserve besides, named later"), required=False, min_value=0, initial=0,
        help_text=_("You name them, or swap names, at any time until the event."),
    )  # fmt: skip

    def __init__(self, *args, questions=(), most: int, **kwargs):
        super().__init__(*args, **kwargs)
        self.questions = list(questions)
        self.fields["unnamed"].max_value = most
        self.fields["unnamed"].widget.attrs |= {"max": most, "inputmode": "numeric"}
        self.fields |= question_fields(self.questions)

    def clean(self):
        values = super().clean()
        add_faults(self, self.questions)
        return values

    @property
    def question_fields(self) -> list:
        return [self[answer_field(question.pk)] for question in self.questions]

    def seats(self) -> list[Attendee]:
        """The seats without a name."""
        return [Attendee() for _seat in range(self.cleaned_data.get("unnamed") or 0)]

    def answers(self) -> dict[int, list[str]]:
        return answers_in(self, self.questions)


class OrganisationFilter(forms.Form):
    """A coordinator looks for whom to register."""

    q = forms.CharField(
        label=_("Name, town or SIRET"), required=False, max_length=100, widget=forms.TextInput(attrs={"type": "search"})
    )


class OrganisationField(forms.CharField):
    """An organisation by what stands in the list of suggestions (« Name (kind, SIRET) »), by SIRET, or by name."""

    default_error_messages = {
        "none": _("No organisation is known by this name: look for another spelling or the SIRET."),
        "several": _("Several organisations match: %(names)s. Choose one from the suggestions or give the SIRET."),
    }
    SUGGESTION = re.compile(r"\(([\w /]+), (\d{14})\)\s*$")

    def __init__(self, **kwargs):
        self.queryset = Organisation.objects.none()
        super().__init__(**kwargs)

    @staticmethod
    def suggestion(organisation: Organisation) -> str:
        return f"{organisation} ({organisation.kind}, {organisation.siret})"

    def clean(self, value):
        text = super().clean(value)
        if not text:
            return None
        if match := self.SUGGESTION.search(text):
            kind = match[1] if match[1] in OrganisationKind.values else ""
            found = list(self.queryset.filter(kind=kind, siret=match[2])[:2])
        else:
            found = list(self.queryset.matching(text).order_by("sort_name", "pk")[:6])
        if not found:
            raise ValidationError(self.error_messages["none"], code="none")
        if len(found) > 1:
            names = " · ".join(self.suggestion(organisation) for organisation in found[:5])
            raise ValidationError(self.error_messages["several"], code="several", params={"names": names})
        return found[0]


def ask_for_organisation(field: OrganisationField, organisations, event) -> None:
    """Let the field choose among `organisations`, with suggestions while one types."""
    field.queryset = organisations
    field.widget.attrs |= {
        "list": "organisations",
        "autocomplete": "off",
        "hx-get": reverse("events:organisation_suggestions", args=[event.slug]),
        "hx-trigger": "input changed delay:300ms",
        "hx-target": "#organisations",
        "hx-swap": "innerHTML",
    }


class WalkInForm(OnePersonForm):
    organisation = OrganisationField(label=_("Organisation"), max_length=250)

    field_order = ["first_name", "last_name", "organisation", "email", "job_title", "is_listed"]

    def __init__(self, *args, person, event, **kwargs):
        super().__init__(*args, **kwargs)
        del self.fields["guest_of"]
        ask_for_organisation(self.fields["organisation"], Organisation.objects.visible_to(person), event)
        self.fields["email"].help_text = ""
        self.fields["is_listed"].label = pgettext_lazy("walk-in", "Agrees to appear on the list of participants")
        self.fields["is_listed"].help_text = ""
