"""The stand-in for Stripe beside a test: the real `stripe` package speaks to it by HTTP, and its webhooks arrive through a
client, in the test's own transaction.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from django.test import Client, override_settings
from django.urls import reverse

from billing.actions import pay_online
from billing.enums import Method
from billing.models import Order, Payment
from tests.billing.noted import order_of
from tests.standin.standin import Standin


def through(client: Client, secrets: list | None = None):
    """An endpoint for the stand-in: posts to our webhook and answers with its status."""

    def deliver(body: bytes, headers: dict[str, str]) -> int:
        response = client.post(
            reverse("billing:stripe_webhook"),
            body,
            content_type="application/json",
            headers={"Stripe-Signature": headers["Stripe-Signature"]},
        )
        return response.status_code

    return deliver


@contextmanager
def standing_in(**options) -> Iterator[Standin]:
    """A stand-in that runs while it lasts, with our keys set to its own. Nothing is delivered before `deliver_all()`."""
    with Standin(webhook=through(Client()), **options) as standin:
        standin.hold()
        keys = {
            "STRIPE_SECRET_KEY": standin.secret_key,
            "STRIPE_WEBHOOK_SECRET": standin.webhook_secret,
            "STRIPE_API_BASE": standin.url,
        }
        with override_settings(**keys):
            yield standin


def online_order(*targets: int, club, organisation, by=None, method=Method.CARD) -> tuple[Order, Payment]:
    """Things, ordered, and their payment page opened."""
    order = order_of(*targets, club=club, organisation=organisation, by=by, method=method)
    return order, pay_online(order, by=by, method=method)


def paid_online(standin: Standin, *targets: int, club, organisation, by=None) -> tuple[Order, Payment]:
    """Things paid by card, the news delivered."""
    order, payment = online_order(*targets, club=club, organisation=organisation, by=by)
    standin.pay(payment.session_id)
    standin.deliver_all()
    return Order.objects.get(pk=order.pk), Payment.objects.get(pk=payment.pk)


def debited(standin: Standin, *targets: int, club, organisation, by=None, days: float = 7) -> tuple[Order, Payment]:
    """Things paid by a SEPA debit that has succeeded."""
    order, payment = online_order(*targets, club=club, organisation=organisation, by=by, method=Method.SEPA_DEBIT)
    standin.pay(payment.session_id, "sepa_ok")
    standin.advance(days=days)
    standin.deliver_all()
    return Order.objects.get(pk=order.pk), Payment.objects.get(pk=payment.pk)
