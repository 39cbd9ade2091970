from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from billing.enums import OrderStatus
from billing.models import OrderLine
from members.models import Club, Organisation
from members.rights import rights_of
from memberships.enums import CallKind, CallState
from memberships.models.applications import Application
from memberships.models.plans import Plan
from memberships.models.terms import Term

# What a call for dues is called among the things that are sold (see `memberships.payables`).
DUES = "memberships.dues"


class DuesCallQuerySet(models.QuerySet):
    def open(self):
        """Neither settled nor withdrawn."""
        return self.filter(granted_at__isnull=True, withdrawn_at__isnull=True)

    def for_terms(self):
        """Those that begin a term."""
        return self.filter(kind__in=[CallKind.JOINING, CallKind.RENEWAL])

    def renewals(self):
        return self.filter(kind=CallKind.RENEWAL)

    def with_order(self):
        """Annotate `is_awaited` (ordered, and the payment is on its way) and `is_in_basket`."""
        lines = OrderLine.objects.live().of_target(DUES, OuterRef("pk"))
        return self.annotate(
            is_awaited=Exists(lines.filter(order__status__in=[OrderStatus.PLACED, OrderStatus.FIRM])),
            is_in_basket=Exists(lines.filter(order__status=OrderStatus.BASKET)),
        )

    def with_first(self):
        """Annotate `is_first`: nothing of this organisation's membership in the club began before."""
        earlier = Term.objects.filter(
            organisation=OuterRef("organisation"), club=OuterRef("club"), starts_on__lt=OuterRef("starts_on")
        )
        return self.annotate(is_first=~Exists(earlier))

    def visible_to(self, person):
        """Those of one's own organisations, and those of the clubs one coordinates."""
        rights = rights_of(person)
        if rights.is_administrator:
            return self
        return self.filter(Q(organisation__in=rights.organisation_ids) | Q(club__in=rights.coordinated_club_ids))

    def for_list(self):
        return (
            self.select_related("organisation", "club", "plan__club", "plan__sponsor", "from_plan", "follows", "term")
            .prefetch_related("plan__fees")
            .with_order()
            .with_first()
            .order_by(F("follows__ends_on").asc(nulls_last=True), "organisation__sort_name", "pk")
        )


class DuesCall(models.Model):
    """An organisation is asked for its dues: to join, to stay on, to change its plan, to have more people.

    What it costs is worked out whenever it is shown, until it is ordered. `term` is what it gave, or what it is about
    (change of plan, extra people); `follows` is the term that a renewal goes on from.
    """

    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="dues_calls", verbose_name=_("organisation")
    )
    club = models.ForeignKey(Club, on_delete=models.PROTECT, related_name="dues_calls", verbose_name=_("club"))
    plan = models.ForeignKey(
        Plan, on_delete=models.SET_NULL, null=True, related_name="dues_calls", verbose_name=_("plan")
    )
    kind = models.CharField(_("for"), max_length=10, choices=CallKind.choices)
    starts_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("last day"))
    keeps_start = models.BooleanField(
        _("first day is fixed"), default=False, help_text=_("Else a first term starts when it is ordered.")
    )
    people = models.PositiveSmallIntegerField(_("extra people"), default=0)
    follows = models.ForeignKey(
        Term, on_delete=models.SET_NULL, null=True, blank=True, related_name="renewal_calls", verbose_name=_("follows")
    )
    term = models.ForeignKey(
        Term, on_delete=models.SET_NULL, null=True, blank=True, related_name="calls", verbose_name=_("term")
    )
    from_plan = models.ForeignKey(
        Plan, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("plan before")
    )
    application = models.ForeignKey(
        Application, on_delete=models.SET_NULL, null=True, blank=True, related_name="calls",
        verbose_name=_("application"),
    )  # fmt: skip
    opened_at = models.DateTimeField(pgettext_lazy("dues", "opened"))
    granted_at = models.DateTimeField(pgettext_lazy("dues", "settled on"), null=True, blank=True)
    withdrawn_at = models.DateTimeField(pgettext_lazy("dues", "withdrawn on"), null=True, blank=True)
    withdraw_reason = models.CharField(_("why it was withdrawn"), max_length=250, blank=True)
    held_at = models.DateTimeField(_("letters held since"), null=True, blank=True)
    held_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+",
        verbose_name=_("held by"),
    )  # fmt: skip
    lapsed_at = models.DateTimeField(
        _("lapsed"), null=True, blank=True, help_text=_("When grace was over, and everybody was told.")
    )

    objects = DuesCallQuerySet.as_manager()

    class Meta:
        verbose_name = _("call for dues")
        verbose_name_plural = _("calls for dues")
        ordering = ["-opened_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="memberships_call_ends_after_start"),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True) | ~Q(withdraw_reason=""),
                name="memberships_call_withdrawal_has_reason",
            ),
            models.UniqueConstraint(
                fields=["organisation", "club"], name="memberships_call_one_joining",
                condition=Q(kind=CallKind.JOINING, granted_at__isnull=True, withdrawn_at__isnull=True),
                violation_error_message=_("This organisation’s dues have been called already."),
            ),
            models.UniqueConstraint(
                fields=["organisation", "club", "starts_on"], name="memberships_call_one_renewal",
                condition=Q(kind=CallKind.RENEWAL, withdrawn_at__isnull=True),
                violation_error_message=_("This organisation’s dues have been called already."),
            ),
        ]  # fmt: skip

    def __str__(self):
        return f"{self.organisation}, {self.club}, {self.get_kind_display()}"

    def get_absolute_url(self):
        return reverse("memberships:dues_page", args=[self.pk])

    @property
    def is_open(self) -> bool:
        return self.granted_at is None and self.withdrawn_at is None

    @property
    def begins_term(self) -> bool:
        return self.kind in (CallKind.JOINING, CallKind.RENEWAL)

    @property
    def is_renewal(self) -> bool:
        return self.kind == CallKind.RENEWAL

    @property
    def is_held(self) -> bool:
        """The coordination keeps its letters back."""
        return self.held_at is not None

    @property
    def key(self) -> str:
        """Names the thing itself: one membership for each organisation, club and first day, whoever pays it."""
        if self.begins_term:
            return f"dues:{self.club_id}:{self.organisation_id}:{self.starts_on}"
        return f"dues:{self.kind}:{self.pk}"

    def state(self, on: date, *, is_awaited: bool = False) -> CallState:
        """How it stands on the date `on`; `is_awaited`: it is ordered and the payment is on its way."""
        if self.granted_at is not None:
            return CallState.GRANTED
        if self.withdrawn_at is not None:
            return CallState.WITHDRAWN
        if is_awaited:
            return CallState.AWAITED
        if self.follows is None or not self.is_renewal or self.follows.last_day_counted >= on:
            is_late = self.is_renewal and self.follows is not None and self.follows.ends_on < on
            return CallState.GRACE if is_late else CallState.OPEN
        return CallState.LAPSED
