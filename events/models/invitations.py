from collections.abc import Collection

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from events.models.events import Event
from events.models.registrations import Place, own_emails
from members.rights import rights_of


class EventInvitationQuerySet(models.QuerySet):
    def standing(self):
        """Not withdrawn: it opens the event."""
        return self.filter(withdrawn_at__isnull=True)

    def concerning(self, person):
        """Standing ones to the person's organisations, or to an address the person has proved to be theirs."""
        if not person.is_authenticated:
            return self.none()
        return self.concerning_these(person.pk, rights_of(person).organisation_ids)

    def concerning_these(self, person_id: int, organisation_ids: Collection[int]):
        """The same, said with ids."""
        return self.standing().filter(Q(organisation__in=organisation_ids) | Q(email__in=own_emails(person_id)))

    def admitting(self, organisation):
        return self.standing().filter(organisation=organisation)

    def for_list(self):
        """With `is_registered`: the organisation has somebody who comes, waits, or asked to come."""
        places = Place.objects.active().filter(
            event=OuterRef("event"), registration__organisation=OuterRef("organisation")
        )
        return (
            self.select_related("organisation")
            .annotate(is_registered=Exists(places))
            .order_by("withdrawn_at", "email", "pk")
        )


class EventInvitation(models.Model):
    """A person is invited by a personal link, for an organisation that is known already or will be their own.

    Whether it was followed is seen from the organisation's registrations. Kept as long as names are.
    """

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="invitations", verbose_name=_("event"))
    organisation = models.ForeignKey(
        "members.Organisation", on_delete=models.CASCADE, null=True, blank=True, related_name="event_invitations",
        verbose_name=_("organisation"),
    )  # fmt: skip
    email = models.EmailField(_("e-mail"))
    name = models.CharField(_("name"), max_length=160, blank=True)
    message = models.CharField(_("personal words"), max_length=500, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name=_("by")
    )
    created_at = models.DateTimeField(_("invited"), auto_now_add=True)
    declined_at = models.DateTimeField(_("declined"), null=True, blank=True)
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True)

    objects = EventInvitationQuerySet.as_manager()

    class Meta:
        verbose_name = _("invitation to an event")
        verbose_name_plural = _("invitations to events")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                "event", Lower("email"), condition=Q(withdrawn_at__isnull=True), name="events_invitation_once",
                violation_error_message=_("This person has already been invited."),
            )
        ]  # fmt: skip

    def __str__(self):
        return f"{self.email}, {self.event}"

    @property
    def is_standing(self) -> bool:
        return self.withdrawn_at is None
