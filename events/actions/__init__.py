from events.actions.documents import add_documents, change_document, remove_document
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
from events.actions.pitches import (
    decline_pitch,
    move_pitch,
    note_pitch,
    pitch_obstacle,
    propose_pitch,
    publish_pitches,
    select_pitch,
    set_pitch_call,
    set_pitch_minutes,
    set_slides,
    withdraw_pitch,
)
from events.actions.places import cancel_place, cancel_registration, change_place, set_consent
from events.actions.presets import preset_of
from events.actions.privacy import erase_old_attendees
from events.actions.programme import add_session, change_session, remove_session
from events.actions.promotion import promote_waiting
from events.actions.registrations import Attendee, PersonRefused, obstacle, register_people
from events.actions.session_seats import choose_sessions, give_back_session_seat, take_session_seat

__all__ = [
    "Attendee",
    "PersonRefused",
    "add_documents",
    "add_reception",
    "add_session",
    "add_walk_in",
    "admit_waiting",
    "cancel_event",
    "cancel_place",
    "cancel_registration",
    "change_document",
    "change_place",
    "change_session",
    "choose_sessions",
    "copy_event",
    "create_event",
    "decline_pitch",
    "delete_draft",
    "erase_old_attendees",
    "expire_holds",
    "give_back_session_seat",
    "move_pitch",
    "note_pitch",
    "obstacle",
    "pitch_obstacle",
    "preset_of",
    "promote_waiting",
    "propose_pitch",
    "publish_event",
    "publish_pitches",
    "put_into_basket",
    "register_people",
    "remove_document",
    "remove_reception",
    "remove_session",
    "renew_feed",
    "select_pitch",
    "set_attendance",
    "set_consent",
    "set_pitch_call",
    "set_pitch_minutes",
    "set_slides",
    "take_session_seat",
    "update_event",
    "withdraw_pitch",
]
