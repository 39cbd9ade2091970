"""Which sessions a person comes to, and whom coordinators sign up."""

from django import forms
from django.utils.translation import gettext_lazy as _

from events.forms.lists import SEARCH, FilterForm
from events.models import Session


class ChooseSessionsForm(forms.Form):
    """The boxes are laid out by the page, slot by slot."""

    sessions = forms.ModelMultipleChoiceField(Session.objects.none(), required=False)

    def __init__(self, *args, event, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["sessions"].queryset = event.sessions.with_sign_up()

    def chosen_ids(self) -> set[str]:
        """The ticked boxes, as they were sent or as they stand."""
        return {str(value) for value in self["sessions"].value() or []}


class SignUpFilter(FilterForm):
    q = forms.CharField(
        label=_("Name, e-mail or organisation"), required=False, max_length=100, widget=forms.TextInput(attrs=SEARCH)
    )
