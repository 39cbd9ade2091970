from introductions.actions.answering import accept_introduction, decline_introduction, withdraw_introduction
from introductions.actions.asking import ask_introduction, propose_introduction
from introductions.actions.contracts import (
    Terms,
    change_contract,
    confirm_contract,
    dispute_contract,
    state_contract,
    withdraw_contract,
)
from introductions.actions.following import (
    assign_owner,
    close_introduction,
    reopen_introduction,
    set_next_step,
    start_talks,
    write_note,
)
from introductions.actions.reminders import remind_next_dates, remind_unanswered, remind_unconfirmed, send_reminders

__all__ = [
    "Terms",
    "accept_introduction",
    "ask_introduction",
    "assign_owner",
    "change_contract",
    "close_introduction",
    "confirm_contract",
    "decline_introduction",
    "dispute_contract",
    "propose_introduction",
    "remind_next_dates",
    "remind_unanswered",
    "remind_unconfirmed",
    "reopen_introduction",
    "send_reminders",
    "set_next_step",
    "start_talks",
    "state_contract",
    "withdraw_contract",
    "withdraw_introduction",
    "write_note",
]
