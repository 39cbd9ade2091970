"""Asking to become a member, and the answer."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from core.errors import RuleBroken
from core.history import record
from core.locks import lock_row
from members.models import Club, Organisation
from memberships import letters
from memberships.actions.plans import plan_of
from memberships.actions.terms import start_term
from memberships.enums import ApplicationStatus
from memberships.models import Application, Plan, Term


@transaction.atomic
def submit_application(
    organisation: Organisation, club: Club, *, by, plan: Plan | None = None, message: str = ""
) -> Application:
    """Ask in the organisation's name to become a member of `club`; the coordinators and the applicant get a letter.

    Raises RuleBroken (field `club` or `plan`) for a member, when an earlier application still waits, and when the plan
    or all the club's plans are closed.
    """
    organisation = lock_row(Organisation.objects.all(), organisation.pk)
    _require_no_member(organisation, club)
    if Application.objects.to_decide().filter(organisation=organisation, club=club).exists():
        raise RuleBroken(_("This organisation has already applied; the answer is still to come."), field="club")
    plan = lock_row(Plan.objects.all(), plan.pk) if plan else plan_of(club, by=by)
    if plan.club_id != club.pk or not plan.is_open:
        raise RuleBroken(_("This club takes no applications on this plan."), field="plan")
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
    """Make the applicant a member: membership is free, so its term starts at once (see `start_term`).

    Accepting twice is harmless, and two coordinators at the same moment start one term. Raises RuleBroken when it was
    refused or withdrawn meanwhile, or the organisation is a member already.
    """
    application = _locked(application, wanted=ApplicationStatus.ACCEPTED)
    if application.status == ApplicationStatus.ACCEPTED:
        return application
    _decide(application, ApplicationStatus.ACCEPTED, by)
    _record(application, "accepted", gettext_noop("Accepted the application of %(organisation)s to %(club)s"), by)
    term = start_term(application.organisation, application.plan, by=by, application=application)
    letters.application_accepted(application, term)
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
