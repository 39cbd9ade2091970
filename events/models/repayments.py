"""What becomes of the money when an event is called off: the decision, and how far each order has come."""

from django.conf import settings
from django.db import models
from django.db.models import Count, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from billing.models import OrderLine
from events.enums import Obstacle, Refunding, RepaymentState
from events.models.events import Event


class Cancellation(models.Model):
    """The decision to call an event off, and what it means for the money."""

    event = models.OneToOneField(
        Event, on_delete=models.CASCADE, related_name="cancellation", verbose_name=_("event")
    )  # fmt: skip
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+",
        verbose_name=_("by"),
    )  # fmt: skip
    decided_at = models.DateTimeField(_("decided"))
    refunding = models.CharField(
        pgettext_lazy("of a cancelled event", "refunds"), max_length=4, choices=Refunding.choices,
        default=Refunding.EACH,
    )  # fmt: skip

    class Meta:
        verbose_name = _("cancellation")
        verbose_name_plural = _("cancellations")
        ordering = ["pk"]

    def __str__(self):
        return str(self.event)

    @property
    def refunds_all(self) -> bool:
        return self.refunding == Refunding.ALL


# A line that is released was refunded or taken back, by us or by hand; only a debit on its way brings money after that.
_SETTLED = Q(state__in=RepaymentState.over()) | (
    Q(line__released_at__isnull=False)
    & Q(state__in=[RepaymentState.WAITING, RepaymentState.STUCK])
    & ~Q(obstacle=Obstacle.DEBIT_UNDER_WAY)
)


class RepaymentQuerySet(models.QuerySet):
    def settled(self):
        """Refunded or taken back, whoever did it."""
        return self.filter(_SETTLED)

    def unsettled(self):
        return self.exclude(pk__in=self.model.objects.filter(_SETTLED).order_by().values("pk"))

    def to_try(self):
        """Not settled, and worth a try without anybody's doing."""
        return self.unsettled().filter(
            Q(state=RepaymentState.WAITING)
            | Q(obstacle__in=Obstacle.tried_again())
            | Q(line__released_at__isnull=False)
        )

    def progress(self) -> tuple[int, int]:
        """How many are settled, of how many (one query)."""
        found = self.aggregate(settled=Count("pk", filter=_SETTLED), total=Count("pk"))
        return found["settled"], found["total"]

    def for_list(self):
        return (
            self.select_related("line__order__organisation", "event")
            .prefetch_related("line__credits__refund")
            .order_by("line__order", "pk")
        )


class Repayment(models.Model):
    """How one line of an order stands, whose event is off, and what stood in the way when it was last tried."""

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="repayments", verbose_name=_("event"))
    line = models.OneToOneField(
        OrderLine, on_delete=models.CASCADE, related_name="repayment", verbose_name=_("line of an order")
    )  # fmt: skip
    state = models.CharField(
        _("state"), max_length=10, choices=RepaymentState.choices, default=RepaymentState.WAITING
    )  # fmt: skip
    obstacle = models.CharField(_("what stands in the way"), max_length=10, choices=Obstacle.choices, blank=True)
    until = models.DateField(_("until"), null=True, blank=True)
    tried_at = models.DateTimeField(_("last tried"), null=True, blank=True)

    objects = RepaymentQuerySet.as_manager()

    class Meta:
        verbose_name = _("repayment")
        verbose_name_plural = _("repayments")
        ordering = ["pk"]

    def __str__(self):
        return f"{self.line}, {self.get_state_display()}"

    @property
    def is_settled(self) -> bool:
        """As `_SETTLED` says it of rows."""
        if self.state in RepaymentState.over():
            return True
        is_known = self.state in (RepaymentState.WAITING, RepaymentState.STUCK)
        return is_known and not self.line.is_live and self.obstacle != Obstacle.DEBIT_UNDER_WAY

    @property
    def can_be_tried(self) -> bool:
        """By the button: what only waits for a decision, or for the provider."""
        return not self.is_settled and self.obstacle in ("", Obstacle.UNDECIDED, Obstacle.PROVIDER_AWAY)

    @property
    def badge(self) -> RepaymentState:
        """What is read: also of a line that somebody has settled by hand."""
        if self.is_settled and self.state not in RepaymentState.over():
            return RepaymentState.REFUNDED if self.refunds else RepaymentState.CALLED_OFF
        return RepaymentState(self.state)

    @property
    def refunds(self) -> list:
        """The refunds by which it went back (prefetched by `for_list`)."""
        return [credit.refund for credit in self.line.credits.all() if credit.refund is not None]
