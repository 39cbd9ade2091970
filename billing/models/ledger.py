"""The ledger: entries of two postings and more that balance, and are never changed.

The database itself refuses to change or delete an entry or a posting, and to seal an entry that does not balance; a
posting cannot join a sealed entry (triggers, see the migrations). What is wrong is corrected by another entry.
"""

from decimal import Decimal

from django.db import models
from django.db.models import F, Q, Sum
from django.utils.translation import gettext_lazy as _

from billing.enums import Account, Journal
from billing.models.orders import Order
from core.money import ZERO, MoneyField
from members.models import Club


class EntryQuerySet(models.QuerySet):
    def for_list(self):
        return self.select_related("order__organisation").prefetch_related("postings").order_by("-pk")


class Entry(models.Model):
    """One event of the accounts. `key` names what caused it: the same cause is booked once."""

    club = models.ForeignKey(Club, on_delete=models.PROTECT, related_name="entries", verbose_name=_("club"))
    journal = models.CharField(_("journal"), max_length=2, choices=Journal.choices)
    happened_on = models.DateField(_("day"))
    recorded_at = models.DateTimeField(_("recorded"), auto_now_add=True)
    order = models.ForeignKey(
        Order, on_delete=models.PROTECT, null=True, blank=True, related_name="entries", verbose_name=_("order")
    )
    payment = models.ForeignKey(
        "billing.Payment", on_delete=models.PROTECT, null=True, blank=True, related_name="entries",
        verbose_name=_("payment"),
    )  # fmt: skip
    key = models.CharField(_("key"), max_length=120, unique=True)
    piece = models.CharField(_("document"), max_length=60)
    label = models.CharField(_("label"), max_length=200)
    is_sealed = models.BooleanField(_("complete"), default=False)

    objects = EntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("entry")
        verbose_name_plural = _("entries")
        ordering = ["pk"]
        indexes = [models.Index(fields=["club", "happened_on"], name="billing_entry_by_day")]

    def __str__(self):
        return self.label


class PostingQuerySet(models.QuerySet):
    def balance(self) -> Decimal:
        """Debits less credits."""
        return self.aggregate(total=Sum(F("debit") - F("credit"), output_field=MoneyField()))["total"] or ZERO


class Posting(models.Model):
    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="postings", verbose_name=_("entry"))
    account = models.CharField(_("account"), max_length=10, choices=Account.choices, db_index=True)
    debit = MoneyField(_("debit"), default=ZERO)
    credit = MoneyField(_("credit"), default=ZERO)

    objects = PostingQuerySet.as_manager()

    class Meta:
        verbose_name = _("posting")
        verbose_name_plural = _("postings")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(debit__gt=0, credit=0) | Q(debit=0, credit__gt=0), name="billing_posting_one_side"
            )
        ]

    def __str__(self):
        return f"{self.account} {self.debit} {self.credit}"

    @property
    def account_member(self) -> Account:
        return Account(self.account)
