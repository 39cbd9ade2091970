from django.urls import path, re_path

from billing.views import bank, baskets, invoices, ledger, orders, paying, refunds, sellers, webhook

app_name = "billing"
urlpatterns = [
    # The basket
    path("basket/", baskets.basket, name="basket"),
    path("basket/lines/<int:pk>/remove/", baskets.remove_from_basket, name="remove_from_basket"),
    # Orders
    path("orders/", orders.order_list, name="order_list"),
    path("orders/<int:pk>/", orders.order_page, name="order_page"),
    path("orders/<int:pk>/cancel/", orders.cancel_order, name="cancel_order"),
    path("orders/<int:pk>/pay/", paying.pay_order, name="pay_order"),
    path("orders/<int:pk>/return/", paying.payment_return, name="payment_return"),
    path("orders/<int:pk>/check/", paying.check_payment, name="check_payment"),
    # Money that came by hand, and money that goes back
    path("orders/<int:pk>/payments/new/", refunds.record_payment, name="record_payment"),
    path("payments/<int:pk>/refund/", refunds.refund_payment, name="refund_payment"),
    path("payments/<int:pk>/deposit/", refunds.deposit_cheque, name="deposit_cheque"),
    path("refunds/<int:pk>/send/", refunds.send_refund, name="send_refund"),
    # Invoices
    path("invoices/", invoices.invoice_list, name="invoice_list"),
    re_path(r"^invoices\.(?P<form>csv|xlsx)$", invoices.export_invoices, name="export_invoices"),
    path("invoices/<int:pk>/", invoices.invoice_file, name="invoice_file"),
    # The accounts
    path("ledger/", ledger.ledger, name="ledger"),
    path("ledger/export/<slug:form>/", ledger.ledger_export, name="ledger_export"),
    path("reconcile/", ledger.reconcile, name="reconcile"),
    path("clubs/<slug:slug>/seller/", sellers.edit_seller, name="edit_seller"),
    # The bank
    path("bank/", bank.bank, name="bank"),
    path("bank/lines/<int:pk>/", bank.bank_line_page, name="bank_line_page"),
    path("bank/lines/<int:pk>/assign/", bank.assign_bank_line, name="assign_bank_line"),
    path("bank/lines/<int:pk>/set-aside/", bank.set_aside_bank_line, name="set_aside_bank_line"),
    path("bank/lines/<int:pk>/take-back/", bank.take_back_bank_line, name="take_back_bank_line"),
    # The payment provider's news
    path("stripe/webhook/", webhook.stripe_webhook, name="stripe_webhook"),
]
