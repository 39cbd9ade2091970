"""What the page of an event shows once its day has come: proposals and satisfaction."""

from events.models import Event, Proposal, Survey
from events.survey_results import summary_of


def after_parts(person, event: Event, now, today) -> dict:
    """Context of `events/_after.html`; nothing is asked of the database before the day."""
    if not event.is_its_day(now):
        return {"proposals": None, "satisfaction": None}
    proposals = Proposal.objects.visible_to(person, today).filter(event=event).for_list()
    survey = Survey.objects.filter(event=event).first() if event.is_over(now) else None
    return {"proposals": list(proposals), "satisfaction": summary_of(event, survey)}
