"""A club's own letters: their texts, and which it does not send."""

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from core.errors import RuleBroken
from core.history import record
from events.letter_kinds import LetterKind, unknown_placeholders
from events.models import LetterOff, LetterText
from members.models import Club


@transaction.atomic
def set_letter_text(club: Club, kind: LetterKind, language: str, *, by, subject: str, body: str) -> LetterText:
    """Give a kind of letter the club's own subject and opening in one language; from now on, letters speak so.

    The house text needs no row: set to it, the club's own text is gone. Raises RuleBroken at the field that holds a
    placeholder this kind does not know.
    """
    check_placeholders(kind.placeholders, subject=subject, body=body)
    if language not in dict(settings.LANGUAGES):
        raise RuleBroken(_("The club does not write in this language."))
    text, _is_new = LetterText.objects.update_or_create(
        club=club, code=kind.code, language=language, defaults={"subject": subject, "body": body, "by": by}
    )
    record(
        "events.letter_text.changed",
        gettext_noop("Letter changed: %(kind)s"),
        by=by,
        about=[club],
        kind=kind.lasting_name,
    )
    return text


@transaction.atomic
def restore_letter_text(club: Club, kind: LetterKind, language: str, *, by) -> LetterKind:
    """Back to the house text; repeat-safe."""
    if LetterText.objects.filter(club=club, code=kind.code, language=language).delete()[0]:
        record(
            "events.letter_text.restored", gettext_noop("Letter back to the house text: %(kind)s"), by=by, about=[club],
            kind=kind.lasting_name,
        )  # fmt: skip
    return kind


@transaction.atomic
def switch_letter(club: Club, kind: LetterKind, *, is_on: bool, by) -> LetterKind:
    """Send a kind of letter, or no longer; repeat-safe. Raises RuleBroken for those that are always sent."""
    if not kind.may_be_off:
        raise RuleBroken(_("This letter is always sent: its readers rely on it."))
    if is_on:
        is_changed = bool(LetterOff.objects.filter(club=club, code=kind.code).delete()[0])
    else:
        _off, is_changed = LetterOff.objects.get_or_create(club=club, code=kind.code)
    if is_changed:
        sentence = (
            gettext_noop("Letter switched on: %(kind)s") if is_on else gettext_noop("Letter switched off: %(kind)s")
        )
        record("events.letter.switched", sentence, by=by, about=[club], kind=kind.lasting_name)
    return kind


def check_placeholders(known, **texts: str) -> None:
    """Raise RuleBroken at the first field of `texts` that holds an unknown placeholder, with the list of known ones."""
    for field, text in texts.items():
        if unknown := unknown_placeholders(text, known):
            names = {
                "unknown": ", ".join(f"{{{name}}}" for name in unknown),
                "known": ", ".join(f"{{{name}}}" for name in known),
            }
            raise RuleBroken(_("%(unknown)s stands for nothing here. You can use: %(known)s.") % names, field=field)
