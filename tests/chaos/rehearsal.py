"""The same acts once in the process that forks: what is loaded on first use is then loaded once, and not in each child.

No document is made here, see `press`; and nothing is proved.
"""

import contextlib

import pytest
from django.db import connections

from billing.documents import rendering
from billing.documents.facturx import invoice_xml
from core.errors import RuleBroken
from tests.chaos import buyers, club
from tests.chaos.deliveries import post
from tests.chaos.histories import History
from tests.chaos.requirements import at_any_time, at_the_end
from tests.chaos.scene import NothingToDo, Scene, Turn, set_up, wipe
from tests.chaos.shelf import KINDS

STEPS = (buyers.fill_basket, buyers.place, buyers.fill_basket, buyers.place, club.record_money, club.import_bank_file)


class Listener:
    """Hears what is said in a turn, and says nothing."""

    def tell(self, text: str) -> None:
        pass


class Rehearsal(History):
    def __init__(self):
        super().__init__("rehearsal", 0)

    def _live(self) -> None:
        wipe()
        turn = Turn(Scene.of(set_up(KINDS)), self.dice, Listener())
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(rendering, "invoice_pdf", invoice_xml)
            for step in (*STEPS, *STEPS):
                with contextlib.suppress(NothingToDo, RuleBroken):
                    step(turn)
            self._pay_and_hear()
            club.run_daily(turn)
        at_any_time()
        with contextlib.suppress(AssertionError):  # it stops in the middle of things
            at_the_end(self._witness())
        connections.close_all()

    def _pay_and_hear(self) -> None:
        self.standin.webhook = lambda body, headers: post(body.decode(), headers["Stripe-Signature"])
        for page in self.standin.sessions.values():
            self.standin.pay(page["id"], "card" if page["payment_method_types"] == ["card"] else "sepa_ok")
        self.standin.advance(days=7)
        self.standin.deliver_all()
