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
from memberships.actions.plans import plan_of
from memberships.actions.terms import renew_term, start_term
from memberships.models import Application, Plan, Term


@dataclass(frozen=True)
class Enrolment:
    """What became of one organisation of a list: its term, or the sentence that says why there is none."""

    organisation: Organisation
    term: Term | None = None
    refusal: str = ""


@transaction.atomic
def enrol_organisation(
    organisation: Organisation, club: Club, *, by, plan: Plan | None = None, starts_on: date | None = None
) -> Term:
    """Make an organisation of the directory a member without an application, such as one that joined on paper.

    An application that waits for an answer is accepted by the same stroke. A start in the past brings the terms that
    have followed since. Raises RuleBroken when it is a member already or the club's plans are all closed.
    """
    organisation = lock_row(Organisation.objects.all(), organisation.pk)
    today = timezone.localdate()
    waiting = Application.objects.to_decide().filter(organisation=organisation, club=club).first()
    if waiting:
        return accept_application(waiting, by=by).term
    term = start_term(organisation, plan or plan_of(club, by=by), by=by, starts_on=starts_on)
    latest = term
    while latest.ends_on is not None and latest.ends_on < today:
        latest = renew_term(latest, by=by)
    letters.organisation_enrolled(latest)
    return latest


def enrol_organisations(
    organisations: Iterable[Organisation], club: Club, *, by, plan: Plan | None = None, starts_on: date | None = None
) -> list[Enrolment]:
    """Enrol each of `organisations`, each in its own transaction: one that cannot be enrolled holds up no other."""
    done = []
    for organisation in organisations:
        try:
            term = enrol_organisation(organisation, club, by=by, plan=plan, starts_on=starts_on)
        except RuleBroken as broken:
            done.append(Enrolment(organisation, refusal=str(broken.message)))
        else:
            done.append(Enrolment(organisation, term=term))
    return done
