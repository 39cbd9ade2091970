from events.models.documents import Document
from events.models.events import Event, Quota, Reception
from events.models.feeds import CalendarFeed
from events.models.pitches import PitchCall, PitchNote, PitchProposal
from events.models.prices import Charge, Price, PriceList, charge_for, payers_among, prices_of
from events.models.programme import open_calls, programme_of
from events.models.registrations import Place, Registration
from events.models.seats import Group, Seats, seats_of, served, waiting_groups
from events.models.sessions import Session, SessionSeat, with_sessions
from events.models.standing import PAYABLE, Standing, key_of, lines_to_refund, live_line, standings_of

__all__ = [
    "PAYABLE",
    "CalendarFeed",
    "Charge",
    "Document",
    "Event",
    "Group",
    "PitchCall",
    "PitchNote",
    "PitchProposal",
    "Place",
    "Price",
    "PriceList",
    "Quota",
    "Reception",
    "Registration",
    "Seats",
    "Session",
    "SessionSeat",
    "Standing",
    "charge_for",
    "key_of",
    "lines_to_refund",
    "live_line",
    "open_calls",
    "payers_among",
    "prices_of",
    "programme_of",
    "seats_of",
    "served",
    "standings_of",
    "waiting_groups",
    "with_sessions",
]
