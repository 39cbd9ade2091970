from events.models.events import Event, Quota, Reception, Session
from events.models.feeds import CalendarFeed
from events.models.registrations import Place, Registration
from events.models.seats import Group, Seats, seats_of, served, waiting_groups

__all__ = [
    "CalendarFeed",
    "Event",
    "Group",
    "Place",
    "Quota",
    "Reception",
    "Registration",
    "Seats",
    "Session",
    "seats_of",
    "served",
    "waiting_groups",
]
