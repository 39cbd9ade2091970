from events.models.events import Event, Quota, Reception, Session
from events.models.feeds import CalendarFeed
from events.models.invitations import EventInvitation
from events.models.prices import Charge, Price, PriceList, charge_for, payers_among, prices_of
from events.models.questions import Answer, Needs, Question
from events.models.registrations import Place, Registration
from events.models.repayments import Cancellation, Repayment
from events.models.seats import (
    Group,
    Round,
    Seats,
    next_round,
    seats_by_event,
    seats_of,
    served,
    waiting_by_event,
    waiting_groups,
    why_waiting,
)
from events.models.series import EventSeries
from events.models.standing import PAYABLE, Standing, has_orders, key_of, lines_to_refund, live_line, standings_of

__all__ = [
    "PAYABLE",
    "CalendarFeed",
    "Cancellation",
    "Charge",
    "Answer",
    "Event",
    "EventInvitation",
    "EventSeries",
    "Group",
    "Needs",
    "Place",
    "Price",
    "PriceList",
    "Question",
    "Quota",
    "Reception",
    "Registration",
    "Round",
    "Repayment",
    "Seats",
    "Session",
    "Standing",
    "charge_for",
    "has_orders",
    "key_of",
    "lines_to_refund",
    "next_round",
    "live_line",
    "payers_among",
    "prices_of",
    "seats_by_event",
    "seats_of",
    "served",
    "standings_of",
    "waiting_by_event",
    "waiting_groups",
    "why_waiting",
]
