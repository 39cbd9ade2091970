"""Who is a member of which club, when: a plan, an application, terms that never overlap."""

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from members.models import Club, Organisation
from members.rights import rights_of
from memberships.enums import ApplicationStatus, Period


class Plan(models.Model):
    """The terms on which a club takes members. Membership is free; a plan says how long it runs."""

    club = models.ForeignKey(Club, on_delete=models.CASCADE, related_name="plans", verbose_name=_("club"))
    name = models.CharField(_("name"), max_length=80)
    period = models.CharField(_("runs for"), max_length=14, choices=Period.choices, default=Period.OPEN_ENDED)
    is_open = models.BooleanField(_("open to applications"), default=True)

    class Meta:
        verbose_name = _("plan")
        verbose_name_plural = _("plans")
        ordering = ["club", "pk"]
        constraints = [models.UniqueConstraint(fields=["club", "name"], name="memberships_plan_name_once")]

    def __str__(self):
        return self.name


class ApplicationQuerySet(models.QuerySet):
    def visible_to(self, person):
        """One's own organisations' applications, and those to clubs one coordinates."""
        rights = rights_of(person)
        if rights.is_administrator:
            return self
        return self.filter(Q(organisation__in=rights.organisation_ids) | Q(club__in=rights.coordinated_club_ids))

    def to_decide(self):
        return self.filter(status=ApplicationStatus.SUBMITTED)

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


class TermQuerySet(models.QuerySet):
    def current(self, on):
        """Terms that run on the date `on`."""
        return self.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=on), starts_on__lte=on)

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
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("to"), null=True, blank=True)
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


def members_of(club: Club | None, on, organisations=None):
    """Organisations that are members of `club` (None: of any club) on the date `on`."""
    terms = Term.objects.current(on).filter(organisation=OuterRef("pk"))
    if club is not None:
        terms = terms.filter(club=club)
    base = Organisation.objects.all() if organisations is None else organisations
    return base.filter(Exists(terms))
