"""The filter bars of the treasurer's lists: plain GET forms, all of whose fields may stay empty."""

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from billing.enums import OrderStatus

MAX_SEARCH = 100


class FilterForm(forms.Form):
    def value(self, name: str):
        """What was chosen; None for what is no choice."""
        self.is_valid()
        return self.cleaned_data.get(name)


class OrderFilter(FilterForm):
    """`UNPAID`, `LATE` and `OVERPAID` ask the ledger; the others are the order's own status."""

    UNPAID, LATE, OVERPAID = "unpaid", "late", "overpaid"
    q = forms.CharField(
        label=_("Search"), required=False, max_length=MAX_SEARCH,
        widget=forms.TextInput({"type": "search", "placeholder": _("Organisation, reference, invoice…")}),
    )  # fmt: skip
    status = forms.ChoiceField(
        label=_("Status"), required=False,
        choices=[("", pgettext_lazy("filter", "all")), *(one for one in OrderStatus.choices if one[0] != OrderStatus.BASKET)],
    )  # fmt: skip
    money = forms.ChoiceField(
        label=_("Money"), required=False,
        choices=[
            ("", pgettext_lazy("filter", "all")), (UNPAID, _("not paid yet")), (LATE, _("past its day to pay")),
            (OVERPAID, _("paid too much")),
        ],
    )  # fmt: skip
    club = forms.CharField(required=False, widget=forms.HiddenInput)

    def apply(self, orders, today):
        """Narrow down `orders` (with their sums)."""
        found = orders.matching(self.value("q") or "")
        if self.value("status"):
            found = found.filter(status=self.value("status"))
        if self.value("money") == self.OVERPAID:
            return found.overpaid()
        if self.value("money") == self.LATE:
            found = found.filter(due_on__lt=today)
        return found.unpaid() if self.value("money") else found
