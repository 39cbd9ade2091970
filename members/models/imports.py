from datetime import timedelta

from django.conf import settings
from django.core.files.storage import storages
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core.uploads import RandomName
from members.enums import ImportStatus, Verdict
from members.models.organisations import Organisation
from members.rights import rights_of

# How long an uploaded directory, and what its rows said, are kept.
KEPT_FOR = timedelta(days=30)
# A check or an import that has not moved for so long has lost its worker and may be started again.
STALLED_AFTER = timedelta(minutes=10)


def private_storage():
    """Where no address leads: a directory is read by our own code only."""
    return storages["private"]


class ImportRunQuerySet(models.QuerySet):
    def visible_to(self, person):
        """Runs of the clubs the person coordinates."""
        rights = rights_of(person)
        return self if rights.is_administrator else self.filter(club__in=rights.coordinated_club_ids)

    def expired(self, now):
        """Runs whose file was uploaded so long ago that it must go."""
        return self.filter(created_at__lt=now - KEPT_FOR).exclude(file="")

    def for_list(self):
        return self.select_related("club", "by").order_by("-created_at", "-pk")


class ImportRun(models.Model):
    """A directory file read for a club: first checked (preview), then imported, with progress."""

    club = models.ForeignKey(
        "members.Club", on_delete=models.CASCADE, related_name="import_runs", verbose_name=_("club")
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name=_("by")
    )
    file = models.FileField(_("file"), upload_to=RandomName("imports/"), storage=private_storage, blank=True)
    filename = models.CharField(_("file name"), max_length=200)
    status = models.CharField(_("status"), max_length=10, choices=ImportStatus.choices, default=ImportStatus.WAITING)
    error = models.CharField(_("error"), max_length=500, blank=True)
    header = models.JSONField(_("columns of the file"), default=list, blank=True)
    columns = models.JSONField(_("columns understood"), default=dict, blank=True)
    total = models.PositiveIntegerField(_("rows"), default=0)
    done = models.PositiveIntegerField(_("rows done"), default=0)
    counts = models.JSONField(_("verdicts"), default=dict, blank=True)
    warnings = models.JSONField(_("warnings"), default=dict, blank=True)
    created_at = models.DateTimeField(_("uploaded"), auto_now_add=True)
    moved_at = models.DateTimeField(_("last progress"), null=True, blank=True)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)

    objects = ImportRunQuerySet.as_manager()

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        ordering = ["-created_at"]
        constraints = [
            models.CheckConstraint(condition=Q(done__lte=F("total")), name="members_import_done_within_total")
        ]

    def __str__(self):
        return self.filename

    @property
    def state(self) -> ImportStatus:
        return ImportStatus(self.status)

    @property
    def is_running(self) -> bool:
        return self.state in {ImportStatus.WAITING, ImportStatus.CHECKING, ImportStatus.IMPORTING}

    @property
    def is_checked(self) -> bool:
        return self.status == ImportStatus.CHECKED

    @property
    def is_done(self) -> bool:
        return self.status == ImportStatus.DONE

    @property
    def has_rows(self) -> bool:
        """The file and what its rows said are still kept."""
        return bool(self.file)

    def get_absolute_url(self):
        return reverse("members:import_page", args=[self.pk])

    def is_stalled(self, now) -> bool:
        """It is said to be running, but nothing has moved for a while."""
        return self.is_running and (self.moved_at or self.created_at) < now - STALLED_AFTER


class ImportRowQuerySet(models.QuerySet):
    def refused(self):
        return self.filter(verdict=Verdict.REFUSED)

    def warned(self):
        return self.filter(is_warned=True)

    def for_list(self):
        return self.select_related("organisation").defer("cells").order_by("number")


class ImportRow(models.Model):
    """A row of a file with its verdict and what is to be said of it; the cells as written if it was refused."""

    run = models.ForeignKey(ImportRun, on_delete=models.CASCADE, related_name="rows")
    number = models.PositiveIntegerField(_("line"))
    verdict = models.CharField(_("verdict"), max_length=10, choices=Verdict.choices)
    is_warned = models.BooleanField(_("with a warning"), default=False)
    findings = models.JSONField(_("findings"), default=list)
    name = models.CharField(_("name"), max_length=160, blank=True)
    siret = models.CharField(_("SIRET"), max_length=40, blank=True)
    kind = models.CharField(_("kind"), max_length=40, blank=True)
    city = models.CharField(_("town"), max_length=80, blank=True)
    cells = models.JSONField(_("cells"), default=list)
    organisation = models.ForeignKey(
        "members.Organisation", on_delete=models.SET_NULL, null=True, blank=True, related_name="+",
        verbose_name=_("organisation"),
    )  # fmt: skip

    objects = ImportRowQuerySet.as_manager()

    class Meta:
        verbose_name = _("imported row")
        verbose_name_plural = _("imported rows")
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["run", "number"], name="members_import_row_once")]
        indexes = [models.Index(fields=["run", "verdict"], name="members_import_row_verdict")]

    def __str__(self):
        return f"{self.number}: {self.get_verdict_display()}"


class DifferenceQuerySet(models.QuerySet):
    def visible_to(self, person):
        """Those of the organisations in the directories the person runs."""
        rights = rights_of(person)
        if rights.is_administrator:
            return self
        return self.filter(
            Exists(
                Organisation.clubs.through.objects.filter(
                    organisation=OuterRef("organisation"), club__in=rights.coordinated_club_ids
                )
            )
        )

    def undecided(self):
        return self.filter(decided_at__isnull=True)

    def for_list(self):
        return self.select_related("organisation").order_by("organisation__sort_name", "organisation_id", "field")


class Difference(models.Model):
    """A file says otherwise than what a member wrote: kept for a decision, nothing is overwritten in silence."""

    organisation = models.ForeignKey("members.Organisation", on_delete=models.CASCADE, related_name="differences")
    field = models.CharField(_("field"), max_length=20)
    ours = models.TextField(_("written by its members"), blank=True)
    theirs = models.TextField(_("found in the file"), blank=True)
    found_at = models.DateTimeField(_("found"))
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+",
        verbose_name=_("decided by"),
    )  # fmt: skip
    is_taken = models.BooleanField(_("taken over"), default=False)

    objects = DifferenceQuerySet.as_manager()

    class Meta:
        verbose_name = _("difference")
        verbose_name_plural = _("differences")
        ordering = ["organisation", "field"]
        constraints = [
            models.UniqueConstraint(fields=["organisation", "field", "theirs"], name="members_difference_once")
        ]

    def __str__(self):
        return f"{self.organisation}: {self.field}"
