from events.models.doors import Allotment, Door, LooseWalkIn, Scan, seats_kept_at
from events.models.events import Event, Quota, Reception, Session
from events.models.feeds import CalendarFeed
from events.models.prices import Charge, Price, PriceList, charge_for, payers_among, prices_of
from events.models.registrations import Place, Registration
from events.models.seats import Group, Seats, seats_of, served, waiting_groups
from events.models.standing import PAYABLE, Standing, key_of, lines_to_refund, live_line, standings_of

__all__ = [
    "PAYABLE",
    "Allotment",
    "CalendarFeed",
    "Charge",
    "Door",
    "Event",
    "Group",
    "LooseWalkIn",
    "Place",
    "Price",
    "PriceList",
    "Quota",
    "Reception",
    "Registration",
    "Scan",
    "Seats",
    "Session",
    "Standing",
    "charge_for",
    "key_of",
    "lines_to_refund",
    "live_line",
    "payers_among",
    "prices_of",
    "seats_kept_at",
    "seats_of",
    "served",
    "standings_of",
    "waiting_groups",
]
