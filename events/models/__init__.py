from events.models.events import Event, Quota, Reception, Session
from events.models.feeds import CalendarFeed
from events.models.prices import Charge, Price, PriceList, charge_for, payers_among, prices_of
from events.models.proposals import Axis, Proposal, ProposalStep
from events.models.registrations import Place, Registration
from events.models.seats import Group, Seats, seats_of, served, waiting_groups
from events.models.standing import PAYABLE, Standing, key_of, lines_to_refund, live_line, standings_of
from events.models.surveys import (
    FEWEST,
    OPEN_FOR,
    SCALE,
    Survey,
    SurveyAnswer,
    SurveyInvitation,
    SurveyQuestion,
)

__all__ = [
    "FEWEST",
    "OPEN_FOR",
    "PAYABLE",
    "SCALE",
    "Axis",
    "CalendarFeed",
    "Charge",
    "Event",
    "Group",
    "Place",
    "Price",
    "PriceList",
    "Proposal",
    "ProposalStep",
    "Quota",
    "Reception",
    "Registration",
    "Seats",
    "Session",
    "Standing",
    "Survey",
    "SurveyAnswer",
    "SurveyInvitation",
    "SurveyQuestion",
    "charge_for",
    "key_of",
    "lines_to_refund",
    "live_line",
    "payers_among",
    "prices_of",
    "seats_of",
    "served",
    "standings_of",
    "waiting_groups",
]
