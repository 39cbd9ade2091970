"""The club's end of the line to the stand-in: Stripe's own client, an order, and an endpoint that takes events."""

import stripe


def client(standin, key=None):
    """Without the library's own retries, which sleep."""
    return stripe.StripeClient(key or standin.secret_key, base_addresses={"api": standin.url}, max_network_retries=0)


class Mailbox:
    """An endpoint as a club's: takes what is signed and fresh, refuses the rest."""

    def __init__(self):
        self.secret, self.taken, self.refused, self.failing = "", [], [], 0

    def __call__(self, body, headers):
        if self.failing:
            self.failing -= 1
            return 500
        try:
            event = stripe.Webhook.construct_event(body, headers["Stripe-Signature"], self.secret)
        except stripe.SignatureVerificationError as problem:
            self.refused.append(str(problem))
            return 400
        self.taken.append(event)
        return 200

    @property
    def types(self):
        return [event.type for event in self.taken]


def order(amount=12_000, **more):
    price = {"currency": "eur", "unit_amount": amount, "product_data": {"name": "Adhésion 2027"}}
    return {
        "mode": "payment",
        "payment_method_types": ["card", "sepa_debit"],
        "line_items": [{"price_data": price, "quantity": 1}],
        "success_url": "http://127.0.0.1:9/merci?session={CHECKOUT_SESSION_ID}",
        "cancel_url": "http://127.0.0.1:9/retour",
        **more,
    }


def paid(api, standin, method="card", amount=12_000):
    """The id of the payment intent of a checkout that somebody went through."""
    session = api.checkout.sessions.create(params=order(amount))
    return standin.pay(session.id, method)["payment_intent"]


def types_since(standin, number):
    return [event["type"] for event in standin.events[number:]]
