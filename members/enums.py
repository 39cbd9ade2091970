from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.enums import Status


class OrganisationKind(models.TextChoices):
    """The kinds of party that meet in a club. The legal acronyms are the field's own words in both languages."""

    COMPANY = "company", _("Company")
    PUBLIC_BUYER = "public_buyer", _("Public buyer")
    EI = "EI", _("Work integration enterprise (EI)")
    ACI = "ACI", _("Work integration workshop (ACI)")
    AI = "AI", _("Intermediary association (AI)")
    ETTI = "ETTI", _("Temporary work integration agency (ETTI)")
    EITI = "EITI", _("Self-employment integration enterprise (EITI)")
    GEIQ = "GEIQ", _("Employers' group for integration and qualification (GEIQ)")
    SEP = "SEP", _("Prison work structure (SEP)")
    EA = "EA", _("Adapted company (EA)")
    EATT = "EATT", _("Adapted temporary work agency (EATT)")
    ESAT = "ESAT", _("Work support establishment (ESAT)")
    OTHER_ESS = "other_ess", _("Other social economy organisation")
    NETWORK = "network", _("Network")
    FUNDER = "funder", _("Funder or institution")
    FACILITATOR = "facilitator", _("Facilitator")

    @property
    def short(self) -> str:
        """The acronym where the field uses one, else the label."""
        return self.value if self.value.isupper() else str(self.label)

    @classmethod
    def structures(cls) -> list[str]:
        """Kinds that publish offers: the IAE, the protected and adapted sector, the rest of the social economy."""
        return [
            cls.EI,
            cls.ACI,
            cls.AI,
            cls.ETTI,
            cls.EITI,
            cls.GEIQ,
            cls.SEP,
            cls.EA,
            cls.EATT,
            cls.ESAT,
            cls.OTHER_ESS,
        ]

    @classmethod
    def buyers(cls) -> list[str]:
        """Kinds that buy and hire."""
        return [cls.COMPANY, cls.PUBLIC_BUYER]

    @property
    def audience(self) -> str:
        if self in self.structures():
            return Audience.STRUCTURES
        return Audience.BUYERS if self in self.buyers() else Audience.PARTNERS


class Audience(models.TextChoices):
    """The sides of a meeting: event quotas and figures are counted by audience."""

    BUYERS = "buyers", _("Companies and public buyers")
    STRUCTURES = "structures", _("Structures")
    PARTNERS = "partners", _("Partners")


class RoleLevel(models.TextChoices):
    CONTRIBUTOR = "contributor", _("Contributor")
    MANAGER = "manager", _("Manager")


class ClubRoleKind(models.TextChoices):
    COORDINATOR = "coordinator", _("Coordinator")
    READER = "reader", _("Reader of figures")


class RequestStatus(Status):
    """A request to join an organisation."""

    PENDING = "pending", _("waiting for an answer")
    ACCEPTED = "accepted", pgettext_lazy("request", "accepted")
    REFUSED = "refused", pgettext_lazy("request", "refused")

    @classmethod
    def moves(cls):
        return {cls.PENDING: {cls.ACCEPTED, cls.REFUSED}}

    @classmethod
    def tones(cls):
        return {cls.PENDING: "info", cls.ACCEPTED: "good", cls.REFUSED: "bad"}


class TerritoryKind(models.TextChoices):
    REGION = "region", _("Region")
    DEPARTMENT = "department", _("Department")


class PointSource(models.TextChoices):
    """Where an organisation's point comes from, from rough to exact."""

    NONE = "none", _("no point")
    COMMUNE = "commune", _("centre of the commune")
    FILE = "file", _("imported file")
    ADDRESS = "address", _("national address service")


class ImportStatus(Status):
    WAITING = "waiting", pgettext_lazy("import", "waiting")
    CHECKING = "checking", pgettext_lazy("import", "being checked")
    CHECKED = "checked", pgettext_lazy("import", "checked, not yet imported")
    IMPORTING = "importing", pgettext_lazy("import", "being imported")
    DONE = "done", pgettext_lazy("import", "imported")
    FAILED = "failed", pgettext_lazy("import", "unreadable file")

    @classmethod
    def moves(cls):
        return {
            cls.WAITING: {cls.CHECKING},
            cls.CHECKING: {cls.CHECKED, cls.FAILED},
            cls.CHECKED: {cls.IMPORTING},
            cls.IMPORTING: {cls.DONE, cls.CHECKED, cls.FAILED},  # back to checked when it stopped half-way
        }

    @classmethod
    def tones(cls):
        return {cls.CHECKED: "info", cls.DONE: "good", cls.FAILED: "bad"}


class Verdict(models.TextChoices):
    """What the import of a directory says of a row."""

    CREATED = "created", pgettext_lazy("row of a file", "created")
    UPDATED = "updated", pgettext_lazy("row of a file", "updated")
    UNCHANGED = "unchanged", pgettext_lazy("row of a file", "unchanged")
    REFUSED = "refused", pgettext_lazy("row of a file", "refused")

    @property
    def tone(self) -> str:
        return {self.CREATED: "good", self.UPDATED: "info", self.REFUSED: "bad"}.get(self, "neutral")
