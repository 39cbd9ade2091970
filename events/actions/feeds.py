from django.db import transaction
from django.utils.translation import gettext_noop

from core.history import record
from events.models import CalendarFeed
from events.models.feeds import new_token


@transaction.atomic
def renew_feed(person) -> CalendarFeed:
    """Give the person's calendar a new secret address (the first one, if there was none); the old one is dead."""
    feed, _is_new = CalendarFeed.objects.update_or_create(person=person, defaults={"token": new_token()})
    record("events.feed.renewed", gettext_noop("A calendar address was renewed"), by=person, about=[person])
    return feed
