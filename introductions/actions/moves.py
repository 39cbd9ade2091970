"""What all actions on an introduction share: take the row, see that the move is allowed, write the history line."""

from django.utils.translation import gettext_lazy as _

from core.errors import RuleBroken
from core.history import record
from core.locks import lock_row
from introductions.enums import IntroductionStatus
from introductions.models import Contract, Introduction
from introductions.permissions import speaker_of
from members.models import Organisation

REFUSALS = {
    IntroductionStatus.ASKED: _("Both sides have to agree first."),
    IntroductionStatus.ACCEPTED: _("Both sides have already agreed to this introduction."),
    IntroductionStatus.IN_TALKS: _("Talks are already under way."),
    IntroductionStatus.CLOSED: _("This introduction is closed: reopen it first."),
    IntroductionStatus.DECLINED: _("This introduction has been declined."),
    IntroductionStatus.WITHDRAWN: _("This introduction has been withdrawn."),
}


def lock_introduction(introduction: Introduction) -> Introduction:
    return lock_row(Introduction.objects.all(), introduction.pk)


def lock_contract(contract: Contract) -> Contract:
    return lock_row(Contract.objects.all(), contract.pk)


def lock_pair(one: Organisation, other: Organisation) -> None:
    """Queue behind whoever asks for an introduction of the same two organisations.

    What becomes scarcer is « the one open introduction of this pair on this subject », which has no row before it is
    written. The pair's lower id stands for it: both directions of a request meet there, and as everybody locks only
    that one row, nobody waits in a circle.
    """
    lock_row(Organisation.objects.all(), min(one.pk, other.pk))


def check_move(introduction: Introduction, status: IntroductionStatus) -> None:
    """Raise RuleBroken, with a sentence about where the introduction stands, unless it may become `status`."""
    current = IntroductionStatus(introduction.status)
    if not current.can_become(status):
        raise RuleBroken(REFUSALS[current])


def record_move(code: str, message: str, introduction: Introduction, *, by, about=(), **values) -> None:
    """The history line of an action: read on the introduction, and on the page of the organisation that acted."""
    speaker = speaker_of(by, introduction)
    things = [introduction, *about]
    if isinstance(speaker, Organisation):
        things.append(speaker)
    record(code, message, by=by, about=things, who=speaker, **values)
