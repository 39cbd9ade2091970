"""What events know of a person, and how they forget it: on demand, and by themselves after three years."""

from datetime import datetime, timedelta

from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_noop

from core.history import record
from core.models import Letter
from events.actions.freeing import lock_lines
from events.actions.places import cancel_place
from events.models import CalendarFeed, Event, LooseWalkIn, Place, Reception, Registration, Scan

# Names are kept as long as funders may ask who came (36 months); then only the numbers stay.
KEPT = timedelta(days=3 * 365 + 1)


def erase_old_attendees(now: datetime) -> int:
    """Forget who came to events that ended over 36 months ago: names, addresses and the letters that bear them.

    Places, audiences and attendance stay, so that every figure stays true. Returns how many people were forgotten; a
    second run finds nobody.
    """
    loose = LooseWalkIn.objects.filter(event__ends_at__lt=now - KEPT).delete()[0]
    named = Place.objects.filter(event__ends_at__lt=now - KEPT).named()
    events = Event.objects.filter(pk__in=named.order_by().values("event")).order_by("pk")
    return loose + sum(_erase_attendees_of(event) for event in events)


@transaction.atomic
def _erase_attendees_of(event: Event) -> int:
    people = _forget_places(event.places.named())
    _delete_letters(Event, [event.pk])
    record("events.event.people_erased", gettext_noop("Names erased after three years; people: %(people)s"), by=None,
           about=[event], people=people)  # fmt: skip
    return people


def data_of(person) -> dict:
    """All that this app knows of a person: places, desks, the calendar's existence (its address is a secret)."""
    places = Place.objects.of(person).order_by("event__starts_at", "pk")
    return {
        "places": list(
            places.values(
                "event__title", "event__starts_at", "registration__organisation__name", "first_name", "last_name",
                "email", "job_title", "status", "attendance", "is_listed", "consented_at",
            )
        ),
        "read_at_doors": list(
            Scan.objects.filter(place__in=places.values("pk")).order_by("pk").values(
                "event__title", "door__name", "session__title", "corrected_at", "verdict"
            )
        ),
        "unsettled_walk_ins": list(
            LooseWalkIn.objects.of(person).values(
                "event__title", "first_name", "last_name", "email", "organisation_name", "audience"
            )
        ),
        "reception_desks": list(person.receptions.values("event__title")),
        "calendar_renewed": list(CalendarFeed.objects.filter(person=person).values_list("renewed_at", flat=True)),
    }  # fmt: skip


def forget(person) -> None:
    """Give back the person's coming places and forget them at all others; their calendar and desks are gone.

    The letters that name them to somebody else (who registered them) are deleted; those to them, `members` deletes.
    """
    places = Place.objects.of(person)
    coming = places.active().filter(event__starts_at__gt=timezone.now()).select_related("event").order_by("event", "pk")
    coming = list(coming)
    lock_lines(place.registration_id for place in coming)
    for place in coming:
        cancel_place(place, by=person)
    mine = list(places.values_list("pk", "registration"))
    _delete_letters(Registration, {registration for _place, registration in mine})
    _forget_places(Place.objects.filter(pk__in=[place for place, _registration in mine]))
    LooseWalkIn.objects.of(person).delete()
    CalendarFeed.objects.filter(person=person).delete()
    Reception.objects.filter(person=person).delete()


def _forget_places(places: QuerySet[Place]) -> int:
    return places.order_by().update(
        first_name="", last_name="", email="", job_title="", search_text="", person=None, is_listed=False,
        consented_at=None, erased_at=timezone.now(),
    )  # fmt: skip


def _delete_letters(model, ids) -> None:
    kind = ContentType.objects.get_for_model(model)
    Letter.objects.filter(subjects__content_type=kind, subjects__object_id__in=list(ids)).delete()
