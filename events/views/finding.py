"""How views find their things: what a person may not see does not exist for them."""

from django.db.models import Exists, OuterRef
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.utils import timezone

from core.prepared import prepared
from core.shared_pages import shared
from events.enums import QuestionKind
from events.models import Event, Place, Question


def find_event(request: HttpRequest, slug: str) -> Event:
    """The event of that address, or 404, with `has_questions` and `asks_files`: most events ask nothing.

    Whoever asks may see what is open to all: most need no question about them.
    """
    event = _events.first(slug)
    if event is None:
        raise Http404
    return _visible(request, event)


@prepared
def _events(slug: str):
    asked = Question.objects.filter(event=OuterRef("pk"))
    return (
        Event.objects.select_related("club")
        .filter(slug=slug)
        .annotate(has_questions=Exists(asked), asks_files=Exists(asked.filter(kind=QuestionKind.FILE)))
    )


def find_event_to_read(request: HttpRequest, slug: str) -> Event:
    """The same with what its page shows to everybody: it is read once for all until something changes."""
    events = Event.objects.select_related("club").prefetch_related("sectors", "sessions", "quotas")
    return _visible(request, shared(request, f"event:{slug}", lambda: get_object_or_404(events, slug=slug)))


def _visible(request: HttpRequest, event: Event) -> Event:
    if not event.is_open_to_all:
        get_object_or_404(Event.objects.visible_to(request.user, timezone.localdate()), pk=event.pk)
    return event


def find_place(request: HttpRequest, pk: int) -> Place:
    """The place of that id, or 404."""
    places = Place.objects.visible_to(request.user)
    return get_object_or_404(places.select_related("event__club", "registration__organisation", "person"), pk=pk)


def find_own(queryset, pk: int, allowed) -> object:
    """A row below an event (a session, a desk): 404 unless `allowed(its event)`."""
    found = get_object_or_404(queryset.select_related("event__club"), pk=pk)
    if not allowed(found.event):
        raise Http404
    return found
