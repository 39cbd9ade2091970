"""What is asked about a person."""

from django import forms
from django.urls import reverse_lazy
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from members.forms.fields import PHONE_WIDGET, PhoneField
from members.models import Person


class SignupForm(forms.Form):
    """What is asked beside e-mail and password when an account is made (allauth mixes it into its own form)."""

    first_name = forms.CharField(
        label=_("First name"), max_length=150, widget=forms.TextInput(attrs={"autocomplete": "given-name"})
    )
    last_name = forms.CharField(
        label=_("Last name"), max_length=150, widget=forms.TextInput(attrs={"autocomplete": "family-name"})
    )
    phone = PhoneField(
        label=_("Phone"),
        required=False,
        widget=PHONE_WIDGET,
        help_text=_("Optional. Shown only to those who agree to an introduction with you."),
    )
    consent = forms.BooleanField(
        label=_("I have read the privacy notice and agree to it"),
        error_messages={"required": _("Without your agreement no account can be made.")},
    )

    field_order = ["first_name", "last_name", "email", "phone", "password1", "consent"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["consent"].help_text = format_html(
            '<a href="{}" target="_blank">{}</a>', reverse_lazy("members:privacy_page"), _("Read the privacy notice")
        )

    def signup(self, request, user):
        """All is saved by the adapter already."""


class ProfileForm(forms.ModelForm):
    first_name = forms.CharField(
        label=_("First name"), max_length=150, widget=forms.TextInput(attrs={"autocomplete": "given-name"})
    )
    last_name = forms.CharField(
        label=_("Last name"), max_length=150, widget=forms.TextInput(attrs={"autocomplete": "family-name"})
    )
    phone = PhoneField(label=_("Phone"), required=False, widget=PHONE_WIDGET)

    class Meta:
        model = Person
        fields = ["first_name", "last_name", "job_title", "phone", "language"]
        help_texts = {
            "language": _("The language of the letters we send you."),
            "job_title": _("As it will read beside your name, such as “Head of purchasing”."),
        }
        widgets = {"job_title": forms.TextInput(attrs={"autocomplete": "organization-title"})}


class EraseForm(forms.Form):
    """An account is erased by its owner, who says so twice: with the password and with a tick."""

    password = forms.CharField(
        label=_("Your password"), widget=forms.PasswordInput(attrs={"autocomplete": "current-password"})
    )
    is_sure = forms.BooleanField(label=_("I know that this cannot be undone"))

    def __init__(self, *args, person, **kwargs):
        self.person = person
        super().__init__(*args, **kwargs)

    def clean_password(self):
        if not self.person.check_password(self.cleaned_data["password"]):
            raise forms.ValidationError(_("This is not your password."))
        return self.cleaned_data["password"]
