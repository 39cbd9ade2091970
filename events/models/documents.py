"""What is handed out before, during and after an event: slides, minutes, photos, files, links."""

from collections.abc import Collection

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.uploads import RandomName
from events.enums import DocumentAudience, DocumentKind, PlaceStatus
from events.models.events import Event
from events.models.registrations import Place
from events.models.sessions import Session
from members.models.imports import private_storage
from members.rights import rights_of

PDF, WEBP = "application/pdf", "image/webp"
SIDES = (DocumentAudience.BUYERS, DocumentAudience.STRUCTURES, DocumentAudience.PARTNERS)


class DocumentQuerySet(models.QuerySet):
    def visible_to(self, person, now):
        """Everything for the event's coordinators; else what is shown by `now`, of events one sees, to one's audience.

        Participants are those whose own place is seated; one side of the meeting is seen by its participants only.
        """
        rights = rights_of(person)
        if rights.is_administrator:
            return self
        events = Event.objects.visible_to(person, timezone.localdate(now)).published()
        shown = Q(event__in=events.values("pk")) & (Q(shown_from__isnull=True) | Q(shown_from__lte=now))
        allowed = Q(audience=DocumentAudience.EVERYBODY)
        if rights.person_id is not None:
            own = Place.objects.of(person).filter(event=OuterRef("event"), status__in=PlaceStatus.seated())
            allowed |= Q(audience=DocumentAudience.PARTICIPANTS) & Exists(own)
            allowed |= Q(audience__in=SIDES) & Exists(own.filter(audience=OuterRef("audience")))
        return self.filter((shown & allowed) | Q(event__club__in=rights.coordinated_club_ids))

    def photos(self):
        return self.filter(kind=DocumentKind.PHOTO)

    def files_and_links(self):
        """All but the photos, which are shown as pictures."""
        return self.exclude(kind=DocumentKind.PHOTO)

    def for_list(self):
        """Those of the whole event first, then session by session."""
        order = [models.F("session__starts_at").asc(nulls_first=True), "session", "kind", "pk"]
        return self.select_related("session", "event__club").order_by(*order)


class Document(models.Model):
    """A file or a link, with who may see it and from when on."""

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="documents", verbose_name=_("event"))
    session = models.ForeignKey(
        Session,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="documents",
        verbose_name=pgettext_lazy("programme", "session"),
    )
    kind = models.CharField(_("kind"), max_length=10, choices=DocumentKind.choices)
    title = models.CharField(_("title"), max_length=160)
    audience = models.CharField(
        _("shown to"), max_length=12, choices=DocumentAudience.choices, default=DocumentAudience.PARTICIPANTS
    )
    shown_from = models.DateTimeField(_("shown from"), null=True, blank=True)
    url = models.URLField(_("link"), max_length=500, blank=True)
    file = models.FileField(
        _("file"), upload_to=RandomName("events/documents/"), storage=private_storage, blank=True, max_length=120
    )
    media_type = models.CharField(_("type"), max_length=100, blank=True, editable=False)
    size = models.PositiveIntegerField(_("size"), default=0, editable=False)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name=_("by")
    )
    added_at = models.DateTimeField(pgettext_lazy("document", "added"), auto_now_add=True)

    objects = DocumentQuerySet.as_manager()

    class Meta:
        verbose_name = pgettext_lazy("event", "document")
        verbose_name_plural = pgettext_lazy("event", "documents")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=(Q(file="") & ~Q(url="")) | (~Q(file="") & Q(url="")), name="events_document_file_or_link",
                violation_error_message=_("A document is a file or a link."),
            )
        ]  # fmt: skip

    def __str__(self):
        return self.title

    @property
    def is_link(self) -> bool:
        return bool(self.url)

    @property
    def is_picture(self) -> bool:
        return self.media_type == WEBP

    @property
    def is_photo(self) -> bool:
        return self.kind == DocumentKind.PHOTO

    @property
    def extension(self) -> str:
        return self.file.name.rpartition(".")[2] if self.file else ""

    @property
    def address(self) -> str:
        """Where it is read: a link leads there, a file is handed out by us."""
        return self.url or reverse("events:document", args=[self.pk])

    def is_for(self, seated: Collection[str]) -> bool:
        """Of a published event that one sees: as `visible_to`, for whoever holds seats of these audiences there."""
        if self.audience in SIDES:
            return self.audience in seated
        if self.audience == DocumentAudience.PARTICIPANTS:
            return bool(seated)
        return self.audience == DocumentAudience.EVERYBODY

    def is_shown(self, now) -> bool:
        return self.shown_from is None or self.shown_from <= now
