from events.models.events import Event, Quota, Reception, Session
from events.models.feeds import CalendarFeed
from events.models.prices import Charge, Price, PriceList, charge_for, payers_among, prices_of
from events.models.registrations import Place, Registration
from events.models.repayments import Cancellation, Repayment
from events.models.seats import Group, Seats, seats_of, served, waiting_groups
from events.models.series import EventSeries
from events.models.standing import PAYABLE, Standing, has_orders, key_of, lines_to_refund, live_line, standings_of

__all__ = [
    "PAYABLE",
    "CalendarFeed",
    "Cancellation",
    "Charge",
    "Event",
    "EventSeries",
    "Group",
    "Place",
    "Price",
    "PriceList",
    "Quota",
    "Reception",
    "Registration",
    "Repayment",
    "Seats",
    "Session",
    "Standing",
    "charge_for",
    "has_orders",
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
