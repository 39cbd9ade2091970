"""A look behind the pages. Verbs stay on the pages, where they lock, book and write history."""

from django.contrib import admin

from billing.models import BankLine, Dispute, Entry, Invoice, Order, Payment, ProviderEvent, Refund, Seller
from core.admin import ReadOnlyAdmin


@admin.register(Seller)
class SellerAdmin(ReadOnlyAdmin):
    list_display = ["club", "legal_name", "siret", "takes_online", "takes_transfers", "invoice_prefix"]
    list_select_related = ["club"]


@admin.register(Order)
class OrderAdmin(ReadOnlyAdmin):
    list_display = ["reference", "organisation", "club", "status", "method", "placed_at", "due_on"]
    list_filter = ["club", "status", "method"]
    list_select_related = ["organisation", "club"]
    search_fields = ["organisation__search_text", "invoices__number"]
    date_hierarchy = "placed_at"


@admin.register(Payment)
class PaymentAdmin(ReadOnlyAdmin):
    list_display = ["order", "method", "amount", "status", "started_at", "settled_at", "failure"]
    list_filter = ["status", "method", "order__club"]
    list_select_related = ["order"]
    date_hierarchy = "started_at"


@admin.register(Refund)
class RefundAdmin(ReadOnlyAdmin):
    list_display = ["payment", "amount", "status", "reason", "requested_at", "done_at", "failure"]
    list_filter = ["status"]
    list_select_related = ["payment__order"]
    date_hierarchy = "requested_at"


@admin.register(Dispute)
class DisputeAdmin(ReadOnlyAdmin):
    list_display = ["payment", "amount", "withdrawn", "status", "opened_at", "closed_at"]
    list_filter = ["status"]
    list_select_related = ["payment__order"]


@admin.register(ProviderEvent)
class ProviderEventAdmin(ReadOnlyAdmin):
    list_display = ["received_at", "kind", "event_id", "account", "payment", "fault"]
    list_filter = ["account", "kind"]
    list_select_related = ["payment__order"]
    search_fields = ["event_id", "fault"]
    date_hierarchy = "received_at"


@admin.register(Invoice)
class InvoiceAdmin(ReadOnlyAdmin):
    list_display = ["number", "kind", "organisation", "club", "issued_on", "gross"]
    list_filter = ["club", "kind", "year"]
    list_select_related = ["organisation", "club"]
    search_fields = ["number", "organisation__search_text"]
    date_hierarchy = "issued_on"


@admin.register(Entry)
class EntryAdmin(ReadOnlyAdmin):
    list_display = ["happened_on", "journal", "piece", "label", "club", "key"]
    list_filter = ["club", "journal"]
    list_select_related = ["club"]
    search_fields = ["piece", "label", "key"]
    date_hierarchy = "happened_on"


@admin.register(BankLine)
class BankLineAdmin(ReadOnlyAdmin):
    list_display = ["booked_on", "amount", "counterparty", "reference", "state", "club"]
    list_filter = ["club", "state"]
    list_select_related = ["club"]
    search_fields = ["counterparty", "text", "reference"]
    date_hierarchy = "booked_on"
