"""What the club writes about events: one function a letter, each in its reader's language.

Whoever has no e-mail address gets no letter; these functions then do nothing.
"""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from billing.letters import coordinators_of
from billing.models import OrderLine
from core.letters import Attachment, Recipient, link_to, queue_letter, writing_to
from core.templatetags.kit import euros
from events.calendars import MEDIA_TYPE, calendar_of, place_entry
from events.documents.tickets import tickets_pdf
from events.enums import Settlement
from events.links import invitation_token, offer_token
from events.models import Event, EventInvitation, Place, Registration, Standing, charge_for
from events.tickets import ticket_code
from members.enums import ClubRoleKind, RoleLevel
from members.models import Person
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
        title = place.event.title
        subject = _("Your place: %(event)s") % {"event": title}
        opening = (
            _("You are registered for “%(event)s”. Its new date is still open: we write to you as soon as it is set.")
            if place.event.is_postponed
            else _("You are registered for “%(event)s”. The enclosed calendar file puts it into your diary.")
        )
        _queue(place, to, "events.place_confirmed", subject, [opening % {"event": title}, *_about_the_list(place)],
               [*_enclosed(place, "REQUEST", now), _ticket(place)], button=_see_ticket(place))  # fmt: skip


def write_waiting(place: Place, *, now: datetime) -> None:
    """All places are taken: on the waiting list."""
    if not place.email:
        return
    with writing_to(to := recipient_of(place)):
        title = place.event.title
        subject = _("On the waiting list: %(event)s") % {"event": title}
        paragraphs = [
            _("“%(event)s” has no place left for your group at the moment: you are on the waiting list.")
            % {"event": title},
            _(
                "As soon as places become free for you, they are offered to you by letter, to be taken until a certain day."
            ),
        ]
        _queue(place, to, "events.place_waiting", subject, paragraphs)


def write_offered(registration: Registration, places: Sequence[Place]) -> None:
    """Seats have become free for a group of the waiting list: to be taken or refused, by a button that needs no account."""
    event = registration.event
    for to in answerers_of(registration, places):
        with writing_to(to):
            names = {"event": event.title, "until": moment_at(event, registration.held_until)}
            subject = _("Places offered to you, please answer: %(event)s") % names
            paragraphs = [
                _("You are on the waiting list of “%(event)s”: places have become free for you.") % names,
                _("They are kept for you until %(until)s. Take them by then, or refuse them: others are waiting.")
                % names,
                "\n".join(place.full_name for place in places),
            ]
            button = (_("Answer the offer"), link_to(reverse("events:answer_offer", args=[offer_token(registration)])))
            _queue(places[0], to, "events.place_offered", subject, paragraphs, button=button)


def write_requested(place: Place) -> None:
    """The coordination has still to say yes."""
    if not place.email:
        return
    with writing_to(to := recipient_of(place)):
        title = place.event.title
        subject = _("Request received: %(event)s") % {"event": title}
        paragraphs = [
            _("Your registration for “%(event)s” has been received. The club looks at each one and writes to you.")
            % {"event": title}
        ]
        _queue(place, to, "events.place_requested", subject, paragraphs)


def write_request_refused(place: Place, *, reason: str) -> None:
    """The coordination said no, and why."""
    if not place.email:
        return
    with writing_to(to := recipient_of(place)):
        title = place.event.title
        subject = _("Not registered: %(event)s") % {"event": title}
        paragraphs = [_("The club could not accept your registration for “%(event)s”.") % {"event": title}, reason]
        _queue(place, to, "events.request_refused", subject, [part for part in paragraphs if part])


def write_request_to_coordination(registration: Registration, people: int) -> None:
    """To the club: somebody asks to come."""
    event = registration.event
    names = {"event": event.title, "organisation": registration.organisation, "people": people}
    for person in coordinators_of_event(event):
        with writing_to(to := Recipient.of(person)):
            _queue_about(
                registration, to, "events.request_to_coordination",
                _("Registration to approve: %(organisation)s") % names,
                [_("%(organisation)s would like to come to “%(event)s”. People: %(people)s.") % names],
                button=(_("See the requests"), link_to(reverse("events:request_list", args=[event.slug]))),
            )  # fmt: skip


def write_invitation(invitation: EventInvitation) -> None:
    """You are invited, by a personal link."""
    event = invitation.event
    person = Person.objects.with_account().filter(email__iexact=invitation.email).first()
    to = Recipient.of(person) if person else Recipient(invitation.email, invitation.name)
    with writing_to(to):
        names = {"event": event.title, "club": event.club}
        paragraphs = [
            _("%(club)s invites you to “%(event)s”.") % names,
            invitation.message,
            _("By your personal link you register, or say that you cannot come."),
        ]
        queue_letter(
            "events.invitation", to=to, subject=_("Invitation: %(event)s") % names,
            paragraphs=[part for part in paragraphs if part], facts=_facts(event),
            button=(_("See the invitation"), link_to(reverse("events:invitation_page", args=[invitation_token(invitation)]))),
            about=[event, event.club], sender_name=event.club.name, reply_to=event.club.email, secret=True,
        )  # fmt: skip


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
        title = registration.event.title
        subject = _("Registration for %(event)s") % {"event": title}
        opening = (
            _("There is no place left for your group at the moment: it is on the waiting list.")
            if is_waiting
            else ngettext("You have registered one person:", "You have registered %(count)s people:", len(places))
            % {"count": len(places)}
        )
        names = "\n".join(place.full_name for place in places)
        _queue(places[0], to, "events.registration_made", subject, [opening, names])


def write_place_cancelled(place: Place, *, was_confirmed: bool, now: datetime, reason: str = "") -> None:
    """Your place was given back, or up; the calendar entry is withdrawn."""
    if not place.email:
        return
    with writing_to(to := recipient_of(place)):
        title = place.event.title
        subject = _("Place given back: %(event)s") % {"event": title}
        opening = (
            _("Your place at “%(event)s” has been given back.")
            if was_confirmed
            else _("You are no longer on the waiting list of “%(event)s”.")
        )
        paragraphs = [opening % {"event": title}, *([_(reason)] if reason else [])]
        attachments = _enclosed(place, "CANCEL", now, is_off=True) if was_confirmed else []
        _queue(place, to, "events.place_cancelled", subject, paragraphs, attachments)


def write_to_pay(registration: Registration, places: Sequence[Place], *, came_free: bool) -> None:
    """Seats are held for the organisation: to whoever can pay for them, with a button."""
    event, charge = registration.event, charge_for(registration.event, registration.organisation)
    for person in payers_of(registration):
        with writing_to(to := Recipient.of(person)):
            names = {"event": event.title, "until": moment_at(event, registration.held_until)}
            subject = _("Seats are held for you, to be paid: %(event)s") % names
            opening = (
                _("Seats have become free for your group at “%(event)s”.")
                if came_free
                else _("Your organisation has been registered for “%(event)s”.")
            )
            paragraphs = [
                opening % names,
                _("They are held for you until %(until)s: order and pay by then, and the places are yours.") % names,
                "\n".join(place.full_name for place in places),
            ]
            facts = [*_facts(event), (_("Price per person"), price_in_words(charge.amount, event))]
            _queue(places[0], to, "events.registration_to_pay", subject, paragraphs, facts=facts,
                   button=(_("Pay"), link_to(reverse("events:pay_registration", args=[registration.pk]))))  # fmt: skip


def write_not_paid(registration: Registration, people: int) -> None:
    """The time to pay is over: the seats are free again."""
    event = registration.event
    for person in payers_of(registration):
        with writing_to(to := Recipient.of(person)):
            subject = _("No longer held for you: %(event)s") % {"event": event.title}
            opening = ngettext(
                "One seat at “%(event)s” was held for you. It was not paid for in time, and is free again.",
                "%(count)s seats at “%(event)s” were held for you. They were not paid for in time, and are free again.",
                people,
            )
            paragraphs = [
                opening % {"count": people, "event": event.title},
                _("You can register again as long as registration is open."),
            ]
            _queue_about(registration, to, "events.registration_not_paid", subject, paragraphs)


def write_paid_given_back(registration: Registration, line: OrderLine) -> None:
    """To the coordination: a paid place was given back; what happens to the money?"""
    event, order = registration.event, line.order
    for person in coordinators_of(order):
        with writing_to(to := Recipient.of(person)):
            names = {"event": event.title, "organisation": registration.organisation, "order": order.reference}
            queue_letter(
                "events.paid_given_back", to=to,
                subject=_("Paid place given back, refund? %(organisation)s") % names,
                paragraphs=[
                    _("%(organisation)s gave back places at “%(event)s” that are paid for, or are being paid for.") % names,
                    _("The order %(order)s stays as it is until you decide: refund, or leave it.") % names,
                ],
                button=(_("See the order"), link_to(order.get_absolute_url())), about=[event, registration, event.club],
            )  # fmt: skip


def write_event_changed(place: Place, *, when_before: str, where_before: str, now: datetime) -> None:
    """Time or place have changed; whoever holds a place gets the new calendar entry."""
    if not place.email:
        return
    event = place.event
    with writing_to(to := recipient_of(place)):
        subject = _("Change of time or place: %(event)s") % {"event": event.title}
        opening = _("Time or place of “%(event)s” have changed. Please note what applies now:") % {"event": event.title}
        facts = [
            *_facts(event),
            (_("Before"), " – ".join(part for part in (when_before, where_before) if part)),
        ]
        attachments = _enclosed(place, "REQUEST", now) if place.is_confirmed else []
        _queue(place, to, "events.event_changed", subject, [opening], attachments, facts=facts)


def write_event_cancelled(place: Place, standing: Standing | None, *, now: datetime, refunds_all: bool = False) -> None:
    """The event does not take place; calendar entries are withdrawn. `standing`: of its registration with money."""
    if not place.email:
        return
    event = place.event
    with writing_to(to := recipient_of(place)):
        subject = _("Cancelled: %(event)s") % {"event": event.title}
        paragraphs = [_("“%(event)s” does not take place.") % {"event": event.title}, event.cancel_reason]
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


def _queue(place: Place, to: Recipient, code, subject, paragraphs, attachments=(), facts=None, button=None) -> None:
    _queue_about(place.registration, to, code, subject, paragraphs, attachments, facts, button, event=place.event)


def _queue_about(
    registration: Registration, to: Recipient, code, subject, paragraphs, attachments=(), facts=None, button=None,
    event: Event | None = None,
) -> None:  # fmt: skip
    event = event or registration.event
    queue_letter(
        code,
        to=to,
        subject=subject,
        paragraphs=paragraphs,
        facts=_facts(event) if facts is None else facts,
        button=button or (_("See the event"), link_to(event.get_absolute_url())),
        about=[event, registration, event.club],
        attachments=attachments,
        sender_name=event.club.name,
        reply_to=event.club.email,
    )


def _facts(event: Event) -> list[tuple[str, str]]:
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
    return Attachment(f"{name}.pdf", "application/pdf", tickets_pdf([place]))


def _see_ticket(place: Place) -> tuple[str, str]:
    """Opens without an account: the code is the key, as long as the place is this person's."""
    return _("See the ticket"), link_to(reverse("events:open_ticket", args=[ticket_code(place)]))


def _enclosed(place: Place, method: str, now: datetime, *, is_off: bool = False) -> list[Attachment]:
    if method == "REQUEST" and place.event.is_postponed:
        return []  # there is no hour to put into a diary
    content = calendar_of([place_entry(place, stamp=now, is_off=is_off)], method=method)
    return [Attachment("event.ics", f"{MEDIA_TYPE}; method={method}", content)]
