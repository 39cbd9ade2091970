"""Whatever people do in whatever order: moves are those of the enum, nobody's contact shows too early, and only what
both sides confirmed is counted.
"""

from collections import Counter
from decimal import Decimal

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from core.errors import RuleBroken
from core.models import Letter
from introductions import actions, permissions
from introductions.enums import ContractStatus, IntroductionStatus
from introductions.models import Contract, Introduction
from introductions.statistics import contract_figures
from members.scope import Scope
from tests.introductions.factories import fresh, hiring, pair_of, service

PEOPLE = st.sampled_from(["buyer", "manager", "coordinator"])
AMOUNTS = st.integers(0, 1_000_000).map(Decimal)


class AnyStory(RuleBasedStateMachine):
    @initialize(is_proposed=st.booleans())
    def begin(self, is_proposed):
        self.rollback = transaction.atomic()
        self.rollback.__enter__()
        self.pair = pair_of()
        self.introduction = self.pair.propose() if is_proposed else self.pair.ask()
        self.seen_status = self.introduction.status
        self.said_yes: set[str] = set() if is_proposed else {"buyer"}
        self.seen_contracts: dict[int, str] = {}
        self.counted: dict[int, Decimal] = {}

    def teardown(self):
        if hasattr(self, "rollback"):
            transaction.set_rollback(True)
            self.rollback.__exit__(None, None, None)

    def attempt(self, action, thing, who, may, **values) -> bool:
        """As a view does: only who may, and a broken rule changes nothing."""
        person = fresh(getattr(self.pair, who))
        thing = type(thing).objects.get(pk=thing.pk)
        if not may(person, thing):
            return False
        before = Letter.objects.count()
        try:
            with transaction.atomic():
                action(thing, by=person, **values)
        except RuleBroken:
            assert Letter.objects.count() == before
            return False
        return True

    @rule(who=PEOPLE)
    def accept(self, who):
        if self.attempt(actions.accept_introduction, self.introduction, who, permissions.can_answer_introduction):
            self.said_yes.add(who)

    @rule(who=PEOPLE)
    def decline(self, who):
        self.attempt(actions.decline_introduction, self.introduction, who, permissions.can_answer_introduction)

    @rule(who=PEOPLE)
    def withdraw(self, who):
        self.attempt(actions.withdraw_introduction, self.introduction, who, permissions.can_withdraw_introduction)

    @rule(who=PEOPLE)
    def talk(self, who):
        self.attempt(actions.start_talks, self.introduction, who, permissions.can_follow_introduction)

    @rule(who=PEOPLE)
    def close(self, who):
        follow = permissions.can_follow_introduction
        self.attempt(actions.close_introduction, self.introduction, who, follow, reason="Fini")

    @rule(who=PEOPLE)
    def reopen(self, who):
        self.attempt(actions.reopen_introduction, self.introduction, who, permissions.can_follow_introduction)

    @rule(who=PEOPLE, amount=AMOUNTS, hires=st.booleans())
    def state(self, who, amount, hires):
        terms = hiring() if hires else service(amount=amount)
        may = permissions.can_state_contract
        self.attempt(actions.state_contract, self.introduction, who, may, terms=terms)

    def some_contract(self, number) -> Contract | None:
        contracts = list(self.introduction.contracts.order_by("pk"))
        return contracts[number % len(contracts)] if contracts else None

    @rule(who=PEOPLE, number=st.integers(0, 5))
    def confirm(self, who, number):
        contract = self.some_contract(number)
        if contract and self.attempt(actions.confirm_contract, contract, who, permissions.can_confirm_contract):
            self.counted[contract.pk] = contract.amount or Decimal(0)

    @rule(who=PEOPLE, number=st.integers(0, 5))
    def dispute(self, who, number):
        if contract := self.some_contract(number):
            may = permissions.can_confirm_contract
            self.attempt(actions.dispute_contract, contract, who, may, reason="Non")

    @rule(who=PEOPLE, number=st.integers(0, 5), amount=AMOUNTS)
    def correct(self, who, number, amount):
        if contract := self.some_contract(number):
            may, terms = permissions.can_change_contract, service(amount=amount)
            self.attempt(actions.change_contract, contract, who, may, terms=terms)

    @rule(who=PEOPLE, number=st.integers(0, 5))
    def take_back(self, who, number):
        if contract := self.some_contract(number):
            self.attempt(actions.withdraw_contract, contract, who, permissions.can_change_contract)

    @invariant()
    def moves_are_allowed(self):
        introduction = Introduction.objects.get(pk=self.introduction.pk)
        status = IntroductionStatus(introduction.status)
        before, self.seen_status = IntroductionStatus(self.seen_status), status
        assert status == before or before.can_become(status)
        for contract in introduction.contracts.all():
            was = ContractStatus(self.seen_contracts.get(contract.pk, ContractStatus.STATED))
            assert contract.status == was or was.can_become(contract.status)
            self.seen_contracts[contract.pk] = contract.status

    @invariant()
    def contacts_are_shown_only_after_both_agreed(self):
        introduction = Introduction.objects.get(pk=self.introduction.pk)
        both = {"buyer", "manager"} <= self.said_yes
        assert introduction.is_revealed == both
        for who in ("buyer", "manager", "coordinator"):
            assert permissions.can_see_contacts(fresh(getattr(self.pair, who)), introduction) == both
        told = Letter.objects.about(introduction)
        for person, other in ((self.pair.buyer, self.pair.manager), (self.pair.manager, self.pair.buyer)):
            leaked = any(other.email in letter.text for letter in told.filter(to_email=person.email))
            assert leaked == both

    @invariant()
    def only_confirmed_contracts_count(self):
        figures = contract_figures(Scope(club=self.pair.club))
        assert figures.count == len(self.counted)
        assert figures.amount == sum(self.counted.values(), Decimal(0))
        statuses = Counter(self.introduction.contracts.values_list("status", flat=True))
        assert statuses[ContractStatus.CONFIRMED] == len(self.counted)


@pytest.mark.django_db
def test_any_story_keeps_the_promises():
    limits = settings(
        max_examples=25, stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck), database=None
    )
    run_state_machine_as_test(AnyStory, settings=limits)
