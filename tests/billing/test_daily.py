"""What the daily run does about money."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from billing.actions import record_payment
from billing.actions.bank import import_statement
from billing.actions.checking import LedgerBroken, check
from billing.actions.reminding import REMINDED_AFTER, forget_foreign_bank_lines, remind_late_orders
from billing.enums import Method
from billing.models import BankLine, Order, Payment
from core.models import Letter
from members import personal_data
from members.actions.people import erase_account
from members.enums import OrganisationKind
from tests.billing.noted import buyer_of, order_of
from tests.factories import member_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def owed(thing, club):
    """A public buyer's order, taken on its purchase order and not paid."""
    town, by = buyer_of(club, kind=OrganisationKind.PUBLIC_BUYER)
    return order_of(300, club=club, organisation=town, by=by, method=Method.PURCHASE_ORDER, purchase_order="BC-1")


def test_late_order_is_reminded_of_on_its_days_and_once_each(owed):
    for days in range(70):
        remind_late_orders(owed.due_on + timedelta(days=days))
    assert Letter.objects.filter(code="billing.order.reminded").count() == len(REMINDED_AFTER)


def test_after_a_long_silence_only_the_latest_reminder_is_written(owed):
    late = owed.due_on + timedelta(days=45)
    assert (remind_late_orders(late), remind_late_orders(late)) == (1, 0)
    assert owed.reference in Letter.objects.get(code="billing.order.reminded").text


def test_order_that_is_paid_is_not_reminded_of(owed):
    record_payment(owed, by=None, method=Method.TRANSFER, amount=Decimal(300), received_on=timezone.localdate())
    assert remind_late_orders(owed.due_on + timedelta(days=90)) == 0


def test_names_of_money_for_something_else_are_forgotten_after_a_year(thing, club):
    day = timezone.localdate() - timedelta(days=400)
    content = f"Date;Libellé;Montant\n{day:%d/%m/%Y};Don de Paul Dupont;12,00\n".encode()
    import_statement(club, by=None, content=content, filename="x.csv")
    assert forget_foreign_bank_lines(timezone.now()) == 1
    assert forget_foreign_bank_lines(timezone.now()) == 0
    line = BankLine.objects.get()
    assert (line.text, line.counterparty, line.amount) == ("", "", 12)


def test_names_on_a_matched_line_and_of_last_month_are_kept(thing, club):
    day = timezone.localdate() - timedelta(days=30)
    content = f"Date;Libellé;Montant\n{day:%d/%m/%Y};Don de Paul Dupont;12,00\n".encode()
    import_statement(club, by=None, content=content, filename="x.csv")
    assert forget_foreign_bank_lines(timezone.now()) == 0


def test_daily_check_fails_loudly(owed):
    assert check() == 0
    Payment.objects.create(
        order=owed, method=Method.CASH, amount=Decimal(1), status="settled", started_at=timezone.now(),
        settled_at=timezone.now(),
    )  # fmt: skip
    with pytest.raises(LedgerBroken, match="the ledger knows each payment"):
        check()


def test_person_takes_away_and_erases_what_they_ordered(thing, club):
    organisation, by = buyer_of(club)
    member_of(organisation)
    order = order_of(40, club=club, organisation=organisation, by=by)
    assert personal_data.export_all(by)["billing"]["orders"][0]["reference"] == order.reference
    erase_account(by, by=by)
    assert Order.objects.get().by is None and Order.objects.get().organisation == organisation
    assert not Letter.objects.filter(person=by).exists()
