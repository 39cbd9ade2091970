"""Who is a member of which club, when: a plan, an application, terms that never overlap."""

from datetime import date, timedelta

from django.conf import settings
from django.db import models
from django.db.models import Case, Exists, F, OuterRef, Q, Subquery, When
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from members.models import Club, Organisation
from members.rights import rights_of
from memberships.enums import ApplicationStatus, Period, TermState

# How long before its last day a term that renews itself gets its successor, so that no day is left between the two.
RENEWED_BEFORE = timedelta(days=30)


class PlanQuerySet(models.QuerySet):
    def open(self):
        return self.filter(is_open=True)

    def visible_to(self, person):
        """Plans are administered by the club's coordinators; applicants meet the open ones on the form."""
        rights = rights_of(person)
        return self if rights.is_administrator else self.filter(club__in=rights.coordinated_club_ids)

    def for_list(self):
        return self.select_related("club").order_by("club__name", "pk")


class Plan(models.Model):
    """The terms on which a club takes members. Membership is free; a plan says how long it runs."""

    club = models.ForeignKey(Club, on_delete=models.CASCADE, related_name="plans", verbose_name=_("club"))
    name = models.CharField(_("name"), max_length=80)
    period = models.CharField(_("runs for"), max_length=14, choices=Period.choices, default=Period.OPEN_ENDED)
    is_open = models.BooleanField(_("open to applications"), default=True)

    objects = PlanQuerySet.as_manager()

    class Meta:
        verbose_name = _("plan")
        verbose_name_plural = _("plans")
        ordering = ["club", "pk"]
        constraints = [models.UniqueConstraint(fields=["club", "name"], name="memberships_plan_name_once")]

    def __str__(self):
        return self.name

    def last_day(self, starts_on: date) -> date | None:
        """The last day of a term that starts on `starts_on`; None when it runs until resigned."""
        if self.period == Period.CALENDAR_YEAR:
            return date(starts_on.year, 12, 31)
        if self.period == Period.TWELVE_MONTHS:
            year_later = starts_on.year + 1
            leap_day = (starts_on.month, starts_on.day) == (2, 29)
            return (date(year_later, 3, 1) if leap_day else starts_on.replace(year=year_later)) - timedelta(days=1)
        return None


class ApplicationQuerySet(models.QuerySet):
    def visible_to(self, person):
        """One's own organisations' applications, and those to clubs one coordinates."""
        rights = rights_of(person)
        if rights.is_administrator:
            return self
        return self.filter(Q(organisation__in=rights.organisation_ids) | Q(club__in=rights.coordinated_club_ids))

    def decidable_by(self, person):
        """Applications to the clubs whose desk the person runs, decided or not."""
        return self.filter(club__in=Club.objects.coordinated_by(person))

    def to_decide(self):
        return self.filter(status=ApplicationStatus.SUBMITTED)

    def undecided_first(self):
        """What is to be decided on top, oldest first; then what was decided, latest first."""
        waiting = Case(When(status=ApplicationStatus.SUBMITTED, then=0), default=1)
        asked = Case(When(status=ApplicationStatus.SUBMITTED, then="submitted_at"))
        return self.for_list().order_by(waiting, asked, "-decided_at", "-submitted_at", "-pk")

    def for_list(self):
        return self.select_related("organisation", "club", "plan", "by").order_by("-submitted_at", "-pk")


class Application(models.Model):
    """An organisation asks to become a member of a club."""

    organisation = models.ForeignKey(
        Organisation, on_delete=models.CASCADE, related_name="applications", verbose_name=_("organisation")
    )
    club = models.ForeignKey(Club, on_delete=models.CASCADE, related_name="applications", verbose_name=_("club"))
    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="applications", verbose_name=_("plan"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name=_("by")
    )
    message = models.TextField(_("message"), blank=True, help_text=_("What you expect of the club, in a few words."))
    status = models.CharField(
        _("status"), max_length=10, choices=ApplicationStatus.choices, default=ApplicationStatus.SUBMITTED
    )
    submitted_at = models.DateTimeField(_("submitted"), auto_now_add=True)
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+",
        verbose_name=_("decided by"),
    )  # fmt: skip
    reason = models.TextField(_("reason"), blank=True)

    objects = ApplicationQuerySet.as_manager()

    class Meta:
        verbose_name = _("application")
        verbose_name_plural = _("applications")
        ordering = ["-submitted_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "club"], condition=Q(status=ApplicationStatus.SUBMITTED),
                name="memberships_application_one_pending",
                violation_error_message=_("This organisation has already applied; the answer is still to come."),
            ),
            models.CheckConstraint(
                condition=~Q(status=ApplicationStatus.REFUSED) | ~Q(reason=""),
                name="memberships_application_refusal_has_reason",
                violation_error_message=_("A refusal needs a reason."),
            ),
        ]  # fmt: skip

    def __str__(self):
        return f"{self.organisation} → {self.club}"

    def get_absolute_url(self):
        return reverse("memberships:application_page", args=[self.pk])

    @property
    def status_member(self) -> ApplicationStatus:
        """The status with its tone and its moves."""
        return ApplicationStatus(self.status)

    @property
    def is_to_decide(self) -> bool:
        return self.status == ApplicationStatus.SUBMITTED


class TermQuerySet(models.QuerySet):
    def current(self, on):
        """Terms that run on the date `on`."""
        return self.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=on), starts_on__lte=on)

    def ahead(self, on):
        """Terms that have not started yet on the date `on`."""
        return self.filter(starts_on__gt=on)

    def to_renew(self, today):
        """Terms that nobody has ended, that run out within `RENEWED_BEFORE`, and have no successor yet."""
        later = Term.objects.filter(
            organisation=OuterRef("organisation"), club=OuterRef("club"), starts_on__gt=OuterRef("ends_on")
        )
        running_out = self.filter(ended_at__isnull=True, ends_on__lt=today + RENEWED_BEFORE)
        return running_out.exclude(Exists(later))

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
        return self.select_related("organisation__commune", "club", "plan").order_by("organisation__sort_name", "pk")


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
            # Overlaps are refused under the organisation's lock (start_term); these two hold whatever happens.
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
    def renews_itself(self) -> bool:
        return self.ends_on is not None and self.ended_at is None

    def state(self, on: date) -> TermState:
        """How the term stands on the date `on`."""
        if self.starts_on > on:
            return TermState.AHEAD
        if self.ends_on is not None and self.ends_on < on:
            return TermState.OVER
        return TermState.ENDING if self.is_ended else TermState.RUNNING


def members_of(club: Club | None, on, organisations=None):
    """Organisations that are members of `club` (None: of any club) on the date `on`."""
    terms = Term.objects.current(on).filter(organisation=OuterRef("pk"))
    if club is not None:
        terms = terms.filter(club=club)
    base = Organisation.objects.all() if organisations is None else organisations
    return base.filter(Exists(terms))


def clubs_open_to(organisation: Organisation, today):
    """Clubs the organisation could apply to: they take applications, it is no member and has not applied.

    A club whose plans were never set up takes applications on the default plan.
    """
    is_member = Term.objects.filter(organisation=organisation, club=OuterRef("pk")).overlapping(today, None)
    has_applied = Application.objects.to_decide().filter(organisation=organisation, club=OuterRef("pk"))
    plans = Plan.objects.filter(club=OuterRef("pk"))
    takes_members = Exists(plans.open()) | ~Exists(plans)
    return Club.objects.filter(takes_members).exclude(Exists(is_member)).exclude(Exists(has_applied)).order_by("name")


def with_term(organisations, club: Club, on):
    """`organisations`, each with `term_id` and `member_since`: its term in `club` on the date `on`, if it is a member."""
    terms = Term.objects.current(on).filter(organisation=OuterRef("pk"), club=club)
    first = Term.objects.filter(organisation=OuterRef("pk"), club=club).order_by("starts_on")
    return organisations.annotate(
        term_id=Subquery(terms.values("pk")[:1]),
        member_since=Case(When(Exists(terms), then=Subquery(first.values("starts_on")[:1]))),
    )
