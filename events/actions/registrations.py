"""Registering people and serving the waiting list. All under the event's lock: lock, then read, then decide."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from allauth.account.models import EmailAddress
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from core.errors import RuleBroken
from core.history import record
from core.text import folded
from events.actions.locking import lock_event
from events.enums import Admission, PlaceStatus, Visibility
from events.letters import write_confirmed, write_promoted, write_summary, write_waiting
from events.models import Event, Group, Place, Registration, Seats, seats_of, served, waiting_groups
from members.enums import Audience
from members.models import Organisation
from memberships.models import Term


@dataclass(frozen=True)
class Attendee:
    """A person to register. Without an e-mail address they get no letter and no calendar entry."""

    first_name: str
    last_name: str
    email: str = ""
    job_title: str = ""
    is_listed: bool = False

    @property
    def full_name(self) -> str:
        return f"{self.first_name} {self.last_name}"


class PersonRefused(RuleBroken):
    """A rule about one person of a group: `index` says which (from 0), `field` which of their fields."""

    def __init__(self, message, index: int, field: str):
        super().__init__(message, field)
        self.index = index


@transaction.atomic
def register_people(event: Event, *, organisation: Organisation, people: Sequence[Attendee], by) -> Registration:
    """Register a group of an organisation's people; confirmed together or waiting together.

    The rule: a group gets seats whole or not at all. It has its places at once if, standing last on the waiting list,
    it would be served now (see `served`): there are seats in all and in its audience's quota, and it passes nobody
    who could use them. Else it waits, whole. The audience is that of the organisation's kind.

    Raises RuleBroken when the event takes no registrations, the organisation may not come, or it would have more
    people than its share; PersonRefused when somebody is named twice.
    """
    event = lock_event(event)
    now = timezone.now()
    check_open(event, now)
    check_admission(event, organisation, now)
    check_people(event, organisation, people)
    seats, audience = seats_of(event), organisation.audience
    _check_size(event, organisation, len(people), seats)
    group = Group(None, audience, len(people))
    is_confirmed = group in served(seats, [*waiting_groups(event), group])
    registration = Registration.objects.create(event=event, organisation=organisation, by=by)
    places = _create_places(registration, people, is_confirmed=is_confirmed, now=now)
    sentence = (
        gettext_noop("%(organisation)s registered; people: %(people)s")
        if is_confirmed
        else gettext_noop("%(organisation)s joined the waiting list; people: %(people)s")
    )
    record("events.registration.made", sentence, by=by, about=[event, registration, organisation],
           organisation=organisation, people=len(places))  # fmt: skip
    for place in places:
        write_confirmed(place, now=now) if is_confirmed else write_waiting(place, now=now)
    write_summary(registration, places, is_waiting=not is_confirmed)
    return registration


@transaction.atomic
def promote_waiting(event: Event, *, by=None) -> list[Place]:
    """Give free seats to the waiting list (the rule is `served`'s) and return the places confirmed.

    After the event has begun, or when it is no longer published, nobody is promoted: the reception desk decides then.
    """
    return promote_under_lock(lock_event(event), by=by, now=timezone.now())


def promote_under_lock(event: Event, *, by, now: datetime) -> list[Place]:
    """As `promote_waiting`, for actions that already hold the event's lock."""
    if not event.is_published or event.has_begun(now):
        return []
    promoted = []
    for group in served(seats_of(event), waiting_groups(event)):
        places = list(
            event.places.waiting()
            .filter(registration=group.registration_id)
            .select_related("registration__organisation", "person")
        )
        for place in places:
            place.event = event
            place.status, place.confirmed_at = PlaceStatus.CONFIRMED, now
            place.save(update_fields=["status", "confirmed_at"])
            write_promoted(place, now=now)
        registration = places[0].registration
        record(
            "events.registration.promoted", gettext_noop("%(organisation)s came off the waiting list; people: %(people)s"),
            by=by, about=[event, registration, registration.organisation], organisation=registration.organisation,
            people=len(places),
        )  # fmt: skip
        promoted += places
    return promoted


def obstacle(event: Event, organisation: Organisation | None) -> str:
    """Why this organisation (or anybody, if None) cannot register now, as a sentence; "" if nothing is known against."""
    now = timezone.now()
    try:
        check_open(event, now)
        if organisation is not None:
            check_admission(event, organisation, now)
    except RuleBroken as broken:
        return str(broken.message)
    return ""


def check_open(event: Event, now: datetime) -> None:
    """Raise RuleBroken with the reason when the event takes no registrations now."""
    if event.is_draft:
        raise RuleBroken(_("This event is not published yet."))
    if event.is_cancelled:
        raise RuleBroken(_("This event has been cancelled."))
    if event.is_over(now):
        raise RuleBroken(_("This event is over."))
    if event.has_begun(now):
        raise RuleBroken(_("This event has begun: please ask at the reception desk."))
    if now >= event.closes_at:
        raise RuleBroken(_("Registration for this event is closed."))


def check_admission(event: Event, organisation: Organisation, now: datetime) -> None:
    """Raise RuleBroken when only members may come and the organisation is none today."""
    if Admission.MEMBERS != event.admission and Visibility.MEMBERS != event.visibility:
        return
    today = timezone.localdate(now)
    if not Term.objects.current(today).filter(organisation=organisation, club=event.club_id).exists():
        sentence = _("This event is for members of %(club)s, and %(organisation)s is not a member.")
        raise RuleBroken(sentence % {"club": event.club, "organisation": organisation})


def check_people(event: Event, organisation: Organisation, people: Sequence[Attendee], *, besides: Place | None = None):
    """Raise PersonRefused when somebody is named twice, in the group or at the event (`besides` one place).

    People are told apart by e-mail; without one, by name within their organisation.
    """
    others = event.places.active().exclude(pk=besides.pk if besides else None)
    emails = {person.email.lower() for person in people if person.email}
    known_emails = set(others.filter(email__in=emails).values_list("email", flat=True))
    own = others.filter(registration__organisation=organisation, email="")
    known_names = {folded(f"{first} {last}") for first, last in own.values_list("first_name", "last_name")}
    seen: Counter[str] = Counter()
    for index, person in enumerate(people):
        email, name = person.email.lower(), folded(person.full_name)
        seen[email or name] += 1
        if email and email in known_emails:
            raise PersonRefused(_("Somebody is already registered for this event with this e-mail."), index, "email")
        if not email and name in known_names:
            raise PersonRefused(_("This person is already registered for this event."), index, "last_name")
        if seen[email or name] > 1:
            message = _("This person is named twice.")
            raise PersonRefused(message, index, "email" if email else "last_name")


def _check_size(event: Event, organisation: Organisation, people: int, seats: Seats) -> None:
    if people < 1:
        raise RuleBroken(_("Name at least one person."))
    active = event.places.active().filter(registration__organisation=organisation, is_walk_in=False).count()
    if active + people > event.organisation_cap:
        left = max(0, event.organisation_cap - active)
        sentence = _("One organisation may register %(cap)s people for this event; left for yours: %(left)s.")
        raise RuleBroken(sentence % {"cap": event.organisation_cap, "left": left})
    most = seats.most(organisation.audience)
    if people > most:
        audience = Audience(organisation.audience).label
        if not most:
            raise RuleBroken(_("This event has no places for “%(audience)s”.") % {"audience": audience})
        sentence = _("This event has only %(most)s places for “%(audience)s”: name fewer people.")
        raise RuleBroken(sentence % {"most": most, "audience": audience})


def _create_places(registration, people, *, is_confirmed: bool, now: datetime) -> list[Place]:
    accounts = accounts_by_email({person.email.lower() for person in people if person.email})
    status = PlaceStatus.CONFIRMED if is_confirmed else PlaceStatus.WAITING
    return [
        Place.objects.create(
            registration=registration,
            event=registration.event,
            audience=registration.organisation.audience,
            person=accounts.get(person.email.lower()),
            first_name=person.first_name,
            last_name=person.last_name,
            email=person.email.lower(),
            job_title=person.job_title,
            status=status,
            waiting_since=None if is_confirmed else now,
            confirmed_at=now if is_confirmed else None,
            is_listed=person.is_listed,
            consented_at=now if person.is_listed else None,
        )
        for person in people
    ]


def accounts_by_email(emails: set[str]) -> dict:
    """The accounts behind addresses that their owners have proved to be theirs."""
    found = EmailAddress.objects.filter(email__in=emails, verified=True).select_related("user")
    return {address.email: address.user for address in found}
