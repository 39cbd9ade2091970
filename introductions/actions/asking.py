"""An introduction is asked for by an organisation, or proposed to two by the coordination."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from core.errors import RuleBroken
from core.text import folded
from events.models import Event, Place
from introductions import letters
from introductions.actions.moves import lock_pair, record_move
from introductions.enums import Origin
from introductions.models import Introduction, clubs_shared_by
from members.models import Club, Organisation, Sector
from offers.models import Offer


@transaction.atomic
def ask_introduction(
    asking: Organisation,
    asked: Organisation,
    *,
    by,
    subject: str,
    message: str = "",
    offer: Offer | None = None,
    event: Event | None = None,
    club: Club | None = None,
    sector: Sector | None = None,
) -> Introduction:
    """`asking` wants to meet `asked`, because of an offer, of an event, or from the directory. The asker has agreed.

    `club` is needed only when the two share several and the event does not say which. Raises RuleBroken (fields
    `asked`, `subject`, `club`) when it cannot be: to oneself, no club in common, an offer no longer shown, somebody who
    is not on the event's list, or one still open for the same two on the same subject.
    """
    now = timezone.now()
    lock_pair(asking, asked)
    _check_pair(asking, asked)
    if offer is not None:
        _check_offer(offer, asked, timezone.localdate(now))
    if event is not None:
        _check_event(event, asking, asked)
    club = _club_of(asking, asked, timezone.localdate(now), club, event)
    _check_none_open(asking, asked, subject)
    introduction = Introduction.objects.create(
        club=club, asking=asking, asked=asked, subject=subject, message=message, origin=_origin(offer, event),
        offer=offer, event=event, sector=sector, asked_at=now, asking_agreed_at=now, asking_contact=by,
    )  # fmt: skip
    message = gettext_noop("%(who)s asked to be introduced to %(other)s.")
    record_move("introductions.introduction.asked", message, introduction, by=by, other=asked)
    letters.write_asked(introduction)
    return introduction


@transaction.atomic
def propose_introduction(
    club: Club,
    asking: Organisation,
    asked: Organisation,
    *,
    by,
    subject: str,
    message: str = "",
    sector: Sector | None = None,
) -> Introduction:
    """The coordination of `club` introduces two of its members; both have still to agree. The proposer follows it.

    Raises RuleBroken (fields `asking`, `asked`, `subject`).
    """
    now = timezone.now()
    lock_pair(asking, asked)
    _check_pair(asking, asked)
    _check_members(club, asking, asked, timezone.localdate(now))
    _check_none_open(asking, asked, subject)
    introduction = Introduction.objects.create(
        club=club, asking=asking, asked=asked, subject=subject, message=message, origin=Origin.COORDINATOR,
        sector=sector, owner=by, asked_at=now,
    )  # fmt: skip
    message = gettext_noop("The coordination proposed to introduce %(one)s and %(other)s.")
    record_move("introductions.introduction.proposed", message, introduction, by=by, one=asking, other=asked)
    letters.write_proposed(introduction)
    return introduction


def check_none_open(introduction: Introduction) -> None:
    """Before one is reopened: see `_check_none_open`."""
    _check_none_open(introduction.asking, introduction.asked, introduction.subject)


def _origin(offer: Offer | None, event: Event | None) -> Origin:
    if offer is not None:
        return Origin.OFFER
    return Origin.EVENT if event is not None else Origin.DIRECTORY


def _check_pair(asking: Organisation, asked: Organisation) -> None:
    if asking.pk == asked.pk:
        raise RuleBroken(_("An introduction needs two different organisations."), field="asked")


def _check_none_open(asking: Organisation, asked: Organisation, subject: str) -> None:
    """One open introduction for the same two, whoever asked, on the same subject, however it is written."""
    if not folded(subject):
        raise RuleBroken(_("Say in a few words what it is about."), field="subject")
    same = Introduction.objects.open().between(asking, asked).filter(folded_subject=folded(subject)[:160])
    if same.exists():
        raise RuleBroken(
            _("An introduction of these two organisations on this subject is already open."), field="subject"
        )


def _check_offer(offer: Offer, asked: Organisation, today) -> None:
    if offer.organisation_id != asked.pk or not Offer.objects.showcased(today).filter(pk=offer.pk).exists():
        raise RuleBroken(_("This offer is no longer in the showcase."), field="offer")


def _check_event(event: Event, asking: Organisation, asked: Organisation) -> None:
    """Both come to the event, and somebody of the other organisation agreed to stand on its list."""
    places = Place.objects.filter(event=event)
    if not places.holding_a_place().filter(registration__organisation=asking).exists():
        raise RuleBroken(_("Your organisation has no place at this event."), field="event")
    if not places.consenting().filter(registration__organisation=asked).exists():
        raise RuleBroken(_("This organisation is not on the list of participants of this event."), field="event")


def _club_of(asking: Organisation, asked: Organisation, today, chosen: Club | None, event: Event | None) -> Club:
    """The club through which the two meet: the one chosen, else the event's, else the only one they share."""
    shared = list(clubs_shared_by(asking, asked, today))
    if not shared:
        raise RuleBroken(_("Both organisations have to be members of the same club."), field="club")
    if chosen is not None:
        if chosen not in shared:
            raise RuleBroken(_("Both organisations have to be members of this club."), field="club")
        return chosen
    if event is not None and event.club in shared:
        return event.club
    if len(shared) > 1:
        raise RuleBroken(_("You share several clubs: choose the one this goes through."), field="club")
    return shared[0]


def _check_members(club: Club, asking: Organisation, asked: Organisation, today) -> None:
    for field, organisation in (("asking", asking), ("asked", asked)):
        if not clubs_shared_by(organisation, organisation, today).filter(pk=club.pk).exists():
            raise RuleBroken(
                _("%(organisation)s is not a member of %(club)s.") % {"organisation": organisation, "club": club},
                field=field,
            )
