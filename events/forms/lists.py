"""Filters of lists: GET forms whose values become QuerySet words."""

from django import forms
from django.utils.translation import gettext_lazy as _

from events.enums import Attendance, EventKind, PlaceStatus
from members.enums import Audience
from members.models import Club

SEARCH = {"type": "search", "autocomplete": "off"}


class FilterForm(forms.Form):
    """A filter never fails: what is unknown is left out (and said at its field)."""

    def chosen(self, name: str):
        self.is_valid()
        return self.cleaned_data.get(name) or None


class EventFilter(FilterForm):
    when = forms.CharField(required=False, widget=forms.HiddenInput)
    q = forms.CharField(label=_("Title or town"), required=False, max_length=100, widget=forms.TextInput(attrs=SEARCH))
    kind = forms.ChoiceField(label=_("Kind"), required=False, choices=[("", _("All kinds")), *EventKind.choices])
    club = forms.ModelChoiceField(
        Club.objects.order_by("name"), label=_("Club"), required=False, to_field_name="slug", empty_label=_("All clubs")
    )

    def __init__(self, *args, has_clubs: bool, **kwargs):
        super().__init__(*args, **kwargs)
        if not has_clubs:
            del self.fields["club"]


class AttendeeFilter(FilterForm):
    q = forms.CharField(
        label=_("Name, e-mail or organisation"), required=False, max_length=100, widget=forms.TextInput(attrs=SEARCH)
    )
    status = forms.ChoiceField(label=_("Place"), required=False, choices=[("", _("All")), *PlaceStatus.choices])
    audience = forms.ChoiceField(label=_("Audience"), required=False, choices=[("", _("All")), *Audience.choices])
    attendance = forms.ChoiceField(label=_("Attendance"), required=False, choices=[("", _("All")), *Attendance.choices])


class CheckInFilter(FilterForm):
    q = forms.CharField(
        label=_("Name or organisation"), required=False, max_length=100, widget=forms.TextInput(attrs=SEARCH)
    )
    show = forms.ChoiceField(
        label=_("People"), required=False, choices=[("", _("Everybody")), ("open", _("Not yet noted"))]
    )
