from django.db import models
from django.utils.translation import gettext_lazy as _


class SectorGroup(models.Model):
    name = models.CharField(_("name"), max_length=80, unique=True)

    class Meta:
        verbose_name = _("group of sectors")
        verbose_name_plural = _("groups of sectors")
        ordering = ["name"]

    def __str__(self):
        return self.name


class SectorQuerySet(models.QuerySet):
    def for_list(self):
        return self.select_related("group").order_by("group__name", "name")


class Sector(models.Model):
    """A line of trade; its French name is shown in every language."""

    group = models.ForeignKey(SectorGroup, on_delete=models.PROTECT, related_name="sectors", verbose_name=_("group"))
    name = models.CharField(_("name"), max_length=80)

    objects = SectorQuerySet.as_manager()

    class Meta:
        verbose_name = _("sector")
        verbose_name_plural = _("sectors")
        ordering = ["group__name", "name"]
        constraints = [models.UniqueConstraint(fields=["group", "name"], name="members_sector_once")]

    def __str__(self):
        return self.name


class Occupation(models.Model):
    """A job of the French ROME classification, for work contracts."""

    code = models.CharField(_("ROME code"), max_length=5, primary_key=True)
    name = models.CharField(_("name"), max_length=160)

    class Meta:
        verbose_name = _("occupation")
        verbose_name_plural = _("occupations")
        ordering = ["code"]

    def __str__(self):
        return f"{self.name} ({self.code})"
