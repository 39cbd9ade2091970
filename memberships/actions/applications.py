"""Asking to become a member, and the answer."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from core.errors import RuleBroken
from core.history import record
from core.locks import lock_row
from members.actions.organisations import update_organisation
from members.models import Club, Organisation
from memberships import letters
from memberships.actions.calls import call_joining
from memberships.actions.plans import plan_of
from memberships.actions.pricing import price_of_plan
from memberships.actions.terms import start_term
from memberships.enums import ApplicationStatus
from memberships.fees import costs_something
from memberships.models import Application, DuesCall, Plan, Term


@transaction.atomic
def join_club(
    organisation: Organisation, club: Club, *, by, plan: Plan | None = None, message: str = "",
    headcount: int | None = None,
) -> Application | DuesCall | Term:  # fmt: skip
    """Become a member, in the way the plan says: an application where the coordination answers first; else the term
    itself where it costs nothing, and the call for dues where it does.

    `headcount` is kept on the organisation's page: the fee may depend on it. Raises RuleBroken as `submit_application`.
    """
    organisation = lock_row(Organisation.objects.all(), organisation.pk)
    if headcount is not None:
        organisation = update_organisation(organisation, by=by, headcount=str(headcount))
    plan = Plan.objects.get(pk=plan.pk) if plan else plan_of(club, by=by)
    if plan.needs_answer:
        return submit_application(organisation, club, by=by, plan=plan, message=message)
    organisation, plan = _require_open(organisation, club, plan)
    return _become_member(organisation, plan, by=by)


@transaction.atomic
def submit_application(
    organisation: Organisation, club: Club, *, by, plan: Plan | None = None, message: str = ""
) -> Application:
    """Ask in the organisation's name to become a member of `club`; the coordinators and the applicant get a letter.

    Raises RuleBroken (field `club` or `plan`) for a member, when an earlier application still waits, and when the plan
    or all the club's plans are closed; and (field `headcount`) when the fee cannot be said without it.
    """
    organisation = lock_row(Organisation.objects.all(), organisation.pk)
    organisation, plan = _require_open(organisation, club, plan or plan_of(club, by=by))
    application = Application.objects.create(organisation=organisation, club=club, plan=plan, by=by, message=message)
    _record(application, "submitted", gettext_noop("%(organisation)s asked to become a member of %(club)s"), by)
    for coordinator in letters.coordinators_of(club):
        letters.application_received(application, to=coordinator)
    letters.application_acknowledged(application)
    return application


@transaction.atomic
def withdraw_application(application: Application, *, by) -> Application:
    """Take an application back before it is decided. Withdrawing twice is harmless."""
    application = _locked(application, wanted=ApplicationStatus.WITHDRAWN)
    if application.status == ApplicationStatus.WITHDRAWN:
        return application
    _decide(application, ApplicationStatus.WITHDRAWN, by)
    _record(application, "withdrawn", gettext_noop("%(organisation)s withdrew its application to %(club)s"), by)
    for coordinator in letters.coordinators_of(application.club):
        letters.application_withdrawn(application, to=coordinator)
    return application


@transaction.atomic
def accept_application(application: Application, *, by) -> Application:
    """Make the applicant a member: its term starts at once where membership is free (see `start_term`); where it costs
    something its dues are called for, and the term starts when they are paid.

    Accepting twice is harmless, and two coordinators at the same moment start one term. Raises RuleBroken when it was
    refused or withdrawn meanwhile, or the organisation is a member already.
    """
    application = _locked(application, wanted=ApplicationStatus.ACCEPTED)
    if application.status == ApplicationStatus.ACCEPTED:
        return application
    _decide(application, ApplicationStatus.ACCEPTED, by)
    _record(application, "accepted", gettext_noop("Accepted the application of %(organisation)s to %(club)s"), by)
    _become_member(application.organisation, application.plan, by=by, application=application)
    return application


@transaction.atomic
def refuse_application(application: Application, *, by, reason: str) -> Application:
    """Turn an application down and say why. Raises RuleBroken without a reason or when it was decided meanwhile."""
    application = _locked(application, wanted=ApplicationStatus.REFUSED)
    if application.status == ApplicationStatus.REFUSED:
        return application
    if not reason.strip():
        raise RuleBroken(_("A refusal needs a reason."), field="reason")
    application.reason = reason.strip()
    _decide(application, ApplicationStatus.REFUSED, by)
    _record(application, "refused", gettext_noop("Refused the application of %(organisation)s to %(club)s"), by)
    letters.application_refused(application)
    return application


def _become_member(
    organisation: Organisation, plan: Plan, *, by, application: Application | None = None
) -> Term | DuesCall:
    """Whoever calls it has decided that the organisation may join: on this plan, at the price of today."""
    price = price_of_plan(plan, organisation, starts_on=timezone.localdate())
    if not price.is_free:
        call = call_joining(organisation, plan, by=by, application=application)
        if application is not None:
            letters.joining_accepted(call, price)
        return call
    term = start_term(organisation, plan, by=by, application=application, sponsored=price.sponsored)
    if application is not None:
        letters.application_accepted(application, term)
    else:
        letters.organisation_enrolled(term)
    return term


def _require_open(organisation: Organisation, club: Club, plan: Plan) -> tuple[Organisation, Plan]:
    """Both as they are now, under their locks: nothing stands in the way of joining."""
    organisation = lock_row(Organisation.objects.all(), organisation.pk)
    _require_no_member(organisation, club)
    if Application.objects.to_decide().filter(organisation=organisation, club=club).exists():
        raise RuleBroken(_("This organisation has already applied; the answer is still to come."), field="club")
    plan = lock_row(Plan.objects.prefetch_related("fees"), plan.pk)
    if plan.club_id != club.pk or not plan.is_open:
        raise RuleBroken(_("This club takes no applications on this plan."), field="plan")
    if costs_something(plan):
        price_of_plan(plan, organisation, starts_on=timezone.localdate())
    called = DuesCall.objects.open().for_terms().filter(organisation=organisation, club=club)
    if called.filter(ends_on__gte=timezone.localdate()).exists():
        raise RuleBroken(_("This organisation’s dues have been called already: pay them to be a member."), field="club")
    return organisation, plan


def _require_no_member(organisation: Organisation, club: Club) -> None:
    terms = Term.objects.filter(organisation=organisation, club=club).overlapping(timezone.localdate(), None)
    if terms.exists():
        names = {"organisation": organisation, "club": club}
        raise RuleBroken(_("%(organisation)s is already a member of %(club)s.") % names, field="club")


def _locked(application: Application, *, wanted: str) -> Application:
    """The organisation's lock, then the application as it stands now."""
    lock_row(Organisation.objects.all(), application.organisation_id)
    application = lock_row(Application.objects.all(), application.pk)
    status = application.status_member
    if status != wanted and not status.can_become(wanted):
        raise RuleBroken(_("This application has already been answered: it is %(status)s.") % {"status": status.label})
    return application


def _decide(application: Application, status: str, by) -> None:
    application.status, application.decided_at, application.decided_by = status, timezone.now(), by
    application.save(update_fields=["status", "decided_at", "decided_by", "reason"])


def _record(application: Application, what: str, message: str, by) -> None:
    record(
        f"memberships.application.{what}",
        message,
        by=by,
        about=[application, application.organisation, application.club],
        organisation=application.organisation,
        club=application.club,
    )
