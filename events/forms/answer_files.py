"""One file that answers a question."""

from django import forms
from django.utils.translation import gettext_lazy as _

from core.documents import CheckedFile, clean_document
from events.forms.documents import ACCEPTED


class AnswerFileForm(forms.Form):
    file = forms.FileField(
        label=_("File"), widget=forms.FileInput(attrs={"accept": ACCEPTED}),
        help_text=_("PDF, picture or office file without macros, at most 20 MB (pictures 5 MB)."),
    )  # fmt: skip

    def clean_file(self) -> CheckedFile:
        return clean_document(self.cleaned_data["file"])
