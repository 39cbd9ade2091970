"""The programme as it is shown: sessions with what belongs to each, for one reader at one moment."""

from django.db.models import Prefetch, QuerySet

from events.models.documents import Document
from events.models.events import Event
from events.models.pitches import PitchProposal


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
