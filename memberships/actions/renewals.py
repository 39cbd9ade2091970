"""Renewing terms that cost something: the daily steps, each safe to run twice and after any pause.

Sixty days before its last day the next term is called for; letters go out on fixed days around that day, each once; for
some days of grace whoever has not paid stays a member; then the membership has lapsed. Where the club says « owed until
resigned », the next term begins by itself and its fee is ordered in the organisation's name.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.db.models.functions import Greatest
from django.utils import timezone
from django.utils.translation import gettext, gettext_noop

from billing.enums import Method
from core.errors import RuleBroken
from core.history import record
from core.locks import lock_row
from memberships import letters
from memberships.actions.calls import CALLED_BEFORE, call_renewal
from memberships.actions.ordering import order_alone
from memberships.actions.pricing import price_of_call, price_of_renewal
from memberships.actions.terms import renew_term
from memberships.fees import Price
from memberships.models import DuesCall, Term

# Days after the last day of a term (before it: negative) on which its member is written to.
STAGES = (-60, -30, -7, 0, 15, 45)


def stage_due(call: DuesCall, today: date) -> int | None:
    """The latest day of writing that has come; earlier ones are never made up for."""
    if call.follows is None or call.follows.ends_on is None:
        return None
    passed = (today - call.follows.ends_on).days
    return max((stage for stage in STAGES if stage <= passed), default=None)


def next_letter_on(call: DuesCall, today: date) -> date | None:
    """When the next letter goes out, if it is not paid by then."""
    if not call.is_open or call.is_held or call.follows is None or call.follows.ends_on is None:
        return None
    days = (call.follows.ends_on + timedelta(days=stage) for stage in STAGES)
    return min((day for day in days if day > today), default=None)


# --- The daily steps --------------------------------------------------------------------------------------------------


def terms_to_call(today: date):
    """Terms whose successor is to be offered now: they end within 60 days or are in what would be their grace, nobody
    ended them, nothing follows and nothing is called for.
    """
    called = DuesCall.objects.renewals().filter(follows=OuterRef("pk"))
    terms = Term.objects.unfollowed().filter(ended_at__isnull=True, ends_on__lte=today + CALLED_BEFORE)
    terms = terms.filter(ends_on__gt=today - timedelta(days=366)).exclude(Exists(called))
    return (
        terms.select_related("organisation", "club", "plan__club", "plan__sponsor")
        .prefetch_related("plan__fees")
        .order_by("ends_on", "pk")
    )


def call_due_renewals(today: date) -> int:
    """Call for the dues of terms that run out and whose next one costs something. Returns how many."""
    called = 0
    for term in terms_to_call(today):
        if term.ends_on is None or term.ends_on + timedelta(days=term.plan.grace_days) < today:
            continue  # long over: the coordination may call it by hand
        if is_callable(term):
            call_renewal(term)
            called += 1
    return called


def is_callable(term: Term) -> bool:
    """Its next term costs something that can be said."""
    if term.ends_on is None:
        return False
    try:
        return not price_of_renewal(term, term.plan, term.ends_on + timedelta(days=1)).is_free
    except RuleBroken:
        return False


def write_due_reminders(today: date) -> int:
    """Write the letters about open renewals whose day has come: the latest one only, and each once. None for what is
    held, withdrawn, settled, or ordered and awaited. Returns how many letters were written.
    """
    written = 0
    for call in _to_remind(today):
        with transaction.atomic():
            lock_row(DuesCall.objects.all(), call.pk)
            fresh = _to_remind(today).filter(pk=call.pk).first()
            stage = stage_due(fresh, today) if fresh else None
            if fresh and stage is not None:
                written += letters.write_dues(fresh, price_or_none(fresh, today), stage=str(stage))
    return written


def _to_remind(today: date):
    calls = DuesCall.objects.open().renewals().filter(held_at__isnull=True, follows__ends_on__isnull=False)
    return calls.filter(ends_on__gte=today, term__isnull=True).for_list().filter(is_awaited=False)


def price_or_none(call: DuesCall, today: date, *, is_first: bool | None = None) -> Price | None:
    try:
        return price_of_call(call, today, is_first=is_first)
    except RuleBroken:
        return None


def lapse_due(today: date) -> int:
    """Say that memberships have lapsed whose grace is over unpaid. Returns how many."""
    calls = DuesCall.objects.open().renewals().filter(lapsed_at__isnull=True, term__isnull=True)
    calls = calls.annotate(counted=Greatest("follows__ends_on", "follows__grace_until"))
    lapsed = 0
    for call in calls.filter(counted__lt=today).with_order().filter(is_awaited=False).order_by("pk"):
        lapsed += _lapse(call)
    return lapsed


@transaction.atomic
def _lapse(call: DuesCall) -> int:
    call = lock_row(DuesCall.objects.all(), call.pk)
    if call.lapsed_at is not None or not call.is_open:
        return 0
    call.lapsed_at = timezone.now()
    call.save(update_fields=["lapsed_at"])
    record(
        "memberships.dues.lapsed", gettext_noop("The membership of %(organisation)s in %(club)s has lapsed"), by=None,
        about=[call, call.organisation, call.club, *([call.follows] if call.follows else [])],
        organisation=call.organisation, club=call.club,
    )  # fmt: skip
    letters.membership_lapsed(call)
    return 1


# --- Owed until resigned ----------------------------------------------------------------------------------------------


def begin_owed_terms(today: date) -> int:
    """Begin the next terms of those who owe it until they resign, and order them to be paid by transfer.

    An organisation for which no order can be placed (no address, no way to pay) is left as it is: it goes through grace
    like the others, and the coordination sees it. Returns how many terms were begun.
    """
    calls = DuesCall.objects.open().renewals().filter(
        plan__is_owed=True, follows__ends_on__lt=today, follows__ended_at__isnull=True, term__isnull=True,
        lapsed_at__isnull=True,
    )  # fmt: skip
    begun = 0
    for call in calls.with_order().filter(is_awaited=False).order_by("pk"):
        try:
            begun += _begin_owed(call)
        except RuleBroken:
            continue
    return begun


@transaction.atomic
def _begin_owed(call: DuesCall) -> int:
    order = order_alone(call, by=None, method=Method.TRANSFER, on_account=True)
    call = DuesCall.objects.select_related("follows", "term").get(pk=call.pk)
    if call.term is None or call.follows is None or call.follows.is_ended:
        raise RuleBroken(gettext_noop("It has been decided otherwise meanwhile."))
    record(
        "memberships.term.owed",
        gettext_noop("The membership of %(organisation)s in %(club)s goes on from %(date)s: its fee is owed (%(order)s)"),
        by=None, about=[call, call.term, call.organisation, call.club], organisation=call.organisation, club=call.club,
        date=call.starts_on, order=order.reference,
    )  # fmt: skip
    return 1


# --- Many at once -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Renewal:
    """What renewing a term would come to, or came to: `price` before; the term or the call after; or why not."""

    term: Term
    price: Price | None = None
    follower: Term | None = None
    call: DuesCall | None = None
    refusal: str = ""


def preview_renewals(terms: Iterable[Term]) -> list[Renewal]:
    """What renewing each of `terms` would cost its organisation. Reads only."""
    return [_preview(term) for term in terms]


def _preview(term: Term) -> Renewal:
    if term.ends_on is None or term.is_ended:
        return Renewal(term, refusal=gettext("This membership does not renew itself."))
    try:
        return Renewal(term, price=price_of_renewal(term, term.plan, term.ends_on + timedelta(days=1)))
    except RuleBroken as broken:
        return Renewal(term, refusal=str(broken.message))


def renew_terms(terms: Iterable[Term], *, by) -> list[Renewal]:
    """Renew each of `terms`, or call for what that costs and write to them; each in its own transaction, so that one
    that cannot be renewed holds up no other.
    """
    done = []
    for term in terms:
        try:
            done.append(_renew_or_call(term, by=by))
        except RuleBroken as broken:
            done.append(Renewal(term, refusal=str(broken.message)))
    return done


@transaction.atomic
def _renew_or_call(term: Term, *, by) -> Renewal:
    if not is_callable(term):
        return Renewal(term, follower=renew_term(term, by=by))
    call, today = call_renewal(term, by=by), timezone.localdate()
    stage = stage_due(call, today)
    if stage is not None and call.is_open and not call.is_held:
        letters.write_dues(call, price_or_none(call, today), stage=str(stage))
    return Renewal(term, call=call)
