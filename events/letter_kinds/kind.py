"""What a kind of letter is: when it is written, its house text, what a club may change or switch off."""

from dataclasses import dataclass

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

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
    """`also`: placeholders of this kind alone; `followed_by`: what comes after the opening, which no club can change;
    `has_facts`: day, place and how to get there are part of it."""

    code: str
    name: str | Promise
    sent: str | Promise
    subject: str | Promise
    body: str | Promise
    also: tuple[Placeholder, ...] = ()
    followed_by: str | Promise = ""
    button: str | Promise = _("See the event")
    has_facts: bool = True
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
NAMES = _("the names of the people; day, place and how to get there")
NAMES_AND_PRICE = _("the names of the people and the price")
PEOPLE = Placeholder("people", _("how many people, in words"), _("two people"))
UNTIL = Placeholder("until", _("until when the seats are held"), _("Friday at noon"))
ORGANISATION = Placeholder("organisation", _("name of the organisation"), "Les Ateliers du Parc")
