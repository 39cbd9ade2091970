"""Registering people, under the event's lock: lock, then read, then decide."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from allauth.account.models import EmailAddress
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from billing.actions import add_to_basket
from billing.actions.baskets import lock_basket
from core.errors import RuleBroken
from core.history import record
from core.prepared import prepared
from core.text import folded
from events.actions.answers import Answers, keep_answers, keep_needs
from events.actions.holding import PAY_NOW, expire_holds
from events.actions.locking import lock_event
from events.actions.promotion import answer_by, note_passed
from events.enums import Admission, PlaceStatus, Visibility
from events.letters import (
    write_confirmed,
    write_request_to_coordination,
    write_requested,
    write_summary,
    write_to_pay,
    write_waiting,
)
from events.models import (
    PAYABLE,
    Event,
    EventInvitation,
    Group,
    Place,
    Registration,
    Seats,
    charge_for,
    next_round,
    questions_of,
    seats_of,
    waiting_groups,
)
from members.enums import Audience
from members.models import Organisation
from members.rights import rights_of
from memberships.models import Term

MADE = {
    PlaceStatus.CONFIRMED: gettext_noop("%(organisation)s registered; people: %(people)s"),
    PlaceStatus.HELD: gettext_noop("Seats are held for %(organisation)s, to be paid; people: %(people)s"),
    PlaceStatus.WAITING: gettext_noop("%(organisation)s joined the waiting list; people: %(people)s"),
    PlaceStatus.REQUESTED: gettext_noop("%(organisation)s asks to come; people: %(people)s"),
}


@dataclass(frozen=True)
class Attendee:
    """A person to register. Without an e-mail address they get no letter and no calendar entry.

    Without a name it is a seat that is reserved, to be named later. `guest_of`: a guest's own organisation.
    """

    first_name: str = ""
    last_name: str = ""
    email: str = ""
    job_title: str = ""
    is_listed: bool = False
    guest_of: str = ""
    diet: str = ""
    access: str = ""
    answers: Answers = field(default_factory=dict)

    @property
    def is_named(self) -> bool:
        return bool(self.last_name)

    @property
    def full_name(self) -> str:
        return f"{self.first_name} {self.last_name}"


class PersonRefused(RuleBroken):
    """A rule about one person of a group: `index` says which (from 0), `field` which of their fields."""

    def __init__(self, message, index: int, field: str):
        super().__init__(message, field)
        self.index = index


def register_people(
    event: Event, *, organisation: Organisation, people: Sequence[Attendee], by, answers: Answers | None = None
) -> Registration:
    """Register a group of an organisation's people; they get seats together or wait together.

    The rule: a group gets seats whole or not at all. It has its places at once if, standing last on the waiting list,
    it would be served now (see `next_round`). Else it waits, whole. The audience is that of the organisation's kind.
    Where the event asks for approval, nothing is decided before the coordination has said yes (`approve_request`), unless
    it is the coordination that registers.

    Where that costs the organisation something, the seats are held and lie in its basket: for 40 minutes, or, when
    somebody else registers them, as long as on a promotion and with a letter. Seats whose hold or offer is over are given
    up before, each under its own locks. `answers` are those of the organisation as a whole.

    Raises RuleBroken when the event takes no registrations, the organisation may not come, or it would have more
    people than its share; PersonRefused when somebody is named twice or a question is not answered.
    """
    expire_holds(timezone.now(), event)
    return _register(event, organisation=organisation, people=people, by=by, answers=answers or {})


@transaction.atomic
def _register(
    event: Event, *, organisation: Organisation, people: Sequence[Attendee], by, answers: Answers
) -> Registration:
    costs = bool(charge_for(event, organisation).amount)
    if costs:  # before the event's lock: see billing's order of locks
        lock_basket(event.club, organisation, by=by)
    seen, event = event, lock_event(event)
    now = timezone.now()
    is_coordination = by is not None and rights_of(by).coordinates(event.club_id)
    check_open(event, now)
    check_admission(event, organisation, now, is_coordination=is_coordination)
    active = check_people(event, organisation, people)
    # A price changes together with its event.
    if event.updated_at != seen.updated_at and bool(charge_for(event, organisation).amount) != costs:
        raise RuleBroken(_("The price has changed meanwhile: please look at it once more."))
    seats = seats_of(event)
    _check_size(event, organisation, len(people), active, seats)
    registration = Registration.objects.create(event=event, organisation=organisation, by=by)
    if event.needs_approval and not is_coordination:
        status = PlaceStatus.REQUESTED
    else:
        status = seat_or_wait(event, organisation, len(people), costs=costs, seats=seats)
    questions = list(questions_of(event.pk))
    places = _create_places(registration, people, questions, status=status, now=now)
    keep_answers(registration, None, answers, questions)
    record("events.registration.made", MADE[status], by=by, about=[event, registration, organisation],
           organisation=organisation, people=len(places))  # fmt: skip
    give_status(registration, places, status, by=by, now=now)
    return registration


def seat_or_wait(event: Event, organisation: Organisation, people: int, *, costs: bool, seats: Seats) -> PlaceStatus:
    """What a group that comes now gets, standing last in the queue; whom it goes before loses patience."""
    group = Group(None, organisation.audience, people)
    done = next_round(seats, [*waiting_groups(event), group])
    if group not in done.served:
        return PlaceStatus.WAITING
    note_passed(done)
    return PlaceStatus.HELD if costs else PlaceStatus.CONFIRMED


def give_status(registration: Registration, places: Sequence[Place], status: PlaceStatus, *, by, now: datetime) -> None:
    """What goes with a status that places have just got: the basket, the letters."""
    if status == PlaceStatus.HELD:
        _hold(registration, places, by=by, now=now)
    elif status == PlaceStatus.REQUESTED:
        for place in places:
            write_requested(place)
        write_request_to_coordination(registration, len(places))
    else:
        _write(registration, places, now=now)


def _hold(registration: Registration, places: Sequence[Place], *, by, now: datetime) -> None:
    """Keep the seats and put them into the basket; who was registered by somebody else learns that there is one."""
    event, organisation = registration.event, registration.organisation
    pays_now = by is None or rights_of(by).belongs_to(organisation.pk)
    registration.held_until = now + PAY_NOW if pays_now else answer_by(event, now)
    registration.save(update_fields=["held_until"])
    add_to_basket(event.club, organisation, code=PAYABLE, target_id=registration.pk, by=by)
    if not pays_now:
        write_to_pay(registration, places, came_free=False)


def _write(registration: Registration, places: Sequence[Place], *, now: datetime) -> None:
    for place in places:
        write_confirmed(place, now=now) if place.is_confirmed else write_waiting(place, now=now)
    write_summary(registration, places, is_waiting=places[0].is_waiting)


def obstacle(event: Event, organisation: Organisation | None, by=None) -> str:
    """Why this organisation (or anybody, if None) cannot register now, as a sentence; "" if nothing is known against."""
    now = timezone.now()
    try:
        check_open(event, now)
        if organisation is not None:
            is_coordination = by is not None and rights_of(by).coordinates(event.club_id)
            check_admission(event, organisation, now, is_coordination=is_coordination)
    except RuleBroken as broken:
        return str(broken.message)
    return ""


def check_open(event: Event, now: datetime) -> None:
    """Raise RuleBroken with the reason when the event takes no registrations now."""
    if event.is_draft:
        raise RuleBroken(_("This event is not published yet."))
    if event.is_cancelled:
        raise RuleBroken(_("This event has been cancelled."))
    if event.is_postponed:
        raise RuleBroken(_("This event is postponed: its new date is still open."))
    if event.is_over(now):
        raise RuleBroken(_("This event is over."))
    if event.has_begun(now):
        raise RuleBroken(_("This event has begun: please ask at the reception desk."))
    if now >= event.closes_at:
        raise RuleBroken(_("Registration for this event is closed."))


def check_admission(event: Event, organisation: Organisation, now: datetime, *, is_coordination: bool = False) -> None:
    """Raise RuleBroken when only members may come and the organisation is none today, or only invited ones and it is not
    (the coordination may register it all the same)."""
    if Admission.INVITED == event.admission:
        invited = EventInvitation.objects.filter(event=event).admitting(organisation)
        if not is_coordination and not invited.exists():
            sentence = _("Only invited organisations can come to this event, and %(organisation)s is not invited.")
            raise RuleBroken(sentence % {"organisation": organisation})
        return
    if Admission.MEMBERS != event.admission and Visibility.MEMBERS != event.visibility:
        return
    today = timezone.localdate(now)
    if not Term.objects.current(today).filter(organisation=organisation, club=event.club_id).exists():
        sentence = _("This event is for members of %(club)s, and %(organisation)s is not a member.")
        raise RuleBroken(sentence % {"club": event.club, "organisation": organisation})


def check_people(
    event: Event, organisation: Organisation, people: Sequence[Attendee], *, besides: Place | None = None
) -> int:
    """Raise PersonRefused when somebody is named twice, in the group or at the event (`besides` one place).

    People are told apart by e-mail; without one, by name within their organisation. Returns how many places the
    organisation has already, walk-ins left aside (one query for all of it).
    """
    emails = {person.email.lower() for person in people if person.email}
    known = _places_like(event.pk, emails, organisation.pk, besides.pk if besides is not None else 0)
    own = [row for row in known if row[-1] == organisation.pk]
    known_emails = {email for email, *_others in known if email}
    known_names = {folded(f"{first} {last}") for email, first, last, *_others in own if not email and last}
    seen: Counter[str] = Counter()
    for index, person in enumerate(people):
        if not person.is_named and not person.email:
            continue
        email, name = person.email.lower(), folded(person.full_name)
        seen[email or name] += 1
        if email and email in known_emails:
            raise PersonRefused(_("Somebody is already registered for this event with this e-mail."), index, "email")
        if not email and name in known_names:
            raise PersonRefused(_("This person is already registered for this event."), index, "last_name")
        if seen[email or name] > 1:
            message = _("This person is named twice.")
            raise PersonRefused(message, index, "email" if email else "last_name")
    return sum(not is_walk_in for *_names, is_walk_in, _organisation in own)


@prepared
def _places_like(event_id: int, emails: Collection[str], organisation_id: int, besides: int):
    places = Place.objects.filter(event=event_id).active().exclude(pk=besides)
    places = places.filter(Q(email__in=emails) | Q(registration__organisation=organisation_id))
    return places.values_list("email", "first_name", "last_name", "is_walk_in", "registration__organisation")


def _check_size(event: Event, organisation: Organisation, people: int, active: int, seats: Seats) -> None:
    if people < 1:
        raise RuleBroken(_("Name at least one person."))
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


def _create_places(registration, people, questions, *, status: PlaceStatus, now: datetime) -> list[Place]:
    accounts = accounts_by_email({person.email.lower() for person in people if person.email})
    places = []
    for index, person in enumerate(people):
        place = Place.objects.create(
            registration=registration,
            event=registration.event,
            audience=registration.organisation.audience,
            person=accounts.get(person.email.lower()),
            first_name=person.first_name,
            last_name=person.last_name,
            email=person.email.lower(),
            job_title=person.job_title,
            guest_of=person.guest_of,
            status=status,
            waiting_since=now if status == PlaceStatus.WAITING else None,
            confirmed_at=now if status == PlaceStatus.CONFIRMED else None,
            is_listed=person.is_listed,
            consented_at=now if person.is_listed else None,
        )
        try:
            keep_answers(registration, place, person.answers, questions)
        except RuleBroken as broken:
            raise PersonRefused(broken.message, index, broken.field or "last_name") from broken
        keep_needs(place, diet=person.diet, access=person.access)
        places.append(place)
    return places


def accounts_by_email(emails: set[str]) -> dict:
    """The accounts behind addresses that their owners have proved to be theirs."""
    return {address.email: address.user for address in _proved(emails)}


@prepared
def _proved(emails: Collection[str]):
    return EmailAddress.objects.filter(email__in=emails, verified=True).select_related("user")
