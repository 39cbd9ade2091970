from core.locks import lock_row
from events.models import Event


def lock_event(event: Event) -> Event:
    """The event as it is now, locked: whoever gives or takes one of its places comes through here first."""
    locked = lock_row(Event.objects.all(), event.pk)
    if Event.club.is_cached(event):  # an event never changes its club: letters name it
        locked.club = event.club
    return locked
