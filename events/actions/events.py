"""An event's own life: drafted, published, changed, cancelled, copied."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import gettext_noop

from billing.models import Seller
from core.errors import RuleBroken
from core.history import record
from core.uploads import drop_files
from events.actions.locking import lock_event
from events.actions.papers import copy_papers
from events.actions.presets import preset_of, sessions_of
from events.actions.pricing import Prices, set_prices
from events.actions.promotion import promote_under_lock
from events.actions.repaying import begin_repaying
from events.clocks import Move
from events.enums import EventStatus, Refunding
from events.letters import write_event_cancelled, write_event_changed
from events.models import Event, EventSeries, Place, Quota, Session, prices_of, seats_of, standings_of
from members.models import Club, Commune

FIELDS = (
    "kind", "title", "summary", "description", "starts_at", "ends_at", "time_zone", "venue", "street", "post_code",
    "city", "access", "latitude", "longitude", "capacity", "organisation_cap", "visibility", "admission",
    "registration_closes_at", "vat", "needs_approval", "asks_needs",
)  # fmt: skip
_NOT_A_DRAFT = {
    EventStatus.CANCELLED: _lazy("This event has been cancelled."),
    EventStatus.POSTPONED: _lazy("This event is postponed: set its new date where it was postponed."),
}
# What calendars show: a change of one of these is news for everybody who comes; of a text it is not.
TIME_AND_PLACE = ("starts_at", "ends_at", "time_zone", "venue", "street", "post_code", "city")


@transaction.atomic
def create_event(
    club: Club, *, by, quotas: Mapping[str, int | None] | None = None, sectors: Iterable = (),
    with_programme: bool = False, prices: Prices | None = None, **fields,
) -> Event:  # fmt: skip
    """Draft an event. `fields`: see FIELDS; `quotas`: places by audience (None: no quota); `prices`: see Prices.

    `with_programme` adds the ready programme of its kind, where there is one. Raises RuleBroken at the field.
    """
    event = Event(club=club)
    fill(event, fields)
    event.slug = _new_slug(event)
    event.save()
    event.sectors.add(*sectors)
    _set_quotas(event, quotas or {})
    set_prices(event, prices or {})
    preset = preset_of(event.kind)
    if with_programme and preset:
        Session.objects.bulk_create(sessions_of(preset, event))
    record("events.event.created", gettext_noop("Drafted: %(event)s"), by=by, about=[event, club], event=event)
    return event


@transaction.atomic
def update_event(
    event: Event, *, by, quotas: Mapping[str, int | None] | None = None, sectors: Iterable | None = None,
    prices: Prices | None = None, **fields,
) -> Event:  # fmt: skip
    """Change an event; the arguments are those of `create_event`, and what is not given stays. What is ordered keeps
    its price.

    When the start moves, the programme moves with it by the clock of the place. A published event whose time or place
    changes gets a higher sequence, and everybody who holds or awaits a place a letter (holders with the new calendar
    entry); a text that changes does neither. More places go to the waiting list at once. A quota may be set below what
    is taken: nobody loses a place, and none is given until there are fewer. Raises RuleBroken at the field: fewer places
    than are taken, a programme that no longer fits, a cancelled event, another date for a postponed one.
    """
    event = lock_event(event)
    now = timezone.now()
    if event.is_cancelled:
        raise RuleBroken(_("This event has been cancelled."))
    before = {name: getattr(event, name) for name in TIME_AND_PLACE}
    when_before, where_before = event.when, event.address
    fill(event, fields)
    if event.is_postponed and (event.starts_at, event.ends_at) != (before["starts_at"], before["ends_at"]):
        raise RuleBroken(_("This event is postponed: set its new date where it was postponed."), field="starts_at")
    taken = seats_of(event).total_taken
    if event.capacity < taken:
        raise RuleBroken(_("%(taken)s places are already taken.") % {"taken": taken}, field="capacity")
    move_programme(event, Move(before["starts_at"], ZoneInfo(before["time_zone"]), event.starts_at, event.zone))
    is_moved = any(before[name] != getattr(event, name) for name in TIME_AND_PLACE)
    if is_moved and event.is_published:
        event.sequence += 1
    event.save()
    if sectors is not None:
        event.sectors.set(sectors)
    if quotas is not None:
        _set_quotas(event, quotas)
    if prices is not None:
        set_prices(event, prices)
    sentence = gettext_noop("Time or place changed: %(when)s") if is_moved else gettext_noop("Description changed")
    record("events.event.changed", sentence, by=by, about=[event], when=event.when)
    if is_moved and event.is_published and not event.is_over(now):
        for place in people_to_tell(event):
            write_event_changed(place, when_before=when_before, where_before=where_before, now=now)
    promote_under_lock(event, by=by, now=now)
    return event


@transaction.atomic
def publish_event(event: Event, *, by) -> Event:
    """Show a draft to those it is for and open registration; repeat-safe."""
    club, event = event.club, lock_event(event)
    if event.is_published:
        return event
    if not event.is_draft:
        raise RuleBroken(_NOT_A_DRAFT[EventStatus(event.status)])
    event.status = EventStatus.PUBLISHED
    event.save(update_fields=["status"])
    record("events.event.published", gettext_noop("Published: %(event)s"), by=by, about=[event, club], event=event)
    return event


@transaction.atomic
def cancel_event(event: Event, *, by, reason: str = "", refunding: str = Refunding.EACH) -> Event:
    """Call a published event off: everybody who holds or awaits a place is told, also what becomes of the money;
    calendars drop it. Repeat-safe.

    The places stay as they were: who was to come is part of the story. What is ordered and not paid is taken back, and
    with `refunding` all what is paid is refunded, after the commit (see `events.actions.repaying`).
    """
    event = lock_event(event)
    now = timezone.now()
    if event.is_cancelled:
        return event
    if event.is_draft:
        raise RuleBroken(_("A draft has been announced to nobody: delete it instead."))
    if event.is_over(now):
        raise RuleBroken(_("This event is over."))
    event.status, event.cancel_reason = EventStatus.CANCELLED, reason
    event.sequence += 1
    event.save()
    record(
        "events.event.cancelled", gettext_noop("Cancelled: %(event)s"), by=by, about=[event, event.club], event=event
    )
    places = people_to_tell(event)
    standings = standings_of({place.registration_id for place in places})
    begin_repaying(event, by=by, refunding=refunding, now=now)
    for place in places:
        write_event_cancelled(
            place, standings.get(place.registration_id), now=now, refunds_all=refunding == Refunding.ALL
        )
    return event


@transaction.atomic
def delete_draft(event: Event, *, by) -> Club:
    """Throw a draft away; published events are cancelled instead. Returns its club."""
    event = lock_event(event)
    if not event.is_draft:
        raise RuleBroken(_("A published event is not deleted: cancel it, so that everybody is told."))
    club, series = event.club, event.series_id
    record("events.event.deleted", gettext_noop("Draft deleted: %(event)s"), by=by, about=[club], event=event)
    drop_files(document.file for document in event.documents.all())
    event.delete()
    if series is not None:
        EventSeries.objects.filter(pk=series, events=None).delete()
    return club


@transaction.atomic
def copy_event(event: Event, *, by, starts_at: datetime, title: str = "") -> Event:
    """A new draft with the same texts, place, quotas, prices and programme, begun at `starts_at`. People are not copied.

    All hours move with the start, by the clock of the place. Raises RuleBroken for an hour that does not exist there.
    """
    move = Move(event.starts_at, event.zone, starts_at, event.zone)
    fields = {name: moved(getattr(event, name), move) for name in FIELDS}
    fields["title"] = title or event.title
    quotas = {quota.audience: quota.places for quota in event.quotas.all()}
    prices = prices_of(event).amounts if Seller.objects.filter(club=event.club_id).exists() else {}
    copy = create_event(event.club, by=by, quotas=quotas, sectors=list(event.sectors.all()), prices=prices, **fields)
    for session in event.sessions.all():
        _copied(session, copy, move).save()
    copy_papers(event, copy)
    return copy


def moved(value, move: Move):
    """A field of what is moved: a moment goes along, anything else stays."""
    return move.of(value) if isinstance(value, datetime) else value


def _copied(session: Session, event: Event, move: Move) -> Session:
    """The same part for another event: all that somebody wrote. What is not written but kept by itself begins anew."""
    written = [field.attname for field in Session._meta.concrete_fields if field.editable and not field.unique]
    values = {name: moved(getattr(session, name), move) for name in written}
    return Session(**{**values, "event_id": event.pk})


def fill(event: Event, fields: Mapping) -> None:
    """Set fields and put the event on the map; raise RuleBroken at the field that contradicts another."""
    before = (event.post_code, event.city)
    for name, value in fields.items():
        if name not in FIELDS:
            raise TypeError(f"an event has no field {name} to change")
        setattr(event, name, value)
    if event.ends_at <= event.starts_at:
        raise RuleBroken(_("An event ends after it starts."), field="ends_at")
    if event.registration_closes_at and event.registration_closes_at > event.starts_at:
        raise RuleBroken(_("Registration closes at the latest when the event starts."), field="registration_closes_at")
    if event.capacity < 1:
        raise RuleBroken(_("An event has at least one place."), field="capacity")
    if (event.post_code, event.city) != before:
        _find_commune(event)


def _find_commune(event: Event) -> None:
    """The commune of the address. Its centre is the event's point unless somebody gave a better one."""
    old = event.commune
    event.commune = Commune.objects.at(event.post_code, event.city).first() if event.post_code else None
    is_rough = not event.has_point or bool(old and (event.latitude, event.longitude) == (old.latitude, old.longitude))
    if is_rough:
        event.latitude = event.commune.latitude if event.commune else None
        event.longitude = event.commune.longitude if event.commune else None


def _set_quotas(event: Event, quotas: Mapping[str, int | None]) -> None:
    """One quota an audience; None takes it away. Below what is taken, nobody loses a place (see `Seats.over_quota`)."""
    event.quotas.filter(audience__in=[audience for audience, places in quotas.items() if places is None]).delete()
    Quota.objects.bulk_create(
        [Quota(event=event, audience=audience, places=n) for audience, n in quotas.items() if n is not None],
        update_conflicts=True, unique_fields=["event", "audience"], update_fields=["places"],
    )  # fmt: skip


def move_programme(event: Event, move: Move) -> None:
    """Let the parts of the day go with their event. Raises RuleBroken at `ends_at` for one that would lie outside."""
    sessions = list(event.sessions.all())
    for session in sessions:
        session.starts_at, session.ends_at = move.of(session.starts_at), move.of(session.ends_at)
    outside = [s for s in sessions if s.starts_at < event.starts_at or s.ends_at > event.ends_at]
    if outside:
        sentence = _("The programme does not fit: change or remove “%(title)s” first.")
        raise RuleBroken(sentence % {"title": outside[-1].title}, field="ends_at")
    if not move.is_none:
        Session.objects.bulk_update(sessions, ["starts_at", "ends_at"])


def people_to_tell(event: Event) -> list[Place]:
    """All who hold or await a place."""
    places = list(event.places.active().select_related("registration", "person"))
    for place in places:
        place.event = event
    return places


def _new_slug(event: Event) -> str:
    """Title and day: open-map-ess-2027-11-16, with a number where that is taken."""
    stem = f"{slugify(event.title)[:60].strip('-') or event.kind}-{event.local_start:%Y-%m-%d}"
    taken = set(Event.objects.filter(slug__startswith=stem).values_list("slug", flat=True))
    number = 2
    slug = stem
    while slug in taken:
        slug, number = f"{stem}-{number}", number + 1
    return slug
