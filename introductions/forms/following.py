from django import forms
from django.utils.translation import gettext_lazy as _

from introductions.enums import NoteAudience
from introductions.models import Introduction
from members.enums import ClubRoleKind
from members.models import Person

REASON_LENGTH = Introduction._meta.get_field("close_reason").max_length


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label=_("Reason"),
        required=False,
        max_length=REASON_LENGTH,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("If you wish to say so; both sides and the coordination read it."),
    )


class RequiredReasonForm(forms.Form):
    reason = forms.CharField(
        label=_("Reason"),
        max_length=REASON_LENGTH,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Both sides and the coordination read it."),
    )


class DisputeForm(RequiredReasonForm):
    seen = forms.CharField(widget=forms.HiddenInput, required=False)


class NextStepForm(forms.Form):
    on = forms.DateField(
        label=_("Next date"), required=False, widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    )
    what = forms.CharField(
        label=_("Next step"),
        required=False,
        max_length=Introduction._meta.get_field("next_step").max_length,
        help_text=_("A visit, a quotation, a call: seen by both sides and the coordination."),
    )


class NoteForm(forms.Form):
    text = forms.CharField(label=_("Note"), max_length=5000, widget=forms.Textarea(attrs={"rows": 3}))
    audience = forms.ChoiceField(
        label=_("Seen by"), choices=NoteAudience.choices, initial=NoteAudience.SHARED, widget=forms.RadioSelect
    )

    def __init__(self, *args, is_coordination=False, **kwargs):
        super().__init__(*args, **kwargs)
        if is_coordination:
            self.fields["audience"].choices = [
                (NoteAudience.SHARED, NoteAudience.SHARED.label),
                (NoteAudience.OWN_SIDE, _("only the coordination")),
            ]


class OwnerForm(forms.Form):
    owner = forms.ModelChoiceField(
        label=_("Followed by"), queryset=Person.objects.none(), required=False, empty_label=_("nobody yet")
    )

    def __init__(self, *args, club_id: int, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["owner"].queryset = Person.objects.filter(
            club_roles__club=club_id, club_roles__kind=ClubRoleKind.COORDINATOR, is_active=True
        ).distinct()
