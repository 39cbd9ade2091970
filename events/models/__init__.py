from events.models.events import Event, Quota, Reception, Session
from events.models.feeds import CalendarFeed
from events.models.registrations import Place, Registration

__all__ = ["CalendarFeed", "Event", "Place", "Quota", "Reception", "Registration", "Session"]
