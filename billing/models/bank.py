from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from billing.enums import BankLineState
from billing.models.payments import Payment
from core.money import MoneyField
from members.models import Club
from members.rights import rights_of


class BankStatementQuerySet(models.QuerySet):
    def visible_to(self, person):
        rights = rights_of(person)
        return self if rights.is_administrator else self.filter(club__in=rights.coordinated_club_ids)


class BankStatement(models.Model):
    """A bank's file as it was imported; its content is kept in its lines."""

    club = models.ForeignKey(Club, on_delete=models.PROTECT, related_name="bank_statements", verbose_name=_("club"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name=_("by")
    )
    imported_at = models.DateTimeField(_("imported"), auto_now_add=True)
    filename = models.CharField(_("file"), max_length=160)
    digest = models.CharField(max_length=64, editable=False)
    iban = models.CharField(_("IBAN"), max_length=34, blank=True)
    from_on = models.DateField(_("from"), null=True, blank=True)
    to_on = models.DateField(_("to"), null=True, blank=True)

    objects = BankStatementQuerySet.as_manager()

    class Meta:
        verbose_name = _("bank statement")
        verbose_name_plural = _("bank statements")
        ordering = ["-pk"]
        constraints = [models.UniqueConstraint(fields=["club", "digest"], name="billing_statement_once")]

    def __str__(self):
        return self.filename


class BankLineQuerySet(models.QuerySet):
    def visible_to(self, person):
        rights = rights_of(person)
        return self if rights.is_administrator else self.filter(club__in=rights.coordinated_club_ids)

    def to_assign(self):
        """Money that came and of which nobody has said yet what it is for."""
        return self.filter(state=BankLineState.OPEN, amount__gt=0)

    def for_list(self):
        return self.select_related("payment__order__organisation", "statement").order_by("-booked_on", "-pk")


class BankLine(models.Model):
    """One movement of the club's account. `fingerprint` keeps it single when files overlap."""

    club = models.ForeignKey(Club, on_delete=models.PROTECT, related_name="bank_lines", verbose_name=_("club"))
    statement = models.ForeignKey(
        BankStatement, on_delete=models.PROTECT, related_name="lines", verbose_name=_("bank statement")
    )
    fingerprint = models.CharField(max_length=64, editable=False)
    booked_on = models.DateField(_("day"))
    amount = MoneyField(_("amount"))
    counterparty = models.CharField(_("who paid"), max_length=160, blank=True)
    text = models.CharField(_("text"), max_length=500, blank=True)
    reference = models.CharField(_("reference"), max_length=40, blank=True)
    state = models.CharField(_("state"), max_length=8, choices=BankLineState.choices, default=BankLineState.OPEN)
    payment = models.OneToOneField(
        Payment, on_delete=models.PROTECT, null=True, blank=True, related_name="bank_line", verbose_name=_("payment")
    )

    objects = BankLineQuerySet.as_manager()

    class Meta:
        verbose_name = _("bank line")
        verbose_name_plural = _("bank lines")
        ordering = ["-booked_on", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["club", "fingerprint"], name="billing_bank_line_once"),
            models.CheckConstraint(
                condition=(Q(state=BankLineState.MATCHED) & Q(payment__isnull=False))
                | (~Q(state=BankLineState.MATCHED) & Q(payment__isnull=True)),
                name="billing_bank_line_matched_has_payment",
            ),
        ]

    def __str__(self):
        return f"{self.booked_on} {self.amount} {self.counterparty}"

    @property
    def state_member(self) -> BankLineState:
        return BankLineState(self.state)

    @property
    def is_to_assign(self) -> bool:
        return self.state == BankLineState.OPEN and self.amount > 0
