"""Letters of an event that could not be sent, put back in the queue."""

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from core.enums import LetterStatus
from core.errors import RuleBroken
from core.history import record
from core.letters import retry_letter
from core.models import Letter
from events.models import Event


@transaction.atomic
def retry_letters(event: Event, *, by, only: int | None = None) -> int:
    """Send again what was given up: all of the event's letters, or `only` one. Returns how many.

    What no longer holds, because a later letter says something else, stays as it is. Raises RuleBroken when nothing is
    left to be sent again.
    """
    failed = Letter.objects.about(event).filter(status=LetterStatus.FAILED).order_by("pk")
    if only is not None:
        failed = failed.filter(pk=only)
    again, outdated = 0, 0
    for letter in failed:
        try:
            retry_letter(letter)
            again += 1
        except RuleBroken:
            outdated += 1
    if not again:
        raise RuleBroken(
            ngettext("A later letter about the same has been written: this one no longer holds.",
                     "Later letters about the same have been written: these no longer hold.", outdated)
            if outdated else _("There is no letter to send again.")
        )  # fmt: skip
    record(
        "events.letters.retried", gettext_noop("Letters sent again: %(letters)s"), by=by, about=[event], letters=again
    )
    return again
