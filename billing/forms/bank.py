"""The bank's files, and what a line of them is for."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

MOST_BYTES = 5 * 1024 * 1024


class StatementForm(forms.Form):
    file = forms.FileField(
        label=_("Bank statement"), widget=forms.FileInput({"accept": ".xml,.csv,.txt,.zip"}),
        help_text=_("The file that your bank’s site offers: CAMT.053 (.xml), or a table (.csv). 5 MB at most."),
        error_messages={"empty": _("This file is empty.")},
    )  # fmt: skip

    def clean_file(self):
        upload = self.cleaned_data["file"]
        if upload.size > MOST_BYTES:
            raise ValidationError(_("This file is larger than 5 MB: export a shorter period."), code="too_large")
        return upload


class FindOrderForm(forms.Form):
    find = forms.CharField(
        label=_("Find the order"), required=False, max_length=100,
        widget=forms.TextInput({"type": "search", "placeholder": _("Organisation, reference, invoice…")}),
    )  # fmt: skip

    def text(self) -> str:
        return self.cleaned_data["find"].strip() if self.is_valid() else ""


class AsideForm(forms.Form):
    reason = forms.CharField(
        label=_("What it is"), max_length=200, help_text=_("For example: a grant, a transfer between our accounts.")
    )
