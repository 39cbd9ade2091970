from events.actions.door import add_reception, add_walk_in, admit_waiting, remove_reception, set_attendance
from events.actions.doors import (
    dismiss_walk_in,
    free_door,
    open_door,
    release_ended_allotments,
    release_seats,
    reserve_seats,
    settle_walk_in,
)
from events.actions.events import (
    cancel_event,
    copy_event,
    create_event,
    delete_draft,
    publish_event,
    update_event,
)
from events.actions.feeds import renew_feed
from events.actions.holding import expire_holds, put_into_basket
from events.actions.places import cancel_place, cancel_registration, change_place, set_consent
from events.actions.presets import preset_of
from events.actions.privacy import erase_old_attendees
from events.actions.programme import add_session, change_session, remove_session
from events.actions.promotion import promote_waiting
from events.actions.registrations import Attendee, PersonRefused, obstacle, register_people
from events.actions.syncing import sync_door

__all__ = [
    "Attendee",
    "PersonRefused",
    "add_reception",
    "add_session",
    "add_walk_in",
    "admit_waiting",
    "cancel_event",
    "cancel_place",
    "cancel_registration",
    "change_place",
    "change_session",
    "copy_event",
    "create_event",
    "delete_draft",
    "dismiss_walk_in",
    "erase_old_attendees",
    "expire_holds",
    "free_door",
    "obstacle",
    "open_door",
    "preset_of",
    "promote_waiting",
    "publish_event",
    "put_into_basket",
    "register_people",
    "release_ended_allotments",
    "release_seats",
    "remove_reception",
    "remove_session",
    "renew_feed",
    "reserve_seats",
    "set_attendance",
    "set_consent",
    "settle_walk_in",
    "sync_door",
    "update_event",
]
