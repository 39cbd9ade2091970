from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core.uploads import ImageField
from members.enums import ClubRoleKind
from members.rights import rights_of


class ClubQuerySet(models.QuerySet):
    def coordinated_by(self, person):
        """Clubs whose desk the person runs; an administrator runs all."""
        rights = rights_of(person)
        return self if rights.is_administrator else self.filter(pk__in=rights.coordinated_club_ids)

    def read_by(self, person):
        """Clubs whose figures the person may open in detail: coordinated ones and those a funder reads."""
        rights = rights_of(person)
        return self if rights.is_administrator else self.filter(pk__in=rights.readable_club_ids)


class Club(models.Model):
    name = models.CharField(_("name"), max_length=120, unique=True)
    slug = models.SlugField(_("address"), unique=True)
    lead = models.CharField(_("in one sentence"), max_length=250, blank=True)
    description = models.TextField(_("description"), blank=True)
    territories = models.ManyToManyField(
        "members.Territory", blank=True, related_name="clubs", verbose_name=_("territories")
    )
    objective = models.PositiveIntegerField(_("objective: members"), default=50)
    stretch_objective = models.PositiveIntegerField(_("stretch objective: members"), default=100)
    colour = models.CharField(
        _("colour"), max_length=7, default="#0b5d57",
        validators=[RegexValidator(r"^#[0-9a-f]{6}$", _("A colour is written like #0b5d57."))],
    )  # fmt: skip
    logo = ImageField(_("logo"), upload_to="clubs/", blank=True)
    email = models.EmailField(_("contact address"), blank=True, help_text=_("Answers to letters arrive here."))
    founded_on = models.DateField(_("founded on"), null=True, blank=True)
    is_demo = models.BooleanField(_("demo data"), default=False)

    objects = ClubQuerySet.as_manager()

    class Meta:
        verbose_name = _("club")
        verbose_name_plural = _("clubs")
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                condition=Q(stretch_objective__gte=F("objective")), name="members_club_stretch_above_objective",
                violation_error_message=_("The stretch objective is at least the objective."),
            )
        ]  # fmt: skip

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return f"{reverse('front_page')}?club={self.slug}"


class ClubRole(models.Model):
    """A person runs a club's desk, or reads its figures."""

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="club_roles", verbose_name=_("person")
    )
    club = models.ForeignKey(Club, on_delete=models.CASCADE, related_name="club_roles", verbose_name=_("club"))
    kind = models.CharField(_("role"), max_length=12, choices=ClubRoleKind.choices)

    class Meta:
        verbose_name = _("club role")
        verbose_name_plural = _("club roles")
        constraints = [models.UniqueConstraint(fields=["person", "club", "kind"], name="members_club_role_once")]

    def __str__(self):
        return f"{self.person}: {self.get_kind_display()}, {self.club}"
