"""What the coordination types: money that came, money that goes back."""

from decimal import Decimal
from uuid import uuid4

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from billing.actions.invoices import uncredited
from billing.enums import Method
from billing.models import OrderLine, Payment, Refund
from billing.totals import totals_of
from core.money import AmountField

AMOUNT = {"max_digits": 9, "decimal_places": 2}
REASON_LENGTH = Refund._meta.get_field("reason").max_length


class OnceForm(forms.Form):
    """A form that moves money: pressed twice, it moves it once, since each page that is shown bears a key of its own."""

    key = forms.UUIDField(widget=forms.HiddenInput, required=False, initial=uuid4)


class PaymentForm(OnceForm):
    """Money that was received by hand. What may be recorded, the action says."""

    method = forms.ChoiceField(label=_("Received by"))
    amount = AmountField(label=_("Amount, in euros"), **AMOUNT)
    received_on = forms.DateField(
        label=pgettext_lazy("payment", "Received on"), widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    )
    memo = forms.CharField(
        label=_("Note"), required=False, max_length=Payment._meta.get_field("memo").max_length,
        help_text=_("A cheque’s number and bank, for example."),
    )  # fmt: skip

    def __init__(self, *args, order, due: Decimal, **kwargs):
        super().__init__(*args, **kwargs)
        by_hand = [Method(method) for method in Method.by_hand()]
        self.fields["method"].choices = [(method, method.label) for method in by_hand]
        if order.method in by_hand:
            self.initial["method"] = order.method
        self.initial.setdefault("amount", due)
        self.initial.setdefault("received_on", timezone.localdate())


class RefundForm(OnceForm):
    """How much of which thing goes back: a field `share_<id>` for each line of which something is left."""

    reason = forms.CharField(
        label=_("Reason"), max_length=REASON_LENGTH, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("The payer reads it in the letter."),
    )  # fmt: skip

    def __init__(self, *args, lines: list[OrderLine], **kwargs):
        super().__init__(*args, **kwargs)
        reason = self.fields.pop("reason")
        self.lines = [line for line in lines if uncredited(line) > 0]
        for line in self.lines:
            left = totals_of([(line.regime, uncredited(line))]).gross
            self.fields[f"share_{line.pk}"] = AmountField(
                label=line.label, required=False, initial=left, help_text=_("Empty: nothing of this."), **AMOUNT
            )
        self.fields["reason"] = reason

    def shares(self) -> dict[int, Decimal]:
        """As `refund_lines` takes them."""
        values = {line.pk: self.cleaned_data.get(f"share_{line.pk}") for line in self.lines}
        return {pk: amount for pk, amount in values.items() if amount is not None}


class SurplusForm(OnceForm):
    """How much, why, and for what came through the provider whether the club has paid it back from its bank."""

    amount = AmountField(label=_("Amount, in euros"), **AMOUNT)
    by_transfer = forms.BooleanField(
        label=_("Already paid back by bank transfer"), required=False,
        help_text=_("For a refund that the payment provider could not carry out."),
    )  # fmt: skip
    reason = forms.CharField(
        label=_("Reason"), max_length=REASON_LENGTH, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("The payer reads it in the letter."),
    )  # fmt: skip

    def __init__(self, *args, is_by_provider: bool, **kwargs):
        super().__init__(*args, **kwargs)
        if not is_by_provider:
            del self.fields["by_transfer"]
