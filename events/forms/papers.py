"""What coordinators say about papers, and what a person draws at the desk."""

from django import forms
from django.utils.translation import gettext_lazy as _

from core.drawings import clean_drawing
from events.enums import BadgeHolders, BadgeSize
from events.forms.lists import SEARCH, FilterForm
from events.models import FunderLogo, PaperSettings
from members.enums import Audience
from members.models import Organisation

MOST_BADGES = 600  # in one file


class PapersForm(forms.ModelForm):
    """What stands on the papers of one event."""

    logos = forms.ModelMultipleChoiceField(
        FunderLogo.objects.none(), label=_("Funders’ logos"), required=False, widget=forms.CheckboxSelectMultiple
    )

    class Meta:
        model = PaperSettings
        fields = ["led_by", "mention", "signs_on_screen"]

    field_order = ["led_by", "logos", "mention", "signs_on_screen"]

    def __init__(self, *args, event, **kwargs):
        super().__init__(*args, **kwargs)
        field = self.fields["logos"]
        field.queryset = FunderLogo.objects.filter(club=event.club_id)
        self.initial["logos"] = [logo.pk for logo in FunderLogo.objects.shown_at(event)]
        if not field.queryset.exists():
            del self.fields["logos"]

    def for_action(self) -> dict:
        return {"logos": [], **self.cleaned_data}


class FunderLogoForm(forms.ModelForm):
    class Meta:
        model = FunderLogo
        fields = ["name", "picture"]
        help_texts = {
            "name": _("Read aloud in place of the picture, for example: Département des Hauts-de-Seine."),
            "picture": _("PNG with a white or transparent ground, at least 600 pixels wide, at most 5 MB."),
        }


class BadgeForm(forms.Form):
    """For whom badges are made, and on what."""

    size = forms.ChoiceField(label=_("Paper"), choices=BadgeSize.choices)
    holders = forms.ChoiceField(label=_("For whom"), choices=BadgeHolders.choices)
    audience = forms.ChoiceField(label=_("Audience"), required=False, choices=[("", _("All")), *Audience.choices])
    q = forms.CharField(
        label=_("Name or organisation"), required=False, max_length=100,
        help_text=_("To make one badge anew. Empty: everybody."),
    )  # fmt: skip
    is_new = forms.BooleanField(label=_("Only those who have no badge yet"), required=False)
    with_code = forms.BooleanField(label=_("With the QR code of the ticket"), required=False)
    blanks = forms.IntegerField(
        label=_("Blank badges for walk-ins"), min_value=0, max_value=100, help_text=_("They stand at the end.")
    )

    DEFAULTS = {"size": BadgeSize.CARD, "holders": BadgeHolders.EXPECTED, "with_code": True, "blanks": 0}


class CertificateFilter(FilterForm):
    """Whose certificates: of all who were present, or of one organisation."""

    organisation = forms.ModelChoiceField(
        Organisation.objects.none(), label=_("Organisation"), required=False, empty_label=_("All organisations")
    )

    def __init__(self, *args, places, **kwargs):
        super().__init__(*args, **kwargs)
        ids = places.order_by().values("registration__organisation")
        self.fields["organisation"].queryset = Organisation.objects.filter(pk__in=ids).order_by("sort_name", "pk")


class SigningFilter(FilterForm):
    half = forms.CharField(required=False, widget=forms.HiddenInput)
    q = forms.CharField(
        label=_("Name or organisation"), required=False, max_length=100, widget=forms.TextInput(attrs=SEARCH)
    )


class SignatureForm(forms.Form):
    """What was drawn, as the canvas sends it; cleaned, a small picture."""

    picture = forms.CharField(required=False, widget=forms.HiddenInput)

    def clean_picture(self) -> bytes:
        return clean_drawing(self.cleaned_data["picture"])
