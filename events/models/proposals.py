from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Prefetch, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.text import folded
from events.enums import ProposalStatus
from events.models.events import Event
from members.rights import rights_of
from memberships.models import Term


class Axis(models.Model):
    """A heading under which a club's proposals stand; it belongs to the club, so that it runs from event to event."""

    club = models.ForeignKey("members.Club", on_delete=models.PROTECT, related_name="axes", verbose_name=_("club"))
    title = models.CharField(_("title"), max_length=120)
    rank = models.PositiveSmallIntegerField(_("order"), default=1)

    class Meta:
        verbose_name = _("axis")
        verbose_name_plural = _("axes")
        ordering = ["rank", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["club", "title"], name="events_axis_once",
                violation_error_message=_("The club has an axis of this name."),
            )
        ]  # fmt: skip

    def __str__(self):
        return self.title


class ProposalQuerySet(models.QuerySet):
    def open(self):
        """Neither done nor dropped: looked at again at the next event."""
        return self.filter(status__in=ProposalStatus.open())

    def expected(self):
        """Retained, and its owner has still to do it."""
        return self.filter(status__in=ProposalStatus.expected())

    def late(self, today):
        return self.expected().filter(due_on__lt=today)

    def visible_to(self, person, today):
        """Public ones; all of a club for its members, its coordination and its readers; one's own organisations'."""
        rights = rights_of(person)
        if rights.is_administrator:
            return self
        if rights.person_id is None:
            return self.filter(is_public=True)
        own_terms = Term.objects.current(today).filter(club=OuterRef("club"), organisation__in=rights.organisation_ids)
        return self.filter(
            Q(is_public=True)
            | Q(organisation__in=rights.organisation_ids)
            | Q(club__in=rights.readable_club_ids)
            | Exists(own_terms)
        )

    def matching(self, text: str):
        """Every word stands in the proposal, its reason or its owner's name, whatever the accents."""
        found = self
        for word in folded(text).split():
            found = found.filter(Q(search_text__contains=word) | Q(organisation__search_text__contains=word))
        return found

    def for_list(self):
        """By axis, the most pressing first."""
        return self.select_related("club", "axis", "organisation", "event").order_by(
            "axis__rank", "axis", F("due_on").asc(nulls_last=True), "pk"
        )

    def with_steps(self):
        """With what was noted of each, newest first, and where."""
        steps = ProposalStep.objects.select_related("event").order_by("-noted_at", "-pk")
        return self.prefetch_related(Prefetch("steps", queryset=steps))


class Proposal(models.Model):
    """What a meeting decided to do: followed from event to event until it is done or dropped.

    Its owner is an organisation, or the club's coordination where none is named. The person who answers for it is known
    to the coordination and to that organisation only.
    """

    club = models.ForeignKey("members.Club", on_delete=models.PROTECT, related_name="proposals", verbose_name=_("club"))
    axis = models.ForeignKey(Axis, on_delete=models.PROTECT, related_name="proposals", verbose_name=_("axis"))
    text = models.CharField(_("proposal"), max_length=300)
    reason = models.TextField(_("why"), blank=True, max_length=2000)
    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="proposals", verbose_name=_("came out of"))
    organisation = models.ForeignKey(
        "members.Organisation", on_delete=models.PROTECT, null=True, blank=True, related_name="proposals",
        verbose_name=_("owner"), help_text=_("Empty: the club’s coordination."),
    )  # fmt: skip
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="proposals",
        verbose_name=_("who answers for it"),
    )  # fmt: skip
    due_on = models.DateField(_("to be done by"), null=True, blank=True, db_index=True)
    status = models.CharField(
        pgettext_lazy("proposal", "state"), max_length=12, choices=ProposalStatus.choices,
        default=ProposalStatus.PROPOSED, db_index=True,
    )  # fmt: skip
    is_public = models.BooleanField(_("shown to everybody"), default=False)
    proposed_at = models.DateTimeField(_("proposed"), auto_now_add=True)
    reminded_on = models.DateField(
        null=True, blank=True, editable=False, help_text=_("When its owner was last told that it is late.")
    )
    search_text = models.TextField(editable=False, blank=True)

    objects = ProposalQuerySet.as_manager()

    class Meta:
        verbose_name = _("proposal")
        verbose_name_plural = _("proposals")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(person__isnull=True) | Q(organisation__isnull=False), name="events_proposal_person_of_owner",
                violation_error_message=_("Name the organisation of this person."),
            ),
            models.CheckConstraint(condition=~Q(text=""), name="events_proposal_says_something"),
        ]  # fmt: skip

    def __str__(self):
        return self.text

    def save(self, *args, **kwargs):
        """Keep what is searched in step with what is shown."""
        self.search_text = folded(f"{self.text} {self.reason}")
        if kwargs.get("update_fields") is not None:
            kwargs["update_fields"] = {*kwargs["update_fields"], "search_text"}
        super().save(*args, **kwargs)

    @property
    def status_badge(self) -> ProposalStatus:
        return ProposalStatus(self.status)

    @property
    def is_open(self) -> bool:
        return self.status in ProposalStatus.open()

    @property
    def is_expected(self) -> bool:
        return self.status in ProposalStatus.expected()

    def is_late(self, today) -> bool:
        return self.is_expected and self.due_on is not None and self.due_on < today

    def get_absolute_url(self):
        return reverse("events:proposal_page", args=[self.pk])


class ProposalStep(models.Model):
    """One line of a proposal's story: it changed state, somebody wrote a note, or an event looked at it."""

    proposal = models.ForeignKey(Proposal, on_delete=models.CASCADE, related_name="steps")
    was = models.CharField(max_length=12, choices=ProposalStatus.choices)
    became = models.CharField(max_length=12, choices=ProposalStatus.choices)
    text = models.TextField(_("note"), blank=True, max_length=1000)
    event = models.ForeignKey(
        Event, on_delete=models.PROTECT, null=True, blank=True, related_name="proposal_steps",
        verbose_name=_("looked at during"),
    )  # fmt: skip
    is_owners = models.BooleanField(_("noted by the owner"), default=False)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name=_("by")
    )
    noted_at = models.DateTimeField(_("noted"), auto_now_add=True)

    class Meta:
        verbose_name = _("step of a proposal")
        verbose_name_plural = _("steps of proposals")
        ordering = ["-noted_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(was=F("became")) | ~Q(text="") | Q(event__isnull=False), name="events_step_says_something"
            ),
            models.UniqueConstraint(
                fields=["proposal", "event"], condition=Q(was=F("became"), text=""), name="events_step_looked_at_once"
            ),
        ]  # fmt: skip

    def __str__(self):
        return self.text or self.get_became_display()

    @property
    def is_a_move(self) -> bool:
        return self.was != self.became

    @property
    def became_badge(self) -> ProposalStatus:
        return ProposalStatus(self.became)
