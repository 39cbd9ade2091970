from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from members.enums import ImportStatus, Verdict
from members.rights import rights_of


class ImportRunQuerySet(models.QuerySet):
    def visible_to(self, person):
        """Runs of the clubs the person coordinates."""
        rights = rights_of(person)
        return self if rights.is_administrator else self.filter(club__in=rights.coordinated_club_ids)


class ImportRun(models.Model):
    """A directory file read for a club: first checked (preview), then imported, with progress."""

    club = models.ForeignKey("members.Club", on_delete=models.CASCADE, related_name="import_runs", verbose_name=_("club"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name=_("by")
    )
    file = models.FileField(_("file"), upload_to="imports/")
    filename = models.CharField(_("file name"), max_length=200)
    status = models.CharField(_("status"), max_length=10, choices=ImportStatus.choices, default=ImportStatus.WAITING)
    error = models.CharField(_("error"), max_length=250, blank=True)
    total = models.PositiveIntegerField(_("rows"), default=0)
    done = models.PositiveIntegerField(_("rows done"), default=0)
    counts = models.JSONField(_("verdicts"), default=dict)
    created_at = models.DateTimeField(_("uploaded"), auto_now_add=True)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)

    objects = ImportRunQuerySet.as_manager()

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        ordering = ["-created_at"]
        constraints = [
            models.CheckConstraint(condition=Q(done__lte=models.F("total")), name="members_import_done_within_total")
        ]

    def __str__(self):
        return self.filename

    def get_absolute_url(self):
        return reverse("members:import_page", args=[self.pk])


class ImportRow(models.Model):
    """A row of a file with its verdict, the reasons and warnings, and the values as they were read."""

    run = models.ForeignKey(ImportRun, on_delete=models.CASCADE, related_name="rows")
    number = models.PositiveIntegerField(_("line"))
    verdict = models.CharField(_("verdict"), max_length=10, choices=Verdict.choices)
    messages = models.JSONField(_("messages"), default=list)
    values = models.JSONField(_("values"), default=dict)

    class Meta:
        verbose_name = _("imported row")
        verbose_name_plural = _("imported rows")
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["run", "number"], name="members_import_row_once")]
        indexes = [models.Index(fields=["run", "verdict"], name="members_import_row_verdict")]

    def __str__(self):
        return f"{self.number}: {self.get_verdict_display()}"


class Difference(models.Model):
    """A file says otherwise than what a member wrote: kept for a decision, nothing is overwritten in silence."""

    organisation = models.ForeignKey("members.Organisation", on_delete=models.CASCADE, related_name="differences")
    field = models.CharField(_("field"), max_length=20)
    ours = models.TextField(_("written by its members"), blank=True)
    theirs = models.TextField(_("found in the file"), blank=True)
    found_at = models.DateTimeField(_("found"), auto_now=True)
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+",
        verbose_name=_("decided by"),
    )  # fmt: skip
    is_taken = models.BooleanField(_("taken over"), default=False)

    class Meta:
        verbose_name = _("difference")
        verbose_name_plural = _("differences")
        ordering = ["organisation", "field"]
        constraints = [
            models.UniqueConstraint(fields=["organisation", "field", "theirs"], name="members_difference_once")
        ]

    def __str__(self):
        return f"{self.organisation}: {self.field}"
