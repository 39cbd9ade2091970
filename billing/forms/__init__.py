from billing.forms.accounts import PaymentForm, RefundForm, SurplusForm
from billing.forms.bank import AsideForm, FindOrderForm, StatementForm
from billing.forms.filters import InvoiceFilter, LedgerFilter, OrderFilter
from billing.forms.orders import PayForm, PlaceForm, ReasonForm
from billing.forms.sellers import SellerForm

__all__ = [
    "AsideForm",
    "FindOrderForm",
    "InvoiceFilter",
    "LedgerFilter",
    "OrderFilter",
    "PayForm",
    "PaymentForm",
    "PlaceForm",
    "ReasonForm",
    "RefundForm",
    "SellerForm",
    "StatementForm",
    "SurplusForm",
]
