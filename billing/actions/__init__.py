from billing.actions.baskets import (
    QuotedLine,
    add_to_basket,
    quoted,
    quoted_totals,
    remove_from_basket,
    seller_of,
)
from billing.actions.following import follow_news, sync_payment
from billing.actions.locking import due_of, totals
from billing.actions.orders import give_up_unpaid_orders, methods_for, place_order
from billing.actions.paying import cancel_order, choose_method, deposit_cheque, pay_online, record_payment
from billing.actions.refunds import obstacle, refund_lines, refund_surplus, refundable, send_refund, surplus_of

__all__ = [
    "QuotedLine",
    "add_to_basket",
    "cancel_order",
    "choose_method",
    "deposit_cheque",
    "due_of",
    "follow_news",
    "give_up_unpaid_orders",
    "methods_for",
    "obstacle",
    "pay_online",
    "place_order",
    "quoted",
    "quoted_totals",
    "record_payment",
    "refund_lines",
    "refund_surplus",
    "refundable",
    "remove_from_basket",
    "seller_of",
    "send_refund",
    "surplus_of",
    "sync_payment",
    "totals",
]
