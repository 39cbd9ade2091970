"""Events as calendar files; what has not changed since is answered with 304."""

import hashlib

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag
from django.utils.translation import gettext as _
from django.utils.translation import override

from core.guards import require
from core.shared_pages import same_for_visitors
from events import permissions
from events.calendars import MEDIA_TYPE, calendar_of, event_entry, place_entry, session_entry
from events.models import CalendarFeed, Event, Place
from events.views.finding import find_event, find_place
from members.clubs import current_club

# How far back calendars reach: people look up when they met.
KEPT = timezone.timedelta(days=365)


@login_not_required
@same_for_visitors()
def event_calendar(request: HttpRequest, slug: str) -> HttpResponse:
    """One event, to put into one's diary."""
    event = find_event(request, slug)
    return _answer(request, calendar_of([event_entry(event)]), f"{event.slug}.ics", is_download=True)


@login_not_required
def programme_calendar(request: HttpRequest, slug: str) -> HttpResponse:
    """The parts of one event's day, an entry each."""
    event = find_event(request, slug)
    sessions = list(event.sessions.all())
    for session in sessions:
        session.event = event
    content = calendar_of([session_entry(session) for session in sessions], name=event.title)
    return _answer(request, content, f"{event.slug}-programme.ics", is_download=True)


@login_not_required
@same_for_visitors("club")
def public_calendar(request: HttpRequest) -> HttpResponse:
    """All events that everybody may see, to subscribe to; `?club=` names one club."""
    events = Event.objects.open_to_all().filter(ends_at__gte=timezone.now() - KEPT).select_related("club")
    club = current_club(request)
    if club:
        events = events.filter(club=club)
    content = calendar_of([event_entry(event) for event in events], name=club.name if club else _("The clubs’ events"))
    return _answer(request, content, "events.ics")


def place_calendar(request: HttpRequest, pk: int) -> HttpResponse:
    """One's own entry, the one that the letter also holds."""
    place = find_place(request, pk)
    require(permissions.can_change_place(request.user, place))
    content = calendar_of([place_entry(place, is_off=not place.is_active)])
    return _answer(request, content, f"{place.event.slug}.ics", is_download=True)


@login_not_required
@same_for_visitors()
def feed(request: HttpRequest, token: str) -> HttpResponse:
    """A person's own calendar: the events at which they hold or await a place. The secret address is the key."""
    person = get_object_or_404(CalendarFeed.objects.select_related("person"), token=token).person
    if not person.is_active:
        return HttpResponse(status=404)
    places = (
        Place.objects.of(person)
        .active()
        .filter(event__ends_at__gte=timezone.now() - KEPT)
        .select_related("event__club")
        .order_by("event__starts_at", "pk")
    )
    with override(person.language):
        content = calendar_of([place_entry(place) for place in places], name=_("My club events"))
    return _answer(request, content, "my-events.ics")


def _answer(request: HttpRequest, content: bytes, name: str, *, is_download: bool = False) -> HttpResponse:
    etag = quote_etag(hashlib.sha256(content).hexdigest()[:32])
    response = get_conditional_response(request, etag) or HttpResponse(
        content, content_type=f"{MEDIA_TYPE}; charset=utf-8"
    )
    response["ETag"] = etag
    response["Cache-Control"] = "private, max-age=300"
    if is_download:
        response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
