from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from members.models import Club


class Seller(models.Model):
    """In whose name a club sells: what the law wants on an invoice, and how one may pay. A club without one sells
    nothing: all that it has is free.
    """

    club = models.OneToOneField(Club, on_delete=models.PROTECT, related_name="seller", verbose_name=_("club"))
    legal_name = models.CharField(_("legal name"), max_length=160)
    legal_form = models.CharField(
        _("legal form"), max_length=120, blank=True, help_text=_("For example: association under the law of 1901.")
    )
    siret = models.CharField(_("SIRET"), max_length=14)
    registration = models.CharField(
        _("RNA or RCS number"), max_length=60, blank=True, help_text=_("For example W921000000, or RCS Nanterre 123 456 789.")
    )  # fmt: skip
    vat_number = models.CharField(_("VAT number"), max_length=20, blank=True)
    street = models.CharField(_("street address"), max_length=200)
    post_code = models.CharField(_("post code"), max_length=5)
    city = models.CharField(_("town"), max_length=80)
    email = models.EmailField(_("accounts’ e-mail"), blank=True)
    iban = models.CharField(_("IBAN"), max_length=34, blank=True)
    bic = models.CharField(_("BIC"), max_length=11, blank=True)
    payment_days = models.PositiveSmallIntegerField(
        _("days to pay"), default=30, validators=[MinValueValidator(1), MaxValueValidator(60)],
        help_text=_("By transfer, cheque or purchase order; the law allows 60 at most."),
    )  # fmt: skip
    invoice_prefix = models.CharField(
        _("invoice numbers begin with"), max_length=12, blank=True,
        validators=[RegexValidator(r"^[A-Z0-9-]*$", _("Capitals, digits and hyphens only."))],
        help_text=_("Needed when several clubs share one legal person: their numbers must differ."),
    )  # fmt: skip
    notes = models.TextField(_("further mentions"), blank=True)
    takes_online = models.BooleanField(_("card and SEPA debit"), default=True)
    takes_transfers = models.BooleanField(_("bank transfer"), default=True)
    takes_cheques = models.BooleanField(_("cheque"), default=True)
    takes_cash = models.BooleanField(_("cash"), default=False)
    takes_purchase_orders = models.BooleanField(_("purchase orders of public buyers"), default=True)

    class Meta:
        verbose_name = _("seller")
        verbose_name_plural = _("sellers")
        constraints = [
            models.CheckConstraint(
                condition=~Q(takes_transfers=True) | ~Q(iban=""), name="billing_seller_transfer_needs_iban",
                violation_error_message=_("Transfers need the club’s IBAN."),
            )
        ]  # fmt: skip

    def __str__(self):
        return self.legal_name
