from memberships.actions.applications import (
    accept_application,
    join_club,
    refuse_application,
    submit_application,
    withdraw_application,
)
from memberships.actions.calls import (
    call_joining,
    call_people,
    call_renewal,
    extra_people_of,
    hold_call,
    remind_now,
    unhold_call,
    withdraw_call,
)
from memberships.actions.changes import change_plan, resume_term, suspend_term
from memberships.actions.enrolments import Enrolment, enrol_organisation, enrol_organisations
from memberships.actions.ordering import order_alone
from memberships.actions.plans import (
    FeeRow,
    close_plan,
    create_plan,
    delete_plan,
    plan_of,
    reopen_plan,
    set_prices,
    update_plan,
)
from memberships.actions.pricing import price_of_call, price_of_plan, price_of_renewal, price_of_switch
from memberships.actions.renewals import (
    begin_owed_terms,
    call_due_renewals,
    lapse_due,
    next_letter_on,
    write_due_reminders,
)
from memberships.actions.seats import Seats, require_seat, seats_of
from memberships.actions.terms import end_term, renew_due_terms, renew_term, start_term

__all__ = [
    "Enrolment",
    "FeeRow",
    "Seats",
    "accept_application",
    "begin_owed_terms",
    "call_due_renewals",
    "call_joining",
    "call_people",
    "call_renewal",
    "change_plan",
    "close_plan",
    "create_plan",
    "delete_plan",
    "end_term",
    "enrol_organisation",
    "enrol_organisations",
    "extra_people_of",
    "hold_call",
    "join_club",
    "lapse_due",
    "next_letter_on",
    "order_alone",
    "plan_of",
    "price_of_call",
    "price_of_plan",
    "price_of_renewal",
    "price_of_switch",
    "refuse_application",
    "remind_now",
    "renew_due_terms",
    "renew_term",
    "reopen_plan",
    "require_seat",
    "resume_term",
    "seats_of",
    "set_prices",
    "start_term",
    "submit_application",
    "suspend_term",
    "unhold_call",
    "update_plan",
    "withdraw_application",
    "withdraw_call",
    "write_due_reminders",
]
