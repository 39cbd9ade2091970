from collections.abc import Collection

from allauth.account.models import EmailAddress
from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Lower
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.text import folded
from events.enums import Attendance, EventStatus, PlaceStatus
from events.models.events import Event, Reception
from members.enums import Audience
from members.rights import rights_of


def own_emails(person_id: int):
    """The addresses that the person has proved to be theirs (a subquery)."""
    return EmailAddress.objects.filter(user_id=person_id, verified=True).values("email")


def in_the_name_of(person_id: int) -> Q:
    """Of places: linked to the account, or under an e-mail that the person has proved."""
    return Q(person_id=person_id) | Q(email__in=own_emails(person_id))


class RegistrationQuerySet(models.QuerySet):
    def visible_to(self, person):
        """One's own organisations' registrations, and all for the club's coordinators."""
        rights = rights_of(person)
        if rights.is_administrator:
            return self
        return self.visible_to_these(rights.organisation_ids, rights.coordinated_club_ids)

    def visible_to_these(self, organisation_ids: Collection[int], club_ids: Collection[int]):
        """The same, said with ids."""
        return self.filter(Q(organisation__in=organisation_ids) | Q(event__club__in=club_ids))

    def held_too_long(self, now):
        """Held or offered places whose time is over, or whose event is off. Who was seen at the door came, and stays."""
        held = Place.objects.filter(registration=OuterRef("pk"), status__in=PlaceStatus.kept())
        is_over = Q(held_until__lt=now) | Q(event__status=EventStatus.CANCELLED)
        return self.filter(is_over, Exists(held)).exclude(Exists(held.filter(attendance=Attendance.PRESENT)))


class Registration(models.Model):
    """An organisation registers a group of named people for an event; each holds, or waits for, one place."""

    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="registrations", verbose_name=_("event"))
    organisation = models.ForeignKey(
        "members.Organisation", on_delete=models.PROTECT, related_name="registrations", verbose_name=_("organisation")
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name=_("by")
    )
    registered_at = models.DateTimeField(_("registered"), auto_now_add=True)
    held_until = models.DateTimeField(
        _("held until"), null=True, blank=True,
        help_text=_(
            "Until when its held or offered places are kept, for the payment or the answer. Empty: as long as a payment is"
            " under way."
        ),
    )  # fmt: skip
    passed_over = models.PositiveSmallIntegerField(
        _("passed over"), default=0, help_text=_("In how many rounds of the waiting list later groups went before it.")
    )

    objects = RegistrationQuerySet.as_manager()

    class Meta:
        verbose_name = _("registration")
        verbose_name_plural = _("registrations")
        ordering = ["registered_at", "pk"]

    def __str__(self):
        return f"{self.organisation}, {self.event}"


class PlaceQuerySet(models.QuerySet):
    def holding_a_place(self):
        """Confirmed: a place that was given, and paid for where it costs something."""
        return self.filter(status=PlaceStatus.CONFIRMED)

    def held(self):
        return self.filter(status=PlaceStatus.HELD)

    def kept(self):
        """Held for the payment, or offered: seats that somebody has still to answer for."""
        return self.filter(status__in=PlaceStatus.kept())

    def offered(self):
        return self.filter(status=PlaceStatus.OFFERED)

    def requested(self):
        """Asked for, in the order in which they were; the coordination has still to say yes."""
        return self.filter(status=PlaceStatus.REQUESTED).order_by("registration_id", "pk")

    def seated(self):
        """Those who may come: whoever still has to pay may do so after the door."""
        return self.filter(status__in=PlaceStatus.seated())

    def taken(self):
        """What counts against capacity and quotas: confirmed or held, unless ticked as excused or absent at the door.

        A hold whose time is over counts until it has been given up under its order's and its event's lock (see
        `events.actions.holding`): whoever pays at that moment keeps the seat, so it must not be somebody else's yet.
        """
        return self.seated().exclude(attendance__in=Attendance.freeing())

    def of(self, person):
        """Places in the person's own name: linked to the account, or under an e-mail the person has proved."""
        return self.filter(in_the_name_of(person.pk)) if person.is_authenticated else self.none()

    def concerning(self, person):
        """Active places that the person holds or whose organisation is the person's."""
        if not person.is_authenticated:
            return self.none()
        return self.concerning_these(person.pk, rights_of(person).organisation_ids)

    def concerning_these(self, person_id: int, organisation_ids: Collection[int]):
        """The same, said with ids."""
        own = in_the_name_of(person_id)
        return self.active().filter(own | Q(registration__organisation__in=organisation_ids))

    def coming(self, now):
        """At events that are not over; one whose date is open again is still to come."""
        return self.filter(Q(event__ends_at__gte=now) | Q(event__status=EventStatus.POSTPONED))

    def over(self, now):
        return self.filter(event__ends_at__lt=now).exclude(event__status=EventStatus.POSTPONED)

    def not_begun(self, now):
        """At events that are still to begin."""
        return self.filter(Q(event__starts_at__gt=now) | Q(event__status=EventStatus.POSTPONED))

    def waiting(self):
        """The waiting list, in order: groups as they came, people as they were named."""
        return self.filter(status=PlaceStatus.WAITING).order_by("waiting_since", "registration_id", "pk")

    def active(self):
        return self.filter(status__in=PlaceStatus.active())

    def attended(self):
        """Who came, came, paid or not."""
        return self.seated().filter(attendance=Attendance.PRESENT)

    def consenting(self):
        """People who agreed to appear on the list that other participants see."""
        return self.holding_a_place().filter(is_listed=True)

    def named(self):
        """Places that bear a name: the person has not been forgotten, and the seat is not merely reserved."""
        return self.exclude(last_name="")

    def visible_to(self, person):
        """Places of one's own organisations or in one's own name; of the clubs and events one runs."""
        rights = rights_of(person)
        if rights.is_administrator:
            return self
        if rights.person_id is None:
            return self.none()
        desks = Reception.objects.filter(person_id=rights.person_id).values("event")
        return self.filter(
            Q(registration__organisation__in=rights.organisation_ids)
            | Q(person_id=rights.person_id)
            | Q(email__in=own_emails(person.pk))
            | Q(event__club__in=rights.coordinated_club_ids)
            | Q(event__in=desks)
        )

    def matching(self, text: str):
        """Every word stands in the name, the e-mail or the organisation's name, whatever the accents."""
        found = self
        for word in folded(text).split():
            found = found.filter(search_text__contains=word)
        return found

    def for_list(self):
        return self.select_related("registration__organisation").order_by("last_name", "first_name", "pk")


class Place(models.Model):
    """One person's place at an event. `event` and `audience` are those of the registration, kept for the count."""

    registration = models.ForeignKey(Registration, on_delete=models.PROTECT, related_name="places")
    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="places", verbose_name=_("event"))
    audience = models.CharField(_("audience"), max_length=10, choices=Audience.choices)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="places",
        verbose_name=_("person"),
    )  # fmt: skip
    first_name = models.CharField(_("first name"), max_length=80)
    last_name = models.CharField(_("last name"), max_length=80)
    email = models.EmailField(_("e-mail"), blank=True)
    job_title = models.CharField(_("job title"), max_length=100, blank=True)
    guest_of = models.CharField(
        _("comes from"), max_length=120, blank=True, help_text=_("A guest’s own organisation; empty for a colleague.")
    )
    status = models.CharField(_("status"), max_length=10, choices=PlaceStatus.choices)
    waiting_since = models.DateTimeField(_("waiting since"), null=True, blank=True)
    confirmed_at = models.DateTimeField(_("confirmed"), null=True, blank=True)
    cancelled_at = models.DateTimeField(_("cancelled"), null=True, blank=True)
    is_money_due = models.BooleanField(
        _("its money is due"), default=False, editable=False,
        help_text=_("Paid, and given back by the day that was promised when the event was postponed."),
    )  # fmt: skip
    is_listed = models.BooleanField(_("appears on the list of participants"), default=False)
    consented_at = models.DateTimeField(_("agreed to the list"), null=True, blank=True)
    is_walk_in = models.BooleanField(_("walk-in"), default=False)
    attendance = models.CharField(
        _("attendance"), max_length=10, choices=Attendance.choices, default=Attendance.UNKNOWN
    )
    attendance_at = models.DateTimeField(_("ticked"), null=True, blank=True)
    attendance_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+",
        verbose_name=_("ticked by"),
    )  # fmt: skip
    ticket_version = models.PositiveSmallIntegerField(
        default=1, editable=False, help_text=_("Grows when the place is passed on: earlier tickets no longer count.")
    )
    erased_at = models.DateTimeField(_("name erased"), null=True, blank=True, editable=False)
    search_text = models.TextField(editable=False, blank=True)

    objects = PlaceQuerySet.as_manager()

    class Meta:
        verbose_name = _("place")
        verbose_name_plural = _("places")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                "event", Lower("email"), condition=Q(status__in=PlaceStatus.active()) & ~Q(email=""),
                name="events_place_person_once",
                violation_error_message=_("This person is already registered."),
            ),
            models.CheckConstraint(
                condition=~Q(status=PlaceStatus.WAITING) | Q(waiting_since__isnull=False),
                name="events_place_waits_since",
            ),
            models.CheckConstraint(
                condition=Q(is_listed=False) | Q(consented_at__isnull=False), name="events_place_listed_by_consent"
            ),
        ]  # fmt: skip
        indexes = [
            models.Index(fields=["event", "status", "audience"], name="events_place_count"),
            models.Index(fields=["event", "last_name", "first_name", "id"], name="events_place_by_name"),
        ]

    def __str__(self):
        return self.full_name

    def save(self, *args, **kwargs):
        """Keep what is searched in step with what is shown."""
        self.fill_search_text()
        if kwargs.get("update_fields") is not None:
            kwargs["update_fields"] = {*kwargs["update_fields"], "search_text"}
        super().save(*args, **kwargs)

    def fill_search_text(self) -> None:
        """Call it where rows are written in bulk, which passes by `save`."""
        self.email = self.email.strip().lower()
        self.search_text = folded(
            f"{self.first_name} {self.last_name} {self.email} {self.registration.organisation.display_name} {self.guest_of}"
        )

    def get_audience_display(self) -> str:
        """Django's own translates every choice to find one: too slow for a list."""
        return str(Audience(self.audience).label)

    @property
    def status_badge(self) -> PlaceStatus:
        return PlaceStatus(self.status)

    @property
    def attendance_badge(self) -> Attendance:
        return Attendance(self.attendance)

    @property
    def is_confirmed(self) -> bool:
        return self.status == PlaceStatus.CONFIRMED

    @property
    def is_held(self) -> bool:
        return self.status == PlaceStatus.HELD

    @property
    def is_offered(self) -> bool:
        return self.status == PlaceStatus.OFFERED

    @property
    def is_requested(self) -> bool:
        return self.status == PlaceStatus.REQUESTED

    @property
    def is_seated(self) -> bool:
        return self.status in PlaceStatus.seated()

    @property
    def is_in_calendar(self) -> bool:
        """Its person was sent a calendar entry: also when the place is only held again, the money having gone back."""
        return self.is_seated and self.confirmed_at is not None

    @property
    def is_known(self) -> bool:
        """Its person was written to: about a place, or about the waiting list."""
        return self.is_in_calendar or self.waiting_since is not None

    @property
    def is_waiting(self) -> bool:
        return self.status == PlaceStatus.WAITING

    @property
    def is_active(self) -> bool:
        return self.status in PlaceStatus.active()

    @property
    def is_named(self) -> bool:
        """Somebody is known to come; a seat may be reserved first and named later."""
        return bool(self.last_name)

    @property
    def is_erased(self) -> bool:
        """The person has been forgotten; the place still counts."""
        return self.erased_at is not None

    @property
    def full_name(self) -> str:
        """As it is read; a seat that is only reserved and a person who was forgotten have none."""
        return f"{self.first_name} {self.last_name}".strip() or self._no_name

    @property
    def sorted_name(self) -> str:
        """As it stands in lists by name: DUPONT Anne."""
        return f"{self.last_name.upper()} {self.first_name}".strip() or self._no_name

    @property
    def _no_name(self) -> str:
        return gettext("(name erased)") if self.is_erased else gettext("(to be named)")

    @property
    def calendar_uid(self) -> str:
        """Names this place in calendars for ever. No host in it: the site may move, its calendar entries must not."""
        return f"{self.event.uid}-{self.pk}"
