"""The call for pitches, a structure's proposal, and what coordinators say of it."""

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.documents import clean_pdf
from events.forms.events import PlaceTimeMixin
from events.forms.fields import WallTimeField, wall_time
from events.models import PitchCall, PitchNote, PitchProposal, Session


class PitchCallForm(PlaceTimeMixin, forms.ModelForm):
    WALL_TIMES = ("opens_at", "closes_at")

    opens_at = WallTimeField(label=_("Opens"))
    closes_at = WallTimeField(label=_("Closes"))
    places = forms.IntegerField(label=_("Pitches to be selected"), initial=6, min_value=1, max_value=100)
    minutes = forms.IntegerField(label=_("Minutes each"), initial=5, min_value=1, max_value=240)

    class Meta:
        model = PitchCall
        fields = ["opens_at", "closes_at", "places", "minutes", "text"]
        widgets = {"text": forms.Textarea(attrs={"rows": 6})}
        help_texts = {"text": _("Whom you look for, what a pitch should say, how you choose.")}

    def __init__(self, *args, session: Session, **kwargs):
        super().__init__(*args, **kwargs)
        self.zone = session.event.zone
        if self.instance.pk:
            for name in self.WALL_TIMES:
                self.initial[name] = wall_time(getattr(self.instance, name), self.zone)

    def clean(self):
        values = super().clean()
        self.set_moments(values, self.zone)
        return values

    def _post_clean(self):
        """What is wrong with the call as a whole, the action says, at the field."""


class PitchForm(forms.ModelForm):
    class Meta:
        model = PitchProposal
        fields = ["title", "summary", "needs"]
        widgets = {"summary": forms.Textarea(attrs={"rows": 6, "maxlength": 1500})}
        help_texts = {
            "title": _("Stands in the programme when the pitch is selected."),
            "summary": _("What you do, for whom, and what you look for; at most 1,500 characters."),
            "needs": _("A microphone, a socket, a table, access without steps… Do not name people."),
        }

    def _post_clean(self):
        """What is wrong with the proposal as a whole, the action says."""


class PitchNoteForm(forms.Form):
    value = forms.TypedChoiceField(
        label=pgettext_lazy("pitch", "Note"), coerce=int, widget=forms.RadioSelect,
        choices=[(number, str(number)) for number in range(PitchNote.MOST + 1)],
    )  # fmt: skip
    comment = forms.CharField(
        label=_("Comment"), required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Read by the coordination only."),
    )  # fmt: skip


class DeclinePitchForm(forms.Form):
    reason = forms.CharField(
        label=_("Reason"), max_length=500, widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Stands in the letter to the structure’s managers."),
    )  # fmt: skip


class PitchMinutesForm(forms.Form):
    minutes = forms.IntegerField(label=_("Minutes"), required=False, min_value=1, max_value=240)


class SlidesForm(forms.Form):
    slides = forms.FileField(
        label=_("Slides"), help_text=_("A PDF file of at most 20 MB."),
        widget=forms.FileInput(attrs={"accept": "application/pdf"}),
    )  # fmt: skip

    def clean_slides(self):
        return clean_pdf(self.cleaned_data["slides"])
