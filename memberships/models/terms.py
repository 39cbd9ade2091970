from datetime import date, timedelta

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core.money import ZERO, MoneyField
from members.models import Club, Organisation
from members.rights import rights_of
from memberships.enums import TermState
from memberships.models.applications import Application
from memberships.models.plans import Plan

# How long before its last day a term that renews itself gets its successor, so that no day is left between the two.
RENEWED_BEFORE = timedelta(days=30)


class TermQuerySet(models.QuerySet):
    def current(self, on):
        """Terms that make a member on the date `on`: running or in grace, and not suspended."""
        lasting = Q(ends_on__isnull=True) | Q(ends_on__gte=on) | Q(grace_until__gte=on)
        return self.not_suspended(on).filter(lasting, starts_on__lte=on)

    def not_suspended(self, on):
        """Suspended neither by the coordination nor because the payer's bank took the money back. A suspension that was
        lifted again is forgotten: figures of a day within it count the member.
        """
        return self.filter(
            Q(suspended_at__isnull=True) | Q(suspended_at__date__gt=on),
            Q(withheld_at__isnull=True) | Q(withheld_at__date__gt=on),
        )

    def suspended(self):
        return self.filter(Q(suspended_at__isnull=False) | Q(withheld_at__isnull=False))

    def ahead(self, on):
        """Terms that have not started yet on the date `on`."""
        return self.filter(starts_on__gt=on)

    def to_renew(self, today):
        """Terms that nobody has ended, that run out within `RENEWED_BEFORE`, and have no successor yet."""
        return self.unfollowed().filter(ended_at__isnull=True, ends_on__lt=today + RENEWED_BEFORE)

    def unfollowed(self):
        """Terms with a last day, after which nothing follows yet."""
        later = Term.objects.filter(
            organisation=OuterRef("organisation"), club=OuterRef("club"), starts_on__gt=OuterRef("ends_on")
        )
        return self.filter(ends_on__isnull=False).exclude(Exists(later))

    def overlapping(self, starts_on, ends_on):
        """Terms with at least one day in common with starts_on…ends_on (None = open-ended)."""
        found = self.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=starts_on))
        return found if ends_on is None else found.filter(starts_on__lte=ends_on)

    def visible_to(self, person):
        """Who is a member is public; when and how is seen by its own people and the club's coordinators."""
        rights = rights_of(person)
        if rights.is_administrator:
            return self
        return self.filter(Q(organisation__in=rights.organisation_ids) | Q(club__in=rights.coordinated_club_ids))

    def for_list(self):
        return self.select_related("organisation__commune", "club", "plan__club").order_by(
            "organisation__sort_name", "pk"
        )


class Term(models.Model):
    """An organisation is a member of a club from one day to another (both included)."""

    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="terms", verbose_name=_("organisation")
    )
    club = models.ForeignKey(Club, on_delete=models.PROTECT, related_name="terms", verbose_name=_("club"))
    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="terms", verbose_name=_("plan"))
    application = models.OneToOneField(
        Application,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="term",
        verbose_name=_("application"),
    )
    starts_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("last day"), null=True, blank=True)
    ended_at = models.DateTimeField(
        _("ended"),
        null=True,
        blank=True,
        editable=False,
        help_text=_("When somebody ended it: it does not renew itself."),
    )
    end_reason = models.CharField(_("why it ended"), max_length=250, blank=True)
    grace_until = models.DateField(
        _("in grace until"), null=True, blank=True,
        help_text=_("Its renewal is called for: until this day it counts as a member all the same."),
    )  # fmt: skip
    suspended_at = models.DateTimeField(_("suspended"), null=True, blank=True)
    suspend_reason = models.CharField(_("why it is suspended"), max_length=250, blank=True)
    withheld_at = models.DateTimeField(
        _("unpaid again since"), null=True, blank=True, help_text=_("The payer’s bank took the money back.")
    )
    sponsored_amount = MoneyField(
        _("paid by a sponsor"), default=ZERO, help_text=_("What it would have cost, borne by the club or a funder.")
    )

    objects = TermQuerySet.as_manager()

    class Meta:
        verbose_name = _("term")
        verbose_name_plural = _("terms")
        ordering = ["-starts_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="memberships_term_ends_after_start",
                violation_error_message=_("A term ends on or after the day it starts."),
            ),
            # That no two terms overlap is held by the database itself (see the migrations), and said with a sentence by
            # start_term, under the organisation's lock. A table that Django remakes on SQLite loses its triggers: a
            # migration that alters terms puts them back.
            models.UniqueConstraint(
                fields=["organisation", "club"], condition=Q(ends_on__isnull=True), name="memberships_term_one_open"
            ),
            models.UniqueConstraint(fields=["organisation", "club", "starts_on"], name="memberships_term_start_once"),
        ]

    def __str__(self):
        return f"{self.organisation}, {self.club}, {self.starts_on}"

    def get_absolute_url(self):
        return reverse("memberships:term_page", args=[self.pk])

    @property
    def is_ended(self) -> bool:
        """Somebody has ended it, from its last day on."""
        return self.ended_at is not None

    @property
    def is_suspended(self) -> bool:
        return self.suspended_at is not None or self.withheld_at is not None

    @property
    def last_day_counted(self) -> date | None:
        """The last day on which it makes a member, grace included."""
        return max(self.ends_on, self.grace_until) if self.ends_on and self.grace_until else self.ends_on

    @property
    def renews_itself(self) -> bool:
        return self.ends_on is not None and self.ended_at is None

    def state(self, on: date) -> TermState:
        """How the term stands on the date `on`."""
        if self.starts_on > on:
            return TermState.AHEAD
        if self.ends_on is not None and self.last_day_counted < on:
            return TermState.OVER
        if self.is_suspended:
            return TermState.SUSPENDED
        if self.ends_on is not None and self.ends_on < on:
            return TermState.GRACE
        return TermState.ENDING if self.is_ended else TermState.RUNNING
