"""When an organisation is a member. Every verb locks the organisation first: its terms in a club never overlap."""

from datetime import date, timedelta
from decimal import Decimal

from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from core.errors import RuleBroken
from core.history import record
from core.locks import lock_row
from core.money import ZERO
from members.models import Organisation
from members.rights import rights_of
from memberships import letters
from memberships.actions.calls import withdraw_calls
from memberships.actions.pricing import price_of_renewal
from memberships.enums import TermState
from memberships.fees import Price
from memberships.models import Application, DuesCall, Plan, Term

# --- Starting ---------------------------------------------------------------------------------------------------------


@transaction.atomic
def start_term(
    organisation: Organisation,
    plan: Plan,
    *,
    by,
    starts_on: date | None = None,
    application: Application | None = None,
    ends_on: date | None = None,
    sponsored: Decimal = ZERO,
) -> Term:
    """Make the organisation a member of the plan's club from `starts_on` (today) on, for as long as the plan says.

    This is the seam between membership and money: a free membership starts here at once, and one that costs something
    starts here when its order is settled. Whoever calls it has already decided that the organisation may join; it only
    makes sure that no two terms overlap, and puts the organisation into the club's directory and before the public.
    `ends_on` is the day that was sold, whatever the plan says since; `sponsored` what somebody else bears of its fee.

    Raises RuleBroken when the organisation is already a member of this club on one of these days.
    """
    starts_on = starts_on or timezone.localdate()
    term = begin_term(
        organisation, plan, starts_on, application=application, ends_on=ends_on, sponsored=sponsored
    )  # fmt: skip
    record(
        "memberships.term.started",
        gettext_noop("%(organisation)s is a member of %(club)s from %(date)s on"),
        by=by,
        about=[term, term.organisation, term.club],
        organisation=term.organisation,
        club=term.club,
        date=term.starts_on,
    )
    return term


def begin_term(
    organisation: Organisation, plan: Plan, starts_on: date, *, application: Application | None = None,
    ends_on: date | None = None, sponsored: Decimal = ZERO,
) -> Term:  # fmt: skip
    """A term of its own, without a word in the history: for the actions that say what it is. Under the organisation's
    lock; the database refuses what would overlap all the same.
    """
    organisation = lock_row(Organisation.objects.all(), organisation.pk)
    ends_on = ends_on or plan.last_day(starts_on)
    terms = Term.objects.filter(organisation=organisation, club=plan.club_id)
    if other := terms.overlapping(starts_on, ends_on).order_by("-starts_on").first():
        raise RuleBroken(_already_member(other), field="club")
    term = Term.objects.create(
        organisation=organisation,
        club=plan.club,
        plan=plan,
        application=application,
        starts_on=starts_on,
        ends_on=ends_on,
        sponsored_amount=sponsored,
    )
    terms.filter(ends_on=starts_on - timedelta(days=1), grace_until__isnull=False).update(grace_until=None)
    organisation.clubs.add(plan.club)
    if not organisation.is_listed:
        organisation.is_listed = True
        organisation.save(update_fields=["is_listed"])
    return term


def _already_member(term: Term):
    names = {"organisation": term.organisation, "club": term.club, "start": date_format(term.starts_on)}
    if term.ends_on is None:
        return _("%(organisation)s is already a member of %(club)s, since %(start)s.") % names
    names["end"] = date_format(term.ends_on)
    return _("%(organisation)s is already a member of %(club)s, from %(start)s to %(end)s.") % names


# --- Renewing ---------------------------------------------------------------------------------------------------------


@transaction.atomic
def renew_term(term: Term, *, by=None) -> Term:
    """The term that follows `term` without a gap, on the same plan, for nothing. Asking twice gives the same term.

    Raises RuleBroken for a term that runs until resigned, that somebody has ended, or whose next one costs something
    (`call_renewal` calls for it).
    """
    organisation = lock_row(Organisation.objects.all(), term.organisation_id)
    term = lock_row(Term.objects.all(), term.pk)
    if term.ends_on is None or term.is_ended:
        raise RuleBroken(_("This membership does not renew itself."))
    terms = Term.objects.filter(organisation=organisation, club=term.club_id)
    if follower := terms.ahead(term.ends_on).order_by("starts_on").first():
        return follower
    starts_on = term.ends_on + timedelta(days=1)
    price = price_of_renewal(term, term.plan, starts_on)
    if not price.is_free:
        raise RuleBroken(_("The next term of this membership costs something: its fee is to be called for."))
    follower = begin_term(organisation, term.plan, starts_on, sponsored=price.sponsored)
    record(
        "memberships.term.renewed",
        gettext_noop("Renewed the membership of %(organisation)s in %(club)s from %(date)s on"),
        by=by,
        about=[follower, organisation, term.club],
        organisation=organisation,
        club=term.club,
        date=follower.starts_on,
    )
    return follower


def renew_due_terms(today: date) -> int:
    """Renew what runs out within 30 days, costs nothing and nobody has ended; what was left undone for years is caught
    up with. What costs something is called for instead (`memberships.actions.renewals`).

    Part of the daily run; safe to run twice. Returns how many terms were begun.
    """
    begun = 0
    while due := [term for term in _due(today) if (price := _next_price(term)) and price.is_free]:
        for term in due:
            renew_term(term)
        begun += len(due)
    return begun


def _due(today: date):
    terms = Term.objects.to_renew(today).select_related("organisation", "club", "plan__club", "plan__sponsor")
    return terms.prefetch_related("plan__fees").order_by("pk")


def _next_price(term: Term) -> Price | None:
    """What the next term costs; None when it cannot be said (the coordination sees why)."""
    if term.ends_on is None:
        return None
    try:
        return price_of_renewal(term, term.plan, term.ends_on + timedelta(days=1))
    except RuleBroken:
        return None


# --- Ending -----------------------------------------------------------------------------------------------------------


@transaction.atomic
def end_term(term: Term, *, by, ends_on: date, reason: str = "") -> Term:
    """Let a membership end with the day `ends_on`: the organisation resigns, or the club ends it and says why.

    Terms that would have followed are dropped and open calls for dues withdrawn; what was paid for a term to come is the
    coordination's to refund. Whoever is in grace leaves with the last day of the term. Raises RuleBroken for a term that
    is over or already ended, for a day outside the term, for a manager who names a day in the past, and for a
    coordinator who gives no reason.
    """
    lock_row(Organisation.objects.all(), term.organisation_id)
    term = lock_row(Term.objects.all(), term.pk)
    _require_endable(term)
    if term.state(timezone.localdate()) == TermState.GRACE and term.ends_on:
        ends_on = term.ends_on
    _require_day(term, by, ends_on)
    if not reason and not rights_of(by).manages(term.organisation_id):
        raise RuleBroken(_("Say why: the organisation reads it in its letter."), field="reason")
    drop_followers(term, reason=reason)
    term.ends_on, term.end_reason, term.ended_at, term.grace_until = ends_on, reason, timezone.now(), None
    term.save(update_fields=["ends_on", "end_reason", "ended_at", "grace_until"])
    record(
        "memberships.term.ended",
        gettext_noop("Ended the membership of %(organisation)s in %(club)s on %(date)s"),
        by=by,
        about=[term, term.organisation, term.club],
        organisation=term.organisation,
        club=term.club,
        date=ends_on,
    )
    letters.membership_ended(term, by=by)
    return term


def drop_followers(term: Term, *, reason: str) -> None:
    """Undo what would come after `term`: its calls are withdrawn, the terms that follow deleted. Under the
    organisation's lock.
    """
    followers = Term.objects.filter(organisation=term.organisation_id, club=term.club_id).ahead(term.starts_on)
    calls = DuesCall.objects.filter(organisation=term.organisation_id, club=term.club_id)
    withdraw_calls(calls.filter(term__in=followers) | calls.open(), reason=reason)
    followers.delete()


def _require_endable(term: Term) -> None:
    if term.ends_on and term.is_ended:
        raise RuleBroken(_("This membership already ends on %(date)s.") % {"date": date_format(term.ends_on)})
    if term.state(timezone.localdate()) == TermState.OVER and term.ends_on:
        raise RuleBroken(_("This membership has been over since %(date)s.") % {"date": date_format(term.ends_on)})


def _require_day(term: Term, by, ends_on: date) -> None:
    today = timezone.localdate()
    if ends_on < term.starts_on:
        raise RuleBroken(_("A membership ends on or after the day it started."), field="ends_on")
    if term.ends_on and ends_on > term.ends_on:
        raise RuleBroken(
            _("This term ends on %(date)s at the latest.") % {"date": date_format(term.ends_on)}, field="ends_on"
        )
    is_in_grace = term.ends_on is not None and term.ends_on < today
    if rights_of(by).manages(term.organisation_id) and ends_on < today and not is_in_grace:
        raise RuleBroken(_("Choose today or a day to come."), field="ends_on")
