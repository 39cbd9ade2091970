"""What a club makes of the letters about its events: texts of its own, kinds it does not want, messages to attendees."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from events.enums import Attendance, MailingAudience, MailingState
from events.models.events import Event
from members.rights import rights_of


class LetterText(models.Model):
    """A club's own subject and opening of one kind of letter, in one language; without one the house text holds."""

    club = models.ForeignKey(
        "members.Club", on_delete=models.CASCADE, related_name="letter_texts", verbose_name=_("club")
    )
    code = models.CharField(_("kind"), max_length=80)
    language = models.CharField(_("language"), max_length=8)
    subject = models.CharField(_("subject"), max_length=200)
    body = models.TextField(_("opening"), help_text=_("An empty line begins a new paragraph."))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name=_("by")
    )
    changed_at = models.DateTimeField(_("changed"), auto_now=True)

    class Meta:
        verbose_name = _("text of a letter")
        verbose_name_plural = _("texts of letters")
        ordering = ["club", "code", "language"]
        constraints = [models.UniqueConstraint(fields=["club", "code", "language"], name="events_letter_text_once")]

    def __str__(self):
        return self.subject


class LetterOff(models.Model):
    """A kind of letter that a club does not send."""

    club = models.ForeignKey(
        "members.Club", on_delete=models.CASCADE, related_name="letters_off", verbose_name=_("club")
    )
    code = models.CharField(_("kind"), max_length=80)
    since = models.DateTimeField(_("since"), auto_now_add=True)

    class Meta:
        verbose_name = _("letter switched off")
        verbose_name_plural = _("letters switched off")
        constraints = [models.UniqueConstraint(fields=["club", "code"], name="events_letter_off_once")]

    def __str__(self):
        return self.code


class MailingQuerySet(models.QuerySet):
    def visible_to(self, person):
        """Those of the clubs that the person coordinates."""
        rights = rights_of(person)
        if rights.is_administrator:
            return self
        return self.filter(event__club__in=rights.coordinated_club_ids)

    def under_way(self):
        """Not yet written to everybody, and not stopped."""
        return self.filter(finished_at__isnull=True, stopped_at__isnull=True)

    def for_list(self):
        return self.select_related("organisation", "by").order_by("-created_at", "-pk")


class Mailing(models.Model):
    """A message of the coordination to all or some of an event's attendees, written to them in batches.

    `reached` is the last place that has been gone through: it grows in the transaction that writes the letters, so that
    whoever goes on after a process died begins where it stopped.
    """

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="mailings", verbose_name=_("event"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name=_("by")
    )
    to = models.CharField(_("to"), max_length=12, choices=MailingAudience.choices)
    organisation = models.ForeignKey(
        "members.Organisation", on_delete=models.SET_NULL, null=True, blank=True, related_name="+",
        verbose_name=_("organisation"),
    )  # fmt: skip
    subject = models.CharField(_("subject"), max_length=200)
    body = models.TextField(_("message"))
    people = models.PositiveIntegerField(_("people"), help_text=_("How many there were when it was sent"))
    reached = models.PositiveBigIntegerField(default=0, editable=False)
    key = models.UUIDField(_("key"), default=uuid.uuid4, unique=True, editable=False)
    created_at = models.DateTimeField(pgettext_lazy("mailing", "sent"), auto_now_add=True)
    moved_at = models.DateTimeField(_("last written"), auto_now_add=True)
    stopped_at = models.DateTimeField(_("stopped"), null=True, blank=True)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)

    objects = MailingQuerySet.as_manager()

    class Meta:
        verbose_name = _("message to attendees")
        verbose_name_plural = _("messages to attendees")
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(finished_at__isnull=True) | Q(stopped_at__isnull=True), name="events_mailing_one_end"
            )
        ]

    def __str__(self):
        return self.subject

    def get_absolute_url(self):
        return reverse("events:mailing_page", args=[self.pk])

    @property
    def state(self) -> MailingState:
        if self.finished_at:
            return MailingState.FINISHED
        return MailingState.STOPPED if self.stopped_at else MailingState.UNDER_WAY

    @property
    def is_under_way(self) -> bool:
        return self.state == MailingState.UNDER_WAY

    def recipients(self):
        """The places it is for, as they are now, in the order in which they are written to."""
        return recipients_of(self.event, self.to, self.organisation).order_by("pk")


def recipients_of(event: Event, to: str, organisation=None):
    """The places of an event that a message `to` is for: named people with an e-mail address."""
    places = event.places.named().exclude(email="").filter(erased_at__isnull=True)
    found = {
        MailingAudience.SEATED: places.seated(),
        MailingAudience.WAITING: places.waiting(),
        MailingAudience.PRESENT: places.attended(),
        MailingAudience.ABSENT: places.seated().filter(attendance=Attendance.ABSENT),
        MailingAudience.ORGANISATION: places.active().filter(registration__organisation=organisation),
    }
    audience = MailingAudience(to)
    return found[audience] if audience in found else places.seated().filter(audience=audience)
