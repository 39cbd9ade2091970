"""Each side says yes or no; whoever asked may take it back until then."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from core.errors import RuleBroken
from introductions import letters
from introductions.actions.moves import check_move, lock_introduction, record_move
from introductions.enums import IntroductionStatus, Side
from introductions.models import Introduction
from introductions.permissions import answering_side, side_of, sides_of


@transaction.atomic
def accept_introduction(introduction: Introduction, *, by) -> Introduction:
    """The side of `by` agrees, and `by` becomes its contact. When both have, contact details go to both.

    Raises RuleBroken when it was answered or withdrawn before, or when `by` speaks for both sides.
    """
    introduction = lock_introduction(introduction)
    check_move(introduction, IntroductionStatus.ACCEPTED)
    side = _side_still_to_agree(introduction, by)
    if introduction.contact_id_of(side.other) == by.pk:
        raise RuleBroken(_("You have agreed for the other side: somebody else has to answer for this one."))
    setattr(introduction, f"{side}_agreed_at", timezone.now())
    setattr(introduction, f"{side}_contact", by)
    if introduction.has_agreed(side.other):
        introduction.status = IntroductionStatus.ACCEPTED
    introduction.save()
    record_move(
        "introductions.introduction.accepted", gettext_noop("%(who)s accepted the introduction."), introduction, by=by
    )
    if introduction.is_revealed:
        letters.write_accepted(introduction)
    return introduction


@transaction.atomic
def decline_introduction(introduction: Introduction, *, by, reason: str = "") -> Introduction:
    """The side of `by` says no; nobody's contact details are shown. Raises RuleBroken when it was answered before."""
    introduction = lock_introduction(introduction)
    check_move(introduction, IntroductionStatus.DECLINED)
    side = _side_still_to_agree(introduction, by)
    _end(introduction, IntroductionStatus.DECLINED, reason)
    record_move(
        "introductions.introduction.declined", gettext_noop("%(who)s declined the introduction."), introduction, by=by
    )
    letters.write_declined(introduction, side)
    return introduction


@transaction.atomic
def withdraw_introduction(introduction: Introduction, *, by, reason: str = "") -> Introduction:
    """The asking side, or the coordination, takes the request back. Raises RuleBroken once it was answered."""
    introduction = lock_introduction(introduction)
    check_move(introduction, IntroductionStatus.WITHDRAWN)
    _end(introduction, IntroductionStatus.WITHDRAWN, reason)
    record_move(
        "introductions.introduction.withdrawn", gettext_noop("%(who)s withdrew the request."), introduction, by=by
    )
    letters.write_withdrawn(introduction, Side.ASKING if Side.ASKING in sides_of(by, introduction) else None)
    return introduction


def _side_still_to_agree(introduction: Introduction, by) -> Side:
    """The side `by` answers for."""
    side = answering_side(by, introduction)
    if side is not None:
        return side
    if side_of(by, introduction) is None:
        raise RuleBroken(_("Only the people of the two organisations can answer."))
    raise RuleBroken(_("Your side has already agreed; the answer of the other one is still to come."))


def _end(introduction: Introduction, status: IntroductionStatus, reason: str) -> None:
    introduction.status = status
    introduction.close_reason = reason
    introduction.closed_at = timezone.now()
    introduction.save()
