"""What letters about events are made of: facts, amounts and moments in words, what is enclosed, and how they are queued."""

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal

from django.db.models import Model
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from core.letters import Attachment, Recipient, link_to, queue_letter
from core.models import Letter
from core.templatetags.kit import euros
from events.calendars import MEDIA_TYPE, calendar_of, place_entry
from events.letter_kinds import KINDS
from events.models import Event, Place

Facts = Iterable[tuple[str, str]]


def queue_about_place(
    place: Place, to: Recipient, code: str, subject: str, paragraphs: Iterable[str], *, things: Iterable[Model] = (), **more
) -> Letter | None:  # fmt: skip
    """As `queue_about`; letters about one place leave in their order, so that diaries end as they should."""
    things, thread = [place.registration, *things], place.calendar_uid
    return queue_about(place.event, things, to, code, subject, paragraphs, thread=thread, **more)


def queue_about(
    event: Event, things: Iterable[Model], to: Recipient, code: str, subject: str, paragraphs: Iterable[str], *,
    path: str = "", facts: Facts | None = None, **more,
) -> Letter | None:  # fmt: skip
    """Queue a letter of the event's club about the event and some `things` of it. Empty paragraphs are left out.

    `path`: where its button leads (without it: to the event); `facts`: other ones than the kind of letter has.
    """
    kind = KINDS.get(code)
    label = kind.button if kind else _("See the event")
    if facts is None:
        facts = facts_of(event) if kind is None or kind.has_facts else ()
    return queue_letter(
        code, to=to, subject=subject, paragraphs=[text for text in paragraphs if text], facts=facts,
        button=(str(label), link_to(path or event.get_absolute_url())), about=[event, *things, event.club],
        sender_name=event.club.name, reply_to=event.club.email, **more,
    )  # fmt: skip


def facts_of(event: Event) -> list[tuple[str, str]]:
    """When, where and how to get there, as far as it is known."""
    return known([(_("When"), event.when), (_("Where"), event.address), (_("How to get there"), event.access)])


def known(facts: Facts) -> list[tuple[str, str]]:
    """Those of the facts that say something."""
    return [(label, value) for label, value in facts if value]


def before(when: str, where: str) -> tuple[str, str]:
    """The fact that tells what was planned."""
    return _("Before"), " – ".join(part for part in (when, where) if part)


def enclosed(place: Place, method: str, now: datetime, *, is_off: bool = False) -> list[Attachment]:
    """The calendar entry of a place; none where there is no hour yet to put into a diary."""
    if method == "REQUEST" and place.event.is_postponed:
        return []
    content = calendar_of([place_entry(place, stamp=now, is_off=is_off)], method=method)
    return [Attachment("event.ics", f"{MEDIA_TYPE}; method={method}", content)]


def price_in_words(amount: Decimal, event: Event) -> str:
    """An amount as it is shown before an order: 25 € excl. VAT; where no VAT is charged, the amount alone."""
    return euros(amount) if event.vat_regime.is_exempt else _("%(amount)s excl. VAT") % {"amount": euros(amount)}


def moment_at(event: Event, moment: datetime | None) -> str:
    """Day and hour by the clock of the event's place."""
    return date_format(moment.astimezone(event.zone), "DATETIME_FORMAT") if moment else ""
