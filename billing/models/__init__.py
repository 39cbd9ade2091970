from billing.models.bank import BankLine, BankStatement
from billing.models.invoices import Credit, Invoice, InvoiceFile, InvoiceSeries
from billing.models.ledger import Entry, Posting
from billing.models.orders import Order, OrderLine
from billing.models.payments import Dispute, Payment, ProviderEvent, Refund
from billing.models.sellers import Seller

__all__ = [
    "BankLine",
    "BankStatement",
    "Credit",
    "Dispute",
    "Entry",
    "Invoice",
    "InvoiceFile",
    "InvoiceSeries",
    "Order",
    "OrderLine",
    "Payment",
    "Posting",
    "ProviderEvent",
    "Refund",
    "Seller",
]
