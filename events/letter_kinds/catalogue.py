"""All kinds of letters about events, by theme."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from events.letter_kinds.after import AFTER
from events.letter_kinds.event import EVENT
from events.letter_kinds.kind import LetterKind
from events.letter_kinds.payment import PAYMENT
from events.letter_kinds.programme import PROGRAMME
from events.letter_kinds.registration import REGISTRATION

# The order in which coordinators read them.
THEMES: tuple[tuple[str | Promise, tuple[LetterKind, ...]], ...] = (
    (_("Registration"), REGISTRATION),
    (_("Payment"), PAYMENT),
    (_("The event"), EVENT),
    (_("Sessions and pitches"), PROGRAMME),
    (_("Surveys and proposals"), AFTER),
)
KINDS: dict[str, LetterKind] = {kind.code: kind for _theme, kinds in THEMES for kind in kinds}
MAILING = "events.mailing"
KIND_NAMES = {code: kind.name for code, kind in KINDS.items()} | {MAILING: pgettext_lazy("letter", "Message")}


def kind_named(slug: str) -> LetterKind | None:
    """The kind that is so named in addresses."""
    return KINDS.get(f"events.{slug}")
