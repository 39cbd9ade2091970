from events.actions.answer_files import files_obstacle, hand_in_file, remove_file
from events.actions.approval import approve_request, refuse_request
from events.actions.dated_letters import write_dated_letters
from events.actions.documents import add_documents, change_document, remove_document
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
from events.actions.events import cancel_event, copy_event, create_event, delete_draft, publish_event, update_event
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
from events.actions.proposals import (
    add_axis,
    add_proposal,
    change_axis,
    change_proposal,
    note_step,
    remind_proposal_owners,
    remove_axis,
)
from events.actions.questions import add_question, change_question, move_question, remove_question
from events.actions.registrations import Attendee, PersonRefused, obstacle, register_people
from events.actions.repaying import refund_everybody, refund_one, settle_due, settle_event
from events.actions.series import MOST_DATES, make_series, publish_series
from events.actions.session_seats import choose_sessions, give_back_session_seat, take_session_seat
from events.actions.signatures import clear_signature, sign_half_day
from events.actions.surveys import (
    add_survey_question,
    answer_survey,
    change_survey,
    change_survey_question,
    close_survey,
    invite_to_survey,
    prepare_survey,
    release_survey,
    remove_survey_question,
    run_surveys,
)
from events.actions.syncing import sync_door

__all__ = [
    "Attendee",
    "Guest",
    "MOST_DATES",
    "PersonRefused",
    "accept_offer",
    "add_axis",
    "add_documents",
    "add_funder_logo",
    "add_proposal",
    "add_question",
    "add_reception",
    "add_session",
    "add_survey_question",
    "add_walk_in",
    "admit_waiting",
    "answer_survey",
    "approve_request",
    "cancel_event",
    "cancel_place",
    "cancel_registration",
    "carry_on_mailings",
    "change_axis",
    "change_document",
    "change_place",
    "change_proposal",
    "change_question",
    "change_session",
    "change_survey",
    "change_survey_question",
    "choose_sessions",
    "clear_signature",
    "close_preview",
    "close_survey",
    "copy_event",
    "create_event",
    "decline_invitation",
    "decline_pitch",
    "delete_draft",
    "dismiss_walk_in",
    "erase_old_attendees",
    "erase_old_needs",
    "expire_holds",
    "files_obstacle",
    "free_door",
    "give_back_session_seat",
    "hand_in_file",
    "invite_people",
    "invite_to_survey",
    "make_series",
    "move_pitch",
    "move_question",
    "note_badges",
    "note_pitch",
    "note_step",
    "obstacle",
    "open_door",
    "open_preview",
    "pitch_obstacle",
    "postpone_event",
    "prepare_survey",
    "preset_of",
    "promote_waiting",
    "propose_pitch",
    "publish_event",
    "publish_pitches",
    "publish_series",
    "put_into_basket",
    "refund_everybody",
    "refund_one",
    "refuse_offer",
    "refuse_request",
    "register_people",
    "release_ended_allotments",
    "release_seats",
    "release_survey",
    "remind_proposal_owners",
    "remove_axis",
    "remove_document",
    "remove_file",
    "remove_funder_logo",
    "remove_question",
    "remove_reception",
    "remove_session",
    "remove_survey_question",
    "renew_feed",
    "reserve_seats",
    "restore_letter_text",
    "resume_mailing",
    "retry_letters",
    "run_surveys",
    "select_pitch",
    "send_mailing",
    "set_attendance",
    "set_consent",
    "set_letter_text",
    "set_papers",
    "set_pitch_call",
    "set_pitch_minutes",
    "set_slides",
    "settle_due",
    "settle_event",
    "settle_walk_in",
    "sign_half_day",
    "stop_mailing",
    "switch_letter",
    "sync_door",
    "take_invitation",
    "take_session_seat",
    "update_event",
    "withdraw_invitation",
    "withdraw_pitch",
    "write_dated_letters",
]
