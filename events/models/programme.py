"""The programme as it is shown: sessions with what belongs to each, for one reader at one moment."""

from collections.abc import Iterable

from django.db.models import Prefetch, QuerySet

from events.models.documents import Document
from events.models.events import Event
from events.models.pitches import PitchCall, PitchProposal
from events.models.sessions import Session


def programme_of(event: Event, person, now) -> QuerySet:
    """The sessions of `event` with their seats, `shown_documents`, and their call's `shown_pitches` (four queries)."""
    documents = Document.objects.visible_to(person, now).files_and_links().for_list()
    pitches = PitchProposal.objects.shown().with_length().select_related("organisation")
    return (
        event.sessions.with_seats()
        .select_related("pitch_call")
        .prefetch_related(
            Prefetch("documents", queryset=documents, to_attr="shown_documents"),
            Prefetch("pitch_call__proposals", queryset=pitches, to_attr="shown_pitches"),
        )
    )


def open_calls(sessions: Iterable[Session], now) -> list[PitchCall]:
    """Calls for pitches of these sessions (see `programme_of`) that structures may answer at this moment."""
    calls = (getattr(session, "pitch_call", None) for session in sessions)
    return [call for call in calls if call is not None and call.is_open(now)]
