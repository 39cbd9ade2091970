"""What happens outside of the house: payers, their banks, the provider's site, its bad days, and time."""

import random
from datetime import timedelta

from tests.standin import reversals
from tests.standin.errors import NotPossible, Refusal
from tests.standin.objects import CHARGE
from tests.standin.standin import Standin

WAYS = {"card": ("card", "card", "card", "card_refused"), "sepa_debit": ("sepa_ok", "sepa_ok", "sepa_fails")}
MOODS = (500, 503, 429, 409, "timeout", "after_commit", "after_commit", "after_commit")
CALLS = (
    "",
    "POST /v1/checkout/sessions",
    "POST /v1/refunds",
    "POST /v1/refunds",
    "GET /v1/checkout/sessions",
    "GET /v1/events",
    "GET /v1/refunds",
)
# The longer, the rarer; debits may be refunded after eight weeks.
WAITS = {
    timedelta(minutes=2): 3, timedelta(minutes=15): 3, timedelta(hours=2): 3, timedelta(days=1): 2, timedelta(days=4): 2,
    timedelta(days=9): 1, timedelta(days=60): 0.7,
}  # fmt: skip


def pay(standin: Standin, dice: random.Random) -> str:
    """Somebody on a payment page pays there, or tries to."""
    pages = [one for one in standin.sessions.values() if one["status"] == "open"]
    if not pages:
        return ""
    page = dice.choice(pages)
    way = dice.choice(WAYS[page["payment_method_types"][0]])
    standin.pay(page["id"], way)
    return f"the payer pays {page['amount_total'] / 100:.2f} ({way})"


def dispute(standin: Standin, dice: random.Random) -> str:
    """A payer goes to their bank, or the bank decides."""
    under_way = [one for one in standin.disputes.values() if one["status"] in reversals.OPEN]
    if under_way and dice.random() < 0.6:
        one, outcome = dice.choice(under_way), dice.choice(["won", "lost"])
        standin.close_dispute(one["id"], outcome)
        return f"the bank closes a dispute over {one['amount'] / 100:.2f}: {outcome}"
    paid = [one for one in standin.charges.values() if one["status"] == "succeeded" and not one["refunded"]]
    if not paid:
        return ""
    charge = dice.choice(paid)
    is_card = charge["payment_method_details"]["type"] == "card"
    status = dice.choice([None, None, reversals.INQUIRY]) if is_card else None
    try:
        made = standin.open_dispute(charge["payment_intent"], status)
    except NotPossible:  # it is disputed already
        return ""
    return f"the payer's bank disputes {made['amount'] / 100:.2f} ({made['status']})"


def settle_disputes(standin: Standin, dice: random.Random) -> None:
    for one in standin.disputes.values():
        if one["status"] in reversals.OPEN:
            standin.close_dispute(one["id"], dice.choice(["won", "lost"]))


def send_refund_back(standin: Standin, dice: random.Random) -> str:
    made = [one for one in standin.refunds.values() if one["status"] != "failed"]
    if not made:
        return ""
    refund = dice.choice(made)
    standin.fail_refund(refund["id"])
    return f"the bank sends a refund of {refund['amount'] / 100:.2f} back"


def refund_on_site(standin: Standin, dice: random.Random) -> str:
    """Somebody of the club pays back a part on the provider's own site."""
    paid = [one for one in standin.charges.values() if one["status"] == "succeeded" and not one["refunded"]]
    if not paid:
        return ""
    charge = dice.choice(paid)
    amount = max(1, (charge["amount_captured"] - charge["amount_refunded"]) // dice.choice([1, 2, 3]))
    try:
        with standin.change():
            real = standin.world.tables[CHARGE][charge["id"]]
            reversals.refund(standin.world, real, amount, reason=None, metadata={})
    except Refusal:  # it is disputed
        return ""
    return f"{amount / 100:.2f} are paid back on the provider's own site"


def bad_day(standin: Standin, dice: random.Random) -> str:
    """The provider fails for some calls; its client tries each twice."""
    mood, on, times = dice.choice(MOODS), dice.choice(CALLS), dice.choice([1, 2, 2, 2, 4])
    standin.fail_next(mood, on=on, times=times)
    return f"the provider fails {times} times with {mood}: {on or 'any call'}"


STEPS = {pay: 20, dispute: 6, send_refund_back: 3, refund_on_site: 2}


def anything(standin: Standin, dice: random.Random) -> tuple[str, str]:
    """The first thing, in the order of the dice, that can happen: its name, and what is to be said of it."""
    steps = dict(STEPS)
    while steps:
        [step] = dice.choices(list(steps), list(steps.values()))
        if said := step(standin, dice):
            return step.__name__, said
        del steps[step]
    return "", ""
