"""What must hold. Said with plain SQL or plain loops, not with the words that the actions themselves use to decide."""

from collections import Counter
from collections.abc import Iterator

from django.db import connection

from billing.actions.checking import findings
from billing.models import OrderLine
from core.models import Letter
from events.models import Event, Registration, next_round, seats_of, waiting_groups
from events.models.seats import PATIENCE

# One statement, so that an onlooker sees one moment however busy the others are.
OVERSOLD = """
SELECT e.id, e.capacity, COUNT(p.id) FROM events_event e JOIN events_place p ON p.event_id = e.id
WHERE p.status IN ('confirmed', 'held', 'offered') GROUP BY e.id, e.capacity HAVING COUNT(p.id) > e.capacity
"""
OVER_QUOTA = """
SELECT q.event_id, q.places, COUNT(p.id) FROM events_quota q
JOIN events_place p ON p.event_id = q.event_id AND p.audience = q.audience
WHERE p.status IN ('confirmed', 'held', 'offered') GROUP BY q.id, q.event_id, q.places HAVING COUNT(p.id) > q.places
"""
OVER_SHARE = """
SELECT e.id, r.organisation_id, COUNT(p.id) FROM events_event e JOIN events_place p ON p.event_id = e.id
JOIN events_registration r ON r.id = p.registration_id WHERE p.status <> 'cancelled'
GROUP BY e.id, r.organisation_id, e.organisation_cap HAVING COUNT(p.id) > e.organisation_cap
"""
NOT_WHOLE = """
SELECT registration_id FROM events_place WHERE status <> 'cancelled'
GROUP BY registration_id HAVING COUNT(DISTINCT status) > 1
"""
TWICE = """
SELECT event_id, LOWER(email) FROM events_place WHERE status <> 'cancelled' AND email <> ''
GROUP BY event_id, LOWER(email) HAVING COUNT(*) > 1
"""
# Whoever gives a place back loses its seats in sessions, also when the place is taken again.
SITTING = """
FROM events_sessionseat a JOIN events_session s ON s.id = a.session_id JOIN events_place p ON p.id = a.place_id
WHERE p.status IN ('confirmed', 'held', 'offered') AND (p.cancelled_at IS NULL OR p.cancelled_at < a.taken_at)
"""
SESSION_OVERSOLD = f"""
SELECT s.id, s.capacity, COUNT(*) {SITTING} AND s.capacity IS NOT NULL GROUP BY s.id, s.capacity HAVING COUNT(*) > s.capacity
"""  # noqa: S608 - no value of anybody's
AT_TWO_SESSIONS = f"""
SELECT one.place_id, one.id, other.id FROM (SELECT a.place_id, s.id, s.starts_at, s.ends_at {SITTING}) one
JOIN (SELECT a.place_id, s.id, s.starts_at, s.ends_at {SITTING}) other ON other.place_id = one.place_id
WHERE one.id < other.id AND one.starts_at < other.ends_at AND other.starts_at < one.ends_at
"""  # noqa: S608 - no value of anybody's
SITTING_WITHOUT_A_PLACE = """
SELECT a.session_id, p.id, p.status FROM events_sessionseat a JOIN events_session s ON s.id = a.session_id
JOIN events_place p ON p.id = a.place_id
WHERE p.event_id <> s.event_id OR p.status IN ('requested', 'waiting')
OR (p.status = 'cancelled' AND a.taken_at > p.cancelled_at)
"""
AT_ANY_TIME = {
    "more seats than there are": OVERSOLD,
    "more seats than the quota": OVER_QUOTA,
    "more people than the organisation's share": OVER_SHARE,
    "a group that is not whole": NOT_WHOLE,
    "somebody registered twice": TWICE,
    "more people at a session than it has seats": SESSION_OVERSOLD,
    "somebody at two sessions at once": AT_TWO_SESSIONS,
    "somebody at a session without a place": SITTING_WITHOUT_A_PLACE,
}


def at_any_time() -> Iterator[str]:
    """What is wrong while others are at work."""
    with connection.cursor() as cursor:
        for fault, statement in AT_ANY_TIME.items():
            cursor.execute(statement)
            if rows := cursor.fetchall():
                yield f"{fault}: {rows[:3]}"


def at_rest() -> Iterator[str]:
    """What is wrong once everybody has gone home."""
    yield from at_any_time()
    for event in Event.objects.select_related("club"):
        if next_round(seats_of(event), waiting_groups(event)).served:
            yield f"somebody waits at event {event.pk} although there is room"
    for registration in Registration.objects.all():
        if registration.passed_over > PATIENCE:
            yield f"registration {registration.pk} was passed {registration.passed_over} times"
    yield from _money()
    yield from _letters()
    yield from (str(found) for found in findings())


def _money() -> Iterator[str]:
    """Confirmed where it is paid and nowhere else; nothing bought for nobody."""
    lines = {line.target_id: line for line in OrderLine.objects.live().select_related("order")}
    for registration in Registration.objects.filter(event__prices__isnull=False).distinct():
        statuses = Counter(registration.places.exclude(status="cancelled").values_list("status", flat=True))
        line = lines.get(registration.pk)
        is_paid = line is not None and line.order.is_firm and line.granted_at is not None
        if statuses["confirmed"] and not is_paid:
            yield f"registration {registration.pk} is confirmed, and not paid"
        if statuses["held"] and is_paid:
            yield f"registration {registration.pk} is paid, and only held"
        if line is not None and line.order.is_placed and line.quantity != statuses.total():
            yield f"registration {registration.pk}: {line.quantity} places are asked for, {statuses.total()} are kept"


def _letters() -> Iterator[str]:
    """Whoever holds a confirmed place was told so."""
    told = set(Letter.objects.filter(code="events.place_confirmed").values_list("to_email", flat=True))
    for event in Event.objects.all():
        for email in event.places.filter(status="confirmed").exclude(email="").values_list("email", flat=True):
            if email not in told:
                yield f"nobody wrote to the holder of a place at event {event.pk}"
