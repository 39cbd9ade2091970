"""Documents of an event: what they are, who sees them, from when on."""

from django import forms
from django.utils.translation import gettext_lazy as _

from core.documents import CheckedFile, clean_document
from events.forms.events import PlaceTimeMixin
from events.forms.fields import WallTimeField, wall_time
from events.models import Document, Event

ACCEPTED = ".pdf,.jpg,.jpeg,.png,.webp,.gif,.docx,.xlsx,.pptx,.odt,.ods,.odp"
MOST_AT_ONCE = 20


class FilesInput(forms.FileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Several files at once; each is looked at, and written anew where that can be done."""

    def __init__(self, **kwargs):
        super().__init__(**{"widget": FilesInput(attrs={"multiple": True, "accept": ACCEPTED}), **kwargs})

    def clean(self, data, initial=None) -> list[CheckedFile]:
        uploads = [upload for upload in data or [] if upload]
        if self.required and not uploads:
            raise forms.ValidationError(self.error_messages["required"], code="required")
        if len(uploads) > MOST_AT_ONCE:
            raise forms.ValidationError(_("Choose at most %(most)s files at once.") % {"most": MOST_AT_ONCE})
        return [clean_document(super(FilesField, self).clean(upload)) for upload in uploads]


class DocumentForm(PlaceTimeMixin, forms.ModelForm):
    """What is said of a document; the file stays."""

    WALL_TIMES = ("shown_from",)

    shown_from = WallTimeField(label=_("Shown from"), required=False, help_text=_("Empty: at once."))

    class Meta:
        model = Document
        fields = ["title", "kind", "session", "audience", "shown_from"]
        help_texts = {"title": _("Of a photo: what it shows, for people who do not see it.")}

    def __init__(self, *args, event: Event, **kwargs):
        super().__init__(*args, **kwargs)
        self.event = event
        self.fields["session"].queryset = event.sessions.all()
        self.fields["session"].empty_label = _("The whole event")
        if self.instance.pk:
            self.initial["shown_from"] = wall_time(self.instance.shown_from, event.zone)

    def clean(self):
        values = super().clean()
        self.set_moments(values, self.event.zone)
        return values

    def _post_clean(self):
        """What is wrong with the document as a whole, the action says, at the field."""


class AddDocumentsForm(DocumentForm):
    files = FilesField(
        label=_("Files"), required=False,
        help_text=_("PDF, picture or office file without macros, at most 20 MB (pictures 5 MB); several at once."),
    )  # fmt: skip
    url = forms.URLField(
        label=_("Or a link"), required=False, max_length=500, assume_scheme="https",
        widget=forms.TextInput(attrs={"inputmode": "url"}),
    )  # fmt: skip

    field_order = ["files", "url", "title", "kind", "session", "audience", "shown_from"]

    def clean_url(self):
        url = self.cleaned_data["url"]
        if url and not url.lower().startswith(("http://", "https://")):
            raise forms.ValidationError(_("Give an address that begins with https://."))
        return url
