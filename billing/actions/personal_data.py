"""What billing knows of a person. Orders and invoices are an organisation's; the law keeps them for ten years."""

from billing.models import Order, Payment


def data_of(person) -> dict:
    """What the person ordered and recorded, for the download of one's own data."""
    return {
        "orders": [
            {"reference": order.reference, "club": order.club.name, "organisation": str(order.organisation),
             "placed": order.placed_at, "status": order.status}
            for order in Order.objects.filter(by=person).select_related("club", "organisation").order_by("pk")
        ],
        "payments": list(
            Payment.objects.filter(by=person).order_by("pk").values("method", "amount", "status", "started_at")
        ),
    }  # fmt: skip


def forget(person) -> None:
    """Take the person off what they ordered or recorded; the organisation's accounts stay true without a name."""
    Order.objects.filter(by=person).update(by=None)
    Payment.objects.filter(by=person).update(by=None)
