from events.models.events import Event, Quota, Reception, Session
from events.models.feeds import CalendarFeed
from events.models.letters import LetterOff, LetterText, Mailing, recipients_of
from events.models.prices import Charge, Price, PriceList, charge_for, payers_among, prices_of
from events.models.registrations import Place, Registration
from events.models.seats import Group, Seats, seats_of, served, waiting_groups
from events.models.standing import PAYABLE, Standing, key_of, lines_to_refund, live_line, standings_of

__all__ = [
    "PAYABLE",
    "CalendarFeed",
    "Charge",
    "Event",
    "Group",
    "LetterOff",
    "LetterText",
    "Mailing",
    "Place",
    "Price",
    "PriceList",
    "Quota",
    "Reception",
    "Registration",
    "Seats",
    "Session",
    "Standing",
    "charge_for",
    "key_of",
    "lines_to_refund",
    "live_line",
    "payers_among",
    "prices_of",
    "recipients_of",
    "seats_of",
    "served",
    "standings_of",
    "waiting_groups",
]
