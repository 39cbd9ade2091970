"""What becomes of a place before the event: given back, passed on to a colleague, shown on the list or not."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from billing.models import OrderLine
from core.errors import RuleBroken
from core.history import record
from events.actions.answers import erase_files, keep_answers, keep_needs
from events.actions.freeing import check_as_locked, follow_places, free_places, lock_line
from events.actions.locking import lock_event
from events.actions.registrations import Attendee, accounts_by_email, check_people
from events.enums import Attendance
from events.letters import write_confirmed, write_place_cancelled, write_requested, write_waiting
from events.models import Event, Place, Question, Registration


@transaction.atomic
def cancel_place(place: Place, *, by) -> Place:
    """Give one place back, or leave the waiting list; what becomes free goes to the waiting list at once.

    A place that is only held leaves the basket or the order; one that is paid is shown to the coordination, who decides
    about the money, or owes it where it was promised (see `Event.gives_money_back`). Repeat-safe: a place that is given
    back already stays so. Raises RuleBroken once the event has begun.
    """
    line = lock_line(place.registration_id)
    event = lock_event(place.event)
    place = fresh(place, event)
    _cancel(event, place.registration, [place], line, by=by)
    return place


@transaction.atomic
def cancel_registration(registration: Registration, *, by) -> Registration:
    """Give back all places of one registration; as `cancel_place`."""
    line = lock_line(registration.pk)
    event = lock_event(registration.event)
    places = list(
        event.places.active().filter(registration=registration).select_related("registration__organisation", "person")
    )
    for place in places:
        place.event = event
    _cancel(event, registration, places, line, by=by)
    return registration


def _cancel(event: Event, registration: Registration, places: list[Place], line: OrderLine | None, *, by) -> None:
    now = timezone.now()
    if event.has_begun(now) and any(place.is_active for place in places):
        raise RuleBroken(_("The event has begun: attendance is noted at the reception desk."))
    check_as_locked(registration.pk, line)
    registration.event = event
    if free_places(event, registration, places, by=by, now=now):
        follow_places(line, registration, places, by=by, now=now)


@transaction.atomic
def change_place(place: Place, *, by, attendee: Attendee) -> Place:
    """Correct who comes, name a reserved seat, or pass the place on to a colleague or guest (also when the event is full).

    With another e-mail address it is another person: the one before is told, loses the calendar entry and the ticket, and
    takes their needs and files with them; the new one gets the place's letter (for a held place: once it is paid).
    Possible until the event is over, as long as nobody was seen on the place. Raises PersonRefused when that person is
    registered or a question is not answered.
    """
    event = lock_event(place.event)
    place, now = fresh(place, event), timezone.now()
    _check_changeable(place, event, now)
    check_people(event, place.registration.organisation, [attendee], besides=place)
    before_email = place.email
    is_passed_on = bool(before_email) and attendee.email.lower() != before_email
    is_somebody_else = is_passed_on or (not before_email and attendee.full_name != place.full_name)
    if is_somebody_else:
        place.ticket_version += 1
        keep_needs(place, diet="", access="")
        erase_files(place.answer_files.all())
        place.signatures.all().delete()
    if is_passed_on and event.is_announced and place.is_known:
        write_place_cancelled(place, was_confirmed=place.is_in_calendar, now=now)
    place.first_name, place.last_name, place.email = attendee.first_name, attendee.last_name, attendee.email.lower()
    place.job_title, place.guest_of = attendee.job_title, attendee.guest_of
    if place.email != before_email:
        place.person = accounts_by_email({place.email}).get(place.email) if place.email else None
    _note_consent(place, attendee.is_listed, now)
    place.save()
    questions = Question.objects.filter(event=event)
    keep_answers(place.registration, place, attendee.answers, questions)
    keep_needs(place, diet=attendee.diet, access=attendee.access)
    record("events.place.changed", gettext_noop("%(organisation)s changed who comes"), by=by,
           about=[event, place.registration], organisation=place.registration.organisation)  # fmt: skip
    if place.email and place.email != before_email and event.is_announced:
        _write_to_new(place, now=now)
    return place


def _write_to_new(place: Place, *, now: datetime) -> None:
    """Whoever takes a place over gets the letter that goes with it; about seats that are kept, it is written to payers."""
    if place.is_confirmed:
        write_confirmed(place, now=now)
    elif place.is_waiting:
        write_waiting(place, now=now)
    elif place.is_requested:
        write_requested(place)


@transaction.atomic
def set_consent(place: Place, *, is_listed: bool, by) -> Place:
    """Put the person on the list that other participants see, or take them off; possible at any time."""
    event = lock_event(place.event)
    place = fresh(place, event)
    if place.is_listed == is_listed:
        return place
    if is_listed and not place.is_active:
        raise RuleBroken(_("This place has been given back."))
    _note_consent(place, is_listed, timezone.now())
    place.save(update_fields=["is_listed", "consented_at"])
    sentence = (
        gettext_noop("A person of %(organisation)s agreed to stand on the list of participants")
        if is_listed
        else gettext_noop("A person of %(organisation)s withdrew from the list of participants")
    )
    record("events.place.consent_changed", sentence, by=by, about=[event, place.registration],
           organisation=place.registration.organisation)  # fmt: skip
    return place


def fresh(place: Place, event: Event) -> Place:
    """The place as it is now, read under the lock of `event`."""
    place = Place.objects.select_related("registration__organisation", "person").get(pk=place.pk)
    place.event = event
    return place


def _check_changeable(place: Place, event: Event, now: datetime) -> None:
    if not place.is_active:
        raise RuleBroken(_("This place has been given back."))
    if event.is_cancelled:
        raise RuleBroken(_("This event has been cancelled."))
    if event.is_over(now):
        raise RuleBroken(_("This event is over."))
    if place.attendance == Attendance.PRESENT:
        raise RuleBroken(_("Somebody was seen on this place already: it is no longer passed on."))


def _note_consent(place: Place, is_listed: bool, now: datetime) -> None:
    if is_listed and not place.is_listed:
        place.consented_at = now
    place.is_listed = is_listed
    if not is_listed:
        place.consented_at = None
