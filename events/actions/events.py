"""An event's own life: drafted, published, changed, cancelled, copied."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from billing.models import Seller
from core.errors import RuleBroken
from core.history import record
from events.actions.locking import lock_event
from events.actions.presets import preset_of, sessions_of
from events.actions.pricing import Prices, set_prices
from events.actions.promotion import promote_under_lock
from events.enums import EventStatus
from events.letters import write_event_cancelled, write_event_changed
from events.models import Event, Place, Quota, Session, prices_of, seats_of
from members.enums import Audience
from members.models import Club, Commune

FIELDS = (
    "kind", "title", "summary", "description", "starts_at", "ends_at", "time_zone", "venue", "street", "post_code",
    "city", "access", "latitude", "longitude", "capacity", "organisation_cap", "visibility", "admission",
    "registration_closes_at", "vat",
)  # fmt: skip
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
    _fill(event, fields)
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

    When the start moves, the programme moves with it. A published event whose time or place changes gets a higher
    sequence, and everybody who holds or awaits a place a letter (holders with the new calendar entry); a text that
    changes does neither. More places go to the waiting list at once. Raises RuleBroken at the field: fewer places
    than are taken, a programme that no longer fits, a cancelled event.
    """
    event = lock_event(event)
    now = timezone.now()
    if event.is_cancelled:
        raise RuleBroken(_("This event has been cancelled."))
    before = {name: getattr(event, name) for name in TIME_AND_PLACE}
    when_before, where_before = event.when, event.address
    _fill(event, fields)
    taken = seats_of(event).total_taken
    if event.capacity < taken:
        raise RuleBroken(_("%(taken)s places are already taken.") % {"taken": taken}, field="capacity")
    _move_programme(event, event.starts_at - before["starts_at"])
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
        for place in _people_to_tell(event):
            write_event_changed(place, when_before=when_before, where_before=where_before, now=now)
    promote_under_lock(event, by=by, now=now)
    return event


@transaction.atomic
def publish_event(event: Event, *, by) -> Event:
    """Show a draft to those it is for and open registration; repeat-safe."""
    event = lock_event(event)
    if event.is_published:
        return event
    if not event.is_draft:
        raise RuleBroken(_("This event has been cancelled."))
    event.status = EventStatus.PUBLISHED
    event.save(update_fields=["status"])
    record(
        "events.event.published", gettext_noop("Published: %(event)s"), by=by, about=[event, event.club], event=event
    )
    return event


@transaction.atomic
def cancel_event(event: Event, *, by, reason: str = "") -> Event:
    """Call a published event off: everybody who holds or awaits a place is told; calendars drop it. Repeat-safe.

    The places stay as they were: who was to come is part of the story.
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
    for place in _people_to_tell(event):
        write_event_cancelled(place, now=now)
    return event


@transaction.atomic
def delete_draft(event: Event, *, by) -> Club:
    """Throw a draft away; published events are cancelled instead. Returns its club."""
    event = lock_event(event)
    if not event.is_draft:
        raise RuleBroken(_("A published event is not deleted: cancel it, so that everybody is told."))
    club = event.club
    record("events.event.deleted", gettext_noop("Draft deleted: %(event)s"), by=by, about=[club], event=event)
    event.delete()
    return club


@transaction.atomic
def copy_event(event: Event, *, by, starts_at: datetime, title: str = "") -> Event:
    """A new draft with the same texts, place, quotas, prices and programme, begun at `starts_at`. People are not copied."""
    fields = {name: getattr(event, name) for name in FIELDS if name != "registration_closes_at"}
    move = starts_at - event.starts_at
    fields |= {"title": title or event.title, "starts_at": starts_at, "ends_at": event.ends_at + move}
    quotas = {quota.audience: quota.places for quota in event.quotas.all()}
    prices = prices_of(event).amounts if Seller.objects.filter(club=event.club_id).exists() else {}
    copy = create_event(event.club, by=by, quotas=quotas, sectors=list(event.sectors.all()), prices=prices, **fields)
    for session in event.sessions.all():
        session.pk, session._state.adding, session.event = None, True, copy
        session.starts_at, session.ends_at = session.starts_at + move, session.ends_at + move
        session.save()
    return copy


def _fill(event: Event, fields: Mapping) -> None:
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
    """One quota an audience; None takes it away. Raises RuleBroken at `quota_<audience>` below what is taken."""
    seats = seats_of(event)
    for audience, places in quotas.items():
        held = seats.quota_taken(Audience(audience))
        if places is not None and places < held:
            message = _("%(taken)s places are already taken.") % {"taken": held}
            raise RuleBroken(message, field=f"quota_{audience}")
    event.quotas.filter(audience__in=[audience for audience, places in quotas.items() if places is None]).delete()
    Quota.objects.bulk_create(
        [Quota(event=event, audience=audience, places=n) for audience, n in quotas.items() if n is not None],
        update_conflicts=True, unique_fields=["event", "audience"], update_fields=["places"],
    )  # fmt: skip


def _move_programme(event: Event, move) -> None:
    sessions = list(event.sessions.all())
    for session in sessions:
        session.starts_at, session.ends_at = session.starts_at + move, session.ends_at + move
    outside = [s for s in sessions if s.starts_at < event.starts_at or s.ends_at > event.ends_at]
    if outside:
        sentence = _("The programme does not fit: change or remove “%(title)s” first.")
        raise RuleBroken(sentence % {"title": outside[-1].title}, field="ends_at")
    if move:
        Session.objects.bulk_update(sessions, ["starts_at", "ends_at"])


def _people_to_tell(event: Event) -> list[Place]:
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
