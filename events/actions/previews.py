"""A draft that somebody without rights may read: by a secret address that can be renewed and ended."""

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from core.errors import RuleBroken
from core.history import record
from events.actions.locking import lock_event
from events.models import Event
from events.models.feeds import new_token


@transaction.atomic
def open_preview(event: Event, *, by) -> Event:
    """Give the draft a new secret address; the one before, if there was one, is dead. Raises RuleBroken for no draft."""
    event = lock_event(event)
    if not event.is_draft:
        raise RuleBroken(_("This event is published: everybody it is for reads it at its own address."))
    sentence = (
        gettext_noop("The secret address of the draft was renewed")
        if event.preview_token
        else gettext_noop("The draft was given a secret address")
    )
    event.preview_token = new_token()
    event.save(update_fields=["preview_token"])
    record("events.preview.opened", sentence, by=by, about=[event])
    return event


@transaction.atomic
def close_preview(event: Event, *, by) -> Event:
    """End the secret address; repeat-safe."""
    event = lock_event(event)
    if not event.preview_token:
        return event
    event.preview_token = ""
    event.save(update_fields=["preview_token"])
    record("events.preview.closed", gettext_noop("The secret address of the draft was ended"), by=by, about=[event])
    return event
