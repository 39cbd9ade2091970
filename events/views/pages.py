"""What visitors and participants read: the list of events, and one event."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from functools import partial

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.db.models import Case, Q, When
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from core.pages import PAGE_SIZE, history_of, letters_of
from core.prepared import prepared
from core.shared_pages import named, same_for_visitors, shared, stamp_of
from events import permissions
from events.actions import obstacle
from events.enums import Visibility
from events.forms import EventFilter
from events.models import (
    Event,
    Place,
    Programme,
    Seats,
    in_the_name_of,
    lines_to_refund,
    open_calls,
    prices_of,
    programme_of,
    seats_of,
)
from events.statistics import attendance_of
from events.views.after import after_parts
from events.views.finding import find_event_to_read
from events.views.money import charge_of, price_lines
from members.acting import acting_organisation
from members.clubs import current_club, known_clubs
from members.enums import Audience
from members.rights import rights_of


@dataclass(frozen=True)
class AudienceSeats:
    label: str
    taken: int
    places: int
    left: int


@login_not_required
@same_for_visitors("club", "when", "kind", "page")
def event_list(request: HttpRequest) -> HttpResponse:
    now = timezone.now()
    has_clubs = len(known_clubs(request)) > 1
    values = request.GET.copy()
    if has_clubs and "club" not in values and (club := current_club(request)):
        values["club"] = club.slug
    form = EventFilter(values, has_clubs=has_clubs)
    is_past = form.chosen("when") == "past"
    closed = _closed_but_visible(request.user, timezone.localdate(now))
    # What is found is the same for all who may see the same events; a search for words is everybody's own.
    page = request.GET.get("page", "")[:6]
    asked = (closed, form.chosen("kind"), str(form["club"].value()) if has_clubs else "", is_past, page)
    find = partial(_found, closed, form, is_past, page, now)
    counts, number, pks = find() if form.chosen("q") else shared(request, f"events:{named(asked)}", find)
    page = Paginator(range(counts["past" if is_past else "upcoming"]), PAGE_SIZE).page(number)
    context = {
        "form": form,
        "page": page,
        "events": partial(_to_show, pks, is_past, now),  # only asked when their cards are drawn anew
        "has_clubs": has_clubs,
        "is_past": is_past,
        "is_filtered": any(form.chosen(name) for name in ("q", "kind")),
        "counts": counts,
        "now": now,
        "same_cards": (stamp_of(request), has_clubs, is_past, pks),
        "kept_for": settings.SHARED_PAGES_SECONDS,
    }
    return render(request, "events/event_list.html", context)


def _closed_but_visible(person, today) -> tuple[int, ...]:
    """The events that are not open to all, and that this person may see."""
    rights = rights_of(person)
    if rights.is_administrator:
        return tuple(Event.objects.published().exclude(visibility=Visibility.PUBLIC).values_list("pk", flat=True))
    if rights.person_id is None:
        return ()
    return tuple(_closed(rights.person_id, rights.organisation_ids, rights.coordinated_club_ids, today))


@prepared
def _closed(person_id: int, organisation_ids: Collection[int], club_ids: Collection[int], today: date):
    closed = Event.objects.published().exclude(visibility=Visibility.PUBLIC).order_by("pk")
    return closed.visible_to_these(person_id, organisation_ids, club_ids, today).values_list("pk", flat=True)


def _found(closed: tuple[int, ...], form: EventFilter, is_past: bool, page: str | None, now):
    """How many events there are to come and over, which page this is, and the events on it."""
    events = Event.objects.published().filter(Q(visibility=Visibility.PUBLIC) | Q(pk__in=closed))
    events = _filtered(events, form)
    sides = {"upcoming": events.upcoming(now), "past": events.past(now)}
    paginator = Paginator(sides["past" if is_past else "upcoming"].values_list("pk", flat=True), PAGE_SIZE)
    found = paginator.get_page(page)
    other = sides["upcoming" if is_past else "past"].count()
    counts = {"past": paginator.count, "upcoming": other} if is_past else {"upcoming": paginator.count, "past": other}
    return counts, found.number, tuple(found)


def _to_show(pks: tuple[int, ...], is_past: bool, now):
    events = Event.objects.filter(pk__in=pks)
    return (events.past(now) if is_past else events.upcoming(now)).for_list()


def _filtered(events, form: EventFilter):
    if text := form.chosen("q"):
        events = events.matching(text)
    if kind := form.chosen("kind"):
        events = events.filter(kind=kind)
    if "club" in form.fields and (club := form.chosen("club")):
        events = events.filter(club=club)
    return events


@login_not_required
@same_for_visitors("club")
def event_page(request: HttpRequest, slug: str) -> HttpResponse:
    person, now = request.user, timezone.now()
    event = find_event_to_read(request, slug)
    organisation, prices = acting_organisation(person), shared(request, f"prices:{event.pk}", lambda: prices_of(event))
    seats, own = seats_of(event), _places_of_ours(event, person)
    can_edit = permissions.can_edit_event(person, event)
    programme = _programme(request, event)
    shows_people = can_edit or bool(own) and permissions.can_see_attendee_list(person, event)
    context = {
        "event": event,
        **_programme_parts(request, event, programme, own, runs_it=can_edit, now=now),
        "seats": seats,
        "audiences": audience_seats(seats),
        "organisation": organisation,
        "own_places": own,
        "prices": price_lines(prices),
        "charge": charge_of(event, organisation, prices) if organisation else None,
        "obstacle": obstacle(event, organisation, person),
        "other_dates": _other_dates(event, person, now) if event.series_id else None,
        "is_open": event.takes_registrations(now),
        "is_over": event.is_over(now),
        "is_full": not (seats.left(organisation.audience) if organisation else seats.total_left),
        "figures": attendance_of(event.places.all()) if event.is_over(now) else None,
        "attendees": _attendees(event) if shows_people else None,
        "can_edit": can_edit,
        "can_check_in": person.is_authenticated and (can_edit or permissions.can_check_in(person, event)),
        **_coordinators_parts(event, can_edit=can_edit),
        # What the facts say besides the event itself: readers for whom it is the same get them as they were drawn before.
        "same_facts": (stamp_of(request), event.pk, event.is_over(now), event.takes_registrations(now)),
        "kept_for": settings.SHARED_PAGES_SECONDS,
        **after_parts(person, event, now, timezone.localdate(now)),
    }
    return render(request, "events/event_page.html", context)


def _programme_parts(request, event: Event, programme: Programme, own: list[Place], *, runs_it: bool, now) -> dict:
    """The sessions, and the documents that this reader may see."""
    seated = {place.audience for place in own if place.is_mine and place.is_seated}
    documents, sessions = programme.documents_for(seated, runs_it=runs_it, now=now), programme.sessions
    return {
        "sessions": sessions,
        "has_sign_up": programme.has_sign_up,
        "documents": [one for one in documents if not one.is_photo],
        "photos": [one for one in documents if one.is_photo],
        "open_calls": open_calls(sessions, now) if event.is_published else [],
        "same_programme": (
            stamp_of(request),
            event.pk,
            [session.seats_taken for session in sessions],
            [one.pk for session in sessions for one in session.shown_documents],
        ),
    }


def _coordinators_parts(event: Event, *, can_edit: bool) -> dict:
    return {
        "to_refund": lines_to_refund(event) if can_edit and not event.is_draft else None,
        "repayments": event.repayments.progress() if can_edit and event.is_cancelled else None,
        "history": history_of(event) if can_edit else None,
        "letters": letters_of(event, limit=20) if can_edit else None,
    }


def _places_of_ours(event: Event, person) -> list[Place]:
    """The active places of the person and of their organisations; `is_mine` says whose name stands on it."""
    if not person.is_authenticated:
        return []
    return list(_ours(event.pk, person.pk, rights_of(person).organisation_ids))


@prepared
def _ours(event_id: int, person_id: int, organisation_ids: Collection[int]):
    places = Place.objects.filter(event=event_id).concerning_these(person_id, organisation_ids)
    mine = Case(When(in_the_name_of(person_id), then=True), default=False)
    return places.annotate(is_mine=mine).select_related("registration__organisation")


def _programme(request: HttpRequest, event: Event) -> Programme:
    """Made once for all; where people sign up for sessions, each reader sees the seats as they are."""
    if any(session.has_sign_up for session in event.sessions.all()):
        return programme_of(event)
    return shared(request, f"programme:{event.pk}", lambda: programme_of(event))


def _other_dates(event: Event, person, now):
    """What this person may see of its series, beside it: the next dates."""
    others = Event.objects.visible_to(person, timezone.localdate(now)).filter(series=event.series_id)
    return others.exclude(pk=event.pk).upcoming(now)[:12]


def _attendees(event: Event):
    return (
        event.places.consenting()
        .select_related("registration__organisation")
        .order_by("registration__organisation__sort_name", "last_name", "pk")
    )


def audience_seats(seats: Seats) -> list[AudienceSeats]:
    """A line per audience that has a quota, as people read it."""
    return [
        AudienceSeats(str(label), seats.quota_taken(audience), seats.quotas[audience], seats.left(audience))
        for audience, label in Audience.choices
        if audience in seats.quotas
    ]
