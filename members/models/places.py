import re
from collections import defaultdict

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
        """Communes of that post code, or of that town name within the post code's department, best match only.

        A town name written without accents, with `ST` for `SAINT`, with an arrondissement or with CEDEX still matches,
        and so does a post code that lost its leading zero. A name that is not known gives all towns of the post code.
        """
        found = TownFinder(self, [(post_code, name)]).matches(post_code, name)
        return self.filter(pk__in=[commune.pk for commune in found]).order_by("insee_code")


class Commune(models.Model):
    """A commune with the point of its centre (WGS 84 degrees); those of the Pacific and the far south have none."""

    insee_code = models.CharField(_("INSEE code"), max_length=5, primary_key=True)
    name = models.CharField(_("name"), max_length=80)
    folded_name = models.CharField(max_length=80, db_index=True, editable=False)
    department = models.ForeignKey(Territory, on_delete=models.PROTECT, related_name="communes")
    latitude = models.FloatField(_("latitude"), null=True, blank=True)
    longitude = models.FloatField(_("longitude"), null=True, blank=True)

    objects = CommuneQuerySet.as_manager()

    class Meta:
        verbose_name = _("commune")
        verbose_name_plural = _("communes")
        ordering = ["name"]

    def __str__(self):
        return self.name

    @property
    def department_code(self) -> str:
        """The INSEE code begins with the department's: two characters, overseas three."""
        return self.insee_code[:3] if self.insee_code.startswith(("97", "98")) else self.insee_code[:2]

    @property
    def has_point(self) -> bool:
        return self.latitude is not None

    @property
    def point(self) -> tuple[float, float] | None:
        """Latitude and longitude of the centre, where it is known."""
        if self.latitude is None or self.longitude is None:
            return None
        return self.latitude, self.longitude


class PostCode(models.Model):
    """A post code of a commune; a big town has several, a rural post code several communes."""

    commune = models.ForeignKey(Commune, on_delete=models.CASCADE, related_name="post_codes")
    code = models.CharField(_("post code"), max_length=5, db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["commune", "code"], name="members_post_code_once")]

    def __str__(self):
        return self.code


class TownFinder:
    """Finds the communes of many (post code, town name) pairs with three queries, each by an index."""

    def __init__(self, communes, pairs):
        pairs = {(full_post_code(code), folded_town(name)) for code, name in pairs}
        codes, towns = {code for code, _town in pairs if code}, {town for _code, town in pairs if town}
        self._by_code: dict[str, list[Commune]] = defaultdict(list)
        self._by_name: dict[tuple[str, str], list[Commune]] = defaultdict(list)
        if not codes:
            return
        links = list(PostCode.objects.filter(code__in=codes).order_by("commune_id").values_list("commune_id", "code"))
        of_codes = communes.in_bulk({commune_id for commune_id, _code in links})
        for commune_id, code in links:
            if commune_id in of_codes:
                self._by_code[code].append(of_codes[commune_id])
        for commune in communes.filter(folded_name__in=towns).order_by("insee_code"):
            self._by_name[commune.department_code, commune.folded_name].append(commune)

    def matches(self, post_code: str, name: str) -> list["Commune"]:
        """The communes that fit best: the named one, else one with a like name, else all of the post code."""
        code, town = full_post_code(post_code), folded_town(name)
        return self._named(code, town) or self._by_code.get(code, [])

    def the_one(self, post_code: str, name: str) -> "Commune | None":
        """The commune, if only one fits."""
        found = self.matches(post_code, name)
        return found[0] if len(found) == 1 else None

    def knows_name(self, post_code: str, name: str) -> bool:
        """The town's name agrees with its post code or its department."""
        return bool(self._named(full_post_code(post_code), folded_town(name)))

    def _named(self, code: str, town: str) -> list["Commune"]:
        if not town:
            return []
        of_code = self._by_code.get(code, [])
        exact = [commune for commune in of_code if commune.folded_name == town]
        if not exact:
            exact = [c for department in department_codes(code) for c in self._by_name.get((department, town), [])]
        return exact or [commune for commune in of_code if _begin_alike(commune.folded_name, town)]


def _begin_alike(one: str, other: str) -> bool:
    """Saint-Ouen and Saint-Ouen-sur-Seine: one is the beginning of the other, by whole words."""
    return f"{one} ".startswith(f"{other} ") or f"{other} ".startswith(f"{one} ")


_ARTICLES = {"le", "la", "les", "l"}
_WRITTEN_OUT = {"st": "saint", "ste": "sainte", "s": "sur", "ss": "sous"}
_NOT_THE_NAME = re.compile(r"^(\d+(er|e|eme|ieme|nd|nde)?|cedex|arrondissement|arr|ardt)$")


def folded_town(name: str) -> str:
    """A town's name as it is compared: no accents, no CEDEX, no arrondissement, `st`/`ste`/`s/` written out.

    >>> folded_town("ASNIERES S/ SEINE CEDEX 2")
    'asnieres sur seine'
    >>> folded_town("Mureaux (Les)")
    'les mureaux'
    """
    words = [_WRITTEN_OUT.get(word, word) for word in folded(name).split() if not _NOT_THE_NAME.match(word)]
    if len(words) > 1 and words[-1] in _ARTICLES:
        words = [words[-1], *words[:-1]]
    return " ".join(words)


def full_post_code(code: str) -> str:
    """A post code without spaces and with the leading zero that a spreadsheet drops (1500 → 01500)."""
    digits = "".join(code.split())
    return f"0{digits}" if len(digits) == 4 and digits.isdigit() else digits


def department_codes(post_code: str) -> list[str]:
    """Departments whose communes may bear this post code: Corsica (20…) has two, overseas codes have three digits."""
    if post_code.startswith("20"):
        return ["2A", "2B"]
    return [post_code[:3]] if post_code.startswith(("97", "98")) else [post_code[:2]]
