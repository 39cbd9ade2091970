"""What a person may do with money. Whether it can be done *now* is for the actions to say."""

from billing.models import BankLine, Order, Payment
from members.models import Club, Organisation
from members.rights import rights_of


def can_buy(person, organisation: Organisation) -> bool:
    """Its own people fill the basket, order and pay in its name."""
    return rights_of(person).belongs_to(organisation.pk)


def can_pay_order(person, order: Order) -> bool:
    return rights_of(person).belongs_to(order.organisation_id)


def can_cancel_order(person, order: Order) -> bool:
    """Before it is firm its own people may; the coordination always."""
    rights = rights_of(person)
    return rights.coordinates(order.club_id) or (order.is_placed and rights.belongs_to(order.organisation_id))


def can_keep_accounts(person, club: Club | int) -> bool:
    """Record money, refund, import statements, read the ledger: the club's coordinators."""
    return rights_of(person).coordinates(club if isinstance(club, int) else club.pk)


def can_refund_payment(person, payment: Payment) -> bool:
    return rights_of(person).coordinates(payment.order.club_id)


def can_assign_bank_line(person, line: BankLine) -> bool:
    return rights_of(person).coordinates(line.club_id)


def can_run_accounts(person) -> bool:
    """Open the accounts of at least one club."""
    return rights_of(person).is_coordinator
