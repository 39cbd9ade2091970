"""The words of a letter: the club's own text, else the house's, with its placeholders filled."""

import re
from collections.abc import Mapping

from django.utils.translation import get_language

from core.letters import Recipient
from core.prepared import prepared
from events.letter_kinds.catalogue import KINDS
from events.letter_kinds.kind import LetterKind
from events.models import Event, LetterOff, LetterText
from members.models import Club

PLACEHOLDER = re.compile(r"\{([^{}]*)\}")


def wording(code: str, to: Recipient, event: Event, **also: str) -> tuple[str, list[str]]:
    """Subject and opening paragraphs of a letter about `event`, in the language that is active: the club's own text, else
    the house's. `also`: values of the kind's own placeholders.
    """
    subject, body = text_of(event.club, KINDS[code], get_language() or to.language)
    return filled(subject, body, values_for(to, event, **also))


def text_of(club: Club, kind: LetterKind, language: str) -> tuple[str, str]:
    """Subject and body with their placeholders. Read once for a club, however many letters follow."""
    if not hasattr(club, "_letter_texts"):
        club._letter_texts = {(code, spoken): text for code, spoken, *text in _texts(club.pk)}
    return tuple(club._letter_texts.get((kind.code, language), kind.house_text(language)))


@prepared
def _texts(club_id: int):
    return LetterText.objects.filter(club=club_id).values_list("code", "language", "subject", "body")


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
