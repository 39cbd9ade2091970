from decimal import Decimal

from django.conf import settings
from django.db import models
from django.db.models import F, Q, Sum
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from billing.enums import Account, Method, OrderStatus, PaymentStatus, VatRegime
from billing.references import number_of, reference_of
from core.money import ZERO, MoneyField
from members.models import Club, Organisation
from members.rights import rights_of


class OrderQuerySet(models.QuerySet):
    def visible_to(self, person):
        """Those of one's own organisations, and all but baskets for the coordinators of the club."""
        rights = rights_of(person)
        placed = ~Q(status=OrderStatus.BASKET)
        if rights.is_administrator:
            return self.filter(placed | Q(organisation__in=rights.organisation_ids))
        return self.filter(
            Q(organisation__in=rights.organisation_ids) | (placed & Q(club__in=rights.coordinated_club_ids))
        )

    def baskets(self):
        return self.filter(status=OrderStatus.BASKET)

    def placed(self):
        """All that left the basket, whatever became of them."""
        return self.exclude(status=OrderStatus.BASKET)

    def with_sums(self):
        """Annotate `receivable` (owed by the ledger; negative: the club owes) and `received` (money that came and
        stayed). See `due_of`.
        """
        postings = Sum(F("entries__postings__debit") - F("entries__postings__credit"))
        on_receivable = Q(entries__postings__account=Account.RECEIVABLE)
        holding = Q(entries__postings__account__in=Account.holding())
        return self.annotate(
            receivable=Coalesce(_filtered(postings, on_receivable), ZERO, output_field=MoneyField()),
            received=Coalesce(_filtered(postings, holding), ZERO, output_field=MoneyField()),
        )

    def unpaid(self):
        """Something is still to be paid on these (after `with_sums`)."""
        return self.filter(Q(status=OrderStatus.PLACED) | Q(receivable__gt=ZERO))

    def overpaid(self):
        """The club owes money on these (after `with_sums`); what came for an order that is not firm yet is no surplus."""
        return self.exclude(status=OrderStatus.PLACED).filter(receivable__lt=ZERO)

    def matching(self, text: str):
        """By the organisation, the reference of a transfer or the number of an invoice; everything without a text."""
        text = text.strip()
        if not text:
            return self
        found = Q(organisation__in=Organisation.objects.matching(text)) | Q(invoices__number__iexact=text)
        if (number := number_of(text)) is not None:
            found |= Q(pk=number)
        return self.filter(pk__in=self.model.objects.filter(found).order_by().values("pk"))

    def to_give_up(self, now):
        """Placed orders whose time to pay is over and for which no payment is under way."""
        return self.filter(status=OrderStatus.PLACED, pay_until__lt=now).exclude(
            payments__status__in=PaymentStatus.open()
        )

    def for_list(self):
        return (
            self.select_related("organisation", "club")
            .prefetch_related("lines", "payments__disputes")
            .order_by("-placed_at", "-pk")
        )


def _filtered(total: Sum, condition: Q) -> Sum:
    return Sum(*total.source_expressions[:1], filter=condition, output_field=MoneyField())


class Order(models.Model):
    """What an organisation buys of a club in one go: a basket first, then an order that is paid, or not."""

    club = models.ForeignKey(Club, on_delete=models.PROTECT, related_name="orders", verbose_name=_("club"))
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="orders", verbose_name=_("organisation")
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+",
        verbose_name=_("by"),
    )  # fmt: skip
    status = models.CharField(_("status"), max_length=10, choices=OrderStatus.choices, default=OrderStatus.BASKET)
    method = models.CharField(_("way to pay"), max_length=16, choices=Method.choices, blank=True)
    created_at = models.DateTimeField(pgettext_lazy("order", "created"), auto_now_add=True)
    placed_at = models.DateTimeField(pgettext_lazy("order", "placed"), null=True, blank=True)
    firm_at = models.DateTimeField(pgettext_lazy("order", "firm since"), null=True, blank=True)
    cancelled_at = models.DateTimeField(pgettext_lazy("order", "cancelled on"), null=True, blank=True)
    pay_until = models.DateTimeField(_("to be paid until"), null=True, blank=True)
    due_on = models.DateField(_("due on"), null=True, blank=True)
    is_on_account = models.BooleanField(
        _("on account"),
        default=False,
        help_text=_("Given before it is paid: a public buyer’s purchase order, dues that are owed."),
    )
    purchase_order = models.CharField(_("purchase order number"), max_length=50, blank=True)
    engagement = models.CharField(_("engagement number"), max_length=50, blank=True)
    service_code = models.CharField(_("Chorus Pro service code"), max_length=100, blank=True)

    objects = OrderQuerySet.as_manager()

    class Meta:
        verbose_name = _("order")
        verbose_name_plural = _("orders")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["club", "organisation"], condition=Q(status=OrderStatus.BASKET), name="billing_order_one_basket"
            ),
            models.CheckConstraint(
                condition=Q(status=OrderStatus.BASKET) | Q(placed_at__isnull=False), name="billing_order_placed_at"
            ),
            models.CheckConstraint(
                condition=~Q(status=OrderStatus.FIRM) | Q(firm_at__isnull=False), name="billing_order_firm_at"
            ),
        ]

    def __str__(self):
        return self.reference

    @property
    def reference(self) -> str:
        """What a bank transfer quotes (ISO 11649)."""
        return reference_of(self.pk)

    @property
    def status_member(self) -> OrderStatus:
        return OrderStatus(self.status)

    @property
    def is_basket(self) -> bool:
        return self.status == OrderStatus.BASKET

    @property
    def is_placed(self) -> bool:
        return self.status == OrderStatus.PLACED

    @property
    def is_firm(self) -> bool:
        return self.status == OrderStatus.FIRM

    @property
    def is_cancelled(self) -> bool:
        return self.status == OrderStatus.CANCELLED

    def get_absolute_url(self):
        return reverse("billing:order_page", args=[self.pk])


class OrderLineQuerySet(models.QuerySet):
    def live(self):
        """Still bought, or about to be."""
        return self.filter(released_at__isnull=True)

    def granted(self):
        """What was bought is given now."""
        return self.live().filter(granted_at__isnull=False, withheld_at__isnull=True)

    def of_target(self, payable: str, target_id: int):
        return self.filter(payable=payable, target_id=target_id)


class OrderLine(models.Model):
    """One thing that is bought: who knows it (`payable`), which one it is (`target_id`), and what it costs.

    In a basket the price is a quote, made anew whenever it is shown; placing the order freezes it.
    """

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="lines", verbose_name=_("order"))
    payable = models.CharField(_("kind of thing"), max_length=40)
    target_id = models.PositiveBigIntegerField(_("thing"))
    key = models.CharField(
        _("key"), max_length=120, help_text=_("Names the thing itself: it is bought once, whoever buys it.")
    )
    label = models.CharField(_("label"), max_length=250)
    reason = models.CharField(_("why this price"), max_length=250, blank=True)
    quantity = models.PositiveIntegerField(_("quantity"), default=1)
    unit_price = MoneyField(_("unit price excl. VAT"))
    regime = models.CharField(_("VAT"), max_length=16, choices=VatRegime.choices)
    account = models.CharField(_("account"), max_length=10, choices=Account.choices)
    starts_on = models.DateField(_("first day"), null=True, blank=True)
    ends_on = models.DateField(_("last day"), null=True, blank=True)
    granted_at = models.DateTimeField(_("given"), null=True, blank=True)
    withheld_at = models.DateTimeField(
        _("withheld"), null=True, blank=True, help_text=_("The money went back: it waits until it is paid again.")
    )
    released_at = models.DateTimeField(_("released"), null=True, blank=True)

    objects = OrderLineQuerySet.as_manager()

    class Meta:
        verbose_name = _("line of an order")
        verbose_name_plural = _("lines of orders")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["key"], condition=Q(released_at__isnull=True), name="billing_line_bought_once",
                violation_error_message=_("This is already in a basket or on an order."),
            ),
            models.CheckConstraint(condition=Q(unit_price__gte=0), name="billing_line_price_not_negative"),
            models.CheckConstraint(condition=Q(quantity__gte=1), name="billing_line_has_quantity"),
        ]  # fmt: skip
        indexes = [models.Index(fields=["payable", "target_id"], name="billing_line_target")]

    def __str__(self):
        return self.label

    @property
    def net(self) -> Decimal:
        return self.unit_price * self.quantity

    @property
    def vat_regime(self) -> VatRegime:
        return VatRegime(self.regime)

    @property
    def is_live(self) -> bool:
        return self.released_at is None

    @property
    def is_granted(self) -> bool:
        return self.is_live and self.granted_at is not None and self.withheld_at is None
