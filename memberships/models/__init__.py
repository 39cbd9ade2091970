"""Who is a member of which club, when and for how much: plans with their fees, applications, terms, calls for dues."""

from memberships.models.applications import Application
from memberships.models.calls import DUES, DuesCall
from memberships.models.directory import clubs_open_to, members_of, with_fee_paid, with_since, with_term
from memberships.models.plans import Fee, Plan
from memberships.models.terms import RENEWED_BEFORE, Term

__all__ = [
    "DUES",
    "RENEWED_BEFORE",
    "Application",
    "DuesCall",
    "Fee",
    "Plan",
    "Term",
    "clubs_open_to",
    "members_of",
    "with_fee_paid",
    "with_since",
    "with_term",
]
