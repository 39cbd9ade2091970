"""Seats reserved for a door; somebody who came unannounced is settled."""

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from events.forms.people import OnePersonForm, OrganisationField, ask_for_organisation
from events.models import Event, LooseWalkIn
from members.enums import Audience
from members.models import Organisation

MOST_RESERVED = 200


class ReserveForm(forms.Form):
    door_name = forms.CharField(
        label=pgettext_lazy("door", "Door"), max_length=40, help_text=_("The name under which its phone is set up.")
    )
    seats = forms.IntegerField(label=_("Seats"), min_value=1, max_value=MOST_RESERVED)
    audience = forms.ChoiceField(
        label=_("Audience"), required=False, choices=[("", _("Whoever comes")), *Audience.choices]
    )

    def __init__(self, *args, event: Event, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["door_name"].widget.attrs |= {"list": "door-names", "autocomplete": "off"}
        if not event.quotas.exists():
            del self.fields["audience"]


class SettleForm(OnePersonForm):
    """What the phone noted, with the organisation that was found."""

    organisation = OrganisationField(label=_("Organisation"), max_length=250)

    field_order = ["first_name", "last_name", "organisation", "email", "job_title", "is_listed"]

    def __init__(self, *args, person, event: Event, walk_in: LooseWalkIn, **kwargs):
        initial = {name: getattr(walk_in, name) for name in ("first_name", "last_name", "email")}
        super().__init__(*args, initial=initial, **kwargs)
        ask_for_organisation(self.fields["organisation"], Organisation.objects.visible_to(person), event)
        self.fields["organisation"].help_text = _("Said at the door: %(name)s") % {"name": walk_in.organisation_name}
        self.fields["email"].help_text = self.fields["is_listed"].help_text = ""
        self.fields["is_listed"].label = pgettext_lazy("walk-in", "Agrees to appear on the list of participants")
