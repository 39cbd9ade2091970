"""Proposals: what is written down, what is noted of them, and the filter of their list."""

from django import forms
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from events.enums import EventStatus, ProposalStatus
from events.forms.lists import SEARCH, FilterForm
from events.forms.people import OrganisationField
from events.models import Axis, Event, Proposal
from events.permissions import states_open_to
from members.models import Club, Organisation, Person


class AxisForm(forms.ModelForm):
    class Meta:
        model = Axis
        fields = ["title", "rank"]

    def _post_clean(self):
        """What is wrong with the axis as a whole, the action says, at the field."""


class NewAxisForm(forms.Form):
    title = forms.CharField(label=_("Title"), max_length=120)


class ProposalForm(forms.Form):
    """A proposal of one club; `for_action()` gives the arguments of `add_proposal` and `change_proposal`."""

    axis = forms.ModelChoiceField(Axis.objects.none(), label=_("Axis"), required=False, empty_label=_("A new one"))
    new_axis = forms.CharField(label=_("New axis"), required=False, max_length=120)
    text = forms.CharField(label=_("Proposal"), max_length=300, widget=forms.Textarea(attrs={"rows": 2}))
    reason = forms.CharField(label=_("Why"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 3}))
    organisation = OrganisationField(
        label=_("Owner"),
        required=False,
        max_length=250,
        help_text=_("An organisation; empty: the club’s coordination."),
    )
    person = forms.EmailField(
        label=_("Who answers for it"), required=False,
        help_text=_("E-mail of the account of one of the organisation’s people. Empty: its managers are written to."),
    )  # fmt: skip
    due_on = forms.DateField(
        label=_("To be done by"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    is_retained = forms.BooleanField(
        label=_("The meeting retained it"), required=False, help_text=_("Its owner is then written to at once.")
    )
    is_public = forms.BooleanField(
        label=_("Shown to everybody"), required=False, help_text=_("Otherwise the club’s members see it.")
    )

    def __init__(self, *args, club: Club, asking, event: Event, proposal: Proposal | None = None, **kwargs):
        super().__init__(*args, initial=_typed(proposal) if proposal else None, **kwargs)
        self.fields["axis"].queryset = Axis.objects.filter(club=club)
        self.fields["organisation"].queryset = Organisation.objects.visible_to(asking)
        self.fields["organisation"].widget.attrs |= {
            "list": "organisations",
            "autocomplete": "off",
            "hx-get": reverse("events:organisation_suggestions", args=[event.slug]),
            "hx-trigger": "input changed delay:300ms",
            "hx-target": "#organisations",
            "hx-swap": "innerHTML",
        }
        if proposal:
            del self.fields["is_retained"]

    def clean_person(self):
        email = self.cleaned_data["person"]
        if not email:
            return None
        person = Person.objects.with_account().filter(email__iexact=email).first()
        if person is None:
            raise ValidationError(_("There is no account with this e-mail."))
        return person

    def clean(self):
        values = super().clean()
        if not values.get("axis") and not (values.get("new_axis") or "").strip() and "axis" not in self.errors:
            self.add_error("new_axis", _("Choose an axis or name a new one."))
        return values

    def for_action(self) -> dict:
        values = dict(self.cleaned_data)
        new_axis = values.pop("new_axis").strip()
        return {**values, "axis": values["axis"] or new_axis}


def _typed(proposal: Proposal) -> dict:
    """A proposal as somebody would type it."""
    plain = {name: getattr(proposal, name) for name in ("text", "reason", "due_on", "is_public")}
    organisation, person = proposal.organisation, proposal.person
    return {
        **plain,
        "axis": proposal.axis_id,
        "organisation": OrganisationField.suggestion(organisation) if organisation else "",
        "person": person.email if person else "",
    }


class StepForm(forms.Form):
    """What became of a proposal. The states are those that this person may give it now."""

    became = forms.ChoiceField(label=_("New state"), required=False)
    text = forms.CharField(label=_("Note"), required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 2}))
    event = forms.ModelChoiceField(Event.objects.none(), to_field_name="slug", required=False, widget=forms.HiddenInput)

    def __init__(self, *args, proposal: Proposal, person, **kwargs):
        super().__init__(*args, **kwargs)
        states = states_open_to(person, proposal)
        # The state it has stays among them: whoever presses twice is told that it is so.
        self.fields["became"].choices = [
            ("", _("unchanged")), *((state, state.label) for state in [proposal.status_badge, *states]),
        ]  # fmt: skip
        events = Event.objects.filter(club=proposal.club_id, status=EventStatus.PUBLISHED)
        self.fields["event"].queryset = events


class ProposalFilter(FilterForm):
    q = forms.CharField(label=_("Words or owner"), required=False, max_length=100, widget=forms.TextInput(attrs=SEARCH))
    club = forms.ModelChoiceField(
        Club.objects.order_by("name"), label=_("Club"), required=False, to_field_name="slug", empty_label=_("All clubs")
    )
    axis = forms.ModelChoiceField(Axis.objects.none(), label=_("Axis"), required=False, empty_label=_("All axes"))
    status = forms.ChoiceField(
        label=pgettext_lazy("proposal", "State"), required=False,
        choices=[("", _("All")), ("open", _("Still open")), *ProposalStatus.choices],
    )  # fmt: skip
    owner = forms.ModelChoiceField(
        Organisation.objects.none(), label=_("Owner"), required=False, empty_label=_("All owners")
    )
    late = forms.BooleanField(label=_("Late ones only"), required=False)

    def __init__(self, *args, proposals, has_clubs: bool, **kwargs):
        """`proposals`: those the person may see; only their axes and owners are offered."""
        super().__init__(*args, **kwargs)
        ids = proposals.order_by()
        axes = Axis.objects.filter(pk__in=ids.values("axis")).select_related("club")
        self.fields["axis"].queryset = axes
        owners = Organisation.objects.filter(pk__in=ids.filter(organisation__isnull=False).values("organisation"))
        self.fields["owner"].queryset = owners.order_by("sort_name", "pk")
        if not has_clubs:
            del self.fields["club"]

    def apply(self, proposals, today):
        if text := self.chosen("q"):
            proposals = proposals.matching(text)
        if "club" in self.fields and (club := self.chosen("club")):
            proposals = proposals.filter(club=club)
        if axis := self.chosen("axis"):
            proposals = proposals.filter(axis=axis)
        if owner := self.chosen("owner"):
            proposals = proposals.filter(organisation=owner)
        if status := self.chosen("status"):
            proposals = proposals.open() if status == "open" else proposals.filter(status=status)
        return proposals.late(today) if self.chosen("late") else proposals
