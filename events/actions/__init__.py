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
from events.actions.places import cancel_place, cancel_registration, change_place, set_consent
from events.actions.postponing import postpone_event
from events.actions.presets import preset_of
from events.actions.previews import close_preview, open_preview
from events.actions.privacy import erase_old_attendees
from events.actions.programme import add_session, change_session, remove_session
from events.actions.promotion import promote_waiting
from events.actions.registrations import Attendee, PersonRefused, obstacle, register_people
from events.actions.repaying import refund_everybody, refund_one, settle_due, settle_event
from events.actions.series import MOST_DATES, make_series, publish_series

__all__ = [
    "MOST_DATES",
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
    "close_preview",
    "copy_event",
    "create_event",
    "delete_draft",
    "erase_old_attendees",
    "expire_holds",
    "make_series",
    "obstacle",
    "open_preview",
    "postpone_event",
    "preset_of",
    "promote_waiting",
    "publish_event",
    "publish_series",
    "put_into_basket",
    "refund_everybody",
    "refund_one",
    "register_people",
    "remove_reception",
    "remove_session",
    "renew_feed",
    "set_attendance",
    "set_consent",
    "settle_due",
    "settle_event",
    "update_event",
]
