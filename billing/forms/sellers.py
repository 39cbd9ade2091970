"""In whose name a club sells."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from stdnum import bic, iban
from stdnum.eu import vat as eu_vat
from stdnum.exceptions import ValidationError as NumberError

from billing.models import Seller
from members.forms.fields import CodeField, PostCodeField, SiretField

WAYS = ["takes_online", "takes_transfers", "takes_cheques", "takes_cash", "takes_purchase_orders"]


def _cleaner(module, sentence):
    def clean(text: str) -> str:
        try:
            return module.validate(text)
        except NumberError as error:
            raise ValidationError(sentence, code="invalid") from error

    return staticmethod(clean)


class IbanField(CodeField):
    clean_code = _cleaner(iban, _("This is no IBAN: a character is wrong or missing."))

    def prepare_value(self, value):
        """In groups of four, as it is printed."""
        return iban.format(value) if value else value


class BicField(CodeField):
    clean_code = _cleaner(bic, _("This is no BIC: it has 8 or 11 characters."))


class VatNumberField(CodeField):
    clean_code = _cleaner(eu_vat, _("This is no VAT number: it begins with its country, for example FR."))


class SellerForm(forms.ModelForm):
    siret = SiretField(label=_("SIRET"), max_length=20, widget=forms.TextInput({"inputmode": "numeric"}))
    post_code = PostCodeField(label=_("Post code"), max_length=10, widget=forms.TextInput({"inputmode": "numeric"}))
    vat_number = VatNumberField(
        label=_("VAT number"), required=False, max_length=20, help_text=_("Only if the club charges VAT.")
    )
    iban = IbanField(label=_("IBAN"), required=False, max_length=42, widget=forms.TextInput({"autocomplete": "off"}))
    bic = BicField(label=_("BIC"), required=False, max_length=14, widget=forms.TextInput({"autocomplete": "off"}))

    class Meta:
        model = Seller
        fields = [
            "legal_name", "legal_form", "siret", "registration", "vat_number", "street", "post_code", "city", "email",
            "iban", "bic", "payment_days", "invoice_prefix", "notes", *WAYS,
        ]  # fmt: skip
        widgets = {"notes": forms.Textarea({"rows": 3})}
        help_texts = {"notes": _("Printed at the foot of every invoice.")}
