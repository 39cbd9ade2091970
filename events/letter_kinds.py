"""Every kind of letter about an event: when it is written, its house text, what a club may change or switch off.

A text holds placeholders in braces ({event}, {when}…); they are filled once, so what an event's title or a name holds is
never read as one. A club's own text (`LetterText`) takes the place of the house text, in its language.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from django.conf import settings
from django.db.models import prefetch_related_objects
from django.utils.functional import Promise
from django.utils.translation import get_language, override, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from core.letters import Recipient
from events.models import Event, LetterOff
from members.models import Club

PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
# What every letter about an event can say, and what it stands for.
COMMON: dict[str, str | Promise] = {
    "event": _("title of the event"),
    "when": _("day and hours"),
    "where": _("venue and address"),
    "name": _("first and last name of the reader"),
    "club": _("name of the club"),
}


@dataclass(frozen=True)
class Placeholder:
    """One that a single kind of letter knows; `sample` is what it says in a preview."""

    name: str
    meaning: str | Promise
    sample: str | Promise


@dataclass(frozen=True)
class LetterKind:
    """`also`: placeholders of this kind alone; `followed_by`: what comes after the opening, which no club can change."""

    code: str
    name: str | Promise
    sent: str | Promise
    subject: str | Promise
    body: str | Promise
    also: tuple[Placeholder, ...] = ()
    followed_by: str | Promise = ""
    button: str | Promise = _("See the event")
    may_be_off: bool = False

    @property
    def slug(self) -> str:
        """Names it in addresses."""
        return self.code.partition(".")[2]

    @property
    def placeholders(self) -> dict[str, str | Promise]:
        return {**COMMON, **{one.name: one.meaning for one in self.also}}

    @property
    def lasting_name(self) -> str:
        """As it stands in the history: in the clubs' language, whoever did it."""
        with override(settings.LANGUAGE_CODE):
            return str(self.name)

    def house_text(self, language: str) -> tuple[str, str]:
        with override(language):
            return str(self.subject), str(self.body)


FACTS = _("day, place and how to get there")
ENTRY = _("day, place and how to get there; the entry for the diary is enclosed")
NAMES = _("the names of the people; day, place and how to get there")
PEOPLE = Placeholder("people", _("how many people, in words"), _("two people"))
SEATS = Placeholder("seats", _("how many seats, in words"), _("two seats"))
UNTIL = Placeholder("until", _("until when the seats are held"), _("Friday at noon"))
ORGANISATION = Placeholder("organisation", _("name of the organisation"), "Les Ateliers du Parc")
ORDER = Placeholder("order", _("number of the order"), "C-2027-0042")

KINDS: dict[str, LetterKind] = {kind.code: kind for kind in (
    LetterKind(
        "events.place_confirmed", _("Confirmation"), _("At once, to whoever has a place."),
        _("Your place: {event}"),
        _("You are registered for “{event}”. The enclosed calendar file puts it into your diary."),
        followed_by=ENTRY,
    ),
    LetterKind(
        "events.place_waiting", _("On the waiting list"), _("At once, to whoever waits for a place."),
        _("On the waiting list: {event}"),
        _("“{event}” has no place left for your group at the moment: you are on the waiting list.\n\n"
          "As soon as places become free for you, they are offered to you by letter, to be taken until a certain day."),
        followed_by=FACTS,
    ),
    LetterKind(
        "events.place_offered", _("Places offered"), _("When places have become free for a group that waited."),
        _("Places offered to you, please answer: {event}"),
        _("You are on the waiting list of “{event}”: places have become free for you.\n\n"
          "They are kept for you until {until}. Take them by then, or refuse them: others are waiting."),
        also=(UNTIL,), followed_by=NAMES, button=_("Answer the offer"),
    ),
    LetterKind(
        "events.place_requested", _("Request received"), _("At once, where the coordination approves each registration."),
        _("Request received: {event}"),
        _("Your registration for “{event}” has been received. The club looks at each one and writes to you."),
        followed_by=FACTS,
    ),
    LetterKind(
        "events.request_refused", _("Request refused"), _("When the coordination has refused a registration."),
        _("Not registered: {event}"), _("The club could not accept your registration for “{event}”."),
        followed_by=_("the reason, if there is one"),
    ),
    LetterKind(
        "events.request_to_coordination", _("To the coordination: registration to approve"),
        _("To the club’s coordinators, when somebody asks to come."),
        _("Registration to approve: {organisation}"),
        _("{organisation} would like to come to “{event}” ({people})."),
        also=(ORGANISATION, PEOPLE), followed_by=FACTS, button=_("See the requests"),
    ),
    LetterKind(
        "events.invitation", _("Invitation"), _("When the coordination invites somebody by name."),
        _("Invitation: {event}"),
        _("{club} invites you to “{event}”."),
        followed_by=_("the coordination’s personal words, and the personal link"), button=_("See the invitation"),
    ),
    LetterKind(
        "events.registration_made", _("Summary for who registered others"),
        _("At once, to whoever registered others and does not come along."),
        _("Registration for {event}"), _("You have registered {people}:"),
        also=(PEOPLE,), followed_by=NAMES,
    ),
    LetterKind(
        "events.registration_waiting", _("Summary for who put others on the waiting list"),
        _("At once, when those who were registered have to wait."),
        _("Registration for {event}"),
        _("There is no place left for your group at the moment: it is on the waiting list."), followed_by=NAMES,
    ),
    LetterKind(
        "events.registration_to_pay", _("Seats held, to be paid"), _("At once, to whoever can pay for the seats."),
        _("Seats are held for you, to be paid: {event}"),
        _("Your organisation has been registered for “{event}”.\n\n"
          "The seats are held for you until {until}: order and pay by then, and they are yours."),
        also=(UNTIL,), followed_by=_("the names of the people and the price"),
        button=_("Pay"),
    ),
    LetterKind(
        "events.seats_came_free", _("Seats that became free, to be paid"),
        _("When seats have become free for a group that waited, and they cost something."),
        _("Seats are held for you, to be paid: {event}"),
        _("Seats have become free for your group at “{event}”.\n\n"
          "They are held for you until {until}: order and pay by then, and the places are yours."),
        also=(UNTIL,), followed_by=_("the names of the people and the price"),
        button=_("Pay"),
    ),
    LetterKind(
        "events.registration_not_paid", _("Seats no longer held"), _("When the time to pay is over."),
        _("No longer held for you: {event}"),
        _("What was held for you at “{event}” ({seats}) was not paid for in time, and is free again.\n\n"
          "You can register again as long as registration is open."),
        also=(SEATS,), followed_by=FACTS,
    ),
    LetterKind(
        "events.place_cancelled", _("Place given back"), _("When a place was given back, or passed on to somebody else."),
        _("Place given back: {event}"), _("Your place at “{event}” has been given back."),
        followed_by=_("the reason, if there is one; the entry that takes it out of the diary is enclosed"),
    ),
    LetterKind(
        "events.waiting_left", _("Off the waiting list, without a place"), _("When somebody left the waiting list."),
        _("No longer on the waiting list: {event}"), _("You are no longer on the waiting list of “{event}”."),
        followed_by=FACTS,
    ),
    LetterKind(
        "events.event_changed", _("Change of time or place"),
        _("At once, to whoever has or awaits a place, when time or place of the event change."),
        _("Change of time or place: {event}"),
        _("Time or place of “{event}” have changed. Please note what applies now:"),
        followed_by=_("what applies now and what applied before; the new entry for the diary is enclosed"),
    ),
    LetterKind(
        "events.event_cancelled", _("Cancellation of the event"),
        _("At once, to whoever has or awaits a place, when the event is called off."),
        _("Cancelled: {event}"), _("“{event}” does not take place."),
        followed_by=_("the reason, if there is one; the entry that takes it out of the diary is enclosed"),
    ),
    LetterKind(
        "events.reminder_week", _("Reminder a week before"), _("Seven days before, to whoever has a place."),
        _("In a week: {event}"),
        _("We look forward to meeting you at “{event}” in a few days.\n\n"
          "If you can no longer come, please give the place back or pass it on to a colleague: others would be glad of it."),
        followed_by=FACTS, may_be_off=True,
    ),
    LetterKind(
        "events.reminder_day", _("Reminder the day before"), _("One day before, to whoever has a place."),
        _("See you soon: {event}"),
        _("“{event}” is about to begin: {when}.\n\nPlease have your ticket at hand, on your phone or on paper: it is "
          "on the page of the event."),
        followed_by=FACTS, button=_("See my ticket"), may_be_off=True,
    ),
    LetterKind(
        "events.thanks", _("Thanks"), _("The day after, to whoever was present."),
        _("Thank you for coming: {event}"),
        _("Thank you for having been there. The documents of “{event}” and your certificate of attendance are on its "
          "page."),
        button=_("See the documents"), may_be_off=True,
    ),
    LetterKind(
        "events.outcome_month", _("What came of it, after a month"), _("30 days after, to whoever was present."),
        _("What came of your meetings? {event}"),
        _("A month ago you met companies and structures at “{event}”. What came of it: a quote, a first order, a visit, "
          "a job?\n\nTelling us takes two minutes. It helps the club to show what these meetings are good for."),
        button=_("Say what came of it"), may_be_off=True,
    ),
    LetterKind(
        "events.outcome_quarter", _("What came of it, after three months"), _("90 days after, to whoever was present."),
        _("Three months later, what came of your meetings? {event}"),
        _("Three months ago you met companies and structures at “{event}”. Has something been signed or begun since?\n\n"
          "Contracts, jobs and hours of insertion only count once both sides have confirmed them: please note yours."),
        button=_("Say what came of it"), may_be_off=True,
    ),
    LetterKind(
        "events.paid_given_back", _("To the coordination: paid place given back"),
        _("To the club’s coordinators, when a place that is paid for was given back."),
        _("Paid place given back, refund? {organisation}"),
        _("{organisation} gave back places at “{event}” that are paid for, or are being paid for.\n\n"
          "The order {order} stays as it is until you decide: refund, or leave it."),
        also=(ORGANISATION, ORDER), button=_("See the order"),
    ),
)}  # fmt: skip
MAILING = "events.mailing"
KIND_NAMES = {code: kind.name for code, kind in KINDS.items()} | {MAILING: pgettext_lazy("letter", "Message")}


def kind_named(slug: str) -> LetterKind | None:
    """The kind that is so named in addresses."""
    return KINDS.get(f"events.{slug}")


def wording(code: str, to: Recipient, event: Event, **also: str) -> tuple[str, list[str]]:
    """Subject and opening paragraphs of a letter about `event`, in the language that is active: the club's own text, else
    the house's. `also`: values of the kind's own placeholders.
    """
    subject, body = text_of(event.club, KINDS[code], get_language() or to.language)
    return filled(subject, body, values_for(to, event, **also))


def text_of(club: Club, kind: LetterKind, language: str) -> tuple[str, str]:
    """Subject and body with their placeholders. Read once for a club, however many letters follow."""
    prefetch_related_objects([club], "letter_texts")
    for own in club.letter_texts.all():
        if (own.code, own.language) == (kind.code, language):
            return own.subject, own.body
    return kind.house_text(language)


def values_for(to: Recipient, event: Event, **also: str) -> dict[str, str]:
    common = {
        "event": event.title,
        "when": event.when,
        "where": event.address,
        "name": to.name,
        "club": event.club.name,
    }
    return {**common, **also}


def filled(subject: str, body: str, values: Mapping[str, object]) -> tuple[str, list[str]]:
    """Subject and paragraphs with the placeholders filled; an unknown one is left as it stands."""
    fill = lambda text: PLACEHOLDER.sub(lambda found: str(values.get(found[1], found[0])), text)  # noqa: E731
    paragraphs = re.split(r"\n[ \t]*\n", body.replace("\r\n", "\n").strip())
    return fill(subject), [fill(paragraph.strip()) for paragraph in paragraphs if paragraph.strip()]


def unknown_placeholders(text: str, known: Mapping[str, object]) -> list[str]:
    """What stands in braces in `text` and is no placeholder, each once, in their order."""
    return [name for name in dict.fromkeys(PLACEHOLDER.findall(text)) if name not in known]


def is_off(club: Club, code: str) -> bool:
    """The club does not send this kind of letter. Some are always sent."""
    return KINDS[code].may_be_off and LetterOff.objects.filter(club=club, code=code).exists()
