from events.actions.approval import approve_request, refuse_request
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
from events.actions.invitations import Guest, decline_invitation, invite_people, take_invitation, withdraw_invitation
from events.actions.offers import accept_offer, refuse_offer
from events.actions.papers import add_funder_logo, note_badges, remove_funder_logo, set_papers
from events.actions.places import cancel_place, cancel_registration, change_place, set_consent
from events.actions.postponing import postpone_event
from events.actions.presets import preset_of
from events.actions.previews import close_preview, open_preview
from events.actions.privacy import erase_old_attendees, erase_old_needs
from events.actions.programme import add_session, change_session, remove_session
from events.actions.promotion import promote_waiting
from events.actions.questions import add_question, change_question, move_question, remove_question
from events.actions.registrations import Attendee, PersonRefused, obstacle, register_people
from events.actions.repaying import refund_everybody, refund_one, settle_due, settle_event
from events.actions.series import MOST_DATES, make_series, publish_series
from events.actions.signatures import clear_signature, sign_half_day

__all__ = [
    "MOST_DATES",
    "Attendee",
    "Guest",
    "PersonRefused",
    "accept_offer",
    "add_question",
    "add_funder_logo",
    "add_reception",
    "add_session",
    "add_walk_in",
    "admit_waiting",
    "approve_request",
    "cancel_event",
    "cancel_place",
    "cancel_registration",
    "change_place",
    "change_question",
    "change_session",
    "close_preview",
    "clear_signature",
    "copy_event",
    "create_event",
    "decline_invitation",
    "delete_draft",
    "erase_old_attendees",
    "erase_old_needs",
    "expire_holds",
    "invite_people",
    "move_question",
    "make_series",
    "note_badges",
    "obstacle",
    "open_preview",
    "postpone_event",
    "preset_of",
    "promote_waiting",
    "publish_event",
    "publish_series",
    "put_into_basket",
    "refuse_offer",
    "refuse_request",
    "refund_everybody",
    "refund_one",
    "register_people",
    "remove_question",
    "remove_funder_logo",
    "remove_reception",
    "remove_session",
    "renew_feed",
    "set_attendance",
    "set_consent",
    "take_invitation",
    "settle_due",
    "settle_event",
    "set_papers",
    "sign_half_day",
    "update_event",
    "withdraw_invitation",
]
