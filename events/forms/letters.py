"""Texts of letters, and messages to attendees."""

from uuid import uuid4

from django import forms
from django.utils.translation import gettext_lazy as _

from core.enums import LetterStatus
from core.errors import RuleBroken
from events.actions.letter_texts import check_placeholders
from events.enums import MailingAudience
from events.forms.lists import SEARCH, FilterForm
from events.letter_kinds import COMMON, KIND_NAMES, LetterKind
from events.models import Event
from members.models import Club, Organisation

# How many events one may choose from to look at a letter.
EVENTS = 20


class PlaceholderMixin:
    """Says at its field what stands in braces and is no placeholder."""

    known: dict

    def clean(self):
        values = super().clean()
        for field in ("subject", "body"):
            try:
                check_placeholders(self.known, **{field: values.get(field, "")})
            except RuleBroken as broken:
                self.add_error(field, str(broken.message))
        return values


class LetterTextForm(PlaceholderMixin, forms.Form):
    """`event`: at which one to look at the letter; nothing is written about it."""

    subject = forms.CharField(label=_("Subject"), max_length=200)
    body = forms.CharField(
        label=_("Opening"), max_length=5000, widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_("An empty line begins a new paragraph."),
    )  # fmt: skip
    event = forms.ModelChoiceField(
        Event.objects.none(), label=_("Preview it for"), required=False, empty_label=_("An invented event")
    )

    def __init__(self, *args, club: Club, kind: LetterKind, **kwargs):
        super().__init__(*args, **kwargs)
        self.known = kind.placeholders
        latest = Event.objects.filter(club=club).order_by("-starts_at").values("pk")[:EVENTS]
        self.fields["event"].queryset = Event.objects.filter(pk__in=list(latest.values_list("pk", flat=True))).order_by(
            "-starts_at"
        )


class MailingForm(PlaceholderMixin, forms.Form):
    """`key` names one press of the button; `seen` says what was looked at before."""

    known = COMMON

    to = forms.ChoiceField(label=_("To"), choices=MailingAudience.choices, initial=MailingAudience.SEATED)
    organisation = forms.ModelChoiceField(
        Organisation.objects.none(),
        label=_("Organisation"),
        required=False,
        help_text=_("Only for “One organisation”."),
    )  # fmt: skip
    subject = forms.CharField(label=_("Subject"), max_length=200)
    body = forms.CharField(
        label=_("Message"), max_length=10_000, widget=forms.Textarea(attrs={"rows": 10}),
        help_text=_("An empty line begins a new paragraph. Greeting, day, place and the club’s name are added."),
    )  # fmt: skip
    key = forms.UUIDField(widget=forms.HiddenInput, required=False, initial=uuid4)

    def __init__(self, *args, event: Event, **kwargs):
        super().__init__(*args, **kwargs)
        registered = event.places.active().order_by().values("registration__organisation")
        self.fields["organisation"].queryset = Organisation.objects.filter(pk__in=registered).order_by("name")

    def clean(self):
        values = super().clean()
        if values.get("to") == MailingAudience.ORGANISATION and not values.get("organisation"):
            if "organisation" not in self.errors:
                self.add_error("organisation", _("Say which organisation the message is for."))
        return values


class LetterFilter(FilterForm):
    q = forms.CharField(
        label=_("Address or subject"), required=False, max_length=100, widget=forms.TextInput(attrs=SEARCH)
    )
    status = forms.ChoiceField(label=_("State"), required=False, choices=[("", _("All")), *LetterStatus.choices])
    kind = forms.ChoiceField(label=_("Kind"), required=False, choices=[("", _("All kinds")), *KIND_NAMES.items()])
