"""What came of an introduction: stated by one side, confirmed or disputed by the other."""

from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from core.errors import RuleBroken
from introductions import letters
from introductions.actions.moves import REFUSALS, lock_contract, lock_introduction, record_move
from introductions.enums import ContractKind, ContractStatus, IntroductionStatus
from introductions.models import Contract, Introduction
from introductions.permissions import can_confirm_contract, side_of
from members.models import Occupation

# No club is older; an earlier year is a slip of the finger.
FIRST_DAY = date(2000, 1, 1)


@dataclass(frozen=True)
class Terms:
    """What a contract says. People in insertion are never named: `reference` is the side's own number."""

    kind: str
    starts_on: date
    ends_on: date | None = None
    amount: Decimal | None = None
    hours_due: int = 0
    hours_done: int = 0
    jobs: int = 0
    occupation: Occupation | None = None
    reference: str = ""

    def check(self) -> None:
        """Raise RuleBroken, at the field it belongs to, for what cannot be."""
        if self.starts_on < FIRST_DAY:
            raise RuleBroken(_("Check the year."), field="starts_on")
        if self.ends_on is not None and self.ends_on < self.starts_on:
            raise RuleBroken(_("A contract ends on or after the day it starts."), field="ends_on")
        self._check_amount()
        if min(self.hours_due, self.hours_done) < 0:
            raise RuleBroken(_("Hours are zero or more."), field="hours_due" if self.hours_due < 0 else "hours_done")
        self._check_jobs()

    def _check_amount(self) -> None:
        is_purchase = self.kind in ContractKind.purchases()
        if self.amount is not None and self.amount < 0:
            raise RuleBroken(_("An amount is zero or more."), field="amount")
        if is_purchase and self.amount is None:
            raise RuleBroken(_("Give the amount excl. tax of this contract."), field="amount")
        if not is_purchase and self.amount:
            raise RuleBroken(_("Only a purchase has an amount: leave it empty for this type."), field="amount")

    def _check_jobs(self) -> None:
        if self.jobs < 0:
            raise RuleBroken(_("Jobs are zero or more."), field="jobs")
        if self.kind in ContractKind.work_contracts() and not self.jobs:
            raise RuleBroken(_("Say how many people this work contract employs."), field="jobs")
        if self.kind in (ContractKind.PMSMP, ContractKind.TRAINING) and self.jobs:
            raise RuleBroken(_("A placement or a training course is not a job: put zero here."), field="jobs")


@transaction.atomic
def state_contract(introduction: Introduction, *, by, terms: Terms) -> Contract:
    """The side of `by` says that a contract was signed; the other side is asked to confirm.

    An introduction that was just accepted is in talks from then on: two who sign have talked. Raises RuleBroken at the
    field of `terms`, and when the introduction is not going on.
    """
    introduction = lock_introduction(introduction)
    if introduction.status not in (IntroductionStatus.ACCEPTED, IntroductionStatus.IN_TALKS):
        raise RuleBroken(REFUSALS[IntroductionStatus(introduction.status)])
    terms.check()
    side = _own_side(introduction, by)
    contract = Contract.objects.create(
        introduction=introduction, stated_for=introduction.organisation_of(side), stated_by=by,
        stated_at=timezone.now(), **_values(terms),
    )  # fmt: skip
    if introduction.status == IntroductionStatus.ACCEPTED:
        introduction.status = IntroductionStatus.IN_TALKS
        introduction.save()
    message = gettext_noop("%(who)s stated a contract.")
    record_move("introductions.contract.stated", message, introduction, by=by, about=[contract])
    letters.write_contract_stated(contract)
    return contract


@transaction.atomic
def change_contract(contract: Contract, *, by, terms: Terms) -> Contract:
    """The stating side corrects what is not yet confirmed; the other side is asked anew. Raises RuleBroken."""
    contract = lock_contract(contract)
    _check_becomes(contract, ContractStatus.STATED)
    terms.check()
    for name, value in _values(terms).items():
        setattr(contract, name, value)
    contract.status, contract.stated_by, contract.stated_at = ContractStatus.STATED, by, timezone.now()
    contract.answered_by, contract.answered_at, contract.dispute_reason = None, None, ""
    contract.save()
    _record("introductions.contract.changed", gettext_noop("%(who)s corrected a contract."), contract, by)
    letters.write_contract_stated(contract)
    return contract


@transaction.atomic
def confirm_contract(contract: Contract, *, by, seen_at=None) -> Contract:
    """The other side agrees: from now on it counts. `seen_at` is the `stated_at` of what `by` has read.

    Raises RuleBroken when it was answered before, when `by` is not of the other side or stated it, and when the
    statement has changed since `by` read it.
    """
    contract = _take_to_answer(contract, by, ContractStatus.CONFIRMED, seen_at)
    _answer(contract, ContractStatus.CONFIRMED, by)
    _record("introductions.contract.confirmed", gettext_noop("%(who)s confirmed a contract."), contract, by)
    letters.write_contract_confirmed(contract)
    return contract


@transaction.atomic
def dispute_contract(contract: Contract, *, by, reason: str, seen_at=None) -> Contract:
    """The other side says what is wrong. Raises RuleBroken as `confirm_contract`, and without a reason."""
    contract = _take_to_answer(contract, by, ContractStatus.DISPUTED, seen_at)
    if not reason.strip():
        raise RuleBroken(_("Say what is wrong."), field="reason")
    contract.dispute_reason = reason.strip()
    _answer(contract, ContractStatus.DISPUTED, by)
    _record("introductions.contract.disputed", gettext_noop("%(who)s disputed a contract."), contract, by)
    letters.write_contract_disputed(contract)
    return contract


@transaction.atomic
def withdraw_contract(contract: Contract, *, by) -> Contract:
    """The stating side takes back what is not confirmed. Raises RuleBroken once it is."""
    contract = lock_contract(contract)
    _check_becomes(contract, ContractStatus.WITHDRAWN)
    contract.status = ContractStatus.WITHDRAWN
    contract.save()
    _record("introductions.contract.withdrawn", gettext_noop("%(who)s withdrew a contract."), contract, by)
    return contract


def _values(terms: Terms) -> dict:
    return {field.name: getattr(terms, field.name) for field in fields(terms)}


def _own_side(introduction: Introduction, by):
    side = side_of(by, introduction)
    if side is None:
        raise RuleBroken(_("Only the people of the two organisations can state a contract."))
    return side


def _take_to_answer(contract: Contract, by, status: ContractStatus, seen_at) -> Contract:
    contract = lock_contract(contract)
    _check_becomes(contract, status)
    if contract.stated_by_id == by.pk:
        raise RuleBroken(_("You stated this contract: somebody of the other side has to answer."))
    if not can_confirm_contract(by, contract):
        raise RuleBroken(_("Only the people of the other side can answer."))
    if seen_at is not None and seen_at != contract.stated_at:
        raise RuleBroken(_("This contract has been corrected in the meantime: read it again, then answer."))
    return contract


def _answer(contract: Contract, status: ContractStatus, by) -> None:
    contract.status, contract.answered_by, contract.answered_at = status, by, timezone.now()
    contract.save()


def _check_becomes(contract: Contract, status: ContractStatus) -> None:
    current = ContractStatus(contract.status)
    if current.can_become(status):
        return
    raise RuleBroken(
        {
            ContractStatus.STATED: _("This contract is waiting for its confirmation."),
            ContractStatus.CONFIRMED: _("This contract has already been confirmed."),
            ContractStatus.DISPUTED: _("This contract has been disputed: it has to be corrected first."),
            ContractStatus.WITHDRAWN: _("This contract has been withdrawn."),
        }[current]
    )


def _record(code: str, message: str, contract: Contract, by) -> None:
    record_move(code, message, contract.introduction, by=by, about=[contract])
