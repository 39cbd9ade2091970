"""How places stand with money, and what becomes of it when an event is called off."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.enums import Status


class Settlement(Status):
    """How a registration that costs something stands with money: derived from its order, never stored."""

    TO_PAY = "to_pay", pgettext_lazy("settlement", "to be paid")
    ORDERED = "ordered", pgettext_lazy("settlement", "ordered, payment awaited")
    UNDER_WAY = "under_way", pgettext_lazy("settlement", "debit under way")
    PAID = "paid", pgettext_lazy("settlement", "paid")
    INVOICED = "invoiced", pgettext_lazy("settlement", "on a purchase order, not yet paid")
    WITHDRAWN = "withdrawn", pgettext_lazy("settlement", "payment taken back")

    @classmethod
    def tones(cls):
        return {cls.TO_PAY: "late", cls.ORDERED: "info", cls.UNDER_WAY: "info", cls.PAID: "good", cls.WITHDRAWN: "bad"}


class Refunding(models.TextChoices):
    """What the coordination decided about the money when it called an event off."""

    ALL = "all", _("refund everybody")
    EACH = "each", _("decide one by one")


class RepaymentState(Status):
    """How one order of an event that is off stands; `OWED`: taken back already, and its money could not be sent yet."""

    WAITING = "waiting", pgettext_lazy("repayment", "to be settled")
    STUCK = "stuck", pgettext_lazy("repayment", "to be settled by you")
    OWED = "owed", pgettext_lazy("repayment", "owed, not yet possible")
    REFUNDED = "refunded", pgettext_lazy("repayment", "refunded")
    CALLED_OFF = "called_off", pgettext_lazy("repayment", "order cancelled, nothing to pay back")

    @classmethod
    def tones(cls):
        return {
            cls.WAITING: "info",
            cls.STUCK: "late",
            cls.OWED: "late",
            cls.REFUNDED: "good",
            cls.CALLED_OFF: "neutral",
        }

    @classmethod
    def over(cls) -> list[str]:
        return [cls.REFUNDED, cls.CALLED_OFF]


class Obstacle(models.TextChoices):
    """Why an order of an event that is off could not be settled by itself."""

    UNDECIDED = "undecided", _("You decide about the refunds of this event one by one.")
    BY_HAND = "by_hand", _("Paid by transfer, by cheque or in cash: pay it back from the club’s bank, then note it.")
    DEBIT_UNDER_WAY = "under_way", _("A debit is under way: it is refunded once it has arrived.")
    DISPUTABLE = "disputable", _("The payer’s bank may still take this debit back: a refund before could pay it twice.")
    DISPUTED = "disputed", _("The payer’s bank disputes this payment, or has taken it back.")
    ON_ACCOUNT = "on_account", _("Invoiced, and not or only partly paid: cancel the order or write a credit note.")
    PROVIDER_AWAY = "away", _("The payment provider did not answer: it is tried again every day.")
    OTHER = "other", _("It could not be refunded by itself: look at the order.")

    @classmethod
    def tried_again(cls) -> list[str]:
        """These pass by themselves; the others wait for somebody."""
        return [cls.DEBIT_UNDER_WAY, cls.DISPUTABLE, cls.PROVIDER_AWAY]
