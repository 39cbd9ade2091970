from events.actions.dated_letters import write_dated_letters
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
from events.actions.letter_retries import retry_letters
from events.actions.letter_texts import restore_letter_text, set_letter_text, switch_letter
from events.actions.mailings import carry_on_mailings, resume_mailing, send_mailing, stop_mailing
from events.actions.places import cancel_place, cancel_registration, change_place, set_consent
from events.actions.presets import preset_of
from events.actions.privacy import erase_old_attendees
from events.actions.programme import add_session, change_session, remove_session
from events.actions.promotion import promote_waiting
from events.actions.registrations import Attendee, PersonRefused, obstacle, register_people

__all__ = [
    "retry_letters",
    "write_dated_letters",
    "switch_letter",
    "stop_mailing",
    "set_letter_text",
    "send_mailing",
    "resume_mailing",
    "restore_letter_text",
    "carry_on_mailings",
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
    "erase_old_attendees",
    "expire_holds",
    "obstacle",
    "preset_of",
    "promote_waiting",
    "publish_event",
    "put_into_basket",
    "register_people",
    "remove_reception",
    "remove_session",
    "renew_feed",
    "set_attendance",
    "set_consent",
    "update_event",
]
