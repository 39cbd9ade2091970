"""What is left of an event's programme after three years: its parts, documents and pitches, without what shows people."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_noop

from core.history import record
from core.uploads import drop_files
from events.models import Document, Event, PitchNote, PitchProposal

# As long as names are kept (see `privacy`): funders may ask for 36 months.
KEPT = timedelta(days=3 * 365 + 1)


def erase_old_programme(now: datetime) -> int:
    """Erase photos, slides of pitches and the coordinators' notes of events that ended over 36 months ago.

    Returns how many events had any; a second run finds none.
    """
    old = Event.objects.filter(ends_at__lt=now - KEPT)
    has_any = Q(documents__in=Document.objects.photos()) | Q(
        sessions__pitch_call__proposals__in=PitchProposal.objects.filter(~Q(slides="") | Q(notes__isnull=False))
    )
    events = list(old.filter(has_any).distinct().order_by("pk"))
    for event in events:
        _erase_programme_of(event)
    return len(events)


@transaction.atomic
def _erase_programme_of(event: Event) -> None:
    photos = Document.objects.filter(event=event).photos()
    proposals = PitchProposal.objects.filter(call__session__event=event)
    drop_files(photo.file for photo in photos)
    drop_files(proposal.slides for proposal in proposals)
    photos.delete()
    proposals.update(slides="")
    PitchNote.objects.filter(proposal__in=proposals).delete()
    record("events.event.programme_erased", gettext_noop("Photos, slides and notes erased after three years"), by=None,
           about=[event])  # fmt: skip
