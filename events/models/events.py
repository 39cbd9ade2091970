import uuid
from collections.abc import Collection
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from django.apps import apps
from django.conf import settings
from django.db import models
from django.db.models import Aggregate, Case, Count, Exists, F, OuterRef, Q, Subquery, Sum, When
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from billing.enums import VatRegime
from core.text import folded
from events.enums import (
    Admission,
    EventKind,
    EventStatus,
    EventTimeZone,
    Visibility,
)
from members.enums import Audience
from members.rights import rights_of
from memberships.models import Term


def _number_of(rows, number: Aggregate | None = None) -> Coalesce:
    """How many of these an event has: counted for the events that are read, not for all before they are cut."""
    return Coalesce(Subquery(rows.order_by().values("event").annotate(n=number or Count("pk")).values("n")), 0)


class EventQuerySet(models.QuerySet):
    def published(self):
        """Shown, cancelled ones included: who meant to come must be able to read that it is off."""
        return self.exclude(status=EventStatus.DRAFT)

    def drafts(self):
        """Announced to nobody yet."""
        return self.filter(status=EventStatus.DRAFT)

    def upcoming(self, now):
        """Those to come; whose date is open again stand at the end, however long ago they should have been."""
        coming = Q(ends_at__gte=now) | Q(status=EventStatus.POSTPONED)
        is_open = Case(When(status=EventStatus.POSTPONED, then=1), default=0)
        return self.filter(coming).order_by(is_open, "starts_at", "pk")

    def past(self, now):
        return self.filter(ends_at__lt=now).exclude(status=EventStatus.POSTPONED).order_by("-starts_at", "-pk")

    def open_to_all(self):
        """What a visitor without an account may read."""
        return self.published().filter(visibility=Visibility.PUBLIC)

    def held(self, now):
        """Published, neither cancelled nor postponed, and over: what counts as an event that took place."""
        return self.filter(status=EventStatus.PUBLISHED, ends_at__lt=now)

    def visible_to(self, person, today):
        """Published public ones; members-only ones for the club's members, those for invited ones for them, both for
        whoever holds a place; all for coordinators and receptionists."""
        rights = rights_of(person)
        if rights.is_administrator:
            return self
        if rights.person_id is None:
            return self.open_to_all()
        return self.visible_to_these(rights.person_id, rights.organisation_ids, rights.coordinated_club_ids, today)

    def visible_to_these(self, person_id: int, organisation_ids: Collection[int], club_ids: Collection[int], today):
        """The same, said with the ids of a person, of their organisations and of the clubs they coordinate."""
        own_terms = Term.objects.current(today).filter(club=OuterRef("club"), organisation__in=organisation_ids)
        own_places, invitations = (
            apps.get_model("events", name)
            .objects.concerning_these(person_id, organisation_ids)
            .filter(event=OuterRef("pk"))
            for name in ("Place", "EventInvitation")
        )
        is_member = Q(visibility=Visibility.MEMBERS) & Exists(own_terms)
        open_to_person = Q(visibility=Visibility.PUBLIC) | is_member | Exists(invitations) | Exists(own_places)
        return self.filter(
            (~Q(status=EventStatus.DRAFT) & open_to_person)
            | Q(club__in=club_ids)
            | Exists(Reception.objects.filter(event=OuterRef("pk"), person_id=person_id))
        )

    def matching(self, text: str):
        """Every word stands in the title, the venue or the town, whatever the accents."""
        found = self
        for word in folded(text).split():
            found = found.filter(search_text__contains=word)
        return found

    def with_places(self):
        """Annotate `places_taken` (see `Place.objects.taken`), `places_waiting` and `places_present` (people).

        `seats_taken` also counts the seats for which no place stands yet (see `seats_kept_at`): what is full, is by it.
        """
        doors = apps.get_model("events", "Allotment").objects.filter(event=OuterRef("pk")).open()
        loose = apps.get_model("events", "LooseWalkIn").objects.filter(event=OuterRef("pk")).seated()
        places = apps.get_model("events", "Place").objects.filter(event=OuterRef("pk"))
        return self.annotate(
            places_taken=_number_of(places.taken()),
            places_waiting=_number_of(places.waiting()),
            places_present=_number_of(places.attended()),
            seats_taken=F("places_taken") + _number_of(doors, Sum(F("seats") - F("used"))) + _number_of(loose),
        )

    def for_list(self):
        return self.select_related("club").with_places()


class Event(models.Model):
    club = models.ForeignKey("members.Club", on_delete=models.PROTECT, related_name="events", verbose_name=_("club"))
    kind = models.CharField(_("kind"), max_length=14, choices=EventKind.choices, default=EventKind.OPEN_MAP)
    title = models.CharField(_("title"), max_length=160)
    slug = models.SlugField(_("address"), max_length=80, unique=True)
    summary = models.CharField(_("in one sentence"), max_length=250, blank=True)
    description = models.TextField(_("description"), blank=True)
    sectors = models.ManyToManyField("members.Sector", blank=True, related_name="events", verbose_name=_("sectors"))
    starts_at = models.DateTimeField(_("starts"), db_index=True)
    ends_at = models.DateTimeField(_("ends"), db_index=True)
    time_zone = models.CharField(
        _("local time of"), max_length=40, choices=EventTimeZone.choices, default=EventTimeZone.PARIS
    )
    venue = models.CharField(_("venue"), max_length=160, blank=True)
    street = models.CharField(_("street address"), max_length=200, blank=True)
    post_code = models.CharField(_("post code"), max_length=5, blank=True)
    city = models.CharField(_("town"), max_length=80, blank=True)
    access = models.TextField(_("how to get there"), blank=True)
    commune = models.ForeignKey(
        "members.Commune", on_delete=models.SET_NULL, null=True, blank=True, related_name="events",
        verbose_name=_("commune"),
    )  # fmt: skip
    latitude = models.FloatField(_("latitude"), null=True, blank=True)
    longitude = models.FloatField(_("longitude"), null=True, blank=True)
    capacity = models.PositiveIntegerField(_("places"))
    organisation_cap = models.PositiveSmallIntegerField(
        _("places per organisation"), default=5, help_text=_("How many people one organisation may register.")
    )
    status = models.CharField(_("status"), max_length=10, choices=EventStatus.choices, default=EventStatus.DRAFT)
    visibility = models.CharField(_("shown to"), max_length=10, choices=Visibility.choices, default=Visibility.PUBLIC)
    admission = models.CharField(_("open to"), max_length=10, choices=Admission.choices, default=Admission.MEMBERS)
    needs_approval = models.BooleanField(
        _("the coordination approves each registration"), default=False,
        help_text=_("Nobody has a place before the coordination has said yes."),
    )  # fmt: skip
    asks_needs = models.BooleanField(
        _("ask about meals and access"), default=False,
        help_text=_("Dietary and access needs: seen by the coordination only, erased a week after the event."),
    )  # fmt: skip
    registration_closes_at = models.DateTimeField(
        _("registration closes"), null=True, blank=True, help_text=_("Empty: when the event starts.")
    )
    vat = models.CharField(
        _("VAT on its prices"), max_length=16, choices=VatRegime.choices, default=VatRegime.ASSOCIATION
    )
    cancel_reason = models.CharField(_("why it was cancelled"), max_length=250, blank=True)
    postponed_from = models.DateTimeField(_("was to start"), null=True, blank=True, editable=False)
    postpone_reason = models.CharField(_("why it was postponed"), max_length=250, blank=True, editable=False)
    refund_days = models.PositiveSmallIntegerField(
        _("days before the new date until which paid places are refunded"), null=True, blank=True, editable=False
    )
    series = models.ForeignKey(
        "events.EventSeries", on_delete=models.SET_NULL, null=True, blank=True, related_name="events", editable=False,
        verbose_name=pgettext_lazy("events", "series"),
    )  # fmt: skip
    preview_token = models.CharField(
        max_length=64, blank=True, default="", editable=False, help_text=_("The key of the draft’s secret address.")
    )
    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    sequence = models.PositiveIntegerField(
        default=0, editable=False, help_text=_("Grows when time or place change, so that calendars follow.")
    )
    search_text = models.TextField(editable=False, blank=True)
    is_demo = models.BooleanField(_("demo data"), default=False)
    created_at = models.DateTimeField(pgettext_lazy("event", "created"), auto_now_add=True)
    updated_at = models.DateTimeField(pgettext_lazy("event", "updated"), auto_now=True)

    objects = EventQuerySet.as_manager()

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")
        ordering = ["starts_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")), name="events_event_ends_after_start",
                violation_error_message=_("An event ends after it starts."),
            ),
            models.CheckConstraint(
                condition=Q(capacity__gte=1), name="events_event_has_places",
                violation_error_message=_("An event has at least one place."),
            ),
            models.UniqueConstraint(
                fields=["preview_token"], condition=~Q(preview_token=""), name="events_event_preview_token_once"
            ),
            models.CheckConstraint(
                condition=~Q(status=EventStatus.POSTPONED) | Q(postponed_from__isnull=False),
                name="events_event_postponed_from",
            ),
            models.CheckConstraint(
                condition=Q(latitude__isnull=True, longitude__isnull=True)
                | Q(latitude__range=(-90, 90), longitude__range=(-180, 180)),
                name="events_event_point_whole",
                violation_error_message=_("A point has a latitude between −90 and 90 and a longitude between −180 and 180."),
            ),
        ]  # fmt: skip

    def __str__(self):
        return self.title

    def save(self, *args, **kwargs):
        """Keep what is searched in step with what is shown."""
        self.search_text = folded(f"{self.title} {self.get_kind_display()} {self.venue} {self.city}")
        if kwargs.get("update_fields") is not None:
            kwargs["update_fields"] = {*kwargs["update_fields"], "search_text", "updated_at"}
        super().save(*args, **kwargs)

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)

    @property
    def local_start(self):
        """When it starts by the clock of its place."""
        return self.starts_at.astimezone(self.zone)

    @property
    def local_end(self):
        return self.ends_at.astimezone(self.zone)

    @property
    def is_one_day(self) -> bool:
        return self.local_start.date() == self.local_end.date()

    @property
    def is_elsewhere(self) -> bool:
        """Its clock is not Paris time: say so beside the hours."""
        return self.time_zone != EventTimeZone.PARIS

    @property
    def when(self) -> str:
        """Day and hours in words, as they are announced: none while the date is open again."""
        return gettext("date still open") if self.is_postponed else self.planned_when

    @property
    def planned_when(self) -> str:
        """Day and hours in words, by the clock of its place: tuesday 16 november 2027, 08:45 – 12:30."""
        start, end = self.local_start, self.local_end
        day, hour = _("l j F Y"), "TIME_FORMAT"
        begins = f"{date_format(start, day)}, {date_format(start, hour)}"
        ends = date_format(end, hour) if self.is_one_day else f"{date_format(end, day)}, {date_format(end, hour)}"
        zone = f" ({self.get_time_zone_display()})" if self.is_elsewhere else ""
        return f"{begins} – {ends}{zone}"

    @property
    def address(self) -> str:
        """Venue, street and town on one line, as far as they are known."""
        town = f"{self.post_code} {self.city}".strip()
        return ", ".join(part for part in (self.venue, self.street, town) if part)

    @property
    def has_point(self) -> bool:
        return self.latitude is not None

    @property
    def geo_uri(self) -> str:
        """Opens the map of a phone (RFC 5870)."""
        return f"geo:{self.latitude:.6f},{self.longitude:.6f}" if self.has_point else ""

    @property
    def map_url(self) -> str:
        if not self.has_point:
            return ""
        at = f"{self.latitude:.6f}", f"{self.longitude:.6f}"
        return f"https://www.openstreetmap.org/?mlat={at[0]}&mlon={at[1]}#map=17/{at[0]}/{at[1]}"

    @property
    def day(self):
        """The day on which one must be a member for the members' price: by the clock of its place."""
        return self.local_start.date()

    @property
    def vat_regime(self) -> VatRegime:
        return VatRegime(self.vat)

    @property
    def closes_at(self):
        """Until when people may register."""
        return self.registration_closes_at or self.starts_at

    @property
    def is_draft(self) -> bool:
        return self.status == EventStatus.DRAFT

    @property
    def is_published(self) -> bool:
        return self.status == EventStatus.PUBLISHED

    @property
    def is_cancelled(self) -> bool:
        return self.status == EventStatus.CANCELLED

    @property
    def is_postponed(self) -> bool:
        """It is to take place, and its date is open: the hours it bears are those that were."""
        return self.status == EventStatus.POSTPONED

    @property
    def is_announced(self) -> bool:
        """People know of it, and it is not off: places are held, given back and passed on."""
        return self.is_published or self.is_postponed

    @property
    def is_moved(self) -> bool:
        """Postponed, and its new date is known."""
        return self.is_published and self.postponed_from is not None

    @property
    def postponed_from_words(self) -> str:
        """The day on which it should have been, in words."""
        return date_format(self.postponed_from.astimezone(self.zone), "DATE_FORMAT") if self.postponed_from else ""

    @property
    def refund_until(self) -> date | None:
        """The last day on which a place that is paid may be given back for its money, once the new date is known."""
        if self.refund_days is None or not self.is_moved:
            return None
        return self.local_start.date() - timedelta(days=self.refund_days)

    def gives_money_back(self, now) -> bool:
        """A place that is paid and given back at `now` gets its money back: so it was promised with the postponement."""
        if self.is_postponed:
            return self.refund_days is not None
        return self.refund_until is not None and now.astimezone(self.zone).date() <= self.refund_until

    @property
    def is_open_to_all(self) -> bool:
        """As `open_to_all` of its QuerySet."""
        return not self.is_draft and self.visibility == Visibility.PUBLIC

    @property
    def status_badge(self) -> EventStatus:
        return EventStatus(self.status)

    def is_over(self, now) -> bool:
        return self.ends_at < now and not self.is_postponed

    def has_begun(self, now) -> bool:
        return self.starts_at <= now and not self.is_postponed

    def is_its_day(self, now) -> bool:
        """From midnight before it starts, by its own clock: the door may be opened."""
        return not self.is_postponed and now.astimezone(self.zone).date() >= self.local_start.date()

    def takes_registrations(self, now) -> bool:
        """Published, not begun, not closed. Full or not: there is a waiting list."""
        return self.is_published and now < self.closes_at and not self.has_begun(now)

    def get_absolute_url(self):
        return reverse("events:event_page", args=[self.slug])


class Quota(models.Model):
    """At most so many people of one audience."""

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="quotas", verbose_name=_("event"))
    audience = models.CharField(_("audience"), max_length=10, choices=Audience.choices)
    places = models.PositiveIntegerField(_("places"))

    class Meta:
        verbose_name = _("quota")
        verbose_name_plural = _("quotas")
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["event", "audience"], name="events_quota_once")]

    def __str__(self):
        return f"{self.get_audience_display()}: {self.places}"


class Reception(models.Model):
    """A person who may tick off arrivals at one event, and nothing else."""

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="receptions", verbose_name=_("event"))
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="receptions", verbose_name=_("person")
    )

    class Meta:
        verbose_name = _("reception desk")
        verbose_name_plural = _("reception desks")
        constraints = [models.UniqueConstraint(fields=["event", "person"], name="events_reception_once")]

    def __str__(self):
        return f"{self.person}, {self.event}"
