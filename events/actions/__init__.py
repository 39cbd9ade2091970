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
from events.actions.presets import preset_of
from events.actions.privacy import erase_old_attendees
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
from events.actions.registrations import Attendee, PersonRefused, obstacle, register_people
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

__all__ = [
    "Attendee",
    "PersonRefused",
    "add_axis",
    "add_proposal",
    "add_survey_question",
    "add_reception",
    "add_session",
    "add_walk_in",
    "admit_waiting",
    "answer_survey",
    "cancel_event",
    "cancel_place",
    "cancel_registration",
    "change_axis",
    "change_place",
    "change_proposal",
    "change_survey_question",
    "change_session",
    "change_survey",
    "close_survey",
    "copy_event",
    "create_event",
    "delete_draft",
    "erase_old_attendees",
    "expire_holds",
    "invite_to_survey",
    "note_step",
    "obstacle",
    "prepare_survey",
    "preset_of",
    "promote_waiting",
    "publish_event",
    "put_into_basket",
    "register_people",
    "release_survey",
    "remind_proposal_owners",
    "remove_axis",
    "remove_survey_question",
    "remove_reception",
    "remove_session",
    "renew_feed",
    "run_surveys",
    "set_attendance",
    "set_consent",
    "update_event",
]
