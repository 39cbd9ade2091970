from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.enums import Status


class Origin(models.TextChoices):
    """What an introduction came out of."""

    OFFER = "offer", _("an offer")
    EVENT = "event", _("an event")
    COORDINATOR = "coordinator", _("the coordination")
    DIRECTORY = "directory", _("the directory")


class IntroductionStatus(Status):
    """What people decide; « contract stated » and « contract confirmed » are derived from its contracts."""

    ASKED = "asked", pgettext_lazy("introduction", "asked")
    ACCEPTED = "accepted", pgettext_lazy("introduction", "accepted")
    IN_TALKS = "in_talks", pgettext_lazy("introduction", "in talks")
    CLOSED = "closed", pgettext_lazy("introduction", "closed")
    DECLINED = "declined", pgettext_lazy("introduction", "declined")
    WITHDRAWN = "withdrawn", pgettext_lazy("introduction", "withdrawn")

    @classmethod
    def moves(cls):
        return {
            cls.ASKED: {cls.ACCEPTED, cls.DECLINED, cls.WITHDRAWN},
            cls.ACCEPTED: {cls.IN_TALKS, cls.CLOSED},
            cls.IN_TALKS: {cls.CLOSED},
            cls.CLOSED: {cls.IN_TALKS},
        }

    @classmethod
    def tones(cls):
        return {cls.ASKED: "info", cls.ACCEPTED: "good", cls.IN_TALKS: "good", cls.DECLINED: "bad"}

    @classmethod
    def open(cls) -> list[str]:
        """Still going on: only one of these for the same pair and subject."""
        return [cls.ASKED, cls.ACCEPTED, cls.IN_TALKS]

    @classmethod
    def revealing(cls) -> list[str]:
        """Both sides agreed at some time: contact details are shown to both."""
        return [cls.ACCEPTED, cls.IN_TALKS, cls.CLOSED]


class Side(models.TextChoices):
    """The two ends of an introduction; never stored."""

    ASKING = "asking", _("asking side")
    ASKED = "asked", _("asked side")

    @property
    def other(self) -> "Side":
        return Side.ASKED if self == Side.ASKING else Side.ASKING


class Stage(Status):
    """How far an introduction has come, contracts included: the columns of the board. Derived, never stored."""

    ASKED = "asked", pgettext_lazy("introduction", "asked")
    ACCEPTED = "accepted", pgettext_lazy("introduction", "accepted")
    IN_TALKS = "in_talks", pgettext_lazy("introduction", "in talks")
    TO_CONFIRM = "to_confirm", _("contract to confirm")
    CONFIRMED = "confirmed", _("contract confirmed")
    CLOSED = "closed", pgettext_lazy("introduction", "closed")
    DECLINED = "declined", pgettext_lazy("introduction", "declined")
    WITHDRAWN = "withdrawn", pgettext_lazy("introduction", "withdrawn")

    @classmethod
    def tones(cls):
        return {
            cls.ASKED: "info",
            cls.ACCEPTED: "info",
            cls.IN_TALKS: "info",
            cls.TO_CONFIRM: "late",
            cls.CONFIRMED: "good",
            cls.DECLINED: "bad",
        }

    @classmethod
    def columns(cls) -> list["Stage"]:
        """What the board shows card by card; the rest is counted."""
        return [cls.ASKED, cls.ACCEPTED, cls.IN_TALKS, cls.TO_CONFIRM, cls.CONFIRMED]


class NoteAudience(models.TextChoices):
    SHARED = "shared", _("both sides and the coordination")
    OWN_SIDE = "own_side", _("only my side")


class ContractKind(models.TextChoices):
    SERVICE = "service", _("Service contract")
    SUPPLY = "supply", _("Supply contract")
    STAFFING = "staffing", _("Staffing contract")
    SUBCONTRACTING = "subcontracting", _("Subcontracting")
    RESERVED_LOT = "reserved_lot", _("Reserved lot")
    CLAUSE_LOT = "clause_lot", _("Lot with a social clause")
    CDI = "cdi", _("Permanent work contract (CDI)")
    CDI_INCLUSION = "cdi_inclusion", _("Inclusion work contract (CDI inclusion)")
    CDD = "cdd", _("Fixed-term work contract (CDD)")
    CDDI = "cddi", _("Integration work contract (CDDI)")
    CTT = "ctt", _("Temporary work contract (CTT)")
    APPRENTICESHIP = "apprenticeship", _("Apprenticeship")
    PROFESSIONALISATION = "professionalisation", _("Professionalisation contract")
    PMSMP = "pmsmp", _("Work placement (PMSMP)")
    TRAINING = "training", _("Training")

    @classmethod
    def purchases(cls) -> list[str]:
        """Kinds that have an amount: one side buys from the other."""
        return [cls.SERVICE, cls.SUPPLY, cls.STAFFING, cls.SUBCONTRACTING, cls.RESERVED_LOT, cls.CLAUSE_LOT]

    @classmethod
    def work_contracts(cls) -> list[str]:
        """Kinds that give somebody a job; placements and training do not."""
        return [
            cls.CDI, cls.CDI_INCLUSION, cls.CDD, cls.CDDI, cls.CTT, cls.APPRENTICESHIP, cls.PROFESSIONALISATION,
        ]  # fmt: skip


class ContractStatus(Status):
    STATED = "stated", _("waiting for confirmation")
    CONFIRMED = "confirmed", pgettext_lazy("contract", "confirmed")
    DISPUTED = "disputed", pgettext_lazy("contract", "disputed")
    WITHDRAWN = "withdrawn", pgettext_lazy("contract", "withdrawn")

    @classmethod
    def moves(cls):
        return {
            cls.STATED: {cls.CONFIRMED, cls.DISPUTED, cls.WITHDRAWN, cls.STATED},
            cls.DISPUTED: {cls.STATED, cls.WITHDRAWN},
        }

    @classmethod
    def unsettled(cls) -> list[str]:
        """Stated by one side, not yet agreed by the other."""
        return [cls.STATED, cls.DISPUTED]

    @classmethod
    def tones(cls):
        return {cls.STATED: "info", cls.CONFIRMED: "good", cls.DISPUTED: "bad"}
