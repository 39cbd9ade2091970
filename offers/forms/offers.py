"""Writing an offer, its pictures, and withdrawing it."""

from django import forms
from django.utils.translation import gettext_lazy as _

from core.errors import RuleBroken
from core.uploads import PictureFormField
from members.models import Label, Organisation, Sector, Territory
from offers.actions import check_range
from offers.enums import Provision, Range
from offers.forms.choices import ChoiceGroup, sector_groups, territory_groups, ticked_values
from offers.models import MAX_RANGE_KM, Offer


class OfferForm(forms.Form):
    """What an offer says. The range is asked as one choice with its own detail (kilometres, or territories)."""

    title = forms.CharField(
        label=_("Title"), max_length=120,
        help_text=_("What a buyer would look for, e.g. “Upkeep of green spaces without pesticides”."),
    )  # fmt: skip
    provision = forms.ChoiceField(
        label=_("What you provide"), choices=Provision.choices, widget=forms.RadioSelect,
        error_messages={"required": _("Say what you provide: staff, a service or goods.")},
    )  # fmt: skip
    sectors = forms.ModelMultipleChoiceField(
        label=_("Sectors"), queryset=Sector.objects.none(), widget=forms.CheckboxSelectMultiple,
        help_text=_("One to three are best: buyers search by sector."),
        error_messages={"required": _("Tick at least one sector: buyers search by sector.")},
    )  # fmt: skip
    description = forms.CharField(
        label=_("Description"), widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_("What you do, how, with which means, for whom; what makes your structure a sound choice."),
    )  # fmt: skip
    range = forms.ChoiceField(
        label=_("Where you work"), choices=Range.choices, widget=forms.RadioSelect, initial=Range.AROUND
    )
    range_km = forms.IntegerField(
        label=_("Kilometres around your address"), required=False, min_value=1, max_value=MAX_RANGE_KM, initial=30,
        error_messages={
            "invalid": _("Give the kilometres as a whole number."),
            "min_value": _("Give at least 1 km."),
            "max_value": _("Give at most %(limit_value)s km; further away, choose “In the whole country”."),
        },
    )  # fmt: skip
    territories = forms.ModelMultipleChoiceField(
        label=_("Départements and regions"), queryset=Territory.objects.none(), required=False,
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip
    references = forms.CharField(
        label=_("References"), required=False, widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Customers and work done, one a line."),
    )  # fmt: skip
    labels = forms.ModelMultipleChoiceField(
        label=_("Labels and certifications of this activity"), queryset=Label.objects.none(), required=False,
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip

    def __init__(self, *args, organisation: Organisation, offer: Offer | None = None, **kwargs):
        super().__init__(*args, initial=_initial(offer, organisation), **kwargs)
        self.organisation = organisation
        self.fields["sectors"].queryset = Sector.objects.for_list()
        self.fields["territories"].queryset = Territory.objects.order_by("code")
        self.fields["labels"].queryset = Label.objects.all()
        if not organisation.has_point:
            self.fields["range_km"].help_text = _(
                "Your structure has no point on the map yet: complete its address so that buyers nearby find the offer."
            )

    def clean(self):
        cleaned = super().clean()
        if "range" in cleaned and not self.errors.keys() & {"range_km", "territories"}:
            try:
                check_range(cleaned["range"], cleaned.get("range_km"), cleaned.get("territories", []))
            except RuleBroken as broken:
                self.add_error(broken.field, str(broken.message))
        elif cleaned.get("range") != Range.AROUND:  # what is typed in the part that was not chosen does not matter
            self.errors.pop("range_km", None)
        return cleaned

    def sector_groups(self) -> list[ChoiceGroup]:
        return sector_groups(self.fields["sectors"].queryset, ticked_values(self["sectors"]))

    def territory_groups(self) -> list[ChoiceGroup]:
        commune = self.organisation.commune
        home = commune.department.region_id if commune else None
        return territory_groups(self.fields["territories"].queryset, ticked_values(self["territories"]), home)


def _initial(offer: Offer | None, organisation: Organisation) -> dict:
    """A new offer starts from what the structure has said of itself."""
    if offer is None:
        return {"sectors": list(organisation.sectors.all()), "labels": list(organisation.labels.all())}
    columns = ("title", "provision", "description", "range", "range_km", "references")
    initial = {name: getattr(offer, name) for name in columns}
    return initial | {name: list(getattr(offer, name).all()) for name in ("sectors", "territories", "labels")}


class PictureForm(forms.Form):
    image = PictureFormField(
        label=_("Picture"), help_text=_("JPEG, PNG, WebP or GIF, at most 5 MB."),
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp,image/gif"}),
    )  # fmt: skip
    caption = forms.CharField(
        label=_("What it shows"), max_length=160,
        help_text=_("Read out to people who do not see the picture, e.g. “Two gardeners trim a hedge”."),
    )  # fmt: skip


class WithdrawForm(forms.Form):
    """Asked of the coordination only: the structure itself need not say why."""

    reason = forms.CharField(
        label=_("Reason"), max_length=1000, widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Its managers receive it by letter and read it on the offer’s page."),
        error_messages={"required": _("Say why: the structure receives your reason by letter.")},
    )  # fmt: skip
