"""Who comes: the rows of a registration, and walk-ins at the door."""

import re

from django import forms
from django.core.exceptions import ValidationError
from django.forms import BaseFormSet, formset_factory
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from events.actions import Attendee
from members.enums import OrganisationKind
from members.models import Organisation

LIST_HELP = _("Name, job title and organisation; seen only by people who take part. Can be changed at any time.")


class AttendeeForm(forms.Form):
    """One person. A row left empty is nobody."""

    first_name = forms.CharField(label=_("First name"), max_length=80, required=False)
    last_name = forms.CharField(label=_("Last name"), max_length=80, required=False)
    email = forms.EmailField(
        label=_("E-mail"), required=False, help_text=_("For the confirmation and the calendar entry.")
    )
    job_title = forms.CharField(label=_("Job title"), max_length=100, required=False)
    is_listed = forms.BooleanField(
        label=_("This person agrees to appear on the list of participants"), required=False, help_text=LIST_HELP
    )

    TYPED = ("first_name", "last_name", "email", "job_title")

    def clean(self):
        values = super().clean()
        if not self.is_blank:
            for name in ("first_name", "last_name"):
                if not values.get(name) and name not in self.errors:
                    self.add_error(name, _("Needed for the badge and the attendance sheet."))
        return values

    @property
    def is_blank(self) -> bool:
        return not any((self.data.get(self.add_prefix(name)) or "").strip() for name in self.TYPED)

    def attendee(self) -> Attendee:
        return Attendee(**{name: self.cleaned_data[name] for name in (*self.TYPED, "is_listed")})


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
    def with_rows(cls, rows: list[dict], most: int):
        """The same rows, shown anew with what was typed in them (at most `most`, at least one)."""
        rows = (rows or [{}])[: max(1, most)]
        return cls(initial=rows)

    def typed_rows(self) -> list[dict]:
        """What stands in the rows now, valid or not."""
        names = (*AttendeeForm.TYPED, "is_listed")
        return [{name: form.data.get(form.add_prefix(name), "") for name in names} for form in self.forms]


AttendeeFormSet = formset_factory(AttendeeForm, formset=BaseAttendeeFormSet, extra=0, max_num=100, absolute_max=100)


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
        ask_for_organisation(self.fields["organisation"], Organisation.objects.visible_to(person), event)
        self.fields["email"].help_text = ""
        self.fields["is_listed"].label = pgettext_lazy("walk-in", "Agrees to appear on the list of participants")
        self.fields["is_listed"].help_text = ""
