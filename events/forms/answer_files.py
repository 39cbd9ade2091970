"""One file that answers a question."""

from django import forms
from django.utils.translation import gettext_lazy as _

from core.documents import CheckedFile, clean_document
from events.forms.documents import ACCEPTED


class AnswerFileForm(forms.Form):
    file = forms.FileField(
        label=_("File"), required=False, widget=forms.FileInput(attrs={"accept": ACCEPTED}),
        help_text=_("PDF, picture or office file without macros, at most 20 MB (pictures 5 MB)."),
    )  # fmt: skip

    def clean_file(self) -> CheckedFile:
        if not self.cleaned_data[
            "file"
        ]:  # said here: the star of a required field would say that the file must be given
            raise forms.ValidationError(self.fields["file"].error_messages["required"], code="required")
        return clean_document(self.cleaned_data["file"])
