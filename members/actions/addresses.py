"""Refining points by the national address service: on and on in the background, never in a page."""

import logging
from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_noop

from core.history import record
from core.locks import lock_row
from members import addresses
from members.addresses import AddressServiceDown, Place
from members.enums import PointSource
from members.importing.values import kilometres
from members.models import Organisation

logger = logging.getLogger(__name__)
SURE_ENOUGH = 0.6
FAR_AWAY_KM = 50
# After a failure the wait grows; after the last one the commune's centre stays.
WAITS = (
    timedelta(hours=1), timedelta(hours=6), timedelta(days=1), timedelta(days=3), timedelta(days=7), timedelta(days=30),
)  # fmt: skip
# The service is down when so many organisations in a row got no answer: the rest waits for the next round.
DOWN_AFTER = 2


def refine_due_addresses(limit: int = 50) -> int:
    """Ask the service about the organisations whose turn it is; how many points became finer. For the daily run.

    Does nothing without ADDRESS_API_URL. No transaction is open while the service is asked.
    """
    if not addresses.is_configured():
        return 0
    refined = failures = 0
    for organisation in Organisation.objects.to_refine(timezone.now())[:limit]:
        try:
            place = addresses.find_place(organisation.street, organisation.post_code, organisation.city)
        except AddressServiceDown as down:
            logger.warning("The address service gave no answer about organisation %s: %s", organisation.pk, down)
            postpone_refining(organisation)
            failures += 1
            if failures >= DOWN_AFTER:
                break
            continue
        failures = 0
        refined += settle_point(organisation, place).point_source == PointSource.ADDRESS
    return refined


@transaction.atomic
def postpone_refining(organisation: Organisation) -> Organisation:
    """The service was not reached: ask again after a wait that grows, in the end not again."""
    fresh = lock_row(Organisation.objects.all(), organisation.pk)
    if fresh.refine_after is None:
        return fresh
    wait = WAITS[fresh.refine_tries] if fresh.refine_tries < len(WAITS) else None
    fresh.refine_after = timezone.now() + wait if wait else None
    fresh.refine_tries += 1
    Organisation.objects.filter(pk=fresh.pk).update(refine_after=fresh.refine_after, refine_tries=fresh.refine_tries)
    return fresh


@transaction.atomic
def settle_point(organisation: Organisation, place: Place | None) -> Organisation:
    """Give an organisation the point of its address, if it is sure and near its commune; in any case ask no more.

    An address that was changed while the service was asked keeps its turn.
    """
    fresh = lock_row(Organisation.objects.all(), organisation.pk)
    address = ("street", "post_code", "city")
    if any(getattr(fresh, name) != getattr(organisation, name) for name in address):
        return fresh
    fields = {"refine_after", "refine_tries"}
    fresh.refine_after, fresh.refine_tries = None, 0
    if place and place.score >= SURE_ENOUGH and _is_near(fresh, place):
        fresh.latitude, fresh.longitude, fresh.point_source = place.latitude, place.longitude, PointSource.ADDRESS
        fields |= {"latitude", "longitude", "point_source"}
        record(
            "members.organisation.located",
            gettext_noop("Found the exact place of the address (%(score)s out of 100)"),
            by=None,
            about=[fresh],
            score=round(place.score * 100),
        )
    Organisation.objects.filter(pk=fresh.pk).update(**{name: getattr(fresh, name) for name in fields})
    return fresh


def _is_near(organisation: Organisation, place: Place) -> bool:
    """Near its commune; nothing can be said against the point where the commune is not known."""
    centre = organisation.commune.point if organisation.commune else None
    return centre is None or kilometres(centre, (place.latitude, place.longitude)) <= FAR_AWAY_KM
