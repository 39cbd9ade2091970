"""Tools that know no noun of the field: history and outgoing letters.

Both are read on the pages of what they are about, so each has rows of subjects: (content type, id) pairs.
"""

import re
from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.enums import LetterStatus

ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
AMOUNT = re.compile(r"-?\d+\.\d{2}")


def subject_keys(things: Iterable[models.Model]) -> list[tuple[int, int]]:
    """(content type id, id) of each saved thing once, in one query at most."""
    things = list(things)
    # `__class__`, not type(): the person of a request is a lazy object that stands for one.
    types = ContentType.objects.get_for_models(*{thing.__class__ for thing in things})
    return sorted({(types[thing.__class__].pk, thing.pk) for thing in things})


class SubjectQuerySet(models.QuerySet):
    def about(self, thing: models.Model):
        """Rows that name `thing` among their subjects."""
        return self.filter(
            subjects__content_type=ContentType.objects.get_for_model(thing), subjects__object_id=thing.pk
        ).distinct()


class Subject(models.Model):
    content_type = models.ForeignKey(ContentType, on_delete=models.CASCADE, related_name="+")
    object_id = models.PositiveBigIntegerField()
    thing = GenericForeignKey("content_type", "object_id")

    class Meta:
        abstract = True


class HistoryQuerySet(SubjectQuerySet):
    def for_list(self):
        return self.select_related("by").order_by("-happened_at", "-pk")


class HistoryEntry(models.Model):
    """One business action: who did what, when. The values are frozen; the sentence is read in one's own language.

    Values never hold a person's name: the person is `by`, or is counted. So erasing a person leaves history true.
    """

    happened_at = models.DateTimeField(_("when"), auto_now_add=True, db_index=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("by"),
    )
    code = models.CharField(_("code"), max_length=80, db_index=True)
    message = models.CharField(_("sentence"), max_length=300, help_text=_("English source with %(named)s values"))
    values = models.JSONField(_("values"), default=dict, blank=True)

    objects = HistoryQuerySet.as_manager()

    class Meta:
        verbose_name = _("history line")
        verbose_name_plural = _("history lines")
        ordering = ["-happened_at", "-pk"]

    def __str__(self):
        return self.sentence

    @property
    def sentence(self) -> str:
        return gettext(self.message) % {name: _readable(value) for name, value in self.values.items()}


def _readable(value: str) -> str:
    """A frozen value as it is read today: a day or an amount in the reader's own notation, the rest as it stands."""
    if AMOUNT.fullmatch(value):
        return number_format(Decimal(value), 0 if value.endswith(".00") else 2, use_l10n=True, force_grouping=True)
    try:
        return date_format(date.fromisoformat(value), "SHORT_DATE_FORMAT") if ISO_DAY.fullmatch(value) else value
    except ValueError:  # 2026-02-30 is no day
        return value


class HistorySubject(Subject):
    entry = models.ForeignKey(HistoryEntry, on_delete=models.CASCADE, related_name="subjects")

    class Meta:
        indexes = [models.Index(fields=["content_type", "object_id"], name="core_history_by_subject")]
        constraints = [
            models.UniqueConstraint(fields=["entry", "content_type", "object_id"], name="core_history_subject_once")
        ]


class LetterQuerySet(SubjectQuerySet):
    def due(self, now):
        """Letters to try now: never tried, or whose wait after a failure is over.

        A letter is left out as long as an earlier one of its thread to the same address is on its way, so that none is
        overtaken. One that was given up holds up nobody.
        """
        earlier = Letter.objects.filter(
            thread=OuterRef("thread"), to_email=OuterRef("to_email"), pk__lt=OuterRef("pk"), status=LetterStatus.QUEUED
        )
        return self.filter(Q(thread="") | ~Exists(earlier), status=LetterStatus.QUEUED, next_try_at__lte=now)

    def later_than(self, letter: "Letter"):
        """The letters of its thread to the same address that were written after it, oldest first."""
        if not letter.thread:
            return self.none()
        return self.filter(thread=letter.thread, to_email=letter.to_email, pk__gt=letter.pk).order_by("pk")

    def for_list(self):
        return self.defer("text", "html").order_by("-created_at", "-pk")


class Letter(models.Model):
    """A letter to one address, written in the transaction that causes it, sent after the commit."""

    code = models.CharField(_("code"), max_length=80, db_index=True)
    key = models.CharField(
        _("key"), max_length=200, unique=True, null=True, blank=True, help_text=_("Sent at most once")
    )
    thread = models.CharField(
        _("thread"), max_length=120, blank=True, editable=False,
        help_text=_("Letters of one thread to one address leave in the order in which they were written"),
    )  # fmt: skip
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+",
        verbose_name=_("person"),
    )  # fmt: skip
    to_email = models.EmailField(_("to"))
    sender_name = models.CharField(_("sender"), max_length=120, blank=True)
    reply_to = models.EmailField(_("reply to"), blank=True)
    language = models.CharField(_("language"), max_length=8, default="fr")
    subject = models.CharField(_("subject"), max_length=250)
    text = models.TextField(_("text"))
    html = models.TextField(_("HTML"))
    is_secret = models.BooleanField(
        _("secret"),
        default=False,
        help_text=_("Bears a personal link: nobody else reads it, and it is wiped once sent"),
    )
    status = models.CharField(
        _("status"), max_length=10, choices=LetterStatus.choices, default=LetterStatus.QUEUED, db_index=True
    )
    tries = models.PositiveSmallIntegerField(_("tries"), default=0)
    error = models.CharField(_("last error"), max_length=250, blank=True)
    created_at = models.DateTimeField(_("written"), auto_now_add=True, db_index=True)
    next_try_at = models.DateTimeField(_("next try"), db_index=True)
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)

    objects = LetterQuerySet.as_manager()

    class Meta:
        verbose_name = _("letter")
        verbose_name_plural = _("letters")
        ordering = ["-created_at", "-pk"]
        indexes = [
            models.Index(
                fields=["thread", "to_email"], name="core_letter_thread",
                condition=Q(status=LetterStatus.QUEUED) & ~Q(thread=""),
            )
        ]  # fmt: skip

    def __str__(self):
        return self.subject


class LetterSubject(Subject):
    letter = models.ForeignKey(Letter, on_delete=models.CASCADE, related_name="subjects")

    class Meta:
        indexes = [models.Index(fields=["content_type", "object_id"], name="core_letter_by_subject")]
        constraints = [
            models.UniqueConstraint(fields=["letter", "content_type", "object_id"], name="core_letter_subject_once")
        ]


class LetterAttachment(models.Model):
    letter = models.ForeignKey(Letter, on_delete=models.CASCADE, related_name="attachments")
    filename = models.CharField(_("file name"), max_length=120)
    media_type = models.CharField(_("media type"), max_length=120)
    content = models.BinaryField(_("content"))
    drawing = models.CharField(max_length=60, blank=True, default="", editable=False)

    class Meta:
        verbose_name = _("attachment")
        verbose_name_plural = _("attachments")

    def __str__(self):
        return self.filename
