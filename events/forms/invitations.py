"""Whom coordinators invite, and why somebody is not accepted."""

import re

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext_lazy as _

from events.actions import Guest
from members.enums import RoleLevel
from members.models import Club, Role
from memberships.models import Term

MOST_AT_ONCE = 500
# « Anne Dupont <anne@example.org> », or the address alone.
LINE = re.compile(r"^(?:(?P<name>[^<>]*?)\s*<(?P<framed>[^<>\s]+)>|(?P<bare>\S+))$")


class InviteForm(forms.Form):
    """Addresses typed or pasted, one a line, and the managers of the club's members."""

    addresses = forms.CharField(
        label=_("Addresses, one a line"), required=False,
        widget=forms.Textarea(attrs={"rows": 6, "placeholder": "Anne Dupont <anne.dupont@example.org>"}),
    )  # fmt: skip
    with_members = forms.BooleanField(
        label=_("The managers of all member organisations"), required=False,
        help_text=_("Those who have an account. Who is invited already gets no second letter."),
    )  # fmt: skip
    message = forms.CharField(
        label=_("Personal words"), required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Stand in the letter."),
    )  # fmt: skip

    def clean_addresses(self) -> list[Guest]:
        """The guests of all lines; lines that cannot be read are named, and nobody is invited then."""
        guests, faults = [], []
        for number, line in enumerate(self.cleaned_data["addresses"].splitlines(), start=1):
            if not line.strip():
                continue
            match = LINE.match(line.strip().strip(",;"))
            email = (match["framed"] or match["bare"]) if match else ""
            try:
                validate_email(email)
            except ValidationError:
                faults.append(
                    _("Line %(number)s holds no address: %(line)s") % {"number": number, "line": line.strip()[:80]}
                )
                continue
            guests.append(Guest(email, (match["name"] or "").strip(" \"'")[:160]))
        if len(guests) > MOST_AT_ONCE:
            faults.append(_("At most %(most)s addresses at once.") % {"most": MOST_AT_ONCE})
        if faults:
            raise ValidationError(faults)
        return guests

    def clean(self):
        values = super().clean()
        if not self.errors and not values["addresses"] and not values["with_members"]:
            self.add_error("addresses", _("Give at least one address, or invite the members."))
        return values

    def guests(self, club: Club, today) -> list[Guest]:
        """Everybody who is meant: first those typed, so that their name is theirs."""
        guests = list(self.cleaned_data["addresses"])
        return [*guests, *_managers_of_members(club, today)] if self.cleaned_data["with_members"] else guests


def _managers_of_members(club: Club, today) -> list[Guest]:
    members = Term.objects.current(today).filter(club=club).values("organisation")
    roles = Role.objects.filter(organisation__in=members, level=RoleLevel.MANAGER, person__is_active=True)
    roles = roles.select_related("person", "organisation").order_by("organisation__sort_name", "pk")
    return [Guest(role.person.email, role.person.get_full_name(), role.organisation) for role in roles]


class RefuseForm(forms.Form):
    reason = forms.CharField(
        label=_("Reason"), required=False, max_length=250, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Stands in the letter to the people concerned."),
    )  # fmt: skip
