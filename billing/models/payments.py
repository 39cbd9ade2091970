import uuid
from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from billing.enums import DisputeStatus, Method, PaymentStatus, RefundStatus
from billing.models.orders import Order
from core.money import MoneyField
from members.rights import rights_of

# A payer's bank takes a SEPA debit back without asking why for eight weeks (SEPA Core Direct Debit Rulebook, 4.3.4).
DEBIT_MAY_BE_TAKEN_BACK_FOR = timedelta(weeks=8)
DEBIT_TAKES_AT_MOST = timedelta(days=14)


class PaymentQuerySet(models.QuerySet):
    def open(self):
        """Money may still come of these by themselves."""
        return self.filter(status__in=PaymentStatus.open())

    def settled(self):
        return self.filter(status=PaymentStatus.SETTLED)

    def by_provider(self):
        return self.filter(method__in=Method.by_provider())

    def visible_to(self, person):
        """Payments are the coordination's to handle."""
        rights = rights_of(person)
        return self if rights.is_administrator else self.filter(order__club__in=rights.coordinated_club_ids)


class Payment(models.Model):
    """Money for an order: on its way, received, or not come. What it amounts to is in the ledger."""

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="payments", verbose_name=_("order"))
    method = models.CharField(_("way to pay"), max_length=16, choices=Method.choices)
    amount = MoneyField(_("amount"))
    status = models.CharField(_("status"), max_length=10, choices=PaymentStatus.choices, default=PaymentStatus.STARTED)
    key = models.UUIDField(_("key"), default=uuid.uuid4, unique=True, editable=False)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+",
        verbose_name=_("by"),
    )  # fmt: skip
    started_at = models.DateTimeField(_("begun"))
    settled_at = models.DateTimeField(pgettext_lazy("payment", "received on"), null=True, blank=True)
    failure = models.CharField(_("why it failed"), max_length=250, blank=True)
    memo = models.CharField(
        _("note"), max_length=120, blank=True, help_text=_("A cheque’s number and bank, for example.")
    )
    # The provider's own names for it
    provider_account = models.CharField(max_length=60, blank=True, editable=False)
    session_id = models.CharField(max_length=120, unique=True, null=True, blank=True, editable=False)
    session_url = models.URLField(max_length=1000, blank=True, editable=False)
    session_expires_at = models.DateTimeField(null=True, blank=True, editable=False)
    intent_id = models.CharField(max_length=120, unique=True, null=True, blank=True, editable=False)

    objects = PaymentQuerySet.as_manager()

    class Meta:
        verbose_name = _("payment")
        verbose_name_plural = _("payments")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="billing_payment_positive"),
            models.CheckConstraint(
                condition=~Q(status=PaymentStatus.SETTLED) | Q(settled_at__isnull=False), name="billing_payment_settled_at"
            ),
            models.UniqueConstraint(
                fields=["order"], condition=Q(status__in=[PaymentStatus.STARTED, PaymentStatus.PENDING]),
                name="billing_payment_one_open",
            ),
        ]  # fmt: skip

    def __str__(self):
        return f"{self.order}, {self.get_method_display()}"

    @property
    def status_member(self) -> PaymentStatus:
        return PaymentStatus(self.status)

    @property
    def is_by_provider(self) -> bool:
        return self.method in Method.by_provider()

    @property
    def is_settled(self) -> bool:
        return self.status == PaymentStatus.SETTLED

    @property
    def is_open(self) -> bool:
        return self.status in PaymentStatus.open()

    @property
    def is_failed(self) -> bool:
        return self.status == PaymentStatus.FAILED

    @property
    def is_started(self) -> bool:
        """Somebody is, or was, on the provider's page; nothing is known yet."""
        return self.status == PaymentStatus.STARTED

    @property
    def is_pending(self) -> bool:
        """A debit is on its way: the bank has not answered yet."""
        return self.status == PaymentStatus.PENDING

    @property
    def answer_by(self):
        """By which day the bank's answer to a debit is there: after 14 days at the most, says the provider."""
        return (self.started_at + DEBIT_TAKES_AT_MOST).date()

    @property
    def disputable_until(self):
        """Until when the payer's bank may simply take the money back; None where it may not."""
        if self.method != Method.SEPA_DEBIT or self.settled_at is None:
            return None
        return self.settled_at + DEBIT_MAY_BE_TAKEN_BACK_FOR


class RefundQuerySet(models.QuerySet):
    def counting(self):
        """Refunds that took or will take money away."""
        return self.exclude(status=RefundStatus.FAILED)

    def to_send(self):
        """Asked for, and the provider has not answered yet."""
        return self.filter(status=RefundStatus.REQUESTED, payment__method__in=Method.by_provider())


class Refund(models.Model):
    """Money that goes back to the payer."""

    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="refunds", verbose_name=_("payment"))
    amount = MoneyField(_("amount"))
    reason = models.CharField(_("reason"), max_length=250)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+",
        verbose_name=_("by"),
    )  # fmt: skip
    status = models.CharField(_("status"), max_length=10, choices=RefundStatus.choices, default=RefundStatus.REQUESTED)
    key = models.UUIDField(_("key"), default=uuid.uuid4, unique=True, editable=False)
    requested_at = models.DateTimeField(_("asked for"))
    done_at = models.DateTimeField(_("done"), null=True, blank=True)
    failure = models.CharField(_("why it failed"), max_length=250, blank=True)
    provider_id = models.CharField(max_length=120, unique=True, null=True, blank=True, editable=False)

    objects = RefundQuerySet.as_manager()

    class Meta:
        verbose_name = _("refund")
        verbose_name_plural = _("refunds")
        ordering = ["pk"]
        constraints = [models.CheckConstraint(condition=Q(amount__gt=0), name="billing_refund_positive")]

    def __str__(self):
        return f"{self.payment}, −{self.amount}"

    @property
    def status_member(self) -> RefundStatus:
        return RefundStatus(self.status)

    @property
    def is_counting(self) -> bool:
        """It took or will take money away."""
        return self.status != RefundStatus.FAILED

    @property
    def is_to_send(self) -> bool:
        """Decided, and the provider has not answered yet."""
        return self.status == RefundStatus.REQUESTED


class Dispute(models.Model):
    """The payer's bank takes money back, or threatens to."""

    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="disputes", verbose_name=_("payment"))
    provider_id = models.CharField(max_length=120, unique=True, editable=False)
    amount = MoneyField(_("amount"))
    withdrawn = MoneyField(_("taken back"), default=0, help_text=_("What the bank holds of it now."))
    status = models.CharField(_("status"), max_length=10, choices=DisputeStatus.choices, default=DisputeStatus.OPEN)
    opened_at = models.DateTimeField(_("opened"))
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)

    class Meta:
        verbose_name = _("dispute")
        verbose_name_plural = _("disputes")
        ordering = ["pk"]

    def __str__(self):
        return f"{self.payment}, {self.get_status_display()}"

    @property
    def status_member(self) -> DisputeStatus:
        return DisputeStatus(self.status)


class ProviderEvent(models.Model):
    """A piece of news of the provider, kept in the transaction of its effect: the same one counts once."""

    account = models.CharField(_("account"), max_length=60)
    event_id = models.CharField(_("event"), max_length=120)
    kind = models.CharField(_("kind"), max_length=80)
    received_at = models.DateTimeField(_("received"), auto_now_add=True, db_index=True)
    payment = models.ForeignKey(
        Payment, on_delete=models.PROTECT, null=True, blank=True, related_name="news", verbose_name=_("payment")
    )
    fault = models.CharField(_("not followed because"), max_length=250, blank=True)

    class Meta:
        verbose_name = _("news of the payment provider")
        verbose_name_plural = _("news of the payment provider")
        ordering = ["-pk"]
        constraints = [models.UniqueConstraint(fields=["account", "event_id"], name="billing_event_once")]

    def __str__(self):
        return f"{self.kind} {self.event_id}"
