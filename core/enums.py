from django.db import models
from django.utils.translation import gettext_lazy as _


class Status(models.TextChoices):
    """A status that knows which moves are allowed and which colour it wears. Subclasses override both."""

    @classmethod
    def moves(cls) -> dict[str, set[str]]:
        """Map each status to the statuses it may become."""
        return {}

    @classmethod
    def tones(cls) -> dict[str, str]:
        """Map each status to a tone of the badge component: neutral, info, good, late, bad."""
        return {}

    def can_become(self, other: str) -> bool:
        return other in self.moves().get(self, set())

    @property
    def tone(self) -> str:
        return self.tones().get(self, "neutral")


class LetterStatus(Status):
    QUEUED = "queued", _("waiting to be sent")
    SENT = "sent", _("sent")
    FAILED = "failed", _("not sent")

    @classmethod
    def moves(cls):
        return {cls.QUEUED: {cls.SENT, cls.FAILED}, cls.FAILED: {cls.QUEUED}}

    @classmethod
    def tones(cls):
        return {cls.SENT: "good", cls.FAILED: "bad"}
