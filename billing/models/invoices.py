from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from billing.enums import InvoiceKind
from billing.models.orders import Order, OrderLine
from billing.models.payments import Refund
from core.money import MoneyField
from members.models import Club, Organisation
from members.rights import rights_of


class InvoiceSeries(models.Model):
    """The last number given in a club's year: its row is the lock that keeps numbers without a gap."""

    club = models.ForeignKey(Club, on_delete=models.PROTECT, related_name="invoice_series", verbose_name=_("club"))
    year = models.PositiveSmallIntegerField(_("year"))
    last = models.PositiveIntegerField(_("last number"), default=0)

    class Meta:
        verbose_name = _("series of invoices")
        verbose_name_plural = _("series of invoices")
        constraints = [models.UniqueConstraint(fields=["club", "year"], name="billing_series_once")]

    def __str__(self):
        return f"{self.club}, {self.year}"


class InvoiceQuerySet(models.QuerySet):
    def visible_to(self, person):
        """Those of one's own organisations, and all of the clubs one coordinates."""
        rights = rights_of(person)
        if rights.is_administrator:
            return self
        return self.filter(Q(organisation__in=rights.organisation_ids) | Q(club__in=rights.coordinated_club_ids))

    def for_list(self):
        return (
            self.select_related("organisation", "club", "order", "corrects")
            .defer("content")
            .order_by("-issued_on", "-pk")
        )


class Invoice(models.Model):
    """An invoice or credit note as it was issued. The database refuses to change or delete it."""

    club = models.ForeignKey(Club, on_delete=models.PROTECT, related_name="invoices", verbose_name=_("club"))
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="invoices", verbose_name=_("organisation")
    )
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="invoices", verbose_name=_("order"))
    kind = models.CharField(_("kind"), max_length=12, choices=InvoiceKind.choices)
    corrects = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="credit_notes", verbose_name=_("corrects")
    )
    year = models.PositiveSmallIntegerField(_("year"))
    sequence = models.PositiveIntegerField(_("number in the year"))
    number = models.CharField(_("number"), max_length=30)
    issued_on = models.DateField(_("issued on"))
    net = MoneyField(_("excl. VAT"))
    vat = MoneyField(_("VAT"))
    gross = MoneyField(_("total"))
    content = models.JSONField(_("content"))

    objects = InvoiceQuerySet.as_manager()

    class Meta:
        verbose_name = _("invoice")
        verbose_name_plural = _("invoices")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["club", "year", "sequence"], name="billing_invoice_number_once"),
            models.UniqueConstraint(fields=["club", "number"], name="billing_invoice_name_once"),
            models.CheckConstraint(
                condition=Q(kind=InvoiceKind.INVOICE, corrects__isnull=True)
                | Q(kind=InvoiceKind.CREDIT_NOTE, corrects__isnull=False),
                name="billing_invoice_credit_note_corrects",
            ),
        ]

    def __str__(self):
        return self.number

    @property
    def is_credit_note(self) -> bool:
        return self.kind == InvoiceKind.CREDIT_NOTE

    def get_absolute_url(self):
        return reverse("billing:invoice_file", args=[self.pk])


class InvoiceFile(models.Model):
    """The document as it was sent (Factur-X)."""

    invoice = models.OneToOneField(Invoice, on_delete=models.PROTECT, related_name="file", verbose_name=_("invoice"))
    content = models.BinaryField(_("content"))

    class Meta:
        verbose_name = _("file of an invoice")
        verbose_name_plural = _("files of invoices")

    def __str__(self):
        return str(self.invoice)


class Credit(models.Model):
    """What a credit note takes back of one line of the order, whether money was refunded for it or never came."""

    invoice = models.ForeignKey(
        Invoice, on_delete=models.PROTECT, related_name="credits", verbose_name=_("credit note")
    )
    line = models.ForeignKey(OrderLine, on_delete=models.PROTECT, related_name="credits", verbose_name=_("line"))
    refund = models.ForeignKey(
        Refund, on_delete=models.PROTECT, null=True, blank=True, related_name="credits", verbose_name=_("refund")
    )
    net = MoneyField(_("amount excl. VAT"))

    class Meta:
        verbose_name = _("credit")
        verbose_name_plural = _("credits")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=Q(net__gt=0), name="billing_credit_positive"),
            models.UniqueConstraint(fields=["invoice", "line"], name="billing_credit_once"),
        ]

    def __str__(self):
        return f"{self.line}, −{self.net}"
