from django import forms
from django.utils.translation import gettext_lazy as _

from introductions.models import Introduction
from members.models import Club, Organisation, Sector


class SubjectForm(forms.Form):
    """What an introduction is about, in the words of whoever asks for it."""

    subject = forms.CharField(
        label=_("What is it about?"),
        max_length=Introduction._meta.get_field("subject").max_length,
        help_text=_("In one line: « Upkeep of our green spaces », « Two packers for the autumn »."),
    )
    message = forms.CharField(
        label=_("Message"),
        required=False,
        max_length=3000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("What you need, how much, when. The other side reads it before answering."),
    )
    sector = forms.ModelChoiceField(
        label=_("Line of trade"), queryset=Sector.objects.none(), required=False, empty_label=_("not said")
    )

    def values(self) -> dict:
        return {name: self.cleaned_data[name] for name in ("subject", "message", "sector")}


class AskForm(SubjectForm):
    """`clubs`: those to choose from (no field when there is nothing to choose); `sectors`: those of what is asked for."""

    club = forms.ModelChoiceField(label=_("Through which club?"), queryset=Club.objects.none(), empty_label=None)

    def __init__(self, *args, clubs, sectors, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["sector"].queryset = sectors
        if clubs is None:
            del self.fields["club"]
        else:
            self.fields["club"].queryset = clubs

    def values(self) -> dict:
        return {**super().values(), "club": self.cleaned_data.get("club")}


class OrganisationSearchField(forms.CharField):
    """A member's name typed or chosen from the browser's own suggestions (a datalist, no script).

    The value is the whole label, or words that only one of the members matches.
    """

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.organisations: dict[str, Organisation] = {}
        self.widget.attrs.update({"list": "members", "autocomplete": "off"})

    def clean(self, value) -> Organisation | None:
        text = super().clean(value)
        if text in self.organisations or not text:
            return self.organisations.get(text)
        ids = [organisation.pk for organisation in self.organisations.values()]
        found = list(Organisation.objects.filter(pk__in=ids).matching(text)[:2])
        if not found:
            raise forms.ValidationError(_("No member is called that: choose one from the list."), code="unknown")
        if len(found) > 1:
            raise forms.ValidationError(_("Several members match: choose one from the list."), code="several")
        return found[0]


def member_label(organisation: Organisation) -> str:
    """A member as it is told from all others: name, kind, town, SIRET."""
    town = f", {organisation.city}" if organisation.city else ""
    return f"{organisation} ({organisation.kind_short}{town}) {organisation.siret}"


class ProposeForm(SubjectForm):
    """The coordination introduces two members. `clubs` are those it runs, `members` all of their members."""

    club = forms.ModelChoiceField(label=_("Club"), queryset=Club.objects.none(), empty_label=None)
    asking = OrganisationSearchField(
        label=_("One member"), help_text=_("Type a few letters of the name, then choose from the list.")
    )
    asked = OrganisationSearchField(label=_("The other member"))
    field_order = ["club", "asking", "asked", "subject", "message", "sector"]

    def __init__(self, *args, clubs, members, **kwargs):
        super().__init__(*args, **kwargs)
        self.labels = {member_label(organisation): organisation for organisation in members}
        self.fields["sector"].queryset = Sector.objects.for_list()
        self.fields["asking"].organisations = self.fields["asked"].organisations = self.labels
        self.fields["club"].queryset = clubs
        self.only_club = clubs[0] if len(clubs) == 1 else None
        if self.only_club:
            del self.fields["club"]

    def chosen_club(self) -> Club:
        return self.only_club or self.cleaned_data["club"]
