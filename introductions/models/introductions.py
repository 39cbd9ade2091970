from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Greatest, Least
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core.text import folded
from introductions.enums import ContractStatus, IntroductionStatus, NoteAudience, Origin
from members.rights import rights_of

# An unanswered request is late after so many days.
ANSWER_DAYS = 14


class IntroductionQuerySet(models.QuerySet):
    def visible_to(self, person):
        """Both sides' people, and the coordinators of the club."""
        rights = rights_of(person)
        if rights.is_administrator:
            return self
        return self.filter(
            Q(asking__in=rights.organisation_ids)
            | Q(asked__in=rights.organisation_ids)
            | Q(club__in=rights.coordinated_club_ids)
        )

    def open(self):
        return self.filter(status__in=IntroductionStatus.open())

    def to_answer_by(self, organisation_ids):
        """Requests that one of these organisations has still to answer, on either side."""
        return self.filter(status=IntroductionStatus.ASKED).filter(
            Q(asking__in=organisation_ids, asking_agreed_at__isnull=True)
            | Q(asked__in=organisation_ids, asked_agreed_at__isnull=True)
        )

    def late(self, today):
        """Open ones whose next date has passed."""
        return self.open().filter(next_on__lt=today)

    def with_contracts(self):
        """Annotate `has_stated_contract` and `has_confirmed_contract`."""
        contracts = self.model._meta.get_field("contracts").related_model.objects.filter(introduction=OuterRef("pk"))
        return self.annotate(
            has_stated_contract=Exists(contracts.filter(status=ContractStatus.STATED)),
            has_confirmed_contract=Exists(contracts.filter(status=ContractStatus.CONFIRMED)),
        )

    def for_list(self):
        return self.select_related("club", "asking", "asked", "owner", "sector").with_contracts()


class Introduction(models.Model):
    """Two organisations, a subject, an origin. Contact details show once both sides have agreed."""

    club = models.ForeignKey(
        "members.Club", on_delete=models.PROTECT, related_name="introductions", verbose_name=_("club")
    )
    asking = models.ForeignKey(
        "members.Organisation", on_delete=models.PROTECT, related_name="introductions_asked", verbose_name=_("asking")
    )
    asked = models.ForeignKey(
        "members.Organisation", on_delete=models.PROTECT, related_name="introductions_received", verbose_name=_("asked")
    )
    subject = models.CharField(_("subject"), max_length=160)
    folded_subject = models.CharField(max_length=160, editable=False)
    message = models.TextField(_("message"), blank=True)
    origin = models.CharField(_("came out of"), max_length=12, choices=Origin.choices)
    offer = models.ForeignKey(
        "offers.Offer",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="introductions",
        verbose_name=_("offer"),
    )
    event = models.ForeignKey(
        "events.Event",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="introductions",
        verbose_name=_("event"),
    )
    sector = models.ForeignKey(
        "members.Sector", on_delete=models.SET_NULL, null=True, blank=True, related_name="introductions",
        verbose_name=_("sector"),
    )  # fmt: skip
    status = models.CharField(
        _("status"), max_length=10, choices=IntroductionStatus.choices, default=IntroductionStatus.ASKED, db_index=True
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+",
        verbose_name=_("followed by"), help_text=_("The coordinator who follows it."),
    )  # fmt: skip
    next_on = models.DateField(_("next date"), null=True, blank=True, db_index=True)
    next_step = models.CharField(_("next step"), max_length=160, blank=True)
    asking_contact = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+",
        verbose_name=_("contact on the asking side"),
    )  # fmt: skip
    asked_contact = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+",
        verbose_name=_("contact on the asked side"),
    )  # fmt: skip
    asked_at = models.DateTimeField(_("asked on"), db_index=True)
    asking_agreed_at = models.DateTimeField(_("asking side agreed"), null=True, blank=True)
    asked_agreed_at = models.DateTimeField(_("asked side agreed"), null=True, blank=True)
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)
    close_reason = models.CharField(_("why it ended"), max_length=250, blank=True)

    objects = IntroductionQuerySet.as_manager()

    class Meta:
        verbose_name = _("introduction")
        verbose_name_plural = _("introductions")
        ordering = ["-asked_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(asking=F("asked")), name="introductions_two_organisations",
                violation_error_message=_("An introduction needs two different organisations."),
            ),
            models.UniqueConstraint(
                Least("asking", "asked"), Greatest("asking", "asked"), "folded_subject",
                condition=Q(status__in=IntroductionStatus.open()), name="introductions_one_open_per_pair_and_subject",
                violation_error_message=_("An introduction of these two on this subject is already open."),
            ),
            models.CheckConstraint(
                condition=~Q(status__in=IntroductionStatus.revealing())
                | Q(asking_agreed_at__isnull=False, asked_agreed_at__isnull=False),
                name="introductions_revealed_by_both",
            ),
        ]  # fmt: skip

    def __str__(self):
        return self.subject

    def save(self, *args, **kwargs):
        """Keep what is compared in step with what is shown."""
        self.folded_subject = folded(self.subject)[:160]
        if kwargs.get("update_fields") is not None:
            kwargs["update_fields"] = {*kwargs["update_fields"], "folded_subject"}
        super().save(*args, **kwargs)

    @property
    def is_open(self) -> bool:
        return self.status in IntroductionStatus.open()

    @property
    def is_revealed(self) -> bool:
        return self.status in IntroductionStatus.revealing()

    def get_absolute_url(self):
        return reverse("introductions:introduction_page", args=[self.pk])


class NoteQuerySet(models.QuerySet):
    def visible_to(self, person):
        """Shared notes for both sides and the coordination; a side's own notes for that side only."""
        rights = rights_of(person)
        return self.filter(
            Q(audience=NoteAudience.SHARED)
            | Q(organisation__in=rights.organisation_ids)
            | Q(organisation__isnull=True, introduction__club__in=rights.coordinated_club_ids)
        )


class Note(models.Model):
    """What somebody wrote down about an introduction. No organisation: written by the coordination."""

    introduction = models.ForeignKey(Introduction, on_delete=models.CASCADE, related_name="notes")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name=_("by")
    )
    organisation = models.ForeignKey(
        "members.Organisation", on_delete=models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("organisation"),
    )  # fmt: skip
    text = models.TextField(_("note"))
    audience = models.CharField(_("seen by"), max_length=10, choices=NoteAudience.choices, default=NoteAudience.SHARED)
    written_at = models.DateTimeField(_("written"), auto_now_add=True)

    objects = NoteQuerySet.as_manager()

    class Meta:
        verbose_name = _("note")
        verbose_name_plural = _("notes")
        ordering = ["-written_at", "-pk"]

    def __str__(self):
        return self.text[:60]
