"""Pitches: a call for a session, what structures propose, and what each coordinator thinks of it."""

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import Avg, Count, F, Q
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.uploads import RandomName
from events.enums import PitchStatus
from events.models.sessions import Session
from members.models.imports import private_storage
from members.rights import rights_of


class PitchCall(models.Model):
    """The coordination asks member structures who wants to present itself in a session, and how."""

    session = models.OneToOneField(
        Session, on_delete=models.CASCADE, related_name="pitch_call", verbose_name=pgettext_lazy("programme", "session")
    )
    text = models.TextField(_("text of the call"), blank=True)
    opens_at = models.DateTimeField(_("opens"))
    closes_at = models.DateTimeField(_("closes"))
    places = models.PositiveSmallIntegerField(_("pitches to be selected"))
    minutes = models.PositiveSmallIntegerField(_("minutes each"))
    published_at = models.DateTimeField(_("order published"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("call for pitches")
        verbose_name_plural = _("calls for pitches")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(closes_at__gt=F("opens_at")), name="events_pitch_call_closes_after_opening",
                violation_error_message=_("A call closes after it opens."),
            ),
            models.CheckConstraint(
                condition=Q(places__gte=1, minutes__gte=1), name="events_pitch_call_has_places",
                violation_error_message=_("A call is for at least one pitch of at least one minute."),
            ),
        ]  # fmt: skip

    def __str__(self):
        return self.session.title

    @property
    def event(self):
        return self.session.event

    @property
    def is_published(self) -> bool:
        return self.published_at is not None

    def is_open(self, now) -> bool:
        return self.opens_at <= now and not self.is_closed(now)

    def is_closed(self, now) -> bool:
        """At its hour; and when the session begins, should the event have been moved to an earlier day."""
        return now >= self.closes_at or self.session.has_begun(now)

    def get_absolute_url(self):
        return reverse("events:pitch_call", args=[self.pk])


class PitchProposalQuerySet(models.QuerySet):
    def visible_to(self, person):
        """One's own organisations' proposals, and all for the event's coordinators."""
        rights = rights_of(person)
        if rights.is_administrator:
            return self
        return self.filter(
            Q(organisation__in=rights.organisation_ids) | Q(call__session__event__club__in=rights.coordinated_club_ids)
        )

    def standing(self):
        """Not withdrawn."""
        return self.exclude(status=PitchStatus.WITHDRAWN)

    def selected(self):
        """In the order in which they come."""
        return self.filter(status=PitchStatus.SELECTED).order_by("position", "pk")

    def shown(self):
        """What the programme lists: selected, and their order published."""
        return self.selected().filter(call__published_at__isnull=False)

    def with_notes(self):
        """Annotate `average` (of the coordinators' notes; None without one) and `note_count`."""
        return self.annotate(average=Avg("notes__value"), note_count=Count("notes"))

    def in_order_of_notes(self):
        """Selected ones as they come, then the best liked first. For rows read `with_notes()`."""
        return self.order_by("position", F("average").desc(nulls_last=True), "proposed_at", "pk")

    def with_length(self):
        """Annotate `length`: its minutes, its own or the call's."""
        return self.annotate(length=Coalesce("minutes", "call__minutes"))

    def for_list(self):
        return self.select_related("organisation").with_notes().with_length()


class PitchProposal(models.Model):
    """A structure would like to present itself."""

    call = models.ForeignKey(PitchCall, on_delete=models.CASCADE, related_name="proposals", verbose_name=_("call"))
    organisation = models.ForeignKey(
        "members.Organisation", on_delete=models.PROTECT, related_name="pitch_proposals", verbose_name=_("organisation")
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name=_("by")
    )
    title = models.CharField(_("title"), max_length=120)
    summary = models.TextField(_("what is presented"), max_length=1500)
    needs = models.CharField(_("needs in the room"), max_length=250, blank=True)
    status = models.CharField(_("status"), max_length=10, choices=PitchStatus.choices, default=PitchStatus.PROPOSED)
    reason = models.CharField(_("why it was not selected"), max_length=500, blank=True)
    position = models.PositiveSmallIntegerField(_("order"), null=True, blank=True)
    minutes = models.PositiveSmallIntegerField(_("minutes"), null=True, blank=True)
    slides = models.FileField(
        _("slides"), upload_to=RandomName("events/slides/"), storage=private_storage, blank=True, max_length=120
    )
    proposed_at = models.DateTimeField(pgettext_lazy("pitch", "proposed"))

    objects = PitchProposalQuerySet.as_manager()

    class Meta:
        verbose_name = _("proposal for a pitch")
        verbose_name_plural = _("proposals for pitches")
        ordering = ["proposed_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["call", "organisation"], name="events_pitch_once",
                violation_error_message=_("This organisation has already proposed a pitch."),
            ),
            models.CheckConstraint(
                condition=Q(status=PitchStatus.SELECTED, position__isnull=False)
                | (~Q(status=PitchStatus.SELECTED) & Q(position__isnull=True)),
                name="events_pitch_selected_has_order",
            ),
            models.CheckConstraint(condition=Q(minutes__isnull=True) | Q(minutes__gte=1), name="events_pitch_has_minutes"),
        ]  # fmt: skip

    def __str__(self):
        return self.title

    @property
    def event(self):
        return self.call.session.event

    @property
    def status_badge(self) -> PitchStatus:
        return PitchStatus(self.status)

    @property
    def is_proposed(self) -> bool:
        return self.status == PitchStatus.PROPOSED

    @property
    def is_selected(self) -> bool:
        return self.status == PitchStatus.SELECTED

    @property
    def is_declined(self) -> bool:
        return self.status == PitchStatus.DECLINED

    @property
    def is_withdrawn(self) -> bool:
        return self.status == PitchStatus.WITHDRAWN

    @property
    def lasts(self) -> timedelta:
        return timedelta(minutes=self.minutes or self.call.minutes)

    def get_absolute_url(self):
        return reverse("events:pitch_page", args=[self.pk])


class PitchNote(models.Model):
    """What one coordinator thinks of a proposal; read by the coordination only."""

    MOST = 5

    proposal = models.ForeignKey(PitchProposal, on_delete=models.CASCADE, related_name="notes")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="pitch_notes", verbose_name=_("by")
    )
    value = models.PositiveSmallIntegerField(pgettext_lazy("pitch", "note"))
    comment = models.CharField(_("comment"), max_length=500, blank=True)

    class Meta:
        verbose_name = pgettext_lazy("pitch", "note")
        verbose_name_plural = pgettext_lazy("pitch", "notes")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["proposal", "by"], name="events_pitch_note_once"),
            models.CheckConstraint(condition=Q(value__lte=5), name="events_pitch_note_up_to_five"),
        ]

    def __str__(self):
        return f"{self.value}/{self.MOST}"
