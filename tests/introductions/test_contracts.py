import datetime
from decimal import Decimal

import pytest

from core.errors import RuleBroken
from core.models import Letter
from introductions import actions
from introductions.clause_hours import clause_hours_due
from introductions.enums import ContractKind, ContractStatus, IntroductionStatus, Stage
from introductions.forms.contracts import looks_like_a_person
from introductions.models import Contract, Introduction
from members.enums import RoleLevel
from members.models import Role
from tests.factories import member_of
from tests.introductions.factories import fresh, hiring, pair_of, service


def stage_of(introduction) -> str:
    return Introduction.objects.with_stage().get(pk=introduction.pk).stage


def test_contract_stated_asks_the_other_side_and_starts_talks(pair):
    contract = pair.stated()
    assert (contract.status, contract.stated_for) == (ContractStatus.STATED, pair.company)
    assert contract.introduction.status == IntroductionStatus.IN_TALKS
    assert stage_of(contract.introduction) == Stage.TO_CONFIRM
    letter = Letter.objects.get(code="introductions.contract_stated")
    assert letter.to_email == pair.manager.email and "12\u202f000" in letter.text.replace("\u00a0", "\u202f")
    assert not Contract.objects.confirmed().exists()


def test_contract_confirmed_by_the_other_side_counts(pair):
    contract = pair.confirmed()
    assert contract.status == ContractStatus.CONFIRMED and contract.answered_by == pair.manager
    assert Contract.objects.confirmed().get() == contract
    assert stage_of(contract.introduction) == Stage.CONFIRMED
    assert Letter.objects.get(code="introductions.contract_confirmed").to_email == pair.buyer.email


def test_contract_is_not_confirmed_by_the_side_that_stated_it(pair):
    contract = pair.stated()
    for person in (pair.buyer, member_of(pair.company), pair.coordinator, pair_of().manager):
        with pytest.raises(RuleBroken):
            actions.confirm_contract(contract, by=person)
        with pytest.raises(RuleBroken):
            actions.dispute_contract(contract, by=person, reason="Non")
    contract.refresh_from_db()
    assert contract.status == ContractStatus.STATED


def test_contract_is_not_confirmed_by_its_author_who_belongs_to_both_sides(pair):
    contract = pair.stated()
    Role.objects.create(person=pair.buyer, organisation=pair.structure, level=RoleLevel.MANAGER)
    with pytest.raises(RuleBroken):
        actions.confirm_contract(contract, by=fresh(pair.buyer))


def test_contract_answered_twice_is_refused(pair):
    contract = pair.confirmed()
    for call in (
        lambda: actions.confirm_contract(contract, by=pair.manager),
        lambda: actions.dispute_contract(contract, by=pair.manager, reason="Non"),
        lambda: actions.withdraw_contract(contract, by=pair.buyer),
        lambda: actions.change_contract(contract, by=pair.buyer, terms=service(amount=Decimal(1))),
    ):
        with pytest.raises(RuleBroken):
            call()
    contract.refresh_from_db()
    assert (contract.status, contract.amount) == (ContractStatus.CONFIRMED, Decimal("12000.00"))


def test_contract_disputed_is_corrected_and_confirmed(pair):
    contract = pair.stated()
    with pytest.raises(RuleBroken) as broken:
        actions.dispute_contract(contract, by=pair.manager, reason=" ")
    assert broken.value.field == "reason"
    contract = actions.dispute_contract(contract, by=pair.manager, reason="Le montant est de 9 000 €")
    assert contract.status == ContractStatus.DISPUTED
    assert {x.to_email for x in Letter.objects.filter(code="introductions.contract_disputed")} == {
        pair.buyer.email, pair.coordinator.email,
    }  # fmt: skip
    with pytest.raises(RuleBroken):
        actions.confirm_contract(contract, by=pair.manager)
    contract = actions.change_contract(contract, by=pair.buyer, terms=service(amount=Decimal(9000)))
    assert (contract.status, contract.dispute_reason, contract.answered_at) == (ContractStatus.STATED, "", None)
    assert Letter.objects.filter(code="introductions.contract_stated").count() == 2
    assert actions.confirm_contract(contract, by=pair.manager).amount == 9000


def test_contract_confirmed_is_the_one_that_was_read(pair):
    contract = pair.stated()
    read_at = contract.stated_at
    actions.change_contract(contract, by=pair.buyer, terms=service(amount=Decimal(90000)))
    with pytest.raises(RuleBroken):
        actions.confirm_contract(contract, by=pair.manager, seen_at=read_at)
    assert not Contract.objects.confirmed().exists()


def test_contract_withdrawn_never_counts(pair):
    contract = actions.withdraw_contract(pair.stated(), by=pair.buyer)
    assert contract.status == ContractStatus.WITHDRAWN
    with pytest.raises(RuleBroken):
        actions.confirm_contract(contract, by=pair.manager)
    assert stage_of(contract.introduction) == Stage.IN_TALKS


def test_contract_is_confirmed_even_after_the_introduction_closed(pair):
    contract = pair.stated()
    actions.close_introduction(contract.introduction, by=pair.buyer, reason="Signé")
    assert stage_of(contract.introduction) == Stage.TO_CONFIRM
    assert actions.confirm_contract(contract, by=pair.manager).status == ContractStatus.CONFIRMED
    assert stage_of(contract.introduction) == Stage.CLOSED


@pytest.mark.parametrize("ended", [True, False])
def test_contract_is_not_stated_before_both_agreed_or_after_the_end(pair, ended):
    introduction = pair.ask()
    if ended:
        introduction = actions.accept_introduction(introduction, by=pair.manager)
        introduction = actions.close_introduction(introduction, by=pair.buyer, reason="Fini")
    with pytest.raises(RuleBroken):
        actions.state_contract(introduction, by=pair.buyer, terms=service())
    assert not Contract.objects.exists()


@pytest.mark.parametrize(
    ("terms", "field"),
    [
        (service(ends_on=datetime.date(2026, 2, 28)), "ends_on"),
        (service(starts_on=datetime.date(202, 3, 1)), "starts_on"),
        (service(amount=Decimal("-0.01")), "amount"),
        (service(amount=None), "amount"),
        (service(hours_due=-1), "hours_due"),
        (service(hours_done=-1), "hours_done"),
        (hiring(amount=Decimal(10)), "amount"),
        (hiring(jobs=0), "jobs"),
        (hiring(jobs=-2), "jobs"),
        (hiring(kind=ContractKind.PMSMP), "jobs"),
    ],
)
def test_contract_that_cannot_be_is_refused_at_its_field(pair, terms, field):
    introduction = pair.accepted()
    with pytest.raises(RuleBroken) as broken:
        actions.state_contract(introduction, by=pair.buyer, terms=terms)
    assert broken.value.field == field
    introduction.refresh_from_db()
    assert introduction.status == IntroductionStatus.ACCEPTED and not Contract.objects.exists()


def test_contract_of_one_day_and_contract_without_end_are_stated(pair):
    day = datetime.date(2026, 3, 1)
    introduction = pair.accepted()
    assert pair.stated(service(starts_on=day, ends_on=day), introduction).ends_on == day
    assert pair.stated(hiring(), introduction).ends_on is None


@pytest.mark.parametrize(
    ("values", "hours"),
    [
        ((1_000_000, 50, 5, 30), 833),
        ((0, 50, 5, 30), 0),
        ((100_000, 100, 10, 25), 400),
        ((1_000, "33.3", "7.5", "31.5"), 1),
    ],
)
def test_clause_hours_follow_the_formula(values, hours):
    assert clause_hours_due(*map(Decimal, values)) == hours


def test_clause_hours_need_a_cost():
    with pytest.raises(ValueError, match="above zero"):
        clause_hours_due(Decimal(1), Decimal(50), Decimal(5), Decimal(0))


@pytest.mark.parametrize(
    ("reference", "is_name"),
    [
        ("Jeanne Dupont", True), ("DUPONT Jeanne", True), ("Mme Dupont", True), ("M. durand", True),
        ("Jean-Pierre O’Neil Durand", True), ("2026-014", False), ("Lot 3 Espaces Verts", False),
        ("marché voirie", False), ("Voirie", False), ("", False),
    ],
)  # fmt: skip
def test_reference_that_looks_like_a_person_is_noticed(reference, is_name):
    assert looks_like_a_person(reference) is is_name
