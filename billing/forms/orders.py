"""Ordering and paying: the ways to pay, and what a public buyer's accounts department asks for."""

from collections.abc import Iterable

from django import forms
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from billing.enums import Method
from billing.models import Order
from core.money import AmountField
from members.enums import OrganisationKind

EXPLAINED = {
    Method.CARD: _("On the secure page of the payment provider; at once."),
    Method.SEPA_DEBIT: _("You give your IBAN on the provider’s page. Banks take up to 14 days: your place is kept."),
    Method.TRANSFER: _("You receive the IBAN and the reference to quote. It becomes firm when the money has arrived."),
    Method.CHEQUE: _("Made out to the club and sent by post. It becomes firm when the cheque has arrived."),
    Method.CASH: _("Brought to the club’s coordination."),
    Method.PURCHASE_ORDER: _("Firm at once; the invoice follows, with your numbers on it."),
}


class MethodField(forms.ChoiceField):
    """Radio buttons, each with a line that says what happens then."""

    widget = forms.RadioSelect

    def __init__(self, methods: Iterable[Method] = (), **kwargs):
        super().__init__(**{"label": _("How do you wish to pay?"), **kwargs})
        self.offer(methods)

    def offer(self, methods: Iterable[Method]) -> None:
        self.choices = [
            (method, format_html('{}<span class="choice-hint">{}</span>', _begun(method.label), EXPLAINED[method]))
            for method in methods
        ]


def _begun(label) -> str:
    """With a capital; « SEPA debit » keeps those it has."""
    label = str(label)
    return label[:1].upper() + label[1:]


def _longest(field: str) -> int:
    return Order._meta.get_field(field).max_length


class PlaceForm(forms.Form):
    """What is asked before a basket is ordered. `expected` is the total that was shown (the page writes it anew each
    time): a price that has changed meanwhile is seen before it is paid. Nothing to pay, no way to pay to choose.
    """

    expected = AmountField(max_digits=12, decimal_places=2)
    method = MethodField(error_messages={"required": _("Choose how you wish to pay.")})
    purchase_order = forms.CharField(
        label=_("Purchase order number"), required=False, max_length=_longest("purchase_order")
    )
    engagement = forms.CharField(label=_("Engagement number"), required=False, max_length=_longest("engagement"))
    service_code = forms.CharField(
        label=_("Chorus Pro service code"), required=False, max_length=_longest("service_code"),
        help_text=_("These numbers stand on the invoice, for your accounts department."),
    )  # fmt: skip

    def __init__(self, *args, basket: Order, gross, methods: list[Method], **kwargs):
        kwargs.setdefault("auto_id", f"id_{basket.pk}_%s")  # one form for each club's basket on the page
        super().__init__(*args, **kwargs)
        if not gross:
            del self.fields["method"]
        else:
            self.fields["method"].offer(methods)
            if len(methods) == 1:
                self.initial["method"] = methods[0]
        if basket.organisation.kind != OrganisationKind.PUBLIC_BUYER:
            for name in ("purchase_order", "engagement", "service_code"):
                del self.fields[name]

    def values(self) -> dict:
        """As `place_order` takes them."""
        return {"method": "", **self.cleaned_data}


class PayForm(forms.Form):
    """Pay an order that is placed: now, or in another way than was said."""

    method = MethodField(error_messages={"required": _("Choose how you wish to pay.")})

    def __init__(self, *args, methods: Iterable[Method], **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["method"].offer(methods)


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label=_("Reason"), required=False, max_length=250, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("If you wish to say so; it stands in the order’s history."),
    )  # fmt: skip
