"""What is asked about an organisation and its team."""

from django import forms
from django.utils.translation import gettext_lazy as _

from core.uploads import PictureFormField
from members.enums import OrganisationKind, RequestStatus, RoleLevel
from members.forms.fields import (
    PHONE_WIDGET,
    MailDomainField,
    NafField,
    PhoneField,
    PostCodeField,
    SectorsField,
    SiretField,
    WebsiteField,
)
from members.models import Club, Invitation, JoinRequest, Organisation

SIRET_WIDGET = forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"})


class OrganisationForm(forms.ModelForm):
    """The page of an organisation that exists already."""

    phone = PhoneField(label=_("Phone"), required=False, widget=PHONE_WIDGET)
    website = WebsiteField(label=_("Website"), required=False)
    naf = NafField(label=_("NAF code"), required=False, max_length=8)
    post_code = PostCodeField(
        label=_("Post code"), max_length=10, widget=forms.TextInput(attrs={"inputmode": "numeric"})
    )
    city = forms.CharField(label=_("Town"), max_length=80)
    logo = PictureFormField(
        label=_("Logo"), required=False, help_text=_("JPEG, PNG, WebP or GIF, 5 MB at most."),
        widget=forms.ClearableFileInput(attrs={"accept": "image/*"}),
    )  # fmt: skip
    sectors = SectorsField(label=_("Sectors"), required=False)

    class Meta:
        model = Organisation
        fields = [
            "name", "trade_name", "description", "sectors", "labels", "networks", "street", "post_code", "city",
            "phone", "email", "website", "naf", "headcount", "logo",
        ]  # fmt: skip
        widgets = {
            "description": forms.Textarea(attrs={"rows": 6}),
            "labels": forms.CheckboxSelectMultiple,
            "networks": forms.CheckboxSelectMultiple,
        }
        labels = {"name": _("Legal name"), "trade_name": _("Trade name")}
        help_texts = {
            "trade_name": _("The name people know you by, if it is another one."),
            "phone": _("Shown only to those who agree to an introduction with you."),
            "email": _("Shown only to those who agree to an introduction with you."),
            "headcount": _("For example: 20 to 49."),
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["networks"].queryset = Organisation.objects.filter(
            kind=OrganisationKind.NETWORK, is_listed=True
        ).order_by("sort_name")
        for field in ("labels", "networks"):
            if not self.fields[field].queryset.exists():
                del self.fields[field]


class NewOrganisationForm(OrganisationForm):
    """An organisation nobody has described yet. `existing` is the one that bears its SIRET and kind already."""

    kind = forms.ChoiceField(
        label=_("You are"), choices=[("", _("Choose…")), *OrganisationKind.choices],
        error_messages={"required": _("Say what kind of organisation you are.")},
    )  # fmt: skip
    siret = SiretField(
        label=_("SIRET"), max_length=30, widget=SIRET_WIDGET,
        help_text=_("14 digits, with or without spaces. It stands on your invoices."),
    )  # fmt: skip

    field_order = ["kind", "siret"]

    class Meta(OrganisationForm.Meta):
        fields = [
            "kind", "siret", "name", "trade_name", "street", "post_code", "city", "phone", "website", "sectors",
            "description",
        ]  # fmt: skip

    def __init__(self, *args, **kwargs):
        self.existing = None
        super(OrganisationForm, self).__init__(*args, **kwargs)
        for field in ("naf", "logo"):
            del self.fields[field]

    def clean(self):
        """Say at once that somebody has described it already, with the way to join."""
        values = super().clean()
        kind, siret = values.get("kind"), values.get("siret")
        if kind and siret:
            self.existing = Organisation.objects.filter(kind=kind, siret=siret).first()
            if self.existing:
                self.add_error("siret", _("This SIRET is already registered under this kind."))
        return values

    def validate_unique(self):
        """Said above, at the field."""

    def validate_constraints(self):
        """Said above, at the field."""


class FindForm(forms.Form):
    q = forms.CharField(
        label=_("SIRET or name"), required=False, max_length=100,
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off"}),
    )  # fmt: skip


class JoinForm(forms.ModelForm):
    class Meta:
        model = JoinRequest
        fields = ["message"]
        labels = {"message": _("A word to those who will answer")}
        help_texts = {"message": _("Optional. Who you are and what you do there.")}
        widgets = {"message": forms.Textarea(attrs={"rows": 3})}


class AnswerForm(forms.Form):
    """The answer to a request to join."""

    answer = forms.ChoiceField(choices=[(RequestStatus.ACCEPTED, ""), (RequestStatus.REFUSED, "")])
    reason = forms.CharField(
        label=_("Reason"), required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 2})
    )


class InvitationForm(forms.ModelForm):
    class Meta:
        model = Invitation
        fields = ["email", "level"]
        labels = {"email": _("Your colleague’s e-mail")}
        help_texts = {
            "level": _("Managers edit the team; contributors publish, register and answer in the organisation’s name.")
        }
        widgets = {"email": forms.EmailInput(attrs={"autocomplete": "off"})}

    def validate_unique(self):
        """The action says it in its own words."""

    def validate_constraints(self):
        """The action says it in its own words."""


class MailDomainForm(forms.Form):
    """A manager agrees that colleagues join by themselves; or a coordinator writes down that the managers agree."""

    domain = MailDomainField(
        label=_("Mail domain"), max_length=300,
        help_text=_("What follows the @ in your address at work, such as our-company.fr."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}),
    )  # fmt: skip
    consent = forms.BooleanField(
        label=_(
            "I agree: whoever has confirmed an address at this domain becomes a contributor at once and acts in the "
            "organisation’s name, without anybody being asked"
        ),
        error_messages={"required": _("Without this agreement nobody joins by themselves.")},
    )

    def __init__(self, *args, is_for_others=False, **kwargs):
        super().__init__(*args, **kwargs)
        if is_for_others:
            self.fields["consent"].label = _(
                "The organisation’s managers agree: whoever has confirmed an address at this domain becomes a contributor "
                "at once and acts in its name, without anybody being asked"
            )


class LevelForm(forms.Form):
    level = forms.ChoiceField(choices=RoleLevel.choices)


class ClubForm(forms.ModelForm):
    """How a club presents itself; its name and territories are the administrators' affair."""

    logo = PictureFormField(
        label=_("Logo"), required=False, help_text=_("JPEG, PNG, WebP or GIF, 5 MB at most."),
        widget=forms.ClearableFileInput(attrs={"accept": "image/*"}),
    )  # fmt: skip

    class Meta:
        model = Club
        fields = ["lead", "description", "logo", "colour", "objective", "stretch_objective", "email"]
        widgets = {"description": forms.Textarea(attrs={"rows": 6}), "colour": forms.TextInput(attrs={"type": "color"})}
