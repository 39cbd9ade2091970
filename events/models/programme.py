"""The programme as it is shown: sessions with what belongs to each, read once for all, and shown to one reader."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.db.models import Prefetch

from events.models.documents import Document
from events.models.events import Event
from events.models.pitches import PitchCall, PitchProposal
from events.models.sessions import Session


@dataclass
class Programme:
    """The same for everybody, until `documents_for` says who reads: without it no document is shown."""

    sessions: list[Session]
    documents: list[Document]

    @property
    def has_sign_up(self) -> bool:
        return any(session.has_sign_up for session in self.sessions)

    def documents_for(self, seated: Collection[str], *, runs_it: bool, now) -> list[Document]:
        """What a reader may see who holds seats of these audiences (see `Document.is_for`): the sessions get what belongs to
        each as `shown_documents`; what belongs to the whole event, and all photos, is returned.
        """
        shown = [one for one in self.documents if runs_it or one.is_shown(now) and one.is_for(seated)]
        for session in self.sessions:
            session.shown_documents = [one for one in shown if one.session_id == session.pk and not one.is_photo]
        return [one for one in shown if one.session_id is None or one.is_photo]


def programme_of(event: Event) -> Programme:
    """The sessions with their seats and their call's `shown_pitches`, and all documents (four queries)."""
    pitches = PitchProposal.objects.shown().with_length().select_related("organisation")
    sessions = (
        event.sessions.with_seats()
        .select_related("pitch_call")
        .prefetch_related(Prefetch("pitch_call__proposals", queryset=pitches, to_attr="shown_pitches"))
    )
    return Programme(list(sessions), list(Document.objects.filter(event=event).for_list().select_related(None)))


def open_calls(sessions: Iterable[Session], now) -> list[PitchCall]:
    """Calls for pitches of these sessions (see `programme_of`) that structures may answer at this moment."""
    calls = (getattr(session, "pitch_call", None) for session in sessions)
    return [call for call in calls if call is not None and call.is_open(now)]
