"""A paper form, typed in by the coordination on an organisation's behalf."""

from dataclasses import dataclass
from datetime import date

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from billing.actions import due_of, record_payment
from billing.models import Order
from core.errors import RuleBroken
from core.history import record
from members.actions.organisations import place_organisation
from members.actions.teams import invite_colleague
from members.enums import RoleLevel
from members.models import Club, Organisation
from memberships.actions.enrolments import enrol_organisation
from memberships.actions.ordering import order_alone
from memberships.models import DuesCall, Plan, Term


@dataclass(frozen=True)
class PaperForm:
    """What stands on it. `values` are fields of Organisation; those that are known already are left as they are."""

    siret: str
    kind: str
    plan: Plan
    starts_on: date
    values: dict[str, str]
    contact_email: str = ""
    method: str = ""  # how it was paid; nothing: it is to be paid later
    received_on: date | None = None
    memo: str = ""


@dataclass(frozen=True)
class PaperResult:
    """What became of it. `problem` says what could not be done after the rest was."""

    organisation: Organisation
    term: Term | None
    call: DuesCall | None
    order: Order | None = None
    problem: str = ""


def enter_paper_form(club: Club, paper: PaperForm, *, by) -> PaperResult:
    """Find or describe the organisation, make it a member or call for its dues, and record the money that came with it.

    Three transactions, since an order is locked before its organisation: what was done before a later step is refused
    stays done, and the result says what is left to do. Raises RuleBroken when the first step is refused: nothing is
    written then.
    """
    organisation, made = _enter(club, paper, by=by)
    problem = _invite(organisation, paper, by=by)
    if isinstance(made, Term):
        return PaperResult(organisation, made, None, problem=problem)
    if not paper.method:
        return PaperResult(organisation, None, made, problem=problem)
    try:
        order = order_alone(made, by=by, method=paper.method)
        due = due_of(order)
        if due > 0:
            record_payment(
                order, by=by, method=paper.method, amount=due, received_on=paper.received_on or timezone.localdate(),
                memo=paper.memo,
            )  # fmt: skip
    except RuleBroken as broken:
        return PaperResult(organisation, None, made, problem=str(broken.message))
    made.refresh_from_db()
    return PaperResult(organisation, made.term, made, order, problem)


@transaction.atomic
def _enter(club: Club, paper: PaperForm, *, by) -> tuple[Organisation, Term | DuesCall]:
    organisation = Organisation.objects.filter(siret=paper.siret, kind=paper.kind).first() or _described(paper)
    filled = [name for name, value in paper.values.items() if value and not getattr(organisation, name)]
    for name in filled:
        setattr(organisation, name, paper.values[name])
    if filled:
        if {"street", "post_code", "city"} & set(filled):
            place_organisation(organisation, now=timezone.now())
        organisation.save()
    organisation.clubs.add(club)
    record(
        "memberships.paper.entered", gettext_noop("Typed in the paper form of %(organisation)s for %(club)s"), by=by,
        about=[organisation, club], organisation=organisation, club=club,
    )  # fmt: skip
    return organisation, enrol_organisation(organisation, club, by=by, plan=paper.plan, starts_on=paper.starts_on)


def _described(paper: PaperForm) -> Organisation:
    """An organisation that nobody has described yet; nobody manages it until somebody accepts the invitation."""
    if not paper.values.get("name"):
        raise RuleBroken(_("This SIRET is not known here yet: give the name too."), field="name")
    organisation = Organisation(siret=paper.siret, kind=paper.kind, **paper.values)
    place_organisation(organisation, now=timezone.now())
    try:
        with transaction.atomic():
            organisation.save()
    except IntegrityError as error:
        raise RuleBroken(_("This SIRET is already registered under this kind."), field="siret") from error
    return organisation


def _invite(organisation: Organisation, paper: PaperForm, *, by) -> str:
    """The contact gets a link to look after the page, as long as nobody does. Returns what stood in the way."""
    if not paper.contact_email or organisation.roles.managers().exists():
        return ""
    try:
        invite_colleague(organisation, by=by, email=paper.contact_email, level=RoleLevel.MANAGER)
    except RuleBroken as broken:
        return str(broken.message)
    return ""
