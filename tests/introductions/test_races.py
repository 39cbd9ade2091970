"""At the same moment, with real threads and connections, on both databases."""

import pytest

from core.models import HistoryEntry
from introductions import actions
from introductions.enums import ContractStatus, IntroductionStatus
from introductions.models import Contract, Introduction
from members.models import Organisation
from tests.factories import member_of
from tests.introductions.factories import fresh, pair_of, service
from tests.racing import said_at_once

pytestmark = pytest.mark.django_db(transaction=True)


def asking(asking, asked, person, subject):
    def ask():
        one, other = (Organisation.objects.get(pk=pk) for pk in (asking.pk, asked.pk))
        actions.ask_introduction(one, other, by=fresh(person), subject=subject)

    return ask


def test_introduction_asked_by_both_at_once_is_one():
    pair = pair_of()
    calls = [
        asking(pair.company, pair.structure, pair.buyer, "Été 2026"),
        asking(pair.structure, pair.company, pair.manager, "ete 2026"),
    ] * 3
    assert said_at_once(*calls) == ["done"] + ["refused"] * 5
    assert Introduction.objects.count() == 1


def test_introductions_of_other_pairs_do_not_wait_in_a_circle():
    pair, other = pair_of(), pair_of()
    calls = [
        asking(pair.company, pair.structure, pair.buyer, "A1"),
        asking(pair.structure, pair.company, pair.manager, "A2"),
        asking(other.company, other.structure, other.buyer, "A1"),
        asking(other.structure, other.company, other.manager, "A2"),
    ]
    assert said_at_once(*calls) == ["done"] * 4


def test_introduction_reopened_while_a_new_one_is_asked_is_one_open():
    pair = pair_of()
    closed = actions.close_introduction(pair.accepted(), by=pair.buyer, reason="Fini")
    calls = [
        lambda: actions.reopen_introduction(Introduction.objects.get(pk=closed.pk), by=fresh(pair.buyer)),
        asking(pair.structure, pair.company, pair.manager, closed.subject),
    ]
    assert said_at_once(*calls) == ["done", "refused"]
    assert Introduction.objects.open().count() == 1


def test_introduction_accepted_and_declined_at_once_has_one_answer():
    pair = pair_of()
    introduction, colleague = pair.ask(), member_of(pair.structure)
    calls = [
        lambda: actions.accept_introduction(Introduction.objects.get(pk=introduction.pk), by=fresh(pair.manager)),
        lambda: actions.decline_introduction(Introduction.objects.get(pk=introduction.pk), by=fresh(colleague)),
        lambda: actions.withdraw_introduction(Introduction.objects.get(pk=introduction.pk), by=fresh(pair.buyer)),
    ]
    assert said_at_once(*calls) == ["done", "refused", "refused"]
    introduction.refresh_from_db()
    assert introduction.status != IntroductionStatus.ASKED
    assert HistoryEntry.objects.about(introduction).count() == 2


def test_introduction_proposed_and_accepted_by_both_at_once_is_accepted():
    pair = pair_of()
    introduction = pair.propose()
    calls = [
        lambda person=person: actions.accept_introduction(
            Introduction.objects.get(pk=introduction.pk), by=fresh(person)
        )
        for person in (pair.buyer, pair.manager)
    ]
    assert said_at_once(*calls) == ["done", "done"]
    introduction.refresh_from_db()
    assert introduction.status == IntroductionStatus.ACCEPTED


def test_contract_confirmed_and_disputed_at_once_has_one_outcome():
    pair = pair_of()
    contract, colleague = pair.stated(), member_of(pair.structure)
    calls = [
        lambda: actions.confirm_contract(Contract.objects.get(pk=contract.pk), by=fresh(pair.manager)),
        lambda: actions.dispute_contract(Contract.objects.get(pk=contract.pk), by=fresh(colleague), reason="Non"),
    ]
    assert said_at_once(*calls) == ["done", "refused"]
    contract.refresh_from_db()
    assert contract.status in (ContractStatus.CONFIRMED, ContractStatus.DISPUTED)


def test_contract_confirmed_while_it_is_corrected_is_what_was_read():
    pair = pair_of()
    contract = pair.stated()
    calls = [
        lambda: actions.confirm_contract(
            Contract.objects.get(pk=contract.pk), by=fresh(pair.manager), seen_at=contract.stated_at
        ),
        lambda: actions.change_contract(
            Contract.objects.get(pk=contract.pk), by=fresh(pair.buyer), terms=service(amount=90_000)
        ),
    ]
    assert said_at_once(*calls) == ["done", "refused"]
    contract.refresh_from_db()
    assert (contract.status, contract.amount) in {(ContractStatus.CONFIRMED, 12_000), (ContractStatus.STATED, 90_000)}
