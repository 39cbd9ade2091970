"""What comes after an event: proposals and the survey."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.enums import Status


class ProposalStatus(Status):
    """`STATED_DONE`: its owner says so; done is for the coordination to confirm."""

    PROPOSED = "proposed", pgettext_lazy("proposal", "proposed")
    RETAINED = "retained", pgettext_lazy("proposal", "retained")
    UNDER_WAY = "under_way", pgettext_lazy("proposal", "under way")
    STATED_DONE = "stated_done", pgettext_lazy("proposal", "done, to be confirmed")
    DONE = "done", pgettext_lazy("proposal", "done")
    DROPPED = "dropped", pgettext_lazy("proposal", "dropped")

    @classmethod
    def moves(cls):
        return {
            cls.PROPOSED: {cls.RETAINED, cls.DROPPED},
            cls.RETAINED: {cls.UNDER_WAY, cls.STATED_DONE, cls.DONE, cls.DROPPED},
            cls.UNDER_WAY: {cls.STATED_DONE, cls.DONE, cls.DROPPED},
            cls.STATED_DONE: {cls.UNDER_WAY, cls.DONE, cls.DROPPED},
            cls.DONE: {cls.UNDER_WAY},
            cls.DROPPED: {cls.RETAINED},
        }

    @classmethod
    def tones(cls):
        return {cls.RETAINED: "info", cls.UNDER_WAY: "info", cls.STATED_DONE: "late", cls.DONE: "good"}

    @classmethod
    def open(cls) -> list[str]:
        """Looked at again at the next event."""
        return [cls.PROPOSED, cls.RETAINED, cls.UNDER_WAY, cls.STATED_DONE]

    @classmethod
    def expected(cls) -> list[str]:
        """Retained, and still to be done by its owner: these can be late."""
        return [cls.RETAINED, cls.UNDER_WAY]

    @classmethod
    def owners(cls) -> list[str]:
        """What the owner may state; the rest is for the coordination to decide."""
        return [cls.UNDER_WAY, cls.STATED_DONE]


class SurveyQuestionKind(models.TextChoices):
    SCALE = "scale", _("from 1 to 5")
    YES_NO = "yes_no", _("yes or no")
    CHOICE = "choice", _("one choice")
    SEVERAL = "several", _("several choices")
    TEXT = "text", _("free text")

    @classmethod
    def with_options(cls) -> list[str]:
        return [cls.CHOICE, cls.SEVERAL]


class SurveyState(Status):
    """Where a survey stands at a moment: derived, never stored."""

    DRAFT = "draft", pgettext_lazy("survey", "in preparation")
    WAITING = "waiting", pgettext_lazy("survey", "opens when the event ends")
    OPEN = "open", pgettext_lazy("survey", "open")
    CLOSED = "closed", pgettext_lazy("survey", "closed")

    @classmethod
    def tones(cls):
        return {cls.WAITING: "info", cls.OPEN: "good"}
