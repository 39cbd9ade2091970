from events.models.events import Event, Quota, Reception, Session
from events.models.feeds import CalendarFeed
from events.models.papers import (
    BadgePrint,
    FunderLogo,
    PaperSettings,
    ShownLogo,
    Signature,
    paper_settings_of,
    without_badge,
)
from events.models.prices import Charge, Price, PriceList, charge_for, payers_among, prices_of
from events.models.registrations import Place, Registration
from events.models.seats import Group, Seats, seats_of, served, waiting_groups
from events.models.standing import PAYABLE, Standing, key_of, lines_to_refund, live_line, standings_of

__all__ = [
    "PAYABLE",
    "BadgePrint",
    "CalendarFeed",
    "Charge",
    "Event",
    "FunderLogo",
    "Group",
    "PaperSettings",
    "Place",
    "Price",
    "PriceList",
    "Quota",
    "Reception",
    "Registration",
    "Seats",
    "Session",
    "ShownLogo",
    "Signature",
    "Standing",
    "charge_for",
    "key_of",
    "lines_to_refund",
    "live_line",
    "paper_settings_of",
    "payers_among",
    "prices_of",
    "seats_of",
    "served",
    "standings_of",
    "waiting_groups",
    "without_badge",
]
