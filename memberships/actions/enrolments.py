"""Members that the club itself brings in, one or many at a time."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils import timezone

from core.errors import RuleBroken
from core.locks import lock_row
from members.models import Club, Organisation
from memberships import letters
from memberships.actions.applications import accept_application
from memberships.actions.calls import call_joining
from memberships.actions.plans import plan_of
from memberships.actions.pricing import price_of_plan
from memberships.actions.terms import renew_term, start_term
from memberships.models import Application, DuesCall, Plan, Term


@dataclass(frozen=True)
class Enrolment:
    """What became of one organisation of a list: its term, the call for what it costs, or the sentence that says why
    there is neither.
    """

    organisation: Organisation
    term: Term | None = None
    call: DuesCall | None = None
    refusal: str = ""


@transaction.atomic
def enrol_organisation(
    organisation: Organisation, club: Club, *, by, plan: Plan | None = None, starts_on: date | None = None
) -> Term | DuesCall:
    """Make an organisation of the directory a member without an application, such as one that joined on paper.

    On a plan that costs something its dues are called for instead, with a letter: it is a member once they are paid.

    An application that waits for an answer is accepted by the same stroke. A start in the past brings the terms that
    have followed since. Raises RuleBroken when it is a member already or the club's plans are all closed.
    """
    organisation = lock_row(Organisation.objects.all(), organisation.pk)
    today = timezone.localdate()
    waiting = Application.objects.to_decide().filter(organisation=organisation, club=club).first()
    if waiting:
        accepted = accept_application(waiting, by=by)
        return Term.objects.filter(application=accepted).first() or accepted.calls.get()
    plan = plan or plan_of(club, by=by)
    price = price_of_plan(plan, organisation, starts_on=starts_on or today)
    if not price.is_free:
        call = call_joining(organisation, plan, by=by, starts_on=starts_on)
        letters.joining_accepted(call, price)
        return call
    term = start_term(organisation, plan, by=by, starts_on=starts_on, sponsored=price.sponsored)
    latest = term
    while latest.ends_on is not None and latest.ends_on < today:
        latest = renew_term(latest, by=by)  # free: what costs something was called for above
    letters.organisation_enrolled(latest)
    return latest


def enrol_organisations(
    organisations: Iterable[Organisation], club: Club, *, by, plan: Plan | None = None, starts_on: date | None = None
) -> list[Enrolment]:
    """Enrol each of `organisations`, each in its own transaction: one that cannot be enrolled holds up no other."""
    done = []
    for organisation in organisations:
        try:
            made = enrol_organisation(organisation, club, by=by, plan=plan, starts_on=starts_on)
        except RuleBroken as broken:
            done.append(Enrolment(organisation, refusal=str(broken.message)))
        else:
            done.append(
                Enrolment(organisation, term=made)
                if isinstance(made, Term)
                else Enrolment(organisation, call=made)
            )  # fmt: skip
    return done
