from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from introductions.enums import ContractKind, ContractStatus, Side
from introductions.models.introductions import Introduction
from members.rights import rights_of


class ContractQuerySet(models.QuerySet):
    def confirmed(self):
        """Stated by one side and confirmed by the other: only these count in figures."""
        return self.filter(status=ContractStatus.CONFIRMED)

    def to_answer_by(self, organisation_ids):
        """Stated contracts that one of these organisations, the other side, has still to confirm or dispute."""
        return self.filter(status=ContractStatus.STATED).filter(
            Q(introduction__asking__in=organisation_ids) & ~Q(stated_for=F("introduction__asking"))
            | Q(introduction__asked__in=organisation_ids) & ~Q(stated_for=F("introduction__asked"))
        )

    def unsettled(self):
        """Stated or disputed: not yet agreed by both."""
        return self.filter(status__in=ContractStatus.unsettled())

    def visible_to(self, person):
        """Both sides' people, and the coordinators of the club."""
        rights = rights_of(person)
        if rights.is_administrator:
            return self
        return self.filter(
            Q(introduction__asking__in=rights.organisation_ids)
            | Q(introduction__asked__in=rights.organisation_ids)
            | Q(introduction__club__in=rights.coordinated_club_ids)
        )

    def for_list(self):
        return self.select_related(
            "introduction__asking", "introduction__asked", "introduction__club", "stated_for", "occupation"
        ).order_by("-starts_on", "-pk")


class Contract(models.Model):
    """What came of an introduction, stated by one side. People in insertion are never named: a reference, dates."""

    introduction = models.ForeignKey(
        Introduction, on_delete=models.PROTECT, related_name="contracts", verbose_name=_("introduction")
    )
    kind = models.CharField(_("type of contract"), max_length=20, choices=ContractKind.choices)
    reference = models.CharField(
        _("reference"), max_length=60, blank=True, help_text=_("Your own number; never a person's name.")
    )
    amount = models.DecimalField(
        _("amount excl. tax"), max_digits=12, decimal_places=2, null=True, blank=True, help_text=_("In euros.")
    )
    currency = models.CharField(max_length=3, default="EUR", editable=False)
    starts_on = models.DateField(_("starts on"))
    ends_on = models.DateField(_("ends on"), null=True, blank=True, help_text=_("Empty for a permanent contract."))
    hours_due = models.PositiveIntegerField(_("insertion hours due"), default=0)
    hours_done = models.PositiveIntegerField(_("insertion hours done"), default=0)
    jobs = models.PositiveSmallIntegerField(_("jobs"), default=0)
    occupation = models.ForeignKey(
        "members.Occupation", on_delete=models.PROTECT, null=True, blank=True, related_name="contracts",
        verbose_name=_("occupation"),
    )  # fmt: skip
    status = models.CharField(
        _("status"), max_length=10, choices=ContractStatus.choices, default=ContractStatus.STATED, db_index=True
    )
    stated_for = models.ForeignKey(
        "members.Organisation", on_delete=models.PROTECT, related_name="+", verbose_name=_("stated by")
    )
    stated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name=_("stated by")
    )
    stated_at = models.DateTimeField(_("stated"))
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+",
        verbose_name=_("answered by"),
    )  # fmt: skip
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)
    dispute_reason = models.CharField(_("what is disputed"), max_length=250, blank=True)

    objects = ContractQuerySet.as_manager()

    class Meta:
        verbose_name = _("contract")
        verbose_name_plural = _("contracts")
        ordering = ["-starts_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="introductions_contract_ends_after_start",
                violation_error_message=_("A contract ends on or after the day it starts."),
            ),
            models.CheckConstraint(
                condition=Q(amount__isnull=True) | Q(amount__gte=0), name="introductions_contract_amount_not_negative",
                violation_error_message=_("An amount is zero or more."),
            ),
            models.CheckConstraint(
                condition=~Q(status=ContractStatus.CONFIRMED) | Q(answered_at__isnull=False),
                name="introductions_contract_confirmed_when",
            ),
            models.CheckConstraint(
                condition=~Q(status=ContractStatus.DISPUTED) | ~Q(dispute_reason=""),
                name="introductions_contract_dispute_has_reason",
                violation_error_message=_("Say what is wrong."),
            ),
        ]  # fmt: skip

    def __str__(self):
        return f"{self.get_kind_display()}, {self.starts_on}"

    @property
    def stating_side(self) -> Side:
        return self.introduction.side_of(self.stated_for_id)

    def get_absolute_url(self):
        return f"{self.introduction.get_absolute_url()}#contract-{self.pk}"
