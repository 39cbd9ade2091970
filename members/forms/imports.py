"""Choosing a directory file."""

from django import forms
from django.utils.translation import gettext_lazy as _

from members.models import Club

MAX_FILE_BYTES = 10 * 1024 * 1024


class ImportForm(forms.Form):
    """A spreadsheet, and the club in whose directory its organisations shall stand."""

    club = forms.ModelChoiceField(label=_("Club"), queryset=Club.objects.none(), empty_label=None)
    file = forms.FileField(
        label=_("File"),
        help_text=_("A spreadsheet (.xlsx or .csv), 10 MB at most. Nothing is written before you have seen the check."),
        widget=forms.ClearableFileInput(
            attrs={"accept": ".csv,.xlsx,text/csv,application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}
        ),
        error_messages={"empty": _("This file is empty.")},
    )

    def __init__(self, *args, person, club=None, **kwargs):
        super().__init__(*args, **kwargs)
        clubs = Club.objects.coordinated_by(person).order_by("name")
        self.fields["club"].queryset = clubs
        if len(clubs) == 1:
            self.fields["club"].widget = forms.HiddenInput()
            self.fields["club"].initial = clubs[0]
        elif club in clubs:
            self.fields["club"].initial = club

    def clean_file(self):
        upload = self.cleaned_data["file"]
        if upload.size > MAX_FILE_BYTES:
            raise forms.ValidationError(
                _("This file is larger than 10 MB: split it, or ask an administrator to import it."), code="too_large"
            )
        return upload
