from datetime import date, timedelta

from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from billing.enums import VatRegime
from core.errors import RuleBroken
from core.money import ZERO, MoneyField
from members.enums import Audience, OrganisationKind
from members.models import Club, Organisation
from members.rights import rights_of
from memberships.enums import Period, Prorata, Seniority

MOST_GRACE = 366


class PlanQuerySet(models.QuerySet):
    def open(self):
        return self.filter(is_open=True)

    def visible_to(self, person):
        """Plans are administered by the club's coordinators; applicants meet the open ones on the form."""
        rights = rights_of(person)
        return self if rights.is_administrator else self.filter(club__in=rights.coordinated_club_ids)

    def for_list(self):
        return self.select_related("club", "sponsor").prefetch_related("fees").order_by("club__name", "pk")


class Plan(models.Model):
    """The terms on which a club takes members. Free unless it has a table of fees; a plan says how long it runs."""

    club = models.ForeignKey(Club, on_delete=models.CASCADE, related_name="plans", verbose_name=_("club"))
    name = models.CharField(_("name"), max_length=80)
    period = models.CharField(_("runs for"), max_length=14, choices=Period.choices, default=Period.OPEN_ENDED)
    is_open = models.BooleanField(_("open to applications"), default=True)
    needs_answer = models.BooleanField(_("joining needs the coordination’s answer"), default=True)
    # What it costs: see `Fee` and `memberships.fees`
    joining_fee = MoneyField(_("joining fee"), default=ZERO)
    prorata = models.CharField(_("joining in the course of the year"), max_length=12, choices=Prorata.choices,
                               default=Prorata.NONE)  # fmt: skip
    regime = models.CharField(_("VAT"), max_length=16, choices=VatRegime.choices, default=VatRegime.ASSOCIATION)
    grace_days = models.PositiveSmallIntegerField(
        _("days of grace"), default=30, validators=[MaxValueValidator(MOST_GRACE)],
        help_text=_("How long a member whose renewal is not paid stays one."),
    )  # fmt: skip
    is_owed = models.BooleanField(
        _("owed until resigned"), default=False,
        help_text=_("The next term begins by itself, and its fee is owed by whoever has not resigned before."),
    )  # fmt: skip
    is_sponsored = models.BooleanField(
        _("somebody else pays"), default=False, help_text=_("The club or a funder bears the fee: members pay nothing.")
    )
    sponsor = models.ForeignKey(
        Organisation, on_delete=models.SET_NULL, null=True, blank=True, related_name="sponsored_plans",
        verbose_name=_("who pays"),
    )  # fmt: skip
    sponsor_name = models.CharField(_("who pays, in words"), max_length=120, blank=True)
    people_included = models.PositiveSmallIntegerField(
        _("people included"), null=True, blank=True, help_text=_("Empty: as many as the organisation likes.")
    )
    price_per_person = MoneyField(_("price per person above"), default=ZERO)

    objects = PlanQuerySet.as_manager()

    class Meta:
        verbose_name = _("plan")
        verbose_name_plural = _("plans")
        ordering = ["club", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["club", "name"], name="memberships_plan_name_once"),
            models.CheckConstraint(
                condition=Q(joining_fee__gte=0, price_per_person__gte=0), name="memberships_plan_prices_not_negative"
            ),
        ]

    def __str__(self):
        return self.name

    @property
    def sponsor_label(self) -> str:
        """Who pays in the member's stead: the funder, else the club itself."""
        return self.sponsor_name or (str(self.sponsor) if self.sponsor_id else str(self.club))

    @property
    def has_prorata(self) -> bool:
        """Whoever joins in the course of the year pays less."""
        return self.period == Period.CALENDAR_YEAR and self.prorata != Prorata.NONE

    @property
    def vat_rate(self):
        """In per cent; 0 where no VAT is charged."""
        return VatRegime(self.regime).rate

    def end_of(self, starts_on: date) -> date:
        """As `last_day`, of a plan that costs something: it always has one. Raises RuleBroken for one that has not."""
        ends_on = self.last_day(starts_on)
        if ends_on is None:
            raise RuleBroken(_("A plan that runs until resigned cannot cost something."), field="plan")
        return ends_on

    def last_day(self, starts_on: date) -> date | None:
        """The last day of a term that starts on `starts_on`; None when it runs until resigned."""
        if self.period == Period.CALENDAR_YEAR:
            return date(starts_on.year, 12, 31)
        if self.period == Period.TWELVE_MONTHS:
            year_later = starts_on.year + 1
            leap_day = (starts_on.month, starts_on.day) == (2, 29)
            return (date(year_later, 3, 1) if leap_day else starts_on.replace(year=year_later)) - timedelta(days=1)
        return None


class Fee(models.Model):
    """A line of a plan's table of fees: for whom, and how much a whole term costs, VAT not included.

    What is left empty counts for everybody. Of the lines that fit an organisation the most specific one is taken; how
    specific a line is, is said in `memberships.fees`.
    """

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="fees", verbose_name=_("plan"))
    audience = models.CharField(_("for"), max_length=12, choices=Audience.choices, blank=True)
    kind = models.CharField(_("kind"), max_length=14, choices=OrganisationKind.choices, blank=True)
    headcount_from = models.PositiveIntegerField(_("employees, from"), default=0)
    headcount_to = models.PositiveIntegerField(_("to"), null=True, blank=True)
    seniority = models.CharField(_("year"), max_length=10, choices=Seniority.choices, default=Seniority.ANY)
    amount = MoneyField(_("fee"))

    class Meta:
        verbose_name = _("fee")
        verbose_name_plural = _("fees")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=Q(amount__gte=0), name="memberships_fee_not_negative"),
            models.CheckConstraint(
                condition=Q(headcount_to__isnull=True) | Q(headcount_to__gte=F("headcount_from")),
                name="memberships_fee_band_in_order",
                violation_error_message=_("A band of employees goes from the smaller number to the larger one."),
            ),
            models.CheckConstraint(
                condition=Q(audience="") | Q(kind=""), name="memberships_fee_audience_or_kind",
                violation_error_message=_("Choose a kind or a group of kinds, not both."),
            ),
            models.UniqueConstraint(
                "plan", "audience", "kind", "headcount_from", Coalesce("headcount_to", -1), "seniority",
                name="memberships_fee_once",
                violation_error_message=_("Two lines of the table are for the same members."),
            ),
        ]  # fmt: skip

    def __str__(self):
        return self.words

    @property
    def has_band(self) -> bool:
        """It counts for some sizes only."""
        return self.headcount_from > 0 or self.headcount_to is not None

    @property
    def words(self) -> str:
        """For whom it is, as the buyer reads it: « Companies, 50 to 99 employees, first year »."""
        who = self.get_kind_display() or self.get_audience_display()
        size = self._size_words() if self.has_band else ""
        year = self.get_seniority_display() if self.seniority != Seniority.ANY else ""
        return ", ".join(str(word) for word in (who, size, year) if word) or gettext("All members")

    def _size_words(self) -> str:
        if self.headcount_to is None:
            return ngettext("%(n)s employee or more", "%(n)s employees or more", self.headcount_from) % {
                "n": self.headcount_from
            }
        if self.headcount_from == 0:
            return ngettext("up to %(n)s employee", "up to %(n)s employees", self.headcount_to) % {
                "n": self.headcount_to
            }
        return gettext("%(least)s to %(most)s employees") % {"least": self.headcount_from, "most": self.headcount_to}
