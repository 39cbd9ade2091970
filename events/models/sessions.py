"""The parts of an event's day, and the seats of those that people sign up for."""

from django.db import models
from django.db.models import Count, Exists, F, OuterRef, Prefetch, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from events.enums import PlaceStatus, SessionKind
from events.models.events import Event
from events.models.registrations import Place
from members.rights import rights_of

# A seat counts while its place does: a place that was given back has lost its seats, also when it is taken again.
_SINCE = Q(place__cancelled_at__isnull=True) | Q(place__cancelled_at__lt=F("taken_at"))


class SessionQuerySet(models.QuerySet):
    def with_sign_up(self):
        """Sessions that one chooses, such as workshops."""
        return self.filter(has_sign_up=True)

    def with_seats(self):
        """In order of time, annotated `seats_taken` (see `SessionSeat.objects.taken`)."""
        seated = Q(seats__place__status__in=PlaceStatus.seated())
        since = Q(seats__place__cancelled_at__isnull=True) | Q(seats__place__cancelled_at__lt=F("seats__taken_at"))
        counted = self.annotate(seats_taken=Count("seats", filter=seated & since))
        return counted.order_by("starts_at", "pk")  # said again: the order of a model does not survive counting


class Session(models.Model):
    """A part of the programme. Whoever is registered may come, or (`has_sign_up`) who signed up for it."""

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="sessions", verbose_name=_("event"))
    kind = models.CharField(_("kind"), max_length=12, choices=SessionKind.choices)
    title = models.CharField(_("title"), max_length=160)
    starts_at = models.DateTimeField(_("starts"))
    ends_at = models.DateTimeField(_("ends"))
    room = models.CharField(_("room"), max_length=80, blank=True)
    speakers = models.CharField(_("speakers"), max_length=250, blank=True)
    moderators = models.CharField(_("moderators"), max_length=250, blank=True)
    description = models.TextField(_("description"), blank=True)
    has_sign_up = models.BooleanField(_("people sign up for it"), default=False)
    capacity = models.PositiveIntegerField(_("seats"), null=True, blank=True)
    sequence = models.PositiveIntegerField(
        default=0, editable=False, help_text=_("Grows when its own time or room change, so that calendars follow.")
    )

    objects = SessionQuerySet.as_manager()

    class Meta:
        verbose_name = pgettext_lazy("programme", "session")
        verbose_name_plural = pgettext_lazy("programme", "sessions")
        ordering = ["starts_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")), name="events_session_ends_after_start",
                violation_error_message=_("A session ends after it starts."),
            ),
            models.CheckConstraint(
                condition=Q(capacity__isnull=True) | Q(capacity__gte=1, has_sign_up=True),
                name="events_session_seats_by_sign_up",
                violation_error_message=_("Only a session that people sign up for has seats of its own."),
            ),
        ]  # fmt: skip

    def __str__(self):
        return self.title

    @property
    def calendar_uid(self) -> str:
        """Names this session in calendars for ever."""
        return f"{self.event.uid}-s{self.pk}"

    @property
    def is_pitches(self) -> bool:
        return self.kind == SessionKind.PITCHES

    @property
    def minutes(self) -> int:
        return round((self.ends_at - self.starts_at).total_seconds() / 60)

    @property
    def seats_left(self) -> int | None:
        """Of a session read `with_seats()`; None where only the event's places count."""
        return None if self.capacity is None else max(0, self.capacity - self.seats_taken)

    @property
    def is_full(self) -> bool:
        return self.seats_left == 0

    def has_begun(self, now) -> bool:
        return self.starts_at <= now

    def overlaps(self, other: "Session") -> bool:
        """Nobody can be at both."""
        return self.starts_at < other.ends_at and other.starts_at < self.ends_at


class SessionSeatQuerySet(models.QuerySet):
    def taken(self):
        """What counts against a session's seats: those of people who still hold their place at the event."""
        return self.filter(_SINCE, place__status__in=PlaceStatus.seated())

    def of(self, place: Place):
        return self.filter(place=place)

    def visible_to(self, person):
        """For the event's coordinators."""
        rights = rights_of(person)
        return self if rights.is_administrator else self.filter(session__event__club__in=rights.coordinated_club_ids)

    def for_list(self):
        """People by name, with their organisation."""
        return self.select_related("place__registration__organisation").order_by(
            "place__last_name", "place__first_name", "pk"
        )


class SessionSeat(models.Model):
    """A person's seat in one session: it belongs to their place at the event, whoever bears that place's name."""

    session = models.ForeignKey(
        Session, on_delete=models.CASCADE, related_name="seats", verbose_name=pgettext_lazy("programme", "session")
    )
    place = models.ForeignKey(Place, on_delete=models.CASCADE, related_name="session_seats", verbose_name=_("place"))
    taken_at = models.DateTimeField(_("taken"))

    objects = SessionSeatQuerySet.as_manager()

    class Meta:
        verbose_name = _("seat in a session")
        verbose_name_plural = _("seats in sessions")
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["session", "place"], name="events_session_seat_once")]

    def __str__(self):
        return f"{self.session}, {self.place}"


def with_sessions(places: models.QuerySet) -> models.QuerySet:
    """Places with `can_choose` (the event has sessions that one signs up for) and `chosen` (their seats, in order of time)."""
    offered = Session.objects.with_sign_up().filter(event=OuterRef("event"))
    seats = SessionSeat.objects.taken().select_related("session").order_by("session__starts_at", "session", "pk")
    return places.annotate(can_choose=Exists(offered)).prefetch_related(
        Prefetch("session_seats", queryset=seats, to_attr="chosen")
    )
