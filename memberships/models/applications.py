from django.conf import settings
from django.db import models
from django.db.models import Case, Q, When
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from members.models import Club, Organisation
from members.rights import rights_of
from memberships.enums import ApplicationStatus
from memberships.models.plans import Plan


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
