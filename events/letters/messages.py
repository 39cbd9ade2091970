"""Messages of the coordination in its own words, and letters looked at before they are sent."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from core.letters import Recipient, link_to, render_letter, writing_to
from events.letter_kinds import MAILING, LetterKind, filled, values_for
from events.letters.parts import facts_of, queue_about_place
from events.letters.readers import recipient_of
from events.models import Event, Mailing, Place
from members.models import Club


def write_message(mailing: Mailing, place: Place) -> bool:
    """A message of the coordination; False if this place has got it before."""
    with writing_to(to := recipient_of(place)):
        subject, paragraphs = filled(mailing.subject, mailing.body, values_for(to, place.event))
        key = f"{MAILING}:{mailing.pk}:{place.pk}"
        return bool(queue_about_place(place, to, MAILING, subject, paragraphs, key=key, things=[mailing]))


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


def preview_of(event: Event, to: Recipient, *, subject: str, body: str, kind: LetterKind | None = None) -> Preview:
    """What `to` would read about `event`, without writing it: a letter of this kind, or a message."""
    with writing_to(to):
        samples = {one.name: str(one.sample) for one in kind.also} if kind else {}
        subject, paragraphs = filled(subject, body, values_for(to, event, **samples))
        facts = facts_of(event) if kind is None or kind.has_facts else []
        label = str(kind.button if kind else _("See the event"))
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
