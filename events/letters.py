"""What the club writes about events: one function a letter, each in its reader's language.

Subject and opening are those of `events.letter_kinds`, which a club may change; what follows stands here.
Whoever has no e-mail address gets no letter; these functions then do nothing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from billing.letters import coordinators_of
from billing.models import OrderLine
from core.letters import Attachment, Recipient, link_to, queue_letter, render_letter, writing_to
from core.models import Letter
from core.templatetags.kit import euros
from events.calendars import MEDIA_TYPE, calendar_of, place_entry
from events.documents.tickets import DRAWING, ticket_values
from events.enums import Settlement
from events.letter_kinds import KINDS, MAILING, filled, values_for, wording
from events.links import invitation_token, offer_token
from events.models import Event, EventInvitation, Mailing, Place, Registration, Standing, charge_for
from events.tickets import ticket_code
from members.enums import ClubRoleKind, RoleLevel
from members.models import Club, Person
from members.rights import rights_of


def recipient_of(place: Place) -> Recipient:
    """The named person, at the address given for this event (without a person behind it: in French)."""
    language = place.person.language if place.person else "fr"
    return Recipient(place.email, place.full_name, language, place.person)


def write_confirmed(place: Place, *, now: datetime) -> None:
    """You have a place: with the calendar entry and the ticket."""
    if not place.email:
        return
    with writing_to(to := recipient_of(place)):
        subject, opening = wording("events.place_confirmed", to, place.event)
        if place.event.is_postponed:
            sentence = _(
                "You are registered for “%(event)s”. Its new date is still open: we write to you as soon as it is set."
            )
            opening = [sentence % {"event": place.event.title}]
        _queue(place, to, "events.place_confirmed", subject, [*opening, *_about_the_list(place)],
               [*_enclosed(place, "REQUEST", now), _ticket(place)], button=_see_ticket(place))  # fmt: skip


def write_waiting(place: Place, *, now: datetime) -> None:
    """All places are taken: on the waiting list."""
    if not place.email:
        return
    with writing_to(to := recipient_of(place)):
        subject, opening = wording("events.place_waiting", to, place.event)
        _queue(place, to, "events.place_waiting", subject, opening)


def write_offered(registration: Registration, places: Sequence[Place]) -> None:
    """Seats have become free for a group of the waiting list: to be taken or refused, by a button that needs no account."""
    event = registration.event
    names = "\n".join(place.full_name for place in places)
    for to in answerers_of(registration, places):
        with writing_to(to):
            until = moment_at(event, registration.held_until)
            subject, opening = wording("events.place_offered", to, event, until=until)
            button = _button("events.place_offered", "events:answer_offer", offer_token(registration))
            _queue(places[0], to, "events.place_offered", subject, [*opening, names], button=button)


def write_requested(place: Place) -> None:
    """The coordination has still to say yes."""
    if not place.email:
        return
    with writing_to(to := recipient_of(place)):
        subject, opening = wording("events.place_requested", to, place.event)
        _queue(place, to, "events.place_requested", subject, opening)


def write_request_refused(place: Place, *, reason: str) -> None:
    """The coordination said no, and why."""
    if not place.email:
        return
    with writing_to(to := recipient_of(place)):
        subject, opening = wording("events.request_refused", to, place.event)
        _queue(place, to, "events.request_refused", subject, [*opening, *([reason] if reason else [])])


def write_request_to_coordination(registration: Registration, people: int) -> None:
    """To the club: somebody asks to come."""
    event, code = registration.event, "events.request_to_coordination"
    for person in coordinators_of_event(event):
        with writing_to(to := Recipient.of(person)):
            in_words = ngettext("%(count)s person", "%(count)s people", people) % {"count": people}
            values = {"organisation": str(registration.organisation), "people": in_words}
            subject, opening = wording(code, to, event, **values)
            _queue_about(
                registration, to, code, subject, opening, button=_button(code, "events:request_list", event.slug)
            )


def write_invitation(invitation: EventInvitation) -> None:
    """You are invited, by a personal link."""
    event, code = invitation.event, "events.invitation"
    person = Person.objects.with_account().filter(email__iexact=invitation.email).first()
    to = Recipient.of(person) if person else Recipient(invitation.email, invitation.name)
    with writing_to(to):
        subject, opening = wording(code, to, event)
        how = _("By your personal link you register, or say that you cannot come.")
        queue_letter(
            code, to=to, subject=subject, paragraphs=[part for part in (*opening, invitation.message, how) if part],
            facts=_facts(event), button=_button(code, "events:invitation_page", invitation_token(invitation)),
            about=[event, event.club], sender_name=event.club.name, reply_to=event.club.email, secret=True,
        )  # fmt: skip


def _button(code: str, address: str, *args) -> tuple[str, str]:
    return str(KINDS[code].button), link_to(reverse(address, args=args))


def coordinators_of_event(event: Event) -> list[Person]:
    """Who runs the event's club, with an account."""
    people = Person.objects.with_account().filter(
        club_roles__club=event.club_id, club_roles__kind=ClubRoleKind.COORDINATOR
    )
    return list(people.order_by("pk"))


def answerers_of(registration: Registration, places: Sequence[Place]) -> list[Recipient]:
    """Who can say yes or no for a group: whoever can pay for it; where nobody of it has an account, the people named."""
    payers = payers_of(registration)
    return [Recipient.of(person) for person in payers] or [recipient_of(place) for place in places if place.email]


def write_summary(registration: Registration, places: Sequence[Place], *, is_waiting: bool) -> None:
    """To the person who registered others and does not come along."""
    by = registration.by
    if by is None or by.email in {place.email for place in places}:
        return
    with writing_to(to := Recipient.of(by)):
        code = "events.registration_waiting" if is_waiting else "events.registration_made"
        people = ngettext("one person", "%(count)s people", len(places)) % {"count": len(places)}
        subject, opening = wording(code, to, registration.event, people=people)
        names = "\n".join(place.full_name for place in places)
        _queue(places[0], to, code, subject, [*opening, names])


def write_place_cancelled(place: Place, *, was_confirmed: bool, now: datetime, reason: str = "") -> None:
    """Your place was given back, or up; the calendar entry is withdrawn."""
    if not place.email:
        return
    with writing_to(to := recipient_of(place)):
        code = "events.place_cancelled" if was_confirmed else "events.waiting_left"
        subject, opening = wording(code, to, place.event)
        attachments = _enclosed(place, "CANCEL", now, is_off=True) if was_confirmed else []
        _queue(place, to, code, subject, [*opening, *([_(reason)] if reason else [])], attachments)


def write_to_pay(registration: Registration, places: Sequence[Place], *, came_free: bool) -> None:
    """Seats are held for the organisation: to whoever can pay for them, with a button."""
    event, charge = registration.event, charge_for(registration.event, registration.organisation)
    for person in payers_of(registration):
        with writing_to(to := Recipient.of(person)):
            code = "events.seats_came_free" if came_free else "events.registration_to_pay"
            subject, opening = wording(code, to, event, until=moment_at(event, registration.held_until))
            paragraphs = [*opening, "\n".join(place.full_name for place in places)]
            facts = [*_facts(event), (_("Price per person"), price_in_words(charge.amount, event))]
            _queue(places[0], to, code, subject, paragraphs, facts=facts,
                   button=(_("Pay"), link_to(reverse("events:pay_registration", args=[registration.pk]))))  # fmt: skip


def write_not_paid(registration: Registration, people: int) -> None:
    """The time to pay is over: the seats are free again."""
    event = registration.event
    for person in payers_of(registration):
        with writing_to(to := Recipient.of(person)):
            seats = ngettext("one seat", "%(count)s seats", people) % {"count": people}
            subject, opening = wording("events.registration_not_paid", to, event, seats=seats)
            _queue_about(registration, to, "events.registration_not_paid", subject, opening)


def write_paid_given_back(registration: Registration, line: OrderLine) -> None:
    """To the coordination: a paid place was given back; what happens to the money?"""
    event, order = registration.event, line.order
    for person in coordinators_of(order):
        with writing_to(to := Recipient.of(person)):
            names = {"organisation": str(registration.organisation), "order": order.reference}
            subject, opening = wording("events.paid_given_back", to, event, **names)
            queue_letter(
                "events.paid_given_back", to=to, subject=subject, paragraphs=opening,
                button=(_("See the order"), link_to(order.get_absolute_url())), about=[event, registration, event.club],
            )  # fmt: skip


def write_event_changed(place: Place, *, when_before: str, where_before: str, now: datetime) -> None:
    """Time or place have changed; whoever holds a place gets the new calendar entry."""
    if not place.email:
        return
    event = place.event
    with writing_to(to := recipient_of(place)):
        subject, opening = wording("events.event_changed", to, event)
        facts = [
            *_facts(event),
            (_("Before"), " – ".join(part for part in (when_before, where_before) if part)),
        ]
        attachments = _enclosed(place, "REQUEST", now) if place.is_confirmed else []
        _queue(place, to, "events.event_changed", subject, opening, attachments, facts=facts)


def write_event_cancelled(place: Place, standing: Standing | None, *, now: datetime, refunds_all: bool = False) -> None:
    """The event does not take place; calendar entries are withdrawn. `standing`: of its registration with money."""
    if not place.email:
        return
    event = place.event
    with writing_to(to := recipient_of(place)):
        subject, opening = wording("events.event_cancelled", to, event)
        paragraphs = [*opening, event.cancel_reason]
        paragraphs.append(_about_the_money(standing, refunds_all=refunds_all))
        attachments = _enclosed(place, "CANCEL", now, is_off=True) if place.is_confirmed else []
        _queue(place, to, "events.event_cancelled", subject, [p for p in paragraphs if p], attachments)


def _about_the_money(standing: Standing | None, *, refunds_all: bool) -> str:
    """What becomes of what was paid, or was to be paid; nothing where a place cost nothing."""
    if standing is None or not standing.line.net:
        return ""
    if standing.settlement in (Settlement.TO_PAY, Settlement.ORDERED):
        return _("Nothing is to be paid any more: the order for these places is cancelled.")
    if not refunds_all:
        return _(
            "What was paid for these places: the club’s coordination decides about a refund, and writes to whoever paid."
        )
    if standing.settlement == Settlement.UNDER_WAY:
        return _(
            "The debit for these places is under way: once it has arrived it is refunded, and whoever paid gets a letter."
        )
    if standing.settlement == Settlement.PAID:
        return _("What was paid for these places is refunded, and whoever paid gets a letter with the credit note.")
    return _("The invoice for these places is taken back as far as it is not paid; the club’s coordination sees to it.")


# --- By the calendar --------------------------------------------------------------------------------------------------


def write_by_date(place: Place, code: str, *, now: datetime, button_to: str = "") -> bool:
    """A reminder, thanks, the question what came of it (see `events.actions.dated_letters`); False if it was written before.

    Once for this person, this kind and this day of the event: who takes the place over, and an event that was put off,
    get letters of their own.
    """
    if not place.email or not place.is_named:
        return False
    event = place.event
    key = f"{code}:{place.pk}:{place.ticket_version}:{event.day.isoformat()}"
    with writing_to(to := recipient_of(place)):
        subject, opening = wording(code, to, event)
        button = (str(KINDS[code].button), link_to(button_to or event.get_absolute_url()))
        facts = [(_("When"), event.when)] if event.is_over(now) else None
        return bool(_queue(place, to, code, subject, opening, facts=facts, button=button, key=key))


# --- Messages of the coordination -------------------------------------------------------------------------------------


def write_message(mailing: Mailing, place: Place) -> bool:
    """A message of the coordination, in its own words; False if this place has got it before."""
    event = place.event
    with writing_to(to := recipient_of(place)):
        subject, paragraphs = filled(mailing.subject, mailing.body, values_for(to, event))
        key = f"{MAILING}:{mailing.pk}:{place.pk}"
        return bool(_queue(place, to, MAILING, subject, paragraphs, key=key, about=[mailing]))


# --- Looked at before they are sent -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Preview:
    """A letter as its reader would get it: its parts, for a page, and its text."""

    subject: str
    name: str
    paragraphs: list[str]
    facts: list[tuple[str, str]]
    button: str
    sender: str
    language: str
    text: str


def preview_of(
    event: Event, to: Recipient, *, subject: str, body: str, button: str = "", values: Mapping[str, str] | None = None
) -> Preview:
    """What `to` would read about `event`, without writing it. `values`: those of the kind's own placeholders."""
    with writing_to(to):
        subject, paragraphs = filled(subject, body, values_for(to, event, **(values or {})))
        facts, label = _facts(event), str(button or _("See the event"))
        text, _html = render_letter(
            to, subject=subject, paragraphs=paragraphs, facts=facts, sender_name=event.club.name,
            button=(label, link_to(event.get_absolute_url())),
        )  # fmt: skip
    return Preview(subject, to.name, paragraphs, facts, label, event.club.name, to.language, text)


def sample_of(club: Club, now: datetime) -> Event:
    """An event that does not exist, for a club that wants to see its letters before it has one."""
    starts_at = (now + timedelta(days=30)).replace(hour=8, minute=0, second=0, microsecond=0)
    return Event(
        club=club, title="Open Map ESS", slug="open-map-ess", starts_at=starts_at, ends_at=starts_at + timedelta(hours=3),
        venue="Maison des associations", post_code="92000", city="Nanterre",
    )  # fmt: skip


def payers_of(registration: Registration) -> list[Person]:
    """Who can pay for a registration: who made it for their own organisation, else its managers."""
    by = registration.by
    if by is not None and by.is_active and rights_of(by).belongs_to(registration.organisation_id):
        return [by]
    managers = Person.objects.with_account().filter(
        roles__organisation=registration.organisation_id, roles__level=RoleLevel.MANAGER
    )
    return list(managers.order_by("pk"))


def price_in_words(amount: Decimal, event: Event) -> str:
    """An amount as it is shown before an order: 25 € excl. VAT; where no VAT is charged, the amount alone."""
    return euros(amount) if event.vat_regime.is_exempt else _("%(amount)s excl. VAT") % {"amount": euros(amount)}


def moment_at(event: Event, moment: datetime | None) -> str:
    """Day and hour by the clock of the event's place."""
    return date_format(moment.astimezone(event.zone), "DATETIME_FORMAT") if moment else ""


def _queue(
    place: Place, to: Recipient, code, subject, paragraphs, attachments=(), facts=None, button=None, **more
) -> Letter | None:  # fmt: skip
    """Letters about one place leave in their order, so that diaries end as they should."""
    return _queue_about(
        place.registration, to, code, subject, paragraphs, attachments, facts, button, event=place.event,
        thread=place.calendar_uid, **more,
    )  # fmt: skip


def _queue_about(
    registration: Registration, to: Recipient, code, subject, paragraphs, attachments=(), facts=None, button=None,
    event: Event | None = None, about=(), **more,
) -> Letter | None:  # fmt: skip
    event = event or registration.event
    return queue_letter(
        code,
        to=to,
        subject=subject,
        paragraphs=paragraphs,
        facts=_facts(event) if facts is None else facts,
        button=button or (_("See the event"), link_to(event.get_absolute_url())),
        about=[event, registration, event.club, *about],
        attachments=attachments,
        sender_name=event.club.name,
        reply_to=event.club.email,
        **more,
    )


def _facts(event: Event) -> list[tuple[str, str]]:
    """When, where and how to get there, as far as it is known."""
    facts = [(_("When"), event.when), (_("Where"), event.address), (_("How to get there"), event.access)]
    return [(label, value) for label, value in facts if value]


def _about_the_list(place: Place) -> list[str]:
    """Somebody else may have ticked it: the person learns of it, and how to change it."""
    if not place.is_listed:
        return []
    address = link_to(reverse("events:my_registrations"))
    return [
        _("Your name and organisation appear on the list that other participants see. You can change this here:")
        + f" {address}"
    ]


def _ticket(place: Place) -> Attachment:
    name = pgettext("file name", "ticket")
    return Attachment.drawn(f"{name}.pdf", "application/pdf", DRAWING, ticket_values([place]))


def _see_ticket(place: Place) -> tuple[str, str]:
    """Opens without an account: the code is the key, as long as the place is this person's."""
    return _("See the ticket"), link_to(reverse("events:open_ticket", args=[ticket_code(place)]))


def _enclosed(place: Place, method: str, now: datetime, *, is_off: bool = False) -> list[Attachment]:
    if method == "REQUEST" and place.event.is_postponed:
        return []  # there is no hour to put into a diary
    content = calendar_of([place_entry(place, stamp=now, is_off=is_off)], method=method)
    return [Attachment("event.ics", f"{MEDIA_TYPE}; method={method}", content)]
