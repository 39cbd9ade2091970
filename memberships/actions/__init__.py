from memberships.actions.applications import (
    accept_application,
    refuse_application,
    submit_application,
    withdraw_application,
)
from memberships.actions.enrolments import Enrolment, enrol_organisation, enrol_organisations
from memberships.actions.plans import close_plan, create_plan, plan_of, reopen_plan, update_plan
from memberships.actions.terms import end_term, renew_due_terms, renew_term, start_term

__all__ = [
    "Enrolment",
    "accept_application",
    "close_plan",
    "create_plan",
    "end_term",
    "enrol_organisation",
    "enrol_organisations",
    "plan_of",
    "refuse_application",
    "renew_due_terms",
    "renew_term",
    "reopen_plan",
    "start_term",
    "submit_application",
    "update_plan",
    "withdraw_application",
]
