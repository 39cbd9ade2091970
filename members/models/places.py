from django.db import models
from django.utils.translation import gettext_lazy as _

from core.text import folded
from members.enums import TerritoryKind


class Territory(models.Model):
    """A French region or department, by its INSEE code."""

    kind = models.CharField(_("kind"), max_length=12, choices=TerritoryKind.choices)
    code = models.CharField(_("code"), max_length=3)
    name = models.CharField(_("name"), max_length=60)
    region = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="departments", verbose_name=_("region")
    )

    class Meta:
        verbose_name = _("territory")
        verbose_name_plural = _("territories")
        ordering = ["kind", "code"]
        constraints = [models.UniqueConstraint(fields=["kind", "code"], name="members_territory_once")]

    def __str__(self):
        return f"{self.name} ({self.code})" if self.kind == TerritoryKind.DEPARTMENT else self.name


class CommuneQuerySet(models.QuerySet):
    def at(self, post_code: str, name: str):
        """Communes of that post code, or of that town name within the post code's department, best match first.

        A town name written without accents, with `ST` for `SAINT`, or with CEDEX still matches.
        """
        name = folded_town(name)
        by_code = self.filter(post_codes__code=post_code)
        exact = by_code.filter(folded_name=name)
        if exact.exists():
            return exact
        by_name = self.filter(folded_name=name, department__code__in=department_codes(post_code))
        return by_name if by_name.exists() else by_code.order_by("insee_code")


class Commune(models.Model):
    """A commune with the point of its centre (WGS 84 degrees)."""

    insee_code = models.CharField(_("INSEE code"), max_length=5, primary_key=True)
    name = models.CharField(_("name"), max_length=80)
    folded_name = models.CharField(max_length=80, db_index=True, editable=False)
    department = models.ForeignKey(Territory, on_delete=models.PROTECT, related_name="communes")
    latitude = models.FloatField(_("latitude"))
    longitude = models.FloatField(_("longitude"))

    objects = CommuneQuerySet.as_manager()

    class Meta:
        verbose_name = _("commune")
        verbose_name_plural = _("communes")
        ordering = ["name"]

    def __str__(self):
        return self.name


class PostCode(models.Model):
    """A post code of a commune; a big town has several, a rural post code several communes."""

    commune = models.ForeignKey(Commune, on_delete=models.CASCADE, related_name="post_codes")
    code = models.CharField(_("post code"), max_length=5, db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["commune", "code"], name="members_post_code_once")]

    def __str__(self):
        return self.code


def folded_town(name: str) -> str:
    """A town's name as it is compared: no accents, no CEDEX, `st`/`ste` written out."""
    words = [w for w in folded(name).split() if w != "cedex" and not w.isdigit()]
    return " ".join({"st": "saint", "ste": "sainte"}.get(word, word) for word in words)


def department_codes(post_code: str) -> list[str]:
    """Departments whose communes may bear this post code: Corsica (20…) has two, overseas codes have three digits."""
    if post_code.startswith("20"):
        return ["2A", "2B"]
    return [post_code[:3]] if post_code.startswith(("97", "98")) else [post_code[:2]]
