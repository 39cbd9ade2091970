"""The ledger: balanced, once per cause, and never changed, whoever writes to the database."""

from decimal import Decimal

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.db.models import F
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from billing.actions.checking import findings
from billing.actions.ledger import book
from billing.enums import Account, Journal
from billing.models import Credit, Entry, Invoice, InvoiceFile, Posting
from core.money import cents, from_cents, money
from tests.billing.noted import line_of, order_of, paid_order
from tests.factories import ClubFactory

pytestmark = pytest.mark.django_db
BANK, OWED = Account.BANK, Account.RECEIVABLE


def entry_of(club, *postings, key="test:1"):
    return book(key, journal=Journal.BANK, label="Essai", postings=postings, club=club)


@pytest.fixture
def entry(db):
    return entry_of(ClubFactory(), (BANK, Decimal(10)), (OWED, Decimal(-10)))


def refused(action, *args, **kwargs) -> str:
    with pytest.raises(DatabaseError) as caught, transaction.atomic():
        action(*args, **kwargs)
    return str(caught.value)


# --- What the database refuses ----------------------------------------------------------------------------------------


def test_posting_cannot_be_changed(entry):
    assert "kept" in refused(entry.postings.update, debit=Decimal(11))


def test_posting_cannot_be_deleted(entry):
    assert "kept" in refused(entry.postings.all().delete)


def test_posting_cannot_join_a_sealed_entry(entry):
    assert "sealed" in refused(Posting.objects.create, entry=entry, account=BANK, debit=Decimal(1))


@pytest.mark.parametrize("values", [{"label": "Autre"}, {"is_sealed": False}, {"happened_on": "2020-01-01"}])
def test_entry_cannot_be_changed(entry, values):
    assert "kept" in refused(Entry.objects.filter(pk=entry.pk).update, **values)


def test_entry_cannot_be_deleted(entry):
    refused(lambda: connection.cursor().execute("DELETE FROM billing_entry WHERE id = %s", [entry.pk]))
    assert Entry.objects.filter(pk=entry.pk).exists()


@pytest.mark.parametrize("credit", ["9.99", "10.01"])
def test_entry_that_does_not_balance_cannot_be_sealed(credit):
    entry = Entry.objects.create(
        club=ClubFactory(), journal=Journal.BANK, key="raw", piece="x", label="x", happened_on=timezone.localdate()
    )
    Posting.objects.create(entry=entry, account=BANK, debit=Decimal(10))
    Posting.objects.create(entry=entry, account=OWED, credit=Decimal(credit))
    assert "balance" in refused(Entry.objects.filter(pk=entry.pk).update, is_sealed=True)


@pytest.mark.parametrize("sides", [{"debit": 0, "credit": 0}, {"debit": 1, "credit": 1}, {"debit": -1, "credit": 0}])
def test_posting_has_one_side(sides):
    entry = Entry.objects.create(
        club=ClubFactory(), journal=Journal.BANK, key="raw", piece="x", label="x", happened_on=timezone.localdate()
    )
    refused(Posting.objects.create, entry=entry, account=BANK, **sides)


def test_issued_invoice_and_its_file_cannot_be_changed(thing, club, buyer):
    paid_order(40, club=club, organisation=buyer[0])
    invoice = Invoice.objects.get()
    assert "kept" in refused(Invoice.objects.update, gross=Decimal(1))
    assert "kept" in refused(InvoiceFile.objects.update, content=b"%PDF")
    refused(lambda: connection.cursor().execute("DELETE FROM billing_invoicefile"))
    refused(lambda: connection.cursor().execute("DELETE FROM billing_invoice"))
    assert Invoice.objects.get() == invoice and not Credit.objects.exists()


# --- book() -----------------------------------------------------------------------------------------------------------


def test_same_cause_is_booked_once(entry):
    again = entry_of(entry.club, (BANK, Decimal(99)), (OWED, Decimal(-99)))
    assert again == entry and Posting.objects.count() == 2


@pytest.mark.parametrize("postings", [[], [(BANK, Decimal(1))], [(BANK, Decimal(2)), (OWED, Decimal(-1))]])
def test_postings_that_do_not_balance_are_refused(postings):
    with pytest.raises(ValueError, match="balance"):
        entry_of(ClubFactory(), *postings)
    assert not Entry.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_booking_belongs_in_a_transaction():
    with pytest.raises(transaction.TransactionManagementError):
        entry_of(ClubFactory(), (BANK, Decimal(1)), (OWED, Decimal(-1)))


@given(st.lists(st.integers(-10_000_000, 10_000_000), min_size=1, max_size=12))
def test_sums_are_exact_on_every_database(whole):
    amounts = [from_cents(number) for number in whole if number]
    amounts.append(-sum(amounts, Decimal(0)))
    rows = [(BANK, amount) for amount in amounts if amount]
    if len(rows) < 2:
        return
    with transaction.atomic():
        entry = entry_of(ClubFactory(), *rows, key="exact")
        assert entry.is_sealed and Posting.objects.filter(entry=entry).balance() == 0
        debits = Posting.objects.filter(entry=entry, debit__gt=0).balance()
        assert debits == sum((amount for amount in amounts if amount > 0), Decimal(0))
        transaction.set_rollback(True)


@pytest.mark.parametrize(("value", "shown"), [("0.005", "0.01"), ("2.344", "2.34"), ("-0.005", "-0.01"), (3, "3.00")])
def test_money_rounds_half_a_cent_away_from_zero(value, shown):
    assert str(money(value)) == shown


def test_part_of_a_cent_is_never_stored():
    with pytest.raises(ValueError, match="cents"):
        cents(Decimal("0.001"))


# --- check_ledger -----------------------------------------------------------------------------------------------------


def test_ledger_of_a_day_is_in_order(thing, club, buyer, capsys):
    paid_order(40, club=club, organisation=buyer[0])
    order_of(50, club=club, organisation=buyer[0])
    assert findings() == []
    call_command("check_ledger")
    assert "in order" in capsys.readouterr().out


def broken_rules() -> set[str]:
    return {finding.rule for finding in findings()}


def test_check_finds_an_entry_that_was_never_sealed(club):
    entry = Entry.objects.create(
        club=club, journal=Journal.BANK, key="half", piece="x", label="x", happened_on=timezone.localdate()
    )
    Posting.objects.create(entry=entry, account=BANK, debit=Decimal(10))
    assert broken_rules() == {"an entry balances"}
    with pytest.raises(CommandError, match="1 of the ledger"):
        call_command("check_ledger")


def test_check_finds_a_payment_that_was_not_booked(thing, club, buyer):
    order = order_of(40, club=club, organisation=buyer[0])
    order.payments.create(
        method="cash", amount=Decimal(40), status="settled", started_at=timezone.now(), settled_at=timezone.now()
    )
    assert broken_rules() == {"the ledger knows each payment"}


def test_check_finds_what_was_given_unpaid(thing, club, buyer):
    order = order_of(40, club=club, organisation=buyer[0])
    order.lines.update(granted_at=timezone.now())
    assert broken_rules() == {"nothing is given unpaid"}


def test_check_finds_a_gap_in_the_numbers(thing, club, buyer):
    paid_order(40, club=club, organisation=buyer[0])
    club.invoice_series.update(last=F("last") + 1)
    paid_order(50, club=club, organisation=buyer[0])
    assert broken_rules() == {"numbers have no gap"}


def test_check_finds_a_refund_over_what_was_paid(thing, club, buyer):
    order = paid_order(40, club=club, organisation=buyer[0])
    payment = order.payments.get()
    payment.refunds.create(amount=Decimal(41), reason="x", requested_at=timezone.now())
    assert broken_rules() == {"no payment is over-refunded"}


def test_check_finds_a_thing_sold_twice(thing, club, buyer):
    first = paid_order(40, club=club, organisation=buyer[0])
    second = paid_order(50, club=club, organisation=buyer[0])
    line = line_of(second, 50)
    line_of(first, 40)
    cursor = connection.cursor()
    name = "billing_line_bought_once"
    with transaction.atomic():
        cursor.execute(f"DROP INDEX {name}")
        line.key = "thing:40"
        line.save()
        assert broken_rules() == {"nothing is sold twice"}
        transaction.set_rollback(True)
