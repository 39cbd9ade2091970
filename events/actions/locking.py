from core.locks import lock_row
from events.models import Event


def lock_event(event: Event) -> Event:
    """The event as it is now, locked: whoever gives or takes one of its places comes through here first."""
    locked = lock_row(Event.objects.all(), event.pk)
    if "club" in event._state.fields_cache and event.club_id == locked.club_id:
        locked.club = event.club  # known already; clubs are not what is locked
    return locked
