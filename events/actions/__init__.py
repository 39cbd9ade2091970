from events.actions.approval import approve_request, refuse_request
from events.actions.dated_letters import write_dated_letters
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
from events.actions.invitations import Guest, decline_invitation, invite_people, take_invitation, withdraw_invitation
from events.actions.letter_retries import retry_letters
from events.actions.letter_texts import restore_letter_text, set_letter_text, switch_letter
from events.actions.mailings import carry_on_mailings, resume_mailing, send_mailing, stop_mailing
from events.actions.offers import accept_offer, refuse_offer
from events.actions.papers import add_funder_logo, note_badges, remove_funder_logo, set_papers
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
from events.actions.session_seats import choose_sessions, give_back_session_seat, take_session_seat
from events.actions.signatures import clear_signature, sign_half_day

__all__ = [
    "MOST_DATES",
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
    "Guest",
    "PersonRefused",
    "accept_offer",
    "add_question",
    "add_funder_logo",
    "add_documents",
    "add_reception",
    "add_session",
    "add_walk_in",
    "admit_waiting",
    "approve_request",
    "cancel_event",
    "cancel_place",
    "cancel_registration",
    "change_document",
    "change_place",
    "change_question",
    "change_session",
    "close_preview",
    "clear_signature",
    "copy_event",
    "create_event",
    "decline_invitation",
    "choose_sessions",
    "copy_event",
    "create_event",
    "decline_pitch",
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
    "give_back_session_seat",
    "move_pitch",
    "note_pitch",
    "obstacle",
    "pitch_obstacle",
    "preset_of",
    "promote_waiting",
    "propose_pitch",
    "publish_event",
    "publish_series",
    "publish_pitches",
    "put_into_basket",
    "refuse_offer",
    "refuse_request",
    "refund_everybody",
    "refund_one",
    "register_people",
    "remove_question",
    "remove_funder_logo",
    "remove_document",
    "remove_reception",
    "remove_session",
    "renew_feed",
    "select_pitch",
    "set_attendance",
    "set_consent",
    "take_invitation",
    "settle_due",
    "settle_event",
    "set_papers",
    "sign_half_day",
    "update_event",
    "withdraw_invitation",
    "set_pitch_call",
    "set_pitch_minutes",
    "set_slides",
    "take_session_seat",
    "update_event",
    "withdraw_pitch",
]
