"""The door on the day: devices, what they noted, seats kept for those that are offline, walk-ins still to be settled."""

from collections.abc import Collection

from django.conf import settings
from django.db import models
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Sum
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from events.enums import Attendance, EntryKind, Verdict
from events.models.events import Event, Reception
from events.models.registrations import Place, own_emails
from events.models.sessions import Session
from members.enums import Audience

_OF_A_DOOR = ("event", "name", "session", "device", "last_sync_at", "to_send", "clock_ahead")


class DoorQuerySet(models.QuerySet):
    def for_sync(self, person_id: int):
        """With its event, and whether the person stands at that event's desk (`is_at_desk`) and seats are kept for the door
        (`has_reserve`): all in one query, as it is asked for every ticket that is read."""
        desks = Reception.objects.filter(event=OuterRef("event"), person_id=person_id)
        reserves = Allotment.objects.filter(door=OuterRef("pk")).open()
        few = self.select_related("event").only(
            *_OF_A_DOOR, "event__club"
        )  # the event is read under its lock if need be
        return few.annotate(is_at_desk=Exists(desks), has_reserve=Exists(reserves))


class Door(models.Model):
    """A named door of one event and the device that stands at it. Without a device it is free to be taken."""

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="doors", verbose_name=_("event"))
    name = models.CharField(pgettext_lazy("door", "name"), max_length=40)
    session = models.ForeignKey(
        Session, on_delete=models.SET_NULL, null=True, blank=True, related_name="doors", verbose_name=_("session"),
        help_text=_("Empty: the door of the whole event."),
    )  # fmt: skip
    device = models.UUIDField(_("device"), null=True, blank=True, editable=False)
    opened_at = models.DateTimeField(pgettext_lazy("door", "opened"), null=True, blank=True)
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+",
        verbose_name=_("by"),
    )  # fmt: skip
    last_sync_at = models.DateTimeField(_("last heard of"), null=True, blank=True)
    to_send = models.PositiveIntegerField(_("still to send"), default=0, help_text=_("As the device said last."))
    clock_ahead = models.IntegerField(_("clock ahead, in seconds"), default=0, help_text=_("Negative: it is behind."))

    objects = DoorQuerySet.as_manager()

    class Meta:
        verbose_name = _("door")
        verbose_name_plural = _("doors")
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(
                "event", Lower("name"), name="events_door_name_once",
                violation_error_message=_("This event has a door of that name already."),
            ),
            models.UniqueConstraint(
                fields=["event", "device"], condition=Q(device__isnull=False), name="events_door_device_once"
            ),
        ]  # fmt: skip

    def __str__(self):
        return self.name


class ScanQuerySet(models.QuerySet):
    def entering(self):
        """By which somebody came in: each person once at the event's doors, and once at each session's."""
        return self.filter(verdict__in=Verdict.entering())

    def odd(self):
        """Codes that let nobody in."""
        return self.filter(verdict__in=Verdict.odd())

    def of(self, places: Collection[int]):
        """About some places, by their ids."""
        return self.filter(place_id__in=places)

    def of_event(self):
        """Noted at the event's own doors, not at a session's."""
        return self.filter(session=None)

    def at_sessions(self):
        return self.filter(session__isnull=False)

    def present(self):
        """Of each place and session the last word, if it says that the person came (the event's own doors keep that on
        the place)."""
        return self.standing().filter(attendance=Attendance.PRESENT).order_by()

    def standing(self):
        """What was noted last about each place at each session."""
        later = Scan.objects.filter(place=OuterRef("place"), session=OuterRef("session")).counting().filter(
            Q(corrected_at__gt=OuterRef("corrected_at")) | Q(corrected_at=OuterRef("corrected_at"), pk__gt=OuterRef("pk"))
        )  # fmt: skip
        return self.counting().filter(place__isnull=False).exclude(Exists(later))

    def counting(self):
        """Those that say something about attendance and were not overtaken by a later word."""
        return self.exclude(attendance="").exclude(verdict=Verdict.OVERTAKEN)

    def present_by_session(self) -> dict[int, int]:
        """Session → people who came to it, as read or noted at its doors (one query)."""
        counts = self.at_sessions().present().values_list("session").annotate(people=Count("place", distinct=True))
        return dict(counts)

    def for_list(self):
        return self.select_related("door", "place", "other_event", "session").order_by("-corrected_at", "-pk")


class Scan(models.Model):
    """One thing noted at a door, as a fact: a code read, a tick by hand, somebody who came unannounced.

    `key` is made by the device, so that what is sent twice is kept once. No name stands here: `place` says who, and what
    was read is kept only as a digest where it led to nobody. `corrected_at` is the device's time by the server's clock.
    `verdict` is what the door was told; when an earlier scan of the same place arrives later, that one becomes the one
    that let the person in, so that each person is let in once.
    """

    key = models.UUIDField(unique=True, editable=False)
    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="scans", verbose_name=_("event"))
    door = models.ForeignKey(Door, on_delete=models.PROTECT, related_name="scans", verbose_name=_("door"))
    session = models.ForeignKey(
        Session, on_delete=models.SET_NULL, null=True, blank=True, related_name="scans", verbose_name=_("session")
    )
    kind = models.CharField(_("kind"), max_length=10, choices=EntryKind.choices)
    place = models.ForeignKey(
        Place, on_delete=models.PROTECT, null=True, blank=True, related_name="scans", verbose_name=_("place")
    )
    other_event = models.ForeignKey(
        Event, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("other event")
    )
    read_digest = models.CharField(_("digest of what was read"), max_length=64, blank=True)
    attendance = models.CharField(_("attendance"), max_length=10, choices=Attendance.choices, blank=True)
    verdict = models.CharField(_("verdict"), max_length=12, choices=Verdict.choices)
    device_at = models.DateTimeField(_("by the device’s clock"))
    corrected_at = models.DateTimeField(_("corrected"))
    received_at = models.DateTimeField(_("received"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name=_("by")
    )

    objects = ScanQuerySet.as_manager()

    class Meta:
        verbose_name = _("scan")
        verbose_name_plural = _("scans")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(corrected_at__lte=F("received_at")), name="events_scan_not_from_tomorrow"
            )
        ]
        indexes = [models.Index(fields=["event", "verdict"], name="events_scan_count")]

    def __str__(self):
        return f"{self.get_kind_display()}, {self.door}"

    @property
    def verdict_badge(self) -> Verdict:
        return Verdict(self.verdict)


class AllotmentQuerySet(models.QuerySet):
    def open(self):
        """Whose unused seats are still kept."""
        return self.filter(released_at=None)

    def seats_kept(self):
        """`event`, `audience`, `seats_kept`: what the open ones keep from everybody else."""
        return self.open().order_by().values("event", "audience").annotate(seats_kept=Sum(F("seats") - F("used")))


class Allotment(models.Model):
    """Seats kept for the walk-ins of one door, so that it can let people in while it is offline.

    Kept seats count as taken. For no `audience` they count against every quota: nobody knows yet who will sit there.
    """

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="allotments", verbose_name=_("event"))
    door = models.ForeignKey(Door, on_delete=models.PROTECT, related_name="allotments", verbose_name=_("door"))
    audience = models.CharField(_("audience"), max_length=10, choices=Audience.choices, blank=True)
    seats = models.PositiveSmallIntegerField(_("seats reserved"))
    used = models.PositiveSmallIntegerField(_("seats used"), default=0)
    reserved_at = models.DateTimeField(_("reserved"))
    released_at = models.DateTimeField(_("given back"), null=True, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name=_("by")
    )

    objects = AllotmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("reserved seats of a door")
        verbose_name_plural = _("reserved seats of doors")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=Q(used__lte=F("seats")), name="events_allotment_not_oversold"),
            models.CheckConstraint(condition=Q(seats__gte=1), name="events_allotment_keeps_seats"),
        ]

    def __str__(self):
        return f"{self.door}: {self.seats}"

    @property
    def left(self) -> int:
        """Seats that its door may still give; none once they were given back."""
        return 0 if self.released_at else self.seats - self.used

    def takes(self, audience: str) -> bool:
        return bool(self.left) and self.audience in ("", audience)


class LooseWalkInQuerySet(models.QuerySet):
    def seated(self):
        return self.filter(has_seat=True)

    def seats_taken(self):
        """`event`, `audience`, `seats_kept`: people who sit without a place of their own yet."""
        return self.seated().order_by().values("event", "audience").annotate(seats_kept=Count("pk"))

    def of(self, person):
        """Under an e-mail that the person has proved."""
        return self.filter(email__in=own_emails(person.pk))


class LooseWalkIn(models.Model):
    """Somebody who came unannounced, whose organisation is only a name so far, or who found no seat when that was learnt.

    The desk settles it: then it becomes a place and this row is gone; the fact stays with its scan.
    """

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="loose_walk_ins", verbose_name=_("event"))
    scan = models.OneToOneField(Scan, on_delete=models.CASCADE, related_name="loose_walk_in")
    first_name = models.CharField(_("first name"), max_length=80)
    last_name = models.CharField(_("last name"), max_length=80)
    email = models.EmailField(_("e-mail"), blank=True)
    organisation_name = models.CharField(_("organisation, as it was said"), max_length=160)
    audience = models.CharField(_("audience"), max_length=10, choices=Audience.choices)
    has_seat = models.BooleanField(_("has a seat"), default=True)

    objects = LooseWalkInQuerySet.as_manager()

    class Meta:
        verbose_name = _("walk-in to settle")
        verbose_name_plural = _("walk-ins to settle")
        ordering = ["pk"]

    def __str__(self):
        return self.full_name

    @property
    def full_name(self) -> str:
        return f"{self.first_name} {self.last_name}"


def kept_at_doors(events: Collection[int]) -> list[QuerySet]:
    """Seats that no place stands for yet (`event`, `audience` or "", `seats_kept`): kept for doors, taken by loose walk-ins.

    Binding only under the event's lock.
    """
    allotted, loose = Allotment.objects.filter(event__in=events), LooseWalkIn.objects.filter(event__in=events)
    return [allotted.seats_kept(), loose.seats_taken()]
