"""What happens once two organisations know each other: talks, next dates, notes, an end, a new start."""

from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from core.errors import RuleBroken
from core.history import record
from introductions.actions.asking import check_none_open
from introductions.actions.moves import check_move, lock_introduction, lock_pair, record_move
from introductions.enums import IntroductionStatus, NoteAudience
from introductions.models import Introduction, Note
from introductions.permissions import side_of
from members.enums import ClubRoleKind
from members.models import ClubRole


@transaction.atomic
def start_talks(introduction: Introduction, *, by) -> Introduction:
    """The two have spoken. Raises RuleBroken before both agreed and after the end."""
    introduction = lock_introduction(introduction)
    check_move(introduction, IntroductionStatus.IN_TALKS)
    if introduction.status == IntroductionStatus.CLOSED:
        raise RuleBroken(_("This introduction is closed: reopen it first."))
    introduction.status = IntroductionStatus.IN_TALKS
    introduction.save()
    message = gettext_noop("%(who)s noted that talks are under way.")
    record_move("introductions.introduction.talks_started", message, introduction, by=by)
    return introduction


@transaction.atomic
def close_introduction(introduction: Introduction, *, by, reason: str) -> Introduction:
    """Nothing more is to come, whatever came of it; contracts stay and can still be confirmed.

    Raises RuleBroken without a reason (field `reason`), before both agreed, or when it is closed.
    """
    introduction = lock_introduction(introduction)
    if introduction.status == IntroductionStatus.CLOSED:
        raise RuleBroken(_("This introduction is already closed."))
    check_move(introduction, IntroductionStatus.CLOSED)
    if not reason.strip():
        raise RuleBroken(_("Say in a few words why it ends: the club learns from it."), field="reason")
    introduction.status = IntroductionStatus.CLOSED
    introduction.close_reason = reason.strip()
    introduction.closed_at = timezone.now()
    introduction.save()
    record_move(
        "introductions.introduction.closed", gettext_noop("%(who)s closed the introduction."), introduction, by=by
    )
    return introduction


@transaction.atomic
def reopen_introduction(introduction: Introduction, *, by) -> Introduction:
    """A closed one goes on. Raises RuleBroken when it is not closed, or when the two have a newer one on the subject."""
    lock_pair(introduction.asking, introduction.asked)
    introduction = lock_introduction(introduction)
    if introduction.status != IntroductionStatus.CLOSED:
        raise RuleBroken(_("This introduction is not closed."))
    check_none_open(introduction)
    introduction.status = IntroductionStatus.IN_TALKS
    introduction.close_reason, introduction.closed_at = "", None
    introduction.save()
    record_move(
        "introductions.introduction.reopened", gettext_noop("%(who)s reopened the introduction."), introduction, by=by
    )
    return introduction


@transaction.atomic
def set_next_step(introduction: Introduction, *, by, on: date | None, what: str = "") -> Introduction:
    """When to look at it again, and for what; `on=None` clears both. Shared by both sides and the coordination.

    Raises RuleBroken for a day that has passed (field `on`), a step without a day, and once it has ended.
    """
    introduction = lock_introduction(introduction)
    if not introduction.is_open:
        raise RuleBroken(_("This introduction has ended: there is no next step."))
    if on is None and what.strip():
        raise RuleBroken(_("Say by when."), field="on")
    if on is not None and on < timezone.localdate():
        raise RuleBroken(_("This day has passed: choose today or a later one."), field="on")
    introduction.next_on, introduction.next_step = on, what.strip() if on else ""
    introduction.save()
    message = (
        gettext_noop("%(who)s set the next date to %(day)s.") if on else gettext_noop("%(who)s removed the next date.")
    )
    record_move("introductions.introduction.next_step_set", message, introduction, by=by, **({"day": on} if on else {}))
    return introduction


@transaction.atomic
def assign_owner(introduction: Introduction, *, by, owner) -> Introduction:
    """Who follows it, among the coordinators of the club; None for nobody. Raises RuleBroken (field `owner`)."""
    introduction = lock_introduction(introduction)
    if owner is not None:
        roles = ClubRole.objects.filter(person=owner, club=introduction.club_id, kind=ClubRoleKind.COORDINATOR)
        if not roles.exists():
            raise RuleBroken(_("Choose a coordinator of the club."), field="owner")
    introduction.owner = owner
    introduction.save()
    message = (
        gettext_noop("%(who)s named who follows the introduction.")
        if owner
        else gettext_noop("%(who)s left the introduction without anybody to follow it.")
    )
    record("introductions.introduction.assigned", message, by=by, about=[introduction], who=introduction.club)
    return introduction


@transaction.atomic
def write_note(introduction: Introduction, *, by, text: str, audience: str = NoteAudience.SHARED) -> Note:
    """Note something, for all or for one's own side only (the coordination is a side of its own here).

    Raises RuleBroken when nothing is written (field `text`).
    """
    if not text.strip():
        raise RuleBroken(_("Write something first."), field="text")
    side = side_of(by, introduction)
    organisation = None if side is None else introduction.organisation_of(side)
    note = Note.objects.create(
        introduction=introduction, by=by, organisation=organisation, text=text.strip(), audience=audience
    )
    # The line is about the note alone: a note for one's own side leaves no trace on the others' timeline.
    message = gettext_noop("%(who)s wrote a note.")
    about = [note] if organisation is None else [note, organisation]
    record("introductions.note.written", message, by=by, about=about, who=organisation or introduction.club)
    return note
