from events.actions.door import add_reception, add_walk_in, admit_waiting, remove_reception, set_attendance
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
from events.actions.papers import add_funder_logo, note_badges, remove_funder_logo, set_papers
from events.actions.places import cancel_place, cancel_registration, change_place, set_consent
from events.actions.presets import preset_of
from events.actions.privacy import erase_old_attendees
from events.actions.programme import add_session, change_session, remove_session
from events.actions.promotion import promote_waiting
from events.actions.registrations import Attendee, PersonRefused, obstacle, register_people
from events.actions.signatures import clear_signature, sign_half_day

__all__ = [
    "Attendee",
    "PersonRefused",
    "add_funder_logo",
    "add_reception",
    "add_session",
    "add_walk_in",
    "admit_waiting",
    "cancel_event",
    "cancel_place",
    "cancel_registration",
    "change_place",
    "change_session",
    "clear_signature",
    "copy_event",
    "create_event",
    "delete_draft",
    "erase_old_attendees",
    "expire_holds",
    "note_badges",
    "obstacle",
    "preset_of",
    "promote_waiting",
    "publish_event",
    "put_into_basket",
    "register_people",
    "remove_funder_logo",
    "remove_reception",
    "remove_session",
    "renew_feed",
    "set_attendance",
    "set_consent",
    "set_papers",
    "sign_half_day",
    "update_event",
]
