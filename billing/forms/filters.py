"""The filter bars of the treasurer's lists: plain GET forms, all of whose fields may stay empty."""

from django import forms
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from billing.enums import Account, InvoiceKind, OrderStatus
from billing.models import Posting

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


class InvoiceFilter(FilterForm):
    year = forms.TypedChoiceField(label=_("Year"), required=False, coerce=int, empty_value=None)
    kind = forms.ChoiceField(
        label=_("Kind"), required=False, choices=[("", pgettext_lazy("filter", "all")), *InvoiceKind.choices]
    )
    club = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, years, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["year"].choices = [("", pgettext_lazy("filter", "all")), *((year, str(year)) for year in years)]

    def apply(self, invoices):
        found = invoices.filter(year=self.value("year")) if self.value("year") else invoices
        return found.filter(kind=self.value("kind")) if self.value("kind") else found


class LedgerFilter(FilterForm):
    """A period and an account; without a choice everything."""

    start = forms.DateField(
        label=pgettext_lazy("period", "From"),
        required=False,
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
    )
    end = forms.DateField(
        label=pgettext_lazy("period", "To"), required=False, widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    )  # fmt: skip
    account = forms.ChoiceField(label=_("Account"), required=False)
    club = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        accounts = [(account, f"{account} {account.label}") for account in Account]
        self.fields["account"].choices = [("", pgettext_lazy("filter", "all")), *accounts]

    def apply(self, entries):
        found = entries
        if self.value("start"):
            found = found.filter(happened_on__gte=self.value("start"))
        if self.value("end"):
            found = found.filter(happened_on__lte=self.value("end"))
        if self.value("account"):
            touching = Posting.objects.filter(entry=OuterRef("pk"), account=self.value("account"))
            found = found.filter(Exists(touching))
        return found
